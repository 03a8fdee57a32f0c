"""`thresher lsp` with pytest-lsp: every message of it goes through lsprotocol's types.

The clients announce what Visual Studio Code, Neovim and Emacs do.
"""

import asyncio
import json

import pytest
import pytest_lsp
from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities

from thresher_process import binary

URI = "file:///rows.jsonl"
RIVER = (
    "the Ucayali river, which flows north through the rain forest to the Amazon and is the longest "
    "of those that come down from the mountains in the south."
)
ROWS = [
    json.dumps({"instruction": "Name a river in Peru.", "output": f"Sure! Here is one: {RIVER}"}),
    json.dumps({"instruction": "Name a river in Peru.", "output": f"Sure! Here is one: {RIVER}"}),
    json.dumps({"instruction": "Name a river of Peru.", "output": f"Sure! Here is one: {RIVER}"}),
    '{"text": ',
    '{"txt": 1}',
    json.dumps({"instruction": "Say é 😀.", "output": ""}, ensure_ascii=False),
]
TEXT = "\n".join(ROWS) + "\n"


@pytest_lsp.fixture(
    params=["visual-studio-code", "neovim", "emacs"],
    config=ClientServerConfig(server_command=[binary(), "lsp"]),
)
async def client(request, lsp_client: LanguageClient):
    """An editor with ROWS open."""
    result = await lsp_client.initialize_session(
        types.InitializeParams(capabilities=client_capabilities(request.param), process_id=None)
    )
    lsp_client.editor = request.param
    lsp_client.encoding = result.capabilities.position_encoding
    await opened(lsp_client, TEXT)
    yield
    await lsp_client.shutdown_session()


async def opened(client, text, version=1):
    client.text_document_did_open(types.DidOpenTextDocumentParams(
        types.TextDocumentItem(uri=URI, language_id="jsonl", version=version, text=text)))
    await client.wait_for_notification("textDocument/publishDiagnostics")


async def changed(client, version, *edits):
    """Makes edits as an editor does, and waits for the diagnostics."""
    client.text_document_did_change(types.DidChangeTextDocumentParams(
        types.VersionedTextDocumentIdentifier(uri=URI, version=version),
        [types.TextDocumentContentChangePartial(range=edit.range, text=edit.new_text)
         for edit in edits]))
    await client.wait_for_notification("textDocument/publishDiagnostics")


def codes(client):
    return [(d.range.start.line, d.code) for d in client.diagnostics[URI]]


def line_range(line, start=0, end=0):
    return types.Range(types.Position(line, start), types.Position(line, end))


async def actions(client, line, only=None):
    found = await client.text_document_code_action_async(types.CodeActionParams(
        types.TextDocumentIdentifier(URI), line_range(line),
        types.CodeActionContext(diagnostics=list(client.diagnostics[URI]), only=only)))
    return found or []


def edits_of(action):
    """The text edits of an action, whichever form the client takes."""
    edit = action.edit
    if edit.document_changes:
        [change] = edit.document_changes
        assert (change.text_document.uri, change.text_document.version) == (URI, 1)
        return list(change.edits)
    return list(edit.changes[URI])


