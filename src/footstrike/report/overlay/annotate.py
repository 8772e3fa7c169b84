"""One frame with everything drawn on it, and the picture of one landing."""

from __future__ import annotations

import cv2
import numpy as np

from footstrike.data import Step
from footstrike.report.overlay.hud import draw_captions, draw_counters, draw_tag, draw_timeline
from footstrike.report.overlay.inset import Inset, lay_inset
from footstrike.report.overlay.scene import Leg, Scene
from footstrike.report.overlay.skeleton import draw_landing, draw_leg, draw_skeleton
from footstrike.report.overlay.sprites import ByteImage
from footstrike.report.style import FAR_LEG_RGB, NEAR_LEG_RGB

PICTURE_SIZE_PX = (270, 360)
"""Width and height of the picture of a landing."""

_PICTURE_LEG_SHARE = 0.92
_PICTURE_FOOT_MARGIN = 0.1


def annotate_frame(
    rgb: ByteImage, frame_index: int, scene: Scene, inset: Inset | None = None, card: ByteImage | None = None
) -> None:
    """Draw skeleton, landings, counters, captions, timeline and the inset on one frame, in place.

    Parameters
    ----------
    rgb
        ``(H, W, 3)`` upright frame; changed in place.
    frame_index
        Its index in decoding order.
    scene
        From :func:`build_scene`.
    inset, card
        The landing foot enlarged, where there is one to show.
    """
    line_px = max(2.0, scene.text_px / 6)
    draw_skeleton(rgb, scene.points_px[frame_index], bool(scene.near_is_right[frame_index]), line_px)
    held = scene.held(frame_index)
    for marker in held:
        if frame_index <= marker.ghost_last:
            draw_landing(rgb, marker.step, marker.leg, line_px)
    draw_timeline(rgb, scene, frame_index)
    draw_counters(rgb, scene, frame_index)
    draw_captions(rgb, scene, frame_index)
    for marker in held:
        if inset is None or inset.step is marker.step:
            draw_tag(rgb, scene, marker, brief=inset is not None)
    if inset is not None and card is not None:
        lay_inset(rgb, inset, card)


def landing_picture(rgb: ByteImage, step: Step, leg: Leg) -> ByteImage:
    """Return a ``(360, 270, 3)`` picture of the landing leg, cut from the contact's own frame."""
    width, height = PICTURE_SIZE_PX
    scale = _PICTURE_LEG_SHARE * height / leg.length_px
    points = np.array([leg.hip, leg.knee, leg.ankle, leg.heel, leg.toe])
    left = round(float(points[1:, 0].mean()) - width / scale / 2)
    top = round(leg.ground_y_px - (1 - _PICTURE_FOOT_MARGIN) * height / scale)
    piece = _cut(rgb, left, top, round(width / scale), round(height / scale))
    smooth = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    picture = np.asarray(cv2.resize(piece, PICTURE_SIZE_PX, interpolation=smooth), dtype=np.uint8)
    moved = Leg(*((points - (left, top)) * scale))
    draw_leg(picture, moved, NEAR_LEG_RGB if step.contact.side == "near" else FAR_LEG_RGB, 3)
    draw_landing(picture, step, moved, 3)
    return picture


def _cut(rgb: ByteImage, left: int, top: int, width: int, height: int) -> ByteImage:
    """Return a box of the frame; what lies outside the frame is black."""
    piece = np.zeros((max(1, height), max(1, width), 3), dtype=np.uint8)
    x, y = max(0, left), max(0, top)
    inside = rgb[y : max(y, top + height), x : max(x, left + width)][: piece.shape[0], : piece.shape[1]]
    piece[y - top : y - top + inside.shape[0], x - left : x - left + inside.shape[1]] = inside
    return piece
