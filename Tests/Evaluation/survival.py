#!/usr/bin/env python3
"""Kills a daemon with a state at random moments under load, and starts it again each time.

    THRESHER_BIN=… Tests/Evaluation/survival.py [KILLS]        (40; the figure of the README is of 1,000)

Some clients send the examples of a list in batches, each batch again until it is answered. After each
kill -9 the daemon must start, and every example that was answered before must get the same verdict,
marked as replayed; no example may be called a duplicate of itself or of one that came after it. In the
end the state is verified row by row, and its decisions are compared with those of one daemon that was
never killed, for a single client (with several, the order of arrival decides).
"""

import json
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "Clients"))
from thresher_process import Thresher, binary  # noqa: E402

CLIENTS = 4
BATCH = 32


def make_examples(count, seed):
    """Texts of which many are near copies of an earlier one."""
    choose = random.Random(seed)
    made = []
    for index in range(count):
        if made and choose.random() < 0.3:
            words = made[choose.randrange(len(made))]["text"].split(" ")
            for _ in range(choose.randrange(3)):
                words[choose.randrange(len(words))] = f"v{choose.randrange(1000)}"
        else:
            words = [f"w{choose.randrange(20_000)}" for _ in range(40)]
        made.append({"id": index, "text": " ".join(words)})
    return made


class Client:
    """Sends its part of the examples, over and over from the start when it has come to the end."""

    def __init__(self, examples):
        self.batches = [examples[at:at + BATCH] for at in range(0, len(examples), BATCH)]
        self.next = 0
        # Verdicts by id, of what was answered.
        self.known = {}
        self.replayed = 0
        self.faults = []

    def run(self, path, is_over):
        stream = socket.socket(socket.AF_UNIX)
        try:
            stream.connect(path)
            lines = stream.makefile("rb")
            while not is_over.is_set():
                batch = self.batches[self.next % len(self.batches)]
                stream.sendall(json.dumps({
                    "jsonrpc": "2.0", "id": self.next, "method": "examples/admit",
                    "params": {"examples": batch, "return": "decision"}}).encode() + b"\n")
                line = lines.readline()
                if not line.endswith(b"\n"):
                    return  # It was killed: this batch comes again.
                self.take(batch, json.loads(line))
                self.next += 1
        except (ConnectionError, FileNotFoundError):
            return
        finally:
            stream.close()

    def take(self, batch, answer):
        if "error" in answer:
            self.faults.append(f"an error: {answer['error']}")
            return
        for example, verdict in zip(batch, answer["result"]["verdicts"]):
            was_replayed = verdict.pop("replayed", False)
            self.replayed += was_replayed
            number = example["id"]
            duplicate = verdict["duplicate"]
            if duplicate and duplicate["of"] == number:
                self.faults.append(f"{number} is a duplicate of itself")
            if number in self.known:
                if not was_replayed:
                    self.faults.append(f"{number} was acknowledged and is lost")
                elif verdict != self.known[number]:
                    self.faults.append(f"{number} has another verdict than before")
            self.known[number] = verdict


def survive(kills, clients, seed, state):
    """Faults, kills, and the verdicts that were given."""
    choose = random.Random(seed)
    examples = make_examples(60 * kills + 2_000, seed)
    share = (len(examples) + clients - 1) // clients
    workers = [Client(examples[at:at + share]) for at in range(0, len(examples), share)]
    faults, starts = [], []
    for _ in range(kills):
        began = time.monotonic()
        try:
            thresher = Thresher("--state", str(state))
        except RuntimeError as error:
            faults.append(f"no start: {error}")
            break
        starts.append(time.monotonic() - began)
        is_over = threading.Event()
        threads = [
            threading.Thread(target=worker.run, args=(thresher.socket_path, is_over))
            for worker in workers]
        for thread in threads:
            thread.start()
        # From the first instructions of the daemon to some hundred batches.
        time.sleep(choose.choice((0.0, 0.002, 0.01, 0.05, 0.1)) * choose.random() * 2)
        thresher.process.send_signal(signal.SIGKILL)
        thresher.process.wait()
        is_over.set()
        for thread in threads:
            thread.join()
        thresher.kill()
    for worker in workers:
        faults += worker.faults
    # In the end everything that was answered is asked for once more.
    with Thresher("--state", str(state)) as thresher, thresher.connect() as connection:
        for worker in workers:
            for batch in worker.batches:
                asked = [example for example in batch if example["id"] in worker.known]
                if asked:
                    before = len(worker.faults)
                    worker.take(asked, {"result": connection.call(
                        "examples/judge", {"examples": asked, "return": "decision"})})
                    faults += worker.faults[before:]
    known = {}
    for worker in workers:
        known.update(worker.known)
    return faults, starts, known, examples


def verdicts_without_kills(examples):
    with Thresher() as thresher, thresher.connect() as connection:
        given = {}
        for at in range(0, len(examples), BATCH):
            batch = examples[at:at + BATCH]
            answer = connection.call("examples/admit", {"examples": batch, "return": "decision"})
            given.update(zip((example["id"] for example in batch), answer["verdicts"]))
        return given


def main():
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else 40
    folder = Path(tempfile.mkdtemp(prefix="thresher-survival-"))
    passed = failed = 0
    try:
        for clients, count in ((CLIENTS, kills - kills // 4), (1, kills // 4)):
            state = folder / str(clients)
            faults, starts, known, examples = survive(count, clients, clients, state)
            check = subprocess.run(
                [binary(), "check", str(state)], capture_output=True, text=True, check=False)
            if check.returncode != 0:
                faults.append(check.stdout)
            if clients == 1:
                expected = verdicts_without_kills(examples[:len(known)])
                if any(expected[number] != verdict for number, verdict in known.items()):
                    faults.append("other verdicts than without kills")
            slowest = max(starts) if starts else 0
            print(f"{clients} clients, {count} kills: {len(known)} examples acknowledged, "
                  f"{len(faults)} faults; slowest start {slowest * 1000:.0f} ms; {check.stdout.strip()}")
            for fault in faults[:10]:
                print(f"  {fault}")
            passed, failed = passed + (not faults), failed + bool(faults)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(f"{passed} passed, {failed} failed")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
