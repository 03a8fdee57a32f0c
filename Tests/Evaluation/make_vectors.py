#!/usr/bin/env python3
"""Writes Protocol/vectors/tokens.jsonl and pairs.jsonl: texts of our own and what follows from them.

  make_vectors.py DIRECTORY

Independent of the Swift code: NFC and lower case are Python's, properties those of the PyPI package
`regex`, the only thing needed. Python's tables may be older than Unicode 17, so the texts keep to
characters of Unicode 14, whose NFC and case are settled.
"""
import json, pathlib, sys, unicodedata

import regex

SINGLE = "".join(
    r"\p{Script=%s}" % s for s in "Han Hiragana Katakana Thai Lao Khmer Myanmar".split())
TOKEN = regex.compile(
    rf"[{SINGLE}]|[[\p{{L}}\p{{M}}\p{{N}}_]--[{SINGLE}]]+|[^\p{{White_Space}}\p{{L}}\p{{M}}\p{{N}}_]",
    regex.V1)
SPACES = regex.compile(r"\p{White_Space}+")

TEXTS = [
    # Empty, short, plain.
    "", " ", "\n\t ", "a", "A b", "one two three", "one two three four",
    "the same the same the same the same", "Mixed CASE stays One Token per Word",
    # Punctuation, numbers, low lines.
    "Hello, world!", "wait... what?!", "\"quoted\" 'single' (round) [square] {curly} <angle>",
    "3.14159 is not 3,14159", "1e-9 + 2_000 = ½ × ²", "snake_case __dunder__ _ __", "a_b a-b a.b a:b",
    "50% of $20 & 10€ @ 3#4", "C++ C# F* ~home /usr/bin \\n ^caret| `tick`", "e-mail me@example.org",
    "isn't won\u2019t rock\u2019n\u2019roll", "em\u2014dash en\u2013dash hy\u2010phen soft\u00adhyphen",
    # Code.
    "def f(x):\n    return x**2  # square\n", "if (a<b&&c>=d) { a+=1; }", "SELECT * FROM t WHERE id=7;",
    "<p class=\"x\">text &amp; more</p>", "\\frac{a}{b} $x_1^2$",
    # Case without context.
    "İstanbul ISTANBUL ıstanbul", "Straße STRASSE ẞ", "ΟΔΟΣ οδός ΣΑΣ ς", "Ǆ ǅ ǆ Ǉ Ǌ Ǳ",
    "ÅNGSTRÖM ØRE ÆSIR Þ", "ПРИВЕТ Мир Ё", "ԱՐԵՎ Ⴀ Ა Ꭰ ꭰ", "Ⅷ Ⓐ Ａｂ", "K Å Ω (signs)",
    # NFC.
    "caf\u00e9", "cafe\u0301", "e\u0301\u0302 \u1ebf \u00ea\u0301", "q\u0323\u0307 q\u0307\u0323",
    "\u1112\u1161\u11ab\u1100\u1173\u11af \ud55c\uae00", "\uac00\u11a8 \u1100\u1161", "A\u030a \u00c5 \u212b",
    "\u0958 \u0915\u093c", "\u0344 \u0308\u0301", "\u0f73 \u0f71\u0f72", "\u2f82a \U0002f800 \u8c48\uf900",
    "I\u0307 \u0130 i\u0307", "\u1e9b\u0323 \u017f\u0323\u0307", "\u0041\u0328\u0301 \u0104\u0301",
    "\u05d1\u05bc\u05b8 \ufb31\u05b8", "\u09c7\u09be \u09cb", "\U0001d15e note",
    # White space of every kind.
    "a\u00a0b\u2007c\u202fd", "line\u2028separator\u2029paragraph", "carriage\r\nreturn\r\n\r\nfeed\n",
    "tab\tvertical\u000bform\u000cnext\u0085line", "\u1680ogham\u2000quad\u3000ideographic ",
    "  lead and trail  ", "unit\u001cseparators\u001fare no white space",
    # Zero width and other controls: no white space, no letters.
    "zero\u200bwidth\u200cnon\u200djoiner\ufeffmark\u2060", "nul\u0000del\u007fbell\u0007", "\u202eright to left\u202c",
    # Marks alone.
    "\u0301", " \u0301\u0302 x", "!\u0301?", "a \u20dd\u20de b", "\ufe0f \u3099",
    # Scripts without spaces.
    "\u6211\u559c\u6b22 Swift \u8bed\u8a00\u3002", "\u6771\u4eac\u30bf\u30ef\u30fc\u306f333m\u3067\u3059", "\u304c \u304b\u3099 \u30d1 \u30cf\u309a \uff76\uff9e", "\u3005\u3006\u3007 \u30fb\u30fc \u3001\u3002",
    "\u0e2a\u0e27\u0e31\u0e2a\u0e14\u0e35\u0e0a\u0e32\u0e27\u0e42\u0e25\u0e01 \u0e52\u0e55\u0e56\u0e59 \u0e3f", "\u0eaa\u0eb0\u0e9a\u0eb2\u0e8d\u0e94\u0eb5 \u0ed1\u0ed2",
    "\u179f\u17bd\u179f\u17d2\u178f\u17b8 \u17e1\u17e2 \u17db", "\u1019\u1004\u103a\u1039\u1002\u101c\u102c\u1015\u102b \u1041\u1042 \u104a", "\u6f22a\u5b57b", "\uc548\ub155\ud558\uc138\uc694 \uc138\uacc4",
    # Other scripts.
    "\u0645\u0631\u062d\u0628\u064b\u0627 \u0628\u0627\u0644\u0639\u0627\u0644\u0645\u060c \u0661\u0662\u0663", "\u05e9\u05b8\u05c1\u05dc\u05d5\u05b9\u05dd \u05e2\u05d5\u05dc\u05dd", "\u0928\u092e\u0938\u094d\u0924\u0947 \u0926\u0941\u0928\u093f\u092f\u093e\u0964 \u0967\u0968\u0969",
    "\u0bb5\u0ba3\u0b95\u0bcd\u0b95\u0bae\u0bcd \u0b89\u0bb2\u0b95\u0bae\u0bcd", "\u0f56\u0f7c\u0f51\u0f0b\u0f66\u0f90\u0f51\u0f0d", "\u12a0\u121b\u122d\u129b \u1363 \u1372", "\u10d2\u10d0\u10db\u10d0\u10e0\u10ef\u10dd\u10d1\u10d0",
    "\U00010400\U00010428 \U0001e900\U0001e922 \U0001d7d8\U0001d400",
    # Emoji and flags.
    "\U0001f600\U0001f600 \U0001f44d\U0001f3fd", "\U0001f468\u200d\U0001f469\u200d\U0001f467 family", "\U0001f1eb\U0001f1f7\U0001f1ea\U0001f1fa 1\ufe0f\u20e3", "\u2764\ufe0f love \u2014 \u2713",
    # Unassigned and private.
    "\u0378 \ue000 \U000fffff \uffff end",
    # Long enough to have repeated shingles.
    "to be or not to be that is the question whether to be or not to be",
]

