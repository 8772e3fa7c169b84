"""What the camera did, from known paths of the background."""

from __future__ import annotations

import numpy as np
import pytest

from footstrike.capture import camera_motion
from footstrike.data import FloatArray, PoseTrack
from runner_model import RunnerModel, as_pose_track

TIMES_S = np.arange(180) / 30
PLAIN = as_pose_track(RunnerModel(), TIMES_S)
RANDOM = np.random.default_rng(1)


def filmed(camera_px: FloatArray, shot: FloatArray | None = None, track: PoseTrack = PLAIN) -> PoseTrack:
    return track.replace(camera_px=camera_px, shot=np.zeros(TIMES_S.size) if shot is None else shot)


NOTHING = np.zeros((180, 2))
NOISE = RANDOM.normal(0, 0.1, (180, 2))
SHAKE = RANDOM.normal(0, 2.0, (180, 2))
PAN = TIMES_S[:, None] * [120.0, 0.0]
SWAY = 15 * np.sin(TIMES_S[:, None] * [0.8, 0.5])


@pytest.mark.parametrize(
    ("camera_px", "motion"),
    [(NOTHING, "still"), (NOISE, "still"), (SHAKE, "hand_held"), (SWAY, "hand_held"), (PAN + SHAKE, "panning")],
    ids=["nothing", "noise", "shake", "sway", "pan"],
)
def test_motion(camera_px: FloatArray, motion: str) -> None:
    judged = camera_motion(filmed(camera_px))
    assert (judged.motion, judged.cuts) == (motion, 0)
    larger = PLAIN.replace(frame_size_px=(2560, 1440))
    assert camera_motion(filmed(2 * camera_px, track=larger)) == judged


def test_cuts_are_counted_and_their_jumps_are_no_motion() -> None:
    shot = (TIMES_S >= 2).astype(float) + (TIMES_S >= 4)
    judged = camera_motion(filmed(400 * np.stack([shot, shot], axis=1), shot))
    assert (judged.motion, judged.cuts) == ("still", 2)
    assert type(judged.cuts) is int


def test_flashes_of_light_are_not_shots() -> None:
    shot = np.cumsum(np.isin(np.arange(180), [90, 91, 94, 95, 99])).astype(float)
    assert camera_motion(filmed(NOTHING, shot)).cuts == 1


def test_stretches_looked_at_apart_are_not_one_motion() -> None:
    apart = PLAIN.replace(time_s=TIMES_S + 20.0 * (np.arange(180) >= 90))
    jump = 400.0 * (np.arange(180) >= 90)
    judged = camera_motion(filmed(np.stack([jump, jump], axis=1), track=apart))
    assert (judged.motion, judged.cuts) == ("still", 0)


def test_unknown_motion() -> None:
    assert camera_motion(PLAIN).motion == "unclear"
