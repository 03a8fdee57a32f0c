#!/usr/bin/env python3
"""Streams a file of examples through a running daemon and prints its verdicts for a person to read.

  quickstart.py FILE --socket PATH     .jsonl, .jsonl.gz, or a .json array

A small client to copy from: standard library only. It writes requests of 64 examples from a thread
while it reads the answers, as a client must (the daemon stops reading from one that leaves its
answers unread), and it sends every example as the bytes that stand in the file.
"""
import argparse, collections, gzip, json, os, queue, re, shlex, shutil, signal, socket, sys
import threading, time, unicodedata

BATCH = 64
CORPUS = "quickstart"
ROWS_SHOWN = 200
TRIMMED_SHOWN = 5


# --- Reading the file ---------------------------------------------------------------------------

class Row(collections.namedtuple("Row", "line raw value problem")):
    """One example: where it stands, its bytes and value, or why it is no JSON."""


def no_constant(name):
    raise ValueError(f"{name} is no number")


def parse(line, raw):
    try:
        text = raw.decode()
        return Row(line, raw, json.loads(text, parse_constant=no_constant), None)
    except UnicodeDecodeError as error:
        return Row(line, raw, None, f"not UTF-8 at byte {error.start}")
    except json.JSONDecodeError as error:
        return Row(line, raw, None, f"not JSON: {error.msg} (character {error.pos + 1})")
    except (ValueError, RecursionError) as error:
        return Row(line, raw, None, f"not JSON: {error}")


def rows(path):
    """The examples of a file, one after another."""
    with open(path, "rb") as file:
        magic = file.read(4)
    if magic == b"\x28\xb5\x2f\xfd":
        sys.exit(f"{path} is zstd; \"thresher filter\" reads it, or: zstd -dc {path} > rows.jsonl")
    if magic == b"PAR1":
        sys.exit(f"{path} is Parquet; write it as JSONL first (pandas: to_json(lines=True, "
                 "orient=\"records\"))")
    opener = gzip.open if magic[:2] == b"\x1f\x8b" else open
    with opener(path, "rb") as file:
        first = file.read(4096).removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
        file.seek(0)
        if first == b"[" and path.removesuffix(".gz").endswith(".json"):
            # An array is read whole; its elements are numbered instead of its lines.
            for number, value in enumerate(json.load(file), 1):
                yield Row(number, json.dumps(value, ensure_ascii=False).encode(
                    errors="surrogatepass"), value, None)
            return
        for number, line in enumerate(file, 1):
            line = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
            if line.strip():
                yield parse(number, line.strip())


# --- Talking to the daemon ----------------------------------------------------------------------

class Connection:
    """JSON-RPC, one message a line."""

    def __init__(self, path):
        self.stream = socket.socket(socket.AF_UNIX)
        self.stream.connect(path)
        self.answers = self.stream.makefile("rb")

    def send(self, number, method, params):
        self.stream.sendall(b'{"jsonrpc":"2.0","id":%d,"method":"%s","params":%s}\n'
                            % (number, method.encode(), params))

    def receive(self):
        line = self.answers.readline()
        if not line:
            raise ConnectionError("the daemon closed the connection")
        return json.loads(line)

    def call(self, method, **params):
        self.send(0, method, json.dumps(params).encode())
        return self.receive()


def admit(rows):
    return b'{"corpus":"%s","examples":[%s]}' % (
        CORPUS.encode(), b",".join(row.raw for row in rows))


def stream(path, connection, other):
    """Yields each row with its verdict, in the order of the file."""
    sent = queue.Queue()

    def write():
        try:
            batch = []
            for row in rows(path):
                batch.append(row)
                if len(batch) == BATCH:
                    post(batch)
                    batch = []
            post(batch)
            sent.put(None)
        except BaseException as error:  # Told where it can be dealt with.
            sent.put(error)

    def post(batch):
        usable = [row for row in batch if row.problem is None]
        sent.put((batch, usable))
        if usable:
            connection.send(1, "examples/admit", admit(usable))

    threading.Thread(target=write, daemon=True).start()
    while (item := sent.get()) is not None:
        if isinstance(item, BaseException):
            raise item
        batch, usable = item
        answer = connection.receive() if usable else {"result": {"verdicts": []}}
        if "result" in answer:
            verdicts = answer["result"]["verdicts"]
        else:
            # One row made the whole message unreadable (nested too deeply, say): ask one by one.
            verdicts = [alone(other, row) for row in usable]
        judged = iter(verdicts)
        for row in batch:
            if row.problem is None:
                yield row, next(judged)
            else:
                yield row, unusable({"message": row.problem})


