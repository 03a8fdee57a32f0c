"""`thresher serve`, `status` and `stop` as real processes."""

import json
import os
import signal
import socket
import stat
import subprocess
import threading
import time

import pytest

from thresher_process import Thresher, binary

PING = b'{"jsonrpc":"2.0","id":1,"method":"corpus/list"}\n'
PONG = b'{"jsonrpc":"2.0","id":1,"result":{"corpora":[]}}\n'


def serve(*arguments, env=None, **options):
    return subprocess.Popen(
        [binary(), "serve", *map(str, arguments)],
        stderr=subprocess.PIPE, env={**os.environ, **(env or {})}, **options,
    )


def wait_for(condition, seconds=10):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)


def test_stdio_answers_and_ends_with_its_input():
    result = subprocess.run(
        [binary(), "serve", "--stdio"], input=PING, capture_output=True, timeout=20
    )
    assert (result.returncode, result.stdout) == (0, PONG)


def test_stdio_from_a_file_into_a_file(tmp_path):
    (tmp_path / "in").write_bytes(PING * 1000)
    with open(tmp_path / "in", "rb") as source, open(tmp_path / "out", "wb") as target:
        result = subprocess.run(
            [binary(), "serve", "--stdio"], stdin=source, stdout=target, stderr=subprocess.DEVNULL,
            timeout=20,
        )
    assert result.returncode == 0
    assert (tmp_path / "out").read_bytes() == PONG * 1000