def apply(text, edits, encoding):
    """The text with edits made, by positions in code units."""
    lines = text.split("\n")

    def index(position):
        units = lines[position.line].encode(encoding)
        before = units[: position.character * (1 if encoding == "utf-8" else 2)].decode(encoding)
        return sum(len(line) + 1 for line in lines[: position.line]) + len(before)

    places = [(index(e.range.start), index(e.range.end), e.new_text) for e in edits]
    for start, end, new in sorted(places, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def encoding(client):
    return "utf-8" if client.encoding == types.PositionEncodingKind.Utf8 else "utf-16-le"


@pytest.mark.asyncio
async def test_diagnostics_are_of_the_lines(client: LanguageClient):
    assert codes(client)[:4] == [
        (3, "invalid_json"), (4, "not_an_example"), (1, "exact_duplicate"), (2, "near_duplicate")]
    assert (5, "empty") in codes(client)
    fluff = [d for d in client.diagnostics[URI] if d.code == "fluff"]
    assert [d.range.start.line for d in fluff] == [0, 1, 2]
    assert all(d.source == "thresher" and d.severity for d in client.diagnostics[URI])


@pytest.mark.asyncio
async def test_faded_fluff_covers_the_very_characters(client: LanguageClient):
    [fluff] = [d for d in client.diagnostics[URI] if d.code == "fluff" and d.range.start.line == 0]
    start, end = fluff.range.start.character, fluff.range.end.character
    assert ROWS[0][start:end].startswith("Sure!")
    if client.editor == "visual-studio-code":
        assert list(fluff.tags) == [types.DiagnosticTag.Unnecessary]


@pytest.mark.asyncio
async def test_a_duplicate_leads_to_its_original(client: LanguageClient):
    duplicate = next(d for d in client.diagnostics[URI] if d.code == "exact_duplicate")
    if duplicate.related_information:
        [related] = duplicate.related_information
        assert (related.location.uri, related.location.range.start.line) == (URI, 0)
    place = await client.text_document_definition_async(
        types.DefinitionParams(types.TextDocumentIdentifier(URI), types.Position(2, 5)))
    assert (place.uri, place.range.start.line) == (URI, 0)


@pytest.mark.asyncio
async def test_the_trim_of_a_record_cuts_its_fluff_only(client: LanguageClient):
    action = next(a for a in await actions(client, 1) if a.title.startswith("Cut the fluff"))
    assert action.kind == "quickfix" and action.is_preferred
    rows = apply(TEXT, edits_of(action), encoding(client)).split("\n")
    assert json.loads(rows[1])["output"].endswith(RIVER)
    assert len(json.loads(rows[1])["output"]) < len(json.loads(ROWS[1])["output"])
    assert rows[:1] + rows[2:] == TEXT.split("\n")[:1] + TEXT.split("\n")[2:]


@pytest.mark.asyncio
async def test_a_removed_duplicate_takes_its_diagnostics_along(client: LanguageClient):
    action = next(a for a in await actions(client, 1) if a.title == "Remove this duplicate")
    edits = edits_of(action)
    assert apply(TEXT, edits, encoding(client)) == "\n".join(ROWS[:1] + ROWS[2:]) + "\n"
    await changed(client, 2, *edits)
    assert (1, "near_duplicate") in codes(client)
    assert "exact_duplicate" not in [code for _, code in codes(client)]


@pytest.mark.asyncio
async def test_all_duplicates_but_the_first_are_removed(client: LanguageClient):
    [action] = await actions(client, 0, ["source.thresher.removeDuplicates"])
    rows = apply(TEXT, edits_of(action), encoding(client))
    assert rows == "\n".join(ROWS[:1] + ROWS[3:]) + "\n"


@pytest.mark.asyncio
async def test_all_fluff_is_cut(client: LanguageClient):
    [action] = await actions(client, 0, ["source.fixAll"])
    rows = apply(TEXT, edits_of(action), encoding(client)).split("\n")
    assert all(json.loads(row)["output"].endswith(RIVER) for row in rows[:3])
    assert "Sure!" not in "".join(rows)


@pytest.mark.asyncio
async def test_a_record_that_is_to_be_ignored_has_no_diagnostics(client: LanguageClient):
    for line in (2, 4, 5):
        action = next(a for a in await actions(client, line) if a.title == "Ignore this record")
        edits = edits_of(action)
        row = apply(TEXT, edits, encoding(client)).split("\n")[line]
        assert json.loads(row) == {**json.loads(ROWS[line]), "thresher": "ignore"}
    await changed(client, 2, *edits)
    assert 5 not in [line for line, _ in codes(client)]


@pytest.mark.asyncio
async def test_commands_edit_or_hand_the_edit_over(client: LanguageClient):
    applied = []

    @client.feature("workspace/applyEdit")
    def apply_edit(params: types.ApplyWorkspaceEditParams):
        applied.append(params.edit)
        return types.ApplyWorkspaceEditResult(applied=True)

    result = await client.workspace_execute_command_async(
        types.ExecuteCommandParams(command="thresher.remove", arguments=[URI, 1]))
    if result is None:
        await asyncio.sleep(0.2)
        assert len(applied) == 1
    else:
        assert URI in json.dumps(result if isinstance(result, dict) else str(result))
    summary = await client.workspace_execute_command_async(
        types.ExecuteCommandParams(command="thresher.summary", arguments=[URI]))
    summary = summary if isinstance(summary, dict) else summary._asdict()
    assert summary["records"] == 6 and summary["exactDuplicates"] == 1


@pytest.mark.asyncio
async def test_hover_tells_the_verdict(client: LanguageClient):
    hover = await client.text_document_hover_async(
        types.HoverParams(types.TextDocumentIdentifier(URI), types.Position(1, 3)))
    assert "exact, line 1" in hover.contents.value and "tokens" in hover.contents.value
    assert hover.contents.kind in (types.MarkupKind.Markdown, types.MarkupKind.PlainText)


@pytest.mark.asyncio
async def test_lenses_and_hints_tell_scores_and_tokens(client: LanguageClient):
    lenses = await client.text_document_code_lens_async(
        types.CodeLensParams(types.TextDocumentIdentifier(URI)))
    assert lenses[0].range.start.line == 0
    assert lenses[0].command.title.startswith("4 examples, 2 unusable, 2 duplicates")
    hints = await client.text_document_inlay_hint_async(
        types.InlayHintParams(types.TextDocumentIdentifier(URI), line_range(0, 0, 10)))
    [hint] = hints
    assert hint.position == types.Position(0, len(ROWS[0])) and "score" in hint.label


@pytest.mark.asyncio
async def test_diagnostics_can_be_pulled(client: LanguageClient):
    pushed = list(client.diagnostics[URI])
    report = await client.text_document_diagnostic_async(
        types.DocumentDiagnosticParams(types.TextDocumentIdentifier(URI)))
    assert [d.message for d in report.items] == [d.message for d in pushed]
    again = await client.text_document_diagnostic_async(types.DocumentDiagnosticParams(
        types.TextDocumentIdentifier(URI), previous_result_id=report.result_id))
    assert again.kind == "unchanged"
    everything = await client.workspace_diagnostic_async(types.WorkspaceDiagnosticParams([]))
    [item] = everything.items
    assert (item.uri, item.version, len(item.items)) == (URI, 1, len(pushed))


@pytest.mark.asyncio
async def test_a_closed_file_has_no_diagnostics(client: LanguageClient):
    client.text_document_did_close(
        types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(URI)))
    await client.wait_for_notification("textDocument/publishDiagnostics")
    assert list(client.diagnostics[URI]) == []
