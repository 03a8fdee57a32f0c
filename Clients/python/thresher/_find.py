"""Where the daemon listens, where its program is, and how one is started.

There is one daemon for each user and state. Who finds none takes the lock file beside the socket,
looks again, and starts one: of any number of processes that look at once, one starts it.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
import socket
import subprocess
import sysconfig
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Iterator, List, Optional, Tuple

from .errors import Unavailable

POLL_SECONDS = 0.005
LOG_TAIL_CHARACTERS = 2000
# `sockaddr_un.sun_path`, with its zero.
SOCKET_PATH_BYTES = 108

_started: List["subprocess.Popen[bytes]"] = []


@dataclass(frozen=True)
class Target:
    """Which daemon is meant. It pickles without the token, which is read again where it is used."""

    path: Optional[str] = None
    host: Optional[str] = None
    port: int = 0
    stdio: bool = False
    state: Optional[str] = None
    start: bool = True
    binary: Optional[str] = None
    arguments: Tuple[str, ...] = ()
    start_timeout: float = 20.0
    token_file: Optional[str] = None
    token: Optional[str] = field(default=None, repr=False, compare=False)

    def __getstate__(self) -> dict[str, object]:
        return {**self.__dict__, "token": None}

    def __setstate__(self, state: dict[str, object]) -> None:
        self.__dict__.update(state)

    @property
    def name(self) -> str:
        """For messages."""
        if self.stdio:
            return "a daemon of its own"
        return self.path if self.path else f"{self.host}:{self.port}"

    def secret(self) -> Optional[str]:
        """The token, if there is one."""
        if self.token is not None:
            return self.token
        if self.token_file is not None:
            return Path(self.token_file).read_text(encoding="utf-8").strip()
        return os.environ.get("THRESHER_TOKEN")


def runtime_directory() -> Path:
    """As the daemon's own default, see `Protocol/README.md`."""
    base = os.environ.get("XDG_RUNTIME_DIR", "")
    if os.path.isabs(base):
        return Path(base) / "thresher"
    return Path(os.environ.get("TMPDIR") or "/tmp") / f"thresher-{os.getuid()}"


def default_socket(state: Optional[str]) -> str:
    """The socket of the user's daemon: one for each state, and one that has none."""
    if os.environ.get("THRESHER_SOCKET"):
        return os.environ["THRESHER_SOCKET"]
    if state is None:
        return str(runtime_directory() / "thresher.sock")
    digest = hashlib.sha256(os.fsencode(os.path.realpath(state))).hexdigest()[:16]
    return str(runtime_directory() / f"state-{digest}.sock")


def find_binary(named: Optional[str] = None) -> str:
    """The program: as named, $THRESHER_BIN, in the package, beside Python, or on PATH."""
    named = named or os.environ.get("THRESHER_BIN")
    if named:
        if not os.access(named, os.X_OK):
            raise Unavailable(f"{named} is no program that can be run")
        return os.path.abspath(named)
    for place in (Path(__file__).parent / "bin", Path(sysconfig.get_path("scripts"))):
        if os.access(place / "thresher", os.X_OK) and (place / "thresher").is_file():
            return str(place / "thresher")
    found = shutil.which("thresher")
    if found:
        return found
    raise Unavailable('the program "thresher" is not there: put it on PATH, or set THRESHER_BIN')


def serve_command(target: Target, *transport: str) -> List[str]:
    command = [find_binary(target.binary), "serve", *transport]
    if target.state is not None:
        command += ["--state", target.state]
    return command + list(target.arguments)


def open_socket(target: Target) -> socket.socket:
    """A connection to the daemon; one is started if that is allowed and none is there."""
    if target.path is None:
        try:
            stream = socket.create_connection((target.host or "", target.port), target.start_timeout)
        except OSError as error:
            raise Unavailable(f"no daemon at {target.name}: {error}") from error
        stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return stream
    try:
        return _connect(target.path)
    except OSError as error:
        if not target.start:
            raise Unavailable(f"no daemon at {target.path}: {error}") from error
    return _start(target, target.path)


def _connect(path: str) -> socket.socket:
    stream = socket.socket(socket.AF_UNIX)
    try:
        stream.connect(path)
    except BaseException:
        stream.close()
        raise
    return stream


def _start(target: Target, path: str) -> socket.socket:
    if len(os.fsencode(path)) >= SOCKET_PATH_BYTES:
        raise Unavailable(f"{path} is too long for a socket: {SOCKET_PATH_BYTES - 1} bytes at most")
    _make_directory(Path(path).parent)
    deadline = time.monotonic() + target.start_timeout
    with _lock(path + ".starting", deadline):
        # Somebody else may have been first.
        with contextlib.suppress(OSError):
            return _connect(path)
        # Daemons that were started from here and have ended; else they would stay as zombies.
        _started[:] = [process for process in _started if process.poll() is None]
        log_path = path + ".log"
        with open(os.open(log_path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as log:
            process = subprocess.Popen(
                serve_command(target, "--socket", path),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=log,
                start_new_session=True,
                cwd="/",
            )
        while True:
            with contextlib.suppress(OSError):
                stream = _connect(path)
                _started.append(process)
                return stream
            ended = process.poll()
            if ended is not None or time.monotonic() > deadline:
                if ended is None:
                    process.kill()
                    process.wait()
                how = "does not listen" if ended is None else f"ended with {ended}"
                raise Unavailable(f"the daemon {how}: {_tail(log_path)}")
            time.sleep(POLL_SECONDS)


def _make_directory(directory: Path) -> None:
    if not directory.exists():
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    owner = directory.stat()
    if directory == runtime_directory() and (owner.st_uid != os.getuid() or owner.st_mode & 0o077):
        raise Unavailable(f"{directory} belongs to somebody else or is open to others")


@contextlib.contextmanager
def _lock(path: str, deadline: float) -> Iterator[None]:
    descriptor = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except OSError as error:
                if time.monotonic() > deadline:
                    raise Unavailable(f"somebody else holds {path}") from error
                time.sleep(POLL_SECONDS)
        yield
    finally:
        os.close(descriptor)


def _tail(path: str) -> str:
    with contextlib.suppress(OSError):
        return Path(path).read_text(errors="replace")[-LOG_TAIL_CHARACTERS:].strip()
    return ""


class Child:
    """A daemon of one's own on standard streams: it ends with the connection."""

    def __init__(self, target: Target) -> None:
        self.stream, theirs = socket.socketpair()
        self.log = tempfile.TemporaryFile()
        try:
            self.process = subprocess.Popen(
                serve_command(target, "--stdio"),
                stdin=theirs.fileno(),
                stdout=theirs.fileno(),
                stderr=self.log,
            )
        except BaseException:
            self.stream.close()
            self.log.close()
            raise
        finally:
            theirs.close()

    def tail(self) -> str:
        self.log.seek(0)
        return self.log.read()[-LOG_TAIL_CHARACTERS:].decode(errors="replace").strip()

    def end(self, seconds: float = 10.0) -> None:
        """Waits for its end, which the end of its input brings; by force if need be."""
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()
