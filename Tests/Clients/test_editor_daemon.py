"""LSP on a running daemon: the socket, TCP with a token, its corpora; plain peers beside it."""

import json
import subprocess

import pytest

from thresher_process import Thresher, binary

TOKEN = "secret"
URI = "file:///rows.jsonl"
ROW = {"instruction": "Name a river in Peru.", "output": "The Ucayali flows north to the Amazon."}


def message(method, params=None, number=None):
    it = {"jsonrpc": "2.0", "method": method}
    if params is not None:
        it["params"] = params
    if number is not None:
        it["id"] = number
    return it


class Editor:
    """An LSP client on a connection of the tests' own."""

    def __init__(self, connection):
        self.connection = connection
        self.said = []

    def send(self, method, params=None, number=None):
        self.send_together(message(method, params, number))

    def send_together(self, *messages):
        """Messages in one write."""
        bodies = [json.dumps(it).encode() for it in messages]
        self.connection.send(
            b"".join(b"Content-Length: %d\r\n\r\n%s" % (len(body), body) for body in bodies))

    def read(self):
        return json.loads(self.connection.read_message("headers"))

    def call(self, method, params=None, number=1):
        self.send(method, params, number)
        while True:
            message = self.read()
            if message.get("id") == number and "method" not in message:
                return message
            self.said.append(message)

    def initialize(self, options=None, capabilities={}):
        answer = self.call("initialize", {
            "processId": None, "rootUri": None, "capabilities": capabilities,
            "initializationOptions": options})
        if "result" in answer:
            self.send("initialized", {})
        return answer

    def open(self, *rows):
        text = "".join(json.dumps(row) + "\n" for row in rows)
        self.send("textDocument/didOpen", {"textDocument": {
            "uri": URI, "languageId": "jsonl", "version": 1, "text": text}})

    def diagnostics(self):
        while True:
            message = self.said.pop(0) if self.said else self.read()
            if message.get("method") == "textDocument/publishDiagnostics":
                return [(d["range"]["start"]["line"], d["code"], d["message"])
                        for d in message["params"]["diagnostics"]]


def test_editors_and_plain_peers_share_a_socket():
    with Thresher() as thresher, thresher.connect() as plain, thresher.connect() as stream:
        editor = Editor(stream)
        assert "result" in editor.initialize()
        assert plain.call("corpus/list") == {"corpora": []}
        editor.open(ROW, ROW)
        assert (1, "exact_duplicate") in [found[:2] for found in editor.diagnostics()]
        assert plain.call("corpus/list") == {"corpora": []}, "an editor admits nothing"
        assert editor.call("corpus/list")["error"]["code"] == -32601
        assert editor.call("shutdown")["result"] is None
        editor.send("exit")
        assert stream.read_to_end() == b""
        assert plain.call("corpus/list") == {"corpora": []}, "the daemon goes on"


def test_a_command_is_answered_after_the_diagnostics_of_its_edit():
    """lsp-mode drops what it reads together with the answer that it waits for."""
    with Thresher() as thresher, thresher.connect() as stream:
        editor = Editor(stream)
        editor.initialize(capabilities={
            "workspace": {"applyEdit": True},
            "textDocument": {"publishDiagnostics": {"versionSupport": True}}})
        editor.open(ROW, ROW)
        assert (1, "exact_duplicate") in [found[:2] for found in editor.diagnostics()]
        editor.send(
            "workspace/executeCommand",
            {"command": "thresher.remove", "arguments": [URI, 1]}, number=7)
        asked = editor.read()
        assert asked["method"] == "workspace/applyEdit"
        editor.send_together(
            message("textDocument/didChange", {
                "textDocument": {"uri": URI, "version": 2},
                "contentChanges": [{
                    "range": {"start": {"line": 1, "character": 0},
                              "end": {"line": 2, "character": 0}}, "text": ""}]}),
            {"jsonrpc": "2.0", "id": asked["id"], "result": {"applied": True}})
        published, answer = editor.read(), editor.read()
        assert published["params"]["version"] == 2
        assert "exact_duplicate" not in [d["code"] for d in published["params"]["diagnostics"]]
        assert answer["id"] == 7 and answer["result"] is None


