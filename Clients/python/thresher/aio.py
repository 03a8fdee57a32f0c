"""The asynchronous client: the surface of `thresher.client`, with its waiting awaited.

async with await thresher.aio.connect() as client:
    corpus = await client.corpus("tea")
    async for example in corpus.filter(examples):
        ...
"""

from __future__ import annotations

import contextlib
import os
from types import TracebackType
from typing import Any, Dict, List, Mapping, Optional, Sequence, Type, cast

from . import _requests, wire
from ._aio_connection import AsyncConnection
from ._aio_stream import AsyncStream, Source
from ._connect import PathLike, target_of
from ._corpora import OpenCorpus
from ._find import Target
from ._requests import ClientOptions, CorpusState
from ._rows import Example, IDSource
from ._stream import BATCH, WINDOW, Counting, Judged, OnDrop, OnError
from .errors import ThresherError


class AsyncClient:
    """A connection to a daemon, made by `thresher.connect`.

    It belongs to one event loop of one process. It mends lost connections; what has ids is asked
    again, which is safe.
    """

    def __init__(self, target: Target, options: ClientOptions) -> None:
        self._target = target
        self._options = options
        self._connection = AsyncConnection(target, options.timeout, options.reconnect_seconds)
        self._private: List[str] = []
        self._process = os.getpid()

    async def __aenter__(self) -> AsyncClient:
        return self

    async def __aexit__(
        self,
        kind: Optional[Type[BaseException]],
        value: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Ends the connection, and forgets the corpora that were private to it."""
        # No daemon is started to forget what a lost one has forgotten.
        if self._process == os.getpid() and self._connection.writer is not None:
            for name in self._private:
                with contextlib.suppress(ThresherError):
                    self._connection.corpora.pop(name, None)
                    await self.call("corpus/drop", {"corpus": name}, is_safe=False)
        self._private = []
        await self._connection.close()

    @property
    def address(self) -> str:
        """Where the daemon is."""
        return self._target.name

    async def call(
        self,
        method: str,
        params: Optional[Mapping[str, Any]] = None,
        *,
        is_safe: bool = True,
        timeout: Optional[float] = None,
    ) -> Any:
        """Any request of `Protocol/`. `is_safe` says that it may be sent twice."""
        return await self._connection.call(method, dict(params or {}), is_safe=is_safe, timeout=timeout)

    async def initialize(self) -> wire.InitializeResult:
        """What the server is, what it can do, and its limits."""
        await self._connection.ensure()
        return cast(wire.InitializeResult, self._connection.server)

    async def status(self) -> wire.ServerStatusResult:
        """What the daemon has done, and its corpora."""
        return cast(wire.ServerStatusResult, await self.call("server/status"))

    async def stop(self) -> None:
        """Ends the daemon, once it has answered what is in flight."""
        await self.call("server/stop", is_safe=False)

    async def corpora(self) -> List[wire.CorpusListResultCorporaItem]:
        """The corpora that are open."""
        return cast("List[wire.CorpusListResultCorporaItem]", (await self.call("corpus/list"))["corpora"])

    async def corpus(
        self,
        name: Optional[str] = None,
        *,
        settings: Optional[wire.SettingsChange] = None,
        id_column: IDSource = _requests.OWN,
    ) -> AsyncCorpus:
        """Opens a corpus, or makes it.

        - name: without one it is private to this process and forgotten with the client. Workers and
          ranks share what has a name; workers that are started with a private one share that, too.
        - settings: as in `Protocol/README.md`; one that is left out matches whatever is there.
        - id_column: where examples have their ids, see `AsyncCorpus.filter`.
        """
        if name is None:
            name = _requests.private_name()
            settings = _requests.private_settings(settings)
            self._private.append(name)
        corpus = AsyncCorpus(self, CorpusState(name, settings, id_column))
        await corpus._opened()
        return corpus

    async def trim(
        self, example: Example, *, settings: Optional[wire.SettingsChange] = None
    ) -> wire.TextTrimResult:
        """What would be cut from one example."""
        return cast(wire.TextTrimResult, await self.call("text/trim", _requests.text(example, settings)))

    async def score(
        self, example: Example, *, settings: Optional[wire.SettingsChange] = None, explain: bool = False
    ) -> wire.TextScoreResult:
        """The score of one example, and with `explain` what it is made of."""
        return cast(
            wire.TextScoreResult, await self.call("text/score", _requests.text(example, settings, explain))
        )

    async def tokens(
        self, example: Example, *, settings: Optional[wire.SettingsChange] = None, explain: bool = False
    ) -> wire.TextTokensResult:
        """The model tokens of one example."""
        return cast(
            wire.TextTokensResult, await self.call("text/tokens", _requests.text(example, settings, explain))
        )


class AsyncCorpus:
    """The examples that were kept, and what later ones are compared with."""

    def __init__(self, client: AsyncClient, state: CorpusState) -> None:
        self.client = client
        self._state = state
        self._open: Optional[OpenCorpus] = None

    @property
    def name(self) -> str:
        return self._state.name

    @property
    def id_column(self) -> IDSource:
        return self._state.id_column

    @property
    def is_prepared(self) -> bool:
        """Whether `prepare` has made its pass: then an id that it did not see is an error."""
        return self._state.is_prepared

    @property
    def settings(self) -> wire.Settings:
        """All settings of the corpus."""
        return cast(wire.Settings, self._known().resolved)

    @property
    def fingerprint(self) -> str:
        """A digest of the settings, the same on every machine."""
        return _requests.fingerprint(self._known().resolved)

    async def _opened(self) -> OpenCorpus:
        """Opens it on this process's connection."""
        connection = self.client._connection
        found = connection.corpora.get(self.name)
        if found is None or self._open is not found:
            found = found or OpenCorpus(self.name, cast(Any, self._state.settings))
            wanted = OpenCorpus(self.name, cast(Any, self._state.settings))
            found.opened(await connection.call("corpus/open", wanted.params()))
            connection.corpora[self.name] = self._open = found
        return found

    def _known(self) -> OpenCorpus:
        assert self._open is not None
        return self._open

    # --- Streams --------------------------------------------------------------------------------

    def filter(
        self,
        examples: Source,
        *,
        id_column: IDSource = _requests.OWN,
        mode: str = "drop",
        trimmed: bool = True,
        on_drop: Optional[OnDrop] = None,
        on_error: Optional[OnError] = None,
        if_unavailable: str = "raise",
        unknown: Optional[str] = None,
        warn_dropped: Optional[float] = 0.5,
        mask_column: str = "keep",
        batch_size: int = BATCH,
        window: int = WINDOW,
        progress: Optional[bool] = False,
    ) -> AsyncStream[Any]:
        """The examples that are kept, trimmed, in their order; what is kept is remembered.

        - id_column: the column that has each example's id, or a function that gives it. The same id
          gets the same decision again: in the next epoch, after a lost connection, in another
          worker. None sends no ids: then nothing replays, and a second pass drops everything.
        - mode: `drop` leaves out what is not kept. `mask` gives each example, with a column
          `mask_column` that says whether it is kept. `refill` puts one of the last kept examples in
          the place of each that is not. With both, as many come out as go in.
        - trimmed: whether what is cut is cut.
        - on_drop: called with each dropped example and its verdict.
        - on_error: called with position, example and ExampleError of each example that cannot be
          used, which is then dropped; without it the error is raised.
        - if_unavailable: what becomes of examples while there is no daemon: `raise`, `keep`, `drop`.
        - unknown: `error` refuses ids that were not judged before; the default after `prepare`.
        - warn_dropped: the share of dropped examples from which there is a warning; None for never.
        - batch_size, window: examples in a request, and requests in flight. So many are read ahead.
        - progress: a bar of `tqdm`, if it is installed; None shows one on a terminal.
        """
        opened = self._known()
        options = _requests.filter_options(
            self._state,
            opened.resolved,
            id_column=id_column,
            mode=mode,
            trimmed=trimmed,
            on_drop=on_drop,
            on_error=on_error,
            if_unavailable=if_unavailable,
            unknown=unknown,
            warn_dropped=warn_dropped,
            mask_column=mask_column,
            batch_size=batch_size,
            window=window,
        )
        return AsyncStream(self, examples, options, progress)

    def verdicts(
        self,
        examples: Source,
        *,
        id_column: IDSource = _requests.OWN,
        detail: str = "full",
        on_error: Optional[OnError] = None,
        if_unavailable: str = "raise",
        unknown: Optional[str] = None,
        warn_dropped: Optional[float] = None,
        batch_size: int = BATCH,
        window: int = WINDOW,
        progress: Optional[bool] = False,
    ) -> AsyncStream[Judged]:
        """Each example with its verdict, in their order; what is kept is remembered.

        - detail: how much of the verdict, `decision`, `edits` or `full`.

        The rest as in `filter`.
        """
        options = _requests.verdict_options(
            self._state,
            id_column=id_column,
            detail=detail,
            on_error=on_error,
            if_unavailable=if_unavailable,
            unknown=unknown,
            warn_dropped=warn_dropped,
            batch_size=batch_size,
            window=window,
        )
        return AsyncStream(self, examples, options, progress)

    async def prepare(
        self,
        examples: Source,
        *,
        id_column: IDSource = _requests.OWN,
        on_error: Optional[OnError] = None,
        warn_dropped: Optional[float] = 0.5,
        batch_size: int = BATCH,
        window: int = WINDOW,
        progress: Optional[bool] = None,
    ) -> Counting:
        """Judges all examples in their order, once; from then on workers only replay.

        Without it, which of two twins is kept depends on which worker is faster. Several ranks may
        each prepare the same examples at once: the outcome is the same. A Hugging Face dataset needs
        no id column here: see `thresher.datasets`.
        """
        examples, id_column = _requests.with_source_ids(self._state, examples, id_column)
        stream: AsyncStream[Judged] = AsyncStream(
            self,
            examples,
            _requests.verdict_options(
                self._state,
                id_column=id_column,
                detail="decision",
                on_error=on_error,
                if_unavailable="raise",
                unknown="admit",
                warn_dropped=warn_dropped,
                batch_size=batch_size,
                window=window,
            ),
            progress,
        )
        async for _ in stream:
            pass
        self._state.is_prepared = True
        return stream.counts

    # --- Single requests ------------------------------------------------------------------------

    async def admit(
        self,
        examples: Sequence[Example],
        *,
        replace: bool = False,
        unknown: Optional[str] = None,
        detail: str = "full",
    ) -> List[wire.Verdict]:
        """Judges examples as they are (an id is their `id`), and remembers what is kept."""
        await self._opened()
        params, is_safe = _requests.admit(self.name, examples, replace, unknown, detail)
        return cast(
            "List[wire.Verdict]",
            (await self.client.call("examples/admit", params, is_safe=is_safe))["verdicts"],
        )

    async def judge(
        self, examples: Sequence[Example], *, unknown: Optional[str] = None, detail: str = "full"
    ) -> List[wire.Verdict]:
        """As `admit`, and changes nothing."""
        await self._opened()
        params, _ = _requests.admit(self.name, examples, False, unknown, detail)
        return cast("List[wire.Verdict]", (await self.client.call("examples/judge", params))["verdicts"])

    async def retract(self, ids: Sequence[wire.ID]) -> wire.ExamplesRetractResult:
        """Forgets examples, and the decisions that named them as the original."""
        await self._opened()
        result = await self.client.call(
            "examples/retract", {"corpus": self.name, "ids": list(ids)}, is_safe=False
        )
        return cast(wire.ExamplesRetractResult, result)

    async def similar(
        self, example: Example, *, limit: Optional[int] = None
    ) -> List[wire.ExamplesSimilarResultMatchesItem]:
        """The kept examples whose similarity is at or above the threshold."""
        await self._opened()
        result = await self.client.call("examples/similar", _requests.similar(self.name, example, limit))
        return cast("List[wire.ExamplesSimilarResultMatchesItem]", result["matches"])

    async def load_references(
        self,
        name: str,
        examples: Optional[Sequence[Example]] = None,
        *,
        path: Optional[str] = None,
        timeout: Optional[float] = None,
    ) -> wire.ReferencesLoadResult:
        """Adds texts that must not occur in the corpus, given here or in a file of the daemon's machine."""
        await self._opened()
        result = await self.client.call(
            "references/load", _requests.references(self.name, name, examples, path), timeout=timeout
        )
        return cast(wire.ReferencesLoadResult, result)

    async def stats(self) -> wire.CorpusStatsResult:
        """What the corpus has done and holds."""
        await self._opened()
        return cast(wire.CorpusStatsResult, await self.client.call("corpus/stats", {"corpus": self.name}))

    async def configure(self, settings: wire.SettingsChange) -> wire.Settings:
        """Changes policy settings, for later decisions."""
        opened = await self._opened()
        result = await self.client.call("corpus/configure", {"corpus": self.name, "settings": settings})
        opened.resolved = result["settings"]
        opened.settings = None
        self._state.settings = None
        return cast(wire.Settings, result["settings"])

    async def drop(self) -> None:
        """Forgets the corpus."""
        self.client._connection.corpora.pop(self.name, None)
        self._open = None
        await self.client.call("corpus/drop", {"corpus": self.name}, is_safe=False)


async def connect(
    address: Optional[PathLike] = None,
    *,
    state: Optional[PathLike] = None,
    token: Optional[str] = None,
    token_file: Optional[PathLike] = None,
    stdio: bool = False,
    start: bool = True,
    binary: Optional[PathLike] = None,
    arguments: Sequence[str] = (),
    timeout: float = 60.0,
    start_timeout: float = 20.0,
    reconnect_seconds: float = 30.0,
) -> AsyncClient:
    """As `thresher.connect`."""
    client = AsyncClient(
        target_of(
            address,
            state=state,
            token=token,
            token_file=token_file,
            stdio=stdio,
            start=start,
            binary=binary,
            arguments=arguments,
            start_timeout=start_timeout,
        ),
        ClientOptions(timeout=timeout, reconnect_seconds=reconnect_seconds),
    )
    await client.initialize()
    return client
