#!/usr/bin/env python3
"""Many clients at once.

    THRESHER_BIN=… Tests/Evaluation/crowd.py [SECONDS]      (10; the figure of the README is of 300)

- 64 clients admit the same 10,000 examples at once, into a corpus with a file: each example is admitted
  once, and all clients are told the same.
- 1,000 connections, of which 10 never read: latencies of the others with and without these 10, the memory
  they cost, and whether they are cut, with a reason in the log, after the time that is set (60 s; in runs
  shorter than 150 s a third of the run).
"""

import json
import resource
import selectors
import shutil
import socket
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "Clients"))
from thresher_process import Thresher  # noqa: E402

CLIENTS, EXAMPLES = 64, 10_000
CONNECTIONS, DEAF = 1_000, 10
MEBI = 1 << 20


def request(number, examples, corpus="default"):
    return json.dumps({
        "jsonrpc": "2.0", "id": number, "method": "examples/admit",
        "params": {"corpus": corpus, "examples": examples, "return": "decision"},
    }).encode() + b"\n"


# --- The same examples from all sides -----------------------------------------------------------

def race(faults):
    folder = tempfile.mkdtemp(prefix="thresher-crowd-")
    lines = [
        request(at, [{"id": at + n, "text": f"number {at + n} of the examples in this race"}
                     for n in range(100)])
        for at in range(0, EXAMPLES, 100)]
    answers = [None] * CLIENTS

    def client(number, thresher):
        with thresher.connect() as connection:
            mine = []
            # Each begins somewhere else, so that they meet in the middle of requests.
            for step in range(len(lines)):
                connection.send(lines[(step + number) % len(lines)])
                for verdict in json.loads(connection.read_line())["result"]["verdicts"]:
                    was_replayed = verdict.pop("replayed", False)
                    mine.append((verdict["id"], was_replayed, json.dumps(verdict)))
            answers[number] = mine

    try:
        started = time.monotonic()
        with Thresher("--state", folder + "/state") as thresher:
            threads = [threading.Thread(target=client, args=(n, thresher)) for n in range(CLIENTS)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        seconds = time.monotonic() - started
        admitted, told = [0] * EXAMPLES, {}
        for mine in answers:
            for number, was_replayed, verdict in mine or []:
                admitted[number] += not was_replayed
                if told.setdefault(number, verdict) != verdict:
                    faults.append(f"two verdicts on {number}")
        if any(count != 1 for count in admitted):
            faults.append(f"{sum(count != 1 for count in admitted)} examples not admitted exactly once")
        print(f"{CLIENTS} clients, the same {EXAMPLES:,} examples: each admitted once; {seconds:.1f} s")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


# --- A thousand connections ---------------------------------------------------------------------

class Crowd:
    """Connections that ask one thing at a time, again and again; one thread for all."""

    def __init__(self, path, count):
        self.selector = selectors.DefaultSelector()
        self.latencies = []
        for _ in range(count):
            stream = socket.socket(socket.AF_UNIX)
            stream.connect(path)
            stream.setblocking(False)
            self.selector.register(stream, selectors.EVENT_READ, data=[0.0])
        self.number = 0

    def ask(self, stream, state):
        self.number += 1
        state[0] = time.monotonic()
        stream.send(request(self.number, [{"text": f"question {self.number} of the crowd"}]))

    def run(self, seconds, faults):
        """The latencies of that time, ascending."""
        self.latencies = []
        end = time.monotonic() + seconds
        streams = list(self.selector.get_map().values())
        turn = 0
        while time.monotonic() < end:
            # Some thousand questions a second, each connection in turn: a load that leaves room.
            for _ in range(20):
                key = streams[turn % len(streams)]
                turn += 1
                if key.data[0] == 0.0:
                    self.ask(key.fileobj, key.data)
            for key, _ in self.selector.select(timeout=0.005):
                answer = key.fileobj.recv(1 << 16)
                if not answer:
                    faults.append("a connection that reads was closed")
                    return sorted(self.latencies)
                if answer.endswith(b"\n"):
                    self.latencies.append(time.monotonic() - key.data[0])
                    key.data[0] = 0.0
        return sorted(self.latencies)


def deafen(path, count):
    """Connections that send requests with long answers and never read; as much as is taken."""
    streams = []
    line = b'{"jsonrpc":"2.0","id":1,"method":"corpus/list"}\n' * 1000
    for _ in range(count):
        stream = socket.socket(socket.AF_UNIX)
        stream.connect(path)
        stream.setblocking(False)
        streams.append(stream)
    stuck = 0
    while stuck < 20:
        stuck += 1
        for stream in streams:
            try:
                if stream.send(line):
                    stuck = 0
            except BlockingIOError:
                pass
        time.sleep(0.02)
    return streams


def resident(process):
    for line in open(f"/proc/{process.pid}/status"):
        if line.startswith("VmRSS"):
            return int(line.split()[1]) * 1024
    raise RuntimeError("no VmRSS")


def percentile(values, share):
    return values[min(len(values) - 1, int(len(values) * share))] if values else float("nan")


def thousand(seconds, faults):
    unread = 60 if seconds >= 150 else max(2, seconds // 3)
    # What a peer may have lying here: answers it has not taken, and requests before them.
    limit = (4 + 4) * MEBI  # `unsentBytes` and `requestBytesInFlight`
    with Thresher("--unread-timeout", str(unread)) as thresher:
        crowd = Crowd(thresher.socket_path, CONNECTIONS - DEAF)
        crowd.run(1, faults)
        before = crowd.run(seconds / 3, faults)
        memory = resident(thresher.process)
        deaf = deafen(thresher.socket_path, DEAF)
        grown = resident(thresher.process) - memory
        during = crowd.run(max(seconds * 2 / 3, unread + 3), faults)
        cut = thresher.log.count("leaves its answers unread")
        for stream in deaf:
            stream.close()
    ratio = percentile(during, 0.99) / percentile(before, 0.99)
    print(f"{CONNECTIONS:,} connections, {DEAF} of them deaf, {seconds} s: p99 of the others "
          f"{percentile(before, 0.99) * 1e3:.2f} ms without, {percentile(during, 0.99) * 1e3:.2f} ms with "
          f"({ratio:.2f} times; asked < 2); memory grew by {grown / MEBI:.1f} MiB (asked <= "
          f"{DEAF * limit // MEBI}); cut with a reason: {cut} of {DEAF} after {unread} s")
    if ratio >= 2:
        # A figure of time: told, and no fault of a short run on a busy machine.
        print("  the latency moved more than asked")
        if seconds >= 150:
            faults.append("latency")
    if grown > DEAF * limit:
        faults.append(f"memory grew by {grown} bytes")
    if cut != DEAF:
        faults.append(f"{cut} of {DEAF} were cut")


def main():
    seconds = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, 4_096)), hard))
    passed = failed = 0
    for part in (race, lambda faults: thousand(seconds, faults)):
        faults = []
        part(faults)
        for fault in faults[:10]:
            print(f"  {fault}")
        passed, failed = passed + (not faults), failed + bool(faults)
    print(f"{passed} passed, {failed} failed")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
