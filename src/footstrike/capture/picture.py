"""Light and sharpness of the pictures, judged where the runner is."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from footstrike.data import FloatArray, PoseTrack
from footstrike.gait.signals import known_median
from footstrike.landmarks import LEGS
from footstrike.pose.parallel import TimedPicture

MOST_PICTURES = 15
"""So many are judged; they wait, coded, until it is known where the runner is."""

PATCH_FEET = 0.9
"""Half the width of the picture around a foot, in foot lengths."""
SMALLEST_FOOT_PX = 20.0
"""Smaller feet show no blur that could be told from coarseness."""
STEEPEST_ROWS = 75.0
"""Percentile, over the rows of pixels around a foot, of the steepest change from pixel to pixel: its edge."""
COARSE_PX = 100
"""So many pixels across a person tell how bright it is as well as all."""
_LUMA = np.array([0.299, 0.587, 0.114])


@dataclass(frozen=True, slots=True)
class PictureQuality:
    """Median over some pictures.

    Parameters
    ----------
    brightness
        Of the runner's surroundings, 0 (black) to 1 (white); NaN where these are outside the picture.
    smear_foot
        Width over which the edges of a swinging foot are smeared, in foot lengths; NaN where no foot was seen.
    """

    brightness: float
    smear_foot: float


Picture = TypeVar("Picture", bound=TimedPicture)


def spread_out(frames: Iterable[Picture], kept: list[Picture]) -> Iterator[Picture]:
    """Pass frames on, however many there are, and keep 8 to 15 of them, evenly spread (all of fewer)."""
    every = 1
    for number, frame in enumerate(frames):
        if number % every == 0:
            kept.append(frame)
        if len(kept) > MOST_PICTURES:
            del kept[1::2]
            every *= 2
        yield frame


def looks_at_pictures(frames: Iterable[TimedPicture], track: PoseTrack) -> tuple[PictureQuality, ...]:
    """Judge those frames of a track in which the runner was found."""
    return tuple(look_at_picture(frame.rgb, track.xy_px[frame.index]) for frame in frames if track.found[frame.index])


def picture_quality(looks: Sequence[PictureQuality]) -> PictureQuality | None:
    """Return the median of some pictures, ``None`` without any."""
    if not looks:
        return None
    return PictureQuality(
        brightness=known_median([look.brightness for look in looks]),
        smear_foot=known_median([look.smear_foot for look in looks]),
    )


def look_at_picture(rgb: NDArray[np.uint8], xy_px: FloatArray) -> PictureQuality:
    """Judge one picture of shape (H, W, 3) with landmarks (33, 2)."""
    low, high = np.floor(xy_px.min(axis=0)).astype(int), np.ceil(xy_px.max(axis=0)).astype(int)
    every = max(1, int((high - low).min()) // COARSE_PX)
    around = _cut(rgb, low, high)[::every, ::every]
    return PictureQuality(
        brightness=float((around @ _LUMA).mean() / 255) if around.size else math.nan,
        smear_foot=_smear_foot(rgb, xy_px),
    )


def _smear_foot(rgb: NDArray[np.uint8], xy_px: FloatArray) -> float:
    """Return how far the edges of the higher foot, which swings, are smeared sideways."""
    leg = min(LEGS.values(), key=lambda leg: xy_px[leg.ankle, 1])
    heel, toe = xy_px[leg.heel], xy_px[leg.toe]
    foot_px = float(np.hypot(*(toe - heel)))
    if foot_px < SMALLEST_FOOT_PX:
        return math.nan
    middle, reach = (heel + toe) / 2, PATCH_FEET * foot_px
    grey = _cut(rgb, np.floor(middle - reach).astype(int), np.ceil(middle + reach).astype(int)) @ _LUMA
    if min(grey.shape) < SMALLEST_FOOT_PX:
        return math.nan
    steepest = float(np.percentile(np.abs(np.diff(grey, axis=1)).max(axis=1), STEEPEST_ROWS))
    contrast = float(np.ptp(np.percentile(grey, (5, 95))))
    return contrast / max(steepest, 1.0) / foot_px


def _cut(rgb: NDArray[np.uint8], low: NDArray[np.intp], high: NDArray[np.intp]) -> NDArray[np.uint8]:
    """Return the part of a picture between two corners (x, y), as far as it is inside."""
    (x0, y0), (x1, y1) = np.maximum(low, 0), np.maximum(high, 0)
    return rgb[y0 : y1 + 1, x0 : x1 + 1]
