#!/usr/bin/env python3
"""The language server against a freshly opened file, and against the letter of the protocol.

    Tests/Evaluation/editor.py [--edits 1000] [--seed 1]

1. After random edits over the wire (typing, deleting, splitting, joining, pasting, undoing, moving
   rows between two files) the diagnostics equal those of the same texts freshly opened, with UTF-16
   and with UTF-8 positions.
2. The rows of the life-cycle table: what is answered before `initialize` and after `shutdown`, exit
   statuses, the end of the input, the death of the client's process, SIGTERM; and bad bytes and
   messages of any content, which end nothing.

The last line sums up.
"""
import argparse, json, os, random, signal, subprocess, sys, time

from lsp import ALL_FEATURES, LanguageServer, LSPError

URIS = ["file:///a.jsonl", "file:///b.jsonl"]
WORDS = ("the river flows north through a wide green valley where old farms stand beside quiet roads "
         "and people tell long stories about floods of earlier years").split()


# --- Edits --------------------------------------------------------------------------------------

def row(generator):
    """A row; most are like some others."""
    words = list(WORDS)
    for _ in range(generator.randint(0, 2)):
        words[generator.randrange(len(words))] = generator.choice(["red", "blüe", "tall", "😀"])
    if generator.random() < 0.2:
        generator.shuffle(words)
    text = " ".join(words)
    kind = generator.randrange(14)
    if kind == 0:
        return ""
    if kind == 1:
        return '{"text": "' + text
    if kind == 2:
        return '{"txt": 1}'
    if kind == 3:
        return json.dumps({"instruction": "Tell it, é 😀.", "output": "Sure! Here it is:\n" + text},
                          ensure_ascii=generator.random() < 0.5)
    if kind == 4:
        return json.dumps({"thresher": "ignore", "text": text})
    return json.dumps({"text": text}, ensure_ascii=generator.random() < 0.5)


def lines_of(text):
    """(start, end of content) of each line, as LSP cuts them."""
    lines, start, position = [], 0, 0
    while position < len(text):
        char = text[position]
        if char in "\r\n":
            lines.append((start, position))
            position += 2 if text[position:position + 2] == "\r\n" else 1
            start = position
        else:
            position += 1
    return lines + [(start, len(text))]


def width(text, encoding):
    return len(text.encode(encoding)) // (2 if encoding == "utf-16-le" else 1)


def place(text, encoding, generator):
    """A random place: the position that names it, and the index in the text."""
    lines = lines_of(text)
    number = generator.randrange(len(lines))
    start, end = lines[number]
    index = generator.choice([start, end, generator.randint(start, end)])
    return (number, width(text[start:index], encoding)), index


class Writer:
    """Edits two files, and knows their texts."""

    def __init__(self, server, encoding, seed):
        self.server, self.random = server, random.Random(seed)
        self.encoding = {"utf-8": "utf-8", "utf-16": "utf-16-le"}[encoding]
        self.texts, self.versions, self.undo = {}, {}, []
        for uri in URIS:
            rows = [row(self.random) for _ in range(60)]
            self.texts[uri] = "".join(r + self.random.choice(["\n", "\n", "\n", "\r\n", "\r"])
                                      for r in rows)
            self.versions[uri] = 1
            server.open(uri, self.texts[uri])

    def edit(self):
        uri = self.random.choice(URIS)
        kind = self.random.randrange(12)
        if kind == 0 and self.undo:
            uri, text = self.undo.pop()
            self.replace_all(uri, text)
        elif kind == 1:
            self.move(uri)
        else:
            self.replace(uri, kind)

    def send(self, uri, *changes):
        self.versions[uri] += 1
        self.server.change(uri, self.versions[uri], *changes)

    def replace_all(self, uri, text):
        self.texts[uri] = text
        self.send(uri, text)

    def replace(self, uri, kind):
        text, generator = self.texts[uri], self.random
        self.undo.append((uri, text))
        first, second = place(text, self.encoding, generator), place(text, self.encoding, generator)
        if kind < 8 or abs(first[1] - second[1]) > 2000:
            second = first
        low, high = sorted([first, second], key=lambda p: p[1])
        new = generator.choice(["", "\n", "x", " ", "\r", '"', row(generator), row(generator) + "\n",
                                "".join(row(generator) + "\n" for _ in range(generator.randint(2, 15)))])
        self.texts[uri] = text[:low[1]] + new + text[high[1]:]
        self.send(uri, (low[0], high[0], new))

    def move(self, uri):
        """Some lines go to the other file."""
        other = URIS[1 - URIS.index(uri)]
        lines = lines_of(self.texts[uri])
        first = self.random.randrange(len(lines))
        last = min(len(lines) - 1, first + self.random.randint(1, 5))
        start, end = lines[first][0], lines[last][0]
        block = self.texts[uri][start:end]
        self.texts[uri] = self.texts[uri][:start] + self.texts[uri][end:]
        self.send(uri, ((first, 0), (last, 0), ""))
        where, index = place(self.texts[other], self.encoding, self.random)
        self.texts[other] = self.texts[other][:index] + block + self.texts[other][index:]
        self.send(other, (where, where, block))


