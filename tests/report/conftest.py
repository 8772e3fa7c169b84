"""A stick figure that runs on the spot, as a session and as a small video."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from footstrike.data import (
    FEET,
    UNKNOWN,
    AnklePlace,
    Contact,
    FootVerdict,
    Landing,
    Measure,
    ModelInfo,
    Note,
    Percentile,
    PoseTrack,
    Session,
    SlowMotion,
    Speed,
    Statistic,
    Step,
    Strike,
    VideoInfo,
)
from footstrike.settings import Settings
from footstrike.video import VideoWriter, open_video

WIDTH_PX, HEIGHT_PX, RATE_HZ = 200, 320, 30
STEP_FRAMES, STANCE_FRAMES = 10, 6
CLASSES = ("heel", "midfoot", "forefoot")
PROBABILITIES = {
    "heel": (0.9, 0.08, 0.02),
    "midfoot": (0.2, 0.7, 0.1),
    "forefoot": (0.05, 0.15, 0.8),
    "unclear": (0.4, 0.4, 0.2),
}

ANKLE = AnklePlace(Measure(0.082, 0.014), 0.999, Percentile(61.0, 44.0, 76.0), Percentile(72.0, 50.0, 88.0), 3.0)

MakeSession = Callable[..., Session]


def stick_figure(frame: int, facing: int = 1) -> np.ndarray:
    """Landmarks (33, 2) of a figure whose left leg leads in even steps and whose right leg in odd ones."""
    points = np.full((33, 2), 100.0)
    points[11:13] = (100, 60)
    points[23:25] = (100, 140)
    left_leads = (frame // STEP_FRAMES) % 2 == 0
    for side, leads in ((0, left_leads), (1, not left_leads)):
        sign = 1 if leads else -1
        points[25 + side] = (100 + facing * sign * 12, 200)
        points[27 + side] = (100 + facing * sign * 24, 262 if leads else 240)
        points[29 + side] = points[27 + side] + (-facing * 6, 8)
        points[31 + side] = points[27 + side] + (facing * 20, 10)
    return points


def make_step(number: int, strike: str, foot: str, frame: int, frames: int, **landing: Any) -> Step:
    toe_off = frame + STANCE_FRAMES
    ends = toe_off < frames
    values = {
        "foot_strike_angle_deg": Measure({"heel": 15.0, "forefoot": -5.0}.get(strike, 3.0), 2.1),
        "shank_angle_deg": Measure(math.degrees(math.atan2(12, 62)), 1.8),
        "ankle_hip_distance_leg": Measure(0.2, 0.01),
        "knee_flexion_deg": Measure(14.0, 3.0),
        "trunk_lean_deg": Measure(6.0, 1.0),
        "visibility": 0.9,
    }
    contact = Contact(
        foot,
        "near" if foot == "right" else "far",
        Measure(frame / RATE_HZ, 0.006),
        Measure(toe_off / RATE_HZ, 0.01) if ends else UNKNOWN,
        0,
    )
    return Step(
        number=number,
        contact=contact,
        contact_frame=frame,
        toe_off_frame=toe_off if ends else None,
        landing=Landing(**{**values, **landing}),
        strike=Strike(*PROBABILITIES[strike], strike, ("borderline",) if strike == "unclear" else ()),
        overstride="mild",
        flight_s=Measure(0.1333, 0.01),
        confidence=0.8,
        reasons=("far_side",) if foot == "left" else (),
        ankle=ANKLE,
    )


def make_steps(strikes: list[str], frames: int) -> tuple[Step, ...]:
    return tuple(make_step(i + 1, strike, FEET[i % 2], STEP_FRAMES * i + 2, frames) for i, strike in enumerate(strikes))


def make_verdict(steps: tuple[Step, ...], foot: str) -> FootVerdict:
    types = [step.strike.type for step in steps if step.contact.foot == foot]
    counts = {name: types.count(name) for name in (*CLASSES, "unclear")}
    side = "near" if foot == "right" else "far"
    best = max(counts, key=lambda name: counts[name])
    return FootVerdict(foot, side, best, 0.97, 0.5, counts, Measure(9.2, 1.6), "mild", ANKLE)


@pytest.fixture
def make_session() -> MakeSession:
    """Build a session with the given strikes, alternating left and right."""

    def build(strikes: tuple[str, ...] = ("heel", "midfoot", "forefoot", "unclear"), **changes: Any) -> Session:
        frames = max(1, STEP_FRAMES * len(strikes))
        time_s = np.arange(frames) / RATE_HZ
        steps = make_steps(list(strikes), frames)
        video = VideoInfo("run.mp4", "ab" * 32, 1234, WIDTH_PX, HEIGHT_PX, time_s, Fraction(30), 0, False, "h264")
        xy = np.array([stick_figure(frame) for frame in range(frames)])
        model = ModelInfo("pose_full", "cd" * 32)
        track = PoseTrack(time_s, xy, np.ones((frames, 33)), (WIDTH_PX, HEIGHT_PX), "blazepose", (model,))
        both = Statistic(len(steps), 200.0, 4.0, 1.0)
        feet = sorted({step.contact.foot for step in steps})
        session = Session(
            name="run.mp4",
            video=video,
            track=track,
            slow_motion=SlowMotion(1.0, "real_time", 0.0, "flight agrees with gravity"),
            view="side",
            direction="right",
            activity="running",
            cadence_spm=Measure(180.0, 0.6) if steps else UNKNOWN,
            steps=steps,
            metrics={"contact_time_ms": {"all": both, "left": both, "right": both}},
            verdict={foot: make_verdict(steps, foot) for foot in feet},
            warnings=(Note("low_fps", "caution", "Only 30 frames per second.", "Film at 120 or more."),),
            settings={"strikes": Settings().as_dict()["strikes"]},
            versions={"footstrike": "0.1.0"},
            leg_length_px=122.0,
            speed=Speed(Measure(3.0, 0.25), "typical_height"),
        )
        return dataclasses.replace(session, **changes)

    return build


@pytest.fixture
def make_video(tmp_path: Path) -> Callable[[Session], Path]:
    """Film the session's stick figure: a grey picture that brightens from frame to frame."""

    def film(session: Session) -> Path:
        path = tmp_path / session.name
        with VideoWriter(path, WIDTH_PX, HEIGHT_PX) as writer:
            for index, time_s in enumerate(session.video.presentation_time_s):
                writer.write(np.full((HEIGHT_PX, WIDTH_PX, 3), 60 + index % 100, dtype=np.uint8), float(time_s))
        return path

    return film


@pytest.fixture
def frame_times_s() -> Callable[[Path], np.ndarray]:
    """Read the frame times of a video."""

    def read(path: Path) -> np.ndarray:
        with open_video(path) as reader:
            list(reader.frames([]))
            return reader.info.presentation_time_s

    return read


@pytest.fixture
def overstriding(make_session: MakeSession) -> Session:
    """A runner whose left ankle lands further ahead of the knee than in four of five others, for sure."""
    session = make_session(("heel",) * 8)
    left = session.verdict["left"]
    ankle = dataclasses.replace(left.ankle, shank_percentile=Percentile(93.0, 85.0, 95.0))
    return dataclasses.replace(session, verdict={**session.verdict, "left": dataclasses.replace(left, ankle=ankle)})
