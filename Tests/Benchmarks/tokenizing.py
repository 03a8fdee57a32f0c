#!/usr/bin/env python3
"""Counting tokens: thresher-bench, one thread, against the package that the file is made for.

  tokenizing.py [--rows 20000] [--rounds 5] [NAME …]

Rows of Alpaca; both in process, on texts that are ready, after a run that warms caches, the median
of the rounds; seconds are of processor time for the packages. Needs the packages of
Tests/Evaluation/requirements.txt, and downloads the tokenizers as Tests/Evaluation/tokenizing.py
does.
"""
import os

os.environ["TOKENIZERS_PARALLELISM"] = "false"
os.environ["RAYON_NUM_THREADS"] = "1"

import argparse, json, pathlib, statistics, subprocess, sys, tempfile, time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Evaluation"))
import tiktoken, tokenizers
from support import ALPACA, ROOT, lines
from tokenizer_files import FILES, available, tiktoken_ranks

BENCH = pathlib.Path(os.environ.get("THRESHER_BENCH") or ROOT / ".build/release/thresher-bench")
parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("names", nargs="*",
                    default=["DeepSeek", "GPT-2", "Llama 2", "MiniLM", "Jurassic-2", "cl100k", "Llama 4"])
parser.add_argument("--rows", type=int, default=20_000)
parser.add_argument("--rounds", type=int, default=5)
options = parser.parse_args()


def package(name, path, texts):
    """Seconds of the package on one thread, and the tokens it finds."""
    file = FILES[name]
    if file.pattern:
        made = tiktoken.Encoding(
            name, pat_str=file.pattern, mergeable_ranks=tiktoken_ranks(path), special_tokens={})
        run = lambda: sum(len(made.encode_ordinary(text)) for text in texts)
    else:
        made = tokenizers.Tokenizer.from_file(str(path))
        made.no_truncation()
        made.no_padding()
        run = lambda: sum(len(found) for found in made.encode_batch_fast(texts, add_special_tokens=False))
    tokens, times = run(), []
    for _ in range(options.rounds):
        start = time.process_time()
        run()
        times.append(time.process_time() - start)
    return statistics.median(times), tokens


def ours(path, file):
    output = subprocess.run(
        [BENCH, file, "--tokenizer", path, "--step", "tokens", "--rounds", str(options.rounds)],
        check=True, capture_output=True, text=True).stdout
    row = output.splitlines()[-1].split()
    return float(row[3]) * options.rows / 1e6, int(row[4])


rows = lines(ALPACA)[:options.rows]
options.rows = len(rows)
texts = [json.loads(row)[key] for row in rows for key in ("instruction", "input", "output")]
texts = [text for text in texts if text]
size = sum(len(text.encode()) for text in texts)
print(f"{len(rows):,} rows, {size:,} bytes of text; the packages: tokenizers {tokenizers.__version__}, "
      f"tiktoken {tiktoken.__version__}\n")
print("| tokenizer | kind | package MB/s | Thresher MB/s | times |\n|---|---|---|---|---|")
with tempfile.NamedTemporaryFile(suffix=".jsonl") as file:
    file.write(b"\n".join(rows) + b"\n")
    file.flush()
    for name in options.names:
        path = available(name)
        theirs, expected = package(name, path, texts)
        seconds, tokens = ours(path, file.name)
        assert tokens == expected, (name, tokens, expected)
        print(f"| {name} | {FILES[name].kind} | {size / theirs / 1e6:.2f} | {size / seconds / 1e6:.1f} "
              f"| {theirs / seconds:.1f} |", flush=True)
