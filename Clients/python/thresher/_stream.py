"""The flow of a stream of examples, without I/O: batches out, verdicts in, examples on.

`Batch` is one slice of the source on its way. `Flow` makes the batches, takes their verdicts, and
says what goes on to the caller, in the order of the source. The clients add the waiting.
"""

from __future__ import annotations

import json
import warnings
from collections import Counter, deque
from dataclasses import dataclass, field
from typing import Any, Callable, Counter as Counts, Deque, Dict, Iterator, List, Optional, Tuple

from . import _rows
from ._rows import Encoder, Row
from .errors import ExampleError, ThresherWarning

BATCH = 256
WINDOW = 8
# A share of what was read means something from so many on.
WARN_FROM = 1_000
# Kept examples among which `refill` chooses.
RESERVE = 1_024

OnDrop = Callable[[Any, Dict[str, Any]], Any]
OnError = Callable[[int, Any, ExampleError], Any]


@dataclass
class Counting:
    """What a stream has done so far."""

    read: int = 0
    kept: int = 0
    dropped: int = 0
    errors: int = 0
    replayed: int = 0
    unjudged: int = 0
    refilled: int = 0
    reasons: Counts[str] = field(default_factory=Counter)

    @property
    def share_dropped(self) -> float:
        return self.dropped / self.read if self.read else 0.0


@dataclass(frozen=True)
class Options:
    """What the caller of `filter` or `verdicts` asked for; `Corpus.filter` explains it."""

    id_column: _rows.IDSource = "id"
    mode: str = "drop"
    detail: str = "edits"
    is_trimmed: bool = True
    unknown: str = "admit"
    method: str = "examples/admit"
    batch_size: int = BATCH
    window: int = WINDOW
    if_unavailable: str = "raise"
    warn_dropped: Optional[float] = 0.5
    mask_column: str = "keep"
    on_drop: Optional[OnDrop] = None
    on_error: Optional[OnError] = None
    wants_verdicts: bool = False

    def __post_init__(self) -> None:
        choice("mode", self.mode, "drop", "mask", "refill")
        choice("if_unavailable", self.if_unavailable, "raise", "keep", "drop")
        choice("unknown", self.unknown, "admit", "error")
        choice("detail", self.detail, "decision", "edits", "full")
        for name, value in (("batch_size", self.batch_size), ("window", self.window)):
            if value < 1:
                raise ValueError(f"{name} is 1 or more, not {value}")


def choice(name: str, value: str, *known: str) -> None:
    if value not in known:
        raise ValueError(f"{name} is one of {', '.join(known)}; not {value!r}")


class Batch:
    """Examples on their way, and the requests that carry them."""

    __slots__ = ("first", "examples", "bad", "raws", "requests", "generation", "new_decisions")

    def __init__(self, first: int, examples: List[Any], bad: Dict[int, Row], raws: List[bytes]) -> None:
        self.first = first
        self.examples = examples
        self.bad = bad
        self.raws = raws
        # The requests that are under way; the clients put them here.
        self.requests: List[Any] = []
        self.generation = 0
        self.new_decisions = 0


