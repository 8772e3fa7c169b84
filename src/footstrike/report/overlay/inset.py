"""The landing foot enlarged, with its sole against the ground: where, what, and the words below."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from footstrike.data import FloatArray, Session, Step
from footstrike.landmarks import LEGS
from footstrike.report.overlay.placement import Box, body_boxes, find_place
from footstrike.report.overlay.scene import Marker
from footstrike.report.overlay.skeleton import draw_sole
from footstrike.report.overlay.sprites import ByteImage, lay, text_panel, text_width_px
from footstrike.report.style import DARK_RGB, LIGHT_RGB, STRIKE_RGB, size_with_error, toes_words
from footstrike.texts import text

INSET_HOLD_S = 1.0
"""So long an inset stays, or until the next landing."""
_SHOWN_LEG = 0.62
"""Width of what is enlarged, in leg lengths: two shoes."""
_SOLE_BELOW_LEG = 0.045
"""The ground lies this far below the middle of the landmarks of heel and toe of a foot that stands flat."""
_NEAR_GROUND_LEG = 0.2
"""A foot that seems to land further from where it stands was mistaken for something else."""
_FLAT_SHARES = (0.15, 0.5)
"""The foot stands flat in this part of the contact."""
_LARGEST_SHARE = 0.45
"""An inset takes no more of the frame's width or height."""
_BODY_ROOM = 0.03
"""Room around the runner, in frame heights."""


@dataclass(frozen=True, slots=True, eq=False)
class Inset:
    """A landing foot enlarged, shown from ``first`` to ``last`` frame (inclusive).

    ``place`` is left, top, width, height of the whole card in the frame; ``picture_height_px`` is without the words.
    ``source`` is left, top and width of what is enlarged, in pixels of the frame. ``ground_y_px`` is NaN where the
    foot was not seen standing; ``sole_px`` is ``(2, 2)`` heel and toe end of the sole, NaN where its angle is unknown.
    """

    step: Step
    first: int
    last: int
    place: tuple[int, int, int, int]
    picture_height_px: int
    source: tuple[float, float, float]
    ground_y_px: float
    sole_px: FloatArray


