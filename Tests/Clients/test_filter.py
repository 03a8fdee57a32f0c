"""`thresher filter` as a person meets it: real files, real pipes, real signals."""

import gzip
import json
import os
import signal
import subprocess
import time

import pytest

from thresher_process import Thresher, binary

GOOD = [
    {"id": "a", "instruction": "Name a river.", "output": "The Danube flows through ten countries."},
    {"id": "b", "instruction": "Name a river.", "output": "The Danube flows through ten countries."},
    {"id": "c", "instruction": "Add.", "input": "2 and 2", "output": "Sure! Two and two make four."},
    {"id": 7, "text": "Standing water breeds mosquitoes in summer."},
]


def lines(rows):
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def run(*arguments, stdin=None, cwd=None, env=None):
    """The filter without a minimum score: what is tested here has nothing to do with the score."""
    return subprocess.run(
        [binary(), "filter", *map(str, arguments)],
        input=stdin if stdin is not None else b"",
        capture_output=True,
        cwd=cwd,
        env={**os.environ, "THRESHER_MINIMUM_SCORE": "none", **(env or {})},
        timeout=60,
    )


@pytest.fixture
def data(tmp_path):
    path = tmp_path / "data.jsonl"
    path.write_bytes(lines(GOOD))
    return path


def test_kept_rows_come_out_byte_for_byte_and_trimmed_ones_in_their_shape(tmp_path):
    odd = b'{"id" : 1.5e3, "id":3,\t"text":"caf\\u00e9 au lait, twice a day","n":1.10}'
    fluffy = lines([GOOD[2]]).strip()
    result = run("-", stdin=odd + b"\n" + fluffy + b"\n")
    assert result.returncode == 0, result.stderr
    assert result.stdout.splitlines() == [odd, fluffy.replace(b"Sure! ", b"")]


def test_reading_standard_input_is_the_same_as_a_file(data):
    assert run(data).stdout == run("-", stdin=data.read_bytes()).stdout != b""
    assert run(stdin=data.read_bytes()).stdout == run(data).stdout


@pytest.mark.parametrize("suffix", ["", ".gz", ".zst"])
def test_compressed_on_both_sides(data, tmp_path, suffix):
    plain = run(data).stdout
    out = tmp_path / f"kept.jsonl{suffix}"
    assert run(data, "-o", out).returncode == 0
    again = run(out, "--trim", "off")
    assert again.returncode == 0, again.stderr
    assert again.stdout == plain
    assert run("-", "--trim", "off", stdin=out.read_bytes()).stdout == plain


def test_several_gzip_members_are_one_text(data):
    members = b"".join(gzip.compress(line + b"\n") for line in data.read_bytes().splitlines())
    assert run("-", stdin=members).stdout == run(data).stdout


def test_a_truncated_archive_is_an_error_and_leaves_nothing(data, tmp_path):
    cut = tmp_path / "cut.jsonl.gz"
    cut.write_bytes(gzip.compress(data.read_bytes() * 50)[:-9])
    out = tmp_path / "kept.jsonl"
    result = run(cut, "-o", out)
    assert result.returncode == 2
    assert b"cut.jsonl.gz" in result.stderr and b"truncated" in result.stderr
    assert sorted(p.name for p in tmp_path.iterdir()) == ["cut.jsonl.gz", "data.jsonl"]


def test_a_json_array_is_read_like_lines(data, tmp_path):
    array = tmp_path / "data.json"
    array.write_text(json.dumps(GOOD, indent=2, ensure_ascii=False))
    result = run(array, "--trim", "off")
    assert result.returncode == 0, result.stderr
    kept = [json.loads(line) for line in result.stdout.splitlines()]
    assert kept == [GOOD[0], GOOD[2], GOOD[3]]


def test_an_array_that_is_not_closed_is_named(tmp_path):
    array = tmp_path / "data.json"
    array.write_text(json.dumps(GOOD)[:-5])
    result = run(array)
    assert result.returncode == 1
    assert b"data.json:1: the array ends inside this element" in result.stderr


