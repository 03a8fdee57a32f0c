"""Ids from where a row of a Hugging Face dataset comes from: below shuffling, sharding and splitting.

- `Dataset`: the file (or the buffers, for one in memory) and the row in it.
- `IterableDataset`: the shard that a row comes from (its files, say) and the row in it.

The same row has the same id in every epoch, worker, rank and run that reads the same files.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from copy import copy
from importlib import import_module
from typing import Any, Callable, Dict, Iterator, List, Optional, Tuple

from ._rows import HOW_TO_ADD_IDS
from .errors import MissingID

# The column that carries an id through a pipeline, and the argument that carries a shard's name.
COLUMN = "__thresher_id__"
ARGUMENT = "__thresher_shard__"


def digest(*parts: bytes) -> str:
    hasher = hashlib.blake2b(digest_size=8)
    for part in parts:
        hasher.update(len(part).to_bytes(8, "little"))
        hasher.update(part)
    return hasher.hexdigest()


def no_key(why: str) -> MissingID:
    return MissingID(f"{why}, so its rows have no key of their own: {HOW_TO_ADD_IDS}")


class SourceKeys:
    """The id of each position of a `Dataset`."""

    def __init__(self, dataset: Any) -> None:
        self.names: List[str] = []
        self.offsets: List[int] = []
        self.starts: List[int] = []
        count = 0
        for name, offset, length in segments(dataset._data):
            self.names.append(name)
            self.offsets.append(offset - count)
            self.starts.append(count)
            count += length
        if count != dataset._data.num_rows:
            raise no_key("a part of this dataset is not known")
        self.indices = None if dataset._indices is None else dataset._indices.column(0).to_numpy()

    def __call__(self, position: int) -> str:
        row = position if self.indices is None else int(self.indices[position])
        part = bisect_right(self.starts, row) - 1
        return f"{self.names[part]}:{row + self.offsets[part]}"


def segments(table: Any) -> Iterator[Tuple[str, int, int]]:
    """The parts of a table one behind another: name of the source, first row there, rows."""
    blocks = getattr(table, "blocks", None)
    if blocks is not None:
        for beside in blocks:
            # What stands side by side are columns of the same rows; one that lies in a file names
            # them best, since columns that were added later lie in memory.
            on_disk = [block for block in beside if hasattr(block, "replays")]
            yield from segments((on_disk or beside)[0])
    elif hasattr(table, "replays"):
        offset, length = 0, table.num_rows
        for name, arguments, _ in table.replays:
            if name == "slice":
                offset += arguments[0] if arguments else 0
            elif name == "filter":
                raise no_key("a file of this dataset was filtered")
        yield digest(table.path.encode()), offset, length
    else:
        # Slices share their buffers, and say where they begin in them.
        for batch in table.table.to_batches():
            if batch.num_rows:
                parts = [str(batch.schema).encode()]
                for column in batch.columns:
                    if column.offset != batch.column(0).offset:
                        raise no_key("the columns of this dataset are not stored alike")
                    parts += [
                        memoryview(buffer).tobytes() for buffer in column.buffers() if buffer is not None
                    ]
                yield digest(*parts), batch.column(0).offset, batch.num_rows


class KeyedShards:
    """A function that generates the rows or tables of a shard, and adds their ids."""

    def __init__(self, function: Callable[..., Any], column: str, is_arrow: bool) -> None:
        self.function = function
        self.column = column
        self.is_arrow = is_arrow

    def __call__(self, **arguments: Any) -> Iterator[Tuple[Any, Any]]:
        (name,) = as_list(arguments.pop(ARGUMENT))
        row = 0
        for key, found in self.function(**arguments):
            if not self.is_arrow:
                yield key, {**found, self.column: f"{name}:{row}"}
                row += 1
                continue
            pyarrow: Any = import_module("pyarrow")
            ids = [f"{name}:{number}" for number in range(row, row + len(found))]
            row += len(found)
            yield key, found.append_column(self.column, pyarrow.array(ids, pyarrow.string()))


class KeyedResharding:
    """The function that splits a shard, for shards that have names."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function

    def __call__(self, **arguments: Any) -> Iterator[Dict[str, Any]]:
        (name,) = as_list(arguments.pop(ARGUMENT))
        for number, more in enumerate(self.function(**arguments)):
            yield {**more, ARGUMENT: [f"{name}.{number}"]}


def as_list(value: Any) -> List[Any]:
    return value if isinstance(value, list) else [value]


def keyed(iterable: Any, column: str) -> Any:
    """A copy of an examples iterable whose sources add ids, under all that is done to their rows."""
    found = copy(iterable)
    function = getattr(iterable, "generate_examples_fn", None) or getattr(
        iterable, "generate_tables_fn", None
    )
    if function is not None and hasattr(iterable, "kwargs"):
        is_arrow = hasattr(iterable, "generate_tables_fn")
        setattr(
            found,
            "generate_tables_fn" if is_arrow else "generate_examples_fn",
            KeyedShards(function, column, is_arrow),
        )
        found.kwargs = {**iterable.kwargs, ARGUMENT: shard_names(iterable)}
        if getattr(iterable, "generate_more_kwargs_fn", None) is not None:
            found.generate_more_kwargs_fn = KeyedResharding(iterable.generate_more_kwargs_fn)
        return found
    if hasattr(iterable, "ex_iterables"):
        found.ex_iterables = [keyed(inner, column) for inner in iterable.ex_iterables]
        return found
    if hasattr(iterable, "ex_iterable"):
        found.ex_iterable = keyed(iterable.ex_iterable, column)
        # What knows or picks columns on the way lets one more pass.
        if getattr(iterable, "_features", None) is not None:
            found._features = with_column(iterable._features, column)
        if hasattr(iterable, "column_names"):
            found.column_names = [*iterable.column_names, column]
        return found
    raise no_key(f"this kind of stream ({type(iterable).__name__}) does not tell where its rows come from")


def with_column(features: Any, column: str) -> Any:
    hf: Any = import_module("datasets")
    return hf.Features({**features, column: hf.Value("string")})


def shard_names(iterable: Any) -> Any:
    """The name of each shard: a digest of what it is read from."""
    hasher: Any = import_module("datasets.fingerprint").Hasher
    split: Any = import_module("datasets.utils.sharding")._split_gen_kwargs
    names: List[str] = []
    seen: Dict[str, int] = {}
    for arguments in split(iterable.kwargs, max_num_jobs=iterable.num_shards):
        name = shard_of_dataset(arguments) or digest(hasher.hash(arguments).encode())
        # Two shards that are read from the same are two all the same.
        number = seen[name] = seen.get(name, -1) + 1
        names.append(f"{name}+{number}" if number else name)
    # A list is split into shards with the other lists; where there is none, there is one shard.
    has_lists = any(isinstance(value, list) for value in iterable.kwargs.values())
    return names if has_lists else names[0]


def shard_of_dataset(arguments: Dict[str, Any]) -> Optional[str]:
    """The name of a shard that is a slice of a `Dataset`."""
    shards = arguments.get("shards")
    if not isinstance(shards, list) or len(shards) != 1 or not hasattr(shards[0], "_data"):
        return None
    keys = SourceKeys(shards[0])
    return digest(f"{keys(0)}+{len(shards[0])}".encode()) if len(shards[0]) else None
