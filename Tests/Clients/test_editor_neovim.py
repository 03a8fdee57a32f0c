"""`Clients/neovim` in a real Neovim: what is shown, what a command does to the file.

THRESHER_NVIM may name other versions beside the `nvim` of PATH, separated by colons.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

import editor_data
from editor_data import LINES, capital, cafe, changed, ignored
from thresher_process import Thresher, binary

HERE = Path(__file__).parent
CLIENT = HERE.parent.parent / "Clients" / "neovim"
EDITORS = [path for path in [shutil.which("nvim"), *os.environ.get("THRESHER_NVIM", "").split(":")]
           if path]

NO_SCORES = "{severities = {low_score = 'off'}}"

pytestmark = pytest.mark.skipif(not EDITORS, reason="there is no nvim")


@pytest.fixture(params=EDITORS, ids=lambda path: str(EDITORS.index(path)))
def editor(request, tmp_path):
    """Runs steps in Neovim with the dataset open, and gives the file afterwards and their value."""

    def run(steps, options=NO_SCORES, data=None, name="rows.jsonl", environment=None):
        path = tmp_path / name
        path.write_bytes(editor_data.text(LINES) if data is None else data)
        (tmp_path / "steps.lua").write_text(
            "\n".join([
                f"local CODES = vim.json.decode('{json.dumps(editor_data.CODES)}')",
                steps,
            ]))
        result = tmp_path / "result.json"
        variables = {key: value for key, value in os.environ.items() if key != "THRESHER_BIN"} | {
            "THRESHER_CLIENT": str(CLIENT), "THRESHER_BIN": binary(),
            "OPTIONS": options, "STEPS": str(tmp_path / "steps.lua"), "RESULT": str(result),
            "HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path), "TERM": "dumb",
            "XDG_STATE_HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path),
            "XDG_DATA_HOME": str(tmp_path),
        } | (environment or {})
        done = subprocess.run(
            [request.param, "--headless", "--clean", "-u", HERE / "editors" / "neovim.lua", path,
             "-c", "lua run()"],
            env=variables, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, timeout=50, cwd=tmp_path)
        assert result.exists(), done.stdout.decode()
        outcome = json.loads(result.read_text())
        assert "error" not in outcome, f"{outcome}\n{done.stdout.decode()}"
        outcome["file"] = path.read_bytes()
        return outcome

    return run


def test_each_fault_is_shown_on_its_line(editor):
    outcome = editor("""
        await_codes(CODES)
        local near
        for _, diagnostic in ipairs(vim.diagnostic.get(0)) do
          if diagnostic.code == 'near_duplicate' then near = diagnostic end
        end
        local related = (near.user_data.lsp.relatedInformation or {})[1]
        return {near.message, related and related.location.range.start.line + 1, vim.bo.filetype}
    """)
    message, original, filetype = outcome["value"]
    assert "line 4" in message and (original, filetype) == (4, "jsonl")


def test_fluff_is_marked_on_the_very_characters_after_wide_ones(editor):
    outcome = editor("""
        await_codes(CODES)
        local found = {}
        for _, d in ipairs(vim.diagnostic.get(0)) do
          if d.code == 'fluff' then
            local line = vim.api.nvim_buf_get_lines(0, d.lnum, d.lnum + 1, true)[1]
            table.insert(found, line:sub(d.col + 1, d.end_col))
          end
        end
        return found
    """)
    assert outcome["value"] == ["Sure! ", "Sure! "]


def test_the_fluff_of_a_record_is_cut(editor):
    outcome = editor("""
        await_codes(CODES)
        vim.api.nvim_win_set_cursor(0, {6, 0})
        edit('ThresherTrim')
        vim.cmd('write')
    """)
    assert outcome["file"] == changed({6: cafe()})


def test_all_fluff_is_cut_and_an_undo_brings_it_back(editor):
    outcome = editor("""
        await_codes(CODES)
        edit('ThresherTrimAll')
        vim.cmd('write copy.jsonl')
        vim.cmd('undo | write')
        await_codes(CODES)
        return vim.fn.readfile('copy.jsonl')
    """)
    assert outcome["file"] == changed()
    assert outcome["value"] == changed({2: capital(), 6: cafe()}).decode().splitlines()


def test_a_duplicate_is_removed_and_the_rest_is_judged_anew(editor):
    outcome = editor("""
        await_codes(CODES)
        vim.api.nvim_win_set_cursor(0, {3, 0})
        edit('ThresherRemove')
        await_codes({{2, 'fluff'}, {4, 'near_duplicate'}, {5, 'fluff'}, {6, 'invalid_json'}})
        vim.cmd('write')
    """)
    assert outcome["file"] == changed(without=[3])


def test_an_action_of_the_server_is_applied(editor):
    outcome = editor("""
        await_codes(CODES)
        vim.api.nvim_win_set_cursor(0, {3, 0})
        local offered = action('Remove this duplicate')
        vim.lsp.util.apply_workspace_edit(offered.edit, 'utf-16')
        vim.cmd('write')
        return offered.edit.documentChanges[1].textDocument.version ~= nil
    """)
    assert outcome["value"] is True
    assert outcome["file"] == changed(without=[3])


def test_all_duplicates_but_the_first_are_removed(editor):
    outcome = editor("""
        await_codes(CODES)
        edit('ThresherRemoveDuplicates')
        vim.cmd('write')
        await_codes({{2, 'fluff'}, {4, 'fluff'}, {5, 'invalid_json'}})
    """)
    assert outcome["file"] == changed(without=[3, 5])


def test_many_edits_are_one_change_and_the_cursor_stays_on_its_record(editor):
    outcome = editor("""
        local sum
        await('all to be read', function()
          require('thresher.client').request(vim.api.nvim_get_current_buf(),
            'workspace/executeCommand',
            {command = 'thresher.summary', arguments = {vim.uri_from_bufnr(0)}},
            function(found) sum = found end)
          vim.wait(1000, function() return sum end, 5)
          return sum and sum.pending == 0
        end)
        vim.api.nvim_win_set_cursor(0, {5997, 0})
        local record = vim.api.nvim_get_current_line()
        edit('ThresherRemoveDuplicates')
        vim.cmd('write')
        local line = vim.api.nvim_win_get_cursor(0)[1]
        local isThere = vim.api.nvim_get_current_line() == record
        vim.cmd('undo')
        return {sum.exactDuplicates, line, isThere, vim.api.nvim_buf_line_count(0)}
    """, data=editor_data.text(
        line for number in range(3000) for line in [many(number)] * 2))
    assert outcome["value"] == [3000, 2999, True, 6000]
    assert outcome["file"] == editor_data.text(map(many, range(3000)))


def many(number):
    """A row that resembles no other."""
    words = " ".join(f"word{number}x{place}" for place in range(20))
    return json.dumps({"instruction": f"Count {number} 🌹.", "output": words}, ensure_ascii=False)


def test_the_only_record_is_removed(editor):
    outcome = editor("""
        await_codes({{1, 'fluff'}})
        edit('ThresherRemove')
        vim.cmd('write')
    """, data=editor_data.text([capital("Sure! ")]))
    assert outcome["file"] == b""


def test_a_range_of_records_is_removed(editor):
    outcome = editor("""
        await_codes(CODES)
        vim.cmd('2,4ThresherRemove')
        await('three lines less', function() return vim.api.nvim_buf_line_count(0) == 4 end)
        vim.cmd('write')
    """)
    assert outcome["file"] == changed(without=[2, 3, 4])


def test_a_record_is_ignored(editor):
    outcome = editor("""
        await_codes(CODES)
        vim.api.nvim_win_set_cursor(0, {5, 0})
        edit('ThresherIgnore')
        vim.cmd('write')
        await_codes({{2, 'fluff'}, {3, 'exact_duplicate'}, {6, 'fluff'}, {7, 'invalid_json'}})
    """)
    assert outcome["file"] == changed({5: ignored(LINES[4])})


def test_typing_is_judged_at_once_and_the_file_is_what_was_typed(editor):
    outcome = editor("""
        await_codes(CODES)
        vim.api.nvim_win_set_cursor(0, {7, 0})
        vim.api.nvim_buf_set_lines(0, 6, 7, true, {vim.api.nvim_buf_get_lines(0, 0, 1, true)[1]})
        await_codes({{2, 'fluff'}, {3, 'exact_duplicate'}, {5, 'near_duplicate'}, {6, 'fluff'},
          {7, 'exact_duplicate'}})
        vim.cmd('normal! gg0fWrw')
        vim.cmd('write')
    """)
    assert outcome["file"] == changed({1: LINES[0].replace("Why", "why"), 7: LINES[0]})


def test_the_original_is_found_by_command_and_by_action(editor):
    outcome = editor("""
        await_codes(CODES)
        vim.api.nvim_win_set_cursor(0, {5, 0})
        vim.cmd('ThresherOriginal')
        await('line 4', function() return vim.api.nvim_win_get_cursor(0)[1] == 4 end)
        vim.api.nvim_win_set_cursor(0, {3, 0})
        local offered = action('Go to the original')
        vim.lsp.buf_request(0, 'workspace/executeCommand', offered.command, function() end)
        await('line 1', function() return vim.api.nvim_win_get_cursor(0)[1] == 1 end)
        vim.cmd('ThresherOriginal')
        await_message('no duplicate')
    """)
    assert outcome["file"] == changed()


def test_an_original_in_another_file_is_found(editor, tmp_path):
    (tmp_path / "earlier.jsonl").write_bytes(editor_data.text(LINES[:1]))
    (tmp_path / ".git").mkdir()
    outcome = editor("""
        await_codes({{1, 'exact_duplicate'}})
        vim.cmd('ThresherOriginal')
        await('the other file', function()
          return vim.fn.bufname():match('earlier.jsonl$') ~= nil
        end)
    """, "{workspace = true, severities = {low_score = 'off'}}", editor_data.text(LINES[:1]))
    assert outcome["file"] == editor_data.text(LINES[:1])


def test_records_below_the_minimum_are_dropped(editor):
    bad = editor_data.row("Explain the tides.", "asdf")
    outcome = editor("""
        await_codes({{2, 'low_score'}})
        edit('ThresherDropBelow')
        vim.cmd('write')
        await_codes({})
        vim.cmd('ThresherDropBelow')
        await_message('no record is below')
    """, "{}", editor_data.text([LINES[0], bad]))
    assert outcome["file"] == editor_data.text(LINES[:1])


def test_settings_count_and_can_be_changed(editor):
    outcome = editor("""
        await_codes({{2, 'fluff'}, {3, 'exact_duplicate'}, {6, 'fluff'}, {7, 'invalid_json'}})
        require('thresher').setup{
          severities = {low_score = 'off', fluff = 'off'}, settings = {near = {threshold = 0.8}},
        }
        await_codes({{3, 'exact_duplicate'}, {5, 'near_duplicate'}, {7, 'invalid_json'}})
        return {pcall(require('thresher').setup, {treshold = 1})}
    """, "{settings = {near = {threshold = 0.99}}, severities = {low_score = 'off'}}")
    assert outcome["value"] == [False, 'thresher: there is no option "treshold"']


def test_status_and_verdict_are_told(editor):
    outcome = editor("""
        await_codes(CODES)
        vim.cmd('ThresherStatus')
        await_message('7 records: 1 exact and 1 near duplicates, 1 unusable')
        vim.api.nvim_win_set_cursor(0, {5, 0})
        vim.cmd('ThresherVerdict')
        await('a window', function() return #vim.api.nvim_list_wins() == 2 end)
        local window = vim.api.nvim_list_wins()[2]
        local buffer = vim.api.nvim_win_get_buf(window)
        return table.concat(vim.api.nvim_buf_get_lines(buffer, 0, -1, true), '\\n')
    """)
    assert "line 4" in outcome["value"]


def test_fluff_is_faded_and_the_sum_is_a_lens(editor):
    outcome = editor("""
        await_codes(CODES)
        await('a lens', function() return #vim.lsp.codelens.get(0) > 0 end)
        local faded = {}
        for space, number in pairs(vim.api.nvim_get_namespaces()) do
          if space:match('underline') or space:match('thresher/fluff') then
            for _, mark in ipairs(vim.api.nvim_buf_get_extmarks(0, number, 0, -1,
                {details = true})) do
              local group = mark[4].hl_group
              if group == 'ThresherFluff' or group == 'DiagnosticUnnecessary' then
                table.insert(faded, mark[2] + 1)
              end
            end
          end
        end
        local first = vim.lsp.codelens.get(0)
        table.sort(first, function(a, b)
          return a.range.start.line < b.range.start.line
        end)
        return {first[1].command.title, faded}
    """)
    title, faded = outcome["value"]
    assert "duplicate" in title and faded == [2, 6]


def test_the_cursors_line_is_told_in_the_last_line(editor):
    outcome = editor("""
        await_codes(CODES)
        local shown = {}
        vim.api.nvim_echo = function(chunks) table.insert(shown, chunks[1][1]) end
        for line = 2, 4 do
          vim.api.nvim_win_set_cursor(0, {line, 0})
          vim.cmd('doautocmd CursorMoved')
        end
        return shown
    """)
    assert outcome["value"] == ["fluff: a preamble", "exact duplicate of line 1", ""]


def test_the_server_ends_and_starts_again(editor):
    outcome = editor("""
        await_codes(CODES)
        local clients = require('thresher.client')
        local before = clients.all()[1].id
        vim.cmd('ThresherStop')
        await('the end', function() return #clients.all() == 0 end)
        await_codes({})
        vim.cmd('ThresherTrim')
        await_message('no server for this buffer')
        vim.cmd('ThresherStart')
        await_codes(CODES)
        vim.cmd('ThresherRestart')
        await('a new server', function()
          return clients.all()[1] and clients.all()[1].id > before + 1
        end)
        await_codes(CODES)
    """)
    assert outcome["file"] == changed()


def test_a_missing_server_is_a_clear_message(editor):
    outcome = editor(
        "await_message('is not there')", "{binary = '/nowhere/thresher'}")
    assert '"/nowhere/thresher" is not there or cannot be run' in outcome["messages"][0]


def test_a_running_daemon_is_asked_about_its_corpus(editor):
    with Thresher(token="s3cret") as thresher, thresher.connect() as connection:
        connection.call("corpus/open", {"corpus": "tea"})
        example = json.loads(LINES[0]) | {"id": "sky"}
        connection.call("examples/admit", {"corpus": "tea", "examples": [example]})
        for address, token in [
            (thresher.socket_path, "nil"), (f"127.0.0.1:{thresher.port}", "'s3cret'"),
        ]:
            outcome = editor(
                "await_codes({{1, 'already_in_corpus'}}) return vim.diagnostic.get(0)[1].message",
                f"{{connect = '{address}', token = {token}, corpus = 'tea'}}",
                editor_data.text(LINES[:1]))
            assert "sky" in outcome["value"]


def test_checkhealth_says_what_is_there(editor):
    outcome = editor("""
        await_codes(CODES)
        vim.cmd('checkhealth thresher')
        return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, true), '\\n')
    """)
    assert binary() in outcome["value"] and "a server for" in outcome["value"]
    assert "ERROR" not in outcome["value"]


def test_help_is_found(editor, tmp_path):
    # A copy: the index is written beside the pages.
    shutil.copytree(CLIENT / "doc", tmp_path / "installed" / "doc")
    outcome = editor("""
        vim.opt.runtimepath:prepend(vim.env.HOME .. '/installed')
        vim.cmd('helptags ' .. vim.env.HOME .. '/installed/doc')
        vim.cmd('help thresher-settings')
        return vim.fn.expand('%:t')
    """)
    assert outcome["value"] == "thresher.txt"