def plan_insets(
    session: Session,
    points_px: FloatArray,
    markers: Sequence[Marker],
    shown_s: FloatArray,
    text_px: int,
    free: Box,
    taken: Sequence[Box],
) -> tuple[Inset, ...]:
    """Find a corner for every landing foot, away from the runner; landings without room get none.

    Parameters
    ----------
    session
        What is known of the recording.
    points_px
        ``(T, 33, 2)`` landmarks as they are drawn.
    markers
        The landings.
    shown_s
        ``(T,)`` times in the annotated video.
    text_px
        Height of the words.
    free, taken
        The part of the frame without the timeline, and what counters and warnings cover.
    """
    if not math.isfinite(session.leg_length_px):
        return ()
    insets: list[Inset] = []
    corner = 0
    for marker, following in zip(markers, [*markers[1:], None], strict=True):
        held = int(np.searchsorted(shown_s, shown_s[marker.first] + INSET_HOLD_S)) - 1
        last = max(marker.first, min(held, len(shown_s) - 1 if following is None else following.first - 1))
        widths = _card_widths_px(marker.step, session.leg_length_px, text_px, free)
        body = body_boxes(points_px[marker.first : last + 1], _BODY_ROOM * (free[3] - free[1]))
        found = find_place(widths, words_height_px(marker.step, text_px), free, [*body, *taken], text_px // 2, corner)
        standing_y_px = _standing_y_px(session, points_px, marker)
        landed_y_px = float(marker.leg.heel[1] + marker.leg.toe[1]) / 2
        astray = abs(landed_y_px - standing_y_px) > _NEAR_GROUND_LEG * session.leg_length_px
        if found is not None and not astray:
            corner, place, picture_height = found
            insets.append(_inset(session.leg_length_px, marker, last, place, picture_height, standing_y_px))
    return tuple(insets)


def words_of(step: Step) -> tuple[str, ...]:
    """Return the words below an inset: foot and class, then the angles that are known."""
    foot, strike = text(f"words.foot_title.{step.contact.foot}"), text(f"words.strike.{step.strike.type}")
    lines = [text("video.inset.landing", foot=foot, strike=strike)]
    sole, shank = step.landing.foot_strike_angle_deg, step.landing.shank_angle_deg
    if sole.known:
        lines.append(toes_words(sole))
    if shank.known:
        lines.append(text("video.inset.ankle", angle=size_with_error(shank)))
        lines.append(text("video.inset.ahead" if shank.value >= 0 else "video.inset.behind"))
    return tuple(lines)


def words_height_px(step: Step, text_px: int) -> int:
    """Return the height of the words below an inset."""
    return text_panel(words_of(step), text_px, (*DARK_RGB, 255), LIGHT_RGB, True).size_px[1]


def _card_widths_px(step: Step, leg_px: float, text_px: int, free: Box) -> tuple[int, int]:
    """Return the width that enlarges the foot well, and that of the words alone."""
    words = max(text_width_px(line, text_px, number == 0) for number, line in enumerate(words_of(step))) + text_px
    wanted = 1.3 * _SHOWN_LEG * leg_px if math.isfinite(leg_px) else 0.0
    return round(max(words, min(wanted, _LARGEST_SHARE * min(free[2] - free[0], free[3] - free[1])))), words


def _inset(
    leg_px: float,
    marker: Marker,
    last: int,
    place: tuple[int, int, int, int],
    picture_height: int,
    standing_y_px: float,
) -> Inset:
    leg = marker.leg
    middle = (leg.heel + leg.toe) / 2
    below_px = _SOLE_BELOW_LEG * leg_px
    angle = math.radians(marker.step.landing.foot_strike_angle_deg.value)
    forward = np.array([marker.facing * math.cos(angle), -math.sin(angle)])
    down = np.array([marker.facing * math.sin(angle), math.cos(angle)])
    half_px = 0.55 * float(np.linalg.norm(leg.toe - leg.heel))
    centre = middle + below_px * down
    shown_px = _SHOWN_LEG * leg_px
    shown_height = shown_px * picture_height / place[2]
    top = float(middle[1]) - 0.6 * shown_height
    return Inset(
        step=marker.step,
        first=marker.first,
        last=last,
        place=place,
        picture_height_px=picture_height,
        source=(float(middle[0]) - shown_px / 2, top, shown_px),
        ground_y_px=standing_y_px + below_px,
        sole_px=np.array([centre - half_px * forward, centre + half_px * forward]),
    )


def _standing_y_px(session: Session, points_px: FloatArray, marker: Marker) -> float:
    """Return where the middle of heel and toe lies while the foot stands flat, in the contact's own frame; else NaN.

    The foot that stands is the lower one, whatever the pose model calls it.
    """
    step, track = marker.step, session.track
    if step.toe_off_frame is None:
        return math.nan
    first, last = (round(marker.first + share * (step.toe_off_frame - marker.first)) for share in _FLAT_SHARES)
    soles = [joint for leg in LEGS.values() for joint in (leg.heel, leg.toe)]
    feet = points_px[first : last + 1, soles, 1]
    y_px = np.maximum(feet[:, ::2].mean(axis=1), feet[:, 1::2].mean(axis=1))
    if track.camera_px is not None:
        y_px = y_px - (track.camera_px[first : last + 1, 1] - track.camera_px[marker.first, 1])
    known = y_px[np.isfinite(y_px)]
    return float(np.median(known)) if known.size else math.nan


def draw_inset(clean: ByteImage, inset: Inset, text_px: int) -> ByteImage:
    """Return the card of a landing, ``(height, width, 3)``, from the frame of its contact before anything is drawn."""
    width, height = inset.place[2:]
    left, top, shown_px = inset.source
    zoom = width / shown_px
    colour = STRIKE_RGB[inset.step.strike.type]
    card = np.empty((height, width, 3), dtype=np.uint8)
    card[:] = DARK_RGB
    into = np.array([[zoom, 0, -zoom * left], [0, zoom, -zoom * top]])
    size = (width, inset.picture_height_px)
    picture = np.asarray(cv2.warpAffine(clean, into, size, flags=cv2.INTER_LINEAR), dtype=np.uint8)
    line_px = max(1.5, text_px / 8)
    ground = (inset.ground_y_px - top) * zoom
    draw_sole(picture, (inset.sole_px - (left, top)) * zoom, ground, colour, line_px)
    card[: inset.picture_height_px] = picture
    lay(card, text_panel(words_of(inset.step), text_px, (*DARK_RGB, 255), LIGHT_RGB, True), 0, inset.picture_height_px)
    edge = max(2, round(line_px))
    cv2.rectangle(card, (0, 0), (width - 1, height - 1), colour, edge)
    return card


def lay_inset(rgb: ByteImage, inset: Inset, card: ByteImage) -> None:
    """Put the card in its place."""
    left, top, width, height = inset.place
    rgb[top : top + height, left : left + width] = card