def test_a_command_is_answered_after_the_diagnostics_of_the_change_before_it():
    with Thresher() as thresher, thresher.connect() as stream:
        editor = Editor(stream)
        editor.initialize(capabilities={
            "textDocument": {"publishDiagnostics": {"versionSupport": True}}})
        editor.open(ROW)
        editor.diagnostics()
        editor.send_together(
            message("textDocument/didChange", {
                "textDocument": {"uri": URI, "version": 2},
                "contentChanges": [{"text": (json.dumps(ROW) + "\n") * 2}]}),
            message("workspace/executeCommand",
                    {"command": "thresher.summary", "arguments": [URI]}, number=7))
        published, answer = editor.read(), editor.read()
        assert published["params"]["version"] == 2
        assert "exact_duplicate" in [d["code"] for d in published["params"]["diagnostics"]]
        assert answer["id"] == 7 and answer["result"]["exactDuplicates"] == 1


def test_records_are_looked_up_in_a_corpus():
    with Thresher() as thresher, thresher.connect() as plain, thresher.connect() as stream:
        plain.call("corpus/open", {"corpus": "rivers", "settings": {"score": {"minimum": None}}})
        plain.call("examples/admit", {"corpus": "rivers", "examples": [{"id": "r1", **ROW}]})
        before = plain.call("corpus/list")
        editor = Editor(stream)
        editor.initialize({"corpus": "rivers"})
        editor.open(ROW, {"text": "another text of some words that nobody knows"})
        assert [found for found in editor.diagnostics() if found[1] != "fluff"] == [
            (0, "already_in_corpus", 'already in corpus rivers: "r1" (similarity 1)')]
        assert plain.call("corpus/list") == before, "nothing is changed there"


def test_a_corpus_that_is_not_there_is_told_of():
    with Thresher() as thresher, thresher.connect() as stream:
        editor = Editor(stream)
        editor.initialize({"corpus": "nobody"})
        assert "no corpus" in editor.read()["params"]["message"]


@pytest.mark.parametrize("options, kind", [
    (None, "unauthenticated"), ({"token": "wrong"}, "unauthenticated"), ({"token": TOKEN}, None)])
def test_over_tcp_the_token_comes_first(options, kind):
    with Thresher(token=TOKEN) as thresher, thresher.connect_tcp() as stream:
        editor = Editor(stream)
        answer = editor.initialize(options)
        if kind:
            assert answer["error"]["data"]["kind"] == kind
            assert stream.read_to_end() == b""
        else:
            assert "capabilities" in answer["result"]
            editor.open(ROW, ROW)
            assert (1, "exact_duplicate") in [found[:2] for found in editor.diagnostics()]


def test_files_are_not_read_for_peers_on_tcp(tmp_path):
    (tmp_path / "quiz.jsonl").write_text('{"text": "one two three four five six"}\n')
    with Thresher(token=TOKEN) as thresher, thresher.connect_tcp() as stream:
        editor = Editor(stream)
        editor.initialize({"token": TOKEN, "references": [str(tmp_path / "quiz.jsonl")],
                           "settings": {"trim": {"phrases": str(tmp_path / "quiz.jsonl")}}})
        said = [editor.read(), editor.read()]
        assert all(message["method"] == "window/showMessage" for message in said)


def messages(*bodies):
    return b"".join(b"Content-Length: %d\r\n\r\n%s" % (len(body), body)
                    for body in (json.dumps(message).encode() for message in bodies))


@pytest.mark.parametrize("last, status", [("shutdown", 0), ("initialized", 1)])
def test_standard_streams_are_carried_to_a_daemon(last, status):
    goodbye = {"jsonrpc": "2.0", "method": last} | ({"id": 2} if last == "shutdown" else {})
    with Thresher() as thresher:
        result = subprocess.run(
            [binary(), "lsp", "--socket", thresher.socket_path], capture_output=True, timeout=20,
            input=messages(
                {"jsonrpc": "2.0", "id": 1, "method": "initialize",
                 "params": {"processId": None, "capabilities": {}}},
                goodbye, {"jsonrpc": "2.0", "method": "exit"}))
        assert b'"positionEncoding":"utf-16"' in result.stdout
        assert result.returncode == status


def test_no_daemon_to_carry_to_is_an_error(tmp_path):
    result = subprocess.run([binary(), "lsp", "--socket", str(tmp_path / "none")],
                            stdin=subprocess.DEVNULL, capture_output=True, timeout=20)
    assert (result.returncode, result.stdout) == (1, b"")
    assert b"no daemon there" in result.stderr
