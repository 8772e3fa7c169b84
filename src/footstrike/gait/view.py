"""From where the camera sees the runner.

The line through the shoulders and the length of the feet in the picture tell it: from the side the one is
foreshortened and the other shows in full, from the front it is the other way round. Which shoulder is on which side
tells the front from the rear. With the medians over all frames of

- ``a``: left less right shoulder along the picture's width, in trunk lengths,
- ``s`` and ``c``: the same line in the pose model's metric landmarks, seen from above: the share of its length that
  lies along the picture's width, with its sign, and the share that points at the camera,
- ``f``: how far toe and heel are apart along the picture's width, in trunk lengths, mean of both feet,

the sine of the yaw is 0.85 a + 0.39 s - 0.06 and its cosine 0.45 c + 1.64 f (:data:`SINE`, :data:`COSINE`).

Source: least error of the angle on eight rendered runners of known yaw (measured legs, modelled arms and trunks), every
15 degrees from -90 to 90, filmed from 3 to 6 m. On six runners that were left out the error is 3.2 degrees (root mean
square) and at most 8. Arms and shoes of real runners differ; there is no film with a measured yaw.

Where the picture shows the legs alone, the pose model invents the trunk. Then the swing of the ankles past each other
is all there is: near 0.85 shanks (standard deviation) or more from the side, nothing from the front. That tells the
views apart but gives no angle to speak of.
"""

from __future__ import annotations

import math

import numpy as np

from footstrike.data import BoolArray, FloatArray, PoseTrack, View, require
from footstrike.landmarks import HIPS, LEGS, SHOULDERS, shoulder_line_m

SINE = (0.85, 0.39, -0.06)
"""Weights of the shoulders in the picture, of their metric line, and a constant."""
COSINE = (0.45, 1.64)
"""Weights of the shoulders' metric line and of the feet in the picture."""
LEAST_FINE_LOOKS = 8
"""From so many frames on, the finer model's cues count as much as those of the first pass over all frames: the two
err apart, by up to 14 and 12 degrees, their mean by up to 8 (62 rendered clips)."""
SWING_FROM_SIDE = 0.85
SIDE_WITHIN_DEG = 25.0
OBLIQUE_WITHIN_DEG = 67.5
YAW_SE_DEG = 4.0
"""Error of the angle on 62 clips of four runners that were rendered for this, at 3.5 to 7 m: 3.6, rounded up."""
BORDER_SE = 2.0
"""A view whose border lies within so many standard errors cannot be told from its neighbour."""
LEGS_SEEN = 0.4
"""Below this visibility (0 to 1) the legs are the pose model's guess."""
SHORTEST_TRUNK_LEG = 0.5
"""A trunk that is shorter, in leg lengths, is invented: trunks of people in the picture measure 0.55 to 0.72."""
LEG_PERCENTILE = 80.0
"""Thigh and shank are longest when they lie in the image plane."""


def camera_yaw_deg(track: PoseTrack) -> float:
    """Estimate how far the camera is from a pure side view, the same whichever way the runner faces.

    Returns
    -------
    float
        0 from the side, + ahead of the runner, 90 from the front, -90 from the rear; NaN without metric landmarks.
    """
    if track.world_m is None or not track.found.any():
        return math.nan
    frames = _frames_with_legs(track)
    xy_px = track.xy_px[frames]
    if not trunk_seen(track):
        return math.degrees(math.atan2(*_by_legs(xy_px)))
    cues = _cues(xy_px, shoulder_line_m(track.world_m[frames].astype(float)))
    finer = _fine_cues(track)
    return _yaw_deg(cues if finer is None else (cues + finer) / 2)


def legs_visibility(track: PoseTrack) -> float:
    """Return the pose model's median confidence in the legs, 0 to 1, where it found a person."""
    return float(np.median(track.visibility[track.found][:, _JOINTS]))


def trunk_seen(track: PoseTrack) -> bool:
    """Return whether the picture shows a whole trunk, and not only legs, to which the pose model invents one."""
    xy_px = track.xy_px[_frames_with_legs(track)]
    return float(np.median(_trunk_px(xy_px))) >= SHORTEST_TRUNK_LEG * leg_length_px(xy_px)


def leg_length_px(xy_px: FloatArray) -> float:
    """Return thigh plus shank of ``(N, 33, 2)`` landmarks, averaged over both legs."""
    return max(_segment_px(xy_px, "hip", "knee") + _segment_px(xy_px, "knee", "ankle"), 1.0)


