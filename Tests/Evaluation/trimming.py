#!/usr/bin/env python3
"""What the trimmer gives back of clean rows in fluff, and what it does to clean rows as they are.

Clean rows (LIMA, Dolly, Alpaca; ends stripped; left out where the trimmer changes the clean row)
get a preamble before them, a postamble behind them, or both, drawn by weight from `fluff_observed`.
The trimmer must give back the clean row byte for byte. Three ways to put them together: a blank
line, a line end, or a space where running text meets running text (else a blank line).

A part of `fluff_observed` says something of its own: a summary ("Overall, …"), a reminder, the
answer itself ("Based on the table, …"), a refusal, a heading ("Here are some tips for …:"), a
quotation or number that no request has. The trimmer leaves these; the second figure leaves them out.

`trimming_clean_edits.tsv` and `trimming_flask_edits.tsv` hold edits read by eye, one a line: row,
kind, start, end, mark, the cut text's first 40 characters, why if wrong. This program checks that
those of FLASK marked right are still made, and prints what is new among the clean rows. They were
read by whoever wrote the rules, with FLASK at hand while writing them: take the share as such.

--quick     fewer rows
--misses    the phrases most often missed
--strict    a figure asked for and missed fails (exit status 1)
--sample N  print N random edits of flask_model_outputs as lines for the list, and nothing else
"""
import argparse, collections, csv, json, pathlib, random, re, sys

from support import CODE, CHINESE, Daemon, Report, lines, request

FLASK = "flask_model_outputs/rows.jsonl.gz"
CLEAN = {
    "LIMA": "lima_1000/rows.jsonl.gz", "Dolly": "dolly_chatgpt_kept_3k/rows.jsonl.gz",
    "Alpaca": "alpaca_52k/rows.jsonl.gz"}
OTHERS = {
    "Code Alpaca": CODE, "demo, English": "dpo_en_demo/alpaca_en_demo.jsonl.gz",
    "demo, Chinese": CHINESE}
FLUFF = [f"fluff_observed/{name}ambles.jsonl.gz" for name in ("pre", "post")]
HERE = pathlib.Path(__file__).parent
EDITS = HERE / "trimming_flask_edits.tsv"
CLEAN_EDITS = HERE / "trimming_clean_edits.tsv"
BATCH = 2_000

SAYS_SOMETHING = [
    re.compile(r"based on|according to|i'm sorry|i apologize|as an ai|yes,|here( is| are|'s)\b"
               r"|absolutely, \w|[^:]*[\"\d\[`*]|[A-Z][\w-]+ [\w-]+ (is|was|ate)\b", re.I),
    re.compile(r"(.*[.!?] )?(overall|in conclusion|remember|please note|please keep in mind)\b"
               r"|(.*[.!?] )?good luck|.*[\"\d*]|.*However", re.I)]

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
for flag in ("--quick", "--misses", "--strict"):
    parser.add_argument(flag, action="store_true")
parser.add_argument("--sample", type=int)
options = parser.parse_args()
generator = random.Random(5)
report = Report("trimming")


# --- Rows ---------------------------------------------------------------------------------------

def asked(row):
    return "\n".join(filter(None, (row["instruction"], row.get("input"))))


def clean(name):
    """Prompt and answer of the rows of a set, the answer's ends stripped."""
    rows = [json.loads(line) for line in lines(name)]
    rows = [(asked(row), row["output"].strip()) for row in rows]
    return [row for row in rows if row[1]]


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

def fluff(name):
    rows = [json.loads(line) for line in lines(name)]
    return [row["text"].strip() for row in rows], [row["n"] for row in rows]


def meets(before, after):
    """Whether running text meets running text, so that a space can stand between."""
    last = before.rsplit("\n", 1)[-1]
    return (before[-1] in ".!?" and after[0].isupper()
            and not re.match(r"\s*([-*+>|#]|\d+[.)]|```)", last))


def joined(before, after, way):
    return before + ({"line": "\n", "space": " "}.get(way, "\n\n")) + after


def wrapped(rows):
    """(prompt, text, clean answer, manner, phrases) for every row in three manners."""
    jobs = []
    for prompt, answer in rows:
        for manner in ("preamble", "postamble", "both"):
            text, ways, phrases = answer, [], []
            for side, (texts, weights) in enumerate(PHRASES):
                if manner == ("postamble", "preamble")[side]:
                    continue
                phrase = generator.choices(texts, weights)[0]
                pair = (phrase, text) if side == 0 else (text, phrase)
                ways.append(generator.choice(("blank line", "line", "space")))
                if ways[-1] == "space" and not meets(*pair):
                    ways[-1] = "blank line"
                text = joined(*pair, ways[-1])
                phrases.append((side, phrase))
            if len(ways) == 1:
                manner += ", " + ways[0]
            jobs.append((prompt, text, answer, manner, phrases))
    return jobs


def recover(client):
    counts = collections.defaultdict(lambda: [0, 0])
    missed = collections.Counter()
    for name, rows in rows_by_set.items():
        if options.quick or len(rows) > 3_000:
            rows = generator.sample(rows, min(len(rows), 300 if options.quick else 3_000))
        rows = [row for row, (edits, _) in zip(rows, trim(client, rows)) if not edits]
        jobs = wrapped(rows)
        for job, (_, got) in zip(jobs, trim(client, [job[:2] for job in jobs])):
            _, _, answer, manner, phrases = job
            good = got == answer
            is_empty = not any(SAYS_SOMETHING[side].match(phrase) for side, phrase in phrases)
            for key in ("", name, manner) + (("empty", "empty, " + manner) if is_empty else ()):
                counts[key][0] += good
                counts[key][1] += 1
            if not good and len(phrases) == 1:
                missed[phrases[0][1]] += 1
    good, whole = counts.pop("")
    tell("exact recovery, all phrases", ">= 0.90", share(good, whole), good >= 0.9 * whole)
    good, empty = counts.pop("empty")
    tell(f"exact recovery, phrases that say nothing ({share(empty, whole)} of all)", ">= 0.90",
         share(good, empty), good >= 0.9 * empty)
    for key, (good, whole) in sorted(counts.items()):
        report.tell(f"  {key} ({whole:,})", "", share(good, whole))
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
        most = 0 if name == "Code Alpaca" else 0.002 * len(rows)
        wanted = "0" if name == "Code Alpaca" else "<= 0.2 %"
        for what, count in (
                ("changed in any way", changed), ("changed, not read as right", harmed)):
            tell(f"{name}: rows {what}, of {len(rows):,}", wanted,
                 f"{count} ({100 * count / len(rows):.3f} %)", count <= most)


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
    gone = [key for key, is_right in known.items() if is_right and key not in made]
    report.check(f"FLASK: edits marked right and not made, of {right}", 0, len(gone), not gone)
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
    read_by_eye(client)
sys.exit(report.finish())
