"""BlazePose's landmark network: a square picture in, landmarks in that square out.

What surrounds the network in MediaPipe's pose landmarker (Bazarevsky et al. 2020, arXiv:2006.10204) is done here and
in :mod:`footstrike.pose.region`, but for what footstrike has no use for: the mask of the person, which takes a third of
the time, and the filter that makes landmarks lag.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from footstrike.data import LANDMARK_COUNT, FloatArray
from footstrike.errors import LibraryError, ModelError
from footstrike.pose.models import ModelFile
from footstrike.quiet import quiet_native_stderr

if TYPE_CHECKING:
    from ai_edge_litert.interpreter import Interpreter

INPUT_PX = 256
HEAT_PX = 64
POINTS = LANDMARK_COUNT + 6
"""The network's points: landmarks, then the middle of the hips and the rim of the body's circle, then hands."""
HEAT_REACH_PX = 3
"""Points are moved to the middle of the heat within so many pixels of the heatmap."""
LEAST_HEAT = 0.5
"""Where no pixel is hotter than this (0 to 1), a point stays where it is."""
_LANDMARKS, _PRESENCE = (1, 5 * POINTS), (1, 1)
_HEAT, _WORLD = (1, HEAT_PX, HEAT_PX, POINTS), (1, 3 * POINTS)
_REACH = np.arange(-HEAT_REACH_PX, HEAT_REACH_PX + 1)


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """What the network says of one picture.

    Parameters
    ----------
    presence
        Whether there is a person, 0 to 1.
    points
        ``(39, 2)`` points, 0 to 1 from the picture's top left corner.
    visibility
        ``(39,)`` whether each point is seen, 0 to 1.
    world_m
        ``(39, 3)`` metric points around the middle of the hips.
    """

    presence: float
    points: FloatArray
    visibility: FloatArray
    world_m: FloatArray


class LandmarkNetwork:
    """A loaded network; serves one thread at a time.

    Raises
    ------
    ModelError
        If the file holds no BlazePose landmark network.
    LibraryError
        If the library that runs it cannot be loaded.
    """

    def __init__(self, file: ModelFile) -> None:
        self._interpreter = load_network(file)
        self._input = self._interpreter.get_input_details()[0]["index"]
        outputs = {tuple(o["shape"].tolist()): o["index"] for o in self._interpreter.get_output_details()}
        missing = {_LANDMARKS, _PRESENCE, _HEAT, _WORLD} - outputs.keys()
        if missing:
            raise ModelError(
                f"The pose model {file.path} is not BlazePose's: it has no output of shape {min(missing)}."
            )
        self._outputs = outputs

    def see(self, patch: NDArray[np.float32]) -> Seen:
        """Look at a ``(256, 256, 3)`` picture, red, green and blue from 0 to 1."""
        self._interpreter.set_tensor(self._input, patch[np.newaxis])
        self._interpreter.invoke()
        points = self._output(_LANDMARKS).reshape(POINTS, 5)
        return Seen(
            presence=float(self._output(_PRESENCE)[0]),
            points=to_heat(points[:, :2].astype(float) / INPUT_PX, self._output(_HEAT)),
            visibility=_share(points[:, 3].astype(float)),
            world_m=self._output(_WORLD).reshape(POINTS, 3).astype(float),
        )

    def _output(self, shape: tuple[int, ...]) -> Any:
        return self._interpreter.get_tensor(self._outputs[shape])[0]


def to_heat(points: FloatArray, heat: NDArray[np.float32]) -> FloatArray:
    """Move each point to the middle of the heat around it.

    Parameters
    ----------
    points : (N, 2) array
        From 0 to 1, x right and y down.
    heat : (H, W, N) array
        Logits, one map for each point.

    Returns
    -------
    (N, 2) array
        Points outside the map, and those in the cold, stay.
    """
    size = np.array([heat.shape[1], heat.shape[0]])
    column, row = np.trunc(points * size).astype(int).T
    inside = (column >= 0) & (column < size[0]) & (row >= 0) & (row < size[1])
    rows, columns = row[:, None, None] + _REACH[:, None], column[:, None, None] + _REACH[None, :]
    on_map = (rows >= 0) & (rows < size[1]) & (columns >= 0) & (columns < size[0])
    which = np.arange(len(points))[:, None, None]
    logits = heat[np.clip(rows, 0, size[1] - 1), np.clip(columns, 0, size[0] - 1), which]
    warmth = np.where(on_map, _share(logits.astype(float)), 0.0)
    moved = inside & (warmth.max(axis=(1, 2)) >= LEAST_HEAT)
    total = np.where(moved, warmth.sum(axis=(1, 2)), 1.0)
    middle = np.column_stack([(warmth * columns).sum(axis=(1, 2)), (warmth * rows).sum(axis=(1, 2))])
    return np.where(moved[:, None], middle / total[:, None] / size, points)


def _share(logit: FloatArray) -> FloatArray:
    return np.asarray(1 / (1 + np.exp(-np.clip(logit, -50, 50))))


def load_network(file: ModelFile) -> Interpreter:
    """Load what the file holds, to run in one thread; the errors are those of :class:`LandmarkNetwork`."""
    try:
        from ai_edge_litert.interpreter import Interpreter
    except (ImportError, OSError) as error:
        raise LibraryError(error) from None
    with quiet_native_stderr():
        try:
            interpreter = Interpreter(model_content=file.network(), num_threads=1)
            interpreter.allocate_tensors()
        except (RuntimeError, ValueError) as error:
            what = str(error).strip().partition("\n")[0]
            raise ModelError(
                f"The pose model {file.path} cannot be loaded ({what}); give a working .task bundle."
            ) from None
    return interpreter
