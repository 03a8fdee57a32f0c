#!/usr/bin/env python3
"""Texts of 1 to 4 tokens: exact repeats are all found, distinct ones are never merged.

10,000 texts with repeats, and 200,000 distinct ones of three tokens. The latter are one shingle each,
so that a hash of b bits decides alone: 200,000²/2^(b+1) of them would be merged, 4.7 at b = 32.
"""
import json, random, sys

from support import Daemon, Report, judged, duplicates_alone

COUNT, DISTINCT = 10_000, 200_000
WORDS = ("yes no red blue cat dog 7 42 + - ! ? stop go ja nein 猫 犬 été naïve straße "
         "x y z foo_bar a1 b2 ✓ € Ω й").split()

generator = random.Random(20)


def spelled(words):
    """The same normalized text in another dress: case and width of white space do not count."""
    joined = generator.choice((" ", "  ", "\n", "\t ")).join(words)
    return joined.upper() if generator.random() < 0.3 and "ß" not in joined else joined


texts, keys = [], []
for _ in range(COUNT):
    # No token twice in a text: then equal shingle sets mean equal texts.
    words = tuple(generator.sample(WORDS, generator.choice((1, 2, 2, 3, 3, 3, 4, 4, 4))))
    keys.append(words)
    texts.append(json.dumps({"text": spelled(words)}, ensure_ascii=False).encode())

first, repeats = {}, 0
for number, key in enumerate(keys):
    repeats += key in first
    first.setdefault(key, number)

duplicates_alone()
report = Report("short_texts")
with Daemon() as daemon, daemon.connect() as client:
    verdicts = [json.loads(text) for text in judged(client, texts, 500, "short")]
found = merged = misnamed = 0
for number, (key, verdict) in enumerate(zip(keys, verdicts)):
    is_repeat = first[key] != number
    found += is_repeat and verdict["reasons"] == ["exact_duplicate"]
    merged += not is_repeat and not verdict["keep"]
    misnamed += is_repeat and (verdict["duplicate"] or {}).get("of") != f"#{first[key] + 1}"
report.check("exact repeats found", repeats, found, found == repeats)
report.check(f"distinct texts dropped, of {len(first):,}", 0, merged, merged == 0)
report.check("repeats whose original is not the first", 0, misnamed, misnamed == 0)

triples = [b'{"text":"%d %d %d"}' % (n % 97, n // 97 % 101, n // 97 // 101) for n in range(DISTINCT)]
with Daemon() as daemon, daemon.connect() as client:
    verdicts = [json.loads(text) for text in judged(client, triples, 1_000, "distinct")]
wrong = [number for number, verdict in enumerate(verdicts) if not verdict["keep"]]
report.check(f"of {DISTINCT:,} distinct texts of one shingle dropped", 0, len(wrong), not wrong)
for number in wrong[:3]:
    other = int(verdicts[number]["duplicate"]["of"][1:]) - 1
    print(f"merged: {triples[number].decode()} with {triples[other].decode()}")
sys.exit(report.finish())
