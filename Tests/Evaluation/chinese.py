#!/usr/bin/env python3
"""Chinese rows: a copy with one character changed is found, distinct rows are kept."""
import json, sys

from support import CHINESE, Daemon, Report, judged, lines, duplicates_alone

LONG = 60  # Tokens from which a copy is made: there, one character can change at most 3 shingles.

duplicates_alone()
report = Report("chinese")
if not report.needs(CHINESE):
    sys.exit(report.finish())

from oracle import decide, printed, rows_of, shingles, text_of, tokens


def changed(row):
    """The row with the Han character nearest to the middle of its output replaced by another."""
    text = row["output"]
    places = [place for place, c in enumerate(text) if "\u4e00" <= c <= "\u9fff"]
    if not places:
        return None
    place = min(places, key=lambda place: abs(place - len(text) // 2))
    other = "龘" if text[place] != "龘" else "靐"
    return {**row, "output": text[:place] + other + text[place + 1:]}


rows = rows_of(lines(CHINESE))
copies = {}
stream = list(rows)
for number, row in enumerate(rows):
    copy = changed(row) if len(tokens(text_of(row))) >= LONG else None
    if copy is not None:
        copies[len(stream)] = number
        stream.append(copy)
sets = [shingles(text_of(row)) for row in stream]
truth = decide(sets)
prepared = [json.dumps({"id": number, **row}, ensure_ascii=False).encode()
            for number, row in enumerate(stream)]
with Daemon() as daemon, daemon.connect() as client:
    verdicts = [json.loads(text) for text in judged(client, prepared, 256, "zh")]


def is_as_said(number):
    """Kept where the oracle keeps; else the same original at the same similarity."""
    match, duplicate = truth[number], verdicts[number]["duplicate"]
    if match is None or duplicate is None:
        return match is None and duplicate is None
    return duplicate["of"] == match.of and duplicate["similarity"] == printed(match)


expected = [number for number in copies if truth[number] is not None]
found = sum(verdicts[number]["reasons"] == ["near_duplicate"] for number in expected)
named = sum(is_as_said(number) for number in expected)
report.tell("rows, copies with one character changed", "", f"{len(rows)}, {len(copies)}")
report.check("copies of Jaccard >= 0.8 found", len(expected), found, found == len(expected))
report.check("... with the right original and similarity", len(expected), named,
             named == len(expected))
distinct = [number for number in range(len(rows)) if truth[number] is None]
kept = sum(verdicts[number]["duplicate"] is None for number in distinct)
report.check("distinct rows not called duplicates", len(distinct), kept, kept == len(distinct))
same = sum(is_as_said(number) for number in range(len(rows)))
report.check("rows of the set as the oracle says", len(rows), same, same == len(rows))
sys.exit(report.finish())
