"""`python -m thresher`."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, List

import thresher
from conftest import BAD, GOOD, binary, fluffy, rows

ROOT = Path(thresher.__file__).parents[1]
DUPLICATES_ONLY = ["--minimum-score", "none", "--settings", '{"trim": "off"}']


def run(*arguments: Any, stdin: bytes = b"") -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(
        [sys.executable, "-m", "thresher", *map(str, arguments)],
        input=stdin,
        capture_output=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        timeout=60,
    )


def lines(examples: List[Any]) -> bytes:
    return b"".join(json.dumps(example).encode() + b"\n" for example in examples)


def test_the_same_rows_as_the_program(directory: Path, socket_path: str) -> None:
    (directory / "in.jsonl").write_bytes(lines([*rows(300), GOOD, BAD, fluffy(3)]))
    result = run(
        "filter",
        directory / "in.jsonl",
        "-o",
        directory / "kept.jsonl",
        "--rejected",
        directory / "out.jsonl",
        "--socket",
        socket_path,
    )
    assert result.returncode == 0, result.stderr
    subprocess.run(
        [
            binary(),
            "filter",
            directory / "in.jsonl",
            "-o",
            directory / "kept2.jsonl",
            "--rejected",
            directory / "out2.jsonl",
        ],
        check=True,
        capture_output=True,
    )
    ours, theirs = ((directory / name).read_bytes().splitlines() for name in ("kept.jsonl", "kept2.jsonl"))
    # The program leaves the bytes beside what it cuts as they are; here a row that is cut is written anew.
    assert list(map(json.loads, ours)) == list(map(json.loads, theirs))
    assert (directory / "out.jsonl").read_bytes() == (directory / "out2.jsonl").read_bytes()
    assert b"read 303, kept " in result.stderr


def test_standard_streams_and_gzip(directory: Path, socket_path: str) -> None:
    data = lines(rows(50))
    plain = run("filter", "--socket", socket_path, *DUPLICATES_ONLY, stdin=data)
    packed = run(
        "filter",
        "-",
        "-o",
        directory / "kept.jsonl.gz",
        "--socket",
        socket_path,
        *DUPLICATES_ONLY,
        stdin=gzip.compress(data),
    )
    assert plain.returncode == packed.returncode == 0
    assert gzip.decompress((directory / "kept.jsonl.gz").read_bytes()) == plain.stdout
    assert 25 < plain.stdout.count(b"\n") < 50


def test_unusable_rows_are_named_and_the_rest_is_done(directory: Path, socket_path: str) -> None:
    (directory / "in.jsonl").write_bytes(
        b'{"text": "good words"}\n\nnonsense\n{"no": "text"}\n{"text": "other words"}\n'
    )
    result = run(
        "filter",
        directory / "in.jsonl",
        "--socket",
        socket_path,
        "--verdicts",
        directory / "v.jsonl",
        *DUPLICATES_ONLY,
    )
    assert result.returncode == 1
    assert result.stdout == b'{"text": "good words"}\n{"text": "other words"}\n'
    assert b"in.jsonl:3: not JSON" in result.stderr and b"in.jsonl:4: no known shape" in result.stderr
    verdicts = [json.loads(line) for line in (directory / "v.jsonl").read_bytes().splitlines()]
    assert [verdict["source"]["line"] for verdict in verdicts] == [1, 4, 5]


def test_a_named_corpus_stays(directory: Path, socket_path: str) -> None:
    data = lines([{"name": number, "text": f"number {number} of ten rows"} for number in range(10)])
    options = ["--socket", socket_path, "--corpus", "tea", "--id-column", "name", *DUPLICATES_ONLY]
    first = run("filter", *options, stdin=data)
    assert run("filter", *options, stdin=data).stdout == first.stdout, "it replays"
    status = run("status", "--socket", socket_path)
    assert status.returncode == 0 and b"tea: " in status.stdout
    assert (
        json.loads(run("status", "--json", "--socket", socket_path).stdout)["corpora"][0]["corpus"] == "tea"
    )


def test_it_could_not_run(directory: Path, socket_path: str) -> None:
    assert run("status", "--socket", socket_path).returncode == 1
    assert (
        run(
            "filter", directory / "no-such-file", "--socket", socket_path, "-o", directory / "kept"
        ).returncode
        == 2
    )
    assert not (directory / "kept").exists()
    assert run("filter", "--settings", "{").returncode == 2
    assert run("filter", "--settings", '{"near": {"threshold": 9}}', "--socket", socket_path).returncode == 2
    assert run("nonsense").returncode == 2
