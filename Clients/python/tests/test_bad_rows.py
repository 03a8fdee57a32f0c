"""Rows that cannot be used are told by their position, and the stream goes on."""

from __future__ import annotations

import datetime
from typing import Any, Dict, List, Tuple

import pytest
import thresher
from conftest import DUPLICATES


class Odd:
    """Nothing that JSON knows."""


def nested(levels: int) -> Any:
    value: Any = "deep"
    for _ in range(levels):
        value = [value]
    return value


def good(number: int) -> Dict[str, Any]:
    return {"id": f"good{number}", "text": f"number {number} " + "and words " * number}


BAD: List[Tuple[str, Any, str, Any]] = [
    ("no text", {"id": 1}, "invalid_example", ""),
    ("a text of the wrong type", {"id": 1, "text": 7}, "invalid_example", "/text"),
    ("a text of bytes", {"id": 1, "text": b"bytes"}, "invalid_example", None),
    ("a date for a text", {"id": 1, "text": datetime.date(2026, 1, 1)}, "invalid_example", None),
    ("an object for a text", {"id": 1, "text": Odd()}, "invalid_example", None),
    ("not a number", {"id": 1, "text": float("nan")}, "invalid_example", None),
    ("half a surrogate pair", {"id": 1, "text": "\ud800 and more"}, "invalid_example", None),
    (
        "half a pair in a message",
        {"id": 1, "messages": [{"role": "user", "content": "\udfff"}]},
        "invalid_example",
        None,
    ),
    ("a string for an example", "just text", "invalid_example", ""),
    ("nothing for an example", None, "invalid_example", ""),
    ("a list for an example", [1], "invalid_example", ""),
    ("too large", {"id": 1, "text": "x" * (16 << 20)}, "limit_exceeded", None),
    ("too deep", {"id": 1, "messages": nested(5000)}, "limit_exceeded", None),
    ("one level too deep", {"id": 1, "text": "t", "messages": nested(125)}, "limit_exceeded", None),
    ("a messages list of strings", {"id": 1, "messages": ["hello"]}, "invalid_example", "/messages/0"),
    ("no id", {"text": "t"}, "missing_id", None),
    ("an id that is none", {"id": None, "text": "t"}, "missing_id", None),
    ("an id of the wrong type", {"id": 1.5, "text": "t"}, "missing_id", None),
    ("a truth value for an id", {"id": True, "text": "t"}, "missing_id", None),
    ("an id that is too long", {"id": "i" * 4097, "text": "t"}, "limit_exceeded", "/id"),
]


@pytest.mark.parametrize("bad, kind, pointer", [row[1:] for row in BAD], ids=[row[0] for row in BAD])
def test_a_bad_row(client: thresher.Client, bad: Any, kind: str, pointer: Any) -> None:
    corpus = client.corpus(settings=DUPLICATES)
    source = [good(0), good(1), bad, good(2)]
    with pytest.raises(thresher.ExampleError) as caught:
        list(corpus.filter(source))
    assert (caught.value.position, caught.value.kind) == (2, kind)
    assert caught.value.example is bad
    if pointer is not None:
        assert caught.value.pointer == pointer
    seen: List[Tuple[int, Any, str]] = []

    def on_error(position: int, example: Any, error: thresher.ExampleError) -> None:
        seen.append((position, example, error.kind))

    stream = corpus.filter(source, on_error=on_error)
    assert list(stream) == [good(0), good(1), good(2)]
    assert seen == [(2, bad, kind)] and stream.counts.errors == 1
    masked = list(corpus.filter(source, on_error=on_error, mode="mask"))
    assert [row["keep"] for row in masked] == [True, True, False, True]
    found = list(corpus.verdicts(source, on_error=on_error))
    assert [verdict["keep"] for _, verdict in found] == [True, True, False, True]
    assert found[2][1]["error"]["data"]["kind"] == kind  # type: ignore[typeddict-item]


def test_as_deep_as_it_may_be(client: thresher.Client) -> None:
    # 128 levels in a message, of which three are the request's.
    corpus = client.corpus(settings=DUPLICATES)
    call = {"function": {"name": "f", "arguments": nested(119)}}
    row = {"id": 1, "messages": [{"role": "assistant", "content": "words", "tool_calls": [call]}]}
    assert list(corpus.filter([row])) == [row]
    deeper = {"function": {"name": "f", "arguments": nested(120)}}
    with pytest.raises(thresher.ExampleError, match="nested deeper than 125 levels"):
        list(
            corpus.filter(
                [{"id": 2, "messages": [{"role": "assistant", "content": "w", "tool_calls": [deeper]}]}]
            )
        )


def test_as_large_as_it_may_be(client: thresher.Client) -> None:
    corpus = client.corpus(settings=DUPLICATES)
    room = (16 << 20) - 512 - len('{"id":1,"text":""}')
    row = {"id": 1, "text": "word " * (room // 5) + "w" * (room % 5)}
    assert list(corpus.filter([row])) == [row]
    with pytest.raises(thresher.ExampleError, match="bytes"):
        list(corpus.filter([{"id": 1, "text": row["text"] + "w"}]))  # type: ignore[operator]


def test_another_content_under_the_same_id(client: thresher.Client) -> None:
    corpus = client.corpus(settings=DUPLICATES)
    with pytest.raises(thresher.ExampleError) as caught:
        list(corpus.filter([good(1), good(2), {**good(1), "text": "something else"}]))
    assert (caught.value.kind, caught.value.position) == ("id_conflict", 2)


def test_large_rows_are_spread_over_requests(client: thresher.Client) -> None:
    corpus = client.corpus(settings=DUPLICATES)
    rows = [{"id": number, "text": f"{number} " + "w" * 1_500_000} for number in range(12)]
    assert [row["id"] for row in corpus.filter(rows)] == list(range(12))


def test_integers_of_any_size_and_numpy_ids(client: thresher.Client) -> None:
    class Like:
        """As NumPy's integers are."""

        def __index__(self) -> int:
            return 12

    corpus = client.corpus(settings=DUPLICATES)
    rows = [
        {"id": 10**30, "text": "one two"},
        {"id": Like(), "text": "three four"},
        {"id": -5, "text": "five six"},
    ]
    assert [verdict["id"] for _, verdict in corpus.verdicts(rows)] == [10**30, 12, -5]  # type: ignore[typeddict-item]
