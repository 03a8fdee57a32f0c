"""The connection of the asynchronous client: a task reads, whoever asks writes."""

from __future__ import annotations

import asyncio
import os
from typing import Any, Dict, Optional

from ._connection import AGAIN_SECONDS, BUSY, READ_BYTES, delays
from ._corpora import OpenCorpus
from ._find import Child, Target, open_socket
from ._session import Pending, Session
from .errors import ProtocolError, RemoteError, ThresherError, Timeout, Unavailable


class AsyncConnection:
    """Requests to one daemon, of one event loop."""

    def __init__(self, target: Target, timeout: float, reconnect_seconds: float) -> None:
        self.target = target
        self.timeout = timeout
        self.reconnect_seconds = reconnect_seconds
        self.session = Session()
        self.corpora: Dict[str, OpenCorpus] = {}
        self.server: Dict[str, Any] = {}
        self.child: Optional[Child] = None
        self.reader: Optional[asyncio.StreamReader] = None
        self.writer: Optional[asyncio.StreamWriter] = None
        self.task: Optional["asyncio.Task[None]"] = None
        self.mending: Optional[asyncio.Lock] = None
        self.process = os.getpid()
        self.is_closed = False

    # --- Requests -------------------------------------------------------------------------------

    async def call(
        self,
        method: str,
        params: Optional[Dict[str, Any]] = None,
        *,
        is_safe: bool = True,
        timeout: Optional[float] = None,
    ) -> Any:
        """Asks, and waits for the result."""
        return await self.wait(await self.send(method, params, is_safe=is_safe), timeout)

    async def send(
        self,
        method: str,
        params: Optional[Dict[str, Any]] = None,
        *,
        is_safe: bool = True,
        raw: Optional[bytes] = None,
    ) -> Pending:
        """Asks; `wait` gives the result."""
        await self.ensure()
        assert self.writer is not None
        pending = self.session.request(method, params, is_safe=is_safe, raw=raw)
        writer = self.writer
        try:
            writer.write(pending.payload)
            await writer.drain()
        except OSError:
            pass  # The task that reads finds it out, and mends.
        return pending

    async def wait(self, pending: Pending, timeout: Optional[float] = None) -> Any:
        """The result of a request.

        :raises Timeout: it did not come within `timeout` seconds.
        """
        if not pending.done:
            future: "asyncio.Future[None]" = asyncio.get_running_loop().create_future()
            pending.on_done = lambda: None if future.done() else future.set_result(None)
            seconds = timeout or self.timeout
            try:
                await asyncio.wait_for(future, seconds)
            except (asyncio.TimeoutError, TimeoutError):
                raise Timeout(f"no answer from {self.target.name} within {seconds:g} s") from None
        return pending.value()

    # --- Making and mending ---------------------------------------------------------------------

    async def ensure(self) -> None:
        """Makes the connection if there is none."""
        if self.process != os.getpid():
            raise Unavailable("an asynchronous client cannot cross a fork: make one in each process")
        if self.mending is None:
            self.mending = asyncio.Lock()
        if self.writer is None or self.mending.locked():
            async with self.mending:
                if self.writer is None:
                    try:
                        await self._open()
                    except (ConnectionResetError, BrokenPipeError):
                        # It died while it was asked: one that is being killed still takes connections.
                        if self.target.stdio:
                            raise
                        await asyncio.sleep(AGAIN_SECONDS)
                        await self._open()

    async def _open(self) -> None:
        """Connects, tells the token, finds the corpora again, and sends again what waits."""
        if self.is_closed:
            raise Unavailable("the client is closed")
        loop = asyncio.get_running_loop()
        if not self.target.stdio:
            stream = await loop.run_in_executor(None, open_socket, self.target)
        elif self.child is None:
            child = await loop.run_in_executor(None, Child, self.target)
            self.child, stream = child, child.stream
        else:
            tail = self.child.tail()
            self.child.end()
            self.child = None
            raise Unavailable(f"the daemon on standard streams has ended: {tail}")
        stream.setblocking(False)
        if self.target.path is None and not self.target.stdio:
            reader, writer = await asyncio.open_connection(sock=stream, limit=READ_BYTES)
        else:
            reader, writer = await asyncio.open_unix_connection(sock=stream, limit=READ_BYTES)
        try:
            await asyncio.wait_for(self._greet(reader, writer), self.timeout)
            writer.write(b"".join(pending.payload for pending in self.session.resume()))
        except (asyncio.TimeoutError, TimeoutError) as error:
            writer.close()
            raise Timeout(f"no answer from {self.target.name} within {self.timeout:g} s") from error
        except BaseException:
            writer.close()
            raise
        self.reader, self.writer = reader, writer
        if self.task is None or self.task.done():
            self.task = loop.create_task(self._read())

    async def _greet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        session = Session()

        async def exchange(method: str, params: Dict[str, Any]) -> Any:
            pending = session.request(method, params)
            writer.write(pending.payload)
            while not pending.done:
                data = await reader.read(READ_BYTES)
                if not data:
                    raise ConnectionResetError("the daemon closed the connection")
                session.feed(data)
            return pending.value()

        params: Dict[str, Any] = {"clientInfo": {"name": "thresher-python"}, "protocolVersion": 1}
        secret = self.target.secret() if self.target.path is None and not self.target.stdio else None
        if secret is not None:
            params["token"] = secret
        self.server = await exchange("initialize", params)
        for corpus in list(self.corpora.values()):
            corpus.opened(await exchange("corpus/open", corpus.params()))

    async def _read(self) -> None:
        """Takes what comes, for as long as the connection can be mended."""
        while self.reader is not None:
            try:
                data = await self.reader.read(READ_BYTES)
                if not data:
                    raise ConnectionResetError("the daemon closed the connection")
                self.session.feed(data)
            except (OSError, ProtocolError) as error:
                if not await self._recover(error):
                    return

    async def _recover(self, cause: Exception) -> bool:
        assert self.mending is not None
        async with self.mending:
            self._drop()
            last: Exception = cause
            attempts = delays(0.0 if self.target.stdio else self.reconnect_seconds)
            while True:
                self.session.resume()
                if self.is_closed or not self.session.waiting:
                    return False
                try:
                    await self._open()
                    return True
                except (OSError, ProtocolError, RemoteError) as error:
                    if isinstance(error, RemoteError) and error.code != BUSY:
                        self.session.fail(error)
                        return False
                    last = error
                except ThresherError as error:
                    self.session.fail(error)
                    return False
                delay = next(attempts, None)
                if delay is None:
                    break
                await asyncio.sleep(delay)
            self.session.fail(Unavailable(f"the connection to {self.target.name} was lost: {last}"))
            return False

    def _drop(self) -> None:
        if self.writer is not None:
            self.writer.close()
        self.reader = self.writer = None

    async def close(self) -> None:
        self.is_closed = True
        writer = self.writer
        if self.task is not None:
            self.task.cancel()
            await asyncio.gather(self.task, return_exceptions=True)
        self._drop()
        if writer is not None:
            try:
                await writer.wait_closed()
            except OSError:
                pass
        if self.child is not None:
            await asyncio.get_running_loop().run_in_executor(None, self.child.end)
            self.child = None
        self.session.fail(Unavailable("the client is closed"))
