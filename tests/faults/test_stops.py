"""Stopped or killed at any stage: nothing half done stays, and the same command again does it all."""

from __future__ import annotations

import os
import re
import shutil
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from itertools import product
from pathlib import Path

import pytest

from .command import Command, entries, footstrike, linux_only

pytestmark = [linux_only]
slow, exhaustive = pytest.mark.slow, pytest.mark.exhaustive
STOPS = {"Ctrl-C": (signal.SIGINT, 130), "SIGTERM": (signal.SIGTERM, 143), "SIGHUP": (signal.SIGHUP, 129)}
RESULTS = {"annotated.mp4", "report.html", "steps.csv", "summary.json", "landmarks.npz"}


def loading(command: Command) -> None:
    """Wait until the first heavy library is being loaded."""
    command.wait_until(lambda: "numpy" in Path(f"/proc/{command.process.pid}/maps").read_text())


def looking(command: Command) -> None:
    command.wait_for_stage("Looking at every frame")


def looking_closer(command: Command) -> None:
    command.wait_for_stage("Looking closer at the landings")


def filming(command: Command) -> None:
    command.wait_for_stage("Writing the video")
    command.wait_until(lambda: list(here_of(command).glob(".out.*.part/annotated.mp4")))


def writing(command: Command) -> None:
    command.wait_until(lambda: list(here_of(command).glob(".out.*.part/report.html")))


def here_of(command: Command) -> Path:
    return Path(f"/proc/{command.process.pid}/cwd").resolve()


STAGES: dict[str, Callable[[Command], None]] = {
    "loading": loading,
    "looking": looking,
    "looking closer": looking_closer,
    "filming": filming,
    "writing": writing,
}
ONE_MODEL = ("--model", "lite")


def command_for(stage: str, runner_video: Path, here: Path) -> Command:
    models = () if stage == "looking closer" else ONE_MODEL
    return Command("analyze", runner_video, "-o", "out", *models, folder=here)


def tiers(*in_ci: tuple[str, str]) -> list[object]:
    """Return every way of ending at every stage; some are run with the slow tests, all with the whole table."""
    ways = product([*STOPS][:2] if in_ci[0][0] in STOPS else ["SIGKILL"], STAGES)
    return [pytest.param(*way, marks=slow if way in in_ci else exhaustive) for way in ways]


@pytest.mark.parametrize(("stop", "stage"), tiers(("Ctrl-C", "filming"), ("SIGTERM", "looking")))
def test_stopped(stop: str, stage: str, runner_video: Path, here: Path) -> None:
    number, exit_code = STOPS[stop]
    command = command_for(stage, runner_video, here)
    STAGES[stage](command)
    command.process.send_signal(number)
    command.end().require_fault(exit_code, "stopped before it was done")
    assert entries(here) == {}


@exhaustive
def test_terminal_closed(sample_video: Path, here: Path) -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)  # a child of what runs under nohup would not hear of it
    try:
        command = command_for("looking", sample_video, here)
    finally:
        signal.signal(signal.SIGHUP, before)
    looking(command)
    command.process.send_signal(signal.SIGHUP)
    command.end().require_fault(129, "stopped before it was done")
    assert entries(here) == {}


@exhaustive
def test_terminal_closed_under_nohup(runner_video: Path, here: Path) -> None:
    command = Command(
        "analyze",
        runner_video,
        "-o",
        "out",
        *ONE_MODEL,
        folder=here,
        program=["nohup", sys.executable, "-m", "footstrike"],
    )
    looking(command)
    command.process.send_signal(signal.SIGHUP)
    assert command.end().exit_code == 0
    assert {path.name for path in (here / "out").iterdir()} == RESULTS


@slow
def test_ctrl_c_many_times(runner_video: Path, here: Path) -> None:
    command = command_for("filming", runner_video, here)
    filming(command)
    while command.process.poll() is None:
        command.process.send_signal(signal.SIGINT)
        time.sleep(0.002)
    command.end().require_fault(130, "stopped before it was done")
    assert entries(here) == {}


@pytest.mark.parametrize(("kill", "stage"), tiers(("SIGKILL", "writing"), ("SIGKILL", "looking closer")))
def test_killed_and_run_again(kill: str, stage: str, runner_video: Path, landmarks_file: Path, here: Path) -> None:
    command = command_for(stage, runner_video, here)
    STAGES[stage](command)
    command.process.send_signal(signal.Signals[kill])
    run = command.end()
    run.require_clean()
    assert run.exit_code == -signal.Signals[kill]
    assert not (here / "out").exists()
    assert footstrike("analyze", landmarks_file, "-o", "out", folder=here).exit_code == 0
    assert [path.name for path in here.iterdir()] == ["out"]
    assert {path.name for path in (here / "out").iterdir()} == RESULTS - {"annotated.mp4"}