def settled(server, uri, version):
    server.wait_read(uri)
    return server.diagnostics(uri, version)[1]


def fresh(texts, capabilities):
    with LanguageServer() as server:
        server.initialize(capabilities)
        for uri in reversed(URIS):
            server.open(uri, texts[uri])
        for uri in URIS:
            server.wait_read(uri)
        # What one file says about another may change with that one.
        time.sleep(0.05)
        found = {uri: settled(server, uri, 1) for uri in URIS}
        assert server.bye() == 0
        return found


def incremental_equals_fresh(edits, seed, encoding):
    capabilities = json.loads(json.dumps(ALL_FEATURES))
    capabilities["general"]["positionEncodings"] = [encoding]
    compared = 0
    with LanguageServer() as server:
        assert server.initialize(capabilities)["capabilities"]["positionEncoding"] == encoding
        writer = Writer(server, encoding, seed)
        codes = {}
        for number in range(1, edits + 1):
            writer.edit()
            if number % 100 and number != edits:
                continue
            for uri in URIS:
                server.wait_read(uri)
            wanted = fresh(writer.texts, capabilities)
            end = time.monotonic() + 5
            for uri in URIS:
                while settled(server, uri, writer.versions[uri]) != wanted[uri]:
                    assert time.monotonic() < end, f"{uri} differs after {number} edits, seed {seed}"
                    time.sleep(0.02)
                compared += 1
                for diagnostic in wanted[uri]:
                    codes[diagnostic["code"]] = codes.get(diagnostic["code"], 0) + 1
        server.bye()
    for code in ("exact_duplicate", "near_duplicate", "invalid_json", "not_an_example", "fluff"):
        assert codes.get(code, 0) > 0, f"no {code} came up: this proves nothing"
    return f"{compared} comparisons, {sum(codes.values())} diagnostics"


# --- The life cycle -----------------------------------------------------------------------------

def code_of(call):
    try:
        call()
    except LSPError as error:
        return error.code
    return None


def before_initialize():
    with LanguageServer() as server:
        assert code_of(lambda: server.call("textDocument/hover", {})) == -32002
        assert code_of(lambda: server.call("shutdown")) == -32002
        server.notify("textDocument/didOpen", {"textDocument": {"uri": URIS[0], "text": "{"}})
        server.initialize()
        assert not server.published
        return "requests get -32002, notifications are dropped"


def after_shutdown():
    with LanguageServer() as server:
        server.initialize()
        server.call("shutdown")
        assert code_of(lambda: server.call("textDocument/hover", {})) == -32600
        assert code_of(lambda: server.call("initialize", {"capabilities": {}})) == -32600
        server.notify("exit")
        assert server.process.wait(timeout=5) == 0
        return "requests get -32600; exit status 0"


