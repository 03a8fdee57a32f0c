"""Client of Thresher, the daemon that separates grain from straw in a stream of fine-tuning examples.

import thresher

with thresher.connect() as client:
    for example in client.corpus("tea").filter(examples):
        ...
"""

from . import aio, wire
from ._connect import connect
from ._keep import HighSignal, Keep, filter_high_signal, keep
from ._stream import Counting
from ._sync_stream import Stream
from .client import Client, Corpus
from .errors import (
    Busy,
    CorpusLost,
    ExampleError,
    InvalidParams,
    LimitExceeded,
    MethodNotFound,
    MissingID,
    NotAvailable,
    ProtocolError,
    RemoteError,
    SettingsDiffer,
    StateMismatch,
    ThresherError,
    ThresherWarning,
    Timeout,
    Unauthenticated,
    Unavailable,
    UnknownCorpus,
)

__version__ = "0.1.0"
__all__ = [
    "Busy",
    "Client",
    "Corpus",
    "CorpusLost",
    "Counting",
    "ExampleError",
    "HighSignal",
    "InvalidParams",
    "Keep",
    "LimitExceeded",
    "MethodNotFound",
    "MissingID",
    "NotAvailable",
    "ProtocolError",
    "RemoteError",
    "SettingsDiffer",
    "StateMismatch",
    "Stream",
    "ThresherError",
    "ThresherWarning",
    "Timeout",
    "Unauthenticated",
    "Unavailable",
    "UnknownCorpus",
    "aio",
    "connect",
    "filter_high_signal",
    "keep",
    "wire",
]
