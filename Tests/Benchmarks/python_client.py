#!/usr/bin/env python3
"""How fast Python gets examples through a daemon, and how long a shell's one-liner takes.

  python_client.py [--rounds 5] [--save]

Run it with a Python that has `datasets` (`.venv-loaders/bin/python` after `Tests/run`), else that row
is skipped. One Python process, one daemon on all cores, rows of 1 kB, batches of 256. Best of the
rounds; the median stands beside it. The works take turns, and a ratio is that of neighbours. Two ceilings of the same run tell a slow machine from slow code:
what `json.dumps` makes of the rows alone, and what the daemon does with requests that were made ahead.
"""
import argparse, json, os, pathlib, random, statistics, subprocess, sys, time

from harness import BATCH, ArgumentDaemon, machine, save, vocabulary
from support import ALPACA, DATA, ROOT, Report, batches, lines

sys.path.insert(0, str(ROOT / "Clients/python"))
import thresher
from thresher import _json

DUPLICATES = {"score": {"minimum": None}, "trim": "off"}
ROW_BYTES = 1000
COUNT = 20_000


def made_rows(count):
    """Unrelated rows of 1 kB."""
    rng, words = random.Random(1), vocabulary(50_000)
    rows = []
    for number in range(count):
        text = " ".join(rng.choices(words, k=142))
        rows.append({"id": number, "instruction": text[:280], "output": text[281:ROW_BYTES - 50] + "."})
    return rows


def real_rows(count):
    """Rows of about 1 kB made of Alpaca's: an instruction, its answer, and more answers."""
    rows, waiting = [], []
    for line in lines(ALPACA):
        row = json.loads(line)
        waiting.append(row)
        if sum(len(one["output"]) for one in waiting) + len(waiting[0]["instruction"]) > ROW_BYTES - 100:
            rows.append({"id": len(rows), "instruction": waiting[0]["instruction"],
                         "output": "\n\n".join(one["output"] for one in waiting)})
            waiting = []
            if len(rows) == count:
                break
    return rows


def timed(work, count):
    started = time.perf_counter()
    work()
    return count / (time.perf_counter() - started)


def exhaust(iterable):
    for _ in iterable:
        pass


def rates(rounds, works):
    """For each work its rates; the works take turns, so that all see the same machine."""
    found = {name: [] for name in works}
    for _ in range(rounds):
        for name, (work, count) in works.items():
            found[name].append(timed(work, count))
    return found


def shell(path, rounds):
    """Milliseconds of the page's first one-liner, with a warm daemon."""
    page = (ROOT / "Clients/shell/README.md").read_text()
    code = page.split("```sh\n")[1].split("```")[0]
    environment = {**os.environ, "THRESHER_SOCKET": path}
    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        result = subprocess.run(["bash", "-c", code], env=environment, capture_output=True, text=True, timeout=10)
        times.append(1000 * (time.perf_counter() - started))
        assert '"keep"' in result.stdout, result
    return times


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--save", action="store_true", help="keep the table below results/")
    options = parser.parse_args()
    try:
        import datasets
        import thresher.datasets as hf
        datasets.disable_progress_bars()
    except ImportError:
        datasets = None
    made, table = made_rows(COUNT), []
    real = real_rows(COUNT) if (DATA / ALPACA).is_file() else None
    report = Report("Python client")

    def row(what, values, unit="examples/s", best=max):
        table.append((what, f"{best(values):,.0f}", f"{statistics.median(values):,.0f}", unit))

    with ArgumentDaemon() as daemon, daemon.connect() as plain, thresher.connect(daemon.path, start=False) as client:

        def filtered(rows, settings):
            corpus = client.corpus(settings=settings)
            exhaust(corpus.filter(rows, warn_dropped=None))
            corpus.drop()

        def prepared(rows, settings, detail):
            corpus = client.corpus(settings=settings)
            requests = batches([json.dumps(one).encode() for one in rows], BATCH, corpus.name, detail)
            return lambda: (plain.pipeline(requests), corpus.drop(), client.call(
                "corpus/open", {"corpus": corpus.name, "settings": settings}))

        works = {
            "json.dumps of the rows alone": (lambda: [json.dumps(one) for one in made], COUNT),
            "the daemon, requests made ahead, duplicates only": (prepared(made, DUPLICATES, "decision"), COUNT),
            "corpus.filter, duplicates only": (lambda: filtered(made, DUPLICATES), COUNT),
        }
        if real is not None:
            works["the daemon, requests made ahead, default policy"] = (prepared(real, {}, "edits"), len(real))
            works["corpus.filter, default policy"] = (lambda: filtered(real, {}), len(real))
        if datasets is not None:
            source = datasets.Dataset.from_list(made).to_iterable_dataset()

            def hugging_face(pick):
                corpus = client.corpus(settings=DUPLICATES)
                pick(corpus)
                corpus.drop()

            works["datasets alone, streaming"] = (lambda: exhaust(source), COUNT)
            works["ds.filter(keep, batched=True), streaming, duplicates only"] = (lambda: hugging_face(
                lambda corpus: exhaust(source.filter(hf.keep(corpus, id_column="id"), batched=True))), COUNT)
        found = rates(options.rounds, works)
        for name, values in found.items():
            row(name, values)
        calls = shell(daemon.path, 30)
        row("shell one-liner, warm daemon", calls, "ms", min)

    best = {name: max(values) for name, values in found.items()}
    dup = "corpus.filter, duplicates only"
    report.tell("corpus.filter, 1 kB rows, duplicates only", "≥ 40,000/s", f"{best[dup]:,.0f}/s", best[dup] >= 40_000)
    if real is None:
        report.needs(ALPACA)
    else:
        rate = best["corpus.filter, default policy"]
        report.tell("corpus.filter, 1 kB rows, default policy", "≥ 40,000/s", f"{rate:,.0f}/s", rate >= 40_000)
    if datasets is None:
        report.skipped += 1
        print("ds.filter: skipped, this Python has no datasets")
    else:
        streamed = "ds.filter(keep, batched=True), streaming, duplicates only"
        ratio = best[streamed] / best[dup]
        middle = statistics.median(one / other for one, other in zip(found[streamed], found[dup]))
        report.tell("ds.filter(keep, batched=True) against corpus.filter, median of pairs", "≥ 0.8",
                    f"{middle:.2f} (best against best {ratio:.2f})", middle >= 0.8)
    milliseconds = statistics.median(calls)
    report.tell("shell one-liner, warm daemon", "≤ 80 ms", f"{milliseconds:.0f} ms", milliseconds <= 80)
    text = (f"{machine()}; Python {sys.version.split()[0]}; orjson {'yes' if _json.is_fast else 'no'}\n\n"
            "| what | best | median | |\n|---|---|---|---|\n"
            + "".join(f"| {' | '.join(columns)} |\n" for columns in table))
    print(text)
    if options.save:
        print(save("python-client", text))
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
