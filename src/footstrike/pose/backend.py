"""What a pose backend is: a frozen value that can open an estimator."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from footstrike.data import FloatArray, ModelInfo
from footstrike.pose.region import Region


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
    region
        Where the person is, so where to look in the next picture, or again in this one.
    """

    xy_px: FloatArray
    visibility: FloatArray
    world_m: FloatArray
    region: Region


class PoseEstimator(Protocol):
    """Finds and looks at people in pictures; what it gives depends on nothing that it saw before."""

    def find(self, rgb: NDArray[np.uint8], *, thorough: bool) -> tuple[Region, ...]:
        """Return where people are in a ``(H, W, 3)`` picture; a ``thorough`` search finds small ones, too."""
        ...

    def look(self, rgb: NDArray[np.uint8], region: Region) -> PoseEstimate | None:
        """Return the person in a region of a ``(H, W, 3)`` picture, ``None`` when nobody is there."""
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
        """Load the models; an estimator serves one thread at a time."""
        ...