def view_of(yaw_deg: float) -> View:
    """Name the view for a camera turned ``yaw_deg`` away from the side, + ahead of the runner."""
    require(math.isnan(yaw_deg) or abs(yaw_deg) <= 90, f"Camera yaw must lie in -90 to 90 degrees, got {yaw_deg}.")
    if math.isnan(yaw_deg):
        return "unclear"
    if abs(yaw_deg) <= SIDE_WITHIN_DEG:
        return "side"
    if abs(yaw_deg) <= OBLIQUE_WITHIN_DEG:
        return "oblique"
    return "front" if yaw_deg > 0 else "rear"


def views_of(yaw_deg: float) -> tuple[View, ...]:
    """Name the view as :func:`view_of` does, and then its neighbour where the angle's own error lets it be either."""
    margin_deg = BORDER_SE * YAW_SE_DEG
    nearby = [view_of(float(np.clip(yaw_deg + off_deg, -90, 90))) for off_deg in (0, -margin_deg, margin_deg)]
    return tuple(dict.fromkeys(nearby))


_JOINTS = [joint for leg in LEGS.values() for joint in leg[1:]]


def _frames_with_legs(track: PoseTrack) -> BoolArray:
    """``(T,)`` frames that show the legs; all with a person where none does."""
    seen = track.found & (np.median(track.visibility[:, _JOINTS], axis=1) >= LEGS_SEEN)
    return np.asarray(seen if seen.any() else track.found)


def _cues(xy_px: FloatArray, shoulders_m: FloatArray) -> FloatArray:
    """Return the ``(4,)`` medians ``a``, ``s``, ``c`` and ``f`` of this module's text."""
    left, right = SHOULDERS
    trunk_px = np.maximum(_trunk_px(xy_px), 1.0)
    from_above = shoulders_m / np.maximum(np.linalg.norm(shoulders_m, axis=1, keepdims=True), 1e-9)
    feet_px = np.mean([np.abs(xy_px[:, leg.toe, 0] - xy_px[:, leg.heel, 0]) for leg in LEGS.values()], axis=0)
    a = (xy_px[:, left, 0] - xy_px[:, right, 0]) / trunk_px
    cues = np.column_stack([a, from_above[:, 0], np.abs(from_above[:, 1]), feet_px / trunk_px])
    return np.asarray(np.median(cues, axis=0))


def _fine_cues(track: PoseTrack) -> FloatArray | None:
    """Return the same of the finer model's looks; ``None`` where there are too few."""
    if track.refined_xy_px is None or track.refined_shoulders_m is None:
        return None
    seen = track.refined & np.isfinite(track.refined_shoulders_m).all(axis=1)
    if seen.sum() < LEAST_FINE_LOOKS:
        return None
    return _cues(track.refined_xy_px[seen], track.refined_shoulders_m[seen])


def _yaw_deg(cues: FloatArray) -> float:
    a, s, c, f = cues
    sine, cosine = SINE[0] * a + SINE[1] * s + SINE[2], COSINE[0] * c + COSINE[1] * f
    return math.degrees(math.atan2(sine, cosine))


def _by_legs(xy_px: FloatArray) -> tuple[float, float]:
    """Return sine and cosine of roughly the yaw, from the swing of the ankles and the order of the hips."""
    left, right = LEGS["left"], LEGS["right"]
    apart_px = xy_px[:, left.ankle, 0] - xy_px[:, right.ankle, 0]
    swing = float(apart_px.std()) / max(_segment_px(xy_px, "knee", "ankle"), 1.0)
    cosine = min(1.0, swing / SWING_FROM_SIDE)
    ahead = float(np.median(xy_px[:, left.hip, 0] - xy_px[:, right.hip, 0]))
    return math.copysign(math.sqrt(1 - cosine**2), ahead), cosine


def _trunk_px(xy_px: FloatArray) -> FloatArray:
    trunk = xy_px[:, SHOULDERS].mean(axis=1) - xy_px[:, HIPS].mean(axis=1)
    return np.asarray(np.linalg.norm(trunk, axis=1))


def _segment_px(xy_px: FloatArray, upper: str, lower: str) -> float:
    """Return the length of a part of the leg, averaged over both."""
    lengths = [
        np.linalg.norm(xy_px[:, getattr(leg, lower)] - xy_px[:, getattr(leg, upper)], axis=1) for leg in LEGS.values()
    ]
    return float(np.mean([np.percentile(length, LEG_PERCENTILE) for length in lengths]))
