"""PyTorch's loaders: worker processes by fork and by spawn, ranks, epochs, stopping and going on.

Held against an oracle that sends one row after another. Starting spawned workers takes seconds, so
that stopping at 20 places with them is left to `THRESHER_LONG=1`.
"""

from __future__ import annotations

import gc
import json
import os
import pickle
import random
import time
from pathlib import Path
from typing import Any, Dict, Iterator, List, Tuple

import pytest
import thresher
from conftest import DUPLICATES, fluffy, oracle, rows

pytest.importorskip("torch")
from thresher.torch import FilteredDataset, FilteredMapDataset  # noqa: E402
from torch.utils.data import DataLoader, IterableDataset  # noqa: E402

COUNT = 600
ROWS = rows(COUNT, twins=3)
WAYS: List[Tuple[int, Any]] = [(0, None), (1, "fork"), (1, "spawn"), (4, "fork"), (4, "spawn")]
IDS = [f"{workers}-{context or 'none'}" for workers, context in WAYS]
ways = pytest.mark.parametrize("workers, context", WAYS, ids=IDS)


@pytest.fixture(scope="module")
def wanted() -> List[str]:
    return oracle(ROWS, DUPLICATES)


@pytest.fixture(autouse=True)
def workers_end_first(client: thresher.Client) -> Iterator[None]:
    """Before the daemon does; else they look for it until they are killed."""
    yield
    gc.collect()


def as_they_are(examples: List[Any]) -> List[Any]:
    return examples


def loader(dataset: Any, workers: int, context: Any, **options: Any) -> DataLoader:
    return DataLoader(
        dataset,
        batch_size=8,
        num_workers=workers,
        multiprocessing_context=context,
        persistent_workers=workers > 0,
        collate_fn=as_they_are,
        **options,
    )


def flat(batches: Any) -> List[Dict[str, Any]]:
    return [example for batch in batches for example in batch]


def ids(examples: Any) -> List[Any]:
    return [example["id"] for example in examples]


def two_ranks(corpus: thresher.Corpus, workers: int, context: Any, mode: str) -> Tuple[Any, Any]:
    first, second = (
        loader(
            FilteredDataset(
                ROWS, corpus, mode=mode, rank=rank, world_size=2, batch_size=16, source_name="set"
            ),
            workers,
            context,
        )
        for rank in range(2)
    )
    return first, second


def both(loaders: Tuple[Any, Any]) -> List[Dict[str, Any]]:
    """An epoch of two ranks at once."""
    found: List[Any] = []
    iterators = [iter(one) for one in loaders]
    while iterators:
        for iterator in list(iterators):
            batch = next(iterator, None)
            if batch is None:
                iterators.remove(iterator)
            else:
                found += batch
    return found


@ways
def test_prepared_it_is_the_oracles_set(
    client: thresher.Client, wanted: List[str], workers: int, context: Any
) -> None:
    corpus = client.corpus("prepared", settings=DUPLICATES)
    FilteredDataset(ROWS, corpus, source_name="set").prepare()
    loaders = two_ranks(corpus, workers, context, "drop")
    for _ in range(3):
        assert sorted(ids(both(loaders))) == sorted(wanted)
    assert corpus.stats()["sequence"] == COUNT, "workers only replayed"


@ways
def test_unprepared_every_drop_has_a_kept_match(client: thresher.Client, workers: int, context: Any) -> None:
    corpus = client.corpus("unprepared", settings=DUPLICATES)
    loaders = two_ranks(corpus, workers, context, "mask")
    epochs = [both(loaders) for _ in range(3)]
    for epoch in epochs:
        assert sorted(ids(epoch)) == sorted(ids(ROWS)), "no row is lost, none doubled"
    kept = [{row["id"] for row in epoch if row["keep"]} for epoch in epochs]
    assert kept[0] == kept[1] == kept[2]
    other = client.corpus("kept-alone", settings=DUPLICATES)
    kept_rows = [row for row in ROWS if row["id"] in kept[0]]
    assert all(verdict["keep"] for verdict in other.admit(kept_rows, detail="decision")), "no two kept match"
    dropped = [row for row in ROWS if row["id"] not in kept[0]]
    for verdict in other.judge(dropped, detail="decision"):
        assert verdict["duplicate"]["of"] in kept[0]  # type: ignore[typeddict-item,index]


