"""For PyTorch.

    from thresher.torch import FilteredDataset
    loader = DataLoader(FilteredDataset(source, client.corpus("tea")), batch_size=8, num_workers=4)

`FilteredDataset` filters while it is read, `FilteredMapDataset` once, ahead, for samplers and random
access. Worker processes, forked or spawned, and ranks share one daemon.
"""

from __future__ import annotations

from array import array
from collections import deque
from importlib import import_module
from itertools import islice
from typing import TYPE_CHECKING, Any, Callable, Deque, Dict, Iterator, List, Optional, Tuple

from . import _requests, _rows
from ._source_keys import COLUMN, SourceKeys
from ._stream import BATCH, WINDOW, Counting, Flow, OnDrop, OnError, Options
from ._sync_stream import Stream
from .client import Corpus
from .errors import MissingID, StateMismatch

# Imported by name: this module has the same one.
_data: Any = import_module("torch.utils.data")
if TYPE_CHECKING:

    class IterableBase:
        """Stands for PyTorch's class, which has no types here."""

    class MapBase:
        """Stands for PyTorch's class, which has no types here."""
else:
    IterableBase, MapBase = _data.IterableDataset, _data.Dataset


def is_map_style(source: Any) -> bool:
    return hasattr(source, "__getitem__") and hasattr(source, "__len__")


def is_hugging_face(source: Any) -> bool:
    return type(source).__module__.startswith("datasets.")


def position_ids(source: Any, name: str) -> Callable[[int], Any]:
    """The id of each position of a map-style dataset."""
    if is_hugging_face(source):
        return SourceKeys(source)
    return (lambda position: f"{name}:{position}") if name else (lambda position: position)


