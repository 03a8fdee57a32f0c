"""`filter` and `verdicts`: what goes in, what comes out, and in which order."""

from __future__ import annotations

import warnings
from typing import Any, Dict, Iterator, List

import pytest
import thresher
from conftest import BAD, DUPLICATES, GOOD, fluffy, oracle, rows


def ids(examples: Any) -> List[Any]:
    return [example["id"] for example in examples]


@pytest.mark.parametrize("batch_size, window", [(1, 1), (7, 3), (256, 8), (1000, 1)])
def test_the_kept_examples_come_out_in_order(client: thresher.Client, batch_size: int, window: int) -> None:
    examples = rows(600)
    corpus = client.corpus(settings=DUPLICATES)
    stream = corpus.filter(iter(examples), batch_size=batch_size, window=window)
    assert ids(stream) == oracle(examples, DUPLICATES)
    assert (stream.counts.read, stream.counts.kept + stream.counts.dropped) == (600, 600)


def test_a_second_epoch_gives_the_same(client: thresher.Client) -> None:
    examples = rows(600)
    corpus = client.corpus(settings=DUPLICATES)
    first = ids(corpus.filter(examples))
    again = corpus.filter(examples)
    assert ids(again) == first
    assert again.counts.replayed == 600


def test_what_is_cut_is_cut_and_the_rest_stays(client: thresher.Client) -> None:
    corpus = client.corpus(settings={"score": {"minimum": None}})
    example = {**fluffy(3), "image": object()}
    kept = list(corpus.filter([example]))
    assert kept == [{**example, "output": "Red, green and blue are 3 colours."}]
    assert example["output"].startswith("Sure!")
    assert list(corpus.filter([example], trimmed=False)) == [example]


def test_cutting_agrees_with_the_daemon_in_every_shape(client: thresher.Client) -> None:
    answer = "Sure! Größe und “Umfang” – 漢字 are three words. I hope this helps!"
    examples: List[Dict[str, Any]] = [
        {"id": 1, "instruction": "Name three words.", "output": answer},
        {
            "id": 2,
            "messages": [
                {"role": "user", "content": "Name three words, please."},
                {"role": "assistant", "content": [{"type": "text", "text": answer}]},
            ],
        },
        {
            "id": 3,
            "conversations": ({"from": "human", "value": "Three words?"}, {"from": "gpt", "value": answer}),
        },
        {
            "id": 4,
            "prompt": [{"role": "user", "content": "Give three words."}],
            "completion": [{"role": "assistant", "content": answer}],
        },
    ]
    settings: Any = {"score": {"minimum": None}, "near": {"threshold": 1}}
    whole = client.corpus(settings=settings).admit(examples)
    kept = list(client.corpus(settings=settings).filter(examples))
    assert len(kept) == 4
    for example, verdict in zip(kept, whole):
        wanted = dict(verdict["trimmed"])  # type: ignore[typeddict-item]
        assert {**example, "conversations": list(example.get("conversations", []))} == {
            **wanted,
            "conversations": wanted.get("conversations", []),
        }


def test_verdicts_come_with_their_examples(client: thresher.Client) -> None:
    corpus = client.corpus()
    found = list(corpus.verdicts([{"id": 1, **GOOD}, {"id": 2, **BAD}, {"id": 3, **GOOD}]))
    assert [example["id"] for example, _ in found] == [1, 2, 3]
    assert [verdict["reasons"] for _, verdict in found] == [[], ["low_score"], ["exact_duplicate"]]
    assert found[0][1]["score"] >= 7 and "signals" in found[0][1]


def test_on_drop_sees_each_drop_and_may_ask_the_daemon(client: thresher.Client) -> None:
    examples = rows(300)
    corpus = client.corpus(settings=DUPLICATES)
    dropped = []

    def on_drop(example: Any, verdict: Any) -> None:
        dropped.append((example["id"], corpus.stats()["count"] > 0, verdict["duplicate"]["of"]))

    kept = ids(corpus.filter(examples, on_drop=on_drop, batch_size=16))
    assert sorted(kept + [item[0] for item in dropped]) == sorted(ids(examples))
    assert all(item[1] for item in dropped) and {item[2] for item in dropped} <= set(kept)


def test_mask_marks_and_refill_fills(client: thresher.Client) -> None:
    examples = rows(500)
    corpus = client.corpus(settings=DUPLICATES)
    kept = ids(corpus.filter(examples))
    masked = list(corpus.filter(examples, mode="mask", mask_column="use"))
    assert ids(masked) == ids(examples)
    assert [example["id"] for example in masked if example["use"]] == kept
    stream = corpus.filter(examples, mode="refill")
    filled = ids(stream)
    assert len(filled) == 500 and set(filled) == set(kept)
    assert stream.counts.refilled == 500 - len(kept)
    assert filled == ids(corpus.filter(examples, mode="refill")), "the same in every epoch"


def test_refill_waits_for_the_first_that_is_kept(client: thresher.Client) -> None:
    corpus = client.corpus()
    assert ids(
        corpus.filter(
            [{"id": 1, **BAD}, {"id": 2, **BAD}, {"id": 3, **GOOD}], mode="refill", warn_dropped=None
        )
    ) == [3, 3, 3]
    with pytest.warns(thresher.ThresherWarning, match="nothing was kept"):
        assert list(corpus.filter([{"id": 1, **BAD}], mode="refill", warn_dropped=None)) == []


