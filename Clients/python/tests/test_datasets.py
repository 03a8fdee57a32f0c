"""Hugging Face datasets: `thresher.datasets`, and predicates for people who filter themselves."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any, Dict, Iterator, List

import pytest
import thresher
from conftest import BAD, DUPLICATES, GOOD, fluffy, oracle, rows, stop

hf: Any = pytest.importorskip("datasets")
import thresher.datasets  # noqa: E402
from datasets.distributed import split_dataset_by_node  # noqa: E402


@pytest.fixture(autouse=True)
def default_daemon(socket_path: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The daemon that is found by itself, and no cache between tests."""
    monkeypatch.setenv("THRESHER_SOCKET", socket_path)
    hf.disable_progress_bars()
    yield
    own = thresher._keep._own_client
    if own is not None:
        own.close()
        thresher._keep._own_client = None


def write(directory: Path, examples: List[Dict[str, Any]], files: int = 4) -> List[str]:
    """The examples as JSONL in so many files, without their ids."""
    names = []
    for number in range(files):
        part = examples[number::files] if files > 1 else examples
        path = directory / f"part{number}.jsonl"
        path.write_text(
            "".join(
                json.dumps({"instruction": row["instruction"], "output": row["output"], "name": row["id"]})
                + "\n"
                for row in part
            )
        )
        names.append(str(path))
    return names


def in_files(examples: List[Dict[str, Any]], files: int = 4) -> List[Dict[str, Any]]:
    """The order of the rows of `write`, read file by file."""
    return [row for number in range(files) for row in examples[number::files]]


def names(dataset: Any) -> List[str]:
    return [row["name"] for row in dataset]


def load(directory: Path, paths: List[str], streaming: bool) -> Any:
    return hf.load_dataset(
        "json", data_files=paths, split="train", streaming=streaming, cache_dir=str(directory / "cache")
    )


@pytest.mark.parametrize("streaming", [False, True], ids=["map", "iterable"])
def test_the_same_rows_as_one_by_one(directory: Path, streaming: bool) -> None:
    examples = rows(600)
    dataset = load(directory, write(directory, examples), streaming)
    kept = thresher.datasets.filter(dataset, "files", settings=DUPLICATES)  # type: ignore[arg-type]
    assert names(kept) == oracle(in_files(examples), DUPLICATES)
    assert type(kept) is type(dataset) and kept.features == dataset.features
    assert names(thresher.datasets.filter(dataset, "files")) == names(kept), "a second pass replays"


@pytest.mark.parametrize("streaming", [False, True], ids=["map", "iterable"])
def test_what_is_cut_is_cut(directory: Path, streaming: bool) -> None:
    examples = [{**fluffy(number), "id": f"f{number}"} for number in range(40)]
    dataset = load(directory, write(directory, examples), streaming)
    settings: Any = {"score": {"minimum": None}, "near": {"threshold": 1}}
    kept = list(thresher.datasets.filter(dataset, "fluff", settings=settings))
    assert [row["output"] for row in kept] == [
        f"Red, green and blue are {row['id'][1:]} colours." for row in in_files(examples)
    ]
    assert set(kept[0]) == {"instruction", "output", "name"}
    whole = list(thresher.datasets.filter(dataset, "fluff", trimmed=False))
    assert whole[0]["output"].startswith("Sure!") and len(whole) == 40


@pytest.mark.parametrize("streaming", [False, True], ids=["map", "iterable"])
def test_ids_lie_below_shuffling_and_splitting(directory: Path, streaming: bool) -> None:
    """Prepared once in order, all that is done to the order afterwards gives the same rows."""
    examples = rows(600)
    dataset = load(directory, write(directory, examples), streaming)
    with thresher.connect() as client:
        corpus = client.corpus("order", settings=DUPLICATES)
        corpus.prepare(dataset)
        wanted = sorted(oracle(in_files(examples), DUPLICATES))
        shuffled = dataset.shuffle(seed=7)
        assert sorted(names(thresher.datasets.filter(shuffled, corpus))) == wanted
        halves = [
            thresher.datasets.filter(split_dataset_by_node(dataset, rank=rank, world_size=2), corpus)
            for rank in range(2)
        ]
        assert sorted(names(halves[0]) + names(halves[1])) == wanted
        thirds = [
            thresher.datasets.filter(split_dataset_by_node(shuffled, rank=rank, world_size=3), corpus)
            for rank in range(3)
        ]
        assert sorted(sum(map(names, thirds), [])) == wanted
        if streaming:
            filtered = thresher.datasets.filter(shuffled, corpus)
            orders = set()
            for epoch in range(3):
                filtered.set_epoch(epoch)
                found = names(filtered)
                orders.add(tuple(found))
                assert sorted(found) == wanted
            assert len(orders) == 3
        else:
            assert (
                sorted(
                    names(thresher.datasets.filter(dataset.shard(3, 1), corpus))
                    + names(thresher.datasets.filter(dataset.select([*range(200), *range(400, 600)]), corpus))
                )
                == wanted
            )
        assert corpus.stats()["sequence"] == 600, "no row was judged twice under two names"


