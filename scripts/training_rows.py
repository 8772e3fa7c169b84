"""Clips with truth as training material: one row per step, with its features and what was true."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from footstrike.analysis import track_video
from footstrike.data import Contact, PoseTrack
from footstrike.gait.contacts.settling import foot_paths
from footstrike.gait.contacts.timing import LAST_PHASE_OF_CONTACT, in_full_view, moment, timing_features
from footstrike.gait.landing import PostureCourse, posture_course
from footstrike.gait.signals import sampling_rate_hz
from footstrike.gait.steps import Stride, describe_landings, find_strides
from footstrike.pose.landmarks_file import load_landmarks, save_landmarks
from footstrike.settings import Settings
from footstrike.video import open_video

MATCH_PERIODS = 0.3


@dataclass(frozen=True)
class Clip:
    """One clip's runner, landmarks and truth, with the strides found in it.

    ``steps`` has one row per step: timing features, and the true phases where it matches a true contact.
    """

    name: str
    runner: int
    track: PoseTrack
    truth: pd.DataFrame
    strides: tuple[Stride, ...]
    courses: tuple[PostureCourse, ...]
    steps: pd.DataFrame


def read_clips(folder: Path, cache: Path) -> list[Clip]:
    """Read every clip of a folder that has a truth table; their landmarks are kept in ``cache``."""
    cache.mkdir(parents=True, exist_ok=True)
    clips = []
    for truth_path in sorted(folder.glob("r*.truth.csv")):
        video = truth_path.with_name(truth_path.name.replace(".truth.csv", ".mp4"))
        track = _landmarks(video, cache / f"{folder.name}_{video.stem}.npz")
        clips.append(clip_from_track(video.stem, track, pd.read_csv(truth_path)))
    return clips


def _landmarks(video: Path, cached: Path) -> PoseTrack:
    if not cached.exists():
        print(f"running the pose models on {video.name}", flush=True)
        with open_video(video) as reader:
            track, _ = track_video(reader, Settings(), lambda *_: None)
            save_landmarks(cached, track, reader.info)
    return load_landmarks(cached)[0]


def clip_from_track(name: str, track: PoseTrack, truth: pd.DataFrame) -> Clip:
    """Find the steps of one clip; its runner's number is the first number in its name."""
    runner = re.search(r"\d+", name.split("_")[0])
    if runner is None:
        raise SystemExit(f"{name}: the clip's name must begin with r and the runner's number.")
    strides = find_strides(track, Settings().contacts)
    courses = tuple(posture_course(stride.bout, stride.fine_roles) for stride in strides)
    about: dict[str, Any] = {"recording": name, "runner": int(runner.group())}
    steps = [about | {"stride": s} | row for s, stride in enumerate(strides) for row in _step_rows(stride, truth)]
    return Clip(name, about["runner"], track, truth, strides, courses, pd.DataFrame(steps))


def _step_rows(stride: Stride, truth: pd.DataFrame) -> list[dict[str, Any]]:
    paths = foot_paths(stride.bout, stride.fine_roles, stride.steps)
    features = timing_features(stride.bout, stride.steps, paths)
    rows = []
    for i, step in enumerate(stride.steps):
        true = _nearest(truth, step.fall_s)
        near = abs(true.contact_time_s - step.fall_s) <= MATCH_PERIODS * step.period_s
        matched = near and not step.predicted
        rows.append(
            features[i]
            | {
                "step": i,
                "foot": stride.feet[i],
                "full_view": in_full_view(stride.bout, step, LAST_PHASE_OF_CONTACT),
                "side": true.side,
                "fall_s": step.fall_s,
                "period_s": step.period_s,
                "contact": (true.contact_time_s - step.fall_s) / step.period_s if matched else np.nan,
                "toe_off": (true.toe_off_time_s - step.fall_s) / step.period_s if matched else np.nan,
            }
        )
    return rows


def step_rows(clips: Sequence[Clip]) -> pd.DataFrame:
    """Return one row per step: features, and the true phases, unknown where it matches no true contact."""
    return pd.concat([clip.steps for clip in clips], ignore_index=True)


def timing_rows(clips: Sequence[Clip]) -> pd.DataFrame:
    """Return one row per step that matches a true contact: features and true phases."""
    return step_rows(clips).dropna(subset="contact").reset_index(drop=True)


def _nearest(truth: pd.DataFrame, time_s: float) -> Any:
    return truth.iloc[int((truth.contact_time_s - time_s).abs().argmin())]


def landing_rows(clips: Sequence[Clip], steps: pd.DataFrame, phases: dict[str, NDArray[np.float64]]) -> pd.DataFrame:
    """Return one row per step with its raw angles at the contact time given by ``phases``, and the truth."""
    guessed = steps.assign(guess=phases["contact"], guess_off=phases["toe_off"])
    rows = []
    for clip in clips:
        for s, (stride, course) in enumerate(zip(clip.strides, clip.courses, strict=True)):
            mine = guessed[(guessed.recording == clip.name) & (guessed.stride == s)]
            contacts = [_contact(stride, row) for row in mine.itertuples()]
            for row, features in zip(mine.itertuples(), describe_landings(course, contacts), strict=True):
                truth = _nearest(clip.truth, stride.steps[row.step].fall_s)
                rows.append(
                    features
                    | {
                        "recording": clip.name,
                        "runner": clip.runner,
                        "stride": s,
                        "which_foot": row.foot,
                        "side": truth.side,
                        "frame_s": 1 / sampling_rate_hz(stride.bout.time_s),
                        "strike": truth.strike,
                        "foot_strike_angle": truth.foot_strike_angle_deg,
                        "shank_angle": truth.shank_angle_deg,
                    }
                )
    return pd.DataFrame(rows)


def _contact(stride: Stride, row: Any) -> Contact:
    step, foot = stride.steps[row.step], stride.feet[row.step]
    times = (moment(step, phase, 0.0, 0.0) for phase in (row.guess, max(row.guess_off, row.guess + 0.3)))
    return Contact(foot, stride.bout.side_of(foot), *times, 0)
