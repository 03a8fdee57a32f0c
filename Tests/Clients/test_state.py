"""Corpora that outlive the process: `serve --state`, `filter --state`, `check`."""

import contextlib
import json
import os
import signal
import sqlite3
import subprocess
import threading

import pytest

from thresher_process import RemoteError, Thresher, binary


def rows(count, start=0, words=30):
    """Examples of which none resembles another, but each tenth is a near copy of the one before."""
    made = []
    for index in range(start, start + count):
        source = index - 1 if index % 10 == 9 else index
        text = " ".join(f"w{source}x{position}" for position in range(words))
        if source != index:
            text = text.rsplit(" ", 1)[0] + " changed"
        made.append({"id": index, "instruction": "say it", "output": text})
    return made


def admit(connection, examples, **params):
    result = connection.call("examples/admit", {"examples": examples, **params})
    return result["verdicts"]


def without_replayed(verdicts):
    return [json.dumps({k: v for k, v in verdict.items() if k != "replayed"}) for verdict in verdicts]


@pytest.fixture
def state(tmp_path):
    return tmp_path / "state"


def serve(state, *arguments, **options):
    return Thresher("--state", str(state), *arguments, **options)


def run(*arguments, **options):
    return subprocess.run(
        [binary(), *map(str, arguments)], capture_output=True, text=True, timeout=60, **options)


@pytest.mark.parametrize("durability", ["normal", "full"])
def test_verdicts_are_the_same_after_a_kill(state, durability):
    examples = rows(300)
    with serve(state, "--durability", durability) as thresher, thresher.connect() as connection:
        first = admit(connection, examples)
        thresher.process.kill()
    with serve(state) as thresher, thresher.connect() as connection:
        again = admit(connection, examples)
        assert all(verdict["replayed"] for verdict in again)
        assert without_replayed(again) == without_replayed(first)
        # A copy of what was kept before is known as one.
        copy = admit(connection, [{"id": "copy", **{k: v for k, v in examples[0].items() if k != "id"}}])
        assert copy[0]["duplicate"] == {"kind": "exact", "of": 0, "similarity": 1}


def test_a_restart_in_mid_stream_changes_no_verdict(state, tmp_path):
    examples = rows(400)
    with Thresher() as thresher, thresher.connect() as connection:
        expected = [verdict for start in range(0, 400, 50)
                    for verdict in admit(connection, examples[start:start + 50])]
    given = []
    for start in range(0, 400, 50):
        with serve(state) as thresher, thresher.connect() as connection:
            given += admit(connection, examples[start:start + 50])
            if start % 100:
                thresher.process.kill()
    assert without_replayed(given) == without_replayed(expected)


def test_retractions_replacements_references_and_settings_survive(state):
    with serve(state) as thresher, thresher.connect() as connection:
        connection.call("corpus/open", {"corpus": "own", "settings": {"near": {"shingle": 4}}})
        connection.call("corpus/configure", {"corpus": "own", "settings": {"score": {"minimum": None}}})
        admit(connection, rows(20), corpus="own")
        connection.call("examples/retract", {"corpus": "own", "ids": [8]})
        replaced = {"id": 3, "instruction": "say it", "output": "quite another text than before it was"}
        admit(connection, [replaced], corpus="own", replace=True)
        connection.call("references/load", {
            "corpus": "own", "name": "exam",
            "examples": [{"id": "q1", "text": "who wrote the tale of the blue fox"}]})
        stats = connection.call("corpus/stats", {"corpus": "own"})
        thresher.process.kill()
    with serve(state) as thresher, thresher.connect() as connection:
        again = connection.call("corpus/stats", {"corpus": "own"})
        for name in ("count", "sequence", "reasons"):
            assert again[name] == stats[name], name
        settings = connection.call("corpus/open", {"corpus": "own"})["settings"]
        assert (settings["near"]["shingle"], settings["score"]["minimum"]) == (4, None)
        # 9 was a copy of 8, which is gone: it may be kept now.
        assert admit(connection, rows(10)[9:], corpus="own")[0]["keep"]
        assert admit(connection, [replaced], corpus="own")[0]["replayed"]
        hit = {"id": "hit", "text": "Guess who wrote the tale of the blue fox, quickly"}
        verdict = admit(connection, [hit], corpus="own")[0]
        assert verdict["contamination"]["reference"] == "exam"
        assert verdict["reasons"] == ["contaminated"]


