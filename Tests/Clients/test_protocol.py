"""The folder Protocol against the built binary, over real sockets: THRESHER_BIN names it.

Every transcript, every example, and the description for machines.
"""

import json
import re
import subprocess
import sys
import threading

import jsonschema
import pytest

import transcript
from thresher_process import Thresher
from transcript import PROTOCOL

TOKEN = "secret"
OVER_A_SOCKET = [t for t in transcript.all_transcripts() if t.only != "in-process"]
EXAMPLES = sorted((PROTOCOL / "examples").glob("*/*.json"))
OPENRPC = json.loads((PROTOCOL / "openrpc.json").read_text())
METHODS = {method["name"]: method for method in OPENRPC["methods"]}
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def connect(thresher, peer):
    return thresher.connect_tcp() if peer == "tcp" else thresher.connect()


def expect(connection, step):
    """Reads the answers that a step must have, and nothing else."""
    for expected in step.expected:
        answer = connection.read_message(step.framing).decode()
        if transcript.WILDCARD in expected:
            assert transcript.matches(transcript.load(answer), transcript.load(expected)), answer
        else:
            assert answer == expected


# Transcripts


@pytest.mark.parametrize("conversations", OVER_A_SOCKET, ids=lambda t: t.name)
def test_a_transcript_is_answered_step_by_step(conversations):
    with Thresher(token=TOKEN) as thresher:
        for conversation in conversations.conversations:
            with connect(thresher, conversation.peer) as connection:
                for step in conversation.steps:
                    if step.sent:
                        connection.send(step.sent)
                    if step.kind == "end":
                        connection.end()
                    expect(connection, step)
                    if step.closes:
                        assert connection.read_to_end() == b""


@pytest.mark.parametrize("conversations", OVER_A_SOCKET, ids=lambda t: t.name)
def test_a_transcript_is_answered_the_same_in_one_piece(conversations):
    with Thresher(token=TOKEN) as thresher:
        for conversation in conversations.conversations:
            with connect(thresher, conversation.peer) as connection:
                connection.send(b"".join(step.sent for step in conversation.steps))
                if any(step.kind == "end" for step in conversation.steps):
                    connection.end()
                for step in conversation.steps:
                    expect(connection, step)
                if any(step.closes for step in conversation.steps):
                    assert connection.read_to_end() == b""


# Examples and the description for machines


def method_of(path) -> str:
    name = path.parent.name
    return "$/cancelRequest" if name == "cancel-request" else name.replace("-", "/")


def resolved(schema) -> dict:
    """A schema that stands alone, with the components it refers to."""
    return {"$schema": DIALECT, "components": OPENRPC["components"], **schema}


def closed(schema):
    """The same, with every object that lists its members refusing others.

    The description leaves results open, since later versions add members; this version must not
    give any that are not described.
    """
    if isinstance(schema, list):
        return [closed(element) for element in schema]
    if not isinstance(schema, dict):
        return schema
    schema = {name: closed(value) for name, value in schema.items()}
    if schema.get("type") == "object" and "properties" in schema:
        schema.setdefault("additionalProperties", False)
    return schema


def check_result(method: str, result):
    if "result" not in METHODS[method]:
        raise AssertionError(f"{method} is a notification and has no result")
    schema = resolved(METHODS[method]["result"]["schema"])
    jsonschema.Draft202012Validator(closed(schema)).validate(result)


def check_error(error):
    schema = resolved({"$ref": "#/components/schemas/Error"})
    jsonschema.Draft202012Validator(closed(schema)).validate(error)


@pytest.fixture(scope="module")
def thresher():
    with Thresher() as thresher:
        yield thresher


def corpora_gone(connection):
    """Makes the server as one that has just started."""
    for corpus in connection.call("corpus/list")["corpora"]:
        connection.call("corpus/drop", {"corpus": corpus["corpus"]})


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: f"{p.parent.name}-{p.stem}")
def test_an_example_is_answered_as_described(thresher, path):
    method = method_of(path)
    example = json.loads(path.read_text())
    if method == "server/stop":
        thresher = Thresher()
    try:
        with thresher.connect() as connection:
            corpora_gone(connection)
            for request in example.get("before", []):
                connection.call(request["method"], request.get("params"))
            request = {"jsonrpc": "2.0", "method": method, "params": example["params"]}
            if "result" not in example and "error" not in example:
                connection.send_line(json.dumps(request))
                connection.end()
                assert connection.read_to_end() == b""
                return
            connection.send_line(json.dumps({**request, "id": 1}))
            line = connection.read_line().decode()
            answer = json.loads(line)
            outcome = "result" if "result" in example else "error"
            expected = dict(transcript.load(path.read_text()))[outcome]
            assert transcript.matches(dict(transcript.load(line))[outcome], expected), answer
    finally:
        if method == "server/stop":
            thresher.stop()
    if outcome == "result":
        check_result(method, answer["result"])
        jsonschema.Draft202012Validator(resolved(METHODS[method]["x-params"])).validate(
            example["params"])
    else:
        check_error(answer["error"])
        # An error about the params themselves is one that the schema tells as well.
        if "unknown-name" in path.stem or "missing" in path.stem:
            with pytest.raises(jsonschema.ValidationError):
                jsonschema.Draft202012Validator(resolved(METHODS[method]["x-params"])).validate(
                    example["params"])


def messages(text):
    value = json.loads(text)
    return value if isinstance(value, list) else [value]


