"""Reads the conversations of Protocol/transcripts and compares answers with them.

The format is described in Protocol/transcripts/README.md.
"""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path

PROTOCOL = Path(__file__).resolve().parents[2] / "Protocol"
WILDCARD = "<any>"


@dataclass
class Step:
    """One thing the client does, and the answers that come because of it."""

    kind: str  # "bytes", "end", "begin": a new connection
    sent: bytes = b""
    framing: str = "lines"
    expected: list = field(default_factory=list)  # texts of JSON
    closes: bool = False


@dataclass
class Conversation:
    """What happens on one connection."""

    peer: str = "unix"
    steps: list = field(default_factory=list)


@dataclass
class Transcript:
    name: str
    conversations: list
    only: str | None = None


def unescape(text: str) -> bytes:
    """The bytes of a `=>` line: C escapes, and \\*N{TEXT} for TEXT N times."""
    output = bytearray()
    position = 0
    simple = {"n": b"\n", "r": b"\r", "t": b"\t", "\\": b"\\"}
    while position < len(text):
        if text[position] != "\\":
            output += text[position].encode()
            position += 1
            continue
        code = text[position + 1]
        if code in simple:
            output += simple[code]
            position += 2
        elif code == "x":
            output.append(int(text[position + 2 : position + 4], 16))
            position += 4
        elif code == "*":
            match = re.compile(r"(\d+)\{(.*?)\}").match(text, position + 2)
            output += match[2].encode() * int(match[1])
            position = match.end()
        else:
            raise ValueError(f"no such escape: \\{code}")
    return bytes(output)


def frame(message: str, framing: str) -> bytes:
    body = message.encode()
    if framing == "lines":
        return body + b"\n"
    return b"Content-Length: %d\r\n\r\n" % len(body) + body


def parse(text: str, name: str) -> Transcript:
    transcript = Transcript(name, [Conversation()])
    framing, together = "lines", False
    for number, line in enumerate(text.split("\n"), 1):
        conversation = transcript.conversations[-1]
        steps = conversation.steps

        def send(data):
            if together and steps and steps[-1].kind == "bytes" and steps[-1].together:
                steps[-1].sent += data
            else:
                steps.append(Step("bytes", data, framing))
                steps[-1].together = together

        if not line or line.startswith("#"):
            continue
        elif line == "-->EOF":
            steps.append(Step("end", framing=framing))
        elif line == "<--EOF":
            if not steps:
                steps.append(Step("begin", framing=framing))
            steps[-1].closes = True
        elif line.startswith("--> "):
            send(frame(line[4:], framing))
        elif line.startswith("=> "):
            send(unescape(line[3:]))
        elif line.startswith("<-- "):
            if not steps:
                steps.append(Step("begin", framing=framing))
            steps[-1].expected.append(line[4:])
        elif line == "@together":
            together = True
        elif line == "@apart":
            together = False
        elif line in ("@framing lines", "@framing headers"):
            framing = line.split()[1]
        elif line in ("@peer unix", "@peer tcp"):
            conversation.peer = line.split()[1]
        elif line == "@connection":
            transcript.conversations.append(Conversation())
            framing = "lines"
        elif line == "@only in-process":
            transcript.only = "in-process"
        else:
            raise ValueError(f"{name}:{number}: no such line: {line}")
    return transcript


def all_transcripts() -> list:
    """Those of Protocol/transcripts, and the examples that stand in the pages of the methods."""
    found = [
        parse(path.read_text(), path.stem)
        for path in sorted((PROTOCOL / "transcripts").glob("*.txt"))
    ]
    for path in sorted((PROTOCOL / "methods").glob("*.md")):
        for block in re.findall(r"```transcript\n(.*?)```", path.read_text(), re.S):
            found.append(parse(block, f"methods/{path.stem}"))
    return found


# Numbers keep their digits and members their order, so that equal means equal bytes but for spaces.


@dataclass(frozen=True)
class Number:
    digits: str


class Members(list):
    """An object's members, in order."""


def load(text):
    return json.loads(
        text,
        parse_int=Number,
        parse_float=Number,
        object_pairs_hook=Members,
    )


def matches(answer, expected) -> bool:
    """Whether an answer is the expected one; the string "<any>" stands for any value."""
    if expected == WILDCARD:
        return True
    if isinstance(expected, Members):
        return (
            isinstance(answer, Members)
            and [name for name, _ in answer] == [name for name, _ in expected]
            and all(matches(a[1], b[1]) for a, b in zip(answer, expected))
        )
    if type(answer) is not type(expected):
        return False
    if isinstance(expected, list):
        return len(answer) == len(expected) and all(map(matches, answer, expected))
    return answer == expected
