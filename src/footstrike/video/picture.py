"""From a coded frame to an upright RGB picture with square pixels."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from av.sidedata.sidedata import Type as SideDataType
from av.video.frame import VideoFrame
from av.video.reformatter import Colorspace, VideoReformatter
from av.video.stream import VideoStream
from numpy.typing import NDArray

RgbArray = NDArray[np.uint8]

HD_HEIGHT_PX = 720
"""From this height on, pictures that do not name their colour matrix are taken as BT.709."""
_UNSPECIFIED_COLORSPACE = 2
_SQUARE_SLACK = Fraction(1, 200)
"""A pixel this near to square is left alone: it turns no angle by more than 0.15 degrees."""
_WIDEST_PIXEL = 4
"""No camera writes a more extreme pixel shape; beyond it the header is wrong."""
_of_thread = threading.local()


def usual_colorspace(height_px: int) -> Colorspace:
    """Return the colour matrix that players assume where none is named."""
    return Colorspace.ITU709 if height_px >= HD_HEIGHT_PX else Colorspace.ITU601


@dataclass(frozen=True, slots=True)
class Geometry:
    """How coded frames become upright ones.

    ``square_width_px`` and ``square_height_px`` are the size before turning; a ``mirrored`` picture is
    turned round left to right first; ``rotation_deg`` is the clockwise turn.
    """

    square_width_px: int
    square_height_px: int
    rotation_deg: int
    mirrored: bool = False

    @property
    def upright_size_px(self) -> tuple[int, int]:
        """Upright (width, height)."""
        size = (self.square_width_px, self.square_height_px)
        return size if self.rotation_deg % 180 == 0 else size[::-1]


def geometry_of(frame: VideoFrame, stream: VideoStream) -> Geometry:
    """Read the geometry from a decoded frame and its stream."""
    ratio = stream.sample_aspect_ratio or Fraction(1)
    if abs(ratio - 1) <= _SQUARE_SLACK or not Fraction(1, _WIDEST_PIXEL) <= ratio <= _WIDEST_PIXEL:
        ratio = Fraction(1)
    return Geometry(round(frame.width * ratio), frame.height, *_orientation(frame))


def _orientation(frame: VideoFrame) -> tuple[int, bool]:
    """Return the clockwise turn (degrees) that makes a frame upright, and whether it is mirrored before."""
    # The library gives the turn counter-clockwise, between -180 and 180 degrees, and does not look for mirrors.
    turn_deg = round(-frame.rotation / 90) * 90 % 360
    side_data: Any = frame.side_data  # whose published type is that of another mapping
    if SideDataType.DISPLAYMATRIX not in side_data:
        return turn_deg, False
    matrix = np.frombuffer(side_data[SideDataType.DISPLAYMATRIX], np.int32).reshape(3, 3)
    (a, b), (c, d) = matrix[:2, :2].astype(float)
    if a * d - b * c >= 0:
        return turn_deg, False
    return round(np.degrees(np.arctan2(-b, -a)) / 90) * 90 % 360, True


def upright_rgb(frame: VideoFrame, geometry: Geometry) -> RgbArray:
    """Return the ``(H, W, 3)`` upright picture, contiguous in memory."""
    unnamed = frame.colorspace == _UNSPECIFIED_COLORSPACE
    # One thread: with more, starting and stopping them costs five times what the conversion does.
    rgb = (
        _converter()
        .reformat(
            frame,
            width=geometry.square_width_px,
            height=geometry.square_height_px,
            format="rgb24",
            src_colorspace=usual_colorspace(frame.height) if unnamed else None,
            threads=1,
        )
        .to_ndarray()
    )
    if geometry.mirrored:
        rgb = rgb[:, ::-1]
    return np.ascontiguousarray(np.rot90(rgb, k=-geometry.rotation_deg // 90))


def _converter() -> VideoReformatter:
    """Return this thread's converter, whose tables take a quarter of the time of a conversion to make.

    The frame's own would be shared by all threads that look at it.
    """
    if not hasattr(_of_thread, "converter"):
        _of_thread.converter = VideoReformatter()
    converter: VideoReformatter = _of_thread.converter
    return converter
