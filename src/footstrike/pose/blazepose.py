"""BlazePose through MediaPipe's Pose Landmarker."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from footstrike.data import ModelInfo
from footstrike.errors import LibraryError, ModelError
from footstrike.pose.backend import PoseEstimate
from footstrike.pose.models import ModelFile, find_model
from footstrike.pose.quiet import quiet_native_stderr

if TYPE_CHECKING:
    from mediapipe.tasks.python.vision import PoseLandmarker

# MediaPipe smooths landmarks with a causal One-Euro filter whose strength depends on the time between
# frames: with true times the feet of a runner lag by 6 to 11 px. Frames that claim to be far apart
# pass through it unsmoothed, while following the person from frame to frame still works. The times
# that count are kept in the track, exact.
_CLAIMED_INTERVAL_MS = 100_000


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
        """Return the bundle in use; raise :class:`ModelError` when it cannot be used."""
        return (find_model(self.model).info,)

    @contextmanager
    def open(self) -> Iterator[BlazePoseEstimator]:
        """Load the bundle and yield an estimator for one video."""
        file = find_model(self.model)
        with quiet_native_stderr():
            landmarker = _create_landmarker(file)
        try:
            yield BlazePoseEstimator(landmarker)
        finally:
            with quiet_native_stderr():
                landmarker.close()
            _give_memory_back()


class BlazePoseEstimator:
    """One loaded landmarker, following one person through one video."""

    def __init__(self, landmarker: PoseLandmarker) -> None:
        self._landmarker = landmarker
        self._frames = 0
        self._warmed_up = False

    def estimate(self, rgb: NDArray[np.uint8]) -> PoseEstimate | None:
        """Return the person in the next ``(H, W, 3)`` picture, or ``None`` when nobody is seen."""
        self._frames += 1
        if self._warmed_up:
            result = self._detect(rgb)
        else:
            # The library writes its last warning to the screen when it first follows a person.
            with quiet_native_stderr():
                result = self._detect(rgb)
            self._warmed_up = bool(result.pose_landmarks)
        return _estimate(result, rgb.shape[1], rgb.shape[0])

    def _detect(self, rgb: NDArray[np.uint8]) -> Any:
        import mediapipe as mp

        image = mp.Image(image_format=mp.ImageFormat.SRGB, data=rgb)
        return self._landmarker.detect_for_video(image, self._frames * _CLAIMED_INTERVAL_MS)


def _create_landmarker(file: ModelFile) -> PoseLandmarker:
    # Importing MediaPipe takes most of a second, so only those who look for poses pay for it.
    try:
        from mediapipe.tasks.python.core.base_options import BaseOptions
        from mediapipe.tasks.python.vision import PoseLandmarker, PoseLandmarkerOptions, RunningMode
    except ImportError as error:
        raise LibraryError(error) from None

    options = PoseLandmarkerOptions(
        base_options=BaseOptions(model_asset_path=str(file.path)), running_mode=RunningMode.VIDEO, num_poses=1
    )
    try:
        return PoseLandmarker.create_from_options(options)
    except OSError as error:  # the native library is only loaded now
        raise LibraryError(error) from None
    except (RuntimeError, ValueError) as error:
        what = str(error).strip().partition("\n")[0]
        raise ModelError(
            f"The pose model {file.path} cannot be loaded ({what}); give a working .task bundle."
        ) from None


def _give_memory_back() -> None:
    """Return freed memory to the system where the C library (glibc) would keep it.

    Landmarkers that are opened and closed in several threads leave it scattered over the pools of
    these threads: measured, 500 MB after twelve heavy ones.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if os.name == "posix" else None
    if trim is not None:
        trim(0)


def _estimate(result: Any, width_px: int, height_px: int) -> PoseEstimate | None:
    if not result.pose_landmarks:
        return None
    image, world = result.pose_landmarks[0], result.pose_world_landmarks[0]
    return PoseEstimate(
        xy_px=np.array([(point.x * width_px, point.y * height_px) for point in image]),
        visibility=np.array([point.visibility for point in image]),
        world_m=np.array([(point.x, point.y, point.z) for point in world]),
    )
