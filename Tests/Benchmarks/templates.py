#!/usr/bin/env python3
"""Near-template rows against unrelated rows of the same length: the time an example, and its growth.

  templates.py [--examples 100000] [--templates 1] [--limit 120] [--save NAME]

A near-template row is one text of 102 fixed words in which 5 to 7 of 11 places, 9 words apart, hold random
words. Each such word touches 3 of the 100 shingles, and two rows differ in 5 to 11 places, so that any
two have a Jaccard similarity of 85/115 to 67/133, 0.74 to 0.50: never a duplicate, often a candidate.
The range is verified on a sample with the exact oracle.

Both kinds go through the socket in blocks of 10,000, in turns, each into a corpus of its own. After
`--limit` seconds spent on one kind, that kind ends: its figures are of what it reached. With
`--templates N` the rows are of N templates in turn.
"""
import argparse, random, sys

from harness import (
    NO_MINIMUM,
    DAEMON_CORE, ArgumentDaemon, admit, blocks, machine, numbers_below, pin_client, progress, row,
    save, stats, unrelated_rows, vocabulary)
from support import Report

parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
parser.add_argument("--examples", type=int, default=100_000)
parser.add_argument("--templates", type=int, default=1)
parser.add_argument("--limit", type=float, default=120, help="seconds for each kind (120)")
parser.add_argument("--save", metavar="NAME", help="keep the table below results/")
options = parser.parse_args()

BLOCK, LENGTH, SAMPLE = 10_000, 102, 300
PLACES = range(6, LENGTH - 5, 9)
words = vocabulary(50_000)


def template_rows(count):
    rng = random.Random(2)
    templates = [rng.sample(words, LENGTH) for _ in range(options.templates)]
    for number in range(count):
        own = list(templates[number % len(templates)])
        for place in rng.sample(PLACES, rng.randint(5, 7)):
            own[place] = rng.choice(words)
        yield row(number, own)


def similarity_range(rows):
    """The least and the highest Jaccard similarity of all pairs of a sample of one template."""
    from itertools import combinations
    import json

    from oracle import shingles, text_of

    sets = [shingles(text_of(json.loads(row))) for row in rows]
    found = [len(a & b) / len(a | b) for a, b in combinations(sets, 2)]
    return min(found), max(found)


class Kind:
    """One kind of rows, how long its blocks took, and what was dropped."""

    def __init__(self, name, rows):
        self.name, self.blocks = name, blocks(rows, BLOCK)
        self.seconds, self.counts, self.dropped, self.isOver = [], [], 0, False

    def step(self, client):
        block = None if self.isOver else next(self.blocks, None)
        if block is None or sum(self.seconds) > options.limit:
            self.isOver = True
            return
        seconds, dropped = admit(client, block, self.name)
        self.seconds.append(seconds)
        self.counts.append(len(block))
        self.dropped += dropped
        progress(f"{self.name}: {sum(self.counts):,} rows, {self.micros(-1):.1f} us an example")

    def micros(self, block):
        return self.seconds[block] / self.counts[block] * 1e6

    def mean(self, upTo):
        return sum(self.seconds[:upTo]) / sum(self.counts[:upTo]) * 1e6


report = Report("templates")
where = machine()
print(where)
pin_client()
try:
    sample = list(template_rows(SAMPLE * options.templates))[::options.templates]
    low, high = similarity_range(sample)
    report.check(f"Jaccard of {SAMPLE * (SAMPLE - 1) // 2:,} pairs of one template", "0.5 to 0.75",
                 f"{low:.3f} to {high:.3f}", 0.5 <= low and high <= 0.75)
except ImportError:
    print("templates: the package regex is not here, the range of similarities is not verified")
    report.skipped += 1
kinds = [Kind("templates", template_rows(options.examples)),
         Kind("unrelated", unrelated_rows(options.examples, words=words))]
with ArgumentDaemon(DAEMON_CORE) as daemon, daemon.connect() as client:
    for kind in kinds:
        client.call("corpus/open", corpus=kind.name, settings=NO_MINIMUM)
    while not all(kind.isOver for kind in kinds):
        for kind in kinds:
            kind.step(client)
    figures = {kind.name: dict(numbers_below(stats(client, kind.name))) for kind in kinds}

templates, unrelated = kinds
common = min(len(kind.seconds) for kind in kinds)
reached = sum(templates.counts)
ratio = templates.mean(common) / unrelated.mean(common)
report.tell(f"us an example, the first {sum(templates.counts[:common]):,} of each",
            "", f"{templates.mean(common):.1f} templates, {unrelated.mean(common):.1f} unrelated")
report.tell("times slower than unrelated rows", "<= 3", f"{ratio:.2f}",
            ratio <= 3 and reached == options.examples)
if reached < options.examples:
    report.tell("rows within the limit", f"{options.examples:,}", f"{reached:,}", False)
for kind in kinds:
    if len(kind.seconds) >= 3:
        growth = kind.micros(-1) / kind.micros(1)
        report.tell(f"{kind.name}: the last {kind.counts[-1]:,} against rows 10,000 to 20,000", "",
                    f"{kind.micros(-1):.1f} us / {kind.micros(1):.1f} us = {growth:.2f}")
    found, count = figures[kind.name], sum(kind.counts)
    report.tell(f"{kind.name}: candidates seen, compared, an example", "",
                f"{found.get('index.candidatesSeen', 0) / count:,.1f}, "
                f"{found.get('index.candidatesCompared', 0) / count:,.2f}")
    for name in found:
        if name.startswith("index.") and name.split(".")[-1] not in (
                "bytes", "buckets", "candidatesSeen", "candidatesCompared"):
            report.tell(f"{kind.name}: corpus/stats {name}", "", f"{found[name]:,}")
    report.check(f"{kind.name}: dropped", 0, kind.dropped, kind.dropped == 0)
status = report.finish()
if options.save:
    lines = "\n".join(f"| {what} | {asked} | {got} |" for what, asked, got, _ in report.rows)
    print(save(options.save, f"# Near-template rows\n\n`Tests/Benchmarks/templates.py --examples "
                             f"{options.examples} --templates {options.templates}`\n{where}\n\n"
                             f"| what | asked | got |\n|---|---|---|\n{lines}\n"))
sys.exit(status)
