"""The package itself: its types, its errors, and what it needs."""

from __future__ import annotations

import inspect
import json
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any, Dict, List

import pytest
import thresher
from thresher import _connection, _json, _rows

ROOT = Path(__file__).resolve().parents[1]


def test_the_wires_types_are_current() -> None:
    result = subprocess.run(
        [sys.executable, str(ROOT / "generate_wire.py"), "--check"], capture_output=True, text=True
    )
    assert result.returncode == 0, result.stderr


def test_the_wires_error_kinds_are_those_of_the_description() -> None:
    assert thresher.wire.ERROR_CODES["id_conflict"] == 8 and "examples/admit" in thresher.wire.METHODS
    assert set(thresher.RemoteError.kinds) <= set(thresher.wire.ERROR_CODES)


def test_one_tree_of_errors_with_kind_and_pointer() -> None:
    kinds = [
        value
        for value in vars(thresher).values()
        if inspect.isclass(value) and issubclass(value, Exception) and not issubclass(value, Warning)
    ]
    assert len(kinds) > 12
    for kind in kinds:
        assert issubclass(kind, thresher.ThresherError)
        assert hasattr(kind, "kind") and hasattr(kind, "pointer")
    error = thresher.ExampleError(3, {"a": 1}, "invalid_example", "no text", "/a")
    again = pickle.loads(pickle.dumps(error))
    assert (again.position, again.kind, again.pointer, str(again)) == (3, "invalid_example", "/a", str(error))
    assert issubclass(thresher.Unavailable, ConnectionError) and issubclass(thresher.Timeout, TimeoutError)


@pytest.mark.skipif(sys.version_info < (3, 10), reason="Python 3.9 does not list its own modules")
def test_nothing_but_the_standard_library_is_imported() -> None:
    code = (
        "import sys; before = set(sys.modules); import thresher; "
        "print(sorted({name.partition('.')[0] for name in set(sys.modules) - before}))"
    )
    output = subprocess.run(
        [sys.executable, "-S", "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    others = set(json.loads(output.replace("'", '"'))) - set(sys.stdlib_module_names) - {"thresher"}
    assert not others, others


def test_pauses_grow_and_are_scattered(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]
    monkeypatch.setattr("time.monotonic", lambda: clock[0])
    seen = []
    for pause in _connection.delays(30):
        seen.append(pause)
        clock[0] += pause
    assert clock[0] == pytest.approx(30) and len(seen) > 15
    assert 0.025 <= seen[0] <= 0.05 and 0.05 <= seen[1] <= 0.1
    assert max(seen) <= 2 and len(set(seen)) > 10
    assert list(_connection.delays(0)) == []


def plain_cut(text: str, edits: List[Dict[str, Any]]) -> str:
    data = text.encode()
    for edit in reversed(edits):
        data = data[: edit["start"]] + data[edit["end"] :]
    return data.decode()


@pytest.mark.parametrize("text", ["Sure! Red.", "Größe! Ja – 漢字", ""])
def test_cutting_is_that_of_the_plain_way(text: str) -> None:
    bounds = [len(text[:number].encode()) for number in range(len(text) + 1)]
    for first in bounds:
        for last in bounds:
            if first < last:
                edits = [{"field": "/t", "start": first, "end": last}]
                assert _rows.cut(text, edits) == plain_cut(text, edits)


def test_a_path_in_the_example_with_slashes_and_tildes() -> None:
    example = {"a/b": [{"~": "Sure! Red."}, "other"], "c": object()}
    cut = _rows.trimmed(example, [{"field": "/a~1b/0/~0", "start": 0, "end": 6}])
    assert cut["a/b"][0]["~"] == "Red." and cut["c"] is example["c"]
    assert example["a/b"][0]["~"] == "Sure! Red."  # type: ignore[index]


@pytest.mark.parametrize("text, deep", [(b"1", 0), (b'{"a":[1,{"b":"[[["}]}', 3), (b'"\\"[["', 0)])
def test_depth(text: bytes, deep: int) -> None:
    assert _rows.depth(text) == deep


@pytest.mark.parametrize(
    "text", ["plain", 'quote " and \\ back', "\n\t\x00\x1f", "größe 漢字 😀", "\u2028 \x7f", ""]
)
def test_quoting_is_the_same_with_and_without_orjson(text: str) -> None:
    assert json.loads(_json._quote(text)) == text
    assert json.loads(_json.quote(text)) == text
    for quote in (_json._quote, _json.quote):
        with pytest.raises(Exception):
            quote(text + "\ud800")


def test_large_texts_are_told_apart_from_deep_ones() -> None:
    encoder = _rows.Encoder(frozenset(["text"]), None, _rows.Limits(1000, 10))
    room = 1000 - _rows.ENVELOPE_BYTES - len('{"text":""}')
    texts, bad = encoder.rows(
        [{"text": "x" * room}, {"text": "x" * (room + 1)}, {"text": "é" * (room // 2 + 1)}]
    )
    assert len(texts) == 1 and sorted(bad) == [1, 2]
    groups = encoder.requests([b"x" * 200, b"y" * 200, b"z" * 200, b"w" * 480])
    assert [len(group) for group in groups] == [2, 1, 1]
