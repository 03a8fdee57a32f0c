"""What the evaluation scripts share: the program, a daemon, a client, the data, and a report.

Standard library only. The oracle, which needs the package `regex`, is in `oracle.py`.
"""
import contextlib, gzip, json, os, pathlib, socket, subprocess, sys, tempfile, threading, time

ROOT = pathlib.Path(__file__).resolve().parents[2]
DATA = pathlib.Path(os.environ.get("THRESHER_DATA") or ROOT / "../shared/data").resolve()

TOOLFORMER = "gpteacher_toolformer_dedup/rows.jsonl.gz"
ALPACA = "alpaca_52k/rows.jsonl.gz"
CODE = "code_alpaca_2k/rows.jsonl.gz"
CHINESE = "dpo_en_demo/alpaca_zh_demo.jsonl.gz"


# --- Data ---------------------------------------------------------------------------------------

def lines(name):
    """The lines of a set of the data folder, as bytes without their newline."""
    with gzip.open(DATA / name, "rb") as file:
        return [line.rstrip(b"\r\n") for line in file if line.strip()]


def named(line, name):
    """The row with `id` in front; a row that has one already keeps it."""
    if line.startswith(b'{"id"') or "id" in json.loads(line):
        return line
    return b'{"id":%s,' % json.dumps(name).encode() + line.lstrip()[1:]


# --- The program --------------------------------------------------------------------------------

def duplicates_alone():
    """From here on, no minimum score: what a daemon or a filter drops is a duplicate or empty."""
    os.environ["THRESHER_MINIMUM_SCORE"] = "none"


def binary():
    """The thresher to test: $THRESHER_BIN, or the release build."""
    path = pathlib.Path(os.environ.get("THRESHER_BIN") or ROOT / ".build/release/thresher")
    if not os.access(path, os.X_OK):
        sys.exit(f"{path} is not there: build it (swift build -c release --product thresher) "
                 "or set THRESHER_BIN")
    return str(path.resolve())


class Daemon:
    """A daemon on a socket of its own, for a `with` block. `core` pins it."""

    def __init__(self, core=None):
        self.core = core

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="thresher-")
        self.path = self.folder.name + "/s"
        cores = os.sched_getaffinity(0)
        try:
            if self.core is not None:
                os.sched_setaffinity(0, {self.core})  # The child takes it over.
            self.log = open(self.folder.name + "/log", "wb")
            self.startedAt = time.perf_counter()
            self.process = subprocess.Popen(
                [binary(), "serve", "--socket", self.path], stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL, stderr=self.log)
        finally:
            os.sched_setaffinity(0, cores)
        return self

    def __exit__(self, *_):
        if self.isAlive():
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.log.close()
        self.folder.cleanup()

    def isAlive(self):
        return self.process.poll() is None

    def connect(self, seconds=10):
        """A connection, waited for until the daemon listens."""
        until = time.monotonic() + seconds
        while True:
            stream = socket.socket(socket.AF_UNIX)
            try:
                stream.connect(self.path)
                return Client(stream)
            except (FileNotFoundError, ConnectionRefusedError):
                stream.close()
                if not self.isAlive() or time.monotonic() > until:
                    log = pathlib.Path(self.folder.name, "log").read_text(errors="replace")
                    raise RuntimeError("the daemon does not answer:\n" + log) from None
                time.sleep(0.0002)

    def residentBytes(self):
        for line in open(f"/proc/{self.process.pid}/status"):
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
        raise RuntimeError("no VmRSS")


class RPCError(Exception):
    pass


class Client:
    """One connection, one message a line."""

    def __init__(self, stream):
        self.stream = stream
        self.reader = stream.makefile("rb", 1 << 20)
        self.number = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.reader.close()
        self.stream.close()

    def call(self, method, **params):
        """One request, its result."""
        self.number += 1
        self.stream.sendall(request(self.number, method, params))
        answer = json.loads(self.reader.readline())
        if "error" in answer:
            raise RPCError(answer["error"])
        return answer["result"]

    def pipeline(self, requests):
        """Writes prepared requests while it reads; the answers in order, as bytes."""
        writer = threading.Thread(target=self._write, args=(requests,), daemon=True)
        writer.start()
        answers = []
        for _ in requests:
            answer = self.reader.readline()
            if not answer:
                raise RuntimeError("the daemon closed the connection")
            answers.append(answer)
        writer.join()
        return answers

    def _write(self, requests):
        with contextlib.suppress(BrokenPipeError):  # The reader tells.
            for message in requests:
                self.stream.sendall(message)


def request(number, method, params):
    message = {"jsonrpc": "2.0", "id": number, "method": method, "params": params}
    return json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def batches(rows, size, corpus, detail, method="examples/admit"):
    """Requests of `size` rows each, prepared as bytes; the rows go in as they came."""
    head = json.dumps({"corpus": corpus, "return": detail})[:-1].encode()
    return [
        b'{"jsonrpc":"2.0","id":%d,"method":"%s","params":%s,"examples":[%s]}}\n'
        % (start, method.encode(), head, b",".join(rows[start:start + size]))
        for start in range(0, len(rows), size)]


DECODER = json.JSONDecoder()


def verdict_texts(answers):
    """The verdicts of prepared requests, each exactly as it was written."""
    texts = []
    for answer in answers:
        text = answer.decode()
        marker = '"result":{"verdicts":['
        position = text.find(marker)
        if position < 0:
            raise RPCError(text[:500])
        position += len(marker)
        while text[position] != "]":
            _, end = DECODER.raw_decode(text, position)
            texts.append(text[position:end])
            position = end + 1 if text[end] == "," else end
    return texts


def judged(client, rows, size, corpus, detail="decision"):
    """Verdict texts of rows sent to a corpus of that name, made for it."""
    client.call("corpus/open", corpus=corpus)
    return verdict_texts(client.pipeline(batches(rows, size, corpus, detail)))


# --- Report -------------------------------------------------------------------------------------

class Report:
    """A table "what / asked / got". Its last line is counted by Tests/run."""

    def __init__(self, name):
        self.name, self.rows, self.skipped = name, [], 0
        self.startedAt = time.monotonic()

    def check(self, what, asked, got, passed):
        self.rows.append((what, asked, got, "ok" if passed else "MISSED"))

    def tell(self, what, asked, got, met=True):
        """A figure that is reported and fails nothing."""
        self.rows.append((what, asked, got, "" if met else "missed"))

    def needs(self, *names):
        """Whether these sets are there; says so if not."""
        absent = [name for name in names if not (DATA / name).exists()]
        for name in absent:
            print(f"{self.name}: skipped, {name} is not in {DATA} (THRESHER_DATA names the folder)")
        self.skipped += len(absent)
        return not absent

    def finish(self):
        """Prints the table and the count; the exit status."""
        table = [("what", "asked", "got", "")] + [tuple(map(str, row)) for row in self.rows]
        widths = [max(len(row[column]) for row in table) for column in range(4)]
        for row in table if self.rows else []:
            print("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())
        failed = sum(row[3] == "MISSED" for row in self.rows)
        passed = sum(row[3] == "ok" for row in self.rows)
        skipped = f", {self.skipped} skipped" if self.skipped else ""
        seconds = time.monotonic() - self.startedAt
        print(f"({seconds:.1f} s)")
        print(f"{self.name}: {passed} passed, {failed} failed{skipped}", flush=True)
        return 1 if failed else 0
