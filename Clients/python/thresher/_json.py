"""JSON on its way out: the standard library's, and `orjson` for what costs most, where it is installed.

Both give the same for what is sent: `orjson` quotes single texts only.
"""

from __future__ import annotations

import json
from importlib import import_module
from json.encoder import encode_basestring, encode_basestring_ascii
from typing import Any, Callable


def _plain(value: Any) -> Any:
    """Arrays and numbers of NumPy, in which pandas and Ray hold lists."""
    if hasattr(value, "tolist"):
        return value.tolist()
    raise TypeError(f"{type(value).__name__} is no JSON")


encode: Callable[[Any], str] = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_plain
).encode


def _quote(text: str) -> bytes:
    # The one for ASCII is the quicker, as long as nothing need be escaped for it.
    return (encode_basestring_ascii(text) if text.isascii() else encode_basestring(text)).encode()


# A text as a JSON string in UTF-8; half a surrogate pair raises.
quote: Callable[[str], bytes] = _quote
is_fast = False

try:
    _orjson: Any = import_module("orjson")
except ImportError:
    pass
else:
    # Not its `loads`: that rounds large integers, and ids may be such.
    quote, is_fast = _orjson.dumps, True
