"""Small pictures with text, drawn once with Pillow and then laid over many frames."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from io import BytesIO

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from footstrike.report.style import LIGHT_RGB, Rgb

ByteImage = NDArray[np.uint8]
_SUPERSAMPLING = 4
_FONTS = files("footstrike.report.overlay") / "fonts"


@dataclass(frozen=True, slots=True, eq=False)
class Sprite:
    """A picture ready to be laid over a frame.

    ``ink`` is ``(h, w, 3)`` colour times opacity, ``rest`` is ``(h, w, 3)`` what shows through, 0–255.
    """

    ink: ByteImage
    rest: ByteImage

    @property
    def size_px(self) -> tuple[int, int]:
        """Width and height."""
        return self.ink.shape[1], self.ink.shape[0]


@lru_cache(maxsize=64)
def font(size_px: int, bold: bool = False) -> ImageFont.FreeTypeFont:
    """Return DejaVu Sans, which travels with footstrike and so is the same on every machine."""
    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    return ImageFont.truetype(BytesIO((_FONTS / name).read_bytes()), size_px)


def text_width_px(text: str, size_px: int, bold: bool = False) -> int:
    """Return the width of one line of text."""
    return round(font(size_px, bold).getlength(text))


def panel(width_px: int, height_px: int, radius_px: int, fill: tuple[int, int, int, int]) -> Image.Image:
    """Return a smooth rounded rectangle on a transparent ground; ``fill`` is red, green, blue, opacity."""
    if fill[3] == 0:  # the clock has such a ground, and is drawn anew for every frame
        return Image.new("RGBA", (width_px, height_px), fill)
    big = Image.new("L", (width_px * _SUPERSAMPLING, height_px * _SUPERSAMPLING))
    box = (0, 0, big.width - 1, big.height - 1)
    ImageDraw.Draw(big).rounded_rectangle(box, radius_px * _SUPERSAMPLING, fill=fill[3])
    image = Image.new("RGBA", (width_px, height_px), (*fill[:3], 0))
    image.putalpha(big.resize((width_px, height_px), Image.Resampling.BOX))
    return image


def to_sprite(image: Image.Image) -> Sprite:
    """Return an RGBA picture as a sprite."""
    rgba = np.asarray(image, dtype=np.uint16)
    alpha = rgba[..., 3:]
    ink = (rgba[..., :3] * alpha + 127) // 255
    rest = np.broadcast_to(255 - alpha, ink.shape)
    return Sprite(np.ascontiguousarray(ink, dtype=np.uint8), np.ascontiguousarray(rest, dtype=np.uint8))


def lay(rgb: ByteImage, sprite: Sprite, x_px: int, y_px: int) -> None:
    """Lay ``sprite`` over ``rgb`` in place with its top left corner at (x, y); cut off at the edges."""
    left, top = max(0, x_px), max(0, y_px)
    right = min(rgb.shape[1], x_px + sprite.size_px[0])
    bottom = min(rgb.shape[0], y_px + sprite.size_px[1])
    if right <= left or bottom <= top:
        return
    part = np.s_[top - y_px : bottom - y_px, left - x_px : right - x_px]
    under = cv2.multiply(rgb[top:bottom, left:right], sprite.rest[part], scale=1 / 255)
    rgb[top:bottom, left:right] = cv2.add(under, sprite.ink[part])


@lru_cache(maxsize=256)
def text_panel(
    lines: tuple[str, ...],
    size_px: int,
    fill: tuple[int, int, int, int],
    colour: Rgb = LIGHT_RGB,
    bold_first: bool = False,
) -> Sprite:
    """Return lines of text on a rounded ground; the first is bold and larger where asked."""
    fonts = [font(size_px, bold_first and number == 0) for number in range(len(lines))]
    pad, leading = round(0.45 * size_px), round(1.25 * size_px)
    widths = [face.getlength(line) for face, line in zip(fonts, lines, strict=True)]
    image = panel(round(max(widths)) + 2 * pad, leading * len(lines) + pad, round(0.4 * size_px), fill)
    draw = ImageDraw.Draw(image)
    for number, (face, line) in enumerate(zip(fonts, lines, strict=True)):
        middle_y = pad / 2 + leading * (number + 0.5)
        draw.text((pad, middle_y), line, font=face, fill=(*colour, 255), anchor="lm")
    return to_sprite(image)
