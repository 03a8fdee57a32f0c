"""A real daemon for each test that asks for one, and examples to send it.

THRESHER_BIN names the program under test, by default the release build. The daemons are started by the client's own `connect`,
on sockets in directories of their own, and stopped at the end.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parent))

import thresher  # noqa: E402

DUPLICATES = {"score": {"minimum": None}, "trim": "off"}


def binary() -> str:
    built = Path(__file__).resolve().parents[3] / ".build" / "release" / "thresher"
    path = os.environ.get("THRESHER_BIN") or str(built)
    if not os.access(path, os.X_OK):
        pytest.exit(f"{path} is not there: build it, or set THRESHER_BIN", 2)
    return os.path.abspath(path)


@pytest.fixture(scope="session", autouse=True)
def _environment() -> Iterator[None]:
    # Nothing of the tester's own settings reaches a daemon; a crash is an end at once.
    for name in list(os.environ):
        if name.startswith("THRESHER_") and name not in ("THRESHER_BIN", "THRESHER_LONG"):
            del os.environ[name]
    os.environ["THRESHER_BIN"] = binary()
    os.environ["SWIFT_BACKTRACE"] = "enable=no"
    yield


@pytest.fixture
def directory() -> Iterator[Path]:
    """Short, since a socket's path must be."""
    path = Path(tempfile.mkdtemp(prefix="thresher-py-"))
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def socket_path(directory: Path) -> Iterator[str]:
    """Where a daemon may be started; it is stopped at the end."""
    path = str(directory / "s")
    yield path
    stop(path)


@pytest.fixture
def client(socket_path: str) -> Iterator[thresher.Client]:
    with thresher.connect(socket_path) as client:
        yield client


def stop(path: str) -> None:
    if os.path.exists(path):
        try:
            with thresher.connect(path, start=False) as client:
                client.stop()
        except thresher.Unavailable:
            pass


def daemon_processes(path: str) -> List[int]:
    """The daemons that serve this socket."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                words = (folder / "cmdline").read_bytes().split(b"\0")
                is_alive = b") Z " not in (folder / "stat").read_bytes()
            except OSError:
                continue
            if is_alive and b"serve" in words and os.fsencode(path) in words:
                found.append(int(folder.name))
    return found


def kill(path: str) -> None:
    for process in daemon_processes(path):
        os.kill(process, signal.SIGKILL)
        while process in daemon_processes(path):
            pass


def knows_state() -> bool:
    output = subprocess.run([binary(), "serve", "--help"], capture_output=True, text=True)
    return "--state" in output.stdout


def words(count: int, seed: int) -> str:
    rng = random.Random(seed)
    return " ".join("".join(rng.choices("abcdefghijklmnopqrstuvwxyz", k=6)) for _ in range(count))


def rows(count: int, twins: int = 4, seed: int = 1) -> List[Dict[str, Any]]:
    """Examples of which about every fourth repeats an earlier one, word for word or nearly."""
    rng = random.Random(seed)
    made: List[Dict[str, Any]] = []
    for number in range(count):
        if made and rng.randrange(twins) == 0:
            other = rng.choice(made)
            output = other["output"] + (" indeed" if rng.randrange(2) else "")
            made.append({"id": f"r{number}", "instruction": other["instruction"], "output": output})
        else:
            made.append(
                {
                    "id": f"r{number}",
                    "instruction": words(6, seed * 10**6 + 2 * number),
                    "output": words(40, seed * 10**6 + 2 * number + 1),
                }
            )
    return made


def fluffy(number: int) -> Dict[str, Any]:
    """One that the trimmer shortens."""
    return {
        "id": number,
        "instruction": f"Name {number} colours.",
        "output": f"Sure! Red, green and blue are {number} colours. I hope this helps!",
    }


GOOD = {
    "instruction": "How do plants make food?",
    "output": (
        "Plants make food by photosynthesis. Their leaves take in carbon dioxide from the air, the roots bring up "
        "water from the soil, and chlorophyll captures the energy of sunlight. The plant uses this energy to turn "
        "carbon dioxide and water into glucose, and gives off oxygen."
    ),
}
BAD = {"instruction": "How do plants make food?", "output": "asdf asdf qwer the of of zxcv zxcv"}


def oracle(examples: List[Dict[str, Any]], settings: Any) -> List[Any]:
    """The ids that are kept when one connection sends one example after another."""
    directory = tempfile.mkdtemp(prefix="thresher-oracle-")
    path = os.path.join(directory, "s")
    try:
        with thresher.connect(path) as client:
            corpus = client.corpus("oracle", settings=settings)
            kept = []
            for example in examples:
                if corpus.admit([example], detail="decision")[0]["keep"]:
                    kept.append(example["id"])
            client.stop()
            return kept
    finally:
        shutil.rmtree(directory, ignore_errors=True)


Rows = Callable[[int], List[Dict[str, Any]]]
