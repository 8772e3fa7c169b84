"""What there is to draw in every frame, worked out once per session. Pure."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from footstrike.data import FEET, STRIKE_CLASSES, BoolArray, FloatArray, Foot, Session, Step
from footstrike.landmarks import LEGS, SHOULDERS
from footstrike.report.overlay.pace import shown_times_s
from footstrike.report.style import ahead_words
from footstrike.texts import text
from footstrike.words import quantity

COUNTED = (*STRIKE_CLASSES, "unclear")
MARKER_HOLD_S = 0.4
CAPTION_HOLD_S = 4.0
AHEAD_SHARE = 0.28
"""Share of the time between contacts for which the landing leg is ahead, on either side of contact."""
_MIRRORED = [0, 4, 5, 6, 1, 2, 3, 8, 7, 10, 9, *(k + 1 if k % 2 else k - 1 for k in range(11, 33))]
"""Index of each landmark's counterpart on the other side of the body."""


@dataclass(frozen=True, slots=True, eq=False)
class Leg:
    """One leg in one frame: ``(2,)`` image points in pixels, y down."""

    hip: FloatArray
    knee: FloatArray
    ankle: FloatArray
    heel: FloatArray
    toe: FloatArray

    @property
    def known(self) -> bool:
        """Whether every point was seen."""
        return bool(np.isfinite([self.hip, self.knee, self.ankle, self.heel, self.toe]).all())

    @property
    def ground_y_px(self) -> float:
        """The lowest point of the foot."""
        return float(max(self.ankle[1], self.heel[1], self.toe[1]))

    @property
    def length_px(self) -> float:
        """Thigh and shank together."""
        return float(np.linalg.norm(self.hip - self.knee) + np.linalg.norm(self.knee - self.ankle))

    def shank_angle_deg(self, facing: int) -> float:
        """Angle of the shank against the vertical, + ankle ahead of knee, for a runner facing ±1."""
        ahead_px, down_px = self.ankle - self.knee
        return math.degrees(math.atan2(facing * ahead_px, down_px))


@dataclass(frozen=True, slots=True, eq=False)
class Marker:
    """A landing as it is held in the picture, from ``first`` to ``last`` frame (inclusive)."""

    step: Step
    leg: Leg
    facing: int
    first: int
    last: int
    ghost_last: int


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """Everything :func:`annotate_frame` needs.

    Parameters
    ----------
    points_px
        ``(T, 33, 2)`` landmarks as the analysis used them: refined where there are any.
    near_is_right
        ``(T,)`` whether the right leg is the one near the camera.
    shown_s
        ``(T,)`` times in the annotated video; differ from ``playback_s`` where contacts are slowed down.
    time_s
        ``(T,)`` seconds of real motion.
    playback_s
        ``(T,)`` seconds of the recording; differs from ``time_s`` in slow motion.
    markers
        The landings whose leg was seen, in order.
    longest_held
        Most frames from the first to the last in which a landing is held.
    contact_frames
        ``(N,)`` frame of every contact.
    counts
        ``(N + 1, 2, 4)`` landings so far by foot (left, right) and class (:data:`COUNTED`).
    counters_right
        Whether the counters stand on the right, away from the runner's head.
    """

    points_px: FloatArray
    near_is_right: BoolArray
    time_s: FloatArray
    playback_s: FloatArray
    shown_s: FloatArray
    frame_size_px: tuple[int, int]
    steps: tuple[Step, ...]
    markers: tuple[Marker, ...]
    longest_held: int
    contact_frames: NDArray[np.intp]
    counts: NDArray[np.int_]
    headline: str
    captions: tuple[str, ...]
    counters_right: bool

    def held(self, frame: int) -> list[Marker]:
        """Return the landings that are held in the picture in a frame."""
        begun = bisect_right(self.markers, frame, key=lambda marker: marker.first)
        recent = bisect_left(self.markers, frame - self.longest_held, key=lambda marker: marker.first)
        return [marker for marker in self.markers[recent:begun] if frame <= marker.last]

    @property
    def text_px(self) -> int:
        """Height of the text, from the size of the frame."""
        width, height = self.frame_size_px
        return max(10, round(min(width / 34, height / 38)))

    @property
    def small_px(self) -> int:
        """Height of the smaller text; there are no other sizes."""
        return max(10, round(0.85 * self.text_px))


def build_scene(session: Session, slow_contacts: bool = False) -> Scene:
    """Work out what to draw over the frames of ``session``."""
    track = session.track
    points = drawn_points(session)
    shown_s = shown_times_s(session) if slow_contacts else track.time_s
    markers = _markers(session, points, shown_s)
    return Scene(
        points_px=points,
        near_is_right=_near_is_right(session),
        time_s=session.real_time_s,
        playback_s=track.time_s,
        shown_s=shown_s,
        frame_size_px=track.frame_size_px,
        steps=session.steps,
        markers=markers,
        longest_held=max((marker.last - marker.first for marker in markers), default=0),
        contact_frames=np.array([step.contact_frame for step in session.steps], dtype=np.intp),
        counts=_running_counts(session.steps),
        headline=_headline(session),
        captions=_captions(session),
        counters_right=_runs_on_the_left(points, track.frame_size_px[0]),
    )


def drawn_points(session: Session) -> FloatArray:
    """Return the ``(T, 33, 2)`` landmarks that the analysis used, legs told apart as it did.

    Refined landmarks where there are any, else the first pass. The pose model mixes up left and
    right now and then; around each landing the leg ahead is the one that lands.
    """
    track = session.track
    points = track.xy_px
    if track.refined_xy_px is not None:
        points = np.where(np.isfinite(track.refined_xy_px), track.refined_xy_px, points)
    tangled = _tangled(points, session.steps)
    return np.where(tangled[:, None, None], points[:, _MIRRORED], points)


