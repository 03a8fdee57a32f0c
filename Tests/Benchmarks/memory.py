#!/usr/bin/env python3
"""Resident memory an admitted example, and how long one waits with that many remembered.

  memory.py [--examples 1000000] [--rounds 20000] [--save NAME]

Rows of 102 distinct random words of a vocabulary of 50,000: 100 shingles each, unrelated, so that
everything is kept and every drop is a false duplicate. They are made and sent in blocks of 25,600; the
client holds one block. Then one request with one example is in flight at a time. The daemon has one
core, the client another.
"""
import argparse, itertools, statistics, sys, time

from harness import (
    NO_MINIMUM,
    BATCH, DAEMON_CORE, ArgumentDaemon, admit, blocks, machine, numbers_below, pin_client, progress,
    save, stats, unrelated_rows)
from support import Report, request

parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
parser.add_argument("--examples", type=int, default=1_000_000)
parser.add_argument("--rounds", type=int, default=20_000, help="single examples timed, each kind")
parser.add_argument("--save", metavar="NAME", help="keep the table below results/")
options = parser.parse_args()

CORPUS, BLOCK = "memory", 1_000
report = Report("memory")
where = machine()
print(where)
pin_client()


def round_trips(client, messages):
    """Microseconds of one request after the other, and how many were dropped."""
    times, dropped = [], 0
    for message in messages:
        started = time.perf_counter_ns()
        client.stream.sendall(message)
        answer = client.reader.readline()
        times.append((time.perf_counter_ns() - started) / 1_000)
        assert b'"result"' in answer, answer
        dropped += b'"keep":false' in answer
    return times, dropped


def single(method, rows):
    """Requests with one row each, prepared."""
    return [b'{"jsonrpc":"2.0","id":%d,"method":"examples/%s","params":{"corpus":"%s",'
            b'"return":"decision","examples":[%s]}}\n' % (number, method.encode(), CORPUS.encode(), row)
            for number, row in enumerate(rows)]


def quantile(times, percent):
    """Of all, and the median of blocks of 1,000: what other work on the machine spoils is a block."""
    def of(block):
        return sorted(block)[len(block) * percent // 100]
    return of(times), statistics.median(of(times[n:n + BLOCK]) for n in range(0, len(times), BLOCK))


rows = unrelated_rows(options.examples + 2 * (options.rounds + BLOCK))
with ArgumentDaemon(DAEMON_CORE) as daemon, daemon.connect() as client:
    client.call("corpus/open", corpus=CORPUS, settings=NO_MINIMUM)
    before, seconds, dropped, sent = daemon.residentBytes(), 0.0, 0, 0
    for block in blocks(itertools.islice(rows, options.examples), 100 * BATCH):
        took, drops = admit(client, block, CORPUS)
        seconds, dropped, sent = seconds + took, dropped + drops, sent + len(block)
        if sent % (400 * BATCH) == 0:
            growth = (daemon.residentBytes() - before) / sent
            progress(f"{sent:,} admitted, {growth:.0f} bytes an example, "
                     f"{len(block) / took:,.0f} examples/s")
    after, peak = daemon.residentBytes(), daemon.peakBytes()
    figures = dict(numbers_below(stats(client, CORPUS)))
    waits, singles_dropped = {"judge": [], "admit": [], "server/status, for comparison": []}, 0
    for number in range(options.rounds // BLOCK + 1):
        for name, times in waits.items():
            messages = ([request(n, "server/status", {}) for n in range(BLOCK)] if "/" in name
                        else single(name, itertools.islice(rows, BLOCK)))
            took, drops = round_trips(client, messages)
            singles_dropped += drops
            times += took if number else []  # The first block warms up.

kept = options.examples - dropped
each = (after - before) / kept
report.tell(f"RSS growth an example at {options.examples:,}", "<= 600 bytes", f"{each:.0f} bytes",
            each <= 600)
report.tell("peak RSS, an example", "", f"{(peak - before) / kept:.0f} bytes")
for name, value in figures.items():
    if "ytes" in name:
        report.tell(f"corpus/stats {name}, an example", "", f"{value / kept:.0f} bytes")
report.tell("corpus/stats candidates seen, compared", "",
            f"{figures.get('index.candidatesSeen', 0):,}, {figures.get('index.candidatesCompared', 0):,}")
report.tell("admitted in batches of 256", "", f"{options.examples / seconds:,.0f} examples/s")
for name, times in waits.items():
    (p50, median50), (p99, median99) = quantile(times, 50), quantile(times, 99)
    isAsked = "/" not in name
    report.tell(f"one at a time, {name}: p50, p99 of {len(times):,}",
                "<= 60 us, <= 200 us" if isAsked else "", f"{p50:.0f} us, {p99:.0f} us",
                not isAsked or (p50 <= 60 and p99 <= 200))
    report.tell(f"one at a time, {name}: p50, p99, medians of blocks of {BLOCK:,}; worst",
                "", f"{median50:.0f} us, {median99:.0f} us; {max(times):,.0f} us")
total = dropped + singles_dropped
report.check("false duplicates", 0, total, total == 0)
status = report.finish()
if options.save:
    lines = "\n".join(f"| {what} | {asked} | {got} |" for what, asked, got, _ in report.rows)
    print(save(options.save, f"# Memory and latency\n\n`Tests/Benchmarks/memory.py --examples "
                             f"{options.examples}`\n{where}\n\n| what | asked | got |\n|---|---|---|\n"
                             f"{lines}\n"))
sys.exit(status)