def test_a_corpus_that_does_not_persist_is_in_memory(state):
    with serve(state) as thresher, thresher.connect() as connection:
        connection.call("corpus/open", {"corpus": "brief", "settings": {"persist": False}})
        admit(connection, rows(5), corpus="brief")
        assert not (state / "brief.sqlite").exists()
    with serve(state) as thresher, thresher.connect() as connection:
        with pytest.raises(RemoteError) as error:
            admit(connection, rows(5), corpus="brief")
        assert error.value.data["kind"] == "unknown_corpus"


def test_a_dropped_corpus_is_gone_and_its_name_is_free(state):
    with serve(state) as thresher, thresher.connect() as connection:
        connection.call("corpus/open", {"corpus": "a"})
        admit(connection, rows(5), corpus="a")
        assert connection.call("corpus/drop", {"corpus": "a"}) == {"dropped": True}
        assert not list(state.glob("a.sqlite*"))
        assert connection.call("corpus/open", {"corpus": "a"})["count"] == 0
        # One that was not loaded can be dropped as well.
    with serve(state) as thresher, thresher.connect() as connection:
        assert connection.call("corpus/list")["corpora"] == [{"corpus": "a", "loaded": False}]
        connection.call("corpus/drop", {"corpus": "a"})
        assert connection.call("corpus/list")["corpora"] == []


def test_a_second_daemon_is_kept_out_and_told_by_whom(state):
    with serve(state) as thresher:
        result = run("serve", "--stdio", "--state", state)
        assert result.returncode == 2
        assert f"in use by process {thresher.process.pid}" in result.stderr
        # So is a filter; it is told what to do.
        result = run("filter", "-", "--state", state, input="")
        assert result.returncode == 2 and "--socket" in result.stderr
    assert run("serve", "--stdio", "--state", state, input="").returncode == 0


def test_a_damaged_corpus_is_refused_by_name_and_the_others_are_served(state):
    with serve(state) as thresher, thresher.connect() as connection:
        connection.call("corpus/open", {"corpus": "bad"})
        admit(connection, rows(50), corpus="bad")
        admit(connection, rows(50))
    with contextlib.closing(sqlite3.connect(state / "bad.sqlite")) as database:
        (shape,) = database.execute("SELECT shape FROM examples WHERE sequence = 7").fetchone()
    data = bytearray((state / "bad.sqlite").read_bytes())
    data[data.index(shape[:64]) + 30] ^= 4
    (state / "bad.sqlite").write_bytes(data)
    result = run("check", state)
    assert result.returncode == 1
    assert "corpus bad: " in result.stdout and "corpus default: all is well; 50 decisions" in result.stdout
    with serve(state) as thresher, thresher.connect() as connection:
        for _ in range(2):
            with pytest.raises(RemoteError) as error:
                admit(connection, rows(1), corpus="bad")
            assert error.value.data["kind"] == "state_damaged"
            assert "bad.sqlite" in str(error.value) and "thresher check" in str(error.value)
        assert admit(connection, rows(1))[0]["replayed"]


def test_other_versions_and_missing_files_are_refused_by_name(state, tmp_path):
    phrases = tmp_path / "phrases.txt"
    phrases.write_text("opener Let me see.\n")
    with serve(state) as thresher, thresher.connect() as connection:
        admit(connection, rows(3))
    with sqlite3.connect(state / "default.sqlite") as database:
        database.execute("PRAGMA user_version = 99")
    database.close()
    result = run("check", state)
    assert result.returncode == 1 and "has format 99" in result.stdout
    with serve(state) as thresher, thresher.connect() as connection:
        with pytest.raises(RemoteError) as error:
            admit(connection, rows(1))
        assert error.value.data["kind"] == "state_incompatible"


