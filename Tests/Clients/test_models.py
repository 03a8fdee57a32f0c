"""Models of one's own, from the command line: train, calibrate, and what is refused."""
import json
import subprocess

import pytest

from thresher_process import binary

GOOD = ["The river runs through the green valley and feeds the fields of %d farms.",
        "A good loaf needs flour, water, salt and time; let it rest for %d hours."]
BAD = ["xqzt kvrpl wqjj bnmtr %d zzxq plkrt vbnm", "fields the of runs valley %d and green the"]


def run(*arguments, **options):
    return subprocess.run([binary(), *map(str, arguments)], capture_output=True, text=True,
                          timeout=120, **options)


def rows(path, texts, count=40):
    with open(path, "w", encoding="utf-8") as file:
        for number in range(count):
            row = {"instruction": f"Tell me something about {number}.",
                   "output": texts[number % len(texts)] % number}
            file.write(json.dumps(row) + "\n")
    return path


@pytest.fixture
def examples(tmp_path):
    return rows(tmp_path / "good.jsonl", GOOD), rows(tmp_path / "bad.jsonl", BAD)


def test_a_language_model_is_trained_and_measures(tmp_path, examples):
    text = tmp_path / "text"
    text.write_text("the river runs\nthe valley is green\n")
    model = tmp_path / "own.lm"
    done = run("train", "lm", text, examples[0], "-o", model, "--order", "3")
    assert done.returncode == 0, done.stderr
    assert "n-grams" in done.stderr
    verdicts = tmp_path / "verdicts"
    done = run("filter", examples[1], "-o", tmp_path / "kept", "--verdicts", verdicts,
               "--perplexity-model", model, "--maximum-perplexity", "30", "--minimum-score", "none")
    assert done.returncode == 0, done.stderr
    found = [json.loads(line) for line in verdicts.read_text().splitlines()]
    assert all("high_perplexity" in verdict["reasons"] for verdict in found)
    assert all(verdict["signals"]["perplexity"] > 30 for verdict in found)
    # The file is the same on every run.
    again = tmp_path / "again.lm"
    assert run("train", "lm", text, examples[0], "-o", again, "-q").stderr == ""
    assert again.read_bytes() == model.read_bytes()


def test_a_score_is_taught(tmp_path, examples):
    model = tmp_path / "own.score"
    done = run("train", "score", "--good", examples[0], "--bad", examples[1], "-o", model)
    assert done.returncode == 0, done.stderr
    assert "40 good, 40 others" in done.stderr
    for path, kept in ((examples[0], 40), (examples[1], 0)):
        summary = tmp_path / "summary"
        done = run("filter", path, "--score-model", model, "--near-threshold", "1",
                   "-o", "/dev/null", "--summary", summary, "-q")
        assert done.returncode == 0, done.stderr
        assert json.loads(summary.read_text())["kept"] == kept


@pytest.mark.parametrize("flag", ["--score-model", "--perplexity-model"])
def test_an_unreadable_model_is_refused_by_name(tmp_path, examples, flag):
    broken = tmp_path / "broken.model"
    for content in (b"", b"no model", b"\\data\\\nngram 1=2\n"):
        broken.write_bytes(content)
        done = run("filter", examples[0], flag, broken)
        assert done.returncode == 2
        assert str(broken) in done.stderr
    done = run("filter", examples[0], flag, tmp_path / "absent")
    assert done.returncode == 2 and "absent" in done.stderr


def test_what_cannot_be_trained_says_why(tmp_path, examples):
    empty = tmp_path / "empty"
    empty.write_text("")
    done = run("train", "lm", empty, "-o", tmp_path / "m")
    assert done.returncode == 2 and "no words" in done.stderr
    few = rows(tmp_path / "few.jsonl", GOOD, 9)
    done = run("train", "score", "--good", few, "--bad", examples[1], "-o", tmp_path / "m")
    assert done.returncode == 2 and "ten of each" in done.stderr
    broken = tmp_path / "broken.jsonl"
    broken.write_text('{"instruction": "a", "output": "b"}\n{"instruction": \n')
    done = run("train", "score", "--good", broken, "--bad", examples[1], "-o", tmp_path / "m")
    assert done.returncode == 2 and f"{broken}:2" in done.stderr
    assert not (tmp_path / "m").exists()


@pytest.mark.parametrize("keep", ["0", "0.5", "1"])
def test_calibrate_finds_a_minimum(tmp_path, examples, keep):
    both = tmp_path / "both.jsonl"
    both.write_text(examples[0].read_text() + examples[1].read_text())
    done = run("calibrate", both, "--keep", keep, "--near-threshold", "1")
    assert done.returncode == 0, done.stderr
    assert 1 <= float(done.stdout) <= 10
    assert "left after duplicates and trimming" in done.stderr


def test_calibrate_wants_a_share(examples):
    assert run("calibrate", examples[0], "--keep", "1.5").returncode == 2


def test_no_minimum_is_called_none(tmp_path, examples):
    summary = tmp_path / "summary"
    for flags, dropped in (([], True), (["--minimum-score", "none"], False)):
        done = run("filter", examples[1], "-o", "/dev/null", "--summary", summary, "-q", *flags)
        assert done.returncode == 0, done.stderr
        assert ("low_score" in json.loads(summary.read_text())["reasons"]) == dropped
