"""Examples on their way out, and edits on their way back in.

Only the members that the daemon looks at are sent, so that what else a row has (images, dates,
vectors) need not be JSON and costs nothing.
"""

from __future__ import annotations

from operator import index
from typing import Any, Callable, Dict, Iterable, List, Mapping, NamedTuple, Optional, Sequence, Tuple, Union

from . import _json
from .errors import ExampleError, MissingID

Example = Mapping[str, Any]
IDSource = Union[str, Callable[[Any], Any], None]

# The members of the shapes, see `Protocol/README.md`.
SHAPE_KEYS = frozenset(
    (
        "messages",
        "conversations",
        "prompt",
        "chosen",
        "completion",
        "instruction",
        "input",
        "output",
        "response",
        "answer",
        "question",
        "query",
        "text",
    )
)
# A row's object lies in the list of examples, in the params, in the request.
LEVELS_ABOVE = 3
# Around the examples of a request.
ENVELOPE_BYTES = 512
REQUEST_BYTES = 4 << 20

HOW_TO_ADD_IDS = (
    'name the column that has them (id_column="…"), or add one before the data is shuffled or split '
    "(thresher.datasets.with_ids(dataset)). An id must name the same row in every epoch and every worker, "
    "so it is not made up from a counter"
)


class Limits(NamedTuple):
    message_bytes: int = 16 << 20
    nesting: int = 128

    @staticmethod
    def of(server: Mapping[str, Any]) -> Limits:
        limits = server.get("limits", {})
        return Limits(limits.get("messageBytes", 16 << 20), limits.get("nesting", 128))


def keys_of(settings: Mapping[str, Any]) -> frozenset[str]:
    """The members of an example that a corpus with these settings looks at."""
    fields = settings.get("fields")
    if not fields:
        return SHAPE_KEYS
    pointers = [*fields.get("prompt", ()), *fields.get("response", ())]
    return frozenset(unescape(pointer.split("/")[1]) for pointer in pointers if pointer)


def unescape(token: str) -> str:
    return token.replace("~1", "/").replace("~0", "~")


class Row(NamedTuple):
    """Why an example cannot be sent."""

    kind: str
    message: str
    pointer: Optional[str] = None


class Encoder:
    """Turns examples into JSON, with their ids.

    - keys: the members to send.
    - id_column: where the id is, a function of the example that gives it, or None for no ids.
    """

    def __init__(self, keys: frozenset[str], id_column: IDSource, limits: Limits) -> None:
        self.heads = {key: _json.quote(key) + b":" for key in keys}
        self.id_column = id_column
        self.limits = limits
        self.levels = limits.nesting - LEVELS_ABOVE
        self.row_bytes = limits.message_bytes - ENVELOPE_BYTES

    def rows(self, examples: Sequence[Any]) -> Tuple[List[bytes], Dict[int, Row]]:
        """The JSON of those that can be sent, in order; and by index why the others cannot."""
        texts: List[bytes] = []
        bad: Dict[int, Row] = {}
        heads, add, ident, quote = self.heads, texts.append, self.ident, _json.quote
        for number, example in enumerate(examples):
            try:
                parts = ident(example)
                is_flat = True
                for key in example:
                    if key in heads:
                        value = example[key]
                        if type(value) is str:
                            parts.append(heads[key] + quote(value))
                        else:
                            is_flat = False
                            parts.append(heads[key] + _json.encode(value).encode())
                text = b"{" + b",".join(parts) + b"}"
            except Exception as error:
                bad[number] = self._reason(example, error)
                continue
            # Most rows are neither long nor deep, and a glance tells.
            if (
                len(text) > self.row_bytes
                or not is_flat
                and text.count(b"[") + text.count(b"{") > self.levels
            ):
                problem = self._limit(text)
                if problem is not None:
                    bad[number] = problem
                    continue
            add(text)
        return texts, bad

    def ident(self, example: Any) -> List[bytes]:
        """The id, as the first member of what is sent."""
        column = self.id_column
        if column is None:
            return []
        name = example.get(column) if isinstance(column, str) else column(example)
        if type(name) is not str and type(name) is not int:
            name = checked_id(name, column)
        return [b'"id":' + _json.quote(name) if isinstance(name, str) else b'"id":%d' % name]

    def _reason(self, example: Any, error: Exception) -> Row:
        if isinstance(error, MissingID):
            return Row("missing_id", str(error))
        if not isinstance(example, Mapping) and not hasattr(example, "keys"):
            return Row(
                "invalid_example", f"an example is an object (a dict), not {type(example).__name__}", ""
            )
        if isinstance(error, RecursionError):
            return self._nesting()
        if isinstance(error, UnicodeEncodeError) or "surrogate" in str(error):
            return Row("invalid_example", "a text is no Unicode: half a surrogate pair")
        return Row("invalid_example", f"it cannot be written as JSON: {error}")

    def _limit(self, text: bytes) -> Optional[Row]:
        if len(text) > self.row_bytes:
            return Row(
                "limit_exceeded", f"{len(text)} bytes, and a message has {self.limits.message_bytes} at most"
            )
        return self._nesting() if depth(text) > self.levels else None

    def _nesting(self) -> Row:
        return Row("limit_exceeded", f"nested deeper than {self.levels} levels")

    def requests(self, texts: List[bytes]) -> List[List[bytes]]:
        """The rows in as many requests as their size asks for; mostly one."""
        most = min(REQUEST_BYTES, self.row_bytes)
        if sum(map(len, texts)) + len(texts) <= most:
            return [texts]
        groups: List[List[bytes]] = []
        room = 0
        for text in texts:
            if not groups or len(text) + 1 > room:
                groups.append([])
                room = most
            groups[-1].append(text)
            room -= len(text) + 1
        return groups