def test_the_views_are_open_to_everyone(state):
    with serve(state) as thresher, thresher.connect() as connection:
        admit(connection, rows(50))
        connection.call("examples/retract", {"ids": [0]})
        database = sqlite3.connect(f"file:{state}/default.sqlite?mode=ro", uri=True)
        counts = dict(database.execute("SELECT reason, count(*) FROM decisions GROUP BY 1"))
        assert counts["kept"] + counts["near_duplicate"] + counts.get("low_score", 0) == 49
        row = database.execute(
            "SELECT id, duplicate_of, similarity FROM decisions WHERE id = 9").fetchone()
        assert row[:2] == (9, 8) and 0.8 <= row[2] < 1
        database.close()


def test_a_full_disk_is_an_error_and_service_resumes(state):
    with serve(state) as thresher, thresher.connect() as connection:
        first = admit(connection, rows(100), **{"return": "decision"})
        used = max(path.stat().st_size for path in state.iterdir())
        limit = ["prlimit", "--pid", str(thresher.process.pid)]
        subprocess.run([*limit, f"--fsize={used + 4096}:unlimited"], check=True)
        failures = 0
        for attempt in range(3):
            with pytest.raises(RemoteError) as error:
                admit(connection, rows(2_000, 1_000), **{"return": "decision"})
            failures += error.value.data["kind"] in ("storage_full", "storage_failed")
            # What was kept before can be read, by us and by others.
            judged = connection.call("examples/judge", {"examples": rows(100), "return": "decision"})
            assert without_replayed(judged["verdicts"]) == without_replayed(first)
        assert failures == 3
        database = sqlite3.connect(f"file:{state}/default.sqlite?mode=ro", uri=True)
        assert database.execute("SELECT count(*) FROM decisions").fetchone() == (100,)
        database.close()
        subprocess.run([*limit, "--fsize=unlimited:unlimited"], check=True)
        verdicts = admit(connection, rows(2_000, 1_000), **{"return": "decision"})
        assert not any("replayed" in verdict for verdict in verdicts)
        thresher.process.kill()
        thresher.reader.join(5)
        assert "error: the state cannot be written" in thresher.log
        assert "notice: the state can be written again" in thresher.log
    assert "all is well; 2,100 decisions" in run("check", state).stdout


