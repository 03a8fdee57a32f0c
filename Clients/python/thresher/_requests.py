"""What both clients share: options, params, and the names of things."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from dataclasses import dataclass
from itertools import islice
from typing import Any, Awaitable, Callable, Dict, List, Mapping, Optional, Sequence, Tuple, cast

from . import wire
from ._rows import Encoder, Example, IDSource, Limits, keys_of
from ._stream import Flow, OnDrop, OnError, Options

# Stands for "as the corpus says" where None means something of its own.
OWN: IDSource = cast(IDSource, "\0own")
# How long a stream goes on without a daemon before it looks for one again.
AWAY_SECONDS = 5.0
PRIVATE = "private-"
PAST = {"keep": "kept", "drop": "dropped"}


@dataclass(frozen=True)
class ClientOptions:
    """How long a client waits: for an answer, and for a lost daemon to come back."""

    timeout: float = 60.0
    reconnect_seconds: float = 30.0


@dataclass
class CorpusState:
    """What a corpus is in another process as well."""

    name: str
    settings: Optional[wire.SettingsChange]
    id_column: IDSource
    is_prepared: bool = False


def private_name() -> str:
    """A corpus name that nobody else uses."""
    return f"{PRIVATE}{os.getpid()}-{secrets.token_hex(8)}"


def private_settings(settings: Optional[wire.SettingsChange]) -> wire.SettingsChange:
    """What ends with the client is not kept on disk, unless that is asked for."""
    made: wire.SettingsChange = {"persist": False}
    made.update(settings or {})
    return made


def fingerprint(settings: Mapping[str, Any]) -> str:
    """A digest of settings; files count by their content."""

    def canonical(value: Any) -> Any:
        if isinstance(value, dict):
            keys = ["sha256"] if "sha256" in value else sorted(value)
            return {key: canonical(value[key]) for key in keys}
        return value

    text = json.dumps(canonical(dict(settings)), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def filter_options(
    state: CorpusState,
    settings: Mapping[str, Any],
    *,
    id_column: IDSource,
    mode: str,
    trimmed: bool,
    on_drop: Optional[OnDrop],
    on_error: Optional[OnError],
    if_unavailable: str,
    unknown: Optional[str],
    warn_dropped: Optional[float],
    mask_column: str,
    batch_size: int,
    window: int,
) -> Options:
    is_trimmed = trimmed and trims(settings)
    return Options(
        id_column=id_source(state, id_column),
        mode=mode,
        is_trimmed=is_trimmed,
        # Where nothing is cut, the daemon need not look for it.
        detail="edits" if is_trimmed else "decision",
        unknown=unknown_of(state, unknown),
        batch_size=batch_size,
        window=window,
        if_unavailable=if_unavailable,
        warn_dropped=warn_dropped,
        mask_column=mask_column,
        on_drop=on_drop,
        on_error=on_error,
    )


def verdict_options(
    state: CorpusState,
    *,
    id_column: IDSource,
    detail: str,
    on_error: Optional[OnError],
    if_unavailable: str,
    unknown: Optional[str],
    warn_dropped: Optional[float],
    batch_size: int,
    window: int,
) -> Options:
    return Options(
        id_column=id_source(state, id_column),
        detail=detail,
        is_trimmed=False,
        unknown=unknown_of(state, unknown),
        batch_size=batch_size,
        window=window,
        if_unavailable=if_unavailable,
        warn_dropped=warn_dropped,
        on_error=on_error,
        wants_verdicts=True,
    )


def id_source(state: CorpusState, id_column: IDSource) -> IDSource:
    """Where ids are: as the call says, else as the corpus says, else the wire's own member."""
    if id_column != OWN:
        return id_column
    return "id" if state.id_column == OWN else state.id_column


def with_source_ids(state: CorpusState, examples: Any, id_column: IDSource) -> Tuple[Any, IDSource]:
    """Rows of a Hugging Face dataset get ids from where they come from, unless a column is named."""
    if (id_column != OWN or state.id_column != OWN) or not type(examples).__module__.startswith("datasets."):
        return examples, id_column
    from ._source_keys import COLUMN
    from .datasets import rows_with_ids

    return rows_with_ids(examples, None), COLUMN


def unknown_of(state: CorpusState, unknown: Optional[str]) -> str:
    if unknown is not None:
        return unknown
    return "error" if state.is_prepared else "admit"


def trims(settings: Mapping[str, Any]) -> bool:
    """Whether a corpus with these settings cuts anything."""
    trim = settings.get("trim", "standard")
    return (trim.get("level") if isinstance(trim, dict) else trim) != "off"


def flow(corpus: str, settings: Mapping[str, Any], server: Mapping[str, Any], options: Options) -> Flow:
    return Flow(corpus, Encoder(keys_of(settings), options.id_column, Limits.of(server)), options)


def admit(
    corpus: str, examples: Sequence[Example], replace: bool, unknown: Optional[str], detail: str
) -> Tuple[Dict[str, Any], bool]:
    """The params of `examples/admit`, and whether they may be sent twice."""
    params: Dict[str, Any] = {
        "corpus": corpus,
        "examples": [dict(example) for example in examples],
        "return": detail,
    }
    if replace:
        params["replace"] = True
    if unknown is not None:
        params["unknown"] = unknown
    return params, all(example.get("id") is not None for example in examples)


def similar(corpus: str, example: Example, limit: Optional[int]) -> Dict[str, Any]:
    params: Dict[str, Any] = {"corpus": corpus, "example": dict(example)}
    if limit is not None:
        params["limit"] = limit
    return params


def references(
    corpus: str, name: str, examples: Optional[Sequence[Example]], path: Optional[str]
) -> Dict[str, Any]:
    params: Dict[str, Any] = {"corpus": corpus, "name": name}
    if examples is not None:
        params["examples"] = [dict(example) for example in examples]
    if path is not None:
        params["path"] = os.path.abspath(path)
    return params


def text(example: Example, settings: Optional[wire.SettingsChange], explain: bool = False) -> Dict[str, Any]:
    params: Dict[str, Any] = {"example": dict(example)}
    if settings is not None:
        params["settings"] = settings
    if explain:
        params["explain"] = True
    return params


def slices(source: Any, size: int) -> Callable[[], Awaitable[Tuple[List[Any], Optional[BaseException]]]]:
    """The next examples of a source, asynchronous or not; with what it raised behind them."""
    is_plain = not hasattr(source, "__aiter__")
    iterator: Any = iter(source) if is_plain else source.__aiter__()

    async def following() -> Tuple[List[Any], Optional[BaseException]]:
        examples: List[Any] = []
        try:
            if is_plain:
                examples.extend(islice(iterator, size))
            else:
                while len(examples) < size:
                    examples.append(await iterator.__anext__())
        except StopAsyncIteration:
            pass
        except Exception as error:
            return examples, error
        return examples, None

    return following
