"""Finding the daemon that is meant."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Optional, Sequence, Union

from ._find import Target, default_socket
from ._requests import ClientOptions
from .client import Client

PathLike = Union[str, "os.PathLike[str]"]


def target_of(
    address: Optional[PathLike],
    *,
    state: Optional[PathLike],
    token: Optional[str],
    token_file: Optional[PathLike],
    stdio: bool,
    start: bool,
    binary: Optional[PathLike],
    arguments: Sequence[str],
    start_timeout: float,
) -> Target:
    """What the arguments of `connect` mean."""
    where = None if state is None else os.path.abspath(os.fspath(state))
    path: Optional[str] = None
    host: Optional[str] = None
    port = 0
    if not stdio:
        text = default_socket(where) if address is None else os.fspath(address)
        found = (
            None if isinstance(address, Path) else re.fullmatch(r"(?:tcp://)?(\[[^]]+\]|[^/:]+):(\d+)", text)
        )
        if found:
            host, port = found[1].strip("[]"), int(found[2])
        else:
            path = os.path.abspath(text[len("unix:") :] if text.startswith("unix:") else text)
    return Target(
        path=path,
        host=host,
        port=port,
        stdio=stdio,
        state=where,
        start=start,
        binary=None if binary is None else os.fspath(binary),
        arguments=tuple(arguments),
        start_timeout=start_timeout,
        token=token,
        token_file=None if token_file is None else os.path.abspath(os.fspath(token_file)),
    )


def connect(
    address: Optional[PathLike] = None,
    *,
    state: Optional[PathLike] = None,
    token: Optional[str] = None,
    token_file: Optional[PathLike] = None,
    stdio: bool = False,
    start: bool = True,
    binary: Optional[PathLike] = None,
    arguments: Sequence[str] = (),
    timeout: float = 60.0,
    start_timeout: float = 20.0,
    reconnect_seconds: float = 30.0,
) -> Client:
    """Connects to the daemon, and starts one if there is none.

    - address: a socket's path, or "host:port" for TCP. Without one it is $THRESHER_SOCKET, or the
      place where `thresher serve` listens by itself; a state has a daemon and a socket of its own.
    - state: the directory that a daemon which is started keeps its memory in.
    - token, token_file: what TCP asks for; else $THRESHER_TOKEN.
    - stdio: a daemon of one's own, which ends with this client. It cannot be shared with workers.
    - start: whether one may be started. It goes on when this process ends.
    - binary, arguments: the program, if it is not $THRESHER_BIN or on PATH, and more for
      `thresher serve`.
    - timeout: seconds to wait for an answer.
    - reconnect_seconds: how long to try again when a connection is lost.

    :raises Unavailable: there is no daemon, and none could be started.
    """
    client = Client(
        target_of(
            address,
            state=state,
            token=token,
            token_file=token_file,
            stdio=stdio,
            start=start,
            binary=binary,
            arguments=arguments,
            start_timeout=start_timeout,
        ),
        ClientOptions(timeout=timeout, reconnect_seconds=reconnect_seconds),
    )
    client.initialize()
    return client