class FilteredDataset(IterableBase):
    """The examples of a source that the corpus keeps, while they are read.

    - source: a map-style dataset, whose rows are split between workers and ranks by their index, or
      an iterable one, which can be read again and again.
    - corpus: where several ranks are, one with a name.
    - id_column: the column with the ids. Without one an example of a map-style dataset has its index
      (behind `source_name`, where several datasets share a corpus), and one of a Hugging Face
      dataset the place that it comes from. Other iterables need it.
    - split: `rows` deals the rows of an iterable source to workers and ranks in turn; `source`
      leaves that to the source, as PyTorch asks of iterable datasets. The default is `source` for
      those of PyTorch and Hugging Face, `rows` for all others.
    - rank, world_size: which ranks there are; by default every rank sees all rows, or what its
      source gives it.

    The rest as in `Corpus.filter`. What was kept is kept in the next epoch.
    """

    def __init__(
        self,
        source: Any,
        corpus: Corpus,
        *,
        id_column: Optional[str] = None,
        source_name: str = "",
        mode: str = "drop",
        trimmed: bool = True,
        split: Optional[str] = None,
        rank: int = 0,
        world_size: int = 1,
        unknown: Optional[str] = None,
        if_unavailable: str = "raise",
        on_drop: Optional[OnDrop] = None,
        on_error: Optional[OnError] = None,
        warn_dropped: Optional[float] = 0.5,
        mask_column: str = "keep",
        batch_size: int = BATCH,
        window: int = WINDOW,
    ) -> None:
        super().__init__()
        self.is_map_style = is_map_style(source)
        if id_column is None and not self.is_map_style and not is_hugging_face(source):
            raise MissingID(
                f"an iterable source does not tell where its rows come from: {_rows.HOW_TO_ADD_IDS}"
            )
        if split is None:
            leaves_it = is_hugging_face(source) or isinstance(source, _data.IterableDataset)
            split = "source" if leaves_it and not self.is_map_style else "rows"
        if split not in ("rows", "source"):
            raise ValueError(f"split is rows or source, not {split!r}")
        if not 0 <= rank < world_size:
            raise ValueError(f"rank {rank} is none of {world_size}")
        if world_size > 1 and corpus.name.startswith(_requests.PRIVATE):
            raise ValueError(
                'ranks share a corpus by its name, and this one is private: client.corpus("name")'
            )
        self.source = source
        self.corpus = corpus
        self.id_column = id_column
        self.source_name = source_name
        self.split = split
        self.rank = rank
        self.world_size = world_size
        self.settings: Dict[str, Any] = {
            "mode": mode,
            "trimmed": trimmed,
            "unknown": unknown,
            "if_unavailable": if_unavailable,
            "on_drop": on_drop,
            "on_error": on_error,
            "warn_dropped": warn_dropped,
            "mask_column": mask_column,
            "batch_size": batch_size,
            "window": window,
        }
        self._ids = position_ids(source, source_name) if self.is_map_style and id_column is None else None
        self._start: Optional[Dict[str, Any]] = None
        self._flow: Optional[Flow] = None
        self._skipped = 0
        self._given = 0
        self._fingerprint: Optional[str] = None

    def __getstate__(self) -> Dict[str, Any]:
        state = dict(self.__dict__)
        state["_flow"] = None
        if self._ids is not None and not isinstance(self._ids, SourceKeys):
            state["_ids"] = None
        return state

    def __setstate__(self, state: Dict[str, Any]) -> None:
        self.__dict__.update(state)
        if self.is_map_style and self.id_column is None and self._ids is None:
            self._ids = position_ids(self.source, self.source_name)

    # --- Reading --------------------------------------------------------------------------------

    def __iter__(self) -> Iterator[Any]:
        number, count = self._share()
        start, self._start = self._start, None
        skip = 0
        self._skipped = self._given = 0
        if start is not None:
            if start["share"] != [number, count]:
                raise StateMismatch(
                    f"the state is that of share {start['share'][0]} of {start['share'][1]} of the rows, and "
                    f"this is {number} of {count}: the same number of workers and ranks is needed"
                )
            skip = start["position"]
        # What was put into gaps depends on all that came before; only a look at all of it is exact.
        is_replayed = self.settings["mode"] == "refill"
        examples, id_column = self._examples(number, count, 0 if is_replayed else skip)
        stream = self._stream(examples, id_column)
        self._flow = stream._flow
        self._skipped = 0 if is_replayed else skip
        items: Iterator[Any] = islice(
            stream, start["given"] if start is not None and is_replayed else 0, None
        )
        self._given = 0 if start is None else start["given"]
        for example in items:
            self._given += 1
            if id_column == COLUMN:
                example = {key: value for key, value in example.items() if key != COLUMN}
            yield example

    def _share(self) -> Tuple[int, int]:
        """Which of how many shares of the rows this process reads."""
        info = _data.get_worker_info()
        worker, workers = (0, 1) if info is None else (info.id, info.num_workers)
        return self.rank * workers + worker, self.world_size * workers

    def _examples(self, number: int, count: int, skip: int) -> Tuple[Iterator[Any], _rows.IDSource]:
        """The examples of a share from its row `skip` on, and where their ids are."""
        source = self.source
        if self.is_map_style:
            positions = range(number, len(source), count)[skip:]
            if self._ids is None:
                return (source[position] for position in positions), self.id_column
            return self._positioned(positions, self._ids)
        id_column = self.id_column
        if id_column is None:
            from .datasets import with_ids

            id_column = COLUMN
            epoch = getattr(source, "epoch", 0)
            source = with_ids(source, COLUMN)
            if epoch:
                source.set_epoch(epoch)
        rows = iter(source)
        if self.split == "rows":
            rows = islice(rows, number, None, count)
        return islice(rows, skip, None), id_column

    def _positioned(
        self, positions: range, ids: Callable[[int], Any]
    ) -> Tuple[Iterator[Any], _rows.IDSource]:
        # Each example is asked for its id once, in order.
        waiting: Deque[Any] = deque()

        def examples() -> Iterator[Any]:
            for position in positions:
                example = self.source[position]
                waiting.append(ids(position))
                yield example

        return examples(), lambda example: waiting.popleft()

    def _stream(self, examples: Iterator[Any], id_column: _rows.IDSource) -> Stream[Any]:
        return self.corpus.filter(examples, id_column=id_column, **self.settings)

    def prepare(self, progress: Optional[bool] = None) -> Counting:
        """One ordered pass over all rows of the source; from then on workers and ranks only replay.

        Several ranks may do it at once: the outcome is the same.
        """
        if self.is_map_style or self.split == "rows":
            examples, id_column = self._examples(0, 1, 0)
        else:
            examples, id_column = self._examples(*self._share(), 0)
        return self.corpus.prepare(
            examples,
            id_column=id_column,
            on_error=self.settings["on_error"],
            warn_dropped=self.settings["warn_dropped"],
            progress=progress,
        )

    def set_epoch(self, epoch: int) -> None:
        """Tells the source, if it wants to know."""
        if hasattr(self.source, "set_epoch"):
            self.source.set_epoch(epoch)

    # --- Checkpoints ----------------------------------------------------------------------------

    def state_dict(self) -> Dict[str, Any]:
        """Where this share stands: small, and cheap to make at every step."""
        if self._start is not None:
            return dict(self._start)
        if self._fingerprint is None:
            self._fingerprint = self.corpus.fingerprint
        position = self._skipped + (self._flow.at if self._flow is not None else 0)
        return {
            "corpus": self.corpus.name,
            "settings": self._fingerprint,
            "share": list(self._share()),
            "position": position,
            "given": self._given,
        }

    def load_state_dict(self, state: Dict[str, Any]) -> None:
        """The next iteration goes on behind the example that the state was taken at.

        :raises StateMismatch: it is of another corpus, or of other settings.
        """
        if state["corpus"] != self.corpus.name:
            raise StateMismatch(
                f'the state is of corpus "{state["corpus"]}", and this is "{self.corpus.name}"'
            )
        if state["settings"] != self.corpus.fingerprint:
            raise StateMismatch(f'corpus "{self.corpus.name}" had other settings when the state was taken')
        self._start = dict(state)