def exit_without_shutdown():
    with LanguageServer() as server:
        server.initialize()
        server.notify("exit")
        assert server.process.wait(timeout=5) == 1
    with LanguageServer() as server:
        server.notify("exit")
        assert server.process.wait(timeout=5) == 1
        return "exit status 1"


def end_of_input():
    with LanguageServer() as server:
        server.initialize()
        begin = time.perf_counter()
        server.process.stdin.close()
        status = server.process.wait(timeout=5)
        taken = time.perf_counter() - begin
        assert status == 1 and taken < 1, (status, taken)
        return f"gone after {1e3 * taken:.0f} ms, exit status 1"


def death_of_the_client():
    with LanguageServer() as server:
        client = subprocess.Popen(["sleep", "60"])
        server.call("initialize", {"processId": client.pid, "rootUri": None, "capabilities": {}})
        client.kill()
        client.wait()
        begin = time.perf_counter()
        status = server.process.wait(timeout=5)
        taken = time.perf_counter() - begin
        assert taken <= 1, taken
        return f"gone after {1e3 * taken:.0f} ms, exit status {status}"


def termination():
    with LanguageServer() as server:
        server.initialize()
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(timeout=5) == 0
        return "drained, exit status 0"


def unknown_methods():
    with LanguageServer() as server:
        server.initialize()
        server.notify("$/nobodyKnows", {"x": 1})
        server.notify("nobody/knows")
        assert code_of(lambda: server.call("$/nobodyKnows", {})) == -32601
        assert code_of(lambda: server.call("nobody/knows")) == -32601
        assert code_of(lambda: server.call("textDocument/hover", {})) == -32602
        assert server.bye() == 0
        return "notifications ignored, requests get -32601, bad params -32602"


def encodings():
    for offered, given in [(["utf-16", "utf-8"], "utf-8"), (["utf-16"], "utf-16"),
                           (["utf-32"], "utf-16"), (None, "utf-16")]:
        with LanguageServer() as server:
            capabilities = {} if offered is None else {"general": {"positionEncodings": offered}}
            assert server.initialize(capabilities)["capabilities"]["positionEncoding"] == given
            server.bye()
    return "utf-8 when it is offered, else utf-16"


def cancelling():
    with LanguageServer() as server:
        capabilities = json.loads(json.dumps(ALL_FEATURES))
        capabilities["textDocument"]["diagnostic"] = {}
        server.initialize(capabilities)
        text = "\n".join(json.dumps({"text": f"{n} " * 200}) for n in range(5_000))
        server.open(URIS[0], text)
        number = server.request("textDocument/diagnostic", {"textDocument": {"uri": URIS[0]}})
        server.notify("$/cancelRequest", {"id": number})
        message = server.answer(number)[1]
        assert message.get("error", {}).get("code") == -32800, message
        server.wait_read(URIS[0])
        assert server.call("textDocument/diagnostic", {"textDocument": {"uri": URIS[0]}})["kind"] == "full"
        assert server.bye() == 0
        return "answered with -32800; the next one is answered in full"


def bad_bytes():
    with LanguageServer() as server:
        server.initialize()
        bad = [b"{", b"1", b"[]", b'[{"jsonrpc":"2.0","id":1,"method":"shutdown"}]', b"{}",
               b'{"jsonrpc":"2.0","id":"\xff"}', b"[" * 100_000]
        for body in bad:
            server.send_bytes(body)
        server.process.stdin.write(b"garbage\r\n\r\nContent-Length: -5\r\n\r\n")
        server.process.stdin.flush()
        begin = time.perf_counter()
        server.call("workspace/diagnostic", {"previousResultIds": []})
        taken = time.perf_counter() - begin
        assert server.bye() == 0
        return f"the next good request is answered, after {1e3 * taken:.0f} ms"


REQUESTS = ["hover", "definition", "codeAction", "codeLens", "inlayHint", "diagnostic"]
COMMANDS = ["trimAll", "removeDuplicates", "dropBelow", "trim", "remove", "ignore", "goToOriginal",
            "summary", "nobodyKnows"]