def test_two_streams_of_one_client_do_not_mix(client: thresher.Client) -> None:
    first, second = rows(900, seed=1), rows(900, seed=2)
    one, two = client.corpus("one", settings=DUPLICATES), client.corpus("two", settings=DUPLICATES)
    pairs = list(
        zip(one.filter(first, mode="mask", batch_size=50), two.filter(second, mode="mask", batch_size=70))
    )
    assert ids(pair[0] for pair in pairs) == ids(first) and ids(pair[1] for pair in pairs) == ids(second)
    assert [pair[0]["id"] for pair in pairs if pair[0]["keep"]] == oracle(first, DUPLICATES)


def test_a_stream_that_is_left_does_no_harm(client: thresher.Client) -> None:
    examples = rows(3000)
    corpus = client.corpus(settings=DUPLICATES)
    stream = corpus.filter(iter(examples), batch_size=64)
    for _ in range(10):
        next(stream)
    stream.close()
    assert client.status()["version"]
    assert ids(corpus.filter(examples)) == oracle(examples, DUPLICATES)


def test_what_the_source_raises_comes_behind_what_it_gave(client: thresher.Client) -> None:
    examples = rows(300)

    def source() -> Iterator[Dict[str, Any]]:
        yield from examples
        raise OSError("the disk is gone")

    corpus = client.corpus(settings=DUPLICATES)
    seen = []
    with pytest.raises(OSError, match="the disk is gone"):
        for example in corpus.filter(source()):
            seen.append(example["id"])
    assert seen == oracle(examples, DUPLICATES)


def test_much_more_than_the_buffers_hold(client: thresher.Client) -> None:
    # 40 MB there and 20 MB back: who only writes gets stuck.
    examples = [
        {"id": number, "text": f"{number} " + "some words that repeat " * 1500} for number in range(1200)
    ]
    corpus = client.corpus(settings={"score": {"minimum": None}, "near": {"threshold": 1}})
    stream = corpus.verdicts(examples, window=64, batch_size=100)
    assert sum(1 for _ in stream) == 1200


def test_a_warning_when_much_is_dropped(client: thresher.Client) -> None:
    corpus = client.corpus(settings=DUPLICATES)
    same = [{"id": number, "text": "always the same few words here"} for number in range(50)]
    with pytest.warns(thresher.ThresherWarning, match="49 of 50 examples were dropped .exact_duplicate 49"):
        assert len(list(corpus.filter(same))) == 1
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        list(corpus.filter(same, warn_dropped=None))
        list(corpus.filter(same, warn_dropped=0.99))


def test_ids_are_asked_for(client: thresher.Client) -> None:
    corpus = client.corpus(settings=DUPLICATES)
    nameless = [{"text": "one row of words"}, {"text": "one row of words"}]
    with pytest.raises(thresher.ExampleError, match="id_column") as caught:
        list(corpus.filter(nameless))
    assert (caught.value.kind, caught.value.position) == ("missing_id", 0)
    assert len(list(corpus.filter(nameless, id_column=None))) == 1
    named = [{"key": 7, "text": "other words"}, {"key": 8, "text": "other words"}]
    assert len(list(corpus.filter(named, id_column="key"))) == 1
    assert (
        len(list(corpus.filter(named, id_column=lambda example: f"k{example['key']}", warn_dropped=None)))
        == 0
    )


def test_private_corpora_are_nobody_elses(client: thresher.Client, socket_path: str) -> None:
    example = {"id": 1, "text": "exactly the same words"}
    with thresher.connect(socket_path) as other:
        assert len(list(client.corpus(settings=DUPLICATES).filter([example]))) == 1
        assert len(list(other.corpus(settings=DUPLICATES).filter([example]))) == 1
        assert len(list(other.corpus(settings=DUPLICATES).filter([example]))) == 1
    names = [corpus["corpus"] for corpus in client.corpora()]
    assert len(names) == 1, "those of the closed client are forgotten"


def test_fields_of_ones_own(client: thresher.Client) -> None:
    corpus = client.corpus(settings={**DUPLICATES, "fields": {"prompt": ["/q"], "response": ["/deep/a~1b"]}})
    examples = [
        {"id": 1, "q": "why", "deep": {"a/b": "because of this and that"}},
        {"id": 2, "q": "why", "deep": {"a/b": "because of this and that"}, "other": object()},
    ]
    assert ids(corpus.filter(examples)) == [1]


def test_a_bar_if_it_is_wanted(client: thresher.Client, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("tqdm")
    corpus = client.corpus(settings=DUPLICATES)
    list(corpus.filter(rows(300), progress=True))
    assert "300/300" in capsys.readouterr().err
    corpus.prepare(rows(300))
    assert capsys.readouterr().err == "", "not unasked, where there is no terminal"


def test_options_that_make_no_sense(client: thresher.Client) -> None:
    corpus = client.corpus()
    for options in (
        {"mode": "kepp"},
        {"if_unavailable": "hang"},
        {"unknown": "?"},
        {"batch_size": 0},
        {"window": 0},
    ):
        with pytest.raises(ValueError):
            corpus.filter([], **options)  # type: ignore[arg-type]
