"""A connection that mends itself: written and read by one thread at a time, without deadlock.

While it waits for room to write it reads, so that a server that waits for its answers to be taken
is never waited for. In a forked child, and behind a lost connection, a new one is made and what
waits is sent again.
"""

from __future__ import annotations

import os
import random
import select
import socket
import threading
import time
import weakref
from typing import Any, Dict, Optional

from ._corpora import OpenCorpus
from ._find import Child, Target, open_socket
from ._session import Pending, Session
from .errors import ProtocolError, RemoteError, ThresherError, Timeout, Unavailable

READ_BYTES = 1 << 18
FIRST_DELAY_SECONDS = 0.05
MAXIMUM_DELAY_SECONDS = 2.0
# The code of the error with which a server turns a connection away.
BUSY = 4

_connections: "weakref.WeakSet[Connection]" = weakref.WeakSet()


def _after_fork() -> None:
    # A thread of the parent may have held it; in the child there is no such thread.
    for connection in _connections:
        connection.lock = threading.RLock()


os.register_at_fork(after_in_child=_after_fork)


def delays(seconds: float, *, first: float = FIRST_DELAY_SECONDS) -> Any:
    """How long to wait before each next attempt: twice as long each time, scattered, for so long in all."""
    end, delay = time.monotonic() + seconds, first
    while (left := end - time.monotonic()) > 0:
        yield min(left, delay * random.uniform(0.5, 1.0))
        delay = min(delay * 2, MAXIMUM_DELAY_SECONDS)


# Between a connection that a dying daemon took and the next try.
AGAIN_SECONDS = 0.1


