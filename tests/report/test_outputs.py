"""Whole results or none."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from footstrike.errors import OutputError
from footstrike.pose import load_landmarks
from footstrike.report import FILE_NAMES, VideoLook, require_usable, write_outputs


@pytest.fixture
def clip(make_session, make_video):
    session = make_session()
    return session, make_video(session)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_everything_is_written(clip, tmp_path):
    session, video = clip
    progress = []
    paths = write_outputs(
        session,
        tmp_path / "deep" / "out",
        video,
        on_progress=lambda done, total: progress.append((done, total)),
    )
    assert names(paths.folder) == sorted(FILE_NAMES)
    assert progress[-1] == (40, 40)
    assert "data:image/jpeg;base64" in paths.report.read_text(encoding="utf-8")
    assert json.loads(paths.summary.read_text(encoding="utf-8"))["steps"] == 4
    np.testing.assert_allclose(load_landmarks(paths.landmarks)[0].xy_px, session.track.xy_px, atol=1e-3)
    assert names(paths.folder.parent) == ["out"], "nothing left beside the folder"


def test_choices_of_the_video_reach_it(clip, frame_times_s, tmp_path):
    session, video = clip
    paths = write_outputs(session, tmp_path / "out", video, look=VideoLook(slow_contacts=True))
    assert frame_times_s(paths.annotated)[-1] > session.track.time_s[-1] + 1


def test_without_video_the_page_still_has_pictures(clip, tmp_path):
    session, video = clip
    paths = write_outputs(session, tmp_path / "out", video, with_video=False)
    assert paths.annotated is None and not (tmp_path / "out" / "annotated.mp4").exists()
    assert "data:image/jpeg;base64" in paths.report.read_text(encoding="utf-8")


def test_landmarks_as_input(clip, tmp_path):
    session, _ = clip
    paths = write_outputs(replace(session, video=None), tmp_path / "out", None)
    assert names(paths.folder) == ["landmarks.npz", "report.html", "steps.csv", "summary.json"]
    assert "<img" not in paths.report.read_text(encoding="utf-8")


def test_data_files_are_the_same_byte_for_byte(clip, tmp_path):
    session, video = clip
    first, second = (write_outputs(session, tmp_path / name, video, with_video=False) for name in "ab")
    for name in ("steps.csv", "summary.json", "landmarks.npz", "report.html"):
        assert (first.folder / name).read_bytes() == (second.folder / name).read_bytes()


def test_existing_results_are_kept_without_force(clip, tmp_path):
    session, video = clip
    out = tmp_path / "out"
    out.mkdir()
    (out / "steps.csv").write_text("old")
    with pytest.raises(OutputError, match="--force"):
        write_outputs(session, out, video)
    assert names(out) == ["steps.csv"] and (out / "steps.csv").read_text() == "old"


def test_force_replaces_ours_and_keeps_the_user_s(clip, tmp_path):
    session, video = clip
    out = write_outputs(session, tmp_path / "out", video).folder
    (out / "notes.txt").write_text("mine")
    (out / "steps.csv").write_text("old")
    write_outputs(session, out, video, with_video=False, force=True)
    assert names(out) == sorted({*FILE_NAMES, "notes.txt"} - {"annotated.mp4"}), "no video of older results"
    assert (out / "notes.txt").read_text() == "mine"
    assert (out / "steps.csv").read_text().startswith("step,foot")


@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError])
def test_interruption_leaves_nothing_and_harms_nothing(clip, tmp_path, error):
    session, video = clip
    before = names(tmp_path)

    def stop(done: int, total: int) -> None:
        if done == 20:
            raise error

    with pytest.raises(error):
        write_outputs(session, tmp_path / "out", video, on_progress=stop)
    assert names(tmp_path) == before
    out = write_outputs(session, tmp_path / "out", video).folder
    kept = {name: (out / name).read_bytes() for name in FILE_NAMES}
    with pytest.raises(error):
        write_outputs(session, out, video, force=True, on_progress=stop)
    assert {name: (out / name).read_bytes() for name in FILE_NAMES} == kept
    assert names(tmp_path) == sorted([*before, "out"])


def test_empty_folder_is_filled(clip, tmp_path):
    session, video = clip
    (tmp_path / "out").mkdir()
    write_outputs(session, tmp_path / "out", video, with_video=False)
    assert "report.html" in names(tmp_path / "out")


def test_folder_that_is_a_file(clip, tmp_path):
    session, video = clip
    (tmp_path / "out").write_text("x")
    with pytest.raises(OutputError, match="is a file"):
        write_outputs(session, tmp_path / "out", video, force=True)


def test_parent_that_cannot_hold_a_folder_gives_one_line(clip, tmp_path):
    session, video = clip
    (tmp_path / "file").write_text("x")
    with pytest.raises(OutputError) as caught:
        write_outputs(session, tmp_path / "file" / "out", video)
    assert "\n" not in str(caught.value) and "check the folder" in str(caught.value)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_full_disk_gives_one_line(clip, tmp_path, monkeypatch):
    """A file that points at /dev/full fails on every write, as on a full disk."""
    session, video = clip
    mkdir = Path.mkdir

    def mkdir_with_full_table(self, *args, **kwargs):
        mkdir(self, *args, **kwargs)
        (self / "steps.csv").symlink_to("/dev/full")

    monkeypatch.setattr(Path, "mkdir", mkdir_with_full_table)
    with pytest.raises(OutputError, match="No space left on device"):
        write_outputs(session, tmp_path / "out", video, with_video=False)
    assert not (tmp_path / "out").exists()


def test_recording_is_never_replaced_by_its_results(clip, tmp_path):
    _, video = clip
    trap = tmp_path / "annotated.mp4"
    video.rename(trap)
    with pytest.raises(OutputError, match="own results"):
        require_usable(tmp_path, trap, force=True)


@pytest.mark.skipif(sys.platform == "win32", reason="the browser that stands in is a shell script")
def test_a_page_on_paper_is_replaced_or_taken_away(clip, tmp_path):
    session, video = clip
    browser = tmp_path / "browser"
    browser.write_text("#!/bin/sh\nfor flag; do case $flag in --print-to-pdf=*) echo new > ${flag#*=};; esac; done\n")
    browser.chmod(0o755)
    out = write_outputs(session, tmp_path / "out", video, with_video=False, browser=browser)
    assert out.pdf is not None and out.pdf.read_text() == "new\n"
    assert write_outputs(session, out.folder, video, with_video=False, force=True).pdf is None
    assert "report.pdf" not in names(out.folder), "it would show older results"


def test_the_page_plays_the_video_only_where_there_is_one(clip, tmp_path):
    session, video = clip
    with_video = write_outputs(session, tmp_path / "with", video).report.read_text(encoding="utf-8")
    without = write_outputs(session, tmp_path / "without", video, with_video=False).report.read_text(encoding="utf-8")
    assert 'src="annotated.mp4"' in with_video
    assert "<video" not in without and "No annotated video was written" in without
    landmarks = write_outputs(session, tmp_path / "landmarks").report.read_text(encoding="utf-8")
    assert "<video" not in landmarks and "<p>Only landmarks were analysed" in landmarks
