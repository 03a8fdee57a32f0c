#!/usr/bin/env python3
"""Examples a second end to end through the Unix socket, together with the fidelity of the verdicts.

  throughput.py [--save NAME]     NAME: also kept as results/<date>-NAME.md

Decisions are those on duplicates alone, without a minimum score; full verdicts are the default ones.

The daemon is pinned to one core, the client to another. Requests of 256 rows are prepared before the
clock starts; a thread writes them while the answers are read and kept unread. Each round streams the
set several times, into a fresh corpus each time, so that nothing is a replay. Median of five rounds.
"""
import datetime, json, os, pathlib, statistics, sys, time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "Evaluation"))
from harness import machine  # noqa: E402
from support import ALPACA, TOOLFORMER, Daemon, Report, batches, lines, verdict_texts

BATCH, ROUNDS = 256, 5
# set, how often a round streams it, detail, asked examples a second (0: a report)
RUNS = [
    (TOOLFORMER, 8, "decision", 30_000), (TOOLFORMER, 4, "full", 30_000),
    (ALPACA, 1, "decision", 0), (ALPACA, 1, "full", 30_000),
]


def prepared(client, rows, times, detail, prefix):
    """Requests that stream the rows so many times, into as many new corpora."""
    requests = []
    settings = {"score": {"minimum": None}} if detail == "decision" else {}
    for number in range(times):
        corpus = f"{prefix}.{number}"
        client.call("corpus/open", corpus=corpus, settings=settings)
        requests += batches(rows, BATCH, corpus, detail)
    return requests


def f1(rows, answers):
    """Fidelity of the first pass over the rows against the exact oracle."""
    from oracle import decide, rows_of, shingles, text_of

    truth = [match is not None for match in decide([shingles(text_of(r)) for r in rows_of(rows)])]
    passes = answers[:(len(rows) + BATCH - 1) // BATCH]
    found = [json.loads(text)["duplicate"] is not None for text in verdict_texts(passes)]
    hits = sum(a and b for a, b in zip(truth, found))
    return 2 * hits / max(1, sum(truth) + sum(found))


def measure(rows, times, detail):
    """Examples a second of each round, and the answers of the last."""
    rates, answers = [], []
    with Daemon(core=cores[0]) as daemon, daemon.connect() as client:
        for round_number in range(ROUNDS):
            requests = prepared(client, rows, times, detail, f"r{round_number}")
            started = time.perf_counter()
            answers = client.pipeline(requests)
            rates.append(times * len(rows) / (time.perf_counter() - started))
            for number in range(times):
                client.call("corpus/drop", corpus=f"r{round_number}.{number}")
        memory = daemon.residentBytes()
    return rates, answers, memory


cores = sorted(os.sched_getaffinity(0))
if len(cores) > 1:
    os.sched_setaffinity(0, {cores[1]})
report = Report("throughput")
where = machine()
print(where)
table = ["| rows | return | examples/s, median of 5 | least | most | F1 | asked |",
         "|---|---|---|---|---|---|---|"]
for name, times, detail, asked in RUNS:
    if not report.needs(name):
        continue
    rows = lines(name)
    rates, answers, memory = measure(rows, times, detail)
    median = statistics.median(rates)
    fidelity = f"{f1(rows, answers):.5f}" if name == TOOLFORMER else ""
    report.tell(f"{name}, {detail}", f">= {asked:,}/s" if asked else "",
                f"{median:,.0f}/s ({min(rates):,.0f} to {max(rates):,.0f})"
                + (f", F1 {fidelity}" if fidelity else ""), median >= asked)
    table.append(f"| {name.split('/')[0]} | {detail} | {median:,.0f} | {min(rates):,.0f} "
                 f"| {max(rates):,.0f} | {fidelity} | {asked or ''} |")
status = report.finish()
if "--save" in sys.argv[1:]:
    label = (sys.argv + ["throughput"])[sys.argv.index("--save") + 1]
    path = pathlib.Path(__file__).parent / "results" / f"{datetime.date.today()}-{label}.md"
    path.parent.mkdir(exist_ok=True)
    path.write_text(
        f"# Throughput through the Unix socket\n\n`Tests/Benchmarks/throughput.py`, batches of "
        f"{BATCH}, daemon and client pinned to a core each.\n{where}\n\n" + "\n".join(table) + "\n")
    print(path)
sys.exit(status)