@ways
def test_stopped_and_started_again(
    client: thresher.Client, wanted: List[str], workers: int, context: Any
) -> None:
    """As trainers do it: the batches before the step are passed over, and replay makes that exact."""
    if (workers, context) == (4, "spawn") and not os.environ.get("THRESHER_LONG"):
        pytest.skip("with THRESHER_LONG=1 only: it starts 160 processes")
    corpus = client.corpus("stopped", settings=DUPLICATES)
    dataset = FilteredDataset(ROWS, corpus, source_name="set", batch_size=16)
    dataset.prepare()
    whole = list(map(ids, loader(dataset, workers, context)))
    assert sorted(sum(whole, [])) == sorted(wanted)
    steps = 20 if context != "spawn" or os.environ.get("THRESHER_LONG") else 1
    rng = random.Random(5)
    for _ in range(steps):
        step = rng.randrange(1, len(whole))
        started = iter(loader(dataset, workers, context))
        seen = [ids(next(started)) for _ in range(step)]
        del started
        going_on = iter(loader(dataset, workers, context))
        for _ in range(step):
            next(going_on)
        assert seen + list(map(ids, going_on)) == whole


@pytest.mark.parametrize("mode", ["drop", "mask", "refill"])
@pytest.mark.parametrize("is_prepared", [True, False], ids=["prepared", "unprepared"])
def test_a_state_dict_goes_on_where_it_was_taken(
    client: thresher.Client, mode: str, is_prepared: bool
) -> None:
    corpus = client.corpus("states", settings=DUPLICATES)

    def dataset() -> FilteredDataset:
        return FilteredDataset(ROWS, corpus, source_name="set", mode=mode, batch_size=32, window=3)

    if is_prepared:
        dataset().prepare()
    rng = random.Random(3)
    whole: List[Any] = []
    for _ in range(20):
        step = rng.randrange(0, 400)
        one = dataset()
        iterator = iter(one)
        seen = [next(iterator)["id"] for _ in range(step)]
        state = pickle.loads(pickle.dumps(one.state_dict()))
        other = dataset()
        other.load_state_dict(state)
        assert other.state_dict() == state
        rest = ids(other)
        whole = whole or ids(dataset())
        assert seen + rest == whole
        assert ids(other) == whole, "and the next epoch is whole"


@ways
def test_a_stateful_loader_goes_on_where_it_stood(
    client: thresher.Client, workers: int, context: Any
) -> None:
    """torchdata's loader asks each worker for its state, and gives it back."""
    stateful: Any = pytest.importorskip("torchdata.stateful_dataloader")
    corpus = client.corpus("stateful", settings=DUPLICATES)
    dataset = FilteredDataset(ROWS, corpus, source_name="set", batch_size=16)
    dataset.prepare()

    def stateful_loader() -> Any:
        return stateful.StatefulDataLoader(
            dataset,
            batch_size=8,
            num_workers=workers,
            collate_fn=as_they_are,
            multiprocessing_context=context,
        )

    whole = list(map(ids, stateful_loader()))
    rng = random.Random(9)
    for _ in range(20 if context != "spawn" or os.environ.get("THRESHER_LONG") else 1):
        step = rng.randrange(1, len(whole))
        one = stateful_loader()
        iterator = iter(one)
        seen = [ids(next(iterator)) for _ in range(step)]
        state = pickle.loads(pickle.dumps(one.state_dict()))
        del iterator, one
        other = stateful_loader()
        other.load_state_dict(state)
        assert seen + list(map(ids, other)) == whole
        assert list(map(ids, other)) == whole, "and the next epoch is whole"


def test_a_state_is_small_quick_and_checked(client: thresher.Client) -> None:
    corpus = client.corpus("tea", settings=DUPLICATES)
    dataset = FilteredDataset(ROWS, corpus)
    iterator = iter(dataset)
    next(iterator)
    state = dataset.state_dict()
    assert len(json.dumps(state)) < 200
    started = time.perf_counter()
    for _ in range(1000):
        dataset.state_dict()
    assert time.perf_counter() - started < 1, "less than 1 ms each"
    with pytest.raises(thresher.StateMismatch, match='of corpus "tea"'):
        FilteredDataset(ROWS, client.corpus("coffee", settings=DUPLICATES)).load_state_dict(state)
    corpus.configure({"score": {"minimum": 3}})
    with pytest.raises(thresher.StateMismatch, match="other settings"):
        FilteredDataset(ROWS, corpus).load_state_dict(state)
    corpus.configure({"score": {"minimum": None}})
    halves = FilteredDataset(ROWS, corpus, rank=1, world_size=2)
    halves.load_state_dict(state)
    with pytest.raises(thresher.StateMismatch, match="share 0 of 1"):
        next(iter(halves))


