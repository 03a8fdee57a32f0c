"""`Clients/vscode` among stubs of `vscode` and `vscode-languageclient`, with a real server."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

import editor_data
from editor_data import CODES, LINES, capital, cafe, changed, ignored
from thresher_process import Thresher, binary

HERE = Path(__file__).parent
CLIENT = HERE.parent.parent / "Clients" / "vscode"
NODE = shutil.which("node")

pytestmark = pytest.mark.skipif(not NODE, reason="there is no node")

NO_SCORES = {"thresher.severities": {"low_score": "off"}}


@pytest.fixture
def editor(tmp_path):
    """Runs steps with the dataset open, and gives the file afterwards and their value."""

    def run(steps, options=NO_SCORES, data=None):
        path = tmp_path / "rows.jsonl"
        path.write_bytes(editor_data.text(LINES) if data is None else data)
        done = subprocess.run(
            [NODE, HERE / "editors" / "vscode.js"],
            env=os.environ | {
                "NODE_PATH": str(HERE / "editors" / "stubs"), "THRESHER_CLIENT": str(CLIENT),
                "THRESHER_BIN": binary(), "OPTIONS": json.dumps(options), "FILE": str(path),
                "STEPS": f"const CODES = {json.dumps(CODES)};\n{steps}",
            },
            stdin=subprocess.DEVNULL, capture_output=True, timeout=50)
        assert done.returncode == 0, done.stderr.decode()
        return json.loads(done.stdout) | {"file": path.read_bytes()}

    return run


def test_the_scripts_can_be_read():
    for script in CLIENT.glob("*.js"):
        subprocess.run([NODE, "--check", script], check=True, timeout=20)


def test_each_command_of_the_manifest_is_there_and_no_other(editor):
    outcome = editor("""
        const named = vscode.manifest.contributes.commands.map(({ command }) => command);
        const there = [...vscode.registered.keys()].filter((name) => name.startsWith('thresherE'));
        return [named.sort(), there.sort()];
    """)
    named, there = outcome["value"]
    assert named == there and len(named) == 12


def test_each_fault_is_shown_on_its_line(editor):
    editor("await waitForCodes(CODES);")


@pytest.mark.parametrize("command, line, expected", [
    ("trim", 6, changed({6: cafe()})),
    ("trimAll", 1, changed({2: capital(), 6: cafe()})),
    ("remove", 3, changed(without=[3])),
    ("removeDuplicates", 1, changed(without=[3, 5])),
    ("ignore", 5, changed({5: ignored(LINES[4])})),
])
def test_a_command_does_what_it_says(editor, command, line, expected):
    outcome = editor(f"""
        await waitForCodes(CODES);
        select({line});
        await run('{command}');
        document.save();
    """)
    assert outcome["file"] == expected
    assert outcome["messages"] == []


def test_the_selected_records_are_removed(editor):
    outcome = editor("""
        await waitForCodes(CODES);
        select(2, 4);
        await run('remove');
        document.save();
    """)
    assert outcome["file"] == changed(without=[2, 3, 4])


def test_where_there_is_nothing_to_do_it_is_said(editor):
    outcome = editor("""
        await waitForCodes(CODES);
        await run('trim');
        await run('original');
        await run('dropBelow');
    """)
    assert outcome["messages"] == [
        "Thresher: there is no fluff in this record", "Thresher: this record is no duplicate",
        "Thresher: no record is below the minimum score",
    ]


def test_the_original_is_found(editor):
    outcome = editor("""
        await waitForCodes(CODES);
        select(5);
        await run('original');
        return vscode.window.activeTextEditor.selection.active.line + 1;
    """)
    assert outcome["value"] == 4


def test_the_sum_is_told_by_command_and_by_lens(editor):
    outcome = editor("""
        await waitForCodes(CODES);
        await run('status');
        await vscode.commands.executeCommand('thresher.summary', document.uri);
    """)
    first, second = outcome["messages"]
    assert first == second
    assert "7 records: 1 exact and 1 near duplicates, 1 unusable" in first


def test_settings_count_and_some_take_a_new_server(editor):
    outcome = editor("""
        const first = client();
        await waitForCodes([[3, 'exact_duplicate'], [7, 'invalid_json']]);
        await vscode.choose('thresher.workspace', true);
        await waitForCodes([[3, 'exact_duplicate'], [7, 'invalid_json']]);
        await vscode.choose('thresher.codeLens', false);
        return [client() !== first, client().clientOptions.initializationOptions];
    """, {
        "thresher.settings": {"near": {"threshold": 0.99}},
        "thresher.severities": {"low_score": "off", "fluff": "off"},
    })
    assert outcome["value"] == [True, {
        "workspace": True, "settings": {"near": {"threshold": 0.99}},
        "severities": {"low_score": "off", "fluff": "off"}, "codeLens": True, "inlayHints": True,
    }]


def test_the_server_ends_and_starts_again(editor):
    outcome = editor("""
        await waitForCodes(CODES);
        await run('stop');
        await run('trim');
        await run('start');
        await waitForCodes(CODES);
        await run('restart');
        await waitForCodes(CODES);
    """)
    assert len(outcome["messages"]) == 1 and "no server is running" in outcome["messages"][0]


def test_a_missing_server_is_a_clear_message(editor):
    outcome = editor("", {"thresher.binary": "/nowhere/thresher"})
    assert '"/nowhere/thresher" is not there or cannot be run' in outcome["messages"][0]
    outcome = editor("", {"thresher.connect": "/nowhere/socket"})
    assert "no daemon answers at /nowhere/socket" in outcome["messages"][0]


def test_a_running_daemon_is_asked_about_its_corpus(editor):
    with Thresher(token="s3cret") as thresher, thresher.connect() as connection:
        connection.call("corpus/open", {"corpus": "tea"})
        example = json.loads(LINES[0]) | {"id": "sky"}
        connection.call("examples/admit", {"corpus": "tea", "examples": [example]})
        for address in [thresher.socket_path, f"127.0.0.1:{thresher.port}"]:
            outcome = editor(
                "await waitForCodes([[1, 'already_in_corpus']]); return client().diagnostics",
                {"thresher.connect": address, "thresher.token": "s3cret",
                 "thresher.corpus": "tea"},
                editor_data.text(LINES[:1]))
            assert '"sky"' in outcome["value"][0]["message"]