@pytest.mark.parametrize("streaming", [False, True], ids=["map", "iterable"])
def test_bad_rows_and_batches_of_which_nothing_is_left(directory: Path, streaming: bool) -> None:
    good = [{"text": f"row {number} has {number} words of its own"} for number in range(25)]
    dataset = hf.Dataset.from_list(
        [*good, {"text": None}, *[{"text": "all the same words"}] * 30, {"text": None}]
    )
    if streaming:
        dataset = dataset.to_iterable_dataset()
    for trim in ("off", "standard"):
        settings: Any = {"score": {"minimum": None}, "trim": trim, "near": {"threshold": 1}}
        with pytest.raises(Exception, match="example 25: no known shape"):
            list(thresher.datasets.filter(dataset, settings=settings, batch_size=10))
        kept = thresher.datasets.filter(dataset, settings=settings, batch_size=10, on_error=note)
        noted.clear()
        assert [row["text"] for row in kept] == [*[row["text"] for row in good], "all the same words"]
        assert streaming is False or noted == [25, 56]


noted: List[int] = []


def note(position: int, example: Any, error: thresher.ExampleError) -> None:
    noted.append(position)


def test_several_processes(directory: Path) -> None:
    examples = [{**row, "name": row["id"]} for row in rows(400)]
    dataset = load(directory, write(directory, examples), False)
    with thresher.connect() as client:
        corpus = client.corpus("processes", settings=DUPLICATES)
        corpus.prepare(dataset)
        assert names(thresher.datasets.filter(dataset, corpus, num_proc=3)) == oracle(
            in_files(rows(400)), DUPLICATES
        )


def upper(row: Dict[str, Any]) -> Dict[str, Any]:
    return {"output": row["output"].upper()}


def uppers(rows: Dict[str, Any]) -> Dict[str, Any]:
    return {"output": [output.upper() for output in rows["output"]]}


def is_long(row: Dict[str, Any]) -> bool:
    return len(row["output"]) > 10


CHAINS: Dict[str, Any] = {
    "concatenated": lambda one, two: hf.concatenate_datasets([one, two]),
    "mapped": lambda one, two: one.map(upper),
    "mapped in batches": lambda one, two: one.map(uppers, batched=True),
    "filtered": lambda one, two: one.filter(is_long),
    "renamed": lambda one, two: one.rename_column("output", "response"),
    "selected columns": lambda one, two: one.select_columns(["name", "output", "instruction"]),
    "removed columns": lambda one, two: one.map(
        lambda row: {"text": row["output"]}, remove_columns=["output"]
    ),
    "taken": lambda one, two: one.take(30),
    "skipped": lambda one, two: one.skip(10),
    "as numpy": lambda one, two: one.with_format("numpy"),
    "shuffled, mapped, shuffled": lambda one, two: one.shuffle(seed=1).map(upper).shuffle(seed=2),
}
STREAMS: Dict[str, Any] = {
    "interleaved": lambda one, two: hf.interleave_datasets([one, two], stopping_strategy="all_exhausted"),
    "resharded": lambda one, two: one.reshard(),
    "shuffled, split": lambda one, two: split_dataset_by_node(one.shuffle(seed=3), rank=1, world_size=3),
}


@pytest.mark.parametrize(
    "streaming, chain",
    [
        *((streaming, chain) for streaming in (False, True) for chain in CHAINS.values()),
        *((True, chain) for chain in STREAMS.values()),
    ],
    ids=[*(f"{kind}-{name}" for kind in ("map", "iterable") for name in CHAINS), *STREAMS],
)
def test_ids_come_through_what_is_done_to_rows(directory: Path, streaming: bool, chain: Any) -> None:
    (directory / "b").mkdir()
    one, two = (
        load(
            path, write(path, [{**row, "id": f"{seed}{row['id']}"} for row in rows(80, seed=seed)]), streaming
        )
        for seed, path in ((1, directory), (2, directory / "b"))
    )
    dataset = chain(one, two)
    with_ids = list(thresher.datasets.with_ids(dataset))
    read = {str(row["id"]) for row in with_ids}
    assert len(read) == len(with_ids) > 20, "each row has one of its own"
    assert {str(row["id"]) for row in thresher.datasets.with_ids(chain(one, two))} == read, (
        "and always the same"
    )
    kept = thresher.datasets.filter(dataset, "chain", settings=DUPLICATES)
    found = list(map(str, names(kept)))
    assert 10 < len(found) < len(read) and len(set(found)) == len(found)
    assert list(map(str, names(thresher.datasets.filter(dataset, "chain")))) == found
    assert set(next(iter(kept))) == set(next(iter(dataset)))


