"""What is gathered of a person, and the pictures around them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pytest

from footstrike.capture import activity_seen_from, person_of, picture_quality, seen_activity
from footstrike.capture.picture import PictureQuality, look_at_picture, looks_at_pictures, spread_out
from footstrike.gait.contacts.trunk import TrunkSteps
from footstrike.gait.steps import find_strides
from runner_model import RunnerModel, as_pose_track, seen_from

TIMES_S = np.arange(120) / 60
MODEL = RunnerModel()
TRACK = as_pose_track(MODEL, TIMES_S)


def test_person() -> None:
    person = person_of(seen_from(TRACK, 0))
    assert (person.people, person.found_share, person.feet_inside_share) == (1, 1.0, 1.0)
    assert person.view == "side"
    assert person.whole_trunk
    assert person.height_px == pytest.approx(0.8 * 720, rel=0.06)
    assert person.leg_px == pytest.approx(0.8 * 720 / MODEL.height_m * 0.85, rel=0.1)


def test_nobody_and_feet_below_the_picture() -> None:
    nobody = person_of(TRACK.replace(xy_px=np.full_like(TRACK.xy_px, np.nan)))
    assert (nobody.people, nobody.found_share, nobody.view) == (0, 0.0, "unclear")
    low = TRACK.replace(xy_px=TRACK.xy_px + np.array([0, 0.5 * TRACK.frame_size_px[1]]))
    assert person_of(low).feet_inside_share == 0


def test_running_is_seen_from_side_and_front_but_not_from_the_rear() -> None:
    strides = find_strides(TRACK, TrunkSteps())
    assert seen_activity(strides) == activity_seen_from("side", TRACK, strides) == "running"
    assert activity_seen_from("front", seen_from(TRACK, 85), ()) == "running"
    assert activity_seen_from("rear", seen_from(TRACK, -85), strides) is None
    assert seen_activity(()) is None


def shoe_picture(smeared_px: int) -> np.ndarray:
    """A dark shoe on light ground where the runner's swinging foot is, smeared sideways."""
    rgb = np.full((720, 1280, 3), 200, dtype=np.uint8)
    xy_px = TRACK.xy_px[0]
    leg = min(((27, 29, 31), (28, 30, 32)), key=lambda joints: xy_px[joints[0], 1])
    (x0, y0), (x1, y1) = np.sort(xy_px[list(leg[1:])], axis=0).astype(int)
    rgb[y0 - 12 : y1 + 13, x0 - 4 : x1 + 5] = 20
    kernel = np.ones(smeared_px) / smeared_px
    return np.apply_along_axis(lambda row: np.convolve(row, kernel, "same"), 1, rgb[..., :1]).repeat(3, 2).astype("u1")


def test_smear_grows_with_the_blur() -> None:
    sharp, soft, softer = (look_at_picture(shoe_picture(px), TRACK.xy_px[0]).smear_foot for px in (1, 8, 20))
    assert sharp < soft < softer
    assert sharp < 0.1 and softer > 0.2


def test_brightness_and_missing_pictures() -> None:
    black, white = (np.full((720, 1280, 3), value, dtype=np.uint8) for value in (0, 255))
    assert look_at_picture(black, TRACK.xy_px[0]).brightness == 0
    assert look_at_picture(white, TRACK.xy_px[0]).brightness == pytest.approx(1)
    assert picture_quality([]) is None
    unseen = picture_quality([PictureQuality(0.4, math.nan), PictureQuality(0.6, math.nan)])
    assert unseen is not None and unseen.brightness == pytest.approx(0.5) and math.isnan(unseen.smear_foot)


def test_feet_outside_the_picture_show_no_blur() -> None:
    outside = TRACK.xy_px[0] + [5000, 0]
    quality = look_at_picture(np.zeros((720, 1280, 3), np.uint8), outside)
    assert math.isnan(quality.smear_foot) and math.isnan(quality.brightness)


@dataclass(frozen=True)
class Frame:
    index: int
    time_s: float = 0.0
    size_px: tuple[int, int] = (1280, 720)

    @property
    def rgb(self) -> np.ndarray:
        return np.full((720, 1280, 3), 51, dtype=np.uint8)


@pytest.mark.parametrize("count", [0, 1, 14, 100, 1000])
def test_some_pictures_are_kept_evenly_spread(count: int) -> None:
    kept: list[Frame] = []
    assert len(list(spread_out(map(Frame, range(count)), kept))) == count
    assert min(count, 8) <= len(kept) <= 15
    assert len({later.index - frame.index for frame, later in pairwise(kept)}) <= 1
    assert count - (kept[-1].index if kept else 0) <= max(1, count // 7)


def test_pictures_are_judged_where_the_runner_was_found() -> None:
    lost = TRACK.xy_px.copy()
    lost[:60] = np.nan
    judged = looks_at_pictures(map(Frame, range(0, 120, 10)), TRACK.replace(xy_px=lost))
    assert [look.brightness for look in judged] == pytest.approx([0.2] * 6)
