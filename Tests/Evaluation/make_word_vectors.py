#!/usr/bin/env python3
"""Makes the word vectors that ship with Thresher, Sources/CEnglishModel/english.vectors.

    Tests/Evaluation/make_word_vectors.py

Vectors of tokens such that what belongs to one subject points one way. First a singular value
decomposition of the positive pointwise mutual information of tokens near each other; then the vectors
are moved until the sum of a prompt's is nearer to the sum of its own response's than to those of
others (a softmax over the cosines in a batch). Length is learned along with direction: it is the
weight of a token. Function words and signs take part, as they tell what kind of response is asked
for and given.

The texts are those of the language model (make_english_model.py, NOTICE): of the data folder's sets
the half that the score is not fitted on; WordNet, in which a word and what it is said to mean are a
prompt and its response; the manuals. The file: Scoring/WordVectors.swift.

Needs apt-get and dpkg-deb, and requirements-fit.txt.
"""
import collections
import pathlib
import re
import tempfile

import numpy as np
import scipy.sparse as sparse
from scipy.sparse.linalg import svds

import make_english_model as model
from quality_sets import in_model
from support import ROOT

TARGET = ROOT / "Sources/CEnglishModel/english.vectors"
# A table of slots, about two thirds of them taken.
SLOTS, WORDS, SIZE = 32_768, 22_000, 32
# Tokens that stand near each other.
WINDOW = 8
# Shares of each source in the pairs that are learned from: prompts, WordNet, halves of a text.
SHARES = (0.6, 0.25, 0.15)
NUMBER, LINES = "#n", "#l"
PATTERN = re.compile(r"[a-z_0-9]+|[!-~]")


def tokens(text):
    """What `Affinity` sees of a text: the stem of a word, any number as one, signs, and whether there
    are several lines."""
    found = []
    for word in PATTERN.findall(text.lower()):
        if word.isdigit():
            found.append(NUMBER)
        elif word[0].isalnum() or word[0] == "_":
            found.append(word[:len(word) - 1 if 3 < len(word) <= 6 and word[-1] == "s" else 6])
        else:
            found.append("#" + word)
    if sum(1 for line in text.splitlines() if line.strip()) > 1:
        found.append(LINES)
    return found


def key(token):
    """`Mark.stem` of a word, FNV-1a, folded; small numbers for the rest."""
    if token == NUMBER:
        return 2
    if token == LINES:
        return 4
    if token[0] == "#":
        return 2 * ord(token[1])
    value = 0xCBF2_9CE4_8422_2325
    for byte in token.encode():
        byte = byte if 0x30 <= byte <= 0x39 else byte | 0x20
        value = ((value ^ byte) * 0x100_0000_01B3) % 2**64
    return (value ^ value >> 32) % 2**32 | 1


def function_words():
    """Of WordClasses.swift: they stand near everything."""
    text = (ROOT / "Sources/Scoring/WordClasses.swift").read_text()
    text = text.split("static let words")[1].split("\n  ]\n")[0]
    return set(token for word in re.findall(r"[a-z]+", re.sub(r"\(\s*\.\w+", "", text))
               for token in tokens(word))


FUNCTION = function_words()


# --- Texts --------------------------------------------------------------------------------------

def asked_and_given():
    """Prompts and their responses, of the half that the score is not fitted on."""
    for name, outputs in (
            ("dolly_chatgpt_kept_3k/rows.jsonl.gz", ["output"]),
            ("code_alpaca_2k/rows.jsonl.gz", ["output"]),
            ("alpaca_libre_selfinstruct/v1.jsonl.gz", ["output"]),
            ("alpaca_libre_selfinstruct/v2.jsonl.gz", ["output"]),
            ("pandalm_human_pairs/rows.jsonl.gz", ["output_a", "output_b"]),
            ("rasbt_eval_0to100/instruction_data_1100.jsonl.gz", ["output"])):
        for row in model.rows(name):
            if row.get("status") == "error" or not in_model(row):
                continue
            prompt = f"{row.get('instruction') or ''}\n{row.get('input') or ''}"
            for output in outputs:
                yield prompt, str(row.get(output) or "")
    for row in model.rows("gpteacher_toolformer_dedup/rows.jsonl.gz"):
        if in_model(row):
            yield str(row.get("instruction")).split("\n")[-1] + "\n" + str(row.get("input") or ""), \
                row["response"]
    for task in model.rows("seed_tasks/seed_tasks.jsonl.gz"):
        for instance in task["instances"]:
            yield task["instruction"] + "\n" + instance["input"], instance["output"]