def test_racing_clients_admit_each_example_once(state):
    examples = rows(1_000)
    with serve(state) as thresher:
        answers = [None] * 16

        def client(number):
            with thresher.connect() as connection:
                answers[number] = [
                    verdict
                    for start in range(0, len(examples), 100)
                    for verdict in admit(
                        connection, examples[start:start + 100], **{"return": "decision"})]

        threads = [threading.Thread(target=client, args=(n,)) for n in range(len(answers))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        first = [sum("replayed" not in answer[index] for answer in answers) for index in range(1_000)]
        assert first == [1] * 1_000
        assert len({tuple(without_replayed(answer)) for answer in answers}) == 1


def test_a_vanished_client_leaves_the_state_whole(state):
    with serve(state) as thresher:
        for _ in range(5):
            connection = thresher.connect()
            connection.send_line(json.dumps({
                "jsonrpc": "2.0", "id": 1, "method": "examples/admit",
                "params": {"examples": rows(3_000)}}))
            connection.close()
        with thresher.connect() as connection:
            verdicts = admit(connection, rows(3_000), **{"return": "decision"})
            assert len(verdicts) == 3_000
    assert "all is well; 3,000 decisions" in run("check", state).stdout


def test_filter_remembers_what_it_kept(state, tmp_path):
    first, second = tmp_path / "first.jsonl", tmp_path / "second.jsonl"
    lines = [json.dumps({k: v for k, v in row.items() if k != "id"}) for row in rows(100)]
    first.write_text("\n".join(lines[:60]) + "\n")
    second.write_text("\n".join(lines[40:]) + "\n")
    common = ["--state", state, "--minimum-score", "none", "--trim", "off"]

    def kept(path):
        result = run("filter", path, *common, "--quiet")
        assert result.returncode == 0, result.stderr
        return result.stdout.splitlines()

    one, two = kept(first), kept(second)
    whole = tmp_path / "whole.jsonl"
    whole.write_text("\n".join(lines) + "\n")
    at_once = run("filter", whole, "--minimum-score", "none", "--trim", "off", "--quiet").stdout
    assert one + two == at_once.splitlines()
    # The same again says the same again; from another directory, too.
    assert kept(first) == one
    again = subprocess.run(
        [binary(), "filter", "second.jsonl", *map(str, common), "--quiet"], cwd=tmp_path,
        capture_output=True, text=True, timeout=60)
    assert again.stdout.splitlines() == two
    # A line that was mended is judged anew.
    lines[0] = lines[0].replace("w0x0", "w0x0 mended")
    first.write_text("\n".join(lines[:60]) + "\n")
    assert kept(first)[0] == lines[0]
    # Standard input has no lasting names: what comes again is a duplicate.
    result = run("filter", "-", *common, "--quiet", input=lines[5] + "\n")
    assert (result.returncode, result.stdout) == (0, "")
    assert run("check", state).returncode == 0


def test_status_and_metrics_tell_of_the_state(state):
    with serve(state) as thresher, thresher.connect() as connection:
        admit(connection, rows(10))
        text = run("status", "--socket", thresher.socket_path).stdout
        assert f"state        {state} (normal)" in text and "bytes on disk" in text
        metrics = run("status", "--socket", thresher.socket_path, "--metrics").stdout
        samples = dict(
            line.rsplit(" ", 1) for line in metrics.splitlines() if not line.startswith("#"))
        assert samples['thresher_corpus_decisions{corpus="default"}'] == "10"
        assert float(samples["thresher_resident_memory_bytes"]) > 1e6
        for name in {line.split("{")[0].split(" ")[0] for line in metrics.splitlines()
                     if not line.startswith("#")}:
            assert f"# TYPE {name} " in metrics and f"# HELP {name} " in metrics


def test_a_signal_commits_what_is_in_flight(state):
    with serve(state) as thresher, thresher.connect() as connection:
        connection.send_line(json.dumps({
            "jsonrpc": "2.0", "id": 1, "method": "examples/admit",
            "params": {"examples": rows(2_000), "return": "decision"}}))
        connection.send_line('{"jsonrpc":"2.0","id":2,"method":"corpus/list"}')
        thresher.process.send_signal(signal.SIGTERM)
        answers = [json.loads(line) for line in connection.read_to_end().splitlines()]
        assert len(answers) in (0, 1, 2)
        assert thresher.wait() == 0
    told = len(answers[0]["result"]["verdicts"]) if answers else 0
    # The log is carried over: the file is all there is.
    names = sorted(path.name for path in state.iterdir())
    assert names in (["default.sqlite", "lock"], ["lock"])
    if told:
        assert "all is well; 2,000 decisions" in run("check", state).stdout


def test_many_descriptors_short_of_the_limit(state):
    """With few open files the connection limit is lower, and who comes above it is told so."""
    process = subprocess.Popen(
        ["prlimit", "--nofile=700:700", binary(), "serve", "--state", str(state), "--socket",
         str(state) + ".sock"], stderr=subprocess.PIPE, text=True)
    try:
        line = process.stderr.readline()
        assert "fewer connections than usual" in line and "connections=61" in line
    finally:
        process.kill()
        process.wait()
