"""The synchronous client.

with thresher.connect() as client:
    corpus = client.corpus("tea")
    for example in corpus.filter(examples):
        ...
"""

from __future__ import annotations

import contextlib
import os
from collections import deque
from types import TracebackType
from typing import Any, Dict, Iterable, List, Mapping, Optional, Sequence, Type, cast

from . import _requests, wire
from ._connection import Connection
from ._corpora import OpenCorpus
from ._find import Target
from ._requests import ClientOptions, CorpusState
from ._rows import Example, IDSource
from ._stream import BATCH, WINDOW, Counting, Judged, OnDrop, OnError
from ._sync_stream import Stream
from .errors import ThresherError


class Client:
    """A connection to a daemon, made by `thresher.connect`.

    It can be shared between threads, inherited by a fork and pickled: each process makes its own
    connection. It mends lost connections; what has ids is asked again, which is safe.
    """

    def __init__(self, target: Target, options: ClientOptions) -> None:
        self._target = target
        self._options = options
        self._connection = Connection(target, options.timeout, options.reconnect_seconds)
        self._private: List[str] = []
        self._process = os.getpid()

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        value: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        self.close()

    def __getstate__(self) -> Dict[str, Any]:
        if self._target.stdio:
            raise TypeError(
                "a daemon on standard streams cannot be shared with another process; use a socket for workers"
            )
        return {"target": self._target, "options": self._options}

    def __setstate__(self, state: Dict[str, Any]) -> None:
        self.__init__(state["target"], state["options"])  # type: ignore[misc]

    def close(self) -> None:
        """Ends the connection, and forgets the corpora that were private to it."""
        # No daemon is started to forget what a lost one has forgotten.
        if self._process == os.getpid() and self._connection.stream is not None:
            for name in self._private:
                with contextlib.suppress(ThresherError):
                    self._connection.corpora.pop(name, None)
                    self.call("corpus/drop", {"corpus": name}, is_safe=False)
        self._private = []
        self._connection.close()

    @property
    def address(self) -> str:
        """Where the daemon is."""
        return self._target.name

    def call(
        self,
        method: str,
        params: Optional[Mapping[str, Any]] = None,
        *,
        is_safe: bool = True,
        timeout: Optional[float] = None,
    ) -> Any:
        """Any request of `Protocol/`. `is_safe` says that it may be sent twice."""
        return self._connection.call(method, dict(params or {}), is_safe=is_safe, timeout=timeout)

    def initialize(self) -> wire.InitializeResult:
        """What the server is, what it can do, and its limits."""
        self._connection.ensure()
        return cast(wire.InitializeResult, self._connection.server)

    def status(self) -> wire.ServerStatusResult:
        """What the daemon has done, and its corpora."""
        return cast(wire.ServerStatusResult, self.call("server/status"))

    def stop(self) -> None:
        """Ends the daemon, once it has answered what is in flight."""
        self.call("server/stop", is_safe=False)

    def corpora(self) -> List[wire.CorpusListResultCorporaItem]:
        """The corpora that are open."""
        return cast("List[wire.CorpusListResultCorporaItem]", self.call("corpus/list")["corpora"])

    def corpus(
        self,
        name: Optional[str] = None,
        *,
        settings: Optional[wire.SettingsChange] = None,
        id_column: IDSource = _requests.OWN,
    ) -> Corpus:
        """Opens a corpus, or makes it.

        - name: without one it is private to this process and forgotten with the client. Workers and
          ranks share what has a name; workers that are started with a private one share that, too.
        - settings: as in `Protocol/README.md`; one that is left out matches whatever is there.
        - id_column: where examples have their ids, see `Corpus.filter`.
        """
        if name is None:
            name = _requests.private_name()
            settings = _requests.private_settings(settings)
            self._private.append(name)
        return Corpus(self, CorpusState(name, settings, id_column))

    def trim(
        self, example: Example, *, settings: Optional[wire.SettingsChange] = None
    ) -> wire.TextTrimResult:
        """What would be cut from one example."""
        return cast(wire.TextTrimResult, self.call("text/trim", _requests.text(example, settings)))

    def score(
        self, example: Example, *, settings: Optional[wire.SettingsChange] = None, explain: bool = False
    ) -> wire.TextScoreResult:
        """The score of one example, and with `explain` what it is made of."""
        return cast(wire.TextScoreResult, self.call("text/score", _requests.text(example, settings, explain)))

    def tokens(
        self, example: Example, *, settings: Optional[wire.SettingsChange] = None, explain: bool = False
    ) -> wire.TextTokensResult:
        """The model tokens of one example."""
        return cast(
            wire.TextTokensResult, self.call("text/tokens", _requests.text(example, settings, explain))
        )