def test_exit_ends_the_process_on_stdio_only():
    bye = b'{"jsonrpc":"2.0","method":"exit"}\n'
    process = subprocess.Popen(
        [binary(), "serve", "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    process.stdin.write(PING + bye)
    process.stdin.flush()
    assert process.wait(10) == 0
    assert process.stdout.read() == PONG
    process.stdin.close()
    process.stdout.close()
    with Thresher() as thresher:
        with thresher.connect() as connection:
            connection.send(bye)
            assert connection.read_to_end() == b""
        with thresher.connect() as connection:
            assert connection.call("corpus/list") == {"corpora": []}


def test_nothing_but_messages_on_standard_output():
    text = b"nonsense\n\xff\xfe\n" + PING
    result = subprocess.run(
        [binary(), "serve", "--stdio"], input=text, capture_output=True, timeout=20
    )
    for line in result.stdout.splitlines():
        assert json.loads(line)["jsonrpc"] == "2.0"


def test_the_socket_is_ours_alone_and_gone_afterwards(tmp_path):
    path = tmp_path / "deep" / "er" / "s.sock"
    process = serve("--socket", path)
    wait_for(path.exists)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    process.terminate()
    assert process.wait(10) == 0
    assert not path.exists()
    process.stderr.close()


def test_a_second_daemon_is_kept_out_and_a_dead_ones_socket_is_taken_over(tmp_path):
    path = tmp_path / "s.sock"
    first = serve("--socket", path)
    wait_for(path.exists)
    second = serve("--socket", path)
    assert second.wait(10) == 2
    assert b"another daemon" in second.stderr.read()
    first.kill()
    first.wait()
    assert path.exists()
    third = serve("--socket", path)
    assert b"listening" in third.stderr.readline()
    third.terminate()
    assert third.wait(10) == 0
    for process in (first, second, third):
        process.stderr.close()


def test_a_file_in_the_way_is_not_removed(tmp_path):
    path = tmp_path / "s.sock"
    path.write_text("mine")
    process = serve("--socket", path)
    assert process.wait(10) == 2
    assert b"is no socket" in process.stderr.read()
    assert path.read_text() == "mine"
    process.stderr.close()


def test_a_path_that_is_too_long_is_an_error(tmp_path):
    process = serve("--socket", tmp_path / ("x" * 120))
    assert process.wait(10) == 2
    assert b"a socket path may have 107" in process.stderr.read()
    process.stderr.close()


def test_the_standard_socket_follows_the_environment(tmp_path):
    for variable, value, expected in [
        ("THRESHER_SOCKET", tmp_path / "own.sock", tmp_path / "own.sock"),
        ("XDG_RUNTIME_DIR", tmp_path, tmp_path / "thresher" / "thresher.sock"),
        ("TMPDIR", tmp_path, tmp_path / f"thresher-{os.geteuid()}" / "thresher.sock"),
    ]:
        env = {k: v for k, v in os.environ.items() if k not in ("THRESHER_SOCKET", "XDG_RUNTIME_DIR")}
        env[variable] = str(value)
        process = subprocess.Popen([binary(), "serve"], env=env, stderr=subprocess.DEVNULL)
        wait_for(expected.exists)
        status = subprocess.run([binary(), "status"], env=env, capture_output=True, timeout=10)
        assert status.returncode == 0 and str(expected).encode() in status.stdout
        stop = subprocess.run([binary(), "stop"], env=env, capture_output=True, timeout=20)
        assert (stop.returncode, stop.stdout) == (0, b"stopped\n")
        assert process.wait(10) == 0
        gone = subprocess.run([binary(), "status"], env=env, capture_output=True, timeout=10)
        assert gone.returncode == 1 and b"no daemon there" in gone.stderr


def test_a_standard_directory_that_others_can_enter_is_refused(tmp_path):
    folder = tmp_path / "thresher"
    folder.mkdir()
    folder.chmod(0o755)
    env = {k: v for k, v in os.environ.items() if k != "THRESHER_SOCKET"}
    process = subprocess.Popen(
        [binary(), "serve"], env={**env, "XDG_RUNTIME_DIR": str(tmp_path)}, stderr=subprocess.PIPE
    )
    assert process.wait(10) == 2
    assert b"closed to others" in process.stderr.read()
    process.stderr.close()


def test_tcp_wants_a_token():
    process = serve("--listen", "127.0.0.1:0", env={"THRESHER_TOKEN": ""})
    assert process.wait(10) == 2
    assert b"THRESHER_TOKEN" in process.stderr.read()
    process.stderr.close()


def test_a_token_file_must_be_closed_to_others(tmp_path):
    path = tmp_path / "token"
    path.write_text("secret\n")
    path.chmod(0o644)
    process = serve("--listen", "127.0.0.1:0", "--token-file", path)
    assert process.wait(10) == 2
    assert b"chmod 600" in process.stderr.read()
    path.chmod(0o600)
    process.stderr.close()
    process = serve("--listen", "127.0.0.1:0", "--token-file", path)
    line = process.stderr.readline().decode()
    port = int(line.split("port=")[1].split()[0])
    with socket.create_connection(("127.0.0.1", port)) as peer, peer.makefile("rb") as answers:
        peer.sendall(
            b'{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"token":"secret"}}\n' + PING)
        assert b"serverInfo" in answers.readline()
        assert answers.readline() == PONG
    process.terminate()
    assert process.wait(10) == 0
    process.stderr.close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_finishes_what_is_in_flight(number):
    texts = [{"text": f"example {i} of many, with number {i * 31}"} for i in range(5_000)]
    request = json.dumps(
        {"jsonrpc": "2.0", "id": 1, "method": "examples/admit", "params": {"examples": texts}}
    )
    with Thresher() as thresher:
        with thresher.connect() as connection:
            connection.send_line(request)
            connection.send(PING)
            time.sleep(0.05)
            thresher.process.send_signal(number)
            answer = json.loads(connection.read_line())
            assert len(answer["result"]["verdicts"]) == 5_000
            assert thresher.process.wait(20) == 0


def test_idle_connections_do_not_hold_up_the_end():
    with Thresher() as thresher:
        with thresher.connect() as one, thresher.connect():
            one.call("corpus/list")
            began = time.monotonic()
            thresher.process.terminate()
            assert thresher.process.wait(10) == 0
            assert time.monotonic() - began < 5


def test_half_a_line_and_the_end_of_input_end_at_once():
    with Thresher() as thresher:
        began = time.monotonic()
        with thresher.connect() as connection:
            connection.send(PING[:-1])
            connection.end()
            assert connection.read_to_end() == PONG
        assert time.monotonic() - began < 1.5


def test_a_peer_that_does_not_read_is_not_read_and_others_are_served():
    big = json.dumps(
        {"jsonrpc": "2.0", "id": 1, "method": "examples/judge",
         "params": {"examples": [{"text": "word " * 50}] * 500}}
    ).encode() + b"\n"
    with Thresher() as thresher:
        with thresher.connect() as slow, thresher.connect() as quick:
            slow.stream.settimeout(1)
            sent = 0
            with pytest.raises(TimeoutError):
                while sent < 400 << 20:
                    sent += slow.stream.send(big)
            assert quick.call("corpus/list")["corpora"]
            with open(f"/proc/{thresher.process.pid}/status") as status:
                memory = next(int(l.split()[1]) for l in status if l.startswith("VmRSS"))
            assert memory < 200_000, f"{memory} kB for a peer that does not read"


def test_a_peer_that_leaves_answers_unread_is_cut():
    big = json.dumps(
        {"jsonrpc": "2.0", "id": 1, "method": "examples/judge",
         "params": {"examples": [{"text": "word " * 50}] * 5000}}
    ).encode() + b"\n"
    with Thresher("--unread-timeout", "1") as thresher:
        with thresher.connect() as slow:
            threading.Thread(target=lambda: send_until_cut(slow.stream, big), daemon=True).start()
            time.sleep(4)
            with thresher.connect() as quick:
                assert quick.call("server/status")["connections"] == 1


def send_until_cut(stream, data):
    try:
        for _ in range(20):
            stream.sendall(data)
    except OSError:
        pass


def test_logs_can_be_json(tmp_path):
    process = serve("--socket", tmp_path / "s.sock", "--log", "json")
    line = json.loads(process.stderr.readline())
    assert line["level"] == "info" and line["message"] == "listening"
    process.terminate()
    process.wait(10)
    process.stderr.close()


def test_many_clients_at_once_each_get_their_own_answers():
    with Thresher() as thresher:
        failures = []

        def work(number):
            try:
                with thresher.connect() as connection:
                    for i in range(50):
                        connection.send_line(json.dumps({"jsonrpc": "2.0", "id": f"{number}-{i}",
                                                         "method": "corpus/list"}))
                    for i in range(50):
                        assert json.loads(connection.read_line())["id"] == f"{number}-{i}"
            except Exception as error:  # noqa: BLE001: told by the main thread
                failures.append(error)

        threads = [threading.Thread(target=work, args=(n,)) for n in range(32)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not failures


def test_each_of_many_racing_examples_is_kept_once():
    rows = [{"text": f"Racing example {i} about topic {i * 13} and place {i * 7}"} for i in range(500)]
    with Thresher() as thresher:
        kept = []

        def work():
            with thresher.connect() as connection:
                for start in range(0, len(rows), 50):
                    result = connection.call(
                        "examples/admit", {"examples": rows[start:start + 50], "return": "decision"})
                    kept.extend(v["keep"] for v in result["verdicts"])

        threads = [threading.Thread(target=work) for _ in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sum(kept) == 500
