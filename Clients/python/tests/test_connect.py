"""Finding, starting, losing and finding again."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any, Dict, Iterator, List

import pytest
import thresher
from conftest import DUPLICATES, binary, daemon_processes, kill, knows_state, oracle, rows, stop


def ids(examples: Any) -> List[Any]:
    return [example["id"] for example in examples]


def test_one_is_started_and_then_found(socket_path: str) -> None:
    with thresher.connect(socket_path) as first:
        first.corpus("shared")
        with thresher.connect(socket_path) as second:
            assert [corpus["corpus"] for corpus in second.corpora()] == ["shared"]
    assert len(daemon_processes(socket_path)) == 1, "it outlives its clients"


def test_many_processes_at_once_start_one(socket_path: str) -> None:
    code = (
        "import sys, thresher\n"
        "sys.stdin.readline()\n"
        "with thresher.connect(sys.argv[1]) as client: client.corpus('race'); print(len(client.corpora()))"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(thresher.__file__).parents[1])}
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", code, socket_path],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            text=True,
        )
        for _ in range(8)
    ]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    assert [process.communicate(timeout=60)[0] for process in processes] == ["1\n"] * 8
    assert len(daemon_processes(socket_path)) == 1


def test_where_the_daemon_is(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(directory))
    with thresher.connect() as client:
        assert client.address == str(directory / "thresher" / "thresher.sock")
        assert (directory / "thresher").stat().st_mode & 0o777 == 0o700
        client.stop()
    monkeypatch.setenv("THRESHER_SOCKET", str(directory / "named"))
    with thresher.connect() as client:
        assert client.address == str(directory / "named")
        client.stop()


def test_none_is_started_if_that_is_not_wanted(socket_path: str) -> None:
    with pytest.raises(thresher.Unavailable, match="no daemon"):
        thresher.connect(socket_path, start=False)
    with pytest.raises(thresher.Unavailable, match="no program"):
        thresher.connect(socket_path, binary="/no/such/program")
    with pytest.raises(thresher.Unavailable, match="the daemon ended with"):
        thresher.connect(socket_path, arguments=["--no-such-option"])
    with pytest.raises(thresher.Unavailable, match="too long"):
        thresher.connect("/tmp/" + "x" * 120)


def test_where_the_program_is(directory: Path) -> None:
    """In the package, where a wheel brings it; else on PATH."""
    shutil.copytree(Path(thresher.__file__).parent, directory / "site" / "thresher")
    (directory / "path").mkdir()
    (directory / "path" / "thresher").symlink_to(binary())
    environment = {"PYTHONPATH": str(directory / "site"), "PATH": str(directory / "path")}
    command = [sys.executable, "-c", "from thresher._find import find_binary; print(find_binary())"]

    def found() -> str:
        return subprocess.run(
            command, env=environment, cwd=directory, capture_output=True, text=True, check=True
        ).stdout.strip()

    assert found() == str(directory / "path" / "thresher")
    (directory / "site" / "thresher" / "bin").mkdir()
    (directory / "site" / "thresher" / "bin" / "thresher").symlink_to(binary())
    assert found() == str(directory / "site" / "thresher" / "bin" / "thresher")


def test_a_socket_that_a_dead_daemon_left(socket_path: str) -> None:
    with thresher.connect(socket_path):
        kill(socket_path)
    assert os.path.exists(socket_path)
    with thresher.connect(socket_path) as client:
        assert client.corpora() == []


def test_a_daemon_that_dies_while_it_is_asked(socket_path: str) -> None:
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(socket_path)
    listener.listen()

    def die() -> None:
        stream, _ = listener.accept()
        listener.close()
        stream.close()

    threading.Thread(target=die).start()
    with thresher.connect(socket_path) as client:
        assert client.corpora() == []


def test_a_daemon_of_ones_own_on_standard_streams() -> None:
    examples = rows(300)
    with thresher.connect(stdio=True) as client:
        corpus = client.corpus(settings=DUPLICATES)
        assert ids(corpus.filter(examples)) == oracle(examples, DUPLICATES)
        with pytest.raises(TypeError, match="cannot be shared"):
            pickle.dumps(client)
        child = client._connection.child
        assert child is not None
    assert child.process.returncode == 0
    with thresher.connect(stdio=True) as client:
        child = client._connection.child
        assert child is not None
        child.process.kill()
        with pytest.raises(thresher.Unavailable):
            client.corpora()


@pytest.fixture
def tcp(directory: Path) -> Iterator[str]:
    """The address of a daemon on TCP, whose token is "secret"."""
    process = subprocess.Popen(
        [binary(), "serve", "--listen", "127.0.0.1:0"],
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "THRESHER_TOKEN": "secret"},
    )
    assert process.stderr is not None
    port = ""
    for line in process.stderr:
        if "port" in line:
            port = "".join(character for character in line.split("port")[-1] if character.isdigit())
            break
    yield f"127.0.0.1:{port}"
    process.terminate()
    process.wait()
    process.stderr.close()


def test_tcp_with_a_token(tcp: str, directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with thresher.connect(tcp, token="secret") as client:
        assert ids(client.corpus(settings=DUPLICATES).filter([{"id": 1, "text": "words"}])) == [1]
        assert b"secret" not in pickle.dumps(client)
        assert "secret" not in repr(client._target)
        other = pickle.loads(pickle.dumps(client))
        monkeypatch.setenv("THRESHER_TOKEN", "secret")
        assert other.status()["version"], "the token is found again where it is used"
        other.close()
    (directory / "token").write_text("secret\n")
    monkeypatch.delenv("THRESHER_TOKEN")
    with thresher.connect("tcp://" + tcp, token_file=directory / "token") as client:
        assert client.status()["version"]
    with pytest.raises(thresher.Unauthenticated) as caught:
        thresher.connect(tcp, token="wrong")
    assert caught.value.kind == "unauthenticated"


def test_errors_of_the_server_are_told_by_kind_and_pointer(client: thresher.Client) -> None:
    with pytest.raises(thresher.InvalidParams) as caught:
        client.corpus("x", settings={"near": {"threshold": 7}})
    assert (caught.value.kind, caught.value.pointer) == ("invalid_params", "/settings/near/threshold")
    client.corpus("tea", settings={"near": {"threshold": 0.7}})
    with pytest.raises(thresher.SettingsDiffer) as differing:
        client.corpus("tea", settings={"near": {"threshold": 0.9}})
    assert differing.value.pointer == "/settings/near/threshold"
    assert pickle.loads(pickle.dumps(differing.value)).pointer == differing.value.pointer
    with pytest.raises(thresher.UnknownCorpus):
        client.call("corpus/stats", {"corpus": "nobody"})
    with pytest.raises(thresher.MethodNotFound):
        client.call("no/such")
    assert issubclass(thresher.UnknownCorpus, thresher.ThresherError)


def test_no_answer_in_time(client: thresher.Client, socket_path: str) -> None:
    (daemon,) = daemon_processes(socket_path)
    os.kill(daemon, signal.SIGSTOP)
    try:
        started = time.monotonic()
        with pytest.raises(thresher.Timeout):
            client.call("corpus/list", timeout=0.2)
        assert time.monotonic() - started < 5
    finally:
        os.kill(daemon, signal.SIGCONT)
    assert client.corpora() == [], "the late answer is not taken for this one"


def test_a_lost_connection_is_made_again(socket_path: str) -> None:
    examples = rows(2000)
    with thresher.connect(socket_path) as client:
        corpus = client.corpus("shared", settings=DUPLICATES)
        kept = []
        for number, example in enumerate(corpus.filter(examples, batch_size=32)):
            kept.append(example["id"])
            if number % 100 == 50:
                stream = client._connection.stream
                assert stream is not None
                stream.shutdown(2)
        assert kept == oracle(examples, DUPLICATES)
        assert corpus.stats()["sequence"] == 2000


def test_what_has_no_ids_is_not_sent_twice(client: thresher.Client, socket_path: str) -> None:
    corpus = client.corpus(settings=DUPLICATES)
    connection = client._connection
    (daemon,) = daemon_processes(socket_path)
    os.kill(daemon, signal.SIGSTOP)
    pending = connection.send(
        "examples/admit", {"corpus": corpus.name, "examples": [{"text": "a"}]}, is_safe=False
    )
    assert connection.stream is not None
    connection.stream.shutdown(2)
    os.kill(daemon, signal.SIGCONT)
    with pytest.raises(thresher.Unavailable, match="may or may not have taken effect"):
        connection.wait(pending)
    assert client.status()["version"]


def test_a_daemon_without_its_memory_is_told(socket_path: str) -> None:
    examples = rows(1000)
    with thresher.connect(socket_path) as client:
        corpus = client.corpus("shared", settings=DUPLICATES)
        stream = corpus.filter(examples, batch_size=16)
        for _ in range(200):
            next(stream)
        kill(socket_path)
        with pytest.raises(thresher.CorpusLost, match="connect.state=") as caught:
            list(stream)
        assert caught.value.kind == "corpus_lost"
    with thresher.connect(socket_path) as client:
        corpus = client.corpus("again", settings=DUPLICATES)
        stream = corpus.filter(examples, batch_size=16, if_unavailable="keep")
        first = [next(stream) for _ in range(200)]
        kill(socket_path)
        with pytest.warns(thresher.ThresherWarning, match="without the memory"):
            rest = list(stream)
        assert len(first) + len(rest) >= len(oracle(examples, DUPLICATES)), "it goes on, with what it has"


def test_killed_and_restarted_in_mid_stream(directory: Path) -> None:
    """The daemon has a state; a killed one is started again by the client itself."""
    if not knows_state():
        pytest.skip("this thresher has no --state yet: serve --help does not list it")
    examples = rows(4000)
    state = directory / "state"
    path = str(directory / "s")
    try:
        with thresher.connect(path, state=state) as client:
            corpus = client.corpus("kept", settings={**DUPLICATES, "persist": True})  # type: ignore[typeddict-item]
            kept = []
            for number, example in enumerate(corpus.filter(examples, batch_size=64)):
                kept.append(example["id"])
                if number % 500 == 250:
                    kill(path)
            assert kept == oracle(examples, DUPLICATES)
            assert corpus.stats()["sequence"] == 4000
            kill(path)
            assert ids(corpus.filter(examples)) == kept, "a second epoch, behind one more restart"
    finally:
        stop(path)


@pytest.mark.parametrize("policy, count", [("keep", 300), ("drop", 100)])
def test_no_daemon_any_more(socket_path: str, policy: str, count: int) -> None:
    examples = [{"id": number, "text": f"row {number} " * 5} for number in range(300)]
    client = thresher.connect(socket_path)
    quick = thresher.Client(
        thresher.client.Target(path=socket_path, start=False),
        thresher.client.ClientOptions(reconnect_seconds=0.2),
    )
    corpus = quick.corpus("away", settings={**DUPLICATES, "near": {"threshold": 1}})
    stream = corpus.filter(examples, batch_size=10, window=1, if_unavailable=policy, warn_dropped=None)
    first = [next(stream) for _ in range(100)]
    client.stop()
    client.close()
    with pytest.warns(thresher.ThresherWarning, match="unjudged"):
        rest = list(stream)
    assert len(first) + len(rest) == count
    assert stream.counts.unjudged >= 190
    with pytest.raises(thresher.Unavailable):
        list(corpus.filter(examples))
    quick.close()


def forked(client: thresher.Client, corpus: thresher.Corpus, results: Any) -> None:
    results.put((client.status()["connections"], ids(corpus.filter(rows(200)))))


def test_a_fork_makes_its_own_connection(client: thresher.Client) -> None:
    corpus = client.corpus(settings=DUPLICATES)
    stream = corpus.filter(rows(200), batch_size=10)
    first = next(stream)
    context = multiprocessing.get_context("fork")
    results: Any = context.Queue()
    workers = [context.Process(target=forked, args=(client, corpus, results)) for _ in range(3)]
    for worker in workers:
        worker.start()
    found = [results.get(timeout=60) for _ in workers]
    for worker in workers:
        worker.join()
    kept = [first["id"], *ids(stream)]
    assert kept == oracle(rows(200), DUPLICATES)
    assert all(connections >= 2 and other == kept for connections, other in found)


def test_spawned_workers_share_a_private_corpus(client: thresher.Client) -> None:
    corpus = client.corpus(settings=DUPLICATES)
    kept = ids(corpus.filter(rows(200)))
    context = multiprocessing.get_context("spawn")
    results: Any = context.Queue()
    worker = context.Process(target=forked, args=(client, corpus, results))
    worker.start()
    assert results.get(timeout=60)[1] == kept
    worker.join()
    assert corpus.stats()["count"] == len(kept), "the worker did not forget it"


def test_ranks_may_prepare_at_once(socket_path: str) -> None:
    examples = rows(3000, twins=2)
    wanted = oracle(examples, DUPLICATES)
    with thresher.connect(socket_path):
        clients = [thresher.connect(socket_path) for _ in range(3)]
        corpora = [client.corpus("shared", settings=DUPLICATES) for client in clients]
        sizes = (256, 100, 37)
        threads = [
            threading.Thread(target=corpus.prepare, args=(examples,), kwargs={"batch_size": size})
            for corpus, size in zip(corpora, sizes)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert all(corpus.is_prepared and ids(corpus.filter(examples)) == wanted for corpus in corpora)
        assert corpora[0].stats()["sequence"] == 3000
        for client in clients:
            client.close()


def test_threads_share_a_client(client: thresher.Client) -> None:
    outcomes: Dict[int, bool] = {}

    def work(number: int) -> None:
        examples = rows(400, seed=number)
        corpus = client.corpus(f"thread{number}", settings=DUPLICATES)
        found = ids(corpus.filter(examples, batch_size=20))
        outcomes[number] = found == ids(corpus.filter(examples)) and corpus.stats()["sequence"] == 400

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes == {number: True for number in range(4)}