class Flow:
    """Makes batches and deals with their verdicts."""

    def __init__(self, corpus: str, encoder: Encoder, options: Options) -> None:
        self.options = options
        self.encoder = encoder
        self.counts = Counting()
        self.position = 0
        # How much of the source is done with, at the example that was given last.
        self.at = 0
        self.has_warned = False
        self.reserve: Deque[Any] = deque(maxlen=RESERVE)
        self.owed = 0
        params: Dict[str, Any] = {"corpus": corpus, "return": options.detail}
        if options.unknown != "admit":
            params["unknown"] = options.unknown
        self.head = json.dumps(params)[:-1].encode() + b',"examples":['

    def batch(self, examples: List[Any]) -> Batch:
        texts, bad = self.encoder.rows(examples)
        raws = (
            [self.head + b",".join(group) + b"]}" for group in self.encoder.requests(texts)] if texts else []
        )
        made = Batch(self.position, examples, bad, raws)
        self.position += len(examples)
        return made

    def settle(self, batch: Batch, answers: Optional[List[Dict[str, Any]]]) -> Iterator[Any]:
        """What goes on, for the answers to a batch's requests; None for no daemon."""
        if answers is None:
            yield from self._unjudged(batch)
            return
        verdicts: List[Dict[str, Any]] = (
            answers[0]["verdicts"]
            if len(answers) == 1
            else [verdict for answer in answers for verdict in answer["verdicts"]]
        )
        counts, options = self.counts, self.options
        counts.read += len(batch.examples)
        is_plain = not options.wants_verdicts and options.mode == "drop"
        cut = options.is_trimmed
        number = 0
        for index, example in enumerate(batch.examples):
            self.at = batch.first + index + 1
            if batch.bad and index in batch.bad:
                yield from self._bad(_rows.error_of(batch.first + index, example, batch.bad[index]), None)
                continue
            verdict = verdicts[number]
            number += 1
            if "replayed" in verdict:
                counts.replayed += 1
            elif "error" in verdict:
                yield from self._refused(batch.first + index, example, verdict)
                continue
            else:
                batch.new_decisions += 1
            if verdict["keep"]:
                counts.kept += 1
                if options.wants_verdicts:
                    yield example, verdict
                    continue
                edits = verdict.get("edits") if cut else None
                kept = _rows.trimmed(example, edits) if edits else example
                if is_plain:
                    yield kept
                else:
                    yield from self._kept(kept)
            else:
                yield from self._dropped(example, verdict)
        self._check_share(is_end=False)

    # --- One example ----------------------------------------------------------------------------

    def _kept(self, example: Any) -> Iterator[Any]:
        if self.options.mode == "mask":
            yield {**example, self.options.mask_column: True}
            return
        yield example
        self.reserve.append(example)
        while self.owed:
            self.owed -= 1
            yield from self._refill()

    def _dropped(self, example: Any, verdict: Dict[str, Any]) -> Iterator[Any]:
        self.counts.dropped += 1
        self.counts.reasons.update(verdict["reasons"])
        if self.options.on_drop is not None:
            self.options.on_drop(example, verdict)
        if self.options.wants_verdicts:
            yield example, verdict
        else:
            yield from self._gap(example)

    def _gap(self, example: Any) -> Iterator[Any]:
        """What stands in the place of an example that does not go on."""
        if self.options.mode == "mask":
            # What is no object cannot be marked, and is marked alone.
            row = dict(example) if hasattr(example, "keys") else {}
            yield {**row, self.options.mask_column: False}
        elif self.options.mode == "refill":
            yield from self._refill()

    def _refill(self) -> Iterator[Any]:
        if not self.reserve:
            self.owed += 1
            return
        self.counts.refilled += 1
        again = self.reserve.popleft()
        self.reserve.append(again)
        yield again

    def _refused(self, position: int, example: Any, verdict: Dict[str, Any]) -> Iterator[Any]:
        error = verdict["error"]
        data = error.get("data", {})
        yield from self._bad(
            ExampleError(position, example, data.get("kind", "error"), error["message"], data.get("pointer")),
            verdict,
        )

    def _bad(self, error: ExampleError, verdict: Optional[Dict[str, Any]]) -> Iterator[Any]:
        self.counts.errors += 1
        if self.options.on_error is None:
            raise error
        self.options.on_error(error.position, error.example, error)
        if not self.options.wants_verdicts:
            yield from self._gap(error.example)
            return
        yield (
            error.example,
            verdict
            or {
                "keep": False,
                "reasons": ["unusable"],
                "error": {
                    "code": 7,
                    "message": error.message,
                    "data": {
                        "kind": error.kind,
                        **({} if error.pointer is None else {"pointer": error.pointer}),
                    },
                },
            },
        )

    def _unjudged(self, batch: Batch) -> Iterator[Any]:
        """The daemon is away, and the caller said what then."""
        self.counts.read += len(batch.examples)
        for index, example in enumerate(batch.examples):
            self.at = batch.first + index + 1
            if index in batch.bad:
                yield from self._bad(_rows.error_of(batch.first + index, example, batch.bad[index]), None)
                continue
            self.counts.unjudged += 1
            if self.options.wants_verdicts:
                yield example, {"keep": self.options.if_unavailable == "keep", "reasons": []}
            elif self.options.if_unavailable == "drop":
                yield from self._gap(example)
            elif self.options.mode == "drop":
                yield example
            else:
                yield from self._kept(example)

    # --- The end --------------------------------------------------------------------------------

    def finish(self) -> None:
        """Nothing more comes."""
        self._check_share(is_end=True)
        if self.owed:
            warnings.warn(
                f"refill had nothing to fill {self.owed} places with: nothing was kept",
                ThresherWarning,
                stacklevel=3,
            )

    def _check_share(self, is_end: bool) -> None:
        limit, counts = self.options.warn_dropped, self.counts
        if limit is None or self.has_warned or counts.read < (1 if is_end else WARN_FROM):
            return
        if counts.share_dropped > limit:
            self.has_warned = True
            most = ", ".join(f"{reason} {count}" for reason, count in counts.reasons.most_common(3))
            warnings.warn(
                f"{counts.dropped} of {counts.read} examples were dropped ({most}); "
                "warn_dropped sets the share from which this is said",
                ThresherWarning,
                stacklevel=3,
            )


Judged = Tuple[Any, Dict[str, Any]]
