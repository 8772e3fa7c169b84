"""What is tried in another process says how it ended, whatever that was."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from footstrike.doctor.child import problem_of, run_python


@pytest.mark.parametrize(
    ("exit_code", "stderr", "problem"),
    [
        (0, "a warning\n", ""),
        (1, "noise\nlast words\n\n", "last words"),
        (3, " \n", "exit code 3"),
        (-11, "noise\n", "the process died of SIGSEGV"),
        (-999, "", "the process died of signal 999"),
    ],
)
def test_problem(exit_code: int, stderr: str, problem: str) -> None:
    assert problem_of(exit_code, stderr) == problem


def test_hanging_process_is_stopped(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    outcome = run_python(["-c", f"import time; time.sleep(1); open({str(mark)!r}, 'w')"], 0.3)
    time.sleep(1)
    assert outcome.problem == "no end after 0.3 s"
    assert not mark.exists()


def test_words_that_are_no_text() -> None:
    assert run_python(["-c", "import sys, os; os.write(2, b'\\xff\\xfe'); sys.exit(1)"], 10).problem == "\ufffd\ufffd"


def test_current_folder_is_not_searched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "json.py").write_text("raise ImportError('not this one')")
    monkeypatch.chdir(tmp_path)
    assert run_python(["-c", "import json"], 10).problem == ""