class Connection:
    """Requests to one daemon. Safe to use from several threads, and behind a fork."""

    def __init__(self, target: Target, timeout: float, reconnect_seconds: float) -> None:
        self.target = target
        self.timeout = timeout
        self.reconnect_seconds = reconnect_seconds
        self.session = Session()
        self.corpora: Dict[str, OpenCorpus] = {}
        self.server: Dict[str, Any] = {}
        self.lock = threading.RLock()
        self.stream: Optional[socket.socket] = None
        self.child: Optional[Child] = None
        self.process = os.getpid()
        self.is_closed = False
        _connections.add(self)

    # --- Requests -------------------------------------------------------------------------------

    def call(
        self,
        method: str,
        params: Optional[Dict[str, Any]] = None,
        *,
        is_safe: bool = True,
        timeout: Optional[float] = None,
    ) -> Any:
        """Asks, and waits for the result."""
        with self.lock:
            return self.wait(self.send(method, params, is_safe=is_safe), timeout)

    def send(
        self,
        method: str,
        params: Optional[Dict[str, Any]] = None,
        *,
        is_safe: bool = True,
        raw: Optional[bytes] = None,
    ) -> Pending:
        """Asks; `wait` gives the result. As many as one likes may wait."""
        with self.lock:
            self.ensure()
            pending = self.session.request(method, params, is_safe=is_safe, raw=raw)
            try:
                self._write(pending.payload)
            except Timeout as error:
                # Half a message may be on its way: nothing can follow it.
                self._drop()
                self.session.fail(error)
                raise
            except (OSError, ProtocolError) as error:
                self._recover(error)
            return pending

    def wait(self, pending: Pending, timeout: Optional[float] = None) -> Any:
        """The result of a request.

        :raises Timeout: nothing came from the daemon for `timeout` seconds.
        """
        with self.lock:
            while not pending.done:
                self.ensure()
                try:
                    self._read(timeout or self.timeout)
                except Timeout:
                    raise
                except (OSError, ProtocolError) as error:
                    self._recover(error)
            return pending.value()

    # --- The stream of bytes --------------------------------------------------------------------

    def _write(self, data: bytes) -> None:
        assert self.stream is not None
        view = memoryview(data)
        while view:
            try:
                view = view[self.stream.send(view) :]
            except BlockingIOError:
                if self._poll(select.POLLIN | select.POLLOUT, self.timeout) & select.POLLIN:
                    self._take()

    def _read(self, timeout: float) -> None:
        self._poll(select.POLLIN, timeout)
        self._take()

    def _take(self) -> None:
        assert self.stream is not None
        try:
            data = self.stream.recv(READ_BYTES)
        except BlockingIOError:
            return
        if not data:
            raise ConnectionResetError("the daemon closed the connection")
        self.session.feed(data)

    def _poll(self, events: int, timeout: float) -> int:
        assert self.stream is not None
        poll = select.poll()
        poll.register(self.stream, events)
        ready = poll.poll(timeout * 1000)
        if not ready:
            raise Timeout(f"no answer from {self.target.name} within {timeout:g} s")
        found = ready[0][1]
        # A broken stream is found out by reading it.
        return found | select.POLLIN if found & (select.POLLHUP | select.POLLERR) else found

    # --- Making and mending ---------------------------------------------------------------------

    def ensure(self) -> None:
        """Makes the connection if there is none here."""
        if self.stream is not None and self.process == os.getpid():
            return
        with self.lock:
            if self.is_closed:
                raise Unavailable("the client is closed")
            if self.process != os.getpid():
                self._forget_parent()
            if self.stream is None:
                try:
                    self._open()
                except (ConnectionResetError, BrokenPipeError):
                    # It died while it was asked: one that is being killed still takes connections.
                    if self.target.stdio:
                        raise
                    time.sleep(AGAIN_SECONDS)
                    self._open()
                for pending in self.session.resume():
                    self._write(pending.payload)

    def _forget_parent(self) -> None:
        """Behind a fork: the parent's connection is the parent's."""
        if self.target.stdio:
            raise Unavailable(
                "a daemon on standard streams cannot be shared with another process; use a socket for workers"
            )
        self.process = os.getpid()
        if self.stream is not None:
            self.stream.close()
            self.stream = None

    def _open(self) -> None:
        """Connects, tells the token, and finds the corpora again."""
        stream = self._stream()
        stream.settimeout(self.timeout)
        session = Session()
        try:
            params: Dict[str, Any] = {"clientInfo": {"name": "thresher-python"}, "protocolVersion": 1}
            secret = self.target.secret() if self.target.path is None and not self.target.stdio else None
            if secret is not None:
                params["token"] = secret
            self.server = _exchange(stream, session, "initialize", params)
            for corpus in self.corpora.values():
                corpus.opened(_exchange(stream, session, "corpus/open", corpus.params()))
        except BaseException as error:
            stream.close()
            if isinstance(error, TimeoutError) and not isinstance(error, Timeout):
                raise Timeout(f"no answer from {self.target.name} within {self.timeout:g} s") from error
            raise
        stream.setblocking(False)
        self.stream = stream

    def _stream(self) -> socket.socket:
        if not self.target.stdio:
            return open_socket(self.target)
        if self.child is not None:
            tail = self.child.tail()
            self.child.end()
            self.child = None
            raise Unavailable(f"the daemon on standard streams has ended: {tail}")
        self.child = Child(self.target)
        return self.child.stream

    def _drop(self) -> None:
        if self.stream is not None:
            self.stream.close()
            self.stream = None

    def _recover(self, cause: Exception) -> None:
        """Makes the connection again, with growing pauses, and sends again what waits."""
        self._drop()
        last: Exception = cause
        attempts = delays(0.0 if self.target.stdio else self.reconnect_seconds)
        while True:
            try:
                self.session.resume()
                if not self.session.waiting:
                    return
                self.ensure()
                return
            except (Unavailable, OSError, ProtocolError, RemoteError) as error:
                self._drop()
                if isinstance(error, RemoteError) and error.code != BUSY:
                    self.session.fail(error)
                    raise
                last = error
            except ThresherError as error:
                self._drop()
                self.session.fail(error)
                raise
            delay = next(attempts, None)
            if delay is None:
                break
            time.sleep(delay)
        failure = Unavailable(f"the connection to {self.target.name} was lost: {last}")
        self.session.fail(failure)
        raise failure from last

    def close(self) -> None:
        with self.lock:
            self.is_closed = True
            mine = self.process == os.getpid()
            self._drop()
            if self.child is not None and mine:
                self.child.end()
            self.child = None
            self.session.fail(Unavailable("the client is closed"))


def _exchange(stream: socket.socket, session: Session, method: str, params: Dict[str, Any]) -> Any:
    """One request and its answer on a connection that nobody else uses yet."""
    pending = session.request(method, params)
    stream.sendall(pending.payload)
    while not pending.done:
        data = stream.recv(READ_BYTES)
        if not data:
            raise ConnectionResetError("the daemon closed the connection")
        session.feed(data)
    return pending.value()
