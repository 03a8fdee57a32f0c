"""What trimming is measured on: clean rows, and the same rows with fluff put around them.

Standard library only, no daemon: `trimming.py` measures, and whoever writes rules can use the
same rows.
"""
import hashlib, json, random, re

from support import CHINESE, CODE, lines

FLASK = "flask_model_outputs/rows.jsonl.gz"
CLEAN = {
    "LIMA": "lima_1000/rows.jsonl.gz", "Dolly": "dolly_chatgpt_kept_3k/rows.jsonl.gz",
    "Alpaca": "alpaca_52k/rows.jsonl.gz"}
OTHERS = {
    "Code Alpaca": CODE, "demo, English": "dpo_en_demo/alpaca_en_demo.jsonl.gz",
    "demo, Chinese": CHINESE}
FLUFF = [f"fluff_observed/{name}ambles.jsonl.gz" for name in ("pre", "post")]

# The two patterns that a rule has to beat.
REGEX = (
    re.compile(r"\A(?:Sure|Certainly|Of course|Absolutely|Hello|Hi)\b[^\n.!:]*[.!:]\s+"),
    re.compile(r"\s+(?:I hope|Let me know|Please let me know|Is there anything|Feel free)\b"
               r"[^\n]*\Z", re.I))

SAYS_SOMETHING = (
    re.compile(r"based on|according to|i'm sorry|i apologize|as an ai|yes,|here( is| are|'s)\b"
               r"|absolutely, \w|[^:]*[\"\d\[`*]|[A-Z][\w-]+ [\w-]+ (is|was|ate)\b", re.I),
    re.compile(r"(.*[.!?] )?(overall|in conclusion|remember|please note|please keep in mind)\b"
               r"|(.*[.!?] )?good luck|.*[\"\d*]|.*However", re.I))


# --- Rows ---------------------------------------------------------------------------------------

def asked(row):
    return "\n".join(filter(None, (row["instruction"], row.get("input"))))


def clean(name):
    """Prompt and answer of the rows of a set, the answer's ends stripped."""
    rows = [json.loads(line) for line in lines(name)]
    rows = [(asked(row), row["output"].strip()) for row in rows]
    return [row for row in rows if row[1]]


# --- Fluff --------------------------------------------------------------------------------------

def is_kept_apart(phrase):
    """Whether a phrase is of the half that no rule may be written from."""
    return hashlib.sha256(phrase.encode()).digest()[0] & 1 == 1


def says_nothing(side, phrase):
    return not SAYS_SOMETHING[side].match(phrase)


def fluff(name):
    rows = [json.loads(line) for line in lines(name)]
    return [row["text"].strip() for row in rows], [row["n"] for row in rows]


def meets(before, after):
    """Whether running text meets running text, so that a space can stand between."""
    last = before.rsplit("\n", 1)[-1]
    return (before[-1] in ".!?" and after[0].isupper()
            and not re.match(r"\s*([-*+>|#]|\d+[.)]|```)", last))


def joined(before, after, way):
    return before + ({"line": "\n", "space": " "}.get(way, "\n\n")) + after


def wrapped(rows, phrases, generator):
    """(prompt, text, clean answer, manner, phrases) for every row in three manners.

    A blank line, a line end, or a space where running text meets running text stands between.
    """
    jobs = []
    for prompt, answer in rows:
        for manner in ("preamble", "postamble", "both"):
            text, ways, drawn = answer, [], []
            for side, (texts, weights) in enumerate(phrases):
                if manner == ("postamble", "preamble")[side]:
                    continue
                phrase = generator.choices(texts, weights)[0]
                pair = (phrase, text) if side == 0 else (text, phrase)
                ways.append(generator.choice(("blank line", "line", "space")))
                if ways[-1] == "space" and not meets(*pair):
                    ways[-1] = "blank line"
                text = joined(*pair, ways[-1])
                drawn.append((side, phrase))
            if len(ways) == 1:
                manner += ", " + ways[0]
            jobs.append((prompt, text, answer, manner, drawn))
    return jobs


def by_two_patterns(text):
    """What the two regular expressions leave of a text."""
    return REGEX[1].sub("", REGEX[0].sub("", text, count=1), count=1)


def sample(rows, most, generator=random):
    return generator.sample(rows, most) if len(rows) > most else rows
