"""The landings as pictures: which ones, and how small."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping, Sequence
from typing import TypeVar

import numpy as np
from PIL import Image

from footstrike.data import FEET
from footstrike.report.overlay.scene import Scene
from footstrike.report.overlay.sprites import ByteImage

Item = TypeVar("Item")

PICTURES_PER_FOOT = 150
"""About a minute and three quarters of running; more would make the page too big to send."""
PICTURES_UP_TO_BYTES = 8_000_000
"""Of all pictures together, so that the page, in which they take a third more, stays below 15 MB."""
_JPEG_QUALITIES = (80, 65, 45, 25)


def steps_to_picture(scene: Scene) -> list[int]:
    """Return the numbers of the steps to show: at most 150 per foot, evenly picked."""
    numbers: list[int] = []
    for foot in FEET:
        mine = [marker.step.number for marker in scene.markers if marker.step.contact.foot == foot]
        numbers += evenly_picked(mine, PICTURES_PER_FOOT)
    return sorted(numbers)


def evenly_picked(items: Sequence[Item], most: int) -> list[Item]:
    """Return at most ``most`` of ``items``, evenly spread from first to last, in order."""
    if len(items) <= most:
        return list(items)
    return [items[round(place)] for place in np.linspace(0, len(items) - 1, most)]


def as_jpegs(pictures: Mapping[int, ByteImage]) -> dict[int, str]:
    """Return pictures as JPEG in base64, in the best quality in which all of them are small enough."""
    encoded: dict[int, bytes] = {}
    for quality in _JPEG_QUALITIES:
        encoded = {number: _jpeg(rgb, quality) for number, rgb in pictures.items()}
        if sum(map(len, encoded.values())) <= PICTURES_UP_TO_BYTES:
            break
    return {number: base64.b64encode(jpeg).decode("ascii") for number, jpeg in encoded.items()}


def _jpeg(rgb: ByteImage, quality: int) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(rgb).save(buffer, format="JPEG", quality=quality, optimize=True)
    return buffer.getvalue()
