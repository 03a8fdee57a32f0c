#!/usr/bin/env python3
"""Makes the English language model that ships with Thresher, Sources/CEnglishModel/english.lm.

    Tests/Evaluation/make_english_model.py          writes english.lm and english.letters
    Tests/Evaluation/make_english_model.py --text T writes the training text to T and stops

The text comes from Debian's packages (fetched with apt-get download, not installed) and from the
data folder; only from sources whose licences allow a model to be made and shipped. NOTICE names
them. Of the data folder's sets one half is used, told by a hash of the row: the other half is where
the score is fitted and held-out perplexity is measured (`in_model`).

Needs apt-get and dpkg-deb, and a release build of thresher.
"""
import argparse
import gzip
import html
import json
import math
import pathlib
import re
import subprocess
import sys
import tempfile

from quality_sets import in_model
from support import DATA, ROOT, binary

PACKAGES = ["wordnet-base", "python3.11-doc", "gnome-user-docs"]
TARGET = ROOT / "Sources" / "CEnglishModel"


def rows(name: str):
    with gzip.open(DATA / name, "rt", encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def instruction_texts():
    """Texts of the data folder: prompts and responses, each row once."""
    sets = [
        ("dolly_chatgpt_kept_3k/rows.jsonl.gz", ["instruction", "input", "output"]),
        ("code_alpaca_2k/rows.jsonl.gz", ["instruction", "input", "output"]),
        ("alpaca_libre_selfinstruct/v1.jsonl.gz", ["instruction", "input", "output"]),
        ("alpaca_libre_selfinstruct/v2.jsonl.gz", ["instruction", "input", "output"]),
        ("gpteacher_toolformer_dedup/rows.jsonl.gz", ["response"]),
        ("pandalm_human_pairs/rows.jsonl.gz", ["output_a", "output_b"]),
        ("wildbench_1to10/rows.jsonl.gz", ["output"]),
        ("disflqa_trim/train.jsonl.gz", ["trimmed"]),
        ("rasbt_eval_0to100/instruction_data_1100.jsonl.gz", ["instruction", "input", "output"]),
    ]
    seen = set()
    for name, keys in sets:
        for row in rows(name):
            if row.get("status") == "error" or not in_model(row):
                continue
            for key in keys:
                text = row.get(key)
                if isinstance(text, str) and text and text not in seen:
                    seen.add(text)
                    yield text
    for task in rows("seed_tasks/seed_tasks.jsonl.gz"):
        yield task["instruction"]
        for instance in task["instances"]:
            yield instance["input"]
            yield instance["output"]


def without_tags(text: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "", text))


def blocks(text: str, tags: str):
    """Paragraph-like elements of HTML or Mallard, one text each."""
    for match in re.finditer(rf"<({tags})\b[^>]*>(.*?)</\1>", text, re.S):
        yield " ".join(without_tags(match.group(2)).replace("¶", "").split())


def wordnet(folder: pathlib.Path):
    for path in sorted((folder / "usr/share/wordnet").glob("data.*")):
        for line in path.read_text(encoding="latin-1").splitlines():
            if line.startswith("  ") or "|" not in line:
                continue
            for part in re.split(r';\s*(?=")', line.split("|", 1)[1].strip()):
                yield part.strip().strip('"')


def documents(folder: pathlib.Path, pattern: str, tags: str):
    for path in sorted(folder.glob(pattern)):
        if path.is_file():
            yield from blocks(path.read_text(encoding="utf-8", errors="replace"), tags)


def package_texts(work: pathlib.Path):
    for name in PACKAGES:
        subprocess.run(
            ["apt-get", "download", "-qq", "-o", "APT::Sandbox::User=root", name], cwd=work,
            check=True)
        archive = next(work.glob(f"{name}_*.deb"))
        subprocess.run(["dpkg-deb", "-x", archive.name, name], cwd=work, check=True)
    yield from wordnet(work / "wordnet-base")
    yield from documents(
        work / "gnome-user-docs", "usr/share/help/C/**/*.page", "p|title|desc")
    for part in ("tutorial", "faq", "howto", "library", "reference"):
        yield from documents(work / "python3.11-doc", f"usr/share/doc/**/{part}/*.html", "p|pre")


def lines(texts):
    """Each line once: what is said twice in manuals is a template."""
    seen = set()
    for text in texts:
        for line in text.splitlines():
            line = line.strip()
            if line and line not in seen:
                seen.add(line)
                yield line


def letters(words: dict) -> bytes:
    """27 × 27 × 27 costs of a letter after two letters (0 is the border of a word), each word
    counted by the logarithm of how often it comes; −log2 in sixteenths, at most 255."""
    counts = [[[0.05] * 27 for _ in range(27)] for _ in range(27)]
    for word, count in words.items():
        codes = [0, 0] + [ord(letter) - 96 for letter in word] + [0]
        for one, two, three in zip(codes, codes[1:], codes[2:]):
            counts[one][two][three] += 1 + math.log2(count)
    table = bytearray()
    for one in counts:
        for two in one:
            total = sum(two)
            table += bytes(min(255, round(-16 * math.log2(three / total))) for three in two)
    return bytes(table)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--text", type=pathlib.Path, help="write the training text here and stop")
    parser.add_argument("--prune", default="0,1,1", help="counts that are not enough, by order")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        text = options.text or work / "english.txt"
        # Instructions and their responses count twice: they are what the model is for.
        own = list(lines(instruction_texts()))
        found = own + own + list(lines(package_texts(work)))
        text.write_text("\n".join(found) + "\n", encoding="utf-8")
        print(f"{len(found):,} lines, {text.stat().st_size:,} bytes")
        if options.text:
            return
        subprocess.run(
            [binary(), "train", "lm", text, "-o", TARGET / "english.lm", "--order", "3",
             "--prune", options.prune], check=True)
        found = own + found[2 * len(own):]
        words: dict = {}
        for line in found:
            for word in re.findall(r"(?<![A-Za-z])[A-Za-z][a-z]+(?![A-Za-z])", line):
                words[word.lower()] = words.get(word.lower(), 0) + 1
        words = {word: count for word, count in words.items() if count > 1}
        (TARGET / "english.letters").write_bytes(letters(words))
    size = sum((TARGET / name).stat().st_size
               for name in ("english.lm", "english.letters", "english.vectors"))
    print(f"{size:,} bytes in all")
    if size > 10_000_000:
        sys.exit("more than 10 MB")


if __name__ == "__main__":
    main()