BASE = "Write a short note that thanks a colleague for covering two shifts during the storm last week"
LIST = "Name the planets in order: Mercury, Venus, Earth, Mars, Jupiter, Saturn, Uranus, Neptune."
PAIRS = [
    ("", ""), ("", "a"), ("a", "a"), ("a", "b"), ("a b", "A  B"), ("a b", "b a"), ("a b", "a b c"),
    ("a b c", "a b c d"), ("a b c", "a b c"), ("ab c", "a bc"), ("yes", "yes."), ("a b c d", "b c d e"),
    (BASE, BASE), (BASE, BASE.upper()), (BASE, BASE + "."), (BASE, "Please " + BASE),
    (BASE, BASE.replace("two", "three")), (BASE, BASE.replace("two shifts", "a shift")),
    (BASE, BASE.replace(" ", "\n")), (BASE, " ".join(reversed(BASE.split()))), (BASE, BASE + " " + BASE),
    (BASE, BASE[:40]), (LIST, LIST), (LIST, LIST.replace(",", ";")), (LIST, LIST.replace("Earth, ", "")),
    (LIST, LIST.replace("Neptune", "Neptune, Pluto")), (LIST, LIST.replace(":", " -")), (LIST, BASE),
    ("What is 17 + 25?", "What is 17 - 25?"), ("What is 17 + 25?", "What is 18 + 25?"),
    ("caf\u00e9 au lait, s'il vous pla\u00eet", "CAFE\u0301 AU LAIT, S'IL VOUS PLAI\u0302T"), ("İ x y z", "i\u0307 x y z"),
    ("na\u00efve approach works here", "naive approach works here"), ("\u6211\u559c\u6b22\u5403\u82f9\u679c", "\u6211\u559c\u6b22\u5403\u9999\u8549"),
    ("\u6771\u4eac \u30bf\u30ef\u30fc", "\u6771\u4eac\u30bf\u30ef\u30fc"), ("\u0e2a\u0e27\u0e31\u0e2a\u0e14\u0e35", "\u0e2a\u0e27\u0e31\u0e2a\u0e14\u0e35\u0e04\u0e48\u0e30"),
    ("f(x) = x + 1", "f(y) = y + 1"), ("for i in range(10): print(i)", "for i in range(10):\n    print(i)"),
    ("a b c d e f g h i j k l", "a b c d e f g h i j k m"), ("\U0001f600 \U0001f600 \U0001f600 \U0001f600", "\U0001f600\U0001f600\U0001f600"),
    (" ".join("w%d" % i for i in range(20)), " ".join("w%d" % i for i in range(18))),
    (" ".join("w%d" % i for i in range(20)), " ".join("w%d" % i for i in range(2, 22))),
]


def normalized(text):
    lower = "".join(c.lower() for c in unicodedata.normalize("NFC", text))
    return SPACES.sub(" ", lower)


def tokens(text):
    return TOKEN.findall(normalized(text))


def shingles(text, n=3):
    t = tokens(text)
    if len(t) <= n:
        return {tuple(t)} if t else set()
    return {tuple(t[i:i + n]) for i in range(len(t) - n + 1)}


def main():
    directory = pathlib.Path(sys.argv[1])
    with open(directory / "tokens.jsonl", "w", encoding="utf-8") as file:
        for text in TEXTS:
            line = {"text": text, "normalized": normalized(text), "tokens": tokens(text),
                    "shingles": len(shingles(text))}
            file.write(json.dumps(line) + "\n")
    with open(directory / "pairs.jsonl", "w", encoding="utf-8") as file:
        for a, b in PAIRS:
            i, u = len(shingles(a) & shingles(b)), len(shingles(a) | shingles(b))
            line = {"a": a, "b": b, "intersection": i, "union": u,
                    "jaccard": (10000 * i // u if u else 0) / 10000}
            file.write(json.dumps(line) + "\n")


if __name__ == "__main__":
    main()
