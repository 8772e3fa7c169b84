"""Counters, captions and the timeline that lie over every frame."""

from __future__ import annotations

import textwrap
from functools import lru_cache

import cv2
import numpy as np
from PIL import ImageDraw

from footstrike.data import FEET
from footstrike.report.overlay.scene import CAPTION_HOLD_S, COUNTED, Marker, Scene, landed_ankle, tag_lines
from footstrike.report.overlay.sprites import (
    ByteImage,
    Sprite,
    font,
    lay,
    panel,
    text_panel,
    text_width_px,
    to_sprite,
)
from footstrike.report.style import DARK_RGB, LIGHT_RGB, STRIKE_RGB
from footstrike.texts import counted, text
from footstrike.words import quantity

_GROUND = (*DARK_RGB, 205)
_TIMELINE_SPAN_S = 20.0
_ROOMY_TEXT_HEIGHTS = 38
_TIMELINE_DIM = 0.25

Counts = tuple[tuple[int, ...], ...]


def draw_counters(rgb: ByteImage, scene: Scene, frame: int) -> None:
    """Draw the table of landings so far, by foot and class, and the cadence."""
    landed = int(np.searchsorted(scene.contact_frames, frame, side="right"))
    sprite = _counters(scene, landed)
    lay(rgb, sprite, *_counters_at(scene, sprite))


def _counters(scene: Scene, landed: int) -> Sprite:
    """Return the panel after so many landings: only classes that the recording has, and no cadence in a narrow one."""
    columns = np.flatnonzero(scene.counts[-1].any(axis=0))
    counts = tuple(tuple(row) for row in scene.counts[landed][:, columns].tolist())
    roomy = scene.frame_size_px[0] >= _ROOMY_TEXT_HEIGHTS * scene.small_px
    names = tuple(COUNTED[column] for column in columns)
    return _counter_panel(names, counts, scene.headline if roomy else "", scene.small_px)


def _counters_at(scene: Scene, sprite: Sprite) -> tuple[int, int]:
    margin = scene.text_px // 2
    return (scene.frame_size_px[0] - sprite.size_px[0] - margin if scene.counters_right else margin), margin


def counters_box(scene: Scene) -> tuple[float, float, float, float]:
    """Return left, top, right and bottom of the counters at their largest."""
    sprite = _counters(scene, len(scene.steps))
    left, top = _counters_at(scene, sprite)
    return left, top, left + sprite.size_px[0], top + sprite.size_px[1]


def draw_captions(rgb: ByteImage, scene: Scene, frame: int) -> None:
    """Draw the warnings for the first seconds, above the timeline."""
    if scene.captions and scene.playback_s[frame] <= CAPTION_HOLD_S:
        left, top, *_ = captions_box(scene)
        lay(rgb, _captions(scene), round(left), round(top))


def captions_box(scene: Scene) -> tuple[float, float, float, float]:
    """Return left, top, right and bottom of the warnings; empty where there are none."""
    if not scene.captions:
        return (0.0, 0.0, 0.0, 0.0)
    width, height = _captions(scene).size_px
    left, bottom = scene.text_px // 2, scene.frame_size_px[1] - timeline_height_px(scene) - scene.text_px // 2
    return left, bottom - height, left + width, bottom


def _captions(scene: Scene) -> Sprite:
    size = scene.small_px
    columns = max(12, int(1.8 * (scene.frame_size_px[0] - 2 * size) / size))
    lines = tuple(line for caption in scene.captions for line in textwrap.wrap(caption, columns))
    return text_panel(lines, size, _GROUND)


