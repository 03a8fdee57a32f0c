"""The iterator that `filter` and `verdicts` give: it sends ahead, and waits in order."""

from __future__ import annotations

import time
import warnings
from collections import deque
from itertools import islice
from typing import (
    TYPE_CHECKING,
    Any,
    Deque,
    Dict,
    Generator,
    Generic,
    Iterable,
    Iterator,
    List,
    Optional,
    TypeVar,
    cast,
)

from . import _requests
from ._progress import Progress
from ._stream import Batch, Counting, Options
from .errors import ThresherError, ThresherWarning, Timeout, Unavailable

if TYPE_CHECKING:
    from .client import Corpus

T = TypeVar("T")


class Stream(Generic[T], Iterator[T]):
    """An iterator over what goes on; `counts` says what became of the rest."""

    def __init__(
        self, corpus: Corpus, examples: Iterable[Any], options: Options, progress: Optional[bool]
    ) -> None:
        self._corpus = corpus
        self._options = options
        self._source = iter(examples)
        opened = corpus._opened()
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

    def __iter__(self) -> Iterator[T]:
        return self._iterator

    def __next__(self) -> T:
        return cast(T, next(self._iterator))

    def close(self) -> None:
        """Ends it early."""
        self._iterator.close()

    def start(self) -> None:
        """Sends what may be under way, without waiting for answers."""
        while len(self._under_way) < self._options.window and (examples := self._examples()):
            self._under_way.append(self._post(self._flow.batch(examples)))

    def _run(self) -> Generator[Any, None, None]:
        flow = self._flow
        with self._progress:
            while True:
                self.start()
                if not self._under_way:
                    break
                batch = self._under_way.popleft()
                yield from flow.settle(batch, self._answers(batch))
                self._opened.decided(batch.new_decisions, batch.generation)
                self._progress.update(flow.counts)
        flow.finish()
        if self._failure is not None:
            raise self._failure

    def _examples(self) -> List[Any]:
        """The next of the source. What it raises comes behind what it gave."""
        if self._failure is not None:
            return []
        examples: List[Any] = []
        try:
            # Not a list of islice: what came before an error would be lost.
            examples.extend(islice(self._source, self._options.batch_size))
        except Exception as error:
            self._failure = error
        return examples

    def _post(self, batch: Batch) -> Batch:
        batch.generation = self._opened.generation
        if time.monotonic() >= self._is_away_until:
            try:
                connection, is_safe = self._corpus.client._connection, self._options.id_column is not None
                for raw in batch.raws:
                    batch.requests.append(
                        connection.send(
                            self._options.method,
                            raw=raw,
                            is_safe=is_safe or self._options.method == "examples/judge",
                        )
                    )
            except (Unavailable, Timeout) as error:
                self._away(error)
        return batch

    def _answers(self, batch: Batch) -> Optional[List[Dict[str, Any]]]:
        """The answers to a batch; None if there is no daemon and the caller said what then."""
        if len(batch.requests) < len(batch.raws):
            return None
        connection = self._corpus.client._connection
        try:
            return [connection.wait(request) for request in batch.requests] or [{"verdicts": []}]
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
