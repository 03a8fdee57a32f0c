#!/usr/bin/env python3
"""Streaming keep/drop on templated rows, through the socket, against the exact oracle."""
import json, sys

from support import TOOLFORMER, Daemon, Report, judged, lines, duplicates_alone

duplicates_alone()
report = Report("dedup_toolformer")
if not report.needs(TOOLFORMER):
    sys.exit(report.finish())

from oracle import decide, printed, rows_of, shingles, text_of

rows = lines(TOOLFORMER)
parsed = rows_of(rows)
sets = [shingles(text_of(row)) for row in parsed]
truth = decide(sets)
with Daemon() as daemon, daemon.connect() as client:
    verdicts = [json.loads(text) for text in judged(client, rows, 256, "toolformer")]

dropped = [not verdict["keep"] for verdict in verdicts]
hits = sum(match is not None and drop for match, drop in zip(truth, dropped))
wanted = sum(match is not None for match in truth)
precision, recall = hits / max(1, sum(dropped)), hits / wanted
f1 = 2 * precision * recall / max(precision + recall, 1e-9)
report.check("rows answered", len(rows), len(verdicts), len(verdicts) == len(rows))
report.tell("dropped: oracle, thresher", wanted, sum(dropped))
report.check("precision", ">= 0.999", f"{precision:.5f}", precision >= 0.999)
report.tell("recall", "", f"{recall:.5f}")
report.check("F1", ">= 0.995", f"{f1:.5f}", f1 >= 0.995)

# What a verdict names as the original must really be that near, and printed exactly so.
position = {row["id"]: number for number, row in enumerate(parsed)}
near = wrong = not_best = exact = 0
for number, verdict in enumerate(verdicts):
    duplicate = verdict["duplicate"]
    if duplicate is None:
        continue
    other = position[duplicate["of"]]
    common = len(sets[number] & sets[other])
    union = len(sets[number] | sets[other])
    if duplicate["kind"] == "exact":
        exact += 1
        wrong += common != union or duplicate["similarity"] != 1
        continue
    near += 1
    wrong += other >= number or not verdicts[other]["keep"] or common * 5 < union * 4
    wrong += duplicate["similarity"] != 10_000 * common // union / 10_000
    best = truth[number]
    not_best += best is not None and (best.of != other or duplicate["similarity"] != printed(best))
report.tell("exact, near verdicts", "", f"{exact}, {near}")
report.check("named originals or similarities that are wrong", 0, wrong, wrong == 0)
report.check("near verdicts not naming the closest", f"<= {near // 500}", not_best,
             not_best <= near // 500)
sys.exit(report.finish())
