"""BlazePose: MediaPipe finds the person, the landmark network looks at it from then on."""

from __future__ import annotations

import ctypes
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from footstrike.data import LANDMARK_COUNT, ModelInfo
from footstrike.errors import LibraryError, ModelError
from footstrike.pose.backend import PoseEstimate
from footstrike.pose.models import ModelFile, find_finder, find_model
from footstrike.pose.network import INPUT_PX, LandmarkNetwork
from footstrike.pose.quiet import quiet_native_stderr
from footstrike.pose.region import Region, region_around, region_of_body

if TYPE_CHECKING:
    from mediapipe.tasks.python.vision import PoseLandmarker

LEAST_PRESENCE = 0.5
"""Below this, 0 to 1, nobody is in the region."""
_HIPS, _RIM = LANDMARK_COUNT, LANDMARK_COUNT + 1
"""The network's points that say where the whole body is."""


@dataclass(frozen=True, slots=True)
class BlazePose:
    """BlazePose, raw (unsmoothed), one person.

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
        return find_finder().info, find_model(self.model).info

    @contextmanager
    def open(self) -> Iterator[BlazePoseEstimator]:
        """Load the network and yield an estimator; what finds people is loaded when it is first needed."""
        with _finder.used():
            yield BlazePoseEstimator(LandmarkNetwork(find_model(self.model)))
        _give_memory_back()


class BlazePoseEstimator:
    """One loaded network."""

    def __init__(self, network: LandmarkNetwork) -> None:
        self._network = network

    def find(self, rgb: NDArray[np.uint8]) -> Region | None:
        """Return where the clearest person is in a ``(H, W, 3)`` picture, ``None`` when nobody is seen."""
        roughly = _finder.find(rgb)
        estimate = None if roughly is None else self.look(rgb, roughly)
        return None if estimate is None else estimate.region

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


class _Finder:
    """MediaPipe's pose landmarker: finds somebody in a whole picture, for all threads in turn.

    Loaded when first needed, it takes as much memory as a network, so there is one, and only while it has users.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._users = 0
        self._landmarker: PoseLandmarker | None = None

    @contextmanager
    def used(self) -> Iterator[None]:
        """Keep what was loaded for as long as the block lasts."""
        with self._lock:
            self._users += 1
        try:
            yield
        finally:
            with self._lock:
                self._users -= 1
                if self._users == 0 and self._landmarker is not None:
                    with quiet_native_stderr():
                        self._landmarker.close()
                    self._landmarker = None

    def find(self, rgb: NDArray[np.uint8]) -> Region | None:
        """Return roughly where the clearest person is in a ``(H, W, 3)`` picture."""
        import mediapipe as mp

        image = mp.Image(image_format=mp.ImageFormat.SRGB, data=rgb)
        with self._lock, quiet_native_stderr():  # the last warning is written when it first finds somebody
            self._landmarker = self._landmarker or _create_landmarker(find_finder())
            result = self._landmarker.detect(image)
        if not result.pose_landmarks:
            return None
        size_px = (rgb.shape[1], rgb.shape[0])
        return region_around(np.array([(point.x, point.y) for point in result.pose_landmarks[0]]) * size_px)


_finder = _Finder()


def _create_landmarker(file: ModelFile) -> PoseLandmarker:
    # Importing MediaPipe takes most of a second, so only those who look for people pay for it.
    try:
        from mediapipe.tasks.python.core.base_options import BaseOptions
        from mediapipe.tasks.python.vision import PoseLandmarker, PoseLandmarkerOptions, RunningMode
    except ImportError as error:
        raise LibraryError(error) from None

    options = PoseLandmarkerOptions(
        base_options=BaseOptions(model_asset_path=str(file.path)), running_mode=RunningMode.IMAGE, num_poses=1
    )
    try:
        return PoseLandmarker.create_from_options(options)
    except OSError as error:  # the native library is only loaded now
        raise LibraryError(error) from None
    except (RuntimeError, ValueError) as error:
        what = str(error).strip().partition("\n")[0]
        raise ModelError(f"The pose model {file.path} cannot be loaded ({what}); reinstall footstrike.") from None


def _give_memory_back() -> None:
    """Return freed memory to the system where the C library (glibc) would keep it.

    Networks that are opened in several threads and closed leave it scattered over the pools of these threads.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if os.name == "posix" else None
    if trim is not None:
        trim(0)
