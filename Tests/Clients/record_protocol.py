#!/usr/bin/env python3
"""Writes the answers of the binary into Protocol: transcripts, examples and the pages' examples.

    THRESHER_BIN=.build/debug/thresher Tests/Clients/record_protocol.py [FILE …]

Run it after a change of behaviour that is meant, and read the difference before committing it: what
clients build on is in these files. Requests, comments and directives stay as they are; answers are
written anew. An "<any>" that stands in an old answer stays.
"""

import json
import re
import sys
import time
from pathlib import Path

import transcript
from thresher_process import Thresher
from transcript import PROTOCOL, WILDCARD, Members, Number

# Members that differ from run to run, or from machine to machine, or with every improvement.
VOLATILE = {"uptimeSeconds", "build", "version", "index", "workers", "loop", "memory",
            "bytes"}
QUIET_SECONDS = 0.15


class Recording:
    """Records what comes back from one connection after another of one daemon."""

    def __init__(self):
        self.daemon = Thresher(token="secret")
        self.connection = None
        self.has_ended = False

    def connect(self, peer="unix"):
        self.disconnect()
        self.connection = (
            self.daemon.connect_tcp() if peer == "tcp" else self.daemon.connect())
        self.has_ended = False

    def disconnect(self):
        if self.connection:
            self.connection.close()
        self.connection = None

    def close(self):
        self.disconnect()
        self.daemon.kill()

    def send(self, data):
        try:
            self.connection.send(data)
        except BrokenPipeError:
            pass

    def end(self):
        try:
            self.connection.end()
        except OSError:
            pass

    def answers(self) -> list:
        """All that comes until it is quiet, as texts; `None` last if the stream ended."""
        if self.has_ended:
            return []
        self.connection.stream.settimeout(QUIET_SECONDS)
        try:
            while self.connection.fill():
                pass
            self.has_ended = True
        except TimeoutError:
            pass
        found = messages(bytes(self.connection.buffer))
        self.connection.buffer.clear()
        return found + ([None] if self.has_ended else [])


def messages(data: bytes) -> list:
    found = []
    while data:
        if header := re.match(rb"Content-Length: (\d+)\r\n\r\n", data):
            end = header.end() + int(header[1])
            found.append(data[header.end() : end].decode())
            data = data[end:]
        else:
            line, _, data = data.partition(b"\n")
            found.append(line.decode())
    return found


def dump(value, indent=None, level=0) -> str:
    """JSON with numbers and members as they came."""
    if isinstance(value, Number):
        return value.digits
    if isinstance(value, (Members, list)):
        is_object = isinstance(value, Members)
        pieces = [
            f"{json.dumps(i[0], ensure_ascii=False)}:{' ' if indent else ''}"
            f"{dump(i[1], indent, level + 1)}" if is_object else dump(i, indent, level + 1)
            for i in value
        ]
        brackets = "{}" if is_object else "[]"
        line = ", ".join(pieces) if indent else ",".join(pieces)
        if not indent or not pieces or (len(line) + indent * level < 90 and "\n" not in line):
            return brackets[0] + line + brackets[1]
        pad = "\n" + " " * indent * (level + 1)
        return brackets[0] + pad + f",{pad}".join(pieces) + pad[: -indent] + brackets[1]
    return json.dumps(value, ensure_ascii=False)


def with_wildcards(answer, old=None):
    """The answer with "<any>" where the old one has it and where nothing else makes sense."""
    if old == WILDCARD:
        return WILDCARD
    if isinstance(answer, Members):
        before = dict(old) if isinstance(old, Members) else {}
        return Members(
            (name, WILDCARD if name in VOLATILE else with_wildcards(value, before.get(name)))
            for name, value in answer)
    if isinstance(answer, list):
        before = old if isinstance(old, list) else []
        before = list(before) + [None] * (len(answer) - len(before))
        return [with_wildcards(a, b) for a, b in zip(answer, before)]
    return answer


