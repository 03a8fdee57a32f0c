"""`Clients/emacs` in a real Emacs, under Eglot and under lsp-mode."""

import functools
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
CLIENT = HERE.parent.parent / "Clients" / "emacs"
EMACS = shutil.which("emacs")
PACKAGES = Path("/usr/share/emacs/site-lisp/elpa-src")

pytestmark = pytest.mark.skipif(not EMACS, reason="there is no emacs")

NO_SCORES = '(setq thresher-severities (list :low_score "off"))'
LSP_MODE = """
(setq thresher-client 'lsp-mode lsp-auto-guess-root t lsp-enable-file-watchers nil
      lsp-keep-workspace-alive nil lsp-modeline-diagnostics-enable nil
      lsp-headerline-breadcrumb-enable nil lsp-enable-snippet nil lsp-idle-delay 0.01 lsp-debounce-full-sync nil)
(require 'lsp-mode)
"""


def lisp(value) -> str:
    """Lists of numbers and strings as a quoted list."""
    if isinstance(value, list):
        return "(" + " ".join(map(lisp, value)) + ")"
    return json.dumps(value)


@functools.cache
def has(package: str) -> bool:
    done = subprocess.run(
        [EMACS, "--batch", "--eval",
         f"(progn (package-initialize) (kill-emacs (if (locate-library \"{package}\") 0 1)))"],
        capture_output=True, timeout=30)
    return done.returncode == 0


@pytest.fixture(params=["eglot", "lsp-mode"])
def package(request):
    if not has(request.param):
        pytest.skip(f"there is no {request.param}")
    return request.param


@pytest.fixture
def editor(package, tmp_path):
    """Runs steps in Emacs with the dataset open, and gives the file afterwards and their value."""
    return runner(package, tmp_path)


@pytest.fixture
def eglot(tmp_path):
    """The same under Eglot alone: what does not depend on who speaks with the server."""
    if not has("eglot"):
        pytest.skip("there is no eglot")
    return runner("eglot", tmp_path)


def runner(package, tmp_path):
    def run(steps, options=NO_SCORES, data=None, name="rows.jsonl"):
        path = tmp_path / name
        path.write_bytes(editor_data.text(LINES) if data is None else data)
        (tmp_path / "options.el").write_text(
            (LSP_MODE if package == "lsp-mode" else "(setq thresher-client 'eglot)") + options)
        (tmp_path / "steps.el").write_text(
            steps.replace("CODES", f"'{lisp(CODES)}"))
        result = tmp_path / "result.json"
        done = subprocess.run(
            [EMACS, "--batch", "-l", HERE / "editors" / "emacs.el", path],
            env=os.environ | {
                "THRESHER_CLIENT": str(CLIENT), "THRESHER_BIN": binary(), "HOME": str(tmp_path),
                "OPTIONS": str(tmp_path / "options.el"), "STEPS": str(tmp_path / "steps.el"),
                "RESULT": str(result),
            },
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            timeout=50, cwd=tmp_path)
        assert result.exists(), done.stdout.decode()
        outcome = json.loads(result.read_text())
        assert "error" not in outcome, f"{outcome}\n{done.stdout.decode()}"
        outcome["file"] = path.read_bytes()
        return outcome

    return run


def test_each_fault_is_shown_on_its_line(eglot):
    outcome = eglot("(await-codes CODES) (symbol-name major-mode)")
    assert outcome["value"] == "thresher-jsonl-mode"


def test_fluff_is_marked_on_the_very_characters_after_wide_ones(eglot):
    outcome = eglot("""
        (await-codes CODES)
        (vconcat
          (cl-loop for found in (flymake-diagnostics)
                   for text = (buffer-substring-no-properties
                               (flymake-diagnostic-beg found) (flymake-diagnostic-end found))
                   when (string-match "Sure" text) when (< (length text) 20) collect text))
    """)
    assert outcome["value"] == ["Sure! ", "Sure! "]


def test_the_fluff_of_a_record_is_cut(editor):
    outcome = editor("(await-codes CODES) (to-line 6) (thresher-trim) (save-buffer)")
    assert outcome["file"] == changed({6: cafe()})


def test_all_fluff_is_cut_and_an_undo_brings_it_back(eglot, tmp_path):
    outcome = eglot("""
        (await-codes CODES)
        (buffer-enable-undo)
        (undo-boundary)
        (thresher-trim-all)
        (undo-boundary)
        (write-region nil nil "copy.jsonl")
        (undo)
        (save-buffer)
        (await-codes CODES)
    """)
    assert outcome["file"] == changed()
    assert (tmp_path / "copy.jsonl").read_bytes() == changed({2: capital(), 6: cafe()})


def test_a_duplicate_is_removed_and_the_rest_is_judged_anew(editor):
    outcome = editor("""
        (await-codes CODES)
        (to-line 3)
        (thresher-remove)
        (await-codes '((2 "fluff") (4 "near_duplicate") (5 "fluff") (6 "invalid_json")))
        (save-buffer)
    """)
    assert outcome["file"] == changed(without=[3])


def test_an_action_of_the_server_is_applied(editor, package):
    choose = {
        "eglot": """
            (cl-letf (((symbol-function 'completing-read)
                       (lambda (_prompt actions &rest _)
                         (cl-find-if (lambda (it) (string-prefix-p TITLE it))
                                     (mapcar (lambda (it) (if (consp it) (car it) it)) actions)))))
              (let ((last-nonmenu-event t))
                (call-interactively #'eglot-code-actions)))""",
        "lsp-mode": """
            (lsp-execute-code-action
              (cl-find-if (lambda (it) (string-prefix-p TITLE (gethash "title" it)))
                          (append (lsp-code-actions-at-point) nil)))""",
    }[package]
    outcome = editor(f"""
        (await-codes CODES)
        (to-line 6)
        {choose.replace("TITLE", '"Cut the fluff"')}
        (to-line 3)
        {choose.replace("TITLE", '"Remove all duplicates"')}
        (await "the removal" (= 5 (count-lines (point-min) (point-max))))
        (save-buffer)
    """)
    assert outcome["file"] == changed({6: cafe()}, without=[3, 5])


