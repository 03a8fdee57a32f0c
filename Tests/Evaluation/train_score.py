#!/usr/bin/env python3
"""`thresher train score` on one half of alpaca_rated for each label, measured on the other half."""
import json, pathlib, subprocess, sys, tempfile, time

import quality_sets as sets
from support import Report, binary

ALPACA = "alpaca_rated/alpaca_unselected.jsonl.gz"
ASKED = {"helpful_ge45": 0.79, "claude_ge45": 0.65, "cherry_ifd_top5": 0.91}

report = Report("train_score")
if not report.needs(ALPACA):
    sys.exit(report.finish())
rows = sets.rows(ALPACA)
with tempfile.TemporaryDirectory() as folder:
    folder = pathlib.Path(folder)
    def written(name, chosen):
        path = folder / name
        path.write_text("".join(json.dumps(sets.example(row)) + "\n" for row in chosen))
        return path
    for label, asked in ASKED.items():
        good = written("good", [row for row in rows[::2] if row[label]])
        bad = written("bad", [row for row in rows[::2] if not row[label]])
        held = written("held", rows[1::2])
        started = time.monotonic()
        for name in ("model", "again"):
            subprocess.run([binary(), "train", "score", "--good", good, "--bad", bad,
                            "-o", folder / name, "--quiet"], check=True)
        seconds = (time.monotonic() - started) / 2
        same = (folder / "model").read_bytes() == (folder / "again").read_bytes()
        subprocess.run([binary(), "filter", held, "--score-model", folder / "model",
                        "--minimum-score", "none", "--verdicts", folder / "verdicts",
                        "-o", "/dev/null", "--quiet"], check=True)
        scores = [json.loads(line)["score"] for line in (folder / "verdicts").read_text().splitlines()]
        known = [(score, row[label]) for score, row in zip(scores, rows[1::2]) if score is not None]
        auc = sets.auc([score for score, is_good in known if is_good],
                       [score for score, is_good in known if not is_good])
        report.tell(f"AUC of {label} on the other half", f">= {asked}", f"{auc:.3f}", auc >= asked)
        report.tell("  training", "<= 5 s", f"{seconds:.1f} s", seconds <= 5)
        report.check("  the same model twice", "yes", "yes" if same else "no", same)
    # What calibrate finds keeps what it says.
    for keep in (0.1, 0.3, 0.7):
        done = subprocess.run([binary(), "calibrate", held, "--keep", str(keep), "--quiet"],
                              check=True, capture_output=True, text=True)
        summary = folder / "summary"
        subprocess.run([binary(), "filter", held, "--minimum-score", done.stdout.strip(),
                        "-o", "/dev/null", "--summary", summary, "--quiet"], check=True)
        told = json.loads(summary.read_text())
        left = told["read"] - sum(count for reason, count in told["reasons"].items()
                                  if reason in ("exact_duplicate", "near_duplicate", "empty"))
        share = told["kept"] / left
        report.check(f"calibrate --keep {keep}: minimum {done.stdout.strip()} keeps", f"{keep} ± 0.02",
                     f"{share:.3f}", abs(share - keep) <= 0.02)
sys.exit(report.finish())