@exhaustive
def test_results_of_before_survive_a_kill(runner_video: Path, landmarks_file: Path, here: Path) -> None:
    assert footstrike("analyze", landmarks_file, "-o", "out", folder=here).exit_code == 0
    before = entries(here)
    for _ in range(9):  # the last file is there for some milliseconds only
        command = Command("analyze", runner_video, "-o", "out", "--force", *ONE_MODEL, folder=here)
        with suppress(pytest.fail.Exception):
            command.wait_until(lambda: list(here.glob("out/.out.*.part/report.html")))
            command.process.kill()
        if command.end().exit_code == -signal.SIGKILL:
            break
        footstrike("analyze", landmarks_file, "-o", "out", "--force", folder=here)
        (here / "out" / "annotated.mp4").unlink(missing_ok=True)
    else:
        pytest.fail("never killed in time")
    now = entries(here)
    assert {name: content for name, content in now.items() if b".part" not in name} == before
    assert footstrike("analyze", landmarks_file, "-o", "out", "--force", folder=here).exit_code == 0
    assert entries(here) == before


@slow
def test_two_runs_at_once_leave_each_other_alone(runner_video: Path, landmarks_file: Path, here: Path) -> None:
    """Who clears up after the dead must not take the living for dead, nor replace what came meanwhile."""
    command = command_for("filming", runner_video, here)
    filming(command)
    command.process.send_signal(signal.SIGSTOP)
    assert footstrike("analyze", landmarks_file, "-o", "out", folder=here).exit_code == 0
    meanwhile = {name: content for name, content in entries(here).items() if b".part" not in name}
    command.process.send_signal(signal.SIGCONT)
    command.end().require_fault(1, "exists already")
    assert entries(here) == meanwhile


# The recording goes away ------------------------------------------------------------------------------


@exhaustive
@pytest.mark.parametrize("stage", ["looking", "looking closer"])
def test_recording_deleted(stage: str, runner_video: Path, here: Path) -> None:
    shutil.copy(runner_video, here / "run.mp4")
    command = Command("analyze", "run.mp4", "-o", "out", folder=here)
    STAGES[stage](command)
    (here / "run.mp4").unlink()
    command.end().require_fault(1, "does not exist")
    assert entries(here) == {}


@slow
def test_recording_replaced(runner_video: Path, landmarks_file: Path, here: Path) -> None:
    shutil.copy(runner_video, here / "run.mp4")
    command = Command("analyze", "run.mp4", "-o", "out", folder=here)
    looking(command)
    shutil.copy(landmarks_file, here / "other")
    (here / "other").replace(here / "run.mp4")
    command.end().require_fault(1, "changed while it was read")
    assert set(entries(here)) == {b"run.mp4"}


# A batch loses a worker -------------------------------------------------------------------------------


def workers_of(command: Command) -> list[int]:
    """Return the processes that a batch has started and that have loaded what an analysis needs."""
    parent = command.process.pid
    children = Path(f"/proc/{parent}/task").glob("*/children")
    found = [int(child) for listing in children for child in listing.read_text().split()]
    return [child for child in found if _is_worker(Path(f"/proc/{child}"))]


def _is_worker(process: Path) -> bool:
    # A child that has not become a program of its own yet still looks like its parent.
    return "spawn_main" in (process / "cmdline").read_text() and "libavcodec" in (process / "maps").read_text()


def batch(runner_video: Path, here: Path, *options: str) -> Command:
    shutil.copy(runner_video, here / "run.mp4")
    return Command(
        "batch", "run.mp4", "-o", "out", "--workers", "1", "--no-video", *ONE_MODEL, *options, "--quiet", folder=here
    )


@slow
def test_worker_killed_is_replaced(runner_video: Path, here: Path) -> None:
    command = batch(runner_video, here)
    command.wait_until(lambda: workers_of(command))
    os.kill(workers_of(command)[0], signal.SIGKILL)
    run = command.end()
    run.require_clean()
    assert (run.exit_code, run.err) == (0, "")
    assert {path.name for path in (here / "out" / "clips" / "run").iterdir()} == RESULTS - {"annotated.mp4"} | {
        "clip.json"
    }


@exhaustive
def test_worker_killed_and_not_tried_again(runner_video: Path, here: Path) -> None:
    command = batch(runner_video, here, "--retries", "0")
    command.wait_until(lambda: workers_of(command))
    os.kill(workers_of(command)[0], signal.SIGKILL)
    command.end().require_fault(1, "1 of 1 clip was not analysed (0 refused, 1 failed)")
    assert re.search(r"Its worker died( \(signal 9\))? in the only try", (here / "out" / "batch.json").read_text())
    assert not list(here.rglob("*.part"))


@exhaustive
def test_batch_killed_and_run_again(runner_video: Path, here: Path) -> None:
    command = batch(runner_video, here)
    command.wait_until(lambda: workers_of(command))
    command.process.kill()
    run = command.end()
    assert (run.exit_code, run.orphans) == (-signal.SIGKILL, ())
    again = batch(runner_video, here).end()
    again.require_clean()
    assert (again.exit_code, again.err) == (0, "")


@exhaustive
@pytest.mark.parametrize("limit", ["60MB", "240MB", "300MB"])
def test_worker_out_of_memory(limit: str, runner_video: Path, here: Path) -> None:
    command = batch(runner_video, here, "--memory-limit", limit, "--retries", "0")
    command.end().require_fault(1, "1 of 1 clip was not analysed (0 refused, 1 failed)")
    assert not list(here.rglob("*.part"))
