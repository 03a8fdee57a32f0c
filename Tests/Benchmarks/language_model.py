#!/usr/bin/env python3
"""Tokens a second of the language model against KenLM on the same ARPA model and text, in one run.

  language_model.py [--save NAME]     NAME: also kept as results/<date>-NAME.md

KenLM is its `query`, if there is one in PATH (or $KENLM_QUERY; Tests/Benchmarks/kenlm-query DIR makes it
from the source package), and its Python module, if this Python has it (pip install kenlm): its time is
that of full sentences one by one, loading left out. All are pinned to one core. `query` is timed as a
whole, loading a binary of the model included (`build_binary` beside it makes that), and so is ours.
"""
import gzip, os, pathlib, re, shutil, subprocess, sys, tempfile, time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "Evaluation"))
from harness import machine, save
from support import ALPACA, DATA, Report, binary, lines

MODEL = "kenlm-oracle/alpaca-half.3gram.prune011.arpa.gz"
BENCH = pathlib.Path(binary()).with_name("thresher-bench")
report = Report("language_model")
if not report.needs(MODEL, ALPACA):
    sys.exit(report.finish())


def sentences():
    import json
    token = re.compile(r"\w+|[^\w\s]")
    for row in [json.loads(line) for line in lines(ALPACA)][1::2]:
        for key in ("instruction", "input", "output"):
            for line in row.get(key, "").split("\n"):
                if found := token.findall(line.lower()):
                    yield " ".join(found)


def rate(tokens, run, rounds=5):
    """Tokens a second, median of some rounds."""
    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        run()
        times.append(time.perf_counter() - started)
    return tokens / sorted(times)[len(times) // 2]


os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
with tempfile.TemporaryDirectory() as folder:
    folder = pathlib.Path(folder)
    arpa, text = folder / "model.arpa", folder / "text"
    arpa.write_bytes(gzip.decompress((DATA / MODEL).read_bytes()))
    held = list(sentences())
    text.write_text("\n".join(held) + "\n")
    count = sum(len(line.split()) + 1 for line in held)
    told = subprocess.run([BENCH, "lm", arpa, text], check=True, capture_output=True, text=True).stdout
    ours = float(re.search(r"([0-9.]+) tokens/s", told)[1])
    report.tell("Thresher, tokens/s", ">= 5 M", f"{ours / 1e6:.1f} M", ours >= 5e6)
    peers = {}
    try:
        import kenlm
        model = kenlm.Model(str(arpa))
        def score():
            for line in held:
                model.score(line)
        peers["KenLM's Python module"] = rate(count, score, 3)
    except ImportError:
        print("language_model: the Python module kenlm is not here (pip install kenlm)")
    query = os.environ.get("KENLM_QUERY") or shutil.which("query")
    if query:
        theirs, own = folder / "model.kenlm", folder / "model.lm"
        maker = pathlib.Path(query).with_name("build_binary")
        subprocess.run([maker, arpa, theirs], check=True, capture_output=True)
        own.write_bytes(subprocess.run([BENCH, "lm", arpa, text, "--binary"], check=True,
                                       capture_output=True).stdout)
        def whole():
            with open(text) as file:
                subprocess.run([query, "-v", "summary", theirs], stdin=file, check=True,
                               capture_output=True)
        peers["KenLM's query, with start-up"] = rate(count, whole)
        ours_whole = rate(count, lambda: subprocess.run(
            [BENCH, "lm", own, text, "--rounds", "0"], check=True, capture_output=True))
        report.tell("Thresher, with start-up", "more than query",
                    f"{ours_whole / 1e6:.1f} M", ours_whole > peers["KenLM's query, with start-up"])
    else:
        print("language_model: KenLM's query is not here ($KENLM_QUERY names it)")
    for name, speed in peers.items():
        report.tell(name, "less", f"{speed / 1e6:.1f} M", speed < ours)
    if not peers:
        report.skipped += 1
where = machine()
print(where)
if "--save" in sys.argv:
    table = "\n".join(f"| {what} | {asked} | {got} |" for what, asked, got, _ in report.rows)
    print(save(sys.argv[sys.argv.index("--save") + 1],
               f"{where}\n\n| what | asked | measured |\n|---|---|---|\n{table}\n"))
sys.exit(report.finish())
