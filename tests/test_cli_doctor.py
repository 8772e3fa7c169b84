"""``footstrike doctor``, on a sound computer and on a broken one."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

DOCTOR = [sys.executable, "-m", "footstrike", "doctor"]
CODES = {"versions", "libraries", "memory", "disk", "temporary", "cores", "models", "analysis"}


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """An empty current folder, with one for temporary files beside it and one for broken libraries."""
    for name in ("here", "temporary", "broken"):
        (tmp_path / name).mkdir()
    return tmp_path


@pytest.fixture
def environment(place: Path) -> dict[str, str]:
    search = [str(place / "broken"), os.environ.get("PYTHONPATH", "")]
    return os.environ | {"TMPDIR": str(place / "temporary"), "PYTHONPATH": os.pathsep.join(filter(None, search))}


@pytest.fixture
def ask(place: Path, environment: dict[str, str]) -> Callable[..., subprocess.CompletedProcess[str]]:
    def run(*options: str) -> subprocess.CompletedProcess[str]:
        command = [*DOCTOR, *options]
        return subprocess.run(command, env=environment, cwd=place / "here", capture_output=True, text=True, timeout=240)

    return run


def test_every_code_is_explained() -> None:
    page = (Path(__file__).resolve().parents[1] / "docs" / "doctor.md").read_text(encoding="utf-8")
    assert [code for code in [*CODES, "opencv"] if f"| `{code}` |" not in page] == []


def left_behind(place: Path) -> list[Path]:
    return [*(place / "here").rglob("*"), *(place / "temporary").rglob("*")]


def test_sound_computer(place: Path, ask: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    done = ask("--json")
    assert (done.returncode, done.stderr) == (0, "")
    findings = json.loads(done.stdout)
    assert {each["code"] for each in findings} >= CODES
    assert "6 of 6 landings found" in findings[-1]["found"]
    assert left_behind(place) == []


def test_broken_library(place: Path, ask: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    (place / "broken" / "cv2.py").write_text("raise ImportError('libGL.so.1: cannot open shared object file')")
    done = ask()
    assert (done.returncode, done.stderr) == (1, "")
    lines = done.stdout.splitlines()
    fault = next(number for number, line in enumerate(lines) if line.startswith("fault    libraries  "))
    assert "cv2.py is taken for the library opencv-contrib-python" in lines[fault]
    assert lines[fault + 1].startswith("                    To mend it: rename or move it")
    assert "not looked at for the faults above: cores, models, analysis" in done.stdout
    assert "an analysis would not run" in lines[-1]
    assert left_behind(place) == []


@pytest.mark.parametrize("command", ["doctor", "analyze", "--help"])
def test_without_click(place: Path, environment: dict[str, str], command: str) -> None:
    """The one library that the command line itself needs."""
    (place / "broken" / "click.py").write_text("raise ImportError('no click')")
    order = [sys.executable, "-m", "footstrike", command]
    done = subprocess.run(order, env=environment, cwd=place / "here", capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("footstrike: the library click does not load (no click); ")
    assert done.stderr.count("\n") == 1


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals")
def test_stopped_midway(place: Path, environment: dict[str, str]) -> None:
    with subprocess.Popen(DOCTOR, env=environment, cwd=place / "here", stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if " models " in line:
                break
        while not left_behind(place):  # the sample's folder
            assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 128 + signal.SIGTERM
    assert left_behind(place) == []
