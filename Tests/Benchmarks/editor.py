#!/usr/bin/env python3
"""The language server's speed: from a keystroke to its diagnostics, opening, starting, memory.

    Tests/Benchmarks/editor.py [--quick] [--save]

Files of 1, 10 and 100 MB: the rows of alpaca_52k, and after them rows put together from their
sentences, so that they are no duplicates. Keys are typed into records all over the file: letters
into texts, one at a time; the time is from the write of `didChange` to the arrival of the published
diagnostics with its version. Then 20 keys a second for a minute (10 s with --quick). --quick leaves
100 MB out. Skipped where the data folder is absent. The last line sums up: each figure that was
asked for is one that passed or failed.
"""
import argparse, json, random, re, statistics, sys, time
import pathlib

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "Evaluation"))
from harness import machine, save
from lsp import LanguageServer
from support import ALPACA, DATA, lines

MB = 1 << 20
URI = "file:///bench.jsonl"


def rows():
    """Rows without end."""
    known = [json.loads(line) for line in lines(ALPACA)]
    for row in known:
        yield {key: row[key] for key in ("instruction", "input", "output") if key in row}
    sentences = [s for row in known for s in re.split(r"(?<=[.!?]) ", row["output"]) if len(s) > 20]
    generator = random.Random(20)
    while True:
        output = " ".join(generator.sample(sentences, generator.randint(2, 8)))
        yield {"instruction": generator.choice(known)["instruction"], "input": "", "output": output}


def text_of(size):
    out, total = [], 0
    for row in rows():
        line = json.dumps(row, ensure_ascii=False)
        out.append(line)
        total += len(line.encode()) + 1
        if total >= size:
            return out


def percentile(times, share):
    return sorted(times)[min(len(times) - 1, int(len(times) * share))]


def resident(pid):
    for line in open(f"/proc/{pid}/status"):
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024


def start_times(count=20):
    times, idle = [], 0
    for _ in range(count):
        with LanguageServer() as server:
            server.initialize()
            times.append(server.initialized - server.started)
            if not idle:
                time.sleep(0.5)
                idle = resident(server.process.pid)
            server.bye()
    return times, idle


def opening(server, text, encoded):
    """First diagnostics, all read, and how long others waited meanwhile."""
    begin = time.perf_counter()
    server.send_bytes(encoded)
    written = time.perf_counter()
    first = None
    waits = []
    while True:
        asked = time.perf_counter()
        summary = server.call("workspace/executeCommand",
                              {"command": "thresher.summary", "arguments": [URI]}, timeout=120)
        waits.append(time.perf_counter() - asked)
        if summary["pending"] == 0:
            break
        time.sleep(0.01)
    done = time.perf_counter()
    last = server.diagnostics(URI, 1)[0]
    first = next(when for when, params in server.published if params["uri"] == URI)
    return first - begin, max(last, done) - begin, waits[0], max(waits[1:], default=0)


class Typist:
    """Types letters into the texts of records, and takes them out again."""

    def __init__(self, server, lines, seed=1):
        self.server, self.lines, self.version = server, lines, 1
        self.random = random.Random(seed)

    def key(self):
        """One key; the version it makes, and when it was written."""
        if getattr(self, "left", 0) == 0:
            self.line = self.random.randrange(len(self.lines))
            at = self.lines[self.line].index('"output": "') + len('"output": "')
            self.column, self.left, self.typed = at, self.random.randint(5, 30), 0
        self.left -= 1
        self.version += 1
        before = time.perf_counter()
        if self.typed and self.random.random() < 0.2:
            self.typed -= 1
            self.column -= 1
            change = ((self.line, self.column), (self.line, self.column + 1), "")
        else:
            change = ((self.line, self.column), (self.line, self.column),
                      self.random.choice("abcdefgh  "))
            self.column += 1
            self.typed += 1
        self.server.change(URI, self.version, change)
        return self.version, before