def alone(connection, row):
    connection.send(1, "examples/admit", admit([row]))
    answer = connection.receive()
    if "result" in answer:
        return answer["result"]["verdicts"][0]
    return unusable(answer["error"])


def unusable(error):
    """The verdict on a row that the daemon did not get to judge."""
    return {"keep": False, "reasons": ["unusable"], "error": error}


# --- Showing ------------------------------------------------------------------------------------

class Screen:
    """Text in columns; colours on a terminal only."""

    CODES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33"}

    def __init__(self):
        self.colours = (sys.stdout.isatty() and not os.environ.get("NO_COLOR")
                        and os.environ.get("TERM") != "dumb")
        self.width = max(80, min(100, shutil.get_terminal_size((100, 40)).columns))

    def paint(self, text, *styles):
        if not self.colours or not styles:
            return text
        return "\033[%sm%s\033[0m" % (";".join(self.CODES[style] for style in styles), text)

    @staticmethod
    def columns(character):
        return 2 if unicodedata.east_asian_width(character) in "WF" else 1

    def fit(self, text, width, right=False):
        """Exactly so many columns: clipped with an ellipsis, or filled with spaces."""
        text = re.sub(r"\s+", " ", str(text).encode(errors="replace").decode())
        text = "".join(c if c.isprintable() else "·" for c in text)
        used = sum(map(self.columns, text))
        if used > width:
            taken, used = "", 1
            for character in text:
                if used + self.columns(character) > width:
                    break
                taken, used = taken + character, used + self.columns(character)
            text = taken + "…"
        return " " * (width - used) + text if right else text + " " * (width - used)

    # line, id, keep or drop, why, like which, how like, score, tokens cut
    def cells(self):
        free = self.width - (5 + 2 + 5 + 16 + 6 + 6 + 4 + 7)
        return 5, free * 3 // 5, 5, 16, free - free * 3 // 5, 6, 6, 4

    def head(self):
        names = ("line", "id", "", "why", "duplicate of", "alike", "score", "cut")
        cells = [self.fit(name, width, right=place in (0, 5, 6, 7))
                 for place, (name, width) in enumerate(zip(names, self.cells()))]
        print(self.paint(" ".join(cells).rstrip(), "bold"))

    def row(self, row, verdict):
        line, name, keep, why, of, alike, score, cut = self.cells()
        error = verdict.get("error")
        mark = (self.paint(self.fit("keep", keep), "green") if verdict["keep"]
                else self.paint(self.fit("drop", keep), "red"))
        start = [self.fit(row.line, line, right=True),
                 self.fit(shown(verdict.get("id")), name), mark]
        if error:
            rest = self.width - line - name - keep - 3
            place = (error.get("data") or {}).get("pointer")
            text = "unusable: " + error["message"] + (f", at {place}" if place else "")
            print(" ".join(start + [self.paint(self.fit(text, rest), "yellow").rstrip()]))
            return
        duplicate = verdict["duplicate"] or {}
        reasons = list(verdict["reasons"]) + (["(seen before)"] if verdict.get("replayed") else [])
        points = verdict.get("score")
        tokens = verdict["tokens"]["before"] - verdict["tokens"]["after"]
        print(" ".join(start + [
            self.fit(", ".join(reasons), why),
            self.fit(shown(duplicate.get("of")), of),
            self.fit(f"{duplicate['similarity']:.4f}" if duplicate else "", alike, right=True),
            self.fit("-" if points is None else f"{points:.2f}", score, right=True),
            self.fit(tokens or "", cut, right=True)]).rstrip())

    def cuts(self, row, verdict):
        print(f"  {shown(verdict['id'])} (line {row.line})")
        for edit in verdict["edits"]:
            text = at(row.value, edit["field"]).encode(errors="replace")
            cut = json.dumps(text[edit["start"]:edit["end"]].decode(errors="replace"),
                             ensure_ascii=False)
            label = self.fit(edit["kind"], 15)
            print(f"    {self.paint(label, 'dim')}"
                  f"{self.paint(self.fit(cut, self.width - 19).rstrip(), 'red')}")


