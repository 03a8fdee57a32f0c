#!/usr/bin/env python3
"""The language model against KenLM: log10 of every word and sentence of the oracle, and training.

  language_model.py           parity on kenlm-oracle
  language_model.py --train   also trains on half of Alpaca, as the oracle's model was, and compares

KenLM's sums are of 32-bit floats: on its longest sentences they are 3e-4 away from the sum of its own
words, so that a sentence is compared with the sum of the oracle's words, too.
"""
import gzip, json, pathlib, re, subprocess, sys, tempfile

from support import ALPACA, DATA, ROOT, Report, binary, lines

ORACLE = "kenlm-oracle/oracle200.jsonl"
MODEL = "kenlm-oracle/alpaca-half.3gram.prune011.arpa.gz"
BENCH = pathlib.Path(binary()).with_name("thresher-bench")

report = Report("language_model")
if not report.needs(MODEL) or not report.needs(ORACLE):
    sys.exit(report.finish())
if not BENCH.exists():
    print("language_model: skipped, thresher-bench is not built")
    report.skipped += 1
    sys.exit(report.finish())


def words(model, text):
    output = subprocess.run([BENCH, "lm", model, text, "--words"], check=True,
                            capture_output=True, text=True).stdout
    return [[float(number) for number in line.split()] for line in output.splitlines()]


with tempfile.TemporaryDirectory() as folder:
    folder = pathlib.Path(folder)
    model, text = folder / "model.arpa", folder / "sentences"
    model.write_bytes(gzip.decompress((DATA / MODEL).read_bytes()))
    oracle = [json.loads(line) for line in (DATA / ORACLE).read_text().splitlines()]
    text.write_text("".join(row["sentence"] + "\n" for row in oracle))
    found = words(model, text)
    report.check("sentences", len(oracle), len(found), len(oracle) == len(found))
    worst = max(abs(ours - theirs[0]) for line, row in zip(found, oracle)
                for ours, theirs in zip(line, row["words"]))
    report.check("log10 of a word, worst", "within 1e-4", f"{worst:.1e}", worst <= 1e-4)
    sums = [abs(sum(line) - sum(word[0] for word in row["words"]))
            for line, row in zip(found, oracle)]
    report.check("log10 of a sentence against the sum of KenLM's words, worst", "within 1e-4",
                 f"{max(sums):.1e}", max(sums) <= 1e-4)
    relative = [abs(sum(line) - row["log10"]) / max(1, abs(row["log10"]))
                for line, row in zip(found, oracle)]
    report.check("log10 of a sentence against KenLM's own sum, worst, relative", "within 1e-4",
                 f"{max(relative):.1e}", max(relative) <= 1e-4)
    apart = [abs(sum(line) - row["log10"]) for line, row in zip(found, oracle)]
    own = [abs(sum(word[0] for word in row["words"]) - row["log10"]) for row in oracle]
    report.tell("the same, not relative; and KenLM from the sum of its words", "",
                f"{max(apart):.1e}, {sum(a > 1e-4 for a in apart)} of {len(apart)} above 1e-4; "
                f"{max(own):.1e}")

    if "--train" in sys.argv[1:] and report.needs(ALPACA):
        token = re.compile(r"\w+|[^\w\s]")
        def sentences(parity):
            for row in list(map(json.loads, lines(ALPACA)))[parity::2]:
                for key in ("instruction", "input", "output"):
                    for line in row.get(key, "").split("\n"):
                        if found := token.findall(line.lower()):
                            yield " ".join(found)
        train, held, ours = folder / "train", folder / "held", folder / "ours"
        train.write_text("\n".join(sentences(0)) + "\n")
        held.write_text("\n".join(sentences(1)) + "\n")
        subprocess.run([binary(), "train", "lm", train, "-o", ours, "--order", "3",
                        "--prune", "0,1,1", "--exact"], check=True, capture_output=True)
        def told(model):
            output = subprocess.run([BENCH, "lm", model, held, "--rounds", "1"], check=True,
                                    capture_output=True, text=True).stdout
            return (re.search(r"n-grams \[(.*?)\]", output)[1],
                    float(re.search(r"perplexity ([0-9.]+)", output)[1]))
        one, two = told(model), told(ours)
        report.tell("n-grams: lmplz, train lm", one[0], two[0])
        report.check("held-out perplexity: lmplz, train lm", f"{one[1]:.3f}", f"{two[1]:.3f}",
                     abs(one[1] / two[1] - 1) < 0.005)
sys.exit(report.finish())