def record_transcript(text: str) -> str:
    """The transcript with the answers that come now."""
    if "@only in-process" in text:
        return text
    recording = Recording()
    output, framing, pending, was = [], "lines", b"", []
    connected, peer = False, "unix"

    def flush():
        nonlocal connected
        if not connected:
            recording.connect(peer)
            connected = True
        for index, answer in enumerate(recording.answers()):
            if answer is None:
                output.append("<--EOF")
            else:
                old = transcript.load(was[index]) if index < len(was) else None
                as_it_came = transcript.load(answer)
                expected = with_wildcards(as_it_came, old)
                output.append("<-- " + (answer if expected == as_it_came else dump(expected)))
        was.clear()

    def send(data):
        nonlocal connected
        if not connected:
            recording.connect(peer)
            connected = True
        recording.send(data)

    lines = text.split("\n")
    index, together = 0, False
    while index < len(lines):
        line = lines[index]
        index += 1
        if line.startswith("<--"):
            continue
        output.append(line)
        was.clear()
        following = index
        while following < len(lines) and lines[following].startswith("<-- "):
            was.append(lines[following][4:])
            following += 1
        if line == "@together":
            together = True
        elif line == "@apart":
            together = False
            end = output.pop()
            send(pending)
            pending = b""
            flush()
            output.append(end)
        elif line.startswith("@framing"):
            framing = line.split()[1]
        elif line.startswith("@peer"):
            peer = line.split()[1]
        elif line == "@connection":
            framing, connected = "lines", False
        elif line == "-->EOF":
            recording.end()
            flush()
        elif line.startswith(("--> ", "=> ")):
            data = (
                transcript.frame(line[4:], framing)
                if line.startswith("-->") else transcript.unescape(line[3:]))
            if together:
                pending += data
            else:
                send(data)
                flush()
    recording.close()
    return "\n".join(output)


def record_example(path: Path):
    example = dict(transcript.load(path.read_text()))
    method = method_of(path.parent.name)
    recording = Recording()
    recording.connect()
    for request in example.get("before", []):
        before = dict(request)
        recording.send(frame_request(before["method"], before.get("params"), '"before"'))
        recording.answers()
    is_notification = (
        method in ("exit", "$/cancelRequest") and "error" not in example
        and path.stem != "as-request")
    recording.send(frame_request(method, example.get("params"), None if is_notification else "1"))
    answers = [a for a in recording.answers() if a is not None]
    recording.close()
    old = example.get("result", example.get("error"))
    example.pop("result", None)
    example.pop("error", None)
    if answers:
        answer = dict(transcript.load(answers[0]))
        for name in ("result", "error"):
            if name in answer:
                example[name] = with_wildcards(answer[name], old)
    path.write_text(dump(Members(example.items()), indent=2) + "\n")


def method_of(name: str) -> str:
    """The method of a page or of a folder of examples."""
    if name == "cancel-request":
        return "$/cancelRequest"
    return name.replace("-", "/")


def frame_request(method, params, request_id) -> bytes:
    members = Members([("jsonrpc", "2.0")])
    text = '{"jsonrpc":"2.0",' + (f'"id":{request_id},' if request_id else "")
    text += f'"method":{json.dumps(method)}'
    if params is not None:
        text += f',"params":{dump(params)}'
    return text.encode() + b"}\n"


def record_page(path: Path):
    text = re.sub(
        r"(?<=```transcript\n)(.*?)(?=```)",
        lambda match: record_transcript(match[1]), path.read_text(), flags=re.S)
    path.write_text(text)


def main(paths):
    everything = [
        *PROTOCOL.glob("transcripts/*.txt"), *PROTOCOL.glob("examples/*/*.json"),
        *PROTOCOL.glob("methods/*.md")]
    for path in [Path(p).resolve() for p in paths] or sorted(everything):
        if path.suffix == ".txt":
            path.write_text(record_transcript(path.read_text()))
        elif path.suffix == ".json":
            record_example(path)
        else:
            record_page(path)


if __name__ == "__main__":
    main(sys.argv[1:])
