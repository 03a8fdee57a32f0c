"""A Thresher daemon of one's own, and plain connections to it, for tests.

    with Thresher() as thresher:                     # the binary that THRESHER_BIN names
        with thresher.connect() as connection:
            answer = connection.call("corpus/list")  # {"corpora": []}
            connection.send_line('{"jsonrpc": "2.0", "id": 7, "method": "corpus/list"}')
            line = connection.read_line()            # bytes, without the newline

The daemon listens on a Unix socket in a directory of its own, and on TCP if asked to. It is ended
when the block is left, by force if need be.
"""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from pathlib import Path

START_SECONDS = 20.0
STOP_SECONDS = 10.0
READ_SECONDS = 20.0


def binary() -> str:
    """The path that THRESHER_BIN names."""
    path = os.environ.get("THRESHER_BIN")
    if not path:
        raise RuntimeError("set THRESHER_BIN to the thresher binary under test")
    if not os.access(path, os.X_OK):
        raise RuntimeError(f"THRESHER_BIN names {path}, which cannot be run")
    return os.path.abspath(path)


class RemoteError(Exception):
    """The server answered a call with an error."""

    def __init__(self, error):
        super().__init__(f"{error['code']}: {error['message']}")
        self.code = error["code"]
        self.data = error.get("data", {})


class Connection:
    """A byte stream to the daemon, with lines or headers on top."""

    def __init__(self, stream: socket.socket):
        self.stream = stream
        self.stream.settimeout(READ_SECONDS)
        self.buffer = bytearray()
        self.next_id = 1

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.stream.close()

    # Bytes

    def send(self, data: bytes):
        self.stream.sendall(data)

    def end(self):
        """Says that nothing more will be sent; answers can still be read."""
        self.stream.shutdown(socket.SHUT_WR)

    def fill(self) -> bool:
        """Reads what has come; False at the end of the stream."""
        try:
            data = self.stream.recv(1 << 16)
        except ConnectionResetError:
            data = b""
        self.buffer += data
        return bool(data)

    def read_exactly(self, count: int) -> bytes:
        while len(self.buffer) < count:
            if not self.fill():
                raise EOFError(f"{bytes(self.buffer)!r} and the end, {count} bytes expected")
        data = bytes(self.buffer[:count])
        del self.buffer[:count]
        return data

    def read_to_end(self) -> bytes:
        while self.fill():
            pass
        return self.read_exactly(len(self.buffer))

    # Messages

    def send_line(self, line: str):
        self.send(line.encode() + b"\n")

    def read_line(self) -> bytes:
        searched = 0
        while (found := self.buffer.find(b"\n", searched)) < 0:
            searched = len(self.buffer)
            if not self.fill():
                raise EOFError(f"{bytes(self.buffer)!r} and the end, a line expected")
        return self.read_exactly(found + 1)[:-1]

    def read_framed(self) -> bytes:
        """One message with a `Content-Length` header."""
        length = None
        while header := self.read_line().rstrip(b"\r"):
            name, _, value = header.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        if length is None:
            raise ValueError("a header without Content-Length")
        return self.read_exactly(length)

    def read_message(self, framing: str = "lines") -> bytes:
        return self.read_line() if framing == "lines" else self.read_framed()

    def call(self, method: str, params=None):
        """Makes one request and waits for its result; an error answer is raised."""
        request = {"jsonrpc": "2.0", "id": self.next_id, "method": method}
        if params is not None:
            request["params"] = params
        self.next_id += 1
        self.send_line(json.dumps(request))
        answer = json.loads(self.read_line())
        assert answer["id"] == request["id"], answer
        if "error" in answer:
            raise RemoteError(answer["error"])
        return answer["result"]


class Thresher:
    """A daemon that lives as long as the `with` block.

    - `arguments`: more for `thresher serve`.
    - `token`: also listen on TCP at a free port, with this token.
    """

    def __init__(self, *arguments: str, token: str | None = None, environment=None):
        self.directory = tempfile.mkdtemp(prefix="thresher-test-")
        self.socket_path = str(Path(self.directory) / "socket")
        self.token = token
        self.port = None
        self.log = ""
        command = [binary(), "serve", "--socket", self.socket_path, *arguments]
        # Nothing of the tester's own settings reaches the daemon.
        variables = {k: v for k, v in os.environ.items() if not k.startswith("THRESHER_")}
        # A crash is an end at once; the backtracer may hang.
        variables["SWIFT_BACKTRACE"] = "enable=no"
        variables.update(environment or {})
        if token is not None:
            command += ["--listen", "127.0.0.1:0"]
            variables["THRESHER_TOKEN"] = token
        self.process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, env=variables)
        self.reader = threading.Thread(target=self._read_log, daemon=True)
        self.reader.start()
        try:
            self._wait_until_it_listens()
        except BaseException:
            self.kill()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def _read_log(self):
        for line in self.process.stderr:
            self.log += line.decode(errors="replace")

    def _wait_until_it_listens(self):
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                self.reader.join(1)
                raise RuntimeError(f"thresher ended with {self.process.returncode}: {self.log}")
            if self.token is not None and self.port is None:
                # `[^a-z]`: the log may be text or JSON.
                if found := re.search(r"port[^a-z0-9]+(\d+)", self.log):
                    self.port = int(found[1])
            if os.path.exists(self.socket_path) and (self.token is None or self.port):
                try:
                    self.connect().close()
                    return
                except (ConnectionRefusedError, FileNotFoundError):
                    pass
            time.sleep(0.005)
        raise RuntimeError(f"thresher does not listen: {self.log}")

    def connect(self) -> Connection:
        stream = socket.socket(socket.AF_UNIX)
        try:
            stream.connect(self.socket_path)
        except BaseException:
            stream.close()
            raise
        return Connection(stream)

    def connect_tcp(self) -> Connection:
        return Connection(socket.create_connection(("127.0.0.1", self.port)))

    def terminate(self):
        """Asks for the end: finish what is in flight, then go."""
        self.process.send_signal(signal.SIGTERM)

    def wait(self, seconds: float = STOP_SECONDS) -> int:
        """Waits for the end and gives the exit code."""
        return self.process.wait(seconds)

    def stop(self) -> int:
        """Ends the daemon, and gives its exit code."""
        try:
            if self.process.poll() is None:
                self.terminate()
            return self.wait()
        except subprocess.TimeoutExpired:
            raise AssertionError(f"thresher did not end after SIGTERM: {self.log}") from None
        finally:
            self.kill()

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.reader.join(1)
        self.process.stderr.close()
        shutil.rmtree(self.directory, ignore_errors=True)
