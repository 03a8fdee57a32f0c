#!/usr/bin/env python3
"""Bad bytes of every kind, in both framings, each followed by a good request on the connection.

The bad message must get an error answer with the right code, the good one its answer within 3 s.
"""
import json, socket, sys, time

from support import Daemon, Report, request

SECONDS = 3
LIMIT = 16 << 20
GOOD = request(77, "server/status", {}).rstrip(b"\n")
PARSE, INVALID = -32700, -32600


def frame(body):
    return b"Content-Length: %d\r\n\r\n%s" % (len(body), body)


def example(text):
    """A request with one example whose text is given as raw bytes between the quotes."""
    return (b'{"jsonrpc":"2.0","id":5,"method":"examples/judge","params":{"examples":'
            b'[{"text":"' + text + b'"}]}}')


# name, body, what must be in the answers before the good one's: a code, or "unusable"
BODIES = [
    ("truncated JSON", b'{"jsonrpc":"2.0","id":5,"method":"server/sta', PARSE),
    ("no jsonrpc member", b'{"id":5,"method":"server/status"}', INVALID),
    ("empty batch", b"[]", INVALID),
    ("batch of numbers", b"[1,2]", INVALID),
    ("the body 1", b"1", INVALID),
    ("the body null", b"null", INVALID),
    ("no method", b'{"jsonrpc":"2.0","id":5}', INVALID),
    ("id that is a list", b'{"jsonrpc":"2.0","id":[],"method":"server/status"}', INVALID),
    ("invalid UTF-8", example(b"caf\xe9"), PARSE),
    ("overlong UTF-8", example(b"\xc0\xaf"), PARSE),
    ("surrogate as UTF-8", example(b"\xed\xa0\x80"), PARSE),
    ("raw NUL in a string", example(b"a\x00b"), PARSE),
    ("NUL bytes alone", b"\x00\x00\x00", PARSE),
    ("byte order mark", b"\xef\xbb\xbf{}", PARSE),
    ("lone surrogate escape", example(b"a\\ud800b"), "unusable"),
    ("100,000 nested brackets", b"[" * 100_000, PARSE),
    ("100,000 nested brackets, closed", b"[" * 100_000 + b"]" * 100_000, "any"),
    ("two values", b"{} {}", PARSE),
    ("id above every double, which is JSON", b'{"jsonrpc":"2.0","id":1e999,"method":"server/status"}',
     None),
    ("not JSON at all", b"GIVE ME VERDICTS", PARSE),
]

# name, bytes, code: only where the framing has such a thing. A good frame comes first, since the
# first bytes of a connection say which framing it speaks.
HEADERS = [
    ("line feeds only, body {}", b"Content-Length: 2\n\n{}", "any"),
    ("Content-Length: -5", b"Content-Length: -5\r\n\r\n", PARSE),
    ("Content-Length: 99999999999", b"Content-Length: 99999999999\r\n\r\n", "any"),
    ("Content-Length: many", b"Content-Length: many\r\n\r\n{}", PARSE),
    ("Content-Length: 0", b"Content-Length: 0\r\n\r\n", PARSE),
    ("a garbage line", b"what is this\r\n", PARSE),
    ("a body above the limit", frame(b" " * (LIMIT + 1)), "any"),
    ("a header without length", b"Content-Type: text\r\n\r\n", PARSE),
    ("a length that is too short", b"Content-Length: 3\r\n\r\n" + GOOD[:-1], PARSE),
    ("lower case, no space", b"content-length:%d\r\n\r\n%s" % (len(GOOD), GOOD), None),
]

LINES = [
    ("empty lines", b"\n\r\n \n", None),
    ("a line above the limit", b"x" * (LIMIT + 1) + b"\n", "any"),
    ("carriage return before the newline", GOOD + b"\r\n", None),
]


def messages(stream):
    """Answers as they come, in either framing."""
    reader = stream.makefile("rb")
    while True:
        line = reader.readline()
        if not line:
            return
        if line.lower().startswith(b"content-length"):
            length = int(line.split(b":")[1])
            while reader.readline() not in (b"\r\n", b""):
                pass
            line = reader.read(length)
        yield json.loads(line)


def codes(answer):
    """All error codes in an answer, a batch's and a verdict's as well."""
    if isinstance(answer, list):
        return [code for item in answer for code in codes(item)]
    found = [answer["error"]["code"]] if "error" in answer else []
    for verdict in (answer.get("result") or {}).get("verdicts", ()):
        found += verdict["reasons"]
    return found


def is_good(answer):
    return isinstance(answer, dict) and answer.get("id") == 77 and "result" in answer


def ask(daemon, sent, good_expected):
    """What came until so many good answers are there, and whether they came in time."""
    found, good = [], 0
    with socket.socket(socket.AF_UNIX) as stream:
        stream.settimeout(SECONDS)
        stream.connect(daemon.path)
        try:
            started = time.monotonic()
            stream.sendall(sent)
            for answer in messages(stream):
                good += is_good(answer)
                found += [] if is_good(answer) else codes(answer)
                if good == good_expected:
                    return found, time.monotonic() - started <= SECONDS
        except (TimeoutError, ConnectionError, BrokenPipeError):
            pass
    return found, False


def fits(found, wanted):
    if wanted is None:
        return found == []
    return bool(found) if wanted == "any" else wanted in found


report = Report("malformed")
with Daemon() as daemon:
    daemon.connect().call("server/status")
    cases = []
    for name, body, wanted in BODIES:
        cases.append((f"line: {name}", body + b"\n" + GOOD + b"\n", 1, wanted))
        cases.append((f"header: {name}", frame(body) + frame(GOOD), 1, wanted))
    for name, data, wanted in LINES:
        cases.append((f"line: {name}", data + GOOD + b"\n", 2 if GOOD in data else 1, wanted))
    for name, data, wanted in HEADERS:
        own = 1 if wanted is None else 0
        cases.append((f"header: {name}", frame(GOOD) + data + frame(GOOD), 2 + own, wanted))
        if data.lower().startswith(b"content-"):
            cases.append((f"header, at once: {name}", data + frame(GOOD), 1 + own, wanted))
    for name, sent, good_expected, wanted in cases:
        found, in_time = ask(daemon, sent, good_expected)
        good = "answered" if in_time else "NOT ANSWERED"
        asked = "no error" if wanted is None else "an error" if wanted == "any" else wanted
        report.check(name, f"{asked}, answered",
                     f"{', '.join(map(str, found[:3])) or 'no error'}, {good}",
                     in_time and fits(found, wanted))
    report.check("the daemon lives", "yes", "yes" if daemon.isAlive() else "no", daemon.isAlive())
sys.exit(report.finish())
