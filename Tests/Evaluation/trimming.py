#!/usr/bin/env python3
"""What the trimmer gives back of clean rows in fluff, and what it does to clean rows as they are.

Clean rows (LIMA, Dolly, Alpaca; ends stripped; left out where the trimmer changes the clean row)
get a preamble before them, a postamble behind them, or both, drawn by weight from `fluff_observed`.
The trimmer must give back the clean row byte for byte: `trimming_sets.py`.

Half of the phrases, by hash, are kept apart: the misses that `--misses` shows are of the other
half. The rules of 0.1 were written with all phrases at hand, so the half is truly apart for what
came later only. A third of the phrases say something of their own: a summary ("Overall, …"), a
reminder, an answer ("Based on the table, …"), a refusal. What is put around a row here comes from
another row, and these go where they are about something else than the request and the rest of the
answer. A summary of the answer itself stays, so this figure tells nothing about such.

Lists read by eye, by whoever wrote the rules, with FLASK at hand while writing them: take the
shares as such. `trimming_clean_edits.tsv` and `trimming_flask_edits.tsv` hold edits, one a line:
row, kind, start, end, mark, the cut text's first 40 characters, why if wrong. This program checks
that those of FLASK are the ones made, and prints what is new among the clean rows.
`trimming_hand_set.jsonl` holds answers that look like fluff and are none: nothing of them may go.

--quick     fewer rows
--misses    the phrases most often missed
--changed   the clean rows that are changed, with what is cut
--strict    a figure asked for and missed fails (exit status 1)
--sample N  print N random edits of flask_model_outputs as lines for the list, and nothing else
"""
import argparse, collections, csv, json, pathlib, random, re, sys

from support import Daemon, Report, lines, request
from trimming_sets import (
    CLEAN, FLASK, FLUFF, OTHERS, by_two_patterns, clean, fluff, is_kept_apart, sample,
    says_nothing, wrapped)

HERE = pathlib.Path(__file__).parent
EDITS = HERE / "trimming_flask_edits.tsv"
CLEAN_EDITS = HERE / "trimming_clean_edits.tsv"
HAND_SET = HERE / "trimming_hand_set.jsonl"
BATCH = 2_000

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
for flag in ("--quick", "--misses", "--changed", "--strict"):
    parser.add_argument(flag, action="store_true")
parser.add_argument("--sample", type=int)
options = parser.parse_args()
generator = random.Random(5)
report = Report("trimming")


# --- The trimmer ------------------------------------------------------------------------------

def trim(client, rows):
    """Edits and trimmed answer of each row; edits as (kind, start, end)."""
    results = []
    for start in range(0, len(rows), BATCH):
        part = rows[start:start + BATCH]
        answers = client.pipeline([
            request(number, "text/trim", {"example": {"instruction": prompt, "output": answer}})
            for number, (prompt, answer) in enumerate(part)])
        for (_, answer), line in zip(part, answers):
            result = json.loads(line)["result"]
            edits = [(edit["kind"], edit["start"], edit["end"]) for edit in result["edits"]
                     if edit["field"] == "/output"]
            whole = result.get("trimmed") or {"output": answer}
            results.append((edits, whole["output"]))
    return results


def applied(edits, answer):
    data, kept, rest = answer.encode(), 0, b""
    for _, start, end in edits:
        rest += data[kept:start]
        kept = end
    return (rest + data[kept:]).decode()


def share(part, whole):
    return f"{part / whole:.3f}" if whole else "-"


# --- Fluff put around clean rows ----------------------------------------------------------------

def kinds(name, manner, phrases):
    """The figures that a row with these phrases counts for."""
    names = ["", name, manner]
    if all(says_nothing(*phrase) for phrase in phrases):
        names.append("empty")
    apart = {is_kept_apart(phrase) for _, phrase in phrases}
    return names + [name + suffix for name in ("", "empty") if name in names
                    for suffix in ([" kept apart"] if apart == {True} else [])]


def recover(client):
    counts = collections.defaultdict(lambda: [0, 0])
    missed = collections.Counter()
    by_regex = 0
    for name, rows in rows_by_set.items():
        rows = sample(rows, 300 if options.quick else 3_000, generator)
        rows = [row for row, (edits, _) in zip(rows, trim(client, rows)) if not edits]
        jobs = wrapped(rows, PHRASES, generator)
        for job, (_, got) in zip(jobs, trim(client, [job[:2] for job in jobs])):
            _, text, answer, manner, phrases = job
            good = got == answer
            by_regex += by_two_patterns(text) == answer
            for kind in kinds(name, manner, phrases):
                counts[kind][0] += good
                counts[kind][1] += 1
            if not good and len(phrases) == 1 and not is_kept_apart(phrases[0][1]):
                missed[phrases[0][1]] += 1
    whole = counts[""][1]
    for key, what in (
            ("", "exact recovery"), (" kept apart", "exact recovery, phrases kept apart"),
            ("empty", "exact recovery, phrases that say nothing of their own"),
            ("empty kept apart", "the same, kept apart")):
        good, count = counts.pop(key)
        tell(f"{what} ({count:,})", ">= 0.90", share(good, count), good >= 0.9 * count)
    report.tell("exact recovery by two regular expressions", "", share(by_regex, whole))
    for key, (good, count) in sorted(counts.items()):
        report.tell(f"  {key} ({count:,})", "", share(good, count))
    if options.misses:
        for phrase, count in missed.most_common(60):
            print(f"{count:5}  {phrase[:110]}")