class Corpus:
    """The examples that were kept, and what later ones are compared with.

    It can be pickled; workers find the same corpus of the same daemon.
    """

    def __init__(self, client: Client, state: CorpusState, *, is_lazy: bool = False) -> None:
        self.client = client
        self._state = state
        self._open: Optional[OpenCorpus] = None
        if not is_lazy:
            self._opened()

    def __getstate__(self) -> Dict[str, Any]:
        return {"client": self.client, "state": self._state}

    def __setstate__(self, state: Dict[str, Any]) -> None:
        # It is opened where it is used first, so that pickling asks nothing of a daemon.
        self.client, self._state, self._open = state["client"], state["state"], None

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
        return cast(wire.Settings, self._opened().resolved)

    @property
    def fingerprint(self) -> str:
        """A digest of the settings, the same on every machine."""
        return _requests.fingerprint(self._opened().resolved)

    def _opened(self) -> OpenCorpus:
        """Opens it on this process's connection."""
        connection = self.client._connection
        found = connection.corpora.get(self.name)
        if found is None or self._open is not found:
            found = found or OpenCorpus(self.name, cast(Any, self._state.settings))
            wanted = OpenCorpus(self.name, cast(Any, self._state.settings))
            found.opened(connection.call("corpus/open", wanted.params()))
            connection.corpora[self.name] = self._open = found
        return found

    # --- Streams --------------------------------------------------------------------------------

    def filter(
        self,
        examples: Iterable[Example],
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
    ) -> Stream[Any]:
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
        opened = self._opened()
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
        return Stream(self, examples, options, progress)

    def verdicts(
        self,
        examples: Iterable[Example],
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
    ) -> Stream[Judged]:
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
        self._opened()
        return Stream(self, examples, options, progress)

    def prepare(
        self,
        examples: Iterable[Example],
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
        stream: Stream[Judged] = Stream(
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
        deque(stream, maxlen=0)
        self._state.is_prepared = True
        return stream.counts

    # --- Single requests ------------------------------------------------------------------------

    def admit(
        self,
        examples: Sequence[Example],
        *,
        replace: bool = False,
        unknown: Optional[str] = None,
        detail: str = "full",
    ) -> List[wire.Verdict]:
        """Judges examples as they are (an id is their `id`), and remembers what is kept."""
        self._opened()
        params, is_safe = _requests.admit(self.name, examples, replace, unknown, detail)
        return cast(
            "List[wire.Verdict]", self.client.call("examples/admit", params, is_safe=is_safe)["verdicts"]
        )

    def judge(
        self, examples: Sequence[Example], *, unknown: Optional[str] = None, detail: str = "full"
    ) -> List[wire.Verdict]:
        """As `admit`, and changes nothing."""
        self._opened()
        params, _ = _requests.admit(self.name, examples, False, unknown, detail)
        return cast("List[wire.Verdict]", self.client.call("examples/judge", params)["verdicts"])

    def retract(self, ids: Sequence[wire.ID]) -> wire.ExamplesRetractResult:
        """Forgets examples, and the decisions that named them as the original."""
        self._opened()
        result = self.client.call("examples/retract", {"corpus": self.name, "ids": list(ids)}, is_safe=False)
        return cast(wire.ExamplesRetractResult, result)

    def similar(
        self, example: Example, *, limit: Optional[int] = None
    ) -> List[wire.ExamplesSimilarResultMatchesItem]:
        """The kept examples whose similarity is at or above the threshold."""
        self._opened()
        result = self.client.call("examples/similar", _requests.similar(self.name, example, limit))
        return cast("List[wire.ExamplesSimilarResultMatchesItem]", result["matches"])

    def load_references(
        self,
        name: str,
        examples: Optional[Sequence[Example]] = None,
        *,
        path: Optional[str] = None,
        timeout: Optional[float] = None,
    ) -> wire.ReferencesLoadResult:
        """Adds texts that must not occur in the corpus, given here or in a file of the daemon's machine."""
        self._opened()
        result = self.client.call(
            "references/load", _requests.references(self.name, name, examples, path), timeout=timeout
        )
        return cast(wire.ReferencesLoadResult, result)

    def stats(self) -> wire.CorpusStatsResult:
        """What the corpus has done and holds."""
        self._opened()
        return cast(wire.CorpusStatsResult, self.client.call("corpus/stats", {"corpus": self.name}))

    def configure(self, settings: wire.SettingsChange) -> wire.Settings:
        """Changes policy settings, for later decisions."""
        opened = self._opened()
        result = self.client.call("corpus/configure", {"corpus": self.name, "settings": settings})
        opened.resolved = result["settings"]
        opened.settings = None
        self._state.settings = None
        return cast(wire.Settings, result["settings"])

    def drop(self) -> None:
        """Forgets the corpus."""
        self.client._connection.corpora.pop(self.name, None)
        self._open = None
        self.client.call("corpus/drop", {"corpus": self.name}, is_safe=False)
