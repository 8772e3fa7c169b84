"""One clip: its results, its record, and when it need not be done again."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from footstrike import Settings, VideoLook, analyze, write_outputs
from footstrike.batch import Clip, work
from footstrike.batch.work import RECORD, ClipTask, OverTimeError, analyse_clip, clear_leftovers, read_record


@pytest.fixture
def task(landmarks_file: Path, tmp_path: Path) -> ClipTask:
    path = tmp_path / "run.npz"
    path.write_bytes(landmarks_file.read_bytes())
    return ClipTask(Clip("run", path), tmp_path / "out" / "run", Settings())


def test_results_are_those_of_a_single_analysis(task: ClipTask, tmp_path: Path) -> None:
    result = analyse_clip(task)
    assert (result.name, result.status, result.reason) == ("run", "done", "")
    write_outputs(analyze(task.clip.path), tmp_path / "single")
    single = {path.name: path.read_bytes() for path in (tmp_path / "single").iterdir()}
    assert single == {path.name: path.read_bytes() for path in task.folder.iterdir() if path.name != RECORD}


def test_done_once_is_done(task: ClipTask) -> None:
    analyse_clip(task)
    before = {path: path.stat().st_mtime_ns for path in task.folder.iterdir()}
    assert analyse_clip(task).status == "skipped"
    assert before == {path: path.stat().st_mtime_ns for path in task.folder.iterdir()}


def test_another_look_of_a_video_that_is_not_written_changes_nothing(task: ClipTask) -> None:
    analyse_clip(task)
    assert analyse_clip(replace(task, look=VideoLook(blur_face=True))).status == "skipped"


@pytest.mark.slow
def test_another_look_of_the_video_is_made(task: ClipTask, short_video: Path) -> None:
    filmed = replace(task, clip=Clip("run", short_video))
    assert analyse_clip(filmed).status == "done"
    plain = (filmed.folder / "annotated.mp4").read_bytes()
    steps = (filmed.folder / "steps.csv").read_bytes()
    blurred = replace(filmed, look=VideoLook(blur_face=True))
    assert [analyse_clip(blurred).status, analyse_clip(blurred).status] == ["done", "skipped"]
    assert (filmed.folder / "annotated.mp4").read_bytes() != plain
    assert (filmed.folder / "steps.csv").read_bytes() == steps


def other_settings(task: ClipTask) -> ClipTask:
    return replace(task, settings=Settings(speed_mps=3.0))


def other_content(task: ClipTask) -> ClipTask:
    with task.clip.path.open("ab") as file:
        file.write(b"\0" * 8)
    return task


def other_version(task: ClipTask) -> ClipTask:
    record = read_record(task.folder)
    record["made_from"]["footstrike_version"] = "0.0.1"
    (task.folder / RECORD).write_text(json.dumps(record))
    return task


def result_gone(task: ClipTask) -> ClipTask:
    (task.folder / "steps.csv").unlink()
    return task


def record_damaged(task: ClipTask) -> ClipTask:
    (task.folder / RECORD).write_text("{")
    return task


def wanted_again(task: ClipTask) -> ClipTask:
    return replace(task, again=True)


@pytest.mark.parametrize(
    "change", [other_settings, other_content, other_version, result_gone, record_damaged, wanted_again]
)
def test_done_again_after(change: Callable[[ClipTask], ClipTask], task: ClipTask) -> None:
    analyse_clip(task)
    changed = change(task)
    assert analyse_clip(changed).status == "done"
    assert analyse_clip(replace(changed, again=False)).status == "skipped"


def test_refusal_is_remembered_and_leaves_no_older_results(task: ClipTask) -> None:
    analyse_clip(task)
    task.clip.path.write_bytes(b"no landmarks")
    first, second = analyse_clip(task), analyse_clip(task)
    assert first.status == second.status == "refused"
    assert first.reason == second.reason and "not a landmarks file" in first.reason
    assert [path.name for path in task.folder.iterdir()] == [RECORD]


def test_missing_clip_is_refused_until_it_is_there(task: ClipTask) -> None:
    content = task.clip.path.read_bytes()
    task.clip.path.unlink()
    assert analyse_clip(task).status == "refused"
    task.clip.path.write_bytes(content)
    assert analyse_clip(task).status == "done"


def test_what_is_not_the_clips_fault_is_not_remembered(task: ClipTask) -> None:
    task.folder.parent.mkdir()
    task.folder.write_text("in the way")
    result = analyse_clip(task)
    assert result.status == "failed" and "is a file" in result.reason
    task.folder.unlink()
    assert analyse_clip(task).status == "done"


def test_older_results_outlive_a_failure(task: ClipTask, monkeypatch: pytest.MonkeyPatch) -> None:
    analyse_clip(task)

    def fail(*values: object, **named: object) -> None:
        raise ZeroDivisionError("float division by zero")

    with monkeypatch.context() as spoilt:
        spoilt.setattr(work, "analyze_recording", fail)
        result = analyse_clip(replace(task, again=True))
    assert result.status == "failed" and "ZeroDivisionError" in result.reason and "\n" not in result.reason
    assert analyse_clip(task).status == "skipped"


def test_time_limit(short_video: Path, tmp_path: Path) -> None:
    with pytest.raises(OverTimeError):
        analyse_clip(ClipTask(Clip("run", short_video), tmp_path / "run", Settings(model="lite"), time_limit_s=0.01))
    assert not (tmp_path / "run").exists()


def test_leftovers_go_and_nothing_else(task: ClipTask) -> None:
    analyse_clip(task)
    kept = {path.name for path in task.folder.iterdir()}
    (task.folder / ".run.01234567.part").mkdir()
    (task.folder.parent / ".run.01234567.part").mkdir()
    (task.folder.parent / ".run.01234567.part" / "steps.csv").touch()
    clear_leftovers([task])
    assert {path.name for path in task.folder.iterdir()} == kept
    assert [path.name for path in task.folder.parent.iterdir()] == ["run"]
