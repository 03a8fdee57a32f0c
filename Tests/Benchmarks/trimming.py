#!/usr/bin/env python3
"""Trimming: thresher-bench, one thread, MB/s of the answers that the trimmer reads.

  trimming.py [--rounds 9]

Rows in memory, the best and the median of the rounds: other work on the machine makes the median
worse, not the best. FLASK is the hardest of these sets: every third answer has something to cut,
and what was cut is looked at again.
"""
import argparse, gzip, json, os, pathlib, subprocess, sys, tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Evaluation"))
from support import ROOT, lines
from trimming_sets import CLEAN, FLASK, OTHERS

BENCH = pathlib.Path(os.environ.get("THRESHER_BENCH") or ROOT / ".build/release/thresher-bench")
parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("--rounds", type=int, default=9)
options = parser.parse_args()

print(f"{'set':14} {'rows':>6} {'bytes/answer':>12} {'MB/s, best':>10} {'MB/s, median':>12}")
for name, file in {**CLEAN, **OTHERS, "FLASK": FLASK}.items():
    rows = [json.loads(line) for line in lines(file)[:20_000]]
    size = sum(len(row["output"].encode()) for row in rows)
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as out:
        for row in rows:
            json.dump({key: row[key] for key in ("instruction", "input", "output") if row.get(key)},
                      out, ensure_ascii=False)
            out.write("\n")
        out.flush()
        rates = []
        for _ in range(options.rounds):
            shown = subprocess.run(
                [BENCH, out.name, "--step", "trim", "--rounds", "3"], check=True,
                capture_output=True, text=True).stdout.splitlines()[-1].split()
            rates.append(float(shown[1]) * size / len(rows) / 1e6)
    rates.sort()
    print(f"{name:14} {len(rows):6} {size / len(rows):12.0f} {rates[-1]:10.0f} "
          f"{rates[len(rates) // 2]:12.0f}", flush=True)
