"""What the benchmarks share: cores, a daemon with arguments, rows made here, results kept."""
import datetime, json, os, pathlib, platform, random, resource, subprocess, sys, tempfile, time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "Evaluation"))
from support import ROOT, Daemon, RPCError, batches, binary

BATCH = 256
# Settings of a corpus that judges duplicates alone.
NO_MINIMUM = {"score": {"minimum": None}}
CORES = sorted(os.sched_getaffinity(0))
DAEMON_CORE, CLIENT_CORE = CORES[0], CORES[-1]
PAGE, TICKS = resource.getpagesize(), os.sysconf("SC_CLK_TCK")


# --- Where and what -----------------------------------------------------------------------------

def machine():
    """Processor, system, date and commit, for the head of a table."""
    model = "unknown processor"
    for line in open("/proc/cpuinfo"):
        if line.startswith("model name"):
            model = line.split(":", 1)[1].strip()
            break
    commit = subprocess.run(["git", "describe", "--always", "--dirty"], cwd=ROOT,
                            capture_output=True, text=True).stdout.strip() or "unknown"
    return (f"{model}, {len(CORES)} cores of it, {platform.system()}; "
            f"{datetime.date.today()}; commit {commit}; load average before {os.getloadavg()[0]:.1f}")


def save(name, text):
    """Keeps a table below results/; its path, relative to the repository."""
    path = pathlib.Path(__file__).parent / "results" / f"{datetime.date.today()}-{name}.md"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path.relative_to(ROOT)


# --- Processes ----------------------------------------------------------------------------------

class ArgumentDaemon(Daemon):
    """A daemon with more arguments. On a `core` of its own it has one worker; None leaves it all cores."""

    def __init__(self, core=None, arguments=()):
        super().__init__(core)
        self.arguments = list(arguments)
        if core is not None and "--workers" in serve_help():
            self.arguments += ["--workers", "1"]

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="thresher-")
        self.path = self.folder.name + "/s"
        self.log = open(self.folder.name + "/log", "wb")
        cores = set(CORES) if self.core is None else {self.core}
        own = os.sched_getaffinity(0)
        try:
            os.sched_setaffinity(0, cores)  # The child takes it over.
            self.process = subprocess.Popen(
                [binary(), "serve", "--socket", self.path, *self.arguments],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=self.log)
        finally:
            os.sched_setaffinity(0, own)
        return self

    def cpuSeconds(self):
        return cpu_seconds(self.process.pid)

    def peakBytes(self):
        return status_bytes(self.process.pid, "VmHWM")


def cpu_seconds(pid="self"):
    """Processor time of a process, its threads included."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def status_bytes(pid, key):
    """VmRSS or VmHWM of a process."""
    for line in open(f"/proc/{pid}/status"):
        if line.startswith(key + ":"):
            return int(line.split()[1]) * 1024
    raise RuntimeError(f"no {key}")


def pin_client():
    os.sched_setaffinity(0, {CLIENT_CORE})


def serve_help():
    return subprocess.run([binary(), "serve", "--help"], capture_output=True, text=True).stdout


# --- Unrelated rows -----------------------------------------------------------------------------

def vocabulary(count, seed=1):
    """So many distinct lower-case words of 3 to 9 letters."""
    rng, words = random.Random(seed), {}
    while len(words) < count:
        words["".join(rng.choices("abcdefghijklmnopqrstuvwxyz", k=rng.randint(3, 9)))] = None
    return list(words)


def unrelated_rows(count, seed=1, words=None, length=102, first=0):
    """Rows of `length` distinct random words each, that is of length − 2 shingles; ids are integers."""
    rng, words = random.Random(seed), words or vocabulary(50_000)
    for number in range(first, first + count):
        own = rng.choices(words, k=length)
        while len(set(own)) < length:
            own = rng.choices(words, k=length)
        yield row(number, own)


def row(number, words):
    third = len(words) // 3
    return ('{"id":%d,"instruction":"%s","output":"%s"}'
            % (number, " ".join(words[:third]), " ".join(words[third:]))).encode()


# --- Streams ------------------------------------------------------------------------------------

def blocks(rows, size):
    """Lists of `size` rows, so that a client holds no more of them."""
    block = []
    for item in rows:
        block.append(item)
        if len(block) == size:
            yield block
            block = []
    if block:
        yield block


def admit(client, rows, corpus, detail="decision"):
    """Sends prepared rows in batches; how long that took, and how many were dropped."""
    requests = batches(rows, BATCH, corpus, detail)
    started = time.perf_counter()
    answers = client.pipeline(requests)
    seconds = time.perf_counter() - started
    dropped = 0
    for answer in answers:
        if b'"error":' in answer:
            raise RPCError(answer[:500].decode(errors="replace"))
        dropped += answer.count(b'"keep":false')
    return seconds, dropped


def stats(client, corpus):
    return client.call("corpus/stats", corpus=corpus)


def numbers_below(value, prefix=""):
    """Every number of nested objects with its dotted name."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from numbers_below(inner, f"{prefix}.{key}" if prefix else key)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield prefix, value


def progress(text):
    print(f"{datetime.datetime.now():%H:%M:%S} {text}", file=sys.stderr, flush=True)