def test_unusable_lines_are_named_with_file_and_line_and_the_rest_goes_on(tmp_path):
    path = tmp_path / "mixed.jsonl"
    bad = [b"nonsense", b'{"text":1}', b'{"text":"\xff"}', b'{"text":"\\ud800"}', b'{"a":1}', b"[]"]
    good = lines(GOOD).splitlines()
    path.write_bytes(b"\n".join([good[0], *bad, b"", good[3]]) + b"\n")
    result = run(path, "--verdicts", tmp_path / "v.jsonl", "--rejected", tmp_path / "r.jsonl")
    assert result.returncode == 1
    assert result.stdout.splitlines() == [good[0], good[3]]
    for number in range(2, 8):
        assert f"mixed.jsonl:{number}: ".encode() in result.stderr
    verdicts = [json.loads(line) for line in (tmp_path / "v.jsonl").read_bytes().splitlines()]
    assert [v["source"]["line"] for v in verdicts] == [1, 2, 3, 4, 5, 6, 7, 9]
    assert all(v["reasons"] == ["unusable"] and "message" in v["error"] for v in verdicts[1:7])
    assert (tmp_path / "r.jsonl").read_bytes().splitlines() == bad


def test_verdicts_say_where_and_with_trimmed_what_is_left(data, tmp_path):
    path = tmp_path / "v.jsonl"
    run(data, "--verdicts", path, "--with-trimmed", "--id-key", "id")
    verdicts = [json.loads(line) for line in path.read_bytes().splitlines()]
    assert [v["id"] for v in verdicts] == ["a", "b", "c", 7]
    assert verdicts[1]["duplicate"] == {"kind": "exact", "of": "a", "similarity": 1}
    assert verdicts[1]["source"] == {"file": str(data), "line": 2}
    assert verdicts[2]["trimmed"]["output"] == "Two and two make four."
    assert "trimmed" not in verdicts[0]


def test_a_missing_id_is_named(data):
    result = run(data, "--id-key", "key")
    assert result.returncode == 1
    assert b"data.jsonl:1: no id, at /key" in result.stderr


def test_an_id_that_comes_again_with_the_same_content_is_written_once(data):
    result = run("-", "--id-key", "id", stdin=lines([GOOD[0], GOOD[0], GOOD[3]]))
    assert len(result.stdout.splitlines()) == 2
    assert b"repeated" in result.stderr


def test_a_file_given_twice_is_a_second_copy(data):
    assert len(run(data, data).stdout.splitlines()) == 3


def test_the_summary_counts_and_warns(data, tmp_path):
    out = tmp_path / "summary.json"
    result = run(data, "--summary", out, "--warn-dropped", "0.1")
    summary = json.loads(out.read_text())
    assert (summary["read"], summary["kept"], summary["dropped"]) == (4, 3, 1)
    assert summary["reasons"] == {"exact_duplicate": 1}
    assert summary["tokens"]["cut"] == summary["tokens"]["before"] - summary["tokens"]["after"] > 0
    assert b"warning: 25.0 % was dropped" in result.stderr
    assert b"warning" not in run(data).stderr
    assert run(data, "--quiet").stderr == b""


@pytest.mark.parametrize(
    "content, name, hint",
    [
        (b"PAR1....", "x.parquet", b"Parquet"),
        (b"a,b\n1,2\n", "x.csv", b"table"),
        (b"PK\x03\x04....", "x.zip", b"ZIP"),
        (b"BZh91AY", "x.bz2", b"bzip2"),
    ],
)
def test_other_formats_get_a_hint(tmp_path, content, name, hint):
    path = tmp_path / name
    path.write_bytes(content)
    result = run(path)
    assert result.returncode == 2
    assert hint in result.stderr and b"\n" == result.stderr[-1:]


@pytest.mark.parametrize(
    "arguments",
    [
        ["missing.jsonl"],
        ["."],
        ["--near-threshold", "1.5", "data.jsonl"],
        ["--near-threshold", "abc", "data.jsonl"],
        ["--near-shingle", "0", "data.jsonl"],
        ["--trim", "aggressive", "data.jsonl"],
        ["--minimum-score", "11", "data.jsonl"],
        ["--prompt-key", "q", "data.jsonl"],
        ["--corpus", "x", "data.jsonl"],
        ["--nonsense"],
        ["--state", "data.jsonl", "data.jsonl"],
        ["--state", "x", "--durability", "some", "data.jsonl"],
        ["--state", "x", "--corpus", ".y", "data.jsonl"],
        ["--state", "x", "--socket", "no.sock", "data.jsonl"],
        ["--references", "missing.jsonl", "data.jsonl"],
        ["--references", ".", "data.jsonl"],
        ["--config", "data.jsonl", "data.jsonl"],
        ["-o", "x", "--rejected", "x", "data.jsonl"],
        ["-o", "no/such/folder/x", "data.jsonl"],
        ["--socket", "no.sock", "data.jsonl"],
        ["--warn-dropped", "2", "data.jsonl"],
        ["--workers", "0", "data.jsonl"],
    ],
)
def test_what_cannot_run_says_why_and_exits_with_2(data, tmp_path, arguments):
    result = run(*arguments, cwd=tmp_path)
    assert result.returncode == 2, result.stderr
    assert result.stderr.strip() and not result.stdout
    assert [p.name for p in tmp_path.iterdir()] == ["data.jsonl"]


