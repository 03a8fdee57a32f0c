#!/usr/bin/env python3
"""One-line requests down one pipe, jq to socat: all are answered, in order, in flat memory.

  pipe_million.py [REQUESTS]      1,000,000 without
"""
import re, shutil, subprocess, sys, time

from support import Daemon, Report, duplicates_alone

count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
GROWTH = 20 << 20

duplicates_alone()
report = Report("pipe_million")
if not shutil.which("jq") or not shutil.which("socat"):
    print("pipe_million: skipped, it needs jq and socat")
    report.skipped += 1
    sys.exit(report.finish())

program = ('range($n)|{jsonrpc:"2.0",id:.,method:"examples/judge",params:{return:"decision",'
           'examples:[{instruction:"Add \\(.) and 1.",output:"That makes \\(. + 1)."}]}}')
answer_id = re.compile(rb'"id":(\d+)')
with Daemon() as daemon:
    daemon.connect().call("server/status")
    started = time.perf_counter()
    jq = subprocess.Popen(
        ["jq", "-n", "-c", "--argjson", "n", str(count), program], stdout=subprocess.PIPE)
    socat = subprocess.Popen(
        ["socat", "-t30", "-", "UNIX-CONNECT:" + daemon.path], stdin=jq.stdout,
        stdout=subprocess.PIPE)
    jq.stdout.close()
    answered = out_of_order = failed = 0
    early = highest = 0
    for line in socat.stdout:
        match = answer_id.search(line)
        out_of_order += match is None or int(match[1]) != answered
        failed += b'"verdicts":[{' not in line
        answered += 1
        if answered == count // 10:
            early = daemon.residentBytes()
        elif early and answered % 10_000 == 0:
            highest = max(highest, daemon.residentBytes())
    highest = max(highest, daemon.residentBytes())
    seconds = time.perf_counter() - started
    socat.wait(), jq.wait()
    mib = 1 << 20
    report.check("requests answered", f"{count:,}", f"{answered:,}", answered == count)
    report.check("out of order, with an error", "0, 0", f"{out_of_order}, {failed}",
                 out_of_order == failed == 0)
    report.check("memory: growth after the first tenth", "< 20 MiB",
                 f"{(highest - early) / mib:.1f} MiB", highest - early < GROWTH)
    report.tell("memory at the first tenth, at most", "",
                f"{early / mib:.1f} MiB, {highest / mib:.1f} MiB")
    report.tell("requests a second (jq and socat included)", "", f"{count / seconds:,.0f}")
sys.exit(report.finish())
