"""The rated and the damaged rows that the score is fitted and measured on.

A row for the program is {"instruction", "output"}, the prompt's parts joined by a newline. Damage is
made from clean rows with a fixed seed: each kind takes a row and gives what it would look like.
"""
import gzip
import hashlib
import json
import random

from support import DATA


def rows(name):
    with gzip.open(DATA / name, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def in_model(row):
    """Whether a row of the data folder is part of the English model's text; the score is fitted on
    the others."""
    key = row.get("session") or row.get("instruction") or row.get("trimmed") or ""
    return hashlib.sha256(str(key).encode()).digest()[0] % 2 == 0


def example(row, output="output"):
    prompt = row.get("instruction") or ""
    if row.get("input"):
        prompt += "\n" + str(row["input"])
    return {"instruction": prompt, "output": str(row.get(output) or "")}


# --- Damage -------------------------------------------------------------------------------------

def truncated(text, dice):
    """Cut in the middle of a sentence, after 20 to 90 percent of the words."""
    words = text.split(" ")
    if len(words) < 5:
        return None
    end = max(2, int(len(words) * dice.uniform(0.2, 0.9)))
    cut = " ".join(words[:end]).rstrip()
    while cut and not cut[-1].isalnum():
        cut = cut[:-1]
    return cut or None


def truncated_anywhere(text, dice):
    """Cut after 20 to 90 percent of the characters."""
    cut = text[:int(len(text) * dice.uniform(0.2, 0.9))].rstrip()
    return cut if len(cut) >= 10 else None


def shuffled(text, dice):
    words = text.split()
    if len(words) < 6:
        return None
    dice.shuffle(words)
    return " ".join(words)


def gibberish(text, dice):
    """Words of random letters, as long as the words of the text."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    return " ".join("".join(dice.choice(letters) for _ in word) for word in text.split()) or None


def mashed(text, dice):
    """A hand that runs over the keyboard."""
    keys = ["qwertyuiop", "asdfghjkl", "zxcvbnm"]
    def word(length):
        row = dice.choice(keys)
        at = dice.randrange(len(row))
        made = ""
        for _ in range(length):
            made += row[at % len(row)]
            at += dice.choice([-1, 1, 1, 2])
        return made
    return " ".join(word(max(2, len(each))) for each in text.split()) or None


def noise(text, dice):
    """Characters thrown like dice."""
    signs = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!@#$%^&*()-=_+[]{};:,./<>?"
    return "".join(" " if c.isspace() else dice.choice(signs) for c in text) or None


def mojibake(text, dice):
    """UTF-8 read as Windows-1252, with some typographic signs to show it."""
    text = text.replace("'", "\u2019").replace('"', "\u201d").replace(" - ", " \u2013 ")
    made = text.encode().decode("cp1252", errors="replace")
    return made if made != text else None


def repeated(text, dice):
    """The first sentence again and again."""
    first = text.split(". ")[0].strip()
    return ". ".join([first] * dice.randrange(5, 9)) + "." if len(first) > 15 else None


REFUSALS = [
    "I'm sorry, but I cannot help with that request.",
    "As an AI language model, I am unable to provide this information.",
    "I apologize, but I can't assist with that.",
    "Unfortunately, I cannot fulfil this request, as I am only an AI.",
    "Sorry, I don't have the ability to do that.",
]

DAMAGES = {
    "truncated": truncated, "truncated_anywhere": truncated_anywhere, "shuffled": shuffled,
    "gibberish": gibberish, "mashed": mashed, "noise": noise, "mojibake": mojibake,
    "repeated": repeated,
}


def damaged(clean, seed=1):
    """{kind: [(position of the clean row, damaged row)]} for rows in the form of `example`."""
    dice = random.Random(seed)
    found = {kind: [] for kind in ["swapped", *DAMAGES, "echo", "refusal"]}
    order = list(range(len(clean)))
    dice.shuffle(order)
    for place, position in enumerate(order):
        other = clean[order[(place + 1) % len(order)]]
        if other["output"] != clean[position]["output"]:
            found["swapped"].append((position, {**clean[position], "output": other["output"]}))
    for position, row in enumerate(clean):
        for kind, damage in DAMAGES.items():
            text = damage(row["output"], dice)
            if text and text != row["output"]:
                found[kind].append((position, {**row, "output": text}))
        found["echo"].append((position, {**row, "output": row["instruction"]}))
        found["refusal"].append((position, {**row, "output": dice.choice(REFUSALS)}))
    return found


# --- Figures ------------------------------------------------------------------------------------

def ranks(values):
    order = sorted(range(len(values)), key=values.__getitem__)
    found = [0.0] * len(values)
    start = 0
    while start < len(order):
        end = start
        while end < len(order) and values[order[end]] == values[order[start]]:
            end += 1
        for index in order[start:end]:
            found[index] = (start + end - 1) / 2
        start = end
    return found


def correlation(one, two):
    count = len(one)
    mean_one, mean_two = sum(one) / count, sum(two) / count
    product = sum((a - mean_one) * (b - mean_two) for a, b in zip(one, two))
    square = sum((a - mean_one) ** 2 for a in one) * sum((b - mean_two) ** 2 for b in two)
    return product / square ** 0.5 if square else 0.0


def spearman(one, two):
    return correlation(ranks(one), ranks(two))


def auc(good, bad):
    """The probability that a good one scores above a bad one; ties are one half."""
    both = ranks(list(good) + list(bad))
    count = len(good)
    return (sum(both[:count]) - count * (count - 1) / 2) / (count * len(bad))