def draw_tag(rgb: ByteImage, scene: Scene, marker: Marker, brief: bool = False) -> None:
    """Draw the words of a landing ahead of the shank, or behind it where there is no room.

    The far foot's words stand above the near foot's, since on a treadmill both land in one place. ``brief`` leaves
    the degrees alone: an inset says the rest.
    """
    shank = marker.step.landing.shank_angle_deg
    if brief and not shank.known:
        return
    lines = (quantity(abs(round(shank.value)), 0, "deg"),) if brief else tag_lines(marker.step)
    sprite = text_panel(lines, scene.small_px, _GROUND, LIGHT_RGB, True)
    width, height = sprite.size_px
    y = round(float(marker.leg.ankle[1])) - height
    if marker.step.contact.side == "far":
        y -= height + scene.text_px // 4
    lowest = rgb.shape[0] - timeline_height_px(scene) - height
    lay(rgb, sprite, _tag_x(marker, width, rgb.shape[1], scene.text_px // 2), min(max(y, 0), lowest))


def _tag_x(marker: Marker, tag_width: int, frame_width: int, gap: int) -> int:
    shank_x = [float(point[0]) for point in (marker.leg.knee, marker.leg.ankle, landed_ankle(marker.step, marker.leg))]
    on_right, on_left = round(max(shank_x)) + gap, round(min(shank_x)) - gap - tag_width
    ahead, behind = (on_right, on_left) if marker.facing > 0 else (on_left, on_right)
    fits = [x for x in (ahead, behind) if 0 <= x <= frame_width - tag_width]
    return fits[0] if fits else min(max(ahead, 0), max(0, frame_width - tag_width))


def timeline_height_px(scene: Scene) -> int:
    """Return the height of the strip at the bottom."""
    return 2 * _row_px(scene) + scene.text_px // 2


def draw_timeline(rgb: ByteImage, scene: Scene, frame: int) -> None:
    """Draw the stances of both feet in their class's colour around the current moment."""
    height, width = timeline_height_px(scene), rgb.shape[1]
    strip = rgb[-height:]
    strip[:] = cv2.convertScaleAbs(strip, alpha=_TIMELINE_DIM)
    left, right = 2 * scene.text_px, width - _clock_width_px(scene)
    now = float(scene.playback_s[frame])
    start, span = _window(scene, now)
    per_second = (right - left) / span
    for foot_row, foot in enumerate(FEET):
        y = scene.text_px // 4 + foot_row * _row_px(scene)
        letter = text_panel((text(f"words.foot_letter.{foot}"),), round(0.8 * scene.text_px), (0, 0, 0, 0))
        top = rgb.shape[0] - height
        lay(rgb, letter, scene.text_px // 4, top + y + (_row_px(scene) - letter.size_px[1]) // 2)
        for box in _stances(scene, foot_row, start, span):
            _bar(strip, left + box[0] * per_second, left + box[1] * per_second, y, _row_px(scene), box[2])
    play_x = round(left + (now - start) * per_second)
    strip[:, max(0, play_x - scene.text_px // 16) : play_x + 1 + scene.text_px // 16] = LIGHT_RGB
    _draw_clock(rgb, scene, frame)


def _stances(scene: Scene, foot_row: int, start: float, span: float) -> list[tuple[float, float, str]]:
    """Return (from, to, class) of one foot's stances that overlap the window, seconds from its start."""
    inside = int(np.searchsorted(scene.playback_s[scene.contact_frames], start)) if scene.steps else 0
    # A foot stands once at a time, so of those that began before the window only its last one can reach in.
    before = (n for n in range(inside - 1, -1, -1) if scene.steps[n].contact.foot == FEET[foot_row])
    found: list[tuple[float, float, str]] = []
    for step in scene.steps[next(before, inside) :]:
        begin = float(scene.playback_s[step.contact_frame]) - start
        if begin > span:
            break
        if step.contact.foot == FEET[foot_row]:
            end_frame = step.contact_frame if step.toe_off_frame is None else step.toe_off_frame
            end = float(scene.playback_s[end_frame]) - start
            if end >= 0:
                found.append((max(0.0, begin), min(span, max(end, begin)), step.strike.type))
    return found


def _bar(strip: ByteImage, left: float, right: float, y: int, row_px: int, strike: str) -> None:
    gap = max(1, row_px // 6)
    strip[y + gap : y + row_px - gap, round(left) : max(round(right), round(left) + 2)] = STRIKE_RGB[strike]


def _window(scene: Scene, now: float) -> tuple[float, float]:
    """Return start and span (s of playback) of the timeline: all of a short clip, else around now."""
    end = float(scene.playback_s[-1])
    span = min(max(end, 1e-3), _TIMELINE_SPAN_S)
    return min(max(0.0, now - span / 2), max(0.0, end - span)), span


def _row_px(scene: Scene) -> int:
    return max(8, round(0.85 * scene.text_px))


def _clock_width_px(scene: Scene) -> int:
    return text_width_px(_clock(scene, -1), scene.text_px) + round(1.2 * scene.text_px)


def _clock(scene: Scene, frame: int) -> str:
    return quantity(float(scene.time_s[frame]), 2, "s")


def _draw_clock(rgb: ByteImage, scene: Scene, frame: int) -> None:
    sprite = text_panel((_clock(scene, frame),), scene.text_px, (0, 0, 0, 0))
    x = rgb.shape[1] - sprite.size_px[0]
    lay(rgb, sprite, x, rgb.shape[0] - (timeline_height_px(scene) + sprite.size_px[1]) // 2)


@lru_cache(maxsize=32)
def _counter_panel(names: tuple[str, ...], counts: Counts, headline: str, size: int) -> Sprite:
    row_px, first_px, column_px = round(1.35 * size), round(1.7 * size), round(3.3 * size)
    landings = sum(map(sum, counts))
    title = " · ".join(filter(None, (counted("video.counters", landings), headline)))
    width = max(first_px + column_px * len(names), text_width_px(title, size, bold=True)) + size
    image = panel(width, 4 * row_px + size // 2, size // 2, _GROUND)
    draw = ImageDraw.Draw(image)
    left, middle = size // 2, size // 4 + row_px // 2
    draw.text((left, middle), title, font=font(size, bold=True), fill=LIGHT_RGB, anchor="lm")
    for column, name in enumerate(names):
        x = left + first_px + column * column_px
        swatch = round(0.55 * size)
        top = middle + row_px - swatch // 2
        draw.rectangle((x, top, x + swatch, top + swatch), fill=STRIKE_RGB[name])
        short = text(f"video.short.{name}")
        draw.text((x + 1.5 * swatch, middle + row_px), short, font=font(size), fill=LIGHT_RGB, anchor="lm")
        for row in range(len(FEET)):
            number, y = str(counts[row][column]), middle + (row + 2) * row_px
            draw.text((x, y), number, font=font(size), fill=LIGHT_RGB, anchor="lm")
    for row, foot in enumerate(FEET):
        y, letter = middle + (row + 2) * row_px, text(f"words.foot_letter.{foot}")
        draw.text((left, y), letter, font=font(size, bold=True), fill=LIGHT_RGB, anchor="lm")
    return to_sprite(image)
