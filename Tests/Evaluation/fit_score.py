#!/usr/bin/env python3
"""Fits the weights of the score: Sources/Scoring/ScoreWeights.swift.

    Tests/Evaluation/fit_score.py             fits and writes
    Tests/Evaluation/fit_score.py --validate  cross-validates on PandaLM and WildBench, writes nothing

Detectors. For each kind of harm a logistic model over a few measures, lines between knots, monotone
where sense demands it: clean rows against made-up damage. Clean rows: the half of Dolly, Code Alpaca
and alpaca-libre that is not part of the English model.

Substance. What raters prefer, given what harm already takes away: PandaLM's human pairs, WildBench's
pairs of responses (two judges), and clean rows against damaged ones, so that it does not give back
what harm took. A penalty keeps the score from following length.

Licences of what is fitted on: Dolly CC BY-SA 3.0, Code Alpaca Apache 2.0, alpaca-libre MIT and CC0,
PandaLM Apache 2.0, WildBench Apache 2.0. Needs requirements-fit.txt and a release build.
"""
import argparse
import json
import subprocess
import tempfile

import numpy as np
from scipy.optimize import minimize

import quality_sets as sets
from support import ROOT

TARGET = ROOT / "Sources/Scoring/ScoreWeights.swift"
CLEAN = ("dolly", "code", "alibre")

# Knots of each measure, and whether what it adds may only fall (-1) or rise (1).
KNOTS = {
    "broken": ([0, 20, 100, 400], -1),
    "letters": ([2000, 4000, 6000, 7500], 1),
    "strange": ([0, 300, 1000, 3000, 6000], -1),
    "unknown": ([0, 500, 1500, 4000, 8000], 0),
    "disorder": ([0, 400, 900, 1500, 2500], -1),
    "smallStarts": ([0, 1000, 3000, 6000], -1),
    "gain": ([-200, 0, 150, 300, 450, 650, 900], 1),
    "surprise": ([1200, 1800, 2300, 2700, 3100, 3600], 0),
    "variety": ([2000, 4000, 5500, 7000, 8500], 0),
    "repetition": ([0, 300, 1000, 2500, 5000], -1),
    "content": ([1000, 2500, 3500, 4500, 6000], 0),
    "rarity": ([2300, 2700, 3000, 3300, 3700], 0),
    "subject": ([-2200, -1400, -800, -400, 0, 500, 1500, 3000, 6000, 12000], 1),
    "shared": ([0, 1000, 2000, 3000, 4000, 5000], 1),
    "cover": ([0, 1500, 3000, 5000, 8000], 0),
    "affinity": ([-2000, 0, 1000, 2000, 3000, 4000, 5000, 6000, 7000, 8000, 9000], 1),
    "echo": ([0, 2000, 4000, 6000, 8000, 9500, 10000], -1),
    "ratio": ([6000, 8000, 9000, 10000, 10600, 11100], 0),
    "format": ([0, 10000], -1),
    "completeness": ([0, 1500, 4500, 7500, 9000, 10000], 1),
    "endCost": ([0, 500, 1000, 1800, 2600, 3500], -1),
    "open": ([0, 2500, 5000], -1),
    "length": ([0, 1500, 3000, 4500, 5500, 6500, 7500, 8500, 9500], 0),
    "distinct": ([0, 1000, 2000, 3000, 4000, 5000, 5500, 6000, 6500, 7000, 7500, 8000, 9000], 1),
    "lists": ([0, 2000, 6000], 0),
    "lines": ([0, 1000, 2500, 4000, 5500], 0),
    "sentence": ([20, 60, 120, 180, 250, 400], 0),
    "code": ([0, 200, 500, 1500], 0),
    "digits": ([0, 200, 1000, 4000], 0),
    "capitals": ([0, 500, 1500, 3500], 0),
    "expected": ([2000, 3000, 4000, 5000, 6000, 7000], 0),
    "excess": ([-4000, -2500, -1500, -750, 0, 750, 1500, 2500, 4000], 0),
    "wordLength": ([350, 420, 480, 550, 650], 0),
}
DETECTORS = {
    "alignment": (
        {"swapped": 1.0, "echo": 0.3},
        ["subject", "shared", "cover", "echo", "ratio", "length", "content", "expected", "format",
         "code", "affinity", "excess"]),
    "completeness": (
        {"truncated": 1.0, "truncated_anywhere": 1.0},
        ["completeness", "endCost", "open", "lines", "lists", "code", "length", "sentence",
         "digits", "excess", "affinity", "cover", "wordLength"]),
    "fluency": (
        {"shuffled": 1.0, "gibberish": 0.2, "mashed": 0.2, "noise": 0.2, "mojibake": 0.5},
        ["broken", "letters", "strange", "unknown", "disorder", "smallStarts", "gain", "surprise",
         "rarity", "code", "capitals", "wordLength", "length", "digits"]),
    "density": (
        {"repeated": 1.0}, ["repetition", "variety", "length", "code"]),
}
# Repetition is a matter of taste in short texts: it must be plainer than other harm.
PRIOR = {"density": -3.0}
SUBSTANCE = ["distinct", "length", "lists", "lines", "refusal", "leftovers", "repetition", "shared",
             "expected", "variety", "sentence", "wordLength", "code", "digits", "firstPerson",
             "questions", "reasons", "completeness", "content", "capitals", "echo", "excess", "cover", "affinity"]
