"""The command for many clips: what a user types, reads and finds afterwards."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from footstrike.cli import run

FOOTSTRIKE = [sys.executable, "-m", "footstrike"]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty current folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_batch_from_start_to_end(folder: Path, landmarks_file: Path, capfd: pytest.CaptureFixture[str]) -> None:
    for name in ("mon", "tue"):
        (folder / name).mkdir()
        shutil.copy(landmarks_file, folder / name / "run.npz")
    command = ["batch", "*/*.npz", "-o", "out", "--workers", "1", "--speed", "11km/h"]
    assert run(command) == 0
    printed = capfd.readouterr()
    assert "2 of 2 clips done, 0 of them before." in printed.out and "out/batch.html" in printed.out
    assert [line[:5] for line in printed.err.splitlines()] == ["[1/2]", "[2/2]"]
    assert json.loads((folder / "out" / "clips" / "mon" / "run" / "summary.json").read_text())["speed"]["se"] == 0

    (folder / "tue" / "bad.npz").write_text("no landmarks")
    assert run([*command, "--quiet"]) == 1
    printed = capfd.readouterr()
    assert printed.out == ""
    assert printed.err == "footstrike: 1 of 3 clips was not analysed (1 refused, 0 failed); why is in out/batch.html.\n"


@pytest.mark.parametrize(
    ("arguments", "exit_code", "words"),
    [
        ([], 2, "FOLDER|GLOB|FILE"),
        (["empty"], 1, "No video was found"),
        (["*.mp4"], 1, "No video was found"),
        (["run.mp4"], 1, "does not exist"),
        (["run.npz", "-o", "taken"], 1, "no batch"),
        (["run.mp4", "--workers", "0"], 2, "--workers"),
        (["run.mp4", "--timeout", "0"], 2, "--timeout"),
        (["run.mp4", "--memory-limit", "much"], 2, "write it like 2GB"),
        (["run.mp4", "--speed", "90km/h"], 2, "between 1 and 13"),
        (["run.mp4", "--scheduler", "tcp://127.0.0.1:1", "--workers", "2"], 2, "a Dask cluster has its own"),
    ],
)
def test_fault_is_one_line(
    arguments: list[str], exit_code: int, words: str, folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (folder / "empty").mkdir()
    (folder / "taken").mkdir()
    (folder / "taken" / "mine.txt").write_text("precious")
    (folder / "run.npz").touch()
    assert run(["batch", *arguments]) == exit_code
    printed = capfd.readouterr()
    assert printed.out == "" and printed.err.count("\n") == 1 and words in printed.err
    assert sorted(path.name for path in folder.iterdir()) == ["empty", "run.npz", "taken"]


def test_help_names_every_choice(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["batch", "--help"]) == 0
    words = capfd.readouterr().out
    options = ("--output", "--again", "--workers", "--timeout", "--retries", "--memory-limit", "--scheduler")
    assert all(
        option in words for option in (*options, "--no-video", "--blur-face", "--speed", "--height", "--strikes")
    )


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
def test_interrupt_from_the_keyboard_while_workers_start(folder: Path, landmarks_file: Path) -> None:
    """A terminal sends Ctrl-C to the workers, too, and they must not answer."""
    for number in range(30):
        shutil.copy(landmarks_file, folder / f"run{number}.npz")
    command = [*FOOTSTRIKE, "batch", "*.npz", "-o", "out", "--quiet"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True) as process:
        while not (folder / "out" / "batch.json").exists():
            time.sleep(0.02)
        time.sleep(0.3)
        os.killpg(process.pid, signal.SIGINT)
        assert process.stderr is not None
        assert process.stderr.read() == "footstrike: stopped before it was done.\n"
    assert process.returncode == 130
    assert not list(folder.rglob("*.part"))


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
def test_stopped_half_way_and_gone_on_with(folder: Path, short_video: Path, sample_video: Path) -> None:
    (folder / "club").mkdir()
    shutil.copy(short_video, folder / "club" / "a.mp4")
    shutil.copy(sample_video, folder / "club" / "b.mp4")
    command = [*FOOTSTRIKE, "batch", "club", "-o", "out", "--workers", "1", "--model", "lite"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None and process.stderr is not None
        assert process.stderr.readline().startswith("[1/2] a: done in")
        time.sleep(1)
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        workers = children.read_text().split() if children.exists() else []
        process.send_signal(signal.SIGINT)
        assert process.stderr.read() == "footstrike: stopped before it was done.\n"
        assert process.stdout.read() == ""
    assert process.returncode == 130
    deadline_s = time.monotonic() + 5
    while any(Path(f"/proc/{worker}").exists() for worker in workers):
        assert time.monotonic() < deadline_s
    assert [path.name for path in (folder / "out" / "clips").iterdir()] == ["a"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0 and done.stderr.startswith("[1/2] a: done before\n[2/2] b: done in")
    single = subprocess.run(
        [*FOOTSTRIKE, "analyze", "club/b.mp4", "-o", "single", "--model", "lite"], capture_output=True
    )
    assert single.returncode == 0
    for name in ("steps.csv", "summary.json", "landmarks.npz"):
        assert (folder / "single" / name).read_bytes() == (folder / "out" / "clips" / "b" / name).read_bytes()
