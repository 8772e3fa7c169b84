"""BlazePose's detector: a whole picture in, the people in it out.

What surrounds the network in MediaPipe's pose landmarker (Bazarevsky et al. 2020, arXiv:2006.10204; single-shot
detection as Liu et al. 2016, arXiv:1512.02325) is done here, for everybody in the picture rather than the clearest one.
"""

from __future__ import annotations

import math
from functools import cache
from itertools import product
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from footstrike.data import FloatArray
from footstrike.errors import ModelError
from footstrike.pose.models import ModelFile
from footstrike.pose.network import load_network
from footstrike.pose.region import Region, region_of_body

if TYPE_CHECKING:
    from footstrike.data import BoolArray

INPUT_PX = 224
ANCHOR_GRIDS = ((28, 2), (14, 2), (7, 6))
"""Points along each side of a grid over the picture, and how many guesses the network makes at each point."""
LEAST_SCORE = 0.5
SAME_HEAD = 0.3
"""Guesses whose boxes share more than this part of their union mean the same person."""
_GUESSES = sum(side**2 * guesses for side, guesses in ANCHOR_GRIDS)
_BOXES, _SCORES = (1, _GUESSES, 12), (1, _GUESSES, 1)


class PersonDetector:
    """A loaded detector; serves one thread at a time.

    Raises
    ------
    ModelError
        If the file holds no BlazePose detector.
    LibraryError
        If the library that runs it cannot be loaded.
    """

    def __init__(self, file: ModelFile) -> None:
        self._interpreter = load_network(file)
        self._input = self._interpreter.get_input_details()[0]["index"]
        self._outputs = {tuple(o["shape"].tolist()): o["index"] for o in self._interpreter.get_output_details()}
        if {_BOXES, _SCORES} - self._outputs.keys():
            raise ModelError(f"The model {file.path} is not BlazePose's detector.")

    def search(self, rgb: NDArray[np.uint8]) -> tuple[Region, ...]:
        """Return where people are in a ``(H, W, 3)`` picture; where they are too small to be found, look at its parts.

        Parts are overlapping squares, as high as the picture and, where nobody is in these either, half as high.
        """
        found = self.people(rgb)
        side_px = min(rgb.shape[:2])
        for part_px in (side_px, side_px // 2):
            if found or part_px < INPUT_PX / 2:
                break
            corners = product(_starts(rgb.shape[1], part_px), _starts(rgb.shape[0], part_px))
            parts = ((x, y, rgb[y : y + part_px, x : x + part_px]) for x, y in corners)
            found = tuple(region.moved(x, y) for x, y, part in parts for region in self.people(part))
        return found

    def people(self, rgb: NDArray[np.uint8]) -> tuple[Region, ...]:
        """Return where people are in a ``(H, W, 3)`` picture, the clearest first."""
        picture, scale, margin_px = _framed(rgb)
        self._interpreter.set_tensor(self._input, picture[np.newaxis])
        self._interpreter.invoke()
        guesses = self._interpreter.get_tensor(self._outputs[_BOXES])[0].astype(float)
        scores = self._interpreter.get_tensor(self._outputs[_SCORES])[0, :, 0].astype(float)
        points_px = [(body * INPUT_PX - margin_px) / scale for body in bodies(guesses, scores)]
        return tuple(region_of_body(hips, rim) for hips, rim in points_px)


def _starts(length_px: int, part_px: int) -> list[int]:
    """Return where parts begin that cover a length and overlap by half, or nearly."""
    parts = max(1, math.ceil(2 * length_px / part_px) - 1)
    return [round(start) for start in np.linspace(0, length_px - part_px, parts)]


def _framed(rgb: NDArray[np.uint8]) -> tuple[NDArray[np.float32], float, FloatArray]:
    """Return the picture, -1 to 1, in the middle of a black square, how it was scaled and the margins (x, y) in px."""
    height, width = rgb.shape[:2]
    scale = INPUT_PX / max(height, width)
    size = max(round(width * scale), 1), max(round(height * scale), 1)
    left, top = ((INPUT_PX - length) // 2 for length in size)
    square = np.full((INPUT_PX, INPUT_PX, 3), -1, np.float32)
    small = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA)
    square[top : top + size[1], left : left + size[0]] = small / np.float32(127.5) - 1
    return square, scale, np.array([left, top], float)


def bodies(guesses: FloatArray, logits: FloatArray) -> FloatArray:
    """Return the people that a detector's outputs mean.

    Parameters
    ----------
    guesses : (2254, 12) array
        Middle, width and height of the box around the head, then four points, each as pixels from the anchor.
    logits : (2254,) array
        How sure the network is of each guess.

    Returns
    -------
    (N, 2, 2) array
        For each person, the surest first, the middle of the hips and the rim of the body's circle,
        0 to 1 from the top left corner of the square.
    """
    score = np.asarray(1 / (1 + np.exp(-np.clip(logits, -50, 50))))
    likely = np.flatnonzero(score >= LEAST_SCORE)
    likely = likely[np.argsort(-score[likely], kind="stable")]
    anchor, guess = anchors()[likely], guesses[likely] / INPUT_PX
    middle, half = guess[:, :2] + anchor, guess[:, 2:4] / 2
    points = guess[:, 4:8].reshape(-1, 2, 2) + anchor[:, None]
    return _merged(np.hstack([middle - half, middle + half]), points, score[likely])


def _merged(box: FloatArray, points: FloatArray, score: FloatArray) -> FloatArray:
    """Take guesses that mean the same person together, each with the weight of its score."""
    people: list[FloatArray] = []
    left: BoolArray = np.ones(len(score), bool)
    while left.any():
        surest = int(np.argmax(left))
        same = left & (_shared(box[surest], box) > SAME_HEAD)
        same[surest] = True
        people.append(np.average(points[same], axis=0, weights=score[same]))
        left = left & ~same
    return np.array(people).reshape(-1, 2, 2)


def _shared(box: FloatArray, others: FloatArray) -> FloatArray:
    """Return the area that a box shares with each of ``(N, 4)`` others, over that of their union."""
    sides = np.minimum(box[2:], others[:, 2:]) - np.maximum(box[:2], others[:, :2])
    shared = np.prod(np.maximum(sides, 0), axis=1)
    union = np.prod(box[2:] - box[:2]) + np.prod(others[:, 2:] - others[:, :2], axis=1) - shared
    return np.asarray(shared / np.maximum(union, np.finfo(float).tiny))


@cache
def anchors() -> FloatArray:
    """Return the points that guesses are relative to, ``(2254, 2)``, 0 to 1, row by row."""
    grids = []
    for side, guesses in ANCHOR_GRIDS:
        along = (np.arange(side) + 0.5) / side
        down, right = np.meshgrid(along, along, indexing="ij")
        grids.append(np.repeat(np.column_stack([right.ravel(), down.ravel()]), guesses, axis=0))
    return np.vstack(grids)
