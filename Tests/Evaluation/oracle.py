"""The oracle: DESIGN's definition of a near-duplicate, plain and exact, from texts to decisions.

normalize   NFC, then each scalar's lower-case mapping; white space separates
token       a run of L, M, N or `_`; each scalar of a script without spaces; every other scalar
shingle     n consecutive tokens; a shorter text is one shingle, an empty one has none
decision    dropped if the Jaccard similarity with an earlier kept one is at least the threshold,
            compared in integers

Needs the package `regex` for Script properties.
"""
import collections, json, unicodedata

import regex

SINGLE = "".join(
    r"\p{Script=%s}" % s for s in "Han Hiragana Katakana Thai Lao Khmer Myanmar".split())
TOKEN = regex.compile(
    rf"[{SINGLE}]|[[\p{{L}}\p{{M}}\p{{N}}_]--[{SINGLE}]]+|[^\p{{White_Space}}\p{{L}}\p{{M}}\p{{N}}_]",
    regex.V1)

Match = collections.namedtuple("Match", "of intersection union")


def tokens(text):
    return TOKEN.findall("".join(c.lower() for c in unicodedata.normalize("NFC", text)))


def shingles(text, n=3):
    words = tokens(text)
    if len(words) < n:
        return frozenset([tuple(words)]) if words else frozenset()
    return frozenset(zip(*(words[i:] for i in range(n))))


def text_of(row):
    """The measured text of an instruction row."""
    parts = (row.get("instruction"), row.get("input"), row.get("output") or row.get("response"))
    return "\n".join(part for part in parts if part)


def decide(sets, numerator=4, denominator=5):
    """For each set None (kept), or the earlier kept one of the highest Jaccard, the earliest first.

    An inverted index counts what two sets have in common; nothing is estimated.
    """
    postings, decisions = collections.defaultdict(list), []
    for position, own in enumerate(sets):
        common = collections.Counter()
        for shingle in own:
            common.update(postings.get(shingle, ()))
        best = None
        for other, count in common.items():
            union = len(own) + len(sets[other]) - count
            if count * denominator < numerator * union:
                continue
            if best is None or (count * best.union, -other) > (best.intersection * union, -best.of):
                best = Match(other, count, union)
        decisions.append(best)
        if best is None:
            for shingle in own:
                postings[shingle].append(position)
    return decisions


def printed(match):
    """A Jaccard similarity as a verdict prints it: cut to four digits."""
    return 10_000 * match.intersection // match.union / 10_000


def rows_of(lines):
    return [json.loads(line) for line in lines]
