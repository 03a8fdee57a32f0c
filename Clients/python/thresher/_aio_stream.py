"""The asynchronous iterator that `filter` and `verdicts` give: it sends ahead, and waits in order."""

from __future__ import annotations

import time
import warnings
from collections import deque
from typing import (
    TYPE_CHECKING,
    Any,
    AsyncGenerator,
    AsyncIterable,
    AsyncIterator,
    Deque,
    Dict,
    Generic,
    Iterable,
    List,
    Optional,
    TypeVar,
    Union,
    cast,
)

from . import _requests
from ._progress import Progress
from ._rows import Example
from ._stream import Batch, Counting, Options
from .errors import ThresherError, ThresherWarning, Timeout, Unavailable

if TYPE_CHECKING:
    from .aio import AsyncCorpus

T = TypeVar("T")
Source = Union[Iterable[Example], AsyncIterable[Example]]


class AsyncStream(Generic[T], AsyncIterator[T]):
    """An asynchronous iterator over what goes on; `counts` says what became of the rest."""

    def __init__(
        self, corpus: AsyncCorpus, examples: Source, options: Options, progress: Optional[bool]
    ) -> None:
        self._corpus = corpus
        self._options = options
        self._examples_of = _requests.slices(examples, options.batch_size)
        opened = corpus._known()
        # Who goes on without a daemon goes on without its memory, too.
        self._opened = opened
        opened.may_start_over = options.if_unavailable != "raise"
        opened.has_memory = options.method != "examples/judge"
        self._flow = _requests.flow(corpus.name, opened.resolved, corpus.client._connection.server, options)
        self._under_way: Deque[Batch] = deque()
        self._failure: Optional[BaseException] = None
        self._is_away_until = 0.0
        self._progress = Progress(progress, examples)
        self._iterator = self._run()

    @property
    def counts(self) -> Counting:
        """What was read, kept and dropped so far."""
        return self._flow.counts

    def __aiter__(self) -> AsyncIterator[T]:
        return self._iterator

    async def __anext__(self) -> T:
        return cast(T, await self._iterator.__anext__())

    async def close(self) -> None:
        """Ends it early."""
        await self._iterator.aclose()

    async def start(self) -> None:
        """Sends what may be under way, without waiting for answers."""
        while len(self._under_way) < self._options.window and (examples := await self._examples()):
            self._under_way.append(await self._post(self._flow.batch(examples)))

    async def _run(self) -> AsyncGenerator[Any, None]:
        flow = self._flow
        with self._progress:
            while True:
                await self.start()
                if not self._under_way:
                    break
                batch = self._under_way.popleft()
                for item in flow.settle(batch, await self._answers(batch)):
                    yield item
                self._opened.decided(batch.new_decisions, batch.generation)
                self._progress.update(flow.counts)
        flow.finish()
        if self._failure is not None:
            raise self._failure

    async def _examples(self) -> List[Any]:
        """The next of the source. What it raises comes behind what it gave."""
        if self._failure is not None:
            return []
        examples, self._failure = await self._examples_of()
        return examples

    async def _post(self, batch: Batch) -> Batch:
        batch.generation = self._opened.generation
        if time.monotonic() >= self._is_away_until:
            try:
                connection, is_safe = self._corpus.client._connection, self._options.id_column is not None
                for raw in batch.raws:
                    batch.requests.append(
                        await connection.send(
                            self._options.method,
                            raw=raw,
                            is_safe=is_safe or self._options.method == "examples/judge",
                        )
                    )
            except (Unavailable, Timeout) as error:
                self._away(error)
        return batch

    async def _answers(self, batch: Batch) -> Optional[List[Dict[str, Any]]]:
        """The answers to a batch; None if there is no daemon and the caller said what then."""
        if len(batch.requests) < len(batch.raws):
            return None
        connection = self._corpus.client._connection
        try:
            return [await connection.wait(request) for request in batch.requests] or [{"verdicts": []}]
        except (Unavailable, Timeout) as error:
            self._away(error)
            return None

    def _away(self, error: ThresherError) -> None:
        """There is no daemon. It is looked for again a little later."""
        if self._options.if_unavailable == "raise":
            raise error
        self._is_away_until = time.monotonic() + _requests.AWAY_SECONDS
        warnings.warn(
            f"{error}; until it is back examples are {_requests.PAST[self._options.if_unavailable]} unjudged",
            ThresherWarning,
            stacklevel=4,
        )
