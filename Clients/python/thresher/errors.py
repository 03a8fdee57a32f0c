"""Everything that can go wrong, in one tree.

    ThresherError
      Unavailable       no daemon, and none could be started; or the connection is lost for good
      Timeout           no answer in time
      ProtocolError     an answer that makes no sense
      CorpusLost        the daemon came back without what it remembered
      MissingID         examples have no ids, and ids are not guessed
      StateMismatch     a state_dict that belongs to another corpus, or other settings
      ExampleError      one example cannot be used; `position` says which
      RemoteError       the server refused a request; a subclass for each kind that has one

Each has `kind`, a word for programs (the server's own where it came from the server, see
`Protocol/errors.md`), and `pointer`, a JSON Pointer to what is wrong, or None.
"""

from __future__ import annotations

from typing import Any, ClassVar, Dict, Mapping, Optional, Type


class ThresherError(Exception):
    """Base of all errors of this package."""

    kind: str = "error"
    pointer: Optional[str] = None


class Unavailable(ThresherError, ConnectionError):
    """No daemon can be reached, or the connection was lost and could not be made again."""

    kind = "unavailable"


class Timeout(ThresherError, TimeoutError):
    """The answer did not come in time. Asking again is safe where examples have ids."""

    kind = "timeout"


class ProtocolError(ThresherError):
    """The answer is none: not JSON, or not to the question."""

    kind = "protocol"


class CorpusLost(ThresherError):
    """The daemon was restarted without its memory: what came before cannot be taken into account.

    A daemon with a state (`connect(state=DIRECTORY)`) keeps its memory.
    """

    kind = "corpus_lost"


class MissingID(ThresherError, ValueError):
    """Examples have no ids. They are not guessed; the message says how to add them."""

    kind = "missing_id"


class StateMismatch(ThresherError, ValueError):
    """A `state_dict` of another corpus, or of other settings."""

    kind = "state_mismatch"


class ExampleError(ThresherError, ValueError):
    """One example cannot be used.

    - position: its index in the stream that it came in, from 0.
    - example: it.
    - kind: `invalid_example`, `id_conflict`, `unknown_id`, `limit_exceeded` or `missing_id`.
    - pointer: where in the example, or None.
    """

    def __init__(
        self, position: int, example: Any, kind: str, message: str, pointer: Optional[str] = None
    ) -> None:
        where = f" at {pointer}" if pointer else ""
        super().__init__(f"example {position}{where}: {message}")
        self.position = position
        self.example = example
        self.kind = kind
        self.message = message
        self.pointer = pointer

    def __reduce__(self) -> Any:
        return (type(self), (self.position, self.example, self.kind, self.message, self.pointer))


class RemoteError(ThresherError):
    """The server refused a request; nothing of it took effect.

    - code, kind, data: as in `Protocol/errors.md`.
    - pointer: into the params, or None.
    """

    kinds: ClassVar[Dict[str, Type[RemoteError]]] = {}
    server_kind: ClassVar[Optional[str]] = None

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if cls.server_kind is not None:
            RemoteError.kinds[cls.server_kind] = cls

    def __init__(self, error: Mapping[str, Any]) -> None:
        data = error.get("data") or {}
        self.code = int(error.get("code", 0))
        self.data: Dict[str, Any] = dict(data)
        self.kind = str(data.get("kind", "error"))
        self.pointer = data.get("pointer")
        self.message = str(error.get("message", ""))
        self.error = dict(error)
        where = f" (at {self.pointer})" if self.pointer else ""
        super().__init__(f"{self.message}{where} [{self.kind}]")

    def __reduce__(self) -> Any:
        return (type(self), (self.error,))

    @staticmethod
    def of(error: Mapping[str, Any]) -> RemoteError:
        """The exception of an error answer; of the most fitting class."""
        kind = (error.get("data") or {}).get("kind", "")
        return RemoteError.kinds.get(kind, RemoteError)(error)


class InvalidParams(RemoteError):
    """A param or a setting is missing, unknown or wrong; `pointer` names it."""

    server_kind = "invalid_params"


class UnknownCorpus(RemoteError):
    """No corpus of this name is open."""

    server_kind = "unknown_corpus"


class SettingsDiffer(RemoteError):
    """The corpus is there with another value for the setting at `pointer`."""

    server_kind = "settings_differ"


class LimitExceeded(RemoteError):
    """Above the limit that `data["limit"]` names."""

    server_kind = "limit_exceeded"


class Busy(RemoteError):
    """The server is stopping."""

    server_kind = "busy"


class Unauthenticated(RemoteError):
    """Over TCP: the token is missing or wrong."""

    server_kind = "unauthenticated"


class NotAvailable(RemoteError):
    """Known, and not built yet."""

    server_kind = "not_available"


class MethodNotFound(RemoteError):
    """The server is too old for this request."""

    server_kind = "method_not_found"


class ThresherWarning(UserWarning):
    """Something a person should look at: too much is dropped, the daemon is away."""