KNOTS["firstPerson"] = ([0, 100, 500], 0)
KNOTS["questions"] = ([0, 2000, 8000], 0)
KNOTS["reasons"] = ([0, 100, 300, 600], 0)
KNOTS["refusal"] = ([0, 5000, 10000], -1)
KNOTS["leftovers"] = ([0, 1000, 3000], -1)

# What harm costs: the logarithm of the odds of any harm, in thousandths, to points.
HARM = ([-1000, 1000, 2000, 4000, 6500], [0, 1.3, 2.6, 8.0, 11.0])
# What is told by one measure alone, in points.
DIRECT = [
    ("candour", "refusal", ([0, 5000, 10000], [0, -2.0, -5.0])),
    ("cleanness", "leftovers", ([0, 1000, 5000], [0, -0.4, -1.5])),
]
# A clean row with the 5th percentile of substance; points for odds e times as high of being preferred.
BASE, SCALE = 8.7, 0.7
# How strongly the score is kept from following length.
LENGTH_PENALTY = 12
# What a pair of a clean and a damaged row counts, against 1 for a pair of PandaLM's.
DAMAGE_WEIGHTS = {"swapped": 0.05, "truncated": 0.08, "truncated_anywhere": 0.04, "echo": 0.03}


# --- Measures -----------------------------------------------------------------------------------

class Rows:
    def __init__(self, names, table):
        self.place = {name: index for index, name in enumerate(names)}
        self.table = table

    def __len__(self):
        return len(self.table)

    def __getitem__(self, chosen):
        found = Rows([], self.table[chosen])
        found.place = self.place
        return found

    def column(self, name):
        return self.table[:, self.place[name]]


def measure(examples):
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as file:
        file.writelines(json.dumps(example) + "\n" for example in examples)
        file.flush()
        lines = subprocess.run(
            [ROOT / ".build/release/thresher-bench", "measures", file.name],
            capture_output=True, text=True, check=True).stdout.splitlines()
    table = [[np.nan if value == "-" else float(value) for value in line.split("\t")]
             for line in lines[1:]]
    return Rows(lines[0].split("\t"), np.array(table))


def clean_rows():
    found = {
        "dolly": sets.rows("dolly_chatgpt_kept_3k/rows.jsonl.gz"),
        "code": sets.rows("code_alpaca_2k/rows.jsonl.gz"),
        "alibre": [row for version in ("v1", "v2")
                   for row in sets.rows(f"alpaca_libre_selfinstruct/{version}.jsonl.gz")
                   if row["status"] in ("ok", "too similar") and row["output"].strip()],
    }
    return {name: [sets.example(row) for row in rows if not sets.in_model(row)]
            for name, rows in found.items()}


def majority(votes):
    return 1 if votes.count(1) > votes.count(2) else 2 if votes.count(2) > votes.count(1) else 0