def wordnet(folder):
    """What a synset is called, with what stands above it, and what it is said to mean."""
    names, lines = {}, []
    for path in sorted((folder / "usr/share/wordnet").glob("data.*")):
        kind = {"noun": "n", "verb": "v", "adj": "a", "adv": "r"}[path.suffix[1:]]
        for line in path.read_text(encoding="latin-1").splitlines():
            if line.startswith("  ") or "|" not in line:
                continue
            fields, gloss = line.split("|", 1)
            fields = fields.split()
            count = int(fields[3], 16)
            names[fields[0] + kind] = " ".join(
                fields[4 + 2 * index].split("(")[0].replace("_", " ") for index in range(count))
            rest = fields[5 + 2 * count:]
            related = [rest[index + 1] + rest[index + 2].replace("s", "a")
                       for index in range(0, len(rest) - 3, 4) if rest[index] in ("@", "@i", "~", "+")]
            lines.append((fields[0] + kind, related[:12], gloss))
    for place, related, gloss in lines:
        yield names[place], " ".join(names.get(other, "") for other in related), gloss


def halves(text):
    """A long text's beginning and its rest belong together."""
    words = text.split()
    if len(words) >= 40:
        middle = len(words) // 3
        yield " ".join(words[:middle]), " ".join(words[middle:])


# --- Vectors ------------------------------------------------------------------------------------

def vocabulary(pairs):
    """The tokens that come in most texts, prompts and their responses counting three times."""
    counts = collections.Counter()
    for one, two, weight in pairs:
        for token in set(tokens(one) + tokens(two)):
            counts[token] += weight
    found, keys = {}, set()
    for token, count in counts.most_common():
        if count < 3 or len(found) == WORDS:
            break
        if key(token) not in keys:
            keys.add(key(token))
            found[token] = len(found)
    return found, counts


def neighbours(texts, place):
    """How often stems stand near each other, the nearer the more."""
    total = sparse.csr_matrix((len(place), len(place)))
    rows, columns, values = [], [], []

    def flush():
        nonlocal total
        if rows:
            total = total + sparse.csr_matrix(
                (np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))),
                shape=total.shape)
        for each in (rows, columns, values):
            each.clear()

    for number, (text, weight) in enumerate(texts):
        ids = np.array([place[token] for token in tokens(text)
                        if token in place and token not in FUNCTION and token[0] != "#"], np.int32)
        for distance in range(1, min(WINDOW + 1, len(ids))):
            rows.append(ids[:-distance])
            columns.append(ids[distance:])
            values.append(np.full(len(ids) - distance, weight / distance ** 0.5))
        if number % 50_000 == 49_999:
            flush()
    flush()
    return total + total.T


def decomposed(counts):
    total = counts.sum()
    near = np.asarray(counts.sum(axis=1)).ravel() + 1e-9
    smooth = near ** 0.75
    smooth = smooth / smooth.sum()
    found = counts.tocoo()
    values = np.log(found.data * 1.0 / (near[found.row] * smooth[found.col]))
    keep = values > 0
    matrix = sparse.csr_matrix((values[keep], (found.row[keep], found.col[keep])), found.shape)
    left, size, _ = svds(matrix, k=SIZE, v0=np.ones(len(near)))
    found = left * size ** 0.5
    return found / (np.linalg.norm(found, axis=1, keepdims=True) + 1e-6)


def bags(texts, place):
    """Each text as a row of which tokens come."""
    rows, columns = [], []
    for number, text in enumerate(texts):
        for token in dict.fromkeys(tokens(text)):
            if token in place:
                rows.append(number)
                columns.append(place[token])
    return sparse.csr_matrix((np.ones(len(rows), np.float32), (rows, columns)),
                             shape=(len(texts), len(place)))


def normal(sums):
    size = np.linalg.norm(sums, axis=1, keepdims=True) + 1e-6
    return sums / size, size