def anything(generator):
    """A value where another one is expected."""
    return generator.choice([None, True, -1, 2**31, 2**63 - 1, 1.5, "", "é😀", [], [1, {}], {},
                             {"uri": 1}, {"range": None, "text": []}])


def random_messages(count=3000):
    """Messages with members of any type and positions of any size: none ends the server."""
    generator = random.Random(3)
    numbers = [0, 1, 2, 5, 30, 999, 2**31 - 1, 2**63 - 1]

    def position():
        return {"line": generator.choice(numbers), "character": generator.choice(numbers)}

    def spoilt(params):
        if generator.random() < 0.2:
            params[generator.choice(list(params))] = anything(generator)
        return anything(generator) if generator.random() < 0.03 else params

    uris = [URIS[0], "file:///c.json"]
    with LanguageServer() as server:
        server.initialize()
        for _ in range(count):
            kind, uri = generator.randrange(10), generator.choice(uris)
            document = {"uri": uri, "version": generator.choice(numbers), "languageId": "jsonl"}
            between = {"start": position(), "end": position()}
            rows = [row(generator) for _ in range(generator.randrange(6))]
            text = "[" + ",".join(rows) + "]" if uri.endswith(".json") else "\n".join(rows)
            if kind == 0:
                server.notify("textDocument/didOpen",
                              spoilt({"textDocument": spoilt({**document, "text": text})}))
            elif kind < 5:
                change = spoilt({"range": between, "text": generator.choice(["", "x", "\n", text])})
                server.notify("textDocument/didChange", spoilt(
                    {"textDocument": spoilt(document), "contentChanges": [change]}))
            elif kind == 5:
                server.notify(
                    generator.choice(["textDocument/didClose", "textDocument/didSave",
                                      "workspace/didChangeConfiguration", "$/cancelRequest",
                                      "workspace/didChangeWatchedFiles"]),
                    spoilt({"textDocument": document, "settings": anything(generator),
                            "changes": anything(generator), "id": anything(generator)}))
            else:
                params = spoilt({
                    "textDocument": spoilt(document), "position": position(), "range": between,
                    "context": {"diagnostics": [], "only": generator.choice([["source"], []])},
                    "command": "thresher." + generator.choice(COMMANDS),
                    "arguments": [uri, generator.choice(numbers)][:generator.randrange(3)]})
                method = generator.choice(
                    ["workspace/executeCommand", "codeAction/resolve", "workspace/diagnostic",
                     *(f"textDocument/{name}" for name in REQUESTS)])
                code = code_of(lambda: server.call(method, params, timeout=10))
                assert code in (None, -32600, -32602), (method, params, code)
        assert server.bye() == 0
        return f"{count} messages, each request answered"


LIFE_CYCLE = [
    ("request before initialize", before_initialize),
    ("request after shutdown", after_shutdown),
    ("exit without shutdown", exit_without_shutdown),
    ("end of the input", end_of_input),
    ("death of processId", death_of_the_client),
    ("SIGTERM", termination),
    ("unknown methods", unknown_methods),
    ("position encoding", encodings),
    ("$/cancelRequest", cancelling),
    ("bad bytes", bad_bytes),
    ("messages of any content", random_messages),
]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--edits", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    checks = list(LIFE_CYCLE)
    for encoding in ("utf-16", "utf-8"):
        checks.append((
            f"{options.edits} random edits equal a fresh file, {encoding}",
            lambda encoding=encoding: incremental_equals_fresh(options.edits, options.seed, encoding)))
    passed = 0
    for name, check in checks:
        try:
            print(f"ok      {name}: {check()}", flush=True)
            passed += 1
        except Exception as error:  # A check that breaks has failed.
            print(f"FAILED  {name}: {type(error).__name__}: {error}", flush=True)
    print(f"{passed} passed, {len(checks) - passed} failed")
    sys.exit(passed != len(checks))


if __name__ == "__main__":
    main()