def _tangled(points_px: FloatArray, steps: Sequence[Step]) -> BoolArray:
    """``(T,)`` whether the legs bear each other's names."""
    tangled = np.zeros(len(points_px), dtype=bool)
    left, right = (LEGS[foot].ankle for foot in FEET)
    frames = [step.contact_frame for step in steps]
    for step, reach in zip(steps, _landing_reach(frames), strict=True):
        near = slice(max(0, step.contact_frame - reach), step.contact_frame + reach + 1)
        left_ahead_px = (points_px[near, left, 0] - points_px[near, right, 0]) * step_facing(step)
        with np.errstate(invalid="ignore"):
            tangled[near] = (left_ahead_px < 0) if step.contact.foot == "left" else (left_ahead_px > 0)
    return tangled


def _landing_reach(contact_frames: Sequence[int]) -> list[int]:
    """Return how many frames around each contact the landing leg stays ahead."""
    if len(contact_frames) < 2:
        return [0] * len(contact_frames)
    apart = np.diff(contact_frames)
    nearest = np.minimum(np.r_[apart, apart[-1]], np.r_[apart[0], apart])
    return [int(AHEAD_SHARE * frames) for frames in nearest]


def step_facing(step: Step) -> int:
    """Return +1 for a runner facing right in the image: the near foot is the one on the side he shows."""
    return 1 if (step.contact.foot == "right") == (step.contact.side == "near") else -1


def leg_at(points_px: FloatArray, frame: int, foot: Foot) -> Leg:
    """Return the points of one leg in one frame."""
    return Leg(*(points_px[frame, joint] for joint in LEGS[foot]))


def landed_ankle(step: Step, leg: Leg) -> FloatArray:
    """Return the ankle as far from the knee as it was seen, but at the shank angle that was measured.

    The angle is that at contact, from several frames; the pose in the frame after it has moved on, by several degrees
    at 30 frames per second. Where no angle is known, the ankle is where it was seen.
    """
    shank = step.landing.shank_angle_deg
    if not shank.known:
        return leg.ankle
    angle = math.radians(shank.value)
    length_px = float(np.linalg.norm(leg.ankle - leg.knee))
    return leg.knee + length_px * np.array([step_facing(step) * math.sin(angle), math.cos(angle)])


def tag_lines(step: Step) -> tuple[str, ...]:
    """Return the words beside a landing: foot and class, then how far the ankle is ahead of the knee."""
    foot, strike = text(f"words.foot_letter.{step.contact.foot}"), text(f"words.strike.{step.strike.type}")
    first = text("video.tag.landing", foot=foot, strike=strike)
    shank = step.landing.shank_angle_deg
    return (first, ahead_words(shank)) if shank.known else (first,)


def _near_is_right(session: Session) -> BoolArray:
    """Near foot in every frame, from the contact nearest in time; else from the direction."""
    frames = np.arange(session.track.frame_count)
    if not session.steps:
        return np.full(frames.size, session.direction == "right")
    contact_frames = np.array([step.contact_frame for step in session.steps])
    right_near = np.array([(s.contact.foot == "right") == (s.contact.side == "near") for s in session.steps])
    middles = (contact_frames[1:] + contact_frames[:-1]) / 2
    return np.asarray(right_near[np.searchsorted(middles, frames)])


def _markers(session: Session, points_px: FloatArray, shown_s: FloatArray) -> tuple[Marker, ...]:
    before_next = [step.contact_frame - 1 for step in session.steps[1:]] + [len(shown_s) - 1]
    markers = (_marker(step, points_px, shown_s, end) for step, end in zip(session.steps, before_next, strict=False))
    return tuple(marker for marker in markers if marker.leg.known)


def _marker(step: Step, points_px: FloatArray, shown_s: FloatArray, before_next: int) -> Marker:
    first = step.contact_frame
    held = int(np.searchsorted(shown_s, shown_s[first] + MARKER_HOLD_S, side="right")) - 1
    last = max(held, step.toe_off_frame or first)
    leg = leg_at(points_px, first, step.contact.foot)
    return Marker(step, leg, step_facing(step), first, last, min(last, before_next))


def _runs_on_the_left(points_px: FloatArray, width_px: int) -> bool:
    x_px = points_px[:, : max(SHOULDERS) + 1, 0]
    seen = x_px[np.isfinite(x_px)]
    return bool(seen.size) and float(seen.mean()) < width_px / 2


def _running_counts(steps: Sequence[Step]) -> NDArray[np.int_]:
    counts = np.zeros((len(steps) + 1, 2, len(COUNTED)), dtype=int)
    for number, step in enumerate(steps, start=1):
        counts[number, FEET.index(step.contact.foot), COUNTED.index(step.strike.type)] = 1
    return np.cumsum(counts, axis=0)


def _headline(session: Session) -> str:
    cadence = session.cadence_spm
    return quantity(cadence.value, 0, "steps_min") if cadence.known else ""


def _captions(session: Session) -> tuple[str, ...]:
    slow = session.slow_motion
    how = slow.source if slow.source in ("stated", "file") else "estimated"
    pace, times = slow.pace
    captions = [] if slow.factor == 1 else [text(f"video.{pace}_motion.{how}", times=times)]
    serious = [note.message for note in session.warnings if note.severity == "serious"]
    return tuple(captions + serious[:2])
