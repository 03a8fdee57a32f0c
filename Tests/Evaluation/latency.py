#!/usr/bin/env python3
"""How long one waits: for the first answer after a start, and for one request in flight.

Figures, not tests: a missed one is said and fails nothing. Other work on the machine shows in them.
"""
import json, os, statistics, sys, time

from support import Daemon, Report, request

STARTS, ROUNDS, WARM = 21, 20_000, 2_000

report = Report("latency")
status = request(1, "server/status", {})
judge = request(1, "examples/judge", {"return": "decision", "examples": [
    {"instruction": "Name the capital of Portugal.", "output": "The capital is Lisbon."}]})
full = request(1, "examples/judge", {"examples": [
    {"instruction": "Name the capital of Portugal.", "output": "Sure! The capital is Lisbon."}]})


def ask(client, message):
    client.stream.sendall(message)
    return client.reader.readline()


def first_answer():
    with Daemon() as daemon, daemon.connect() as client:
        assert b'"result"' in ask(client, status)
        return time.perf_counter() - daemon.startedAt


def round_trips(client, message):
    """Microseconds of each of ROUNDS round trips, sorted."""
    assert b'"result"' in ask(client, message), ask(client, message)
    times = []
    for _ in range(WARM + ROUNDS):
        started = time.perf_counter_ns()
        ask(client, message)
        times.append((time.perf_counter_ns() - started) / 1_000)
    return sorted(times[WARM:])


starts = sorted(first_answer() * 1_000 for _ in range(STARTS))
median = statistics.median(starts)
report.tell(f"start to first answer, median of {STARTS}", "<= 30 ms",
            f"{median:.1f} ms (best {starts[0]:.1f}, worst {starts[-1]:.1f})", median <= 30)
with Daemon() as daemon, daemon.connect() as client:
    for name, message in (
            ("server/status", status), ("examples/judge, decision", judge),
            ("examples/judge, full verdict", full)):
        times = round_trips(client, message)
        p50, p99 = times[len(times) // 2], times[len(times) * 99 // 100]
        report.tell(f"{name}, {ROUNDS:,} round trips: p50, p99", "p50 <= 100 us",
                    f"{p50:.0f} us, {p99:.0f} us", p50 <= 100)
print("load average %.1f, %d cores" % (os.getloadavg()[0], len(os.sched_getaffinity(0))))
sys.exit(report.finish())
