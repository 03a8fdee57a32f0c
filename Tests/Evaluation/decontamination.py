#!/usr/bin/env python3
"""Items of evaluation sets that stand in training rows word for word are all found, and nothing else is.

    Tests/Evaluation/decontamination.py

References: 20,000 texts, the prompts and answers of other sets and made-up ones of 5 to 12 words.
Rows: 10,000 of Alpaca; into 1,000 of them an item of the references is planted, half of them short ones.
Every hit that is reported is looked at with the oracle's own tokens: it must be there, also where nobody
planted it. What references cost is the daemon's own time with them less that without, in one run.
"""
import json, os, random, sys

from oracle import shingles, text_of, tokens
from support import ALPACA, CODE, Daemon, Report, batches, duplicates_alone, lines, verdict_texts

ROWS, PLANTED, ITEMS, SHORT = 10_000, 1_000, 20_000, 4_000
SETS = ("dolly_chatgpt_kept_3k/rows.jsonl.gz", CODE, "gpteacher_toolformer_dedup/rows.jsonl.gz")

report = Report("decontamination")
if not report.needs(ALPACA, *SETS):
    sys.exit(report.finish())
duplicates_alone()
generator = random.Random(4)


def texts(row):
    """The texts of a row, in their order."""
    return [row[key] for key in ("instruction", "input", "output", "response") if row.get(key)]


rows = [json.loads(line) for line in lines(ALPACA)][:ROWS]
words = sorted({word for row in rows[:2_000] for word in row["output"].lower().split() if word.isalpha()})
items = [" ".join(generator.choices(words, k=generator.randint(5, 12))) for _ in range(SHORT)]
for name in SETS:
    for line in lines(name):
        items += texts(json.loads(line))
items = list(dict.fromkeys(items))[:ITEMS]
usable = [number for number, item in enumerate(items) if len(tokens(item)) >= 5]
short = [number for number in usable if len(tokens(items[number])) <= 12]

planted = {}
for place, number in enumerate(generator.sample(range(ROWS), PLANTED)):
    item = generator.choice(short if place % 2 else usable)
    before, after = rows[number]["output"], "That is all."
    rows[number] = dict(rows[number], output=f"{before}\n{items[item]}\n{after}")
    planted[number] = item
prepared = [
    json.dumps(dict(row, id=number), ensure_ascii=False).encode() for number, row in enumerate(rows)]


def occurs(item, row):
    """By the definition: all tokens in a row, or from 13 tokens on 4/5 of the shingles."""
    its, text = tokens(items[item]), tokens(text_of(row))
    if len(its) < 13:
        return any(text[start:start + len(its)] == its for start in range(len(text) - len(its) + 1))
    wanted = shingles(items[item])
    return 5 * len(wanted & shingles(text_of(row))) >= 4 * len(wanted)


def seconds(daemon):
    """Processor time of the daemon so far."""
    with open(f"/proc/{daemon.process.pid}/stat") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def judged(with_references):
    with Daemon() as daemon, daemon.connect() as client:
        if with_references:
            for start in range(0, len(items), 5_000):
                client.call("references/load", name="sets", examples=[
                    {"id": number, "text": items[number]}
                    for number in range(start, min(start + 5_000, len(items)))])
        before = seconds(daemon)
        verdicts = []
        for answer in client.pipeline(batches(prepared, 256, "default", "decision", "examples/judge")):
            verdicts += [json.loads(text) for text in verdict_texts([answer])]
        return verdicts, seconds(daemon) - before


plain, plain_seconds = judged(False)
verdicts, all_seconds = judged(True)
hits = {v["id"]: v["contamination"]["id"] for v in verdicts if "contamination" in v}
missed = [number for number in planted if number not in hits]
false = [number for number, item in hits.items() if not occurs(item, rows[number])]
report.check(f"planted items found, of {PLANTED:,}", PLANTED, PLANTED - len(missed), not missed)
report.check(f"of {len(hits):,} hits not there by the definition", 0, len(false), not false)
clean = [number for number in hits if number not in planted]
report.tell("hits where nobody planted one, all there", "", len(clean))
cost = (all_seconds - plain_seconds) / len(rows) * 1e6
report.tell(f"µs an example with {len(usable):,} texts loaded, processor time", "≤ 34",
            f"{cost:.1f}", cost <= 34)
sys.exit(report.finish())
