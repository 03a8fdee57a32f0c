#!/usr/bin/env python3
"""Trimming: thresher-bench, one thread, MB/s of the answers that the trimmer reads.

  trimming.py [--rounds 40]

Rows in memory. Seconds are of processor time, so that other work on the machine counts as little as
it can: a run of many rounds less a run of one, the best of three. FLASK is the hardest of these
sets: every third answer has something to cut, and what was cut is looked at again.
"""
import argparse, json, os, pathlib, resource, subprocess, sys, tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Evaluation"))
from support import ROOT, lines
from trimming_sets import CLEAN, FLASK, OTHERS

BENCH = pathlib.Path(os.environ.get("THRESHER_BENCH") or ROOT / ".build/release/thresher-bench")
parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("--rounds", type=int, default=40)
options = parser.parse_args()


def seconds(file, rounds):
    """Processor time of a run, which also reads and prepares the rows."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    subprocess.run([BENCH, file, "--step", "trim", "--rounds", str(rounds)], check=True,
                   stdout=subprocess.DEVNULL)
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before


print(f"{'set':14} {'rows':>6} {'bytes/answer':>12} {'MB/s':>5}")
for name, file in {**CLEAN, **OTHERS, "FLASK": FLASK}.items():
    rows = [json.loads(line) for line in lines(file)[:20_000]]
    size = sum(len(row["output"].encode()) for row in rows)
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as out:
        for row in rows:
            json.dump({key: row[key] for key in ("instruction", "input", "output") if row.get(key)},
                      out, ensure_ascii=False)
            out.write("\n")
        out.flush()
        one = min(seconds(out.name, 1) for _ in range(3))
        many = min(seconds(out.name, 1 + options.rounds) for _ in range(3))
    print(f"{name:14} {len(rows):6} {size / len(rows):12.0f} "
          f"{size * options.rounds / (many - one) / 1e6:5.0f}", flush=True)