class Data:
    def __init__(self):
        self.clean, self.damaged = {}, {}
        for name, rows in clean_rows().items():
            self.clean[name] = measure(rows)
            for kind, made in sets.damaged(rows).items():
                if made:
                    self.damaged[name, kind] = measure([row for _, row in made])
        pairs = sets.rows("pandalm_human_pairs/rows.jsonl.gz")
        self.pair_label = np.array([majority(row["annot"]) for row in pairs])
        self.pair_prompt = [row["instruction"] + str(row["input"]) for row in pairs]
        self.pair_a = measure([sets.example(row, "output_a") for row in pairs])
        self.pair_b = measure([sets.example(row, "output_b") for row in pairs])
        wild = sets.rows("wildbench_1to10/rows.jsonl.gz")
        self.wild = measure([sets.example(row) for row in wild])
        self.wild_score = np.array([row["score_gpt4o"] for row in wild])
        self.wild_both = self.wild_score + np.array([row["score_gpt4turbo"] for row in wild])
        self.wild_model = np.array([row["model"] for row in wild])
        self.wild_session = [row["session"] for row in wild]


# --- Fitting ------------------------------------------------------------------------------------

class Line:
    """A sum of lines between knots, one for each measure; 0 at the first knot."""

    def __init__(self, names):
        self.parts = [(name, left, right, KNOTS[name][1]) for name in names
                      for left, right in zip(KNOTS[name][0], KNOTS[name][0][1:])]
        self.offset, self.steps = 0.0, np.zeros(len(self.parts))

    def basis(self, rows):
        found = np.zeros((len(rows), len(self.parts)), np.float32)
        for index, (name, left, right, _) in enumerate(self.parts):
            found[:, index] = np.nan_to_num(
                np.clip((rows.column(name) - left) / (right - left), 0, 1))
        return found

    def __call__(self, rows):
        return self.basis(rows) @ self.steps + self.offset

    def bounds(self):
        return [(None, 0) if sign < 0 else (0, None) if sign > 0 else (None, None)
                for *_, sign in self.parts]

    def fit(self, rows, labels, weights, ridge, smooth, given=0.0, even=None):
        """Logistic regression. Labels are 1 and -1; `given` is what is added to the sum of each row;
        `even` is (vector, number, strength): the sum over it and the number is drawn to 0."""
        same = np.array([one[0] == two[0] for one, two in zip(self.parts, self.parts[1:])] or [False])

        def loss(point):
            offset, steps = point[0], point[1:]
            margin = labels * (rows @ steps + offset + given)
            pull = -labels * weights / (1 + np.exp(np.clip(margin, -50, 50)))
            bend = np.where(same, np.diff(steps), 0)
            value = (np.logaddexp(0, -margin) * weights).sum()
            value += ridge * steps @ steps / 2 + smooth * bend @ bend / 2
            slope = rows.T @ pull + ridge * steps
            slope[1:] += smooth * bend
            slope[:-1] -= smooth * bend
            if even is not None:
                follows = even[0] @ steps + even[1]
                value += even[2] * follows ** 2 / 2
                slope = slope + even[2] * follows * even[0]
            return value, np.concatenate([[pull.sum()], slope])

        found = minimize(loss, np.zeros(len(self.parts) + 1), jac=True, method="L-BFGS-B",
                         bounds=[(None, None)] + self.bounds(), options={"maxiter": 400})
        self.offset, self.steps = found.x[0], found.x[1:]
        return self

    def terms(self):
        """{measure: values at its knots}"""
        found = {}
        for (name, *_), step in zip(self.parts, self.steps):
            found.setdefault(name, [0.0]).append(found.get(name, [0.0])[-1] + step)
        return found


def detector(data, name):
    """Odds of harm."""
    kinds, measures = DETECTORS[name]
    line = Line(measures)
    rows, labels, weights = [], [], []
    for clean in CLEAN:
        groups = [(data.clean[clean], -1.0, 1.0)]
        groups += [(data.damaged[clean, kind], 1.0, weight)
                   for kind, weight in kinds.items() if (clean, kind) in data.damaged]
        for group, label, weight in groups:
            rows.append(line.basis(group))
            labels.append(np.full(len(group), label))
            each = np.full(len(group), weight)
            if label > 0 and name == "completeness":
                # A few words that are left may be whole: "Good morning" of "Good morning to you."
                each[group.column("length") < 2300] *= 0.4
            weights.append(each)
    signs = np.concatenate(labels)
    # A measure that may only fall makes harm likelier as it rises: signs turn with the label.
    line.parts = [(name, left, right, -sign) for name, left, right, sign in line.parts]
    return line.fit(np.vstack(rows), signs, np.concatenate(weights), ridge=1.0, smooth=2.0)


