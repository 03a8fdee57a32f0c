"""Predicates for people who call `dataset.filter` themselves.

    dataset.filter(thresher.keep("tea", id_column="id"), batched=True)   # a corpus that remembers
    dataset.filter(thresher.filter_high_signal)                          # score and perplexity alone

They take one example or a batch of columns, pickle, and hash the same in every process, so that a
dataset's cache knows them again. `.asynchronous` is the same as a coroutine function.
"""

from __future__ import annotations

import asyncio
import atexit
import hashlib
import json
import os
import weakref
from itertools import islice
from typing import Any, Dict, Iterator, List, Mapping, Optional, Sequence, Tuple, Union, overload

from . import _requests, wire
from ._connect import PathLike, connect, target_of
from ._requests import ClientOptions, CorpusState
from ._rows import HOW_TO_ADD_IDS, SHAPE_KEYS, IDSource, keys_of
from ._stream import Judged, OnError, Options
from ._sync_stream import Stream
from .client import Client, Corpus
from .errors import ExampleError, MissingID

# A batch is sent in so many requests, so that the daemon works on one while the next is written.
PARTS = 16
LEAST_PART = 32

Answer = Union[bool, Sequence[bool]]
Found = Union[bool, Exception]


class Answers(Sequence[bool]):
    """Truth values that are waited for when they are looked at, while the daemon works on the rest."""

    def __init__(self, count: int, answers: Iterator[bool]) -> None:
        self._count = count
        self._step = part_of(count)
        self._answers = answers
        self._known: List[bool] = []

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, index: int) -> bool: ...

    @overload
    def __getitem__(self, index: slice) -> List[bool]: ...

    def __getitem__(self, index: Union[int, slice]) -> Union[bool, List[bool]]:
        known = self._known
        if isinstance(index, slice):
            known.extend(self._answers)
            return known[index]
        wanted = index + self._count if index < 0 else index
        # One request's answers at a time: more would be waited for, fewer cost more.
        while len(known) <= wanted < self._count:
            known.extend(islice(self._answers, self._step))
        return known[wanted]


class Predicate:
    """What both predicates share: from columns to rows, from verdicts to truth values."""

    # Whether a batch is answered by `Answers`, not by a list.
    is_lazy = False

    def __init__(self) -> None:
        self._gathered: (
            "weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, List[Tuple[Any, asyncio.Future[bool]]]]"
        )
        self._gathered = weakref.WeakKeyDictionary()

    def __call__(self, example: Any, *_: Any) -> Answer:
        """Whether one example is kept, or which of a batch of columns are."""
        columns = self._columns(example)
        if columns is None:
            return unwrapped(next(self._judge([example])))
        names = list(columns)
        rows = [dict(zip(names, values)) for values in zip(*columns.values())]
        answers = map(unwrapped, self._judge(rows))
        return Answers(len(rows), answers) if self.is_lazy else list(answers)

    async def asynchronous(self, example: Any, *_: Any) -> Answer:
        """The same as a coroutine. What is asked in one turn of the event loop is one request."""
        loop = asyncio.get_running_loop()
        if self._columns(example) is not None:
            return await loop.run_in_executor(None, self, example)
        waiting = self._gathered.get(loop)
        if waiting is None:
            waiting = self._gathered[loop] = []
            loop.call_soon(lambda: loop.create_task(self._flush(loop)))
        future: "asyncio.Future[bool]" = loop.create_future()
        waiting.append((example, future))
        return await future

    async def _flush(self, loop: asyncio.AbstractEventLoop) -> None:
        waiting = self._gathered.pop(loop)
        try:
            rows = [example for example, _ in waiting]
            found = await loop.run_in_executor(None, lambda: list(self._judge(rows)))
        except Exception as error:
            found = [error] * len(waiting)
        for (_, future), value in zip(waiting, found):
            if future.done():
                continue
            if isinstance(value, Exception):
                future.set_exception(value)
            else:
                future.set_result(value)

    def _columns(self, example: Any) -> Optional[Dict[str, Sequence[Any]]]:
        """The columns of a batch that matter; None for one example."""
        raise NotImplementedError

    def _judge(self, rows: List[Any]) -> Iterator[Found]:
        """For each row whether it is kept, or what is wrong with it. All is asked before the first is given."""
        raise NotImplementedError

    def _stream(self, corpus: Corpus, rows: List[Any], options: Dict[str, Any]) -> Iterator[Found]:
        bad: Dict[int, Exception] = {}

        def on_error(position: int, _: Any, error: ExampleError) -> None:
            bad[position] = error

        stream: Stream[Judged] = Stream(
            corpus,
            rows,
            Options(
                detail="decision",
                is_trimmed=False,
                batch_size=part_of(len(rows)),
                window=PARTS,
                warn_dropped=None,
                on_error=on_error,
                wants_verdicts=True,
                **options,
            ),
            False,
        )
        stream.start()
        return (
            bad[number] if number in bad else bool(verdict["keep"])
            for number, (_, verdict) in enumerate(stream)
        )


