"""The examples of `examples/`, where their libraries are installed."""

from __future__ import annotations

import importlib
import json
import os
import sys
from pathlib import Path
from typing import Any, Iterator, List

import pytest
import thresher
from conftest import BAD, DUPLICATES, GOOD, fluffy, oracle, rows

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "examples"))


@pytest.fixture(autouse=True)
def default_daemon(socket_path: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The daemon that is found by itself, and by the workers of Ray and Spark."""
    monkeypatch.setenv("THRESHER_SOCKET", socket_path)
    monkeypatch.setenv("THRESHER_BIN", os.path.abspath(os.environ["THRESHER_BIN"]))
    root = str(Path(thresher.__file__).parents[1])
    monkeypatch.setenv(
        "PYTHONPATH", root + os.pathsep + str(Path(__file__).resolve().parents[1] / "examples")
    )
    yield


def write(path: Path, examples: List[Any]) -> str:
    path.write_text("".join(json.dumps(example) + "\n" for example in examples))
    return str(path)


def check_each_drop_has_a_match(kept: List[str], examples: List[Any]) -> None:
    with thresher.connect() as client:
        other = client.corpus("check", settings=DUPLICATES)  # type: ignore[arg-type]
        of_kept = [row for row in examples if row["id"] in set(kept)]
        assert len(of_kept) == len(kept), "none doubled"
        assert all(verdict["keep"] for verdict in other.admit(of_kept, detail="decision"))
        rest = [row for row in examples if row["id"] not in set(kept)]
        assert not any(verdict["keep"] for verdict in other.judge(rest, detail="decision"))


def open_corpus(name: str) -> None:
    with thresher.connect() as client:
        client.corpus(name, settings=DUPLICATES)  # type: ignore[arg-type]


def test_jsonl(directory: Path, capsys: pytest.CaptureFixture[str]) -> None:
    jsonl: Any = importlib.import_module("jsonl")
    source = write(directory / "in.jsonl", [GOOD, BAD, GOOD, {"no": "text"}])
    target = directory / "kept.jsonl"
    sys.argv = ["jsonl.py", source, str(target)]
    jsonl.main()
    assert [json.loads(line) for line in target.read_text().splitlines()] == [GOOD]
    output = capsys.readouterr().out
    assert "left out: example 3: no known shape" in output and "type: alpaca" in output
    assert "1 of 4 rows" in output
    first = target.read_bytes()
    jsonl.main()
    assert target.read_bytes() == first, "a second run gives the same"
    assert '"formatting": "sharegpt"' in jsonl.settings("x", {"messages"})[1]


def test_ray_data(directory: Path) -> None:
    ray: Any = pytest.importorskip("ray")
    pytest.importorskip("pandas")
    example: Any = importlib.import_module("ray_data")
    examples = rows(1000)
    for part in range(4):
        write(directory / f"part{part}.jsonl", examples[part::4])
    open_corpus("ray")
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False)
    try:
        dataset = example.kept([str(directory / f"part{part}.jsonl") for part in range(4)], "ray", "id")
        kept = [row["id"] for row in dataset.take_all()]
        assert sorted(kept) == sorted(row["id"] for row in dataset.take_all()), "a second epoch"
    finally:
        ray.shutdown()
    check_each_drop_has_a_match(kept, examples)


def test_spark(directory: Path) -> None:
    sql: Any = pytest.importorskip("pyspark.sql")
    pytest.importorskip("pandas")
    example: Any = importlib.import_module("spark")
    examples = rows(1000)
    source = write(directory / "in.jsonl", examples)
    open_corpus("spark")
    os.environ["PYSPARK_PYTHON"] = sys.executable
    spark = (
        sql.SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1")
        .getOrCreate()
    )
    try:
        frame = example.kept(spark.read.json(source).repartition(4), "spark", "id")
        kept = [row["id"] for row in frame.collect()]
        assert sorted(kept) == sorted(row["id"] for row in frame.collect()), "a second epoch"
    finally:
        spark.stop()
    check_each_drop_has_a_match(kept, examples)


def tiny_model(directory: Path, texts: List[str]) -> str:
    """A model of some thousand weights and its tokenizer, made here."""
    tokenizers: Any = pytest.importorskip("tokenizers")
    transformers: Any = pytest.importorskip("transformers")
    plain = tokenizers.Tokenizer(tokenizers.models.WordLevel(unk_token="[UNK]"))
    plain.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    plain.train_from_iterator(
        texts,
        tokenizers.trainers.WordLevelTrainer(vocab_size=500, special_tokens=["[UNK]", "[PAD]", "[EOS]"]),
    )
    tokenizer = transformers.PreTrainedTokenizerFast(
        tokenizer_object=plain, unk_token="[UNK]", pad_token="[PAD]", eos_token="[EOS]"
    )
    config = transformers.LlamaConfig(
        vocab_size=500,
        hidden_size=16,
        intermediate_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        max_position_embeddings=256,
        pad_token_id=1,
        eos_token_id=2,
    )
    transformers.LlamaForCausalLM(config).save_pretrained(directory)
    tokenizer.save_pretrained(directory)
    return str(directory)


def test_trl(directory: Path) -> None:
    pytest.importorskip("trl")
    example: Any = importlib.import_module("trl_sft")
    examples = [
        {"prompt": row["instruction"], "completion": row["output"]}
        for row in [*[fluffy(number) for number in range(8)], GOOD, GOOD, BAD]
    ]
    source = write(directory / "in.jsonl", examples)
    model = tiny_model(directory / "model", [row["prompt"] + " " + row["completion"] for row in examples])
    with thresher.connect() as client:
        client.corpus("trl", settings={"near": {"threshold": 1}})
    trainer = example.train(
        source,
        model,
        str(directory / "out"),
        "trl",
        max_steps=3,
        report_to="none",
        use_cpu=True,
        per_device_train_batch_size=2,
        save_strategy="no",
        bf16=False,
    )
    assert trainer.state.global_step == 3 and trainer.state.log_history
    assert len(trainer.train_dataset) == 9, "8 and one of the twins; the bad one is gone"
    texts = trainer.processing_class.batch_decode([row["input_ids"] for row in trainer.train_dataset])
    assert not any("Sure" in text for text in texts), "trimmed"