class Score:
    """The sum of the score's parts in points, as Weights.swift makes it."""

    def __init__(self, detectors):
        self.detectors, self.line, self.low = detectors, Line(SUBSTANCE), 0.0

    def harm(self, rows):
        odds = []
        for name, found in self.detectors.items():
            value = found(rows) + PRIOR.get(name, 0)
            if name == "alignment":
                value = np.where(np.isnan(rows.column("subject")), -np.inf, value)
            odds.append(value)
        return np.interp(1000 * np.logaddexp.reduce(odds), *HARM)

    def taken(self, rows, harm):
        """What harm, refusals and leftovers take away: below 0."""
        return sum(np.interp(np.nan_to_num(rows.column(name)), *curve)
                   for _, name, curve in DIRECT) - harm

    def __call__(self, rows):
        harm = self.harm(rows)
        substance = np.clip(SCALE * (self.line(rows) - self.low), -0.8, 8)
        substance = np.minimum(substance, np.maximum(2, 9 - 2 * harm))
        return np.round(BASE + substance + self.taken(rows, harm), 2)

    def fit(self, data, pairs, wild):
        """Fits substance on the pairs and the WildBench rows that are chosen (masks)."""
        rows, given, weights = [], [], []

        def add(better, one, worse, two, weight):
            rows.append(self.seen(better)[0][one] - self.seen(worse)[0][two])
            given.append((self.seen(better)[1][one] - self.seen(worse)[1][two]) / SCALE)
            weights.append(np.broadcast_to(weight, len(rows[-1])))

        for label, better, worse in ((1, data.pair_a, data.pair_b), (2, data.pair_b, data.pair_a)):
            chosen = pairs & (data.pair_label == label)
            add(better, chosen, worse, chosen, 1.0)
        for (one, two), weight in wild_pairs(data, wild):
            add(data.wild, one, data.wild, two,
                weight * np.minimum((data.wild_both[one] - data.wild_both[two]) / 4, 2))
        dice = np.random.default_rng(5)
        for (name, kind), damaged in data.damaged.items():
            if kind in DAMAGE_WEIGHTS:
                add(data.clean[name], dice.integers(0, len(data.clean[name]), 600),
                    damaged, dice.integers(0, len(damaged), 600), DAMAGE_WEIGHTS[kind])
        clean = np.vstack([self.seen(data.clean[name])[0] for name in CLEAN])
        taken = np.concatenate([self.seen(data.clean[name])[1] for name in CLEAN]) / SCALE
        length = np.nan_to_num(
            np.concatenate([data.clean[name].column("length") for name in CLEAN]))
        length = (length - length.mean()) / length.std() / len(length)
        everything, given = np.vstack(rows), np.concatenate(given)
        # Pairs have no offset: each counts once as it is and once turned around.
        self.line.fit(
            np.vstack([everything, -everything]), np.repeat([1.0, -1.0], len(everything)),
            np.tile(np.concatenate(weights) / 2, 2), ridge=5.0, smooth=30.0,
            given=np.concatenate([given, -given]),
            even=(clean.T @ length, taken @ length, LENGTH_PENALTY))
        self.line.offset = 0.0
        self.low = np.quantile(clean @ self.line.steps, 0.05)
        return self

    def seen(self, rows):
        """What the line is made of, and what is taken away: worked out once for a table of the data."""
        if id(rows) not in SEEN:
            SEEN[id(rows)] = self.line.basis(rows), self.taken(rows, self.harm(rows))
        return SEEN[id(rows)]


# By the identity of tables that live as long as the program, under detectors that stay the same.
SEEN = {}


def wild_pairs(data, wild):
    """((the better, the worse), weight): of one session, and across sessions."""
    sessions = {}
    for index in np.flatnonzero(wild):
        sessions.setdefault(data.wild_session[index], []).append(index)
    within = [(one, two) for group in sessions.values() for one in group for two in group
              if data.wild_both[one] > data.wild_both[two] + 1]
    dice = np.random.default_rng(1)
    across = [(one, two) for one, two in dice.choice(np.flatnonzero(wild), (8000, 2))
              if data.wild_both[one] > data.wild_both[two] + 1]
    # One model alone has one response a session; then all comparisons are across sessions.
    for found, weight in ((within, 0.1), (across, 0.2 if within else 0.3)):
        if found:
            yield np.array(found).T, weight