def test_a_dataset_in_memory(directory: Path) -> None:
    examples = [{**row, "name": row["id"]} for row in rows(300)]
    for row in examples:
        del row["id"]
    dataset = hf.Dataset.from_list(examples)
    with thresher.connect() as client:
        corpus = client.corpus("memory", settings=DUPLICATES)
        corpus.prepare(dataset)
        kept = names(thresher.datasets.filter(dataset, corpus))
        assert kept == oracle(rows(300), DUPLICATES)
        parts = [
            names(thresher.datasets.filter(dataset.shard(4, number, contiguous=True), corpus))
            for number in range(4)
        ]
        assert sum(parts, []) == kept
        again = hf.Dataset.from_list(examples)
        assert (
            names(
                thresher.datasets.filter(
                    again.to_iterable_dataset(num_shards=5), "other", settings=DUPLICATES
                )
            )
            == kept
        )
        assert corpus.stats()["sequence"] == 300


def numbered(shards: List[int]) -> Iterator[Dict[str, Any]]:
    for shard in shards:
        for number in range(50):
            yield {
                "name": f"{shard}.{number}",
                "text": f"row {number % 25} of a set and no more words than that {shard % 2}",
            }


def test_a_generator_with_shards() -> None:
    dataset = hf.IterableDataset.from_generator(numbered, gen_kwargs={"shards": [0, 1, 2, 3]})
    with_ids = [row["id"] for row in thresher.datasets.with_ids(dataset)]
    assert len(set(with_ids)) == 200
    shuffled = list(thresher.datasets.with_ids(dataset.shuffle(seed=3, buffer_size=30)))
    assert {row["name"]: row["id"] for row in shuffled} == dict(zip(names(dataset), with_ids)), (
        "shuffled before or behind"
    )
    settings: Any = {**DUPLICATES, "near": {"threshold": 1}}
    assert len(names(thresher.datasets.filter(dataset, settings=settings))) == 50


def test_an_iterable_goes_on_where_it_stood(directory: Path) -> None:
    examples = rows(400)
    dataset = load(directory, write(directory, examples), True)
    with thresher.connect() as client:
        corpus = client.corpus("resume", settings=DUPLICATES)
        whole = names(thresher.datasets.filter(dataset, corpus))
        kept = thresher.datasets.filter(dataset, corpus, batch_size=50)
        for stop_at in (1, 77, 150, 299):
            seen, state = [], None
            for row in kept:
                seen.append(row["name"])
                if len(seen) == stop_at:
                    state = kept.state_dict()
                    break
            other = thresher.datasets.filter(dataset, corpus, batch_size=50)
            other.load_state_dict(state)
            assert seen + names(other) == whole


def test_predicates_for_filter(directory: Path) -> None:
    examples = [{**row, "key": f"k{row['id']}"} for row in rows(300)]
    dataset = hf.Dataset.from_list(examples)
    wanted = oracle(rows(300), DUPLICATES)
    for number, (options, how) in enumerate(
        [
            ({"batched": True}, "plain"),
            ({}, "plain"),
            ({"batched": True, "batch_size": 7}, "plain"),
            ({}, "asynchronous"),
            ({"batched": True}, "asynchronous"),
        ]
    ):
        for source in (dataset, dataset.to_iterable_dataset(num_shards=2)):
            keep = thresher.keep(f"p{number}", id_column="key", settings=DUPLICATES)  # type: ignore[arg-type]
            found = source.filter(keep if how == "plain" else keep.asynchronous, **options)
            assert [row["id"] for row in found] == wanted, (options, how, type(source))