class Stream(IterableDataset):  # type: ignore[misc]
    """Rows of one's own, dealt to the workers by itself."""

    def __iter__(self) -> Iterator[Any]:
        from torch.utils.data import get_worker_info

        info = get_worker_info()
        first, step = (0, 1) if info is None else (info.id, info.num_workers)
        return iter(ROWS[first::step])


class Plain:
    """Something to iterate over that knows nothing of workers."""

    def __iter__(self) -> Iterator[Any]:
        return iter(ROWS)


@pytest.mark.parametrize("source", [Stream(), Plain()], ids=["of PyTorch", "plain"])
def test_iterable_sources(client: thresher.Client, wanted: List[str], source: Any) -> None:
    with pytest.raises(thresher.MissingID, match="does not tell"):
        FilteredDataset(source, client.corpus())
    corpus = client.corpus("iterable", settings=DUPLICATES)
    dataset = FilteredDataset(source, corpus, id_column="id", mode="mask")
    dataset.prepare()
    for workers in (0, 2):
        found = flat(loader(dataset, workers, "fork" if workers else None))
        assert sorted(ids(found)) == sorted(ids(ROWS))
        assert sorted(row["id"] for row in found if row["keep"]) == sorted(wanted)


def test_hugging_face_sources(client: thresher.Client, wanted: List[str], directory: Path) -> None:
    hf: Any = pytest.importorskip("datasets")
    import thresher.datasets

    (directory / "rows.jsonl").write_text(
        "".join(json.dumps({**row, "name": row["id"]}) + "\n" for row in ROWS)
    )
    dataset = hf.load_dataset(
        "json", data_files=str(directory / "rows.jsonl"), split="train", cache_dir=str(directory / "cache")
    ).remove_columns("id")
    corpus = client.corpus("hf", settings=DUPLICATES)
    for source in (dataset, dataset.to_iterable_dataset(num_shards=4)):
        filtered = FilteredDataset(source, corpus)
        filtered.prepare()
        for workers in (0, 2):
            found = flat(loader(filtered, workers, "fork" if workers else None))
            assert sorted(row["name"] for row in found) == sorted(wanted)
            assert set(found[0]) == {"name", "instruction", "output"}
            # The dataset that is filtered by itself, in a loader of PyTorch's own.
            direct = thresher.datasets.filter(source, corpus)
            found = flat(loader(direct, workers, "fork" if workers else None))
            assert sorted(row["name"] for row in found) == sorted(wanted)
        corpus.drop()
        corpus = client.corpus("hf", settings=DUPLICATES)


def test_a_map_style_one_for_samplers(client: thresher.Client, wanted: List[str]) -> None:
    dataset = FilteredMapDataset(ROWS, client.corpus(settings=DUPLICATES))
    assert ids(dataset[number] for number in range(len(dataset))) == wanted
    found = flat(loader(dataset, 2, "spawn", shuffle=True))
    assert sorted(ids(found)) == sorted(wanted) and ids(found) != wanted
    fluff = FilteredMapDataset(
        [fluffy(number) for number in range(5)],
        client.corpus(settings={"score": {"minimum": None}, "near": {"threshold": 1}}),
    )
    assert fluff[3]["output"] == "Red, green and blue are 3 colours."


def test_what_makes_no_sense(client: thresher.Client) -> None:
    with pytest.raises(ValueError, match="share a corpus by its name"):
        FilteredDataset(ROWS, client.corpus(), rank=0, world_size=2)
    with pytest.raises(ValueError, match="rank 2"):
        FilteredDataset(ROWS, client.corpus("x"), rank=2, world_size=2)
    with pytest.raises(ValueError, match="split"):
        FilteredDataset(ROWS, client.corpus(), split="both")
    with pytest.raises(TypeError):
        FilteredMapDataset(Plain(), client.corpus())