def test_settings_come_from_flags_environment_and_file_in_that_order(data, tmp_path):
    config = tmp_path / "settings.json"
    config.write_text('{"trim": "off", "near": {"shingle": 2}}')
    fluffy = lines([GOOD[2]])
    assert run("-", "--config", config, stdin=fluffy).stdout == fluffy
    on = {"THRESHER_TRIM": "standard"}
    assert run("-", "--config", config, stdin=fluffy, env=on).stdout != fluffy
    assert run("-", "--config", config, "--trim", "off", stdin=fluffy, env=on).stdout == fluffy
    wrong = run("-", stdin=fluffy, env={"THRESHER_TRIM": "never"})
    assert wrong.returncode == 2 and b"THRESHER_TRIM" in wrong.stderr


def test_what_contains_a_reference_is_dropped_here_and_by_a_daemon(data, tmp_path):
    references = tmp_path / "quiz.jsonl"
    references.write_bytes(
        b"\xef\xbb\xbf" + lines([{"id": "q", "text": "Standing water breeds mosquitoes in summer."}])
        + b"\r\n" + lines([{"question": "Too short?", "answer": "Yes."}]))
    verdicts = tmp_path / "verdicts.jsonl"
    with Thresher(environment={"THRESHER_MINIMUM_SCORE": "none"}) as daemon:
        for where in ([], ["--socket", daemon.socket_path]):
            result = run(data, "--references", references, "--verdicts", verdicts, *where)
            assert result.returncode == 0, result.stderr
            assert b"mosquitoes" not in result.stdout and b"Danube" in result.stdout
            last = json.loads(verdicts.read_text().splitlines()[-1])
            assert last["reasons"] == ["contaminated"]
            assert last["contamination"] == {
                "reference": str(references), "id": "q", "field": "/text", "containment": 1}


def test_references_may_be_packed(data, tmp_path):
    data.write_bytes(lines([{"text": "one two three four five six seven"}]))
    packed = tmp_path / "quiz.jsonl.gz"
    whole = b"".join(gzip.compress(lines([{"text": text}])) for text in (
        "nothing of it is in the data", "two three four five six"))
    packed.write_bytes(whole)
    words = run(data, "--references", packed).stderr.split()
    assert words[words.index(b"contaminated") + 1] == b"1"
    packed.write_bytes(whole[:-9])
    result = run(data, "--references", packed)
    assert result.returncode == 2
    assert f"{packed}: the compressed data ends in the middle".encode() in result.stderr


def test_a_damaged_reference_file_is_named_with_its_line(data, tmp_path):
    references = tmp_path / "quiz.jsonl"
    references.write_bytes(lines([{"text": "Five tokens in a row"}]) + b"{oops\n")
    result = run(data, "--references", references)
    assert result.returncode == 2 and not result.stdout
    assert f"{references}: line 2: not JSON".encode() in result.stderr


def test_the_summary_says_whether_tokens_were_estimated(data, tmp_path):
    vocabulary = {chr(letter): letter - 33 for letter in range(33, 127)}
    tokenizer = tmp_path / "tokenizer.json"
    tokenizer.write_text(json.dumps({"model": {
        "type": "WordPiece", "unk_token": "!", "continuing_subword_prefix": "",
        "max_input_chars_per_word": 100, "vocab": vocabulary}}))
    summary = tmp_path / "summary.json"
    for arguments, is_estimated in [((), True), (("--tokenizer", tokenizer), False)]:
        result = run(data, "--summary", summary, *arguments)
        assert result.returncode == 0, result.stderr
        assert (b"(estimated)" in result.stderr) == is_estimated
        assert json.loads(summary.read_text())["tokens"].get("estimated", False) == is_estimated


def test_fields_of_ones_own(tmp_path):
    rows = [{"q": {"x": "Why?"}, "a": "Because it is so."}, {"q": {"x": "Why?"}, "a": "because  it is so."}]
    result = run("-", "--prompt-key", "/q/x", "--response-key", "a", stdin=lines(rows))
    assert len(result.stdout.splitlines()) == 1


