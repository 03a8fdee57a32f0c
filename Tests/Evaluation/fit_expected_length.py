#!/usr/bin/env python3
"""Fits how long a response to a prompt usually is: Sources/Scoring/Signals/ExpectedLength+Weights.swift.

Ridge regression of log2(1 + words of the response) on the prompt's length and on which words come
among its first 24, over Dolly, Code Alpaca, alpaca-libre and PandaLM's responses. Needs numpy
(Tests/Evaluation/requirements-fit.txt).
"""
import collections
import re

import numpy as np

import quality_sets as sets
from support import ROOT

WORDS = 240
TARGET = ROOT / "Sources/Scoring/Signals/ExpectedLength+Weights.swift"
PATTERN = re.compile(r"[a-z]+|[0-9]+")


def length(count):
    """WholeLog.thousandths: straight lines between powers of two."""
    value = count + 1
    exponent = value.bit_length() - 1
    return exponent + (value - (1 << exponent)) / (1 << exponent)


def examples():
    for name in ("dolly_chatgpt_kept_3k/rows.jsonl.gz", "code_alpaca_2k/rows.jsonl.gz"):
        yield from (sets.example(row) for row in sets.rows(name))
    for version in ("v1", "v2"):
        for row in sets.rows(f"alpaca_libre_selfinstruct/{version}.jsonl.gz"):
            if row["status"] in ("ok", "too similar") and row["output"].strip():
                yield sets.example(row)
    for row in sets.rows("pandalm_human_pairs/rows.jsonl.gz"):
        yield sets.example(row, "output_a")


def main():
    rows = [(PATTERN.findall(row["instruction"].lower()),
             length(len(PATTERN.findall(row["output"].lower())))) for row in examples()]
    counts = collections.Counter(
        word for words, _ in rows for word in set(words[:24]) if word.isalpha() and len(word) < 20)
    vocabulary = [word for word, count in counts.most_common(WORDS) if count >= 15]
    place = {word: index for index, word in enumerate(vocabulary)}

    def features(words):
        found = np.zeros(len(vocabulary) + 3)
        found[[place[word] for word in words[:24] if word in place]] = 1
        many = length(len(words))
        found[-3:] = many, max(many - 5, 0), 1
        return found

    inputs = np.array([features(words) for words, _ in rows])
    outputs = np.array([count for _, count in rows])
    ridge = np.diag([10.0] * len(vocabulary) + [0.1, 0.1, 0.001])
    weights = np.linalg.solve(inputs.T @ inputs + ridge, inputs.T @ outputs)
    error = outputs - inputs @ weights
    print(f"{len(rows)} rows, R² {1 - (error ** 2).mean() / outputs.var():.3f}")
    lines, line = [], "   "
    for word, weight in zip(vocabulary, weights):
        part = f" {word} {round(1000 * weight)}"
        if len(line) + len(part) > 96:
            lines.append(line + " \\")
            line = "   "
        line += part
    lines.append(line)
    TARGET.write_text(f'''/// Made by Tests/Evaluation/fit_expected_length.py; thousandths of log2.
extension ExpectedLength {{
  static let base = {round(1000 * weights[-1])}
  static let slope = {round(1000 * weights[-3])}
  static let slopeOfLong = {round(1000 * weights[-2])}

  static let weights =
    """
{chr(10).join(lines)}
    """
}}
''')


if __name__ == "__main__":
    main()
