"""`python -m thresher filter FILE -o KEPT` and `python -m thresher status`, for who only has pip.

The program `thresher` does more, and faster: `thresher filter --help`.
"""

from __future__ import annotations

import argparse
import contextlib
import gzip
import json
import os
import signal
import sys
import tempfile
from collections import Counter, deque
from typing import IO, Any, Deque, Dict, Iterator, List, NamedTuple, Optional, cast

from . import __version__
from ._connect import connect
from ._rows import trimmed
from .client import Client
from .errors import ExampleError, ThresherError, Unavailable
from .wire import ServerStatusResultCorporaItem

DONE, SOME_UNUSABLE, COULD_NOT_RUN = 0, 1, 2


class Line(NamedTuple):
    """Where a row stands, and its bytes."""

    file: str
    number: int
    raw: bytes

    @property
    def place(self) -> str:
        return f"{self.file}:{self.number}"


def parser() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "--address", "--socket", metavar="ADDRESS", help="a socket's path or host:port (the user's daemon)"
    )
    common.add_argument("--state", metavar="DIR", help="the daemon that keeps its memory there")
    top = argparse.ArgumentParser(
        prog="python -m thresher", description="Separates grain from straw in fine-tuning examples."
    )
    top.add_argument("--version", action="version", version=__version__)
    commands = top.add_subparsers(dest="command", required=True)
    one = commands.add_parser(
        "filter",
        parents=[common],
        help="JSONL in, the kept rows out",
        description="JSONL in (also gzip, also standard input), the kept rows out, trimmed.",
        epilog="Exit status: 0 done, 1 some rows were unusable, 2 it could not run.",
    )
    one.add_argument("files", nargs="*", default=["-"], metavar="FILE", help="- is standard input")
    one.add_argument("-o", "--output", metavar="FILE", help="the kept rows (standard output); .gz compresses")
    one.add_argument("--rejected", metavar="FILE", help="the other rows")
    one.add_argument("--verdicts", metavar="FILE", help="a verdict for each row")
    one.add_argument(
        "--corpus", metavar="NAME", help="a corpus that stays in the daemon (one that is forgotten)"
    )
    one.add_argument("--id-column", metavar="NAME", help="the column with the ids (file and line)")
    one.add_argument(
        "--settings", type=settings, metavar="JSON", help="of the corpus, as in Protocol/README.md"
    )
    one.add_argument(
        "--minimum-score", metavar="N", help="drop what scores below this, 1 to 10; none drops nothing"
    )
    one.add_argument("--quiet", action="store_true", help="no bar and no summary")
    two = commands.add_parser("status", parents=[common], help="is a daemon there, and what has it done")
    two.add_argument("--json", action="store_true", help="all of it, as JSON")
    return top


def settings(text: str) -> Dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"not JSON: {error}") from None
    if not isinstance(found, dict):
        raise argparse.ArgumentTypeError("an object is wanted")
    return found


# --- filter -------------------------------------------------------------------------------------


def lines(files: List[str]) -> Iterator[Line]:
    """All lines that are not blank."""
    for name in files:
        with contextlib.ExitStack() as stack:
            file: IO[bytes] = sys.stdin.buffer if name == "-" else stack.enter_context(open(name, "rb"))
            # Told by its first bytes; `peek` leaves them there.
            if cast(Any, file).peek(2)[:2] == b"\x1f\x8b":
                file = cast("IO[bytes]", stack.enter_context(gzip.open(file, "rb")))
            for number, raw in enumerate(file, 1):
                if raw.strip():
                    yield Line(name, number, raw.strip())


class Output:
    """A file that is whole or not there."""

    def __init__(self, name: Optional[str], standard: bool = False) -> None:
        self.name = name
        self.path: Optional[str] = None
        self.file: Optional[IO[bytes]] = sys.stdout.buffer if standard and name in (None, "-") else None
        if name not in (None, "-") and name is not None:
            descriptor, self.path = tempfile.mkstemp(
                prefix=f".{os.path.basename(name)}.", dir=os.path.dirname(name) or "."
            )
            plain = os.fdopen(descriptor, "wb")
            self.file = (
                cast("IO[bytes]", gzip.GzipFile(fileobj=plain, mode="wb", mtime=0))
                if name.endswith(".gz")
                else plain
            )
            self.plain = plain

    def write(self, line: bytes) -> None:
        if self.file is not None:
            self.file.write(line + b"\n")

    def finish(self, is_done: bool) -> None:
        if self.file is None:
            return
        if self.path is None or self.name is None:
            self.file.flush()
            return
        self.file.close()
        self.plain.close()
        if is_done:
            mask = os.umask(0)
            os.umask(mask)
            os.chmod(self.path, 0o666 & ~mask)
            os.replace(self.path, self.name)
        else:
            os.unlink(self.path)