@pytest.mark.parametrize("conversations", transcript.all_transcripts(), ids=lambda t: t.name)
def test_every_answer_of_a_transcript_is_as_described(conversations):
    for conversation in conversations.conversations:
        asked = {}
        for step in conversation.steps:
            for match in re.finditer(rb'"id":([^,]+),"method":"([^"]+)"', step.sent):
                asked[match[1].decode()] = match[2].decode(errors="replace")
            for expected in step.expected:
                if transcript.WILDCARD in expected:
                    continue
                for answer in messages(expected):
                    if "error" in answer:
                        check_error(answer["error"])
                    elif (method := asked.get(json.dumps(answer["id"]))) in METHODS:
                        check_result(method, answer["result"])


def references(schema):
    if isinstance(schema, dict):
        if "$ref" in schema:
            yield schema["$ref"]
        for value in schema.values():
            yield from references(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from references(value)


def test_the_description_is_well_formed():
    assert re.fullmatch(r"1\.\d+\.\d+", OPENRPC["openrpc"])
    assert OPENRPC["info"]["title"] and OPENRPC["info"]["version"]
    names = [method["name"] for method in OPENRPC["methods"]]
    assert len(names) == len(set(names))
    for reference in references(OPENRPC):
        value = OPENRPC
        for name in reference.removeprefix("#/").split("/"):
            value = value[name]
    for schema in OPENRPC["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)


def judged(name):
    """The examples of a transcript's first dialogue each with its verdict."""
    (conversations,) = [t for t in transcript.all_transcripts() if t.name == name]
    for step in conversations.conversations[0].steps:
        request = json.loads(step.sent) if step.sent else {}
        if "examples" not in request.get("params", {}) or '"result"' not in step.expected[0]:
            continue
        verdicts = json.loads(step.expected[0])["result"]["verdicts"]
        yield from zip(request["params"]["examples"], verdicts)


@pytest.mark.parametrize("name", ["shapes", "unusable"])
def test_the_schema_of_examples_accepts_what_the_server_does(name):
    schema = jsonschema.Draft202012Validator(resolved({"$ref": "#/components/schemas/Example"}))
    pairs = list(judged(name))
    assert len(pairs) > 15
    for example, verdict in pairs:
        # A schema cannot see half of a surrogate pair.
        if "surrogate" not in verdict.get("error", {}).get("message", ""):
            assert schema.is_valid(example) == ("error" not in verdict), (example, verdict)


@pytest.mark.parametrize("name", METHODS)
def test_a_method_is_well_described(name):
    method = METHODS[name]
    assert method["summary"].endswith(".")
    assert method["paramStructure"] == "by-name"
    assert (PROTOCOL / method["externalDocs"]["url"]).is_file()
    whole = method["x-params"]
    jsonschema.Draft202012Validator.check_schema(whole)
    assert [param["name"] for param in method["params"]] == list(whole["properties"])
    required = [param["name"] for param in method["params"] if param["required"]]
    assert required == whole.get("required", [])
    for param in method["params"]:
        jsonschema.Draft202012Validator.check_schema(param["schema"])
        assert param["description"]
    if "result" in method:
        jsonschema.Draft202012Validator.check_schema(method["result"]["schema"])


@pytest.mark.parametrize("name", METHODS)
def test_a_page_names_every_param_and_every_member_of_the_result(name):
    page = "cancel-request" if name.startswith("$") else name.replace("/", "-")
    text = (PROTOCOL / "methods" / f"{page}.md").read_text()
    members = [param["name"] for param in METHODS[name]["params"]]
    result = METHODS[name].get("result", {}).get("schema", {})
    if "$ref" in result:
        result = OPENRPC["components"]["schemas"][result["$ref"].rsplit("/", 1)[1]]
    members += result.get("properties", {})
    for member in members:
        assert f"`{member}`" in text or f"`{member}." in text, f"{page}.md says nothing of {member}"


# The README


def test_the_client_in_the_readme_streams_more_than_fits_any_buffer(tmp_path):
    (code,) = re.findall(r"```python\n(.*?)```", (PROTOCOL / "README.md").read_text(), re.S)
    script = tmp_path / "client.py"
    script.write_text(code)
    count = 30_000
    examples = "".join(
        json.dumps({"id": n, "text": f"example number {n} of many, " + "word " * 60}) + "\n"
        for n in range(count))
    with Thresher() as thresher:
        done = subprocess.run(
            [sys.executable, script, thresher.socket_path], input=examples, text=True,
            capture_output=True, timeout=300)
    assert done.returncode == 0, done.stderr
    verdicts = [json.loads(line) for line in done.stdout.splitlines()]
    assert [verdict["id"] for verdict in verdicts] == list(range(count))


def test_a_client_that_reads_late_loses_nothing():
    """Backpressure: the server stops reading, and nothing but the client's own writing waits."""
    line = b'{"jsonrpc":"2.0","id":1,"method":"initialize"}\n'
    count = 20_000
    with Thresher() as thresher, thresher.connect() as slow, thresher.connect() as other:
        writer = threading.Thread(target=slow.send, args=(line * count,), daemon=True)
        writer.start()
        writer.join(1.0)
        assert writer.is_alive(), "the server took everything, though nobody read the answers"
        assert other.call("corpus/list") == {"corpora": []}
        for _ in range(count):
            slow.read_line()
        writer.join(10)
        assert not writer.is_alive()


def test_every_link_of_the_folder_leads_somewhere():
    for page in PROTOCOL.rglob("*.md"):
        for link in re.findall(r"\]\(([^)]+)\)", page.read_text()):
            path, _, anchor = link.partition("#")
            target = (page.parent / path).resolve() if path else page
            if target.is_relative_to(PROTOCOL / "vectors") or "://" in link:
                continue
            assert target.exists(), f"{page.name}: {link}"
            if anchor:
                titles = re.findall(r"^#+ (.*)$", target.read_text(), re.M)
                anchors = [
                    re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles]
                assert anchor in anchors, f"{page.name}: {link}"