def test_all_duplicates_but_the_first_are_removed(eglot):
    outcome = eglot("""
        (await-codes CODES)
        (thresher-remove-duplicates)
        (save-buffer)
        (await-codes '((2 "fluff") (4 "fluff") (5 "invalid_json")))
    """)
    assert outcome["file"] == changed(without=[3, 5])


def test_the_records_of_a_region_are_removed(eglot):
    outcome = eglot("""
        (await-codes CODES)
        (transient-mark-mode 1)
        (to-line 2)
        (push-mark (save-excursion (to-line 5) (point)) t t)
        (thresher-remove)
        (save-buffer)
    """)
    assert outcome["file"] == changed(without=[2, 3, 4])


def test_a_record_is_ignored(eglot):
    outcome = eglot("""
        (await-codes CODES)
        (to-line 5)
        (thresher-ignore)
        (await-codes '((2 "fluff") (3 "exact_duplicate") (6 "fluff") (7 "invalid_json")))
        (save-buffer)
    """)
    assert outcome["file"] == changed({5: ignored(LINES[4])})


def test_typing_after_wide_characters_is_seen_as_it_was_typed(editor):
    outcome = editor("""
        (await-codes CODES)
        (to-line 6)
        (search-forward "Sure! ")
        (replace-match "")
        (await-codes '((2 "fluff") (3 "exact_duplicate") (5 "near_duplicate") (7 "invalid_json")))
        (to-line 7)
        (delete-region (point) (line-end-position))
        (insert (save-excursion (to-line 6) (buffer-substring (point) (line-end-position))))
        (await-codes '((2 "fluff") (3 "exact_duplicate") (5 "near_duplicate")
                       (7 "exact_duplicate")))
        (save-buffer)
    """)
    assert outcome["file"] == changed({6: cafe(), 7: cafe()})


def test_the_original_is_found(editor):
    outcome = editor("""
        (await-codes CODES)
        (to-line 5)
        (thresher-original)
        (let ((line (line-number-at-pos)))
          (to-line 1)
          (list line (condition-case problem (thresher-original)
                       (user-error (cadr problem)))))
    """)
    assert outcome["value"] == [4, "This record is no duplicate"]


def test_records_below_the_minimum_are_dropped(eglot):
    bad = editor_data.row("Explain the tides.", "asdf")
    outcome = eglot("""
        (await-codes '((2 "low_score")))
        (thresher-drop-below)
        (save-buffer)
        (await-codes nil)
        (thresher-drop-below)
        (await-message "No record is below the minimum score")
    """, "", editor_data.text([LINES[0], bad]))
    assert outcome["file"] == editor_data.text(LINES[:1])


def test_settings_count(eglot):
    eglot("""
        (await-codes '((3 "exact_duplicate") (7 "invalid_json")))
    """, """(setq thresher-settings '(:near (:threshold 0.99))
                  thresher-severities '(:low_score "off" :fluff "off"))""")


def test_status_and_verdict_are_told(eglot):
    outcome = eglot("""
        (await-codes CODES)
        (thresher-status)
        (await-message "7 records: 1 exact and 1 near duplicates, 1 unusable")
        (to-line 5)
        (thresher-verdict)
        (with-current-buffer "*thresher*" (buffer-string))
    """)
    assert "line 4" in outcome["value"]


def test_the_server_ends_and_starts_again(editor):
    outcome = editor("""
        (await-codes CODES)
        (thresher-stop)
        (await "the end" (not (thresher--managed)))
        (list (condition-case problem (thresher-trim) (user-error (cadr problem)))
              (progn (thresher-start)
                     (idle)
                     (await-codes CODES)
                     (thresher-restart)
                     (idle)
                     (await-codes CODES)))
    """)
    assert outcome["value"][0] == "No server for this buffer; M-x thresher-start starts one"


def test_a_missing_server_is_a_clear_message(eglot):
    outcome = eglot("t", '(setq thresher-program "/nowhere/thresher")')
    assert any(
        message.startswith('"/nowhere/thresher" is not there or cannot be run')
        for message in outcome["messages"])


def test_a_running_daemon_is_asked_about_its_corpus(editor):
    with Thresher(token="s3cret") as thresher, thresher.connect() as connection:
        connection.call("corpus/open", {"corpus": "tea"})
        example = json.loads(LINES[0]) | {"id": "sky"}
        connection.call("examples/admit", {"corpus": "tea", "examples": [example]})
        for address in [thresher.socket_path, f"127.0.0.1:{thresher.port}"]:
            editor(
                """(await-codes '((1 "already_in_corpus")))""",
                f'(setq thresher-connect "{address}" thresher-token "s3cret"'
                ' thresher-corpus "tea")',
                editor_data.text(LINES[:1]))


def test_the_files_compile_without_warnings(tmp_path):
    for file in CLIENT.glob("*.el"):
        shutil.copy(file, tmp_path)
    done = subprocess.run(
        [EMACS, "--batch", "--eval", "(package-initialize)", "-L", tmp_path,
         "--eval", "(setq byte-compile-error-on-warn t)", "-f", "batch-byte-compile",
         *sorted(tmp_path.glob("*.el"))],
        capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr.decode()