def trained(vectors, one, two, chance, epochs=1.5, rate=0.02, sharp=12.0, batch=512, drop=0.2):
    """Adam over batches of pairs, each told from the other pairs of its batch; a part of the tokens
    is left out each time."""
    vectors = vectors.astype(np.float32)
    first, second = np.zeros_like(vectors), np.zeros_like(vectors)
    dice = np.random.default_rng(1)
    steps = int(epochs * len(chance) / batch)
    for step in range(1, steps + 1):
        chosen = dice.choice(len(chance), batch, p=chance)
        a, b = one[chosen], two[chosen]
        for bag in (a, b):
            bag.data *= dice.random(len(bag.data)) > drop
        (x, x_size), (y, y_size) = normal(a @ vectors), normal(b @ vectors)
        logits = sharp * x @ y.T
        slope = np.zeros_like(logits)
        for axis in (0, 1):
            odds = np.exp(logits - logits.max(axis=axis, keepdims=True))
            odds /= odds.sum(axis=axis, keepdims=True)
            slope += (odds - np.eye(batch, dtype=np.float32)) * (sharp / 2 / batch)
        x_slope, y_slope = slope @ y, slope.T @ x
        x_slope = (x_slope - x * (x_slope * x).sum(1, keepdims=True)) / x_size
        y_slope = (y_slope - y * (y_slope * y).sum(1, keepdims=True)) / y_size
        gradient = a.T @ x_slope + b.T @ y_slope
        first += 0.1 * (gradient - first)
        second += 0.001 * (gradient ** 2 - second)
        speed = rate * (1 - step / (steps + 1))
        vectors -= speed * (first / (1 - 0.9 ** step)) / (
            np.sqrt(second / (1 - 0.999 ** step)) + 1e-8)
    return vectors


# --- The file -----------------------------------------------------------------------------------

def write(place, vectors):
    scale = 127 / np.quantile(np.abs(vectors), 0.9995)
    whole = np.clip(np.round(vectors * scale), -127, 127).astype(np.int8)
    keys = np.zeros(SLOTS, np.uint32)
    rows = np.zeros((SLOTS, SIZE), np.int8)
    for token, index in place.items():
        slot = (key(token) * 0x9E37_79B1 % 2**32) >> 17
        while keys[slot]:
            slot = (slot + 1) % SLOTS
        keys[slot] = key(token)
        rows[slot] = whole[index]
    TARGET.write_bytes(keys.astype("<u4").tobytes() + rows.tobytes())


def main():
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        list(model.package_texts(work))
        asked = list(asked_and_given())
        nets = list(wordnet(work / "wordnet-base"))
        rest = [row["output"] for row in model.rows("wildbench_1to10/rows.jsonl.gz")
                if in_model(row)]
        rest += model.documents(
            work / "gnome-user-docs", "usr/share/help/C/**/*.page", "p|title|desc")
        for part in ("tutorial", "faq", "howto", "library", "reference"):
            rest += model.documents(
                work / "python3.11-doc", f"usr/share/doc/**/{part}/*.html", "p|pre")
    rest = list(dict.fromkeys(rest))
    sources = [asked, [(f"{names} {related}", gloss) for names, related, gloss in nets],
               [pair for text in rest for pair in halves(text)]]
    pairs = [pair for source in sources for pair in source]
    place, counts = vocabulary(
        [(*pair, 3 if source is asked else 1) for source in sources for pair in source])
    texts = [(f"{one}\n{two}", 3) for one, two in asked]
    texts += [(" ".join(net), 1) for net in nets] + [(text, 1) for text in rest]
    texts += [(row["trimmed"], 1) for row in model.rows("disflqa_trim/train.jsonl.gz")
              if in_model(row)]
    print(f"{len(texts):,} texts, {len(pairs):,} pairs, {len(place):,} tokens")
    rarity = np.log(300_000 / np.array([counts[token] for token in place]))
    vectors = decomposed(neighbours(texts, place)) * rarity[:, None] / 4
    dice = np.random.default_rng(0)
    plain = np.array([token in FUNCTION or token[0] == "#" for token in place])
    vectors[plain] = dice.normal(0, 0.1, (plain.sum(), SIZE))
    one, two = bags([pair[0] for pair in pairs], place), bags([pair[1] for pair in pairs], place)
    usable = (one.getnnz(axis=1) > 0) & (two.getnnz(axis=1) > 0)
    kind = np.repeat(range(len(sources)), [len(source) for source in sources])
    chance = np.where(usable, np.array(SHARES)[kind], 0.0)
    for number, share in enumerate(SHARES):
        chance[kind == number] *= share / chance[kind == number].sum()
    write(place, trained(vectors, one, two, chance))


if __name__ == "__main__":
    main()
