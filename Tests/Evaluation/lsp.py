"""A small LSP client: what the editor's evaluation and benchmarks need. Standard library only.

    with LanguageServer() as server:                  # `thresher lsp`
        server.initialize(encoding="utf-16")
        server.notify("textDocument/didOpen", {...})
        diagnostics = server.diagnostics("file:///a.jsonl", version=1)
"""
import json, os, queue, subprocess, threading, time

from support import binary

ALL_FEATURES = {
    "general": {"positionEncodings": ["utf-8", "utf-16"]},
    "workspace": {
        "workspaceEdit": {"documentChanges": True}, "applyEdit": True, "configuration": True,
        "didChangeWatchedFiles": {"dynamicRegistration": True},
    },
    "window": {"workDoneProgress": True, "showDocument": {"support": True}},
    "textDocument": {
        "hover": {"contentFormat": ["markdown", "plaintext"]},
        "codeAction": {
            "codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix", "source"]}},
        },
        "publishDiagnostics": {
            "relatedInformation": True, "versionSupport": True, "codeDescriptionSupport": True,
            "dataSupport": True, "tagSupport": {"valueSet": [1, 2]},
        },
    },
}


class LSPError(Exception):
    def __init__(self, error):
        super().__init__(f"{error['code']}: {error['message']}")
        self.code = error["code"]


class LanguageServer:
    """`thresher lsp` and a thread that reads what it says."""

    def __init__(self, arguments=()):
        self.arguments = list(arguments)
        self.next_id = 1
        self.answers, self.waiting = {}, {}
        # Every notification with the time at which it came.
        self.notifications = queue.Queue()
        # Published diagnostics: (time, params), in order.
        self.published = []
        self.changed = threading.Condition()
        self.progress = []

    def __enter__(self):
        self.started = time.perf_counter()
        self.process = subprocess.Popen(
            [binary(), "lsp", *self.arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL)
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()

    # --- Bytes

    def send(self, message):
        self.send_bytes(json.dumps(message, ensure_ascii=False).encode())

    def send_bytes(self, body):
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def _read(self):
        stream = self.process.stdout
        while True:
            length = None
            while True:
                line = stream.readline()
                if not line:
                    with self.changed:
                        self.changed.notify_all()
                    return
                if line == b"\r\n":
                    break
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            body = stream.read(length)
            now = time.perf_counter()
            self._take(json.loads(body), now)

    def _take(self, message, now):
        if "method" in message and "id" in message:
            self._answer(message)
        elif "method" in message:
            with self.changed:
                if message["method"] == "textDocument/publishDiagnostics":
                    self.published.append((now, message["params"]))
                elif message["method"] == "$/progress":
                    self.progress.append((now, message["params"]))
                else:
                    self.notifications.put((now, message))
                self.changed.notify_all()
        else:
            with self.changed:
                # Answers to what was no request have no id.
                if message["id"] is not None:
                    self.answers[message["id"]] = (now, message)
                self.changed.notify_all()

    def _answer(self, message):
        """What the server asks for."""
        result = None
        if message["method"] == "workspace/applyEdit":
            result = {"applied": True}
        elif message["method"] == "window/showDocument":
            result = {"success": True}
        elif message["method"] == "workspace/configuration":
            result = [None for _ in message["params"]["items"]]
        with self.changed:
            self.notifications.put((time.perf_counter(), message))
        self.send({"jsonrpc": "2.0", "id": message["id"], "result": result})

    # --- Calls

    def request(self, method, params=None):
        """Sends a request; the id."""
        number = self.next_id
        self.next_id += 1
        message = {"jsonrpc": "2.0", "id": number, "method": method}
        if params is not None:
            message["params"] = params
        self.send(message)
        return number

    def answer(self, number, timeout=60):
        """Waits for an answer: (time, message)."""
        end = time.monotonic() + timeout
        with self.changed:
            while number not in self.answers:
                left = end - time.monotonic()
                if left <= 0 or not self.changed.wait(left):
                    raise TimeoutError(f"no answer to request {number}")
            return self.answers.pop(number)

    def call(self, method, params=None, timeout=60):
        message = self.answer(self.request(method, params), timeout)[1]
        if "error" in message:
            raise LSPError(message["error"])
        return message["result"]

    def notify(self, method, params=None):
        message = {"jsonrpc": "2.0", "method": method}
        if params is not None:
            message["params"] = params
        self.send(message)

    # --- The usual

    def initialize(self, capabilities=None, options=None, **more):
        params = {"processId": os.getpid(), "rootUri": None,
                  "capabilities": ALL_FEATURES if capabilities is None else capabilities, **more}
        if options is not None:
            params["initializationOptions"] = options
        self.initialized, message = self.answer(self.request("initialize", params))
        if "error" in message:
            raise LSPError(message["error"])
        result = message["result"]
        self.notify("initialized", {})
        return result

    def open(self, uri, text, version=1, language="jsonl"):
        self.notify("textDocument/didOpen", {"textDocument": {
            "uri": uri, "languageId": language, "version": version, "text": text}})

    def change(self, uri, version, *changes):
        """Changes are texts, or ((line, column), (line, column), text)."""
        self.notify("textDocument/didChange", {
            "textDocument": {"uri": uri, "version": version},
            "contentChanges": [
                {"text": c} if isinstance(c, str) else {
                    "range": {"start": {"line": c[0][0], "character": c[0][1]},
                              "end": {"line": c[1][0], "character": c[1][1]}}, "text": c[2]}
                for c in changes]})

    def summary(self, uri):
        return self.call("workspace/executeCommand",
                         {"command": "thresher.summary", "arguments": [uri]})

    def wait_read(self, uri, timeout=120):
        """Waits until nothing of a document is left to be read; its sums."""
        end = time.monotonic() + timeout
        while True:
            summary = self.summary(uri)
            if summary["pending"] == 0:
                return summary
            assert time.monotonic() < end, "it is still being read"
            time.sleep(0.02)

    def diagnostics(self, uri, version=None, timeout=60):
        """The newest diagnostics of a document, of that version at least: (time, list)."""
        end = time.monotonic() + timeout
        with self.changed:
            while True:
                for when, params in reversed(self.published):
                    if params["uri"] == uri:
                        if version is None or params.get("version", 0) >= version:
                            return when, params["diagnostics"]
                        break
                left = end - time.monotonic()
                if left <= 0 or not self.changed.wait(left):
                    raise TimeoutError(f"no diagnostics of {uri}, version {version}")

    def bye(self):
        """shutdown and exit; the exit status."""
        self.call("shutdown")
        self.notify("exit")
        return self.process.wait(timeout=10)
