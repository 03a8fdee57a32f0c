#!/usr/bin/env python3
"""Every stream set through `thresher filter` and through the socket: the same verdicts, no error.

  stream_sets.py [--quick]      --quick takes the first 10,000 rows of Alpaca
"""
import collections, json, pathlib, subprocess, sys, tempfile

from support import ALPACA, CHINESE, CODE, TOOLFORMER, Daemon, Report, binary, judged, lines, named

# Sets whose rows have an `id` are named by it, the others by file and line.
SETS = [
    (ALPACA, True), ("lima_1000/rows.jsonl.gz", False),
    ("dolly_chatgpt_kept_3k/rows.jsonl.gz", False), (CODE, False), (TOOLFORMER, True),
    ("alpaca_libre_selfinstruct/v1.jsonl.gz", True),
    ("alpaca_libre_selfinstruct/v2.jsonl.gz", True),
    ("dpo_en_demo/rows.jsonl.gz", False), ("dpo_en_demo/alpaca_en_demo.jsonl.gz", False),
    (CHINESE, False),
]
QUICK_ROWS = 10_000


def filtered(rows, has_ids):
    """Verdict texts of the filter without their `source`, and its exit status."""
    with tempfile.TemporaryDirectory(prefix="thresher-") as folder:
        pathlib.Path(folder, "rows.jsonl").write_bytes(b"".join(row + b"\n" for row in rows))
        done = subprocess.run(
            [binary(), "filter", "rows.jsonl", "-o", "kept.jsonl", "--verdicts", "verdicts.jsonl",
             "--quiet", *(["--id-key", "id"] if has_ids else [])],
            cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        texts = pathlib.Path(folder, "verdicts.jsonl").read_text("utf-8").splitlines()
        kept = pathlib.Path(folder, "kept.jsonl").read_bytes().count(b"\n")
    return [text[:text.rindex(',"source":')] + "}" for text in texts], kept, done


report = Report("stream_sets")
quick = "--quick" in sys.argv[1:]
present = [(name, has_ids) for name, has_ids in SETS if report.needs(name)]
counts = []
with Daemon() as daemon:
    for name, has_ids in present:
        rows = lines(name)
        if quick and name == ALPACA:
            rows = rows[:QUICK_ROWS]
        ids = [row if has_ids else named(row, f"rows.jsonl:{number}")
               for number, row in enumerate(rows, 1)]
        with daemon.connect() as client:
            corpus = name.replace("/", ".").removesuffix(".jsonl.gz")
            streamed = judged(client, ids, 256, corpus, "edits")
        texts, kept, done = filtered(rows, has_ids)
        verdicts = [json.loads(text) for text in streamed]
        errors = sum("error" in verdict for verdict in verdicts)
        differing = sum(a != b for a, b in zip(texts, streamed)) + abs(len(texts) - len(streamed))
        reasons = collections.Counter(r for verdict in verdicts for r in verdict["reasons"])
        report.check(f"{name}: verdicts that differ, errors, exit", "0, 0, 0",
                     f"{differing}, {errors}, {done.returncode}",
                     (differing, errors, done.returncode) == (0, 0, 0))
        keeps = sum(verdict["keep"] for verdict in verdicts)
        if keeps != kept:
            report.check(f"{name}: kept rows written", keeps, kept, False)
        listed = ", ".join(f"{reason} {count}" for reason, count in sorted(reasons.items()))
        counts.append((name, len(rows), keeps, listed))
    if present:
        report.check("the daemon lives", "yes", "yes" if daemon.isAlive() else "no", daemon.isAlive())
for name, read, kept, listed in counts:
    print(f"{name:40} read {read:6,}  kept {kept:6,}  {listed}")
sys.exit(report.finish())