def dumps(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def run_filter(options: argparse.Namespace, client: Client) -> int:
    wanted: Dict[str, Any] = dict(options.settings or {})
    if options.minimum_score is not None:
        minimum = None if options.minimum_score == "none" else float(options.minimum_score)
        wanted["score"] = {**wanted.get("score", {}), "minimum": minimum}
    corpus = client.corpus(options.corpus, settings=cast(Any, wanted))
    # Those whose verdicts are awaited; and those that have not been asked for their ids yet.
    waiting: Deque[Line] = deque()
    nameless: Deque[Line] = deque()
    unusable = 0

    def tell(line: Line, message: str) -> None:
        nonlocal unusable
        unusable += 1
        print(f"{line.place}: {message}", file=sys.stderr)

    def examples() -> Iterator[Any]:
        for line in lines(options.files):
            try:
                value = json.loads(line.raw)
            except (ValueError, RecursionError) as error:
                tell(line, f"not JSON: {error}")
                rejected.write(line.raw)
                continue
            waiting.append(line)
            nameless.append(line)
            yield value

    outputs = kept, rejected, verdicts = (
        Output(options.output, standard=True),
        Output(options.rejected),
        Output(options.verdicts),
    )
    reasons: Counter[str] = Counter()
    read = given = 0
    is_done = False
    stream = corpus.verdicts(
        examples(),
        id_column=options.id_column or (lambda example: nameless.popleft().place),
        detail="full" if options.verdicts else "edits",
        on_error=lambda position, example, error: None,
        progress=False if options.quiet else None,
    )
    try:
        for example, verdict in stream:
            line = waiting.popleft()
            read += 1
            if options.verdicts:
                verdicts.write(dumps({**verdict, "source": {"file": line.file, "line": line.number}}))
            if "error" in verdict:
                tell(line, verdict["error"]["message"])
            if verdict["keep"]:
                given += 1
                edits = verdict.get("edits")
                kept.write(dumps(trimmed(example, edits)) if edits else line.raw)
            else:
                reasons.update(verdict["reasons"])
                rejected.write(line.raw)
        is_done = True
    finally:
        for output in outputs:
            output.finish(is_done)
    if not options.quiet:
        most = "".join(f", {reason} {count}" for reason, count in reasons.most_common())
        print(f"read {read}, kept {given}{most}", file=sys.stderr)
    return SOME_UNUSABLE if unusable else DONE


# --- status -------------------------------------------------------------------------------------


def corpus_state(corpus: ServerStatusResultCorporaItem) -> str:
    """What one corpus of the status holds; one of a state may not be in memory (yet)."""
    if "error" in corpus:
        return corpus["error"]
    if "loading" in corpus:
        return f"loading, {corpus['loading']['done']} of {corpus['loading']['total']} decisions"
    if "count" not in corpus:
        return "not in use"
    return f"{corpus['count']} kept, {corpus.get('dropped', 0)} dropped"


def run_status(options: argparse.Namespace, client: Client) -> int:
    status = client.status()
    if options.json:
        print(json.dumps(status, indent=2))
        return DONE
    print(
        f"thresher {status['version']} at {client.address}, up {status['uptimeSeconds']:.0f} s, "
        f"{status['connections']} connections"
    )
    for corpus in status["corpora"]:
        print(f"  {corpus['corpus']}: {corpus_state(corpus)}")
    return DONE


def main(arguments: Optional[List[str]] = None) -> int:
    options = parser().parse_args(arguments)
    try:
        is_filter = options.command == "filter"
        with connect(options.address, state=options.state, start=is_filter) as client:
            return run_filter(options, client) if is_filter else run_status(options, client)
    except BrokenPipeError:
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # As `… | head` expects.
        os.kill(os.getpid(), signal.SIGPIPE)
        return COULD_NOT_RUN
    except KeyboardInterrupt:
        return 130
    except Unavailable as error:
        print(f"thresher: {error}", file=sys.stderr)
        return COULD_NOT_RUN if options.command == "filter" else 1
    except (ThresherError, OSError, ValueError, ExampleError) as error:
        print(f"thresher: {error}", file=sys.stderr)
        return COULD_NOT_RUN


if __name__ == "__main__":
    sys.exit(main())