def test_the_quickest_predicate_waits_for_what_is_looked_at() -> None:
    examples = rows(1000)
    dataset = hf.Dataset.from_list(examples)
    wanted = oracle(examples, DUPLICATES)
    for number, source in enumerate([dataset, dataset.to_iterable_dataset(num_shards=2)]):
        keep = thresher.datasets.keep(f"lazy{number}", id_column="id", settings=DUPLICATES)
        assert [row["id"] for row in source.filter(keep, batched=True)] == wanted
    keep = pickle.loads(pickle.dumps(thresher.datasets.keep("lazy0", id_column="id")))
    columns = {key: [row[key] for row in examples] for key in examples[0]}
    found = keep(columns)
    assert len(found) == 1000 and not found._known
    assert found[-1] == (examples[-1]["id"] in wanted) and found[:2] == [True, found[1]]
    assert list(found) == list(keep(columns)) == thresher.keep("lazy0", id_column="id")(columns)
    with pytest.raises(IndexError):
        found[1000]
    assert sum(found) == len(wanted)


def test_a_predicate_needs_ids() -> None:
    with pytest.raises(thresher.MissingID, match="with_ids"):
        thresher.keep("bare")
    dataset = hf.Dataset.from_list([{"text": "no ids here"}])
    with pytest.raises(thresher.MissingID, match='there is no column "id" .text.'):
        dataset.filter(thresher.keep("bare", id_column="id"))
    kept = thresher.datasets.with_ids(dataset).filter(
        thresher.keep("bare", id_column="id", settings=DUPLICATES)
    )  # type: ignore[arg-type]
    assert len(kept) == 1


def test_high_signal_needs_none(directory: Path) -> None:
    dataset = hf.Dataset.from_list([GOOD, BAD, GOOD])
    assert list(dataset.filter(thresher.filter_high_signal)) == [GOOD, GOOD], (
        "without memory: a repeat is no reason"
    )
    assert list(dataset.filter(thresher.filter_high_signal, batched=True)) == [GOOD, GOOD]
    assert list(dataset.to_iterable_dataset().filter(thresher.filter_high_signal, batched=True)) == [
        GOOD,
        GOOD,
    ]
    assert list(dataset.filter(thresher.filter_high_signal.asynchronous)) == [GOOD, GOOD]
    assert list(dataset.filter(thresher.filter_high_signal, num_proc=2)) == [GOOD, GOOD]
    assert len(dataset.filter(thresher.HighSignal(1))) == 3
    assert len(dataset.filter(thresher.HighSignal(9.9))) == 0
    chat = hf.Dataset.from_list(
        [
            {
                "messages": [
                    {"role": "user", "content": row["instruction"]},
                    {"role": "assistant", "content": row["output"]},
                ]
            }
            for row in (GOOD, BAD)
        ]
    )
    assert (
        len(chat.filter(thresher.filter_high_signal))
        == len(chat.filter(thresher.filter_high_signal, batched=True))
        == 1
    )
    assert thresher.filter_high_signal(GOOD) is True
    assert pickle.loads(pickle.dumps(thresher.filter_high_signal)) is thresher.filter_high_signal


def test_hashes_are_the_same_in_every_process(socket_path: str) -> None:
    code = (
        "import thresher\nfrom datasets.fingerprint import Hasher\n"
        "print(Hasher.hash(thresher.keep('tea', id_column='id', settings={'trim': 'off'})),"
        " Hasher.hash(thresher.filter_high_signal), Hasher.hash(thresher.HighSignal(6)))"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=Path(thresher.__file__).parents[1],
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for _ in range(2)
    }
    assert len(found) == 1
    from datasets.fingerprint import Hasher

    one = Hasher.hash(thresher.keep("tea", id_column="id"))
    used = thresher.keep("tea", id_column="id")
    used({"id": 1, "text": "words"})
    assert Hasher.hash(used) == one, "to have been used is no difference"
    assert Hasher.hash(thresher.keep("coffee", id_column="id")) != one


def test_what_is_cached_is_not_judged_again(directory: Path) -> None:
    dataset = load(directory, write(directory, rows(100)), False)
    first = thresher.datasets.filter(dataset, "cache", settings=DUPLICATES)  # type: ignore[arg-type]
    with thresher.connect() as client:
        requests = client.status()["counters"]["requests"]
        again = thresher.datasets.filter(dataset, "cache", settings=DUPLICATES)  # type: ignore[arg-type]
        assert names(again) == names(first)
        assert client.status()["counters"]["requests"] - requests < 10


def test_columns_that_are_no_json(directory: Path) -> None:
    import datetime

    dataset = hf.Dataset.from_list(
        [
            {
                "text": f"row {number} has words of its own {number}",
                "at": datetime.datetime(2026, 1, 1),
                "vector": [0.5, float("nan")],
                "raw": b"\xff",
            }
            for number in range(10)
        ]
    )
    kept = thresher.datasets.filter(dataset, settings={**DUPLICATES, "near": {"threshold": 1}})  # type: ignore[arg-type]
    assert len(kept) == 10 and kept[0]["raw"] == b"\xff"
