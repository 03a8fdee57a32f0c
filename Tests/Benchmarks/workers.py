#!/usr/bin/env python3
"""Examples a second with one worker and with two, on two cores, and whether the verdicts are the same.

  workers.py [--rounds 5] [--save NAME]

Neither daemon is pinned; the client, which only writes prepared bytes and keeps what it reads, shares the
cores with them. Rounds alternate between the two; the ratio is that of the medians.
"""
import argparse, statistics, sys, time

from harness import (
    BATCH, CORES, NO_MINIMUM, ArgumentDaemon, batches, machine, progress, save, serve_help)
from support import ALPACA, TOOLFORMER, Report, lines, verdict_texts

parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
parser.add_argument("--rounds", type=int, default=5)
parser.add_argument("--save", metavar="NAME", help="keep the table below results/")
options = parser.parse_args()

# set, how often a round streams it, detail
RUNS = [(TOOLFORMER, 6, "decision"), (TOOLFORMER, 3, "full"), (ALPACA, 1, "decision"), (ALPACA, 1, "full")]
report = Report("workers")


def skip(why):
    print(f"workers: skipped, {why}")
    report.skipped += 1
    sys.exit(report.finish())


def one_round(daemon, client, rows, times, detail, prefix):
    """Examples a second over fresh corpora, how many cores the daemon used, the answers of the last."""
    seconds, answers, processor = 0.0, [], daemon.cpuSeconds()
    for number in range(times):
        corpus = f"{prefix}.{number}"
        client.call(
            "corpus/open", corpus=corpus, settings=NO_MINIMUM if detail == "decision" else {})
        requests = batches(rows, BATCH, corpus, detail)
        started = time.perf_counter()
        answers = client.pipeline(requests)
        seconds += time.perf_counter() - started
        client.call("corpus/drop", corpus=corpus)
    return times * len(rows) / seconds, (daemon.cpuSeconds() - processor) / seconds, answers


if "--workers" not in serve_help():
    skip("`thresher serve --help` knows no --workers")
if len(CORES) < 2:
    skip("there is one core only")
where = machine()
print(where)
table = ["| rows | return | 1 worker | 2 workers | ratio | the daemon's cores busy |",
         "|---|---|---|---|---|---|"]
for name, times, detail in RUNS:
    if not report.needs(name):
        continue
    rows = lines(name)
    rates, busy, texts = {1: [], 2: []}, {1: [], 2: []}, {}
    with ArgumentDaemon(arguments=["--workers", "1"]) as one, one.connect() as first, \
            ArgumentDaemon(arguments=["--workers", "2"]) as two, two.connect() as second:
        for number in range(options.rounds):
            for workers, daemon, client in ((1, one, first), (2, two, second)):
                rate, cores, answers = one_round(daemon, client, rows, times, detail, f"r{number}")
                rates[workers].append(rate)
                busy[workers].append(cores)
                texts[workers] = verdict_texts(answers)
            progress(f"{name}, {detail}: {rates[1][-1]:,.0f} and {rates[2][-1]:,.0f} examples/s")
    one, two = (statistics.median(rates[workers]) for workers in (1, 2))
    cores = " and ".join(f"{statistics.median(busy[workers]):.2f}" for workers in (1, 2))
    short = name.split("/")[0]
    report.tell(f"{short}, {detail}: two against one, median of {options.rounds}", ">= 1.5",
                f"{two / one:.2f} ({one:,.0f} to {two:,.0f}/s; cores busy {cores})", two / one >= 1.5)
    differing = sum(a != b for a, b in zip(texts[1], texts[2])) + abs(len(texts[1]) - len(texts[2]))
    report.check(f"{short}, {detail}: verdicts that differ", 0, differing, differing == 0)
    table.append(f"| {short} | {detail} | {one:,.0f}/s | {two:,.0f}/s | {two / one:.2f} | {cores} |")
status = report.finish()
if options.save:
    print(save(options.save, "# Workers\n\n`Tests/Benchmarks/workers.py`, batches of "
                             f"{BATCH}, two cores for daemon and client together.\n{where}\n\n"
                             + "\n".join(table) + "\n"))
sys.exit(status)
