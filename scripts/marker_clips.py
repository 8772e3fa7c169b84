"""Measured markers of treadmill runners as if a perfect pose model had seen them from the side.

The Running Biomechanics Data Set (Fukuchi, Fukuchi & Duarte 2017, PeerJ 5:e3298) as it lies in the
shared folder ``rbds``: ``RBDSnnn_Tvv.npz`` with ten leg markers, ``contacts.csv`` with the contacts
that the force plate felt.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.interpolate import CubicSpline

from footstrike.data import FEET, LANDMARK_COUNT, PoseTrack
from footstrike.landmarks import HIPS, LEGS, NOSE
from training_rows import Clip, clip_from_track

FloatArray = NDArray[np.float64]

MISSING = -32768
LONGEST_BRIDGE_S = 0.1
"""A marker that is missing for no longer is bridged by a cubic through its course; a longer gap stays."""
SHOULDERS_ABOVE_HIPS_MM = 500.0
FACE_AHEAD_MM = 90.0
"""No marker was kept above the hips: a stiff trunk stands on them, with a nose that shows the way."""
PX_PER_MM = 0.4
FRAME_SIZE_PX = (1280, 960)
ORIGIN_PX = (640.0, 800.0)
FOOT_OF_SIDE = {"L": "left", "R": "right"}
NEAR_FOOT = "right"
"""The runners face right, so that the right side is the near one."""
STRIKE_OF_LABEL = {"Rearfoot": "heel", "Midfoot": "midfoot", "Forefoot": "forefoot"}


def read_marker_clips(folder: Path) -> list[Clip]:
    """Read every recording of a folder, with its steps found; none where there is no folder."""
    return [read_marker_clip(path) for path in sorted(folder.glob("RBDS*_T*.npz"))]


def read_marker_clip(path: Path) -> Clip:
    """Read one recording and its truth from the table beside it, and find the steps."""
    runner, speed = path.stem.removeprefix("RBDS").split("_T")
    contacts = pd.read_csv(path.with_name("contacts.csv"))
    mine = (contacts.subject == int(runner)) & ((10 * contacts.speed).round() == int(speed))
    with np.load(path) as stored:
        tenth_mm = stored["xy_tenth_mm"].astype(float)
        markers_mm = np.where(tenth_mm == MISSING, np.nan, tenth_mm / 10).transpose(2, 0, 1)
        track = marker_track(markers_mm, float(stored["fs"]))
    return clip_from_track(f"r{runner}_T{speed}", track, truth_of(contacts[mine]))


def truth_of(contacts: pd.DataFrame) -> pd.DataFrame:
    """Return the truth table of one recording in time order, with the project's names."""
    contacts = contacts.sort_values("t_ic").reset_index(drop=True)
    foot = contacts.side.map(FOOT_OF_SIDE)
    return pd.DataFrame(
        {
            "foot": foot,
            "side": np.where(foot == NEAR_FOOT, "near", "far"),
            "contact_time_s": contacts.t_ic,
            "toe_off_time_s": contacts.t_to,
            "strike": contacts.label.map(STRIKE_OF_LABEL),
            "foot_strike_angle_deg": contacts.fsa,
            "shank_angle_deg": contacts.shank_deg,
        }
    )


def marker_track(markers_mm: FloatArray, rate_hz: float) -> PoseTrack:
    """Turn leg markers into a pose track.

    Parameters
    ----------
    markers_mm : (T, 10, 2) array
        Hip, knee, ankle, heel and toe of the left, then of the right leg; forward and up; NaN where missing.
    rate_hz : float
        Sampling rate.

    Returns
    -------
    PoseTrack
        A runner facing right. Frames in which a marker stays missing show nobody.
    """
    time_s = np.arange(len(markers_mm)) / rate_hz
    legs = bridged(time_s, markers_mm)
    xy_mm = _with_trunk(legs)
    seen = np.isfinite(xy_mm).all(axis=(1, 2))
    xy_mm[~seen] = np.nan
    return PoseTrack(
        time_s=time_s,
        xy_px=xy_mm * [PX_PER_MM, -PX_PER_MM] + ORIGIN_PX,
        visibility=np.repeat(seen[:, None].astype(float), LANDMARK_COUNT, axis=1),
        frame_size_px=FRAME_SIZE_PX,
        backend="markers",
        models=(),
    )


def _with_trunk(legs_mm: FloatArray) -> FloatArray:
    """Return ``(T, 33, 2)`` landmarks: the legs (T, 10, 2) as they are, all else stiff above the hips."""
    xy_mm = np.empty((len(legs_mm), LANDMARK_COUNT, 2))
    for foot, leg in zip(FEET, np.split(legs_mm, len(FEET), axis=1), strict=True):
        xy_mm[:, LEGS[foot]] = leg
    shoulders = xy_mm[:, HIPS].mean(axis=1)
    shoulders[:, 1] += SHOULDERS_ABOVE_HIPS_MM
    xy_mm[:, : HIPS[0]] = shoulders[:, None]
    xy_mm[:, NOSE, 0] += FACE_AHEAD_MM
    return xy_mm


def bridged(time_s: FloatArray, markers: FloatArray) -> FloatArray:
    """Bridge the gaps of single markers, up to :data:`LONGEST_BRIDGE_S`, by a cubic spline.

    Parameters
    ----------
    time_s : (T,) array
        Even times.
    markers : (T, P, 2) array
        NaN where missing; gaps at the ends stay.
    """
    out = np.array(markers)
    longest_frames = round(LONGEST_BRIDGE_S / (time_s[1] - time_s[0]))
    for marker, course in enumerate(np.moveaxis(markers, 1, 0)):
        known = np.isfinite(course).all(axis=1)
        short = _in_short_gap(known, longest_frames)
        if short.any():
            out[short, marker] = CubicSpline(time_s[known], course[known])(time_s[short])
    return out


def _in_short_gap(known: NDArray[np.bool_], longest: int) -> NDArray[np.bool_]:
    """Return which samples lie in a gap of at most ``longest`` with known samples on both sides."""
    frames = np.flatnonzero(known)
    after = np.searchsorted(frames, np.arange(known.size))
    inside = ~known & (after > 0) & (after < frames.size)
    length = np.zeros(known.size, dtype=int)
    length[inside] = frames[after[inside]] - frames[after[inside] - 1] - 1
    return inside & (length <= longest)
