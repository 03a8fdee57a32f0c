#!/usr/bin/env python3
"""The same verdict bytes for batches of 1, 64 and 1,000 examples, and from `thresher filter`."""
import pathlib, subprocess, sys, tempfile

from support import CHINESE, CODE, TOOLFORMER, Daemon, Report, binary, judged, lines, named

SIZES = (1, 64, 1_000)


def filtered(rows):
    """Full verdict texts of the filter: `trimmed` moved back to where the wire has it."""
    with tempfile.TemporaryDirectory(prefix="thresher-") as folder:
        pathlib.Path(folder, "rows").write_bytes(b"".join(row + b"\n" for row in rows))
        subprocess.run(
            [binary(), "filter", "rows", "-o", "kept", "--verdicts", "verdicts", "--with-trimmed",
             "--id-key", "id", "--quiet"], cwd=folder, stdin=subprocess.DEVNULL, check=True)
        texts = pathlib.Path(folder, "verdicts").read_text("utf-8").splitlines()
    full = []
    for number, text in enumerate(texts, 1):
        source = ',"source":{"file":"rows","line":%d}' % number
        before, _, after = text.partition(source)
        full.append(before + after)
    return full


report = Report("determinism")
for name in (TOOLFORMER, CODE, CHINESE):
    if not report.needs(name):
        continue
    rows = [named(row, f"row {number}") for number, row in enumerate(lines(name))]
    with Daemon() as daemon, daemon.connect() as client:
        runs = {size: judged(client, rows, size, f"b{size}", "full") for size in SIZES}
    runs["filter"] = filtered(rows)
    for run, texts in runs.items():
        same = texts == runs[1]
        size = sum(len(text.encode()) for text in texts)
        label = run if run == "filter" else f"batches of {run}"
        if run != 1:
            report.check(f"{name}: {label}", "as one by one", "equal" if same else "DIFFERENT", same)
        else:
            report.tell(f"{name}: verdicts, their bytes", "", f"{len(texts):,}, {size:,}")
sys.exit(report.finish())