def shown(name):
    """An id: a string as it is unless it reads like a number (1 and "1" are two ids)."""
    if isinstance(name, str) and re.fullmatch(r"-?\d+", name):
        return json.dumps(name)
    return "" if name is None else name


def at(value, pointer):
    """The string at a JSON Pointer."""
    for token in pointer.split("/")[1:]:
        token = token.replace("~1", "/").replace("~0", "~")
        value = value[int(token)] if isinstance(value, list) else value[token]
    return value


class Summary:
    def __init__(self):
        self.read = self.kept = self.replayed = self.before = self.after = 0
        self.reasons, self.edits = collections.Counter(), collections.Counter()
        self.startedAt = time.perf_counter()

    def count(self, verdict):
        self.read += 1
        # What was kept before is one example, however often it comes.
        self.replayed += bool(verdict.get("replayed"))
        self.kept += verdict["keep"] and not verdict.get("replayed")
        self.reasons.update(verdict["reasons"])
        if verdict["keep"] and "tokens" in verdict:
            self.before += verdict["tokens"]["before"]
            self.after += verdict["tokens"]["after"]
            self.edits.update(edit["kind"] for edit in verdict["edits"])

    def show(self, screen):
        seconds = time.perf_counter() - self.startedAt

        def line(name, count, tail=""):
            print(f"  {name:<18}{count:>10,}  {tail}".rstrip())

        def share(part, whole):
            return f"{100 * part / whole:.1f} %" if whole else ""

        print(screen.paint("\nSummary", "bold"))
        line("read", self.read, f"in {seconds:.2f} s")
        line("kept", self.kept, share(self.kept, self.read))
        dropped = self.read - self.kept - self.replayed
        line("dropped", dropped, share(dropped, self.read))
        for reason, count in self.reasons.most_common():
            line("  " + reason, count)
        if self.replayed:
            line("seen before", self.replayed, "same id, same content: the verdict it got then")
        cut = self.before - self.after
        line("tokens cut", cut, f"{share(cut, self.before)} of those kept (estimated)")
        for kind, count in self.edits.most_common():
            line("  " + kind, count)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("file", help=".jsonl, .jsonl.gz or a .json array")
    parser.add_argument("--socket", required=True, help="where the daemon listens")
    parser.add_argument("--minimum-score", type=float, metavar="N",
                        help="drop what scores below N, 1 to 10 (without: 7)")
    parser.add_argument("--all", action="store_true",
                        help=f"show every row, not the first {ROWS_SHOWN}")
    options = parser.parse_args()
    screen, summary, trimmed = Screen(), Summary(), []
    connection, other = Connection(options.socket), Connection(options.socket)
    settings = {}
    if options.minimum_score is not None:
        settings = {"score": {"minimum": options.minimum_score}}
    answer = connection.call("corpus/open", corpus=CORPUS, settings=settings)
    if "error" in answer:
        sys.exit(f"corpus/open: {answer['error']['message']}")
    screen.head()
    for row, verdict in stream(options.file, connection, other):
        summary.count(verdict)
        if options.all or summary.read <= ROWS_SHOWN:
            screen.row(row, verdict)
        elif summary.read == ROWS_SHOWN + 1:
            print("  … the rest is judged and counted; --all shows it")
        if verdict.get("edits") and verdict["keep"] and len(trimmed) < TRIMMED_SHOWN:
            trimmed.append((row, verdict))
    if trimmed:
        print(screen.paint("\nWhat was cut, in the first examples that lost something", "bold"))
        for row, verdict in trimmed:
            screen.cuts(row, verdict)
    summary.show(screen)
    print(screen.paint("\nNext", "bold"))
    name = os.path.relpath(options.file)
    name = shlex.quote(options.file if name.startswith("..") else name)
    print(f"  .build/release/thresher filter {name} -o kept.jsonl --rejected dropped.jsonl\n"
          "  .build/release/thresher serve &        # a daemon to stay; then: thresher status\n"
          "  .build/release/thresher --help")


if __name__ == "__main__":
    try:
        main()
    except BrokenPipeError:
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # As `… | head` expects.
        os.kill(os.getpid(), signal.SIGPIPE)
    except KeyboardInterrupt:
        sys.exit(130)
    except (OSError, ValueError) as error:
        sys.exit(f"quickstart: {error}")
