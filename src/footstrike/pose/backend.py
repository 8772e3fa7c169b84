"""What a pose backend is: a frozen value that can open an estimator."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from footstrike.data import FloatArray, ModelInfo


@dataclass(frozen=True, slots=True, eq=False)
class PoseEstimate:
    """The landmarks of one person in one picture.

    Parameters
    ----------
    xy_px
        ``(33, 2)`` image coordinates, y down.
    visibility
        ``(33,)`` the model's own confidence, 0 to 1.
    world_m
        ``(33, 3)`` metric landmarks around the middle of the hips.
    """

    xy_px: FloatArray
    visibility: FloatArray
    world_m: FloatArray


class PoseEstimator(Protocol):
    """Finds one person in the pictures of a video, given in order."""

    def estimate(self, rgb: NDArray[np.uint8]) -> PoseEstimate | None:
        """Return the person in the next ``(H, W, 3)`` picture, or ``None`` when nobody is seen."""
        ...


class PoseBackend(Protocol):
    """A pose model and its parameters; a frozen dataclass."""

    @property
    def name(self) -> str:
        """Name that is written beside the results."""
        ...

    def models(self) -> tuple[ModelInfo, ...]:
        """Return the models that take part; raise ``ModelError`` when one cannot be used."""
        ...

    def open(self) -> AbstractContextManager[PoseEstimator]:
        """Load the models; an estimator serves one video and one thread at a time."""
        ...
