#!/usr/bin/env python3
"""The longest turn of the daemon's loop while examples are admitted.

  turns.py [--examples 1000000] [--save NAME]

Unrelated rows of 100 shingles, batches of 256, `return: "decision"`. The daemon measures its turns itself
and says the longest in `server/status`, `loop.longestTurnMilliseconds`. Beside it stands the longest wait
for the answer to a small request on a second connection while batches are admitted: it holds for a
daemon that measures nothing, but contains queueing for the core and the client's own turns.
"""
import argparse, sys, threading, time

from harness import (
    NO_MINIMUM,
    BATCH, DAEMON_CORE, ArgumentDaemon, admit, blocks, machine, pin_client, progress, save,
    unrelated_rows)
from support import Report, request

parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
parser.add_argument("--examples", type=int, default=1_000_000)
parser.add_argument("--save", metavar="NAME", help="keep the table below results/")
options = parser.parse_args()
report = Report("turns")


class Prober(threading.Thread):
    """Asks for a list of corpora every few milliseconds while `isActive`, and keeps the waits."""

    def __init__(self, client):
        super().__init__(daemon=True)
        self.client, self.waits, self.isActive, self.isOver = client, [], False, False
        self.message = request(1, "corpus/list", {})

    def run(self):
        while not self.isOver:
            if self.isActive:
                started = time.perf_counter()
                self.client.stream.sendall(self.message)
                self.client.reader.readline()
                self.waits.append((time.perf_counter() - started) * 1_000)
            time.sleep(0.003)


def longest(client):
    """What the daemon has measured, in milliseconds; None where it does not."""
    return client.call("server/status").get("loop", {}).get("longestTurnMilliseconds")


where = machine()
print(where)
pin_client()
with ArgumentDaemon(DAEMON_CORE) as daemon, daemon.connect() as client, daemon.connect() as second:
    client.call("corpus/open", corpus="turns", settings=NO_MINIMUM)
    prober = Prober(second)
    prober.start()
    sent = 0
    for block in blocks(unrelated_rows(options.examples), 100 * BATCH):
        prober.isActive = True
        seconds, _ = admit(client, block, "turns")
        prober.isActive = False
        sent += len(block)
        if sent % (400 * BATCH) == 0:
            progress(f"{sent:,} admitted, {len(block) / seconds:,.0f} examples/s, longest turn "
                     f"{longest(client) or '?'} ms, longest wait {max(prober.waits):.1f} ms")
    prober.isOver = True
    prober.join()
    turn = longest(client)

if turn is None:
    print("turns: server/status has no loop.longestTurnMilliseconds yet")
    report.skipped += 1
else:
    report.tell(f"longest turn while {options.examples:,} are admitted", "<= 20 ms", f"{turn} ms",
                turn <= 20)
waits = sorted(prober.waits)
report.tell(f"a small request meanwhile: p50, p99, worst of {len(waits):,}", "",
            "%.1f ms, %.1f ms, %.1f ms" % (waits[len(waits) // 2], waits[len(waits) * 99 // 100],
                                           waits[-1]))
status = report.finish()
if options.save:
    lines = "\n".join(f"| {what} | {asked} | {got} |" for what, asked, got, _ in report.rows)
    print(save(options.save, f"# Turns of the loop\n\n`Tests/Benchmarks/turns.py --examples "
                             f"{options.examples}`\n{where}\n\n| what | asked | got |\n|---|---|---|\n"
                             f"{lines}\n"))
sys.exit(status)
