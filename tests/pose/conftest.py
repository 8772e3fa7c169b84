"""Frames and a pose backend that need no camera and no model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from footstrike.data import FloatArray, ModelInfo, PoseTrack, VideoInfo
from footstrike.pose import PoseBackend, PoseEstimate, Region, follow_people
from footstrike.pose.parallel import OnFrame, TimedPicture

REPOSITORY = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Picture:
    """A frame whose brightness tells its number; number 0 is black and shows nobody."""

    index: int
    time_s: float
    rgb: np.ndarray

    @property
    def size_px(self) -> tuple[int, int]:
        return self.rgb.shape[1], self.rgb.shape[0]


def pictures(count: int, size: tuple[int, int] = (40, 30)) -> list[Picture]:
    return [
        Picture(number, number / 30, np.full((size[1], size[0], 3), number, dtype=np.uint8)) for number in range(count)
    ]


@dataclass(frozen=True)
class BrightnessBackend:
    """Finds a person whose landmarks all lie at (brightness / 3, brightness) and nobody in the dark."""

    name: str = "brightness"
    calls: list[int] = field(default_factory=list, compare=False)
    regions: list[Region] = field(default_factory=list, compare=False)

    def models(self) -> tuple[ModelInfo, ...]:
        return (ModelInfo(self.name, "0" * 64),)

    @contextmanager
    def open(self) -> Iterator[BrightnessBackend]:
        yield self

    def find(self, rgb: np.ndarray, *, thorough: bool) -> tuple[Region, ...]:
        return (Region(1, 2, 3, 0),) if rgb.any() else ()

    def look(self, rgb: np.ndarray, region: Region) -> PoseEstimate | None:
        brightness = float(rgb.mean())
        self.calls.append(round(brightness))
        self.regions.append(region)
        if brightness == 0:
            return None
        xy_px: FloatArray = np.tile([brightness / 3, brightness], (33, 1))
        next_region = Region(brightness, 2, 3, 0.25)
        return PoseEstimate(xy_px, np.full(33, brightness / 300), np.full((33, 3), brightness / 7), next_region)


def track_poses(
    frames: Iterable[TimedPicture],
    backend: PoseBackend,
    on_frame: OnFrame | None = None,
    *,
    every: int = 1,
    jobs: int = 1,
) -> PoseTrack:
    """Return the track of the largest person."""
    return follow_people(frames, backend, on_frame, every=every, jobs=jobs).track(0)


@pytest.fixture
def track() -> PoseTrack:
    """Five frames, nobody in the second, the last three refined."""
    rng = np.random.default_rng(1)

    def single(*shape: int) -> FloatArray:
        return rng.random(shape, dtype=np.float32).astype(float)

    xy_px, refined = single(5, 33, 2) * 100, single(5, 33, 2) * 100
    xy_px[1], refined[:2] = np.nan, np.nan
    return PoseTrack(
        time_s=np.array([0, 0.1, 0.2, 0.35, 0.4]),
        xy_px=xy_px.astype(np.float32),
        visibility=single(5, 33),
        frame_size_px=(120, 80),
        backend="BlazePose",
        models=(ModelInfo("pose_landmarks_full", "a" * 64), ModelInfo("pose_landmarks_heavy", "b" * 64)),
        world_m=single(5, 33, 3),
        refined_xy_px=refined.astype(np.float32),
        refined_visibility=single(5, 33),
        refined_shoulders_m=np.array([[np.nan] * 2] * 2 + [[0.25, -0.125]] * 3),
        shoe_turn_deg=np.array([np.nan, np.nan, 12.5, 3.25, 0.0]),
        region=single(5, 4),
    )


@pytest.fixture
def video_info(track: PoseTrack) -> VideoInfo:
    return VideoInfo(
        name="läufer 1.mp4",
        sha256="c" * 64,
        size_bytes=12345,
        width_px=120,
        height_px=80,
        presentation_time_s=track.time_s,
        stored_rate_hz=Fraction(30000, 1001),
        rotation_deg=90,
        variable_rate=True,
        codec="hevc",
        damaged_packets=2,
        truncated=True,
    )