class FilteredMapDataset(MapBase):
    """The examples of a map-style dataset that the corpus keeps, at their indices.

    One ordered pass is made when it is made; workers then need no daemon.
    """

    def __init__(
        self,
        source: Any,
        corpus: Corpus,
        *,
        id_column: Optional[str] = None,
        source_name: str = "",
        trimmed: bool = True,
        on_error: Optional[OnError] = None,
        warn_dropped: Optional[float] = 0.5,
        progress: Optional[bool] = None,
    ) -> None:
        super().__init__()
        if not is_map_style(source):
            raise TypeError("a source with __getitem__ and __len__ is needed; FilteredDataset takes others")
        self.source = source
        self.positions = array("Q")
        # What is cut of an example, where something is.
        self.edits: Dict[int, List[Dict[str, Any]]] = {}
        ids = position_ids(source, source_name) if id_column is None else None
        waiting: Deque[Any] = deque()

        def examples() -> Iterator[Any]:
            for position in range(len(source)):
                example = source[position]
                if ids is not None:
                    waiting.append(ids(position))
                yield example

        opened = corpus.settings
        is_trimmed = trimmed and _requests.trims(opened)
        stream: Stream[Any] = Stream(
            corpus,
            examples(),
            Options(
                id_column=id_column if ids is None else lambda example: waiting.popleft(),
                is_trimmed=False,
                detail="edits" if is_trimmed else "decision",
                on_error=on_error,
                warn_dropped=warn_dropped,
                wants_verdicts=True,
                unknown=_requests.unknown_of(corpus._state, None),
            ),
            progress,
        )
        for position, (_, verdict) in enumerate(stream):
            if verdict["keep"]:
                self.positions.append(position)
                if is_trimmed and verdict.get("edits"):
                    self.edits[position] = verdict["edits"]
        self.counts = stream.counts

    def __len__(self) -> int:
        return len(self.positions)

    def __getitem__(self, index: int) -> Any:
        position = self.positions[index]
        example = self.source[position]
        edits = self.edits.get(position)
        return _rows.trimmed(example, edits) if edits else example


__all__ = ["FilteredDataset", "FilteredMapDataset"]
