"""Measure what a step shows besides landing against markers, and print the other runners that coaching compares with.

    python scripts/evaluate_motion.py [CLIPS CACHE] [--shared ../shared]

CLIPS is a folder of rendered clips with truth tables (``render_training_clips.py``), CACHE keeps their landmarks.
The truth is what footstrike's own formulas give for the markers of the runner in the clip, at the contacts that the
force plate felt (Running Biomechanics Data Set, see ``marker_clips.py``): each foot's mean over 30 s of running.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from footstrike.data import UNKNOWN, Contact, Landing, Measure, StrikeType
from footstrike.gait.contacts.trunk import typical_period_s
from footstrike.gait.flat_foot import flat_foot_deg
from footstrike.gait.landing import at_moment, posture_course
from footstrike.gait.metrics import STEP_METRICS
from footstrike.gait.motion import MISSING, flat_after_s, motion, motion_course
from footstrike.gait.steps import Stride, measure_steps
from footstrike.settings import Settings, default_corrections
from marker_clips import read_marker_clips
from training_rows import Clip, read_clips

Rows = Iterator[dict[str, Any]]
EXTREMES = tuple(MISSING["near"])
METRICS = ("contact_time_ms", "knee_flexion_deg", "ankle_angle_deg", *EXTREMES, "foot_flat_ms", "vertical_oscillation")
SPEED_MPS = {"25": 2.54, "35": 3.57, "45": 4.59}
"""Belt speeds by the digits that name them."""
FOOT = ["runner", "speed", "foot"]


def main() -> None:
    """Print the other runners, and how far rendered clips of them are off."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clips", type=Path, nargs="?")
    parser.add_argument("cache", type=Path, nargs="?")
    parser.add_argument("--shared", type=Path, default=Path(__file__).resolve().parents[2] / "shared")
    options = parser.parse_args()
    markers = read_marker_clips(options.shared / "rbds")
    truth = pd.DataFrame(row for clip in markers for row in marker_rows(clip)).groupby(FOOT)[list(METRICS)].mean()
    print(truth.groupby("speed").agg(["mean", "std"]).T.round(3).to_string())
    if options.clips is not None and options.cache is not None:
        print("\n" + errors(read_clips(options.clips, options.cache), truth).to_string())


def marker_rows(clip: Clip) -> Rows:
    """Yield what markers show of every contact that the force plate felt."""
    for stride in clip.strides:
        bout, roles = stride.bout, stride.fine_roles
        course, posture = motion_course(bout, roles, hips_ahead_leg=0.0), posture_course(bout, roles)
        seen = clip.truth.contact_time_s.gt(bout.time_s[0]) & clip.truth.toe_off_time_s.lt(bout.time_s[-1])
        contacts = [_contact(true) for true in clip.truth[seen].itertuples()]
        flat_deg = flat_foot_deg(posture.time_s, posture.standing_foot_deg, contacts)
        for contact, true in zip(contacts, clip.truth[seen].itertuples(), strict=True):
            foot, shank = (Measure(deg, 0.0) for deg in (true.foot_strike_angle_deg, true.shank_angle_deg))
            landing = Landing(foot, shank, UNKNOWN, UNKNOWN, UNKNOWN, 1.0)
            strike: StrikeType = true.strike
            flat = flat_deg[contact.foot]
            moved = motion(course, posture, contact, landing, strike, flat, typical_period_s(stride.steps))
            knee_deg = at_moment(posture.time_s, posture.knee_deg, contact.contact_s.value, posture.frame_s).value
            missing = MISSING[contact.side]
            yield _about(clip, stride, contact) | {
                "contact_time_ms": 1000 * contact.duration_s.value,
                "knee_flexion_deg": knee_deg,
                "ankle_angle_deg": moved.ankle_angle_deg.value,
                **{name: getattr(moved, name).value - missing[name].value for name in EXTREMES},
                "foot_flat_ms": 1000 * flat_after_s(posture, contact, flat),
            }


def video_rows(clip: Clip) -> Rows:
    """Yield what footstrike says of every step that was wholly filmed."""
    for number, stride in enumerate(clip.strides):
        for step in measure_steps(stride, number, default_corrections(), Settings().strikes):
            if "near_clip_end" not in step.reasons:
                known = {name: STEP_METRICS[name](step).value for name in METRICS if name in STEP_METRICS}
                flat_ms = 1000 * step.motion.foot_flat_s.value
                yield _about(clip, stride, step.contact) | known | {"foot_flat_ms": flat_ms}


def errors(clips: Sequence[Clip], truth: pd.DataFrame) -> pd.DataFrame:
    """Return bias, SD and correlation of each metric over the feet of clips, near and far from the camera."""
    rows = pd.DataFrame(row for clip in clips for row in video_rows(clip))
    shown = rows.groupby(["recording", "side", *FOOT])[list(METRICS)].mean().reset_index()
    both = shown.merge(truth.reset_index(), on=FOOT, suffixes=("", "_true"))
    return pd.DataFrame(_errors(both)).round(3)


def _errors(both: pd.DataFrame) -> Iterable[dict[str, Any]]:
    for side, feet in both.groupby("side"):
        for name in METRICS:
            off, true = feet[name] - feet[f"{name}_true"], feet[f"{name}_true"]
            about = {"side": side, "metric": name, "feet": off.count(), "true": true.mean(), "true_sd": true.std()}
            yield about | {"bias": off.mean(), "sd": off.std(), "r": feet[name].corr(true)}


def _contact(true: Any) -> Contact:
    moments = (Measure(at_s, 0.0) for at_s in (true.contact_time_s, true.toe_off_time_s))
    return Contact(true.foot, true.side, *moments, 0)


def _about(clip: Clip, stride: Stride, contact: Contact) -> dict[str, Any]:
    """Return which runner, speed and foot a row belongs to, and the bounce of its bout."""
    speed = re.search(r"_T?(\d\d)", clip.name)
    drops = [step.drop_leg for step in stride.steps if not step.predicted]
    return {
        "recording": clip.name,
        "runner": clip.runner,
        "speed": speed.group(1) if speed else "",
        "foot": contact.foot,
        "side": contact.side,
        "vertical_oscillation": sum(drops) / len(drops),
    }


if __name__ == "__main__":
    main()