# --- Rows as they are ---------------------------------------------------------------------------

def tell(what, wanted, got, met):
    """A figure that fails only when asked to be strict."""
    (report.check if options.strict else report.tell)(what, wanted, got, met)


def expect_sound(name, client, rows, results):
    """Edits reproduce the trimmed text; trimming that changes nothing more."""
    wrong = sum(applied(edits, answer) != got for (_, answer), (edits, got) in zip(rows, results))
    report.check(f"{name}: rows that edits do not reproduce", 0, wrong, not wrong)
    again = [(prompt, got) for (prompt, _), (edits, got) in zip(rows, results) if edits]
    wrong = sum(bool(edits) for edits, _ in trim(client, again))
    report.check(f"{name}: rows cut again, of {len(again):,}", 0, wrong, not wrong)


def marks(path):
    """The edits read by eye: {(row, kind, start, end): is right}."""
    with open(path, newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return {(row["row"], row["kind"], int(row["start"]), int(row["end"])): row["mark"] == "right"
            for row in rows}


def line(key, kind, start, end, answer):
    """An edit as a line of a list, its mark left to be written."""
    cut = answer.encode()[start:end].decode()
    shown = re.sub(r"\s+", " ", cut).strip()[:40]
    return "\t".join((key, kind, str(start), str(end), "", shown, ""))


def leave_alone(client):
    known = marks(CLEAN_EDITS)
    for name, rows in {**rows_by_set, **{n: clean(f) for n, f in OTHERS.items()}}.items():
        results = trim(client, rows)
        expect_sound(name, client, rows, results)
        changed = harmed = 0
        for number, ((_, answer), (edits, _)) in enumerate(zip(rows, results)):
            if not edits:
                continue
            changed += 1
            keys = [(f"{name}:{number}",) + edit for edit in edits]
            harmed += not all(known.get(key) for key in keys)
            for key in keys:
                if key not in known:
                    print("not read yet:", line(*key, answer))
            if options.changed:
                print(f"{name}:{number}", *(
                    f"<{kind}> {answer.encode()[start:end].decode().strip()}"
                    for kind, start, end in edits), sep="\n    ")
        most = 0 if name == "Code Alpaca" else 0.002 * len(rows)
        wanted = "0" if name == "Code Alpaca" else "<= 0.2 %"
        for what, count in (
                ("changed in any way", changed), ("changed, not read as right", harmed)):
            tell(f"{name}: rows {what}, of {len(rows):,}", wanted,
                 f"{count} ({100 * count / len(rows):.3f} %)", count <= most)


def leave_by_hand(client):
    with open(HAND_SET) as file:
        cases = [json.loads(line) for line in file]
    rows = [(case["instruction"], case["output"]) for case in cases]
    wrong = [case["what"] for case, (edits, _) in zip(cases, trim(client, rows)) if edits]
    report.check(f"hand-written rows changed, of {len(rows)}", 0, len(wrong), not wrong)
    for what in wrong:
        print("changed:", what)


def flask_edits(client):
    rows = [json.loads(row) for row in lines(FLASK)]
    pairs = [(row["instruction"], row["output"]) for row in rows]
    results = trim(client, pairs)
    return [(row["id"].removeprefix("flask:"),) + edit + (row["output"],)
            for row, (edits, _) in zip(rows, results) for edit in edits], pairs, results


def read_by_eye(client):
    edits, pairs, results = flask_edits(client)
    expect_sound("FLASK", client, pairs, results)
    made = {edit[:4] for edit in edits}
    known = marks(EDITS)
    right = sum(known.values())
    tell(f"FLASK: edits right by eye, of {len(known)}", ">= 0.97", share(right, len(known)),
         right >= 0.97 * len(known))
    gone = [key for key in known if key not in made]
    report.check(f"FLASK: edits of the list not made, of {len(known)}", 0, len(gone), not gone)
    for key in gone[:5]:
        print("not made:", *key)


if not report.needs(FLASK, *CLEAN.values(), *OTHERS.values(), *FLUFF):
    sys.exit(report.finish())
PHRASES = [fluff(name) for name in FLUFF]
with Daemon() as daemon, daemon.connect() as client:
    if options.sample:
        edits, _, _ = flask_edits(client)
        for key, kind, start, end, answer in generator.sample(edits, options.sample):
            print(line(key, kind, start, end, answer))
        sys.exit()
    rows_by_set = {name: clean(file) for name, file in CLEAN.items()}
    recover(client)
    leave_alone(client)
    leave_by_hand(client)
    read_by_eye(client)
sys.exit(report.finish())