def part_of(count: int) -> int:
    """How many of so many rows go into one request."""
    return max(LEAST_PART, -(-count // PARTS))


def unwrapped(found: Found) -> bool:
    if isinstance(found, Exception):
        raise found
    return found


class Keep(Predicate):
    """Whether the corpus keeps an example. Made by `thresher.keep`."""

    def __init__(
        self,
        corpus: Corpus,
        id_column: IDSource,
        *,
        if_unavailable: str = "raise",
        unknown: Optional[str] = None,
        on_error: Optional[OnError] = None,
    ) -> None:
        super().__init__()
        if not isinstance(id_column, str):
            raise MissingID(f"a predicate has no ids of its own: {HOW_TO_ADD_IDS}")
        self.corpus = corpus
        self.id_column = id_column
        self.if_unavailable = if_unavailable
        self.unknown = unknown
        self.on_error = on_error

    def __getstate__(self) -> Dict[str, Any]:
        return {key: value for key, value in sorted(self.__dict__.items()) if key != "_gathered"}

    def __setstate__(self, state: Dict[str, Any]) -> None:
        super().__init__()
        self.__dict__.update(state)

    def _columns(self, example: Any) -> Optional[Dict[str, Sequence[Any]]]:
        if self.id_column not in example:
            raise MissingID(
                f'there is no column "{self.id_column}" ({", ".join(map(str, example))}): {HOW_TO_ADD_IDS}'
            )
        if not is_list(example[self.id_column]):
            return None
        keys = keys_of(self.corpus.settings)
        return {key: example[key] for key in example if key in keys or key == self.id_column}

    def _judge(self, rows: List[Any]) -> Iterator[Found]:
        found = self._stream(
            self.corpus,
            rows,
            {
                "id_column": self.id_column,
                "if_unavailable": self.if_unavailable,
                "unknown": _requests.unknown_of(self.corpus._state, self.unknown),
            },
        )
        return found if self.on_error is None else self._told(found, rows, self.on_error)

    def _told(self, found: Iterator[Found], rows: List[Any], on_error: OnError) -> Iterator[Found]:
        for number, value in enumerate(found):
            if isinstance(value, ExampleError):
                on_error(number, rows[number], value)
                value = False
            yield value


class HighSignal(Predicate):
    """Whether an example is good by itself: its score and perplexity, without memory, so without ids.

    - minimum_score: 1 to 10; without one, the daemon's own (7).
    - minimum_perplexity, maximum_perplexity: the band in which responses are kept.
    - address, state: which daemon, as `thresher.connect` takes them.
    """

    def __init__(
        self,
        minimum_score: Optional[float] = None,
        *,
        minimum_perplexity: Optional[float] = None,
        maximum_perplexity: Optional[float] = None,
        address: Optional[PathLike] = None,
        state: Optional[PathLike] = None,
    ) -> None:
        super().__init__()
        self.settings: wire.SettingsChange = {}
        if minimum_score is not None:
            self.settings["score"] = {"minimum": minimum_score}
        if minimum_perplexity is not None or maximum_perplexity is not None:
            self.settings["perplexity"] = {"minimum": minimum_perplexity, "maximum": maximum_perplexity}
        self.address = None if address is None else str(address)
        self.state = None if state is None else str(state)
        self._corpus: Optional[Corpus] = None

    def __getstate__(self) -> Dict[str, Any]:
        return {"address": self.address, "settings": self.settings, "state": self.state}

    def __setstate__(self, state: Dict[str, Any]) -> None:
        Predicate.__init__(self)
        self.__dict__.update(state)
        self._corpus = None

    def _columns(self, example: Any) -> Optional[Dict[str, Sequence[Any]]]:
        for key in SHAPE_KEYS:
            value: Any = example[key] if key in example else None
            if is_list(value) and len(value) and (isinstance(value[0], str) or is_list(value[0])):
                return {key: example[key] for key in example if key in SHAPE_KEYS}
        return None

    def _judge(self, rows: List[Any]) -> Iterator[Found]:
        if self._corpus is None:
            digest = hashlib.sha256(json.dumps(self.settings, sort_keys=True).encode()).hexdigest()[:16]
            # Nothing is ever admitted to it.
            self._corpus = lazy_corpus(f"high-signal-{digest}", self.settings, None, self.address, self.state)
        return self._stream(self._corpus, rows, {"id_column": None, "method": "examples/judge"})


class FilterHighSignal(HighSignal):
    """The one that needs no arguments. It pickles as its name."""

    def __reduce__(self) -> str:
        return "filter_high_signal"


filter_high_signal = FilterHighSignal()
_own_client: Optional[Client] = None


def is_list(value: Any) -> bool:
    """A list, or an array of NumPy and its like."""
    return isinstance(value, (list, tuple)) or (
        hasattr(value, "__len__") and not isinstance(value, (str, bytes, Mapping))
    )


def lazy_corpus(
    name: str,
    settings: Optional[wire.SettingsChange],
    id_column: IDSource,
    address: Optional[PathLike],
    state: Optional[PathLike],
) -> Corpus:
    """A corpus whose daemon is looked for when it is first used."""
    target = target_of(
        address,
        state=state,
        token=None,
        token_file=None,
        stdio=False,
        start=True,
        binary=None,
        arguments=(),
        start_timeout=20.0,
    )
    return Corpus(Client(target, ClientOptions()), CorpusState(name, settings, id_column), is_lazy=True)


def private_corpus(settings: Optional[wire.SettingsChange]) -> Corpus:
    """A corpus for this process and its workers, forgotten when the process ends."""
    global _own_client
    if _own_client is None or _own_client._process != os.getpid():
        _own_client = connect()
        atexit.register(_own_client.close)
    return _own_client.corpus(settings=settings, id_column=_requests.OWN)


def keep(
    corpus: Union[str, Corpus],
    id_column: Optional[str] = None,
    *,
    settings: Optional[wire.SettingsChange] = None,
    address: Optional[PathLike] = None,
    state: Optional[PathLike] = None,
    if_unavailable: str = "raise",
    unknown: Optional[str] = None,
    on_error: Optional[OnError] = None,
) -> Keep:
    """A predicate for `dataset.filter`, with or without `batched=True`.

    - corpus: its name, or an open one.
    - id_column: the column with the ids; needed, since a predicate cannot see where a row comes from.
    - settings, address, state: as in `Client.corpus` and `connect`, where corpus is a name.
    - if_unavailable, unknown, on_error: as in `Corpus.filter`.
    """
    if id_column is None:
        raise MissingID(f"a predicate has no ids of its own: {HOW_TO_ADD_IDS}")
    if isinstance(corpus, str):
        corpus = lazy_corpus(corpus, settings, id_column, address, state)
    return Keep(corpus, id_column, if_unavailable=if_unavailable, unknown=unknown, on_error=on_error)