def test_a_byte_order_mark_and_crlf_are_no_trouble():
    text = b"\xef\xbb\xbf" + lines(GOOD).replace(b"\n", b"\r\n")
    result = run("-", "--trim", "off", stdin=text)
    assert result.returncode == 0
    assert result.stdout == lines([GOOD[0], GOOD[2], GOOD[3]])


def test_nothing_in_is_nothing_out():
    result = run("-", stdin=b"")
    assert (result.returncode, result.stdout) == (0, b"")
    assert run("-", stdin=b"[]").stdout == b""


def test_an_interrupt_leaves_nothing_half_written(tmp_path):
    out = tmp_path / "kept.jsonl"
    for number, code in [(signal.SIGINT, 130), (signal.SIGTERM, 143)]:
        process = subprocess.Popen(
            [binary(), "filter", "-", "-o", out], stdin=subprocess.PIPE, stderr=subprocess.PIPE
        )
        process.stdin.write(lines(GOOD))
        process.stdin.flush()
        time.sleep(0.3)
        process.send_signal(number)
        assert process.wait(10) == code
        assert list(tmp_path.iterdir()) == []
        process.stdin.close()
        process.stderr.close()


def test_a_reader_that_goes_away_ends_it_quietly(tmp_path):
    rows = [{"text": f"Row number {i} speaks of {i * 7919} things."} for i in range(50_000)]
    path = tmp_path / "many.jsonl"
    path.write_bytes(lines(rows))
    result = subprocess.run(
        f"{binary()} filter {path} --quiet | head -n 1; exit ${{PIPESTATUS[0]}}",
        shell=True, executable="/bin/bash", capture_output=True, timeout=60,
    )
    assert result.returncode == 141
    assert result.stderr == b"" and len(result.stdout.splitlines()) == 1


def test_an_existing_output_is_replaced_only_at_the_end(data, tmp_path):
    out = tmp_path / "kept.jsonl"
    out.write_text("old\n")
    assert run(tmp_path / "missing.jsonl", "-o", out).returncode == 2
    assert out.read_text() == "old\n"
    assert run(data, "-o", out).returncode == 0
    assert len(out.read_bytes().splitlines()) == 3


def test_writing_over_the_input_is_safe(data):
    assert run(data, "-o", data, "--trim", "off").returncode == 0
    assert data.read_bytes() == lines([GOOD[0], GOOD[2], GOOD[3]])


def test_a_daemon_gives_the_same_verdicts_and_remembers(data, tmp_path):
    own, theirs = tmp_path / "own.jsonl", tmp_path / "theirs.jsonl"
    local = run(data, "--verdicts", own)
    with Thresher() as thresher:
        arguments = [data, "--socket", thresher.socket_path, "--corpus", "mine", "--verdicts", theirs]
        remote = run(*arguments)
        assert remote.returncode == 0, remote.stderr
        assert remote.stdout == local.stdout
        assert theirs.read_bytes() == own.read_bytes()
        again = run(*arguments)
        assert again.stdout == local.stdout
        assert all(json.loads(line)["replayed"] for line in theirs.read_bytes().splitlines())
        differs = run(*arguments, "--near-threshold", "0.9")
        assert differs.returncode == 2 and b"another value" in differs.stderr


def test_the_number_of_workers_changes_nothing(tmp_path):
    rows = [{"instruction": f"Say {i % 700}.", "output": f"Sure! Row {i % 900} speaks of {i % 613} things."}
            for i in range(3_000)]
    rows[77] = {"text": 1}
    path = tmp_path / "many.jsonl"
    path.write_bytes(lines(rows) + b"nonsense\n")
    outcomes = []
    for workers in (1, 2, 5):
        verdicts = tmp_path / f"v{workers}.jsonl"
        result = run(path, "--workers", workers, "--verdicts", verdicts)
        assert result.returncode == 1
        outcomes.append((result.stdout, verdicts.read_bytes()))
    assert outcomes[0] == outcomes[1] == outcomes[2]
    assert len(outcomes[0][1].splitlines()) == 3_001


def test_a_line_above_the_limit_is_unusable_and_the_next_is_read():
    big = b'{"text":"' + b"x" * (16 << 20) + b'"}\n'
    result = run("-", stdin=big + lines([GOOD[3]]))
    assert result.returncode == 1
    assert b"-:1: longer than 16777216 bytes" in result.stderr
    assert result.stdout == lines([GOOD[3]])


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shell_completions(shell):
    result = subprocess.run(
        [binary(), "--generate-completion-script", shell], capture_output=True, timeout=20
    )
    assert result.returncode == 0 and b"near-threshold" in result.stdout