# --- Writing ------------------------------------------------------------------------------------

def swift_terms(terms, scale):
    for name, values in terms.items():
        knots = KNOTS[name][0]
        numbers = [round(value * scale) for value in values]
        if any(numbers):
            yield f"      Term(.{name}, {knots}, {numbers}),"


def write(score):
    text = ["/// Made by Tests/Evaluation/fit_score.py, which says from what.", "extension Weights {",
            "  static let standard = Weights(",
            f"    base: {round(100 * BASE)},",
            f"    substance: Sum({round(-10000 * score.low * SCALE)}, ["]
    text += swift_terms(score.line.terms(), 10000 * SCALE)
    text += ["    ]),", "    detectors: ["]
    for name, found in score.detectors.items():
        offset = found.offset + PRIOR.get(name, 0)
        text += [f'      Detector("{name}", Sum({round(1000 * offset)}, [']
        text += ["  " + term for term in swift_terms(found.terms(), 1000)]
        text += ["      ])),"]
    points = [round(10000 * value) for value in HARM[1]]
    text += ["    ],", f"    harm: Curve({HARM[0]}, {points}),",
             "    direct: ["]
    for signal, name, (knots, values) in DIRECT:
        numbers = [round(10000 * value) for value in values]
        text.append(f'      Direct("{signal}", Term(.{name}, {knots}, {numbers})),')
    text += ["    ])", "}"]
    TARGET.write_text("\n".join(text) + "\n")


# --- Validation ---------------------------------------------------------------------------------

def validate(data, detectors):
    everyone, everything = np.ones(len(data.wild), bool), np.ones(len(data.pair_label), bool)
    prompts = list(dict.fromkeys(data.pair_prompt))
    right = total = 0
    for seed in range(4):
        place = dict(zip(prompts, np.random.default_rng(seed).permutation(len(prompts))))
        fold = np.array([place[prompt] % 5 for prompt in data.pair_prompt])
        for number in range(5):
            score = Score(detectors).fit(data, fold != number, everyone)
            one, two = score(data.pair_a), score(data.pair_b)
            for label, better in ((1, one > two), (2, two > one)):
                chosen = (data.pair_label == label) & (fold == number)
                right += better[chosen].sum()
                total += chosen.sum()
    print(f"PandaLM pairs, five folds by prompt, dealt four times: {right / total:.3f} of {total // 4}"
          " (a tie is wrong)")
    for held in sorted(set(data.wild_model)):
        chosen = data.wild_model == held
        found = Score(detectors).fit(data, everything, ~chosen)(data.wild[chosen])
        judged = data.wild_score[chosen]
        length = np.nan_to_num(data.wild[chosen].column("length"))
        print(f"WildBench, {held} held out: Spearman {sets.spearman(list(found), list(judged)):.3f}"
              f" (length {sets.spearman(list(length), list(judged)):.3f})")
        # A border that keeps what the judge would of one half, on the other half.
        agree = []
        for seed in range(20):
            half = np.random.default_rng(seed).permutation(len(found)) % 2 == 0
            border = np.quantile(found[half], 1 - (judged[half] >= 7).mean())
            agree.append(((found[~half] >= border) == (judged[~half] >= 7)).mean())
        print(f"  agrees on 7 with the border of `calibrate` on another half of the model's rows:"
              f" {np.mean(agree):.3f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--validate", action="store_true", help="cross-validate, write nothing")
    options = parser.parse_args()
    data = Data()
    detectors = {name: detector(data, name) for name in DETECTORS}
    if options.validate:
        validate(data, detectors)
        return
    for name, found in detectors.items():
        whole = np.concatenate([found(data.clean[clean]) for clean in CLEAN])
        for kind in DETECTORS[name][0]:
            harmed = np.concatenate([found(data.damaged[clean, kind]) for clean in CLEAN
                                     if (clean, kind) in data.damaged])
            print(f"{name}: {kind} AUC {sets.auc(list(harmed), list(whole)):.3f} (fitted on)")
    write(Score(detectors).fit(
        data, np.ones(len(data.pair_label), bool), np.ones(len(data.wild), bool)))


if __name__ == "__main__":
    main()
