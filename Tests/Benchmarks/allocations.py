#!/usr/bin/env python3
"""Counts the heap allocations an example, in `thresher filter` with one worker, over the Toolformer rows.

  allocations.py

A small library is put before the allocator (LD_PRELOAD) and counts its calls; two runs over 1,200 and
2,200 rows tell what 1,000 rows take, whatever the start costs. Needs a C compiler (cc or clang).
"""
import gzip, shutil, subprocess, sys, tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "Evaluation"))
from support import DATA, binary  # noqa: E402

SOURCE = r"""
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
static atomic_long count;
extern void *__libc_malloc(size_t), *__libc_calloc(size_t, size_t), *__libc_realloc(void *, size_t);
void *malloc(size_t size) { count++; return __libc_malloc(size); }
void *calloc(size_t a, size_t b) { count++; return __libc_calloc(a, b); }
void *realloc(void *p, size_t size) { count++; return __libc_realloc(p, size); }
__attribute__((destructor)) static void tell(void) { fprintf(stderr, "allocations %ld\n", (long)count); }
"""

rows = Path(DATA) / "gpteacher_toolformer_dedup" / "rows.jsonl.gz"
compiler = shutil.which("cc") or shutil.which("clang")
if not rows.exists() or not compiler:
    print(f"skipped: {rows if compiler else 'a C compiler'} is absent")
    sys.exit(0)
with tempfile.TemporaryDirectory() as folder, gzip.open(rows, "rt") as lines:
    library = f"{folder}/count.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-O2", "-x", "c", "-", "-o", library],
                   input=SOURCE, text=True, check=True)
    text = lines.readlines()

    def allocations(count, *options):
        path = Path(folder) / "rows.jsonl"
        path.write_text("".join(text[:count]))
        run = subprocess.run(
            [binary(), "filter", path, "--workers", "1", "--quiet", "-o", "/dev/null", *options],
            env={"LD_PRELOAD": library}, capture_output=True, text=True, check=True)
        return int(run.stderr.rsplit("allocations ", 1)[1])

    for what, options in [("decision alone", ["--trim", "off", "--minimum-score", "none"]), ("trimmed and scored", [])]:
        each = (allocations(2_200, *options) - allocations(1_200, *options)) / 1_000
        print(f"{what:<20} {each:5.1f} allocations an example")
