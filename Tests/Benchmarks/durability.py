#!/usr/bin/env python3
"""What a state costs: examples a second beside memory alone, bytes on disk, and the start.

  durability.py [--rounds 5] [--million 1000000] [--save NAME]

- Rate: the rows of Alpaca, decisions alone, batches of 256 in a pipeline, fresh corpora; rounds alternate
  between three daemons (memory, normal, full), and the ratio is that of the medians.
- Disk: rows of 100 shingles, all kept, and the same again under other names, all dropped; the size of the
  file after the end of the daemon, the names' own bytes taken off for the dropped ones.
- Start: a state of so many unrelated rows of 50 words; from the start of the process to the first answer
  that needs the corpus, and to the first that does not.
"""
import argparse, os, pathlib, shutil, statistics, sys, tempfile, time

from harness import (
    BATCH, CORES, NO_MINIMUM, ArgumentDaemon, admit, batches, blocks, machine, progress, row, save,
    unrelated_rows, vocabulary)
from support import ALPACA, Report, lines

parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
parser.add_argument("--rounds", type=int, default=5)
parser.add_argument("--million", type=int, default=1_000_000, help="rows of the large state; 0 leaves it out")
parser.add_argument("--save", metavar="NAME", help="keep the table below results/")
options = parser.parse_args()
report = Report("durability")
where = machine()
print(where)
table = ["| what | value |", "|---|---|"]
folder = pathlib.Path(tempfile.mkdtemp(prefix="thresher-durability-"))


def tell(what, wanted, text, ok):
    report.tell(what, wanted, text, ok)
    table.append(f"| {what} | {text} |")


def rates():
    rows = lines(ALPACA)
    kinds = {"memory": [], "normal": ["--durability", "normal"], "full": ["--durability", "full"]}
    rate = {kind: [] for kind in kinds}
    for number in range(options.rounds):
        for kind, arguments in kinds.items():
            state = folder / f"rate-{kind}-{number}"
            more = arguments + ["--state", str(state)] if arguments else []
            with ArgumentDaemon(arguments=more) as daemon, daemon.connect() as client:
                client.call("corpus/open", corpus="r", settings=NO_MINIMUM)
                requests = batches(rows, BATCH, "r", "decision")
                started = time.perf_counter()
                client.pipeline(requests)
                rate[kind].append(len(rows) / (time.perf_counter() - started))
            shutil.rmtree(state, ignore_errors=True)
        progress(", ".join(f"{kind} {values[-1]:,.0f}/s" for kind, values in rate.items()))
    middle = {kind: statistics.median(values) for kind, values in rate.items()}
    for kind in ("normal", "full"):
        ratio = middle[kind] / middle["memory"]
        wanted = ">= 0.7" if kind == "normal" else "-"
        tell(f"{kind} against memory, median of {options.rounds}", wanted,
             f"{ratio:.2f} ({middle[kind]:,.0f} of {middle['memory']:,.0f}/s)",
             kind == "full" or ratio >= 0.7)


def disk():
    count = 50_000
    words = vocabulary(50_000)
    kept = list(unrelated_rows(count, words=words))
    again = [b'{"id":%d,' % (count + number) + line.split(b",", 1)[1] for number, line in enumerate(kept)]
    state = folder / "disk"
    size = lambda: sum(path.stat().st_size for path in state.glob("*.sqlite*"))
    sizes = []
    for rows, dropped in (([], 0), (kept, 0), (again, count)):
        with ArgumentDaemon(arguments=["--state", str(state)]) as daemon, daemon.connect() as client:
            client.call("corpus/open", corpus="d", settings=NO_MINIMUM)
            assert admit(client, rows, "d")[1] == dropped if rows else True
        sizes.append(size())
    per_kept, per_dropped = (sizes[1] - sizes[0]) / count, (sizes[2] - sizes[1]) / count
    tell("bytes on disk a kept example of 100 shingles", "<= 700", f"{per_kept:.0f}", per_kept <= 700)
    # An integer of three bytes is stored as one of four at most.
    tell("bytes on disk a dropped example, its id aside", "<= 100", f"{per_dropped - 4:.0f}",
         per_dropped - 4 <= 100)


def start():
    count, state = options.million, folder / "million"
    words = vocabulary(50_000)
    with ArgumentDaemon(arguments=["--state", str(state)]) as daemon, daemon.connect() as client:
        client.call("corpus/open", corpus="m", settings=NO_MINIMUM)
        done = 0
        for block in blocks(unrelated_rows(count, words=words, length=52), 20_000):
            admit(client, block, "m")
            done += len(block)
            if done % 100_000 == 0:
                progress(f"{done:,} admitted")
    bytes_on_disk = sum(path.stat().st_size for path in state.glob("*.sqlite*"))
    loaded, answered = [], []
    for _ in range(3):
        started = time.perf_counter()
        with ArgumentDaemon(arguments=["--state", str(state)]) as daemon, daemon.connect() as client:
            client.call("corpus/list")
            answered.append(time.perf_counter() - started)
            assert client.call("corpus/open", corpus="m")["sequence"] == count
            loaded.append(time.perf_counter() - started)
            turn = client.call("server/status")["loop"]["longestTurnMilliseconds"]
        progress(f"start {answered[-1] * 1000:.0f} ms, loaded after {loaded[-1]:.2f} s")
    seconds = statistics.median(loaded)
    tell(f"start with {count:,} examples ({bytes_on_disk / count:.0f} bytes each) on {len(CORES)} cores",
         "<= 3 s", f"{seconds:.2f} s; other requests answered after "
         f"{statistics.median(answered) * 1000:.0f} ms, longest turn {turn} ms", seconds <= 3)


try:
    if options.rounds and report.needs(ALPACA):
        rates()
    disk()
    if options.million:
        start()
finally:
    shutil.rmtree(folder, ignore_errors=True)
status = report.finish()
if options.save:
    print(save(options.save, "# Durability\n\n`Tests/Benchmarks/durability.py`\n"
                             f"{where}\n\n" + "\n".join(table) + "\n"))
sys.exit(status)
