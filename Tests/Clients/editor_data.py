"""A dataset with one fault a line, and what is left of it when they are mended.

The lines, from 1: good, fluff, exact duplicate of 1, good, near-duplicate of 4, fluff after emoji
and combining marks, not JSON.
"""

import json


def row(instruction, output, **more):
    return json.dumps({"instruction": instruction, **more, "output": output}, ensure_ascii=False)


SKY = row(
    "Why is the sky blue?",
    "Sunlight is scattered by the molecules of the air, and short waves are scattered far more "
    "than long ones. So blue light reaches the eye from every direction, while red goes straight "
    "on.",
)
YEAST = (
    "Yeast eats the sugars in the dough and gives off carbon dioxide. The gas is caught in the net "
    "of gluten, so the dough grows until the heat of the oven sets "
)
# Two units of UTF-16 and four bytes; one unit and two bytes, after a letter; and so on.
MARKS = "🌹 Cafe\u0301, 喫茶店 👩\u200d🍳"


def capital(fluff=""):
    return row(
        "What is the capital of Peru?",
        fluff + "Lima, a city on the coast of Peru that Francisco Pizarro founded in 1535.",
    )


def cafe(fluff=""):
    return row(
        f"{MARKS}: where is coffee served?",
        fluff + "A café serves coffee at small tables, mostly in the morning and after lunch. 🌹",
        note=MARKS,
    )


LINES = [
    SKY,
    capital("Sure! "),
    SKY,
    row("How does yeast make bread rise?", YEAST + "it."),
    row("How does yeast make bread rise?", YEAST + "its crumb."),
    cafe("Sure! "),
    '{"instruction": "Broken", "output": }',
]

# Line and code of each diagnostic, with scores switched off.
CODES = [
    [2, "fluff"], [3, "exact_duplicate"], [5, "near_duplicate"], [6, "fluff"], [7, "invalid_json"],
]


def text(lines) -> bytes:
    return "".join(line + "\n" for line in lines).encode()


def changed(replacements=None, without=()) -> bytes:
    """The dataset with some lines (from 1) replaced and some left out."""
    lines = dict(enumerate(LINES, 1)) | (replacements or {})
    return text(line for number, line in lines.items() if number not in without)


def ignored(line) -> str:
    return line[:-1] + ', "thresher": "ignore"}'
