"""The protocol without I/O: requests that wait for their answers, in order.

    session = Session()
    pending = session.request("corpus/list")    # write pending.payload to the daemon
    session.feed(data)                          # what came from it
    pending.done, pending.value()

The server answers in the order of the requests, so the oldest one that waits is the one that is
answered. After a lost connection `resume` says what is to be sent again: ids make that safe, since
an example that was judged already gets the same decision.
"""

from __future__ import annotations

import json
from collections import deque
from typing import Any, Callable, Deque, Dict, List, Optional

from .errors import ProtocolError, RemoteError, ThresherError, Unavailable

_dumps = json.JSONEncoder(ensure_ascii=True, allow_nan=False, separators=(",", ":")).encode


class Pending:
    """One request: its bytes, and its answer once that has come."""

    __slots__ = ("number", "method", "payload", "is_safe", "done", "result", "error", "on_done")

    def __init__(self, number: int, method: str, payload: bytes, is_safe: bool) -> None:
        self.number = number
        self.method = method
        self.payload = payload
        self.is_safe = is_safe
        self.done = False
        self.result: Any = None
        self.error: Optional[ThresherError] = None
        self.on_done: Optional[Callable[[], None]] = None

    def value(self) -> Any:
        if self.error is not None:
            raise self.error
        return self.result

    def settle(self, result: Any = None, error: Optional[ThresherError] = None) -> None:
        self.done, self.result, self.error = True, result, error
        if self.on_done is not None:
            self.on_done()


class Session:
    """Requests that wait, oldest first, and the bytes of the next answer."""

    def __init__(self) -> None:
        self.waiting: Deque[Pending] = deque()
        self.parts: List[bytes] = []
        self.next_number = 1

    def request(
        self,
        method: str,
        params: Optional[Dict[str, Any]] = None,
        *,
        is_safe: bool = True,
        raw: Optional[bytes] = None,
    ) -> Pending:
        """A new request, which waits from now on.

        - is_safe: whether it may be sent twice.
        - raw: params that are JSON already, instead of `params`.
        """
        body = raw if raw is not None else _dumps(params or {}).encode()
        number = self.next_number
        self.next_number += 1
        payload = b'{"jsonrpc":"2.0","id":%d,"method":"%s","params":%s}\n' % (number, method.encode(), body)
        pending = Pending(number, method, payload, is_safe)
        self.waiting.append(pending)
        return pending

    def feed(self, data: bytes) -> None:
        """Takes bytes of the server, and settles what they answer."""
        end = data.rfind(b"\n")
        if end < 0:
            self.parts.append(data)
            return
        self.parts.append(data[:end])
        lines = b"".join(self.parts)
        self.parts = [data[end + 1 :]] if end + 1 < len(data) else []
        for line in lines.split(b"\n"):
            if line:
                self._answer(line)

    def _answer(self, line: bytes) -> None:
        try:
            answer = json.loads(line)
            number = answer["id"]
        except (ValueError, TypeError, KeyError) as error:
            raise ProtocolError(f"no answer: {line[:200]!r}") from error
        # An answer without id keeps its place: it is for the oldest request, or the server turns
        # the connection away.
        if not self.waiting or (number is not None and number != self.waiting[0].number):
            raise ProtocolError(f"an answer that nobody waits for: {line[:200]!r}")
        pending = self.waiting.popleft()
        if "error" in answer:
            pending.settle(error=RemoteError.of(answer["error"]))
        else:
            pending.settle(answer.get("result"))

    def resume(self) -> List[Pending]:
        """After a lost connection: what waits and is to be sent again; the rest has failed."""
        self.parts = []
        unsafe = [pending for pending in self.waiting if not pending.is_safe]
        self.waiting = deque(pending for pending in self.waiting if pending.is_safe)
        for pending in unsafe:
            pending.settle(
                error=Unavailable(
                    f"the connection was lost while {pending.method} waited for its answer; it may or "
                    "may not have taken effect. Examples with ids are sent again by themselves"
                )
            )
        return list(self.waiting)

    def fail(self, error: ThresherError) -> None:
        """Nothing that waits will be answered."""
        self.parts = []
        waiting, self.waiting = self.waiting, deque()
        for pending in waiting:
            pending.settle(error=error)