def checked_id(name: Any, column: IDSource) -> Union[str, int]:
    """An id from a value that is no plain one (a NumPy integer, say)."""
    if name is None:
        where = f'column "{column}" has no id' if isinstance(column, str) else "no id"
        raise MissingID(f"{where}: {HOW_TO_ADD_IDS}")
    if isinstance(name, str):
        return str(name)
    if isinstance(name, bool):
        raise MissingID(f"{name!r} is no id: a string or an integer is")
    try:
        return index(name)
    except TypeError:
        raise MissingID(f"{name!r} is no id: a string or an integer is") from None


def depth(text: bytes) -> int:
    """How deep arrays and objects lie inside each other in JSON."""
    deepest = level = 0
    is_string = is_escaped = False
    for character in text.decode():
        if is_string:
            if is_escaped:
                is_escaped = False
            elif character == "\\":
                is_escaped = True
            elif character == '"':
                is_string = False
        elif character == '"':
            is_string = True
        elif character in "[{":
            level += 1
            deepest = max(deepest, level)
        elif character in "]}":
            level -= 1
    return deepest


def trimmed(example: Example, edits: Iterable[Mapping[str, Any]]) -> Dict[str, Any]:
    """The example with the edits cut; what is not touched is shared with the original."""
    copy: Dict[str, Any] = dict(example)
    by_field: Dict[str, List[Mapping[str, Any]]] = {}
    for edit in edits:
        by_field.setdefault(edit["field"], []).append(edit)
    for field, cuts in by_field.items():
        tokens = [unescape(token) for token in field.split("/")[1:]]
        holder: Any = copy
        for token in tokens[:-1]:
            key: Any = int(token) if isinstance(holder, list) else token
            inner = holder[key]
            holder[key] = list(inner) if isinstance(inner, (list, tuple)) else dict(inner)
            holder = holder[key]
        last: Any = int(tokens[-1]) if isinstance(holder, list) else tokens[-1]
        holder[last] = cut(holder[last], cuts)
    return copy


def cut(text: str, edits: Sequence[Mapping[str, Any]]) -> str:
    """A text without these ranges of its UTF-8 bytes, which are sorted and do not overlap."""
    if text.isascii():
        kept, at = [], 0
        for edit in edits:
            kept.append(text[at : edit["start"]])
            at = edit["end"]
        kept.append(text[at:])
        return "".join(kept)
    data = text.encode()
    parts, place = [], 0
    for edit in edits:
        parts.append(data[place : edit["start"]])
        place = edit["end"]
    parts.append(data[place:])
    return b"".join(parts).decode()


def error_of(position: int, example: Any, row: Row) -> ExampleError:
    return ExampleError(position, example, row.kind, row.message, row.pointer)
