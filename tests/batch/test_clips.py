"""Which files become clips, and under which names."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from footstrike.batch import find_clips
from footstrike.errors import BatchError

Touch = Callable[..., None]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def names(*inputs: str) -> list[str]:
    return [clip.name for clip in find_clips(inputs, Path("out"))]


def test_folder_is_searched_for_videos_at_any_depth(touch: Touch) -> None:
    touch("club/a.mp4", "club/mon/run.MOV", "club/mon/deep/run.mkv", "club/notes.txt", "club/mon/steps.csv")
    assert names("club") == ["a", "mon/deep/run", "mon/run"]


def test_hidden_files_and_earlier_results_are_passed_over(touch: Touch) -> None:
    touch("run.mp4", "._run.mp4", ".trash/run.mp4", "run_footstrike/annotated.mp4", "out/clips/run/copy.mp4")
    assert names(".") == names("**/*.mp4") == ["run"]


def test_pattern_names_clips_below_its_fixed_part(touch: Touch) -> None:
    touch("club/mon/run.mp4", "club/tue/run.mp4", "club/tue/run.txt", "club/tue/walk.mp4", "club/landmarks.npz")
    assert names("club/*/run*") == ["mon/run", "tue/run"]
    assert names("club/*.npz") == ["landmarks"]


def test_named_file_is_tried_whatever_it_is(touch: Touch) -> None:
    touch("deep/run.xyz", "run[1].mp4")
    assert names("deep/run.xyz", "run[1].mp4") == ["run", "run[1]"]


def test_name_that_leads_nowhere_is_no_clip(touch: Touch) -> None:
    touch("club/run.mp4")
    with pytest.raises(BatchError, match=r"clubb does not exist; check the name"):
        names("clubb")


def test_clips_of_one_name_keep_apart_whatever_the_order(touch: Touch) -> None:
    touch("mon/run.mp4", "tue/RUN.mp4", "tue/walk.mp4")
    found = names("mon/run.mp4", "tue/RUN.mp4", "tue/walk.mp4")
    assert found == names("tue/walk.mp4", "tue/RUN.mp4", "mon/run.mp4")
    assert len({name.casefold() for name in found}) == 3 and "walk" in found
    assert sum(name.casefold().startswith("run-") for name in found) == 2


def test_two_formats_of_one_clip_keep_apart(touch: Touch) -> None:
    touch("club/run.mp4", "club/run.mov")
    assert len(set(names("club"))) == 2


def test_clip_given_twice_is_one(touch: Touch) -> None:
    touch("club/run.mp4")
    assert names("club", "club/run.mp4", "club/*.mp4") == ["run"]


@pytest.mark.parametrize("given", ["club", "club/*.mp4"])
def test_nothing_found(given: str, touch: Touch) -> None:
    touch("club/notes.txt")
    with pytest.raises(BatchError, match="No video was found in club"):
        names(given)
