"""BlazePose: its detector finds people in a picture, its landmark network looks at each of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from footstrike.data import LANDMARK_COUNT, ModelInfo
from footstrike.memory import give_memory_back
from footstrike.pose.backend import PoseEstimate
from footstrike.pose.detector import PersonDetector
from footstrike.pose.models import find_detector, find_model
from footstrike.pose.network import INPUT_PX, LandmarkNetwork
from footstrike.pose.region import Region, region_of_body

LEAST_PRESENCE = 0.5
"""Below this, 0 to 1, nobody is in the region."""
_HIPS, _RIM = LANDMARK_COUNT, LANDMARK_COUNT + 1
"""The network's points that say where the whole body is."""


@dataclass(frozen=True, slots=True)
class BlazePose:
    """BlazePose, raw (unsmoothed).

    Parameters
    ----------
    model
        ``"lite"``, ``"full"``, ``"heavy"``, or the path of a Pose Landmarker bundle (.task).
    """

    model: str = "full"

    @property
    def name(self) -> str:
        """Name that is written beside the results."""
        return "BlazePose"

    def models(self) -> tuple[ModelInfo, ...]:
        """Return the models in use; raise :class:`ModelError` when one cannot be used."""
        return find_detector().info, find_model(self.model).info

    @contextmanager
    def open(self) -> Iterator[BlazePoseEstimator]:
        """Load both networks and yield an estimator, which works until the block is left."""
        give_memory_back()  # what an earlier pass has left lying about would add to what networks take
        estimator = BlazePoseEstimator(PersonDetector(find_detector()), LandmarkNetwork(find_model(self.model)))
        yield estimator
        estimator.close()
        give_memory_back()


class BlazePoseEstimator:
    """A loaded detector and a loaded landmark network."""

    def __init__(self, detector: PersonDetector, network: LandmarkNetwork) -> None:
        self._detector = detector
        self._network = network

    def close(self) -> None:
        """Let go of both networks, whoever still holds the estimator."""
        del self._detector, self._network

    def find(self, rgb: NDArray[np.uint8], *, thorough: bool = False) -> tuple[Region, ...]:
        """Return where people are in a ``(H, W, 3)`` picture, the clearest first."""
        return self._detector.search(rgb) if thorough else self._detector.people(rgb)

    def look(self, rgb: NDArray[np.uint8], region: Region) -> PoseEstimate | None:
        """Return the person in a region of a ``(H, W, 3)`` picture, ``None`` when nobody is there."""
        seen = self._network.see(region.cut(rgb, INPUT_PX))
        if seen.presence < LEAST_PRESENCE:
            return None
        xy_px = region.in_picture(seen.points)
        return PoseEstimate(
            xy_px=xy_px[:LANDMARK_COUNT],
            visibility=seen.visibility[:LANDMARK_COUNT],
            world_m=region.turned(seen.world_m[:LANDMARK_COUNT]),
            region=region_of_body(xy_px[_HIPS], xy_px[_RIM]),
        )
