"""For Hugging Face `datasets`.

    import thresher.datasets
    kept = thresher.datasets.filter(dataset, "tea")             # Dataset and IterableDataset

Ids are made from where rows come from, below shuffling and sharding, unless a column has them.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any, Dict, Iterator, List, Optional, Sequence, Tuple, TypeVar, Union, cast

from . import _keep, _requests, _rows, wire
from ._keep import Answers, Keep
from ._source_keys import COLUMN, SourceKeys, keyed, with_column
from ._stream import Counting, OnError, Options
from ._sync_stream import Stream
from .client import Corpus
from .errors import ExampleError

D = TypeVar("D")
BATCH = 1_000
# Imported by name: this module has the same one.
hf: Any = import_module("datasets")
Verdict = Dict[str, Any]


def with_ids(dataset: D, column: str = "id") -> D:
    """The dataset with a column of ids: where each row comes from.

    To be called before anything that takes rows away or makes new ones; shuffling, sharding and
    splitting by node may come before or after.
    """
    source: Any = dataset
    if isinstance(source, hf.Dataset):
        keys = SourceKeys(source)
        return cast(D, source.add_column(column, [keys(position) for position in range(len(source))]))
    found = source._ex_iterable
    info = source._info.copy()
    if info.features is not None:
        info.features = with_column(info.features, column)
    made = type(source)(
        ex_iterable=keyed(found, column),
        info=info,
        split=source._split,
        formatting=source._formatting,
        distributed=source._distributed,
        token_per_repo_id=source._token_per_repo_id,
    )
    return cast(D, made)


def filter(
    dataset: D,
    corpus: Union[str, Corpus, None] = None,
    *,
    id_column: Optional[str] = None,
    trimmed: bool = True,
    settings: Optional[wire.SettingsChange] = None,
    if_unavailable: str = "raise",
    unknown: Optional[str] = None,
    on_error: Optional[OnError] = None,
    batch_size: int = BATCH,
    **options: Any,
) -> D:
    """The rows that the corpus keeps, trimmed; the same kind of dataset with the same features.

    - corpus: open, or its name; without one it is private to this process and its workers.
    - id_column: the column with the ids; without one they are made, see `with_ids`.
    - settings: where corpus is a name or none.
    - options: for `dataset.filter` (and `map`), `num_proc` say.

    The rest as in `Corpus.filter`; the position in an error is that of the row in this dataset, or in
    what this process reads of an `IterableDataset`, which is filtered while it is read.
    """
    if corpus is None or isinstance(corpus, str):
        corpus = (
            _keep.private_corpus(settings)
            if corpus is None
            else _keep.lazy_corpus(corpus, settings, _requests.OWN, None, None)
        )
    rows: Dict[str, Any] = {"if_unavailable": if_unavailable, "unknown": unknown, "on_error": on_error}
    is_trimmed = trimmed and _requests.trims(corpus.settings)
    source: Any = dataset
    if isinstance(source, hf.Dataset):
        judge = Rows(corpus, id_column, None if id_column else SourceKeys(source), **rows)
        kept = source.filter(judge.keep, with_indices=True, batched=True, batch_size=batch_size, **options)
        if not is_trimmed:
            return cast(D, kept)
        # What is cut is asked for again, for what is kept; columns without edits are not touched.
        cut = Rows(corpus, id_column, None if id_column else SourceKeys(kept), **{**rows, "unknown": None})
        kept = kept.map(
            cut.cut,
            with_indices=True,
            batched=True,
            batch_size=batch_size,
            features=kept.features,
            **options,
        )
        return cast(D, kept)
    column = id_column or COLUMN
    stream = source if id_column else with_ids(source, COLUMN)
    judge = Rows(corpus, column, None, **rows)
    if is_trimmed:
        found = stream.map(
            judge.kept_and_cut,
            with_indices=True,
            batched=True,
            batch_size=batch_size,
            features=stream.features,
            **options,
        )
    else:
        found = stream.filter(judge.keep, with_indices=True, batched=True, batch_size=batch_size, **options)
    return cast(D, found if id_column else found.remove_columns(COLUMN))


def keep(corpus: Union[str, Corpus], id_column: Optional[str] = None, **options: Any) -> Keep:
    """As `thresher.keep`, for `dataset.filter(…, batched=True)`: the quickest there.

    What it gives for a batch is no list but a sequence whose items are waited for one by one, so that
    `datasets` works on the first rows while the daemon works on the rest.
    """
    found = _keep.keep(corpus, id_column, **options)
    found.is_lazy = True
    return found


def prepare(
    dataset: Any,
    corpus: Corpus,
    *,
    id_column: Optional[str] = None,
    on_error: Optional[OnError] = None,
    progress: Optional[bool] = None,
) -> Counting:
    """One ordered pass over all rows; from then on workers and ranks only replay.

    To be called with the whole dataset, before it is split by node.
    """
    return corpus.prepare(
        rows_with_ids(dataset, id_column), id_column=id_column or COLUMN, on_error=on_error, progress=progress
    )


def rows_with_ids(dataset: Any, id_column: Optional[str]) -> Iterator[Dict[str, Any]]:
    """The rows, each with its id in the column, or in one of our own."""
    if not isinstance(dataset, hf.Dataset):
        yield from dataset if id_column else with_ids(dataset, COLUMN)
        return
    keys = None if id_column else SourceKeys(dataset)
    position = 0
    for batch in dataset.iter(batch_size=BATCH):
        names = list(batch)
        for values in zip(*batch.values()):
            row = dict(zip(names, values))
            if keys is not None:
                row[COLUMN] = keys(position)
            position += 1
            yield row


class Rows:
    """What `filter` gives to a dataset: it judges batches of columns. It pickles and hashes."""

    def __init__(
        self,
        corpus: Corpus,
        id_column: Optional[str],
        keys: Optional[SourceKeys],
        *,
        if_unavailable: str,
        unknown: Optional[str],
        on_error: Optional[OnError],
    ) -> None:
        self.corpus = corpus
        self.id_column = id_column
        self.keys = keys
        self.if_unavailable = if_unavailable
        self.unknown = unknown
        self.on_error = on_error

    def keep(self, batch: Any, indices: Sequence[int]) -> Answers:
        """Which rows of a batch are kept."""
        count, verdicts = self._verdicts(batch, indices, "decision")
        return Answers(count, (bool(verdict["keep"]) for verdict in verdicts))

    def cut(self, batch: Any, indices: Sequence[int]) -> Dict[str, List[Any]]:
        """The columns of a batch in which something is cut, cut."""
        changed: Dict[str, List[Any]] = {}
        for number, verdict in enumerate(self._verdicts(batch, indices, "edits")[1]):
            for key, value in changes(batch, number, verdict).items():
                changed.setdefault(key, list(batch[key]))[number] = value
        return changed

    def kept_and_cut(self, batch: Any, indices: Sequence[int]) -> Dict[str, List[Any]]:
        """The rows of a batch that are kept, cut."""
        columns: Dict[str, List[Any]] = {key: [] for key in batch}
        for number, verdict in enumerate(self._verdicts(batch, indices, "edits")[1]):
            if verdict["keep"]:
                changed = changes(batch, number, verdict)
                for key, values in columns.items():
                    values.append(changed[key] if key in changed else batch[key][number])
        return columns

    def _verdicts(self, batch: Any, indices: Sequence[int], detail: str) -> Tuple[int, Iterator[Verdict]]:
        keys = _rows.keys_of(self.corpus.settings)
        columns: Dict[str, Sequence[Any]] = {key: batch[key] for key in batch if key in keys}
        ids = f"{COLUMN}:row"
        if self.keys is not None:
            columns[ids] = [self.keys(position) for position in indices]
        else:
            columns[ids] = batch[self.id_column]
        names = list(columns)
        rows = [dict(zip(names, values)) for values in zip(*columns.values())]

        def on_error(number: int, example: Any, error: ExampleError) -> None:
            row = {key: value for key, value in example.items() if key != ids}
            placed = ExampleError(indices[number], row, error.kind, error.message, error.pointer)
            if self.on_error is None:
                raise placed
            self.on_error(placed.position, row, placed)

        stream: Stream[Any] = Stream(
            self.corpus,
            rows,
            Options(
                id_column=ids,
                detail=detail,
                is_trimmed=False,
                batch_size=_keep.part_of(len(rows)),
                window=_keep.PARTS,
                warn_dropped=None,
                if_unavailable=self.if_unavailable,
                on_error=on_error,
                wants_verdicts=True,
                unknown=_requests.unknown_of(self.corpus._state, self.unknown),
            ),
            False,
        )
        stream.start()
        return len(rows), (verdict for _, verdict in stream)


def changes(batch: Any, number: int, verdict: Dict[str, Any]) -> Dict[str, Any]:
    """The values of one row that are cut."""
    edits = verdict.get("edits")
    if not edits:
        return {}
    keys = {_rows.unescape(edit["field"].split("/")[1]) for edit in edits}
    return _rows.trimmed({key: batch[key][number] for key in keys}, edits)


__all__ = ["filter", "keep", "prepare", "with_ids"]