def keystrokes(server, typist, count):
    times = []
    for _ in range(count):
        version, before = typist.key()
        when, _ = server.diagnostics(URI, version)
        times.append(when - before)
    return times


def typing(server, typist, seconds):
    """20 keys a second whatever comes back: the worst delay of a published version, and how many of
    the published versions were not the newest that was sent."""
    server.published.clear()
    sent = []
    begin = time.perf_counter()
    for number in range(20 * seconds):
        due = begin + number / 20
        time.sleep(max(0, due - time.perf_counter()))
        sent.append(typist.key())
    server.diagnostics(URI, typist.version)
    written = dict(sent)
    delays, stale, seen = [], 0, 0
    for when, params in server.published:
        version = params["version"]
        delays.append(when - written[version])
        newer = [v for v, at in sent if v > version and at < when - 0.02]
        stale += bool(newer)
        assert version >= seen, "diagnostics of an older version after those of a newer one"
        seen = version
    return delays, stale


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--save", action="store_true")
    options = parser.parse_args()
    if not DATA.exists():
        print("no data folder\n0 passed, 0 failed, 1 skipped")
        return
    table, results = [f"{machine()}", "", "| what | asked | got |", "|---|---|---|"], []

    def note(what, asked, got, unit, passes):
        table.append(f"| {what} | {asked} | {got} {unit} |")
        print(table[-1], flush=True)
        results.append(passes)

    times, idle = start_times()
    note("start to `initialize` answered, p50 of 20", "≤ 20 ms",
         f"{1e3 * statistics.median(times):.1f}", f"ms (worst {1e3 * max(times):.1f})",
         statistics.median(times) <= 0.020)
    note("resident, idle", "≤ 40 MB", f"{idle:.0f}", "MB", idle <= 40)
    for size, limit in [(1, 10), (10, 20), (100, 50)]:
        if options.quick and size == 100:
            continue
        rows_of_file = text_of(size * MB)
        message = json.dumps({"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": {
            "textDocument": {"uri": URI, "languageId": "jsonl", "version": 1,
                             "text": "\n".join(rows_of_file) + "\n"}}}, ensure_ascii=False).encode()
        with LanguageServer() as server:
            server.initialize()
            first, done, swallowed, waited = opening(server, rows_of_file, message)
            progress = len(server.progress)
            note(f"open {size} MB ({len(rows_of_file):,} records): first diagnostics",
                 "≤ 1.5 s" if size == 10 else "", f"{first:.2f}",
                 f"s; all read after {done:.2f} s; {progress} steps of progress; a request sent with "
                 f"it waited {1e3 * swallowed:.0f} ms, later ones up to {1e3 * waited:.0f} ms",
                 size != 10 or (first <= 1.5 and progress > 0))
            typist = Typist(server, rows_of_file)
            keystrokes(server, typist, 50)
            times = keystrokes(server, typist, 300 if options.quick else 1000)
            p99 = 1e3 * percentile(times, 0.99)
            note(f"keystroke to diagnostics, {size} MB: p99", f"≤ {limit} ms", f"{p99:.1f}",
                 f"ms (p50 {1e3 * statistics.median(times):.1f}, worst {1e3 * max(times):.1f})",
                 p99 <= limit)
            seconds = 10 if options.quick else 60
            delays, stale = typing(server, typist, seconds)
            worst = 1e3 * max(delays)
            note(f"20 keys/s for {seconds} s, {size} MB", "no backlog", f"{stale}",
                 f"outdated versions published; {len(delays)} published, worst delay "
                 f"{worst:.0f} ms", stale == 0)
            note(f"resident with {size} MB open", "", f"{resident(server.process.pid):.0f}", "MB",
                 True)
            server.bye()
    if options.save:
        print("kept in", save("editor", "\n".join(table) + "\n"))
    print(f"{sum(results)} passed, {len(results) - sum(results)} failed")


if __name__ == "__main__":
    main()
