"""Chunks, workers and their ends, with an estimator whose answers tell how it was asked."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from footstrike.data import ModelInfo, PoseTrack
from footstrike.errors import ModelError, VideoError
from footstrike.pose import BlazePose, PoseEstimate, Region, refine
from footstrike.pose.parallel import (
    CHUNK_FRAMES,
    LARGE_CHUNK_FRAMES,
    LOOSE_CHUNK_FRAMES,
    chunk_frames,
    in_chunks,
    most_waiting,
)
from footstrike.video import open_video

from .conftest import Picture, pictures, track_poses


@dataclass
class Remembering:
    """Answers with the brightness and how often the person was looked at since found, up to three times."""

    spoilt_at: int = -1

    def find(self, rgb: np.ndarray, *, thorough: bool) -> tuple[Region, ...]:
        return (Region(0, 0, 1, 0),)

    def look(self, rgb: np.ndarray, region: Region) -> PoseEstimate:
        brightness = float(rgb.flat[0])
        if brightness == self.spoilt_at:
            raise ModelError("The model broke; mend it.")
        xy_px = np.tile([brightness, region.x_px], (33, 1)).astype(float)
        return PoseEstimate(xy_px, np.full(33, 0.5), np.zeros((33, 3)), Region(min(region.x_px + 1, 3), 0, 1, 0))


@dataclass(frozen=True)
class RememberingBackend:
    spoilt_at: int = -1
    opened: list[Remembering] = field(default_factory=list, compare=False)
    closed: list[Remembering] = field(default_factory=list, compare=False)
    name: str = "remembering"

    def models(self) -> tuple[ModelInfo, ...]:
        return (ModelInfo(self.name, "0" * 64),)

    @contextmanager
    def open(self) -> Iterator[Remembering]:
        self.opened.append(Remembering(self.spoilt_at))
        try:
            yield self.opened[-1]
        finally:
            self.closed.append(self.opened[-1])


def chunks_of(count: int, *, follows: bool) -> list[tuple[list[int], list[int]]]:
    """Borrowed and fresh frames of every chunk of ten."""
    visits = list(in_chunks(pictures(count), 10, follows))
    numbers = sorted({visit.chunk for visit in visits})
    return [
        (
            [visit.frame.index for visit in visits if visit.chunk == number and not visit.fresh],
            [visit.frame.index for visit in visits if visit.chunk == number and visit.fresh],
        )
        for number in numbers
    ]


def pose_threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("pose")]


def test_chunks_of_a_whole_video() -> None:
    assert chunks_of(25, follows=True) == [
        ([], list(range(10))),
        ([9], list(range(10, 20))),
        ([19], list(range(20, 25))),
    ]
    assert chunks_of(12, follows=False) == [([], list(range(10))), ([], [10, 11])]
    assert chunks_of(0, follows=True) == []


def test_large_pictures_have_short_chunks() -> None:
    assert chunk_frames((1920, 1080), True) == chunk_frames((1080, 1920), True) == CHUNK_FRAMES
    assert chunk_frames((3840, 2160), True) == LARGE_CHUNK_FRAMES
    assert chunk_frames((1920, 1080), False) == chunk_frames((3840, 2160), False) == LOOSE_CHUNK_FRAMES


@given(st.integers(0, 60), st.integers(1, 30), st.booleans())
def test_every_frame_is_fresh_once_and_in_order(count: int, length: int, follows: bool) -> None:
    visits = list(in_chunks(pictures(count), length, follows))
    assert [visit.frame.index for visit in visits if visit.fresh] == list(range(count))
    for before, visit in pairwise(visits):
        if not before.fresh:
            assert before.chunk == visit.chunk
            assert visit.frame.index == before.frame.index + 1


def tracked(count: int, jobs: int, seen: list[int] | None = None) -> PoseTrack:
    on_frame = None if seen is None else seen.append
    return track_poses(pictures(count), RememberingBackend(), on_frame, jobs=jobs)


def test_a_person_is_followed_from_the_second_frame_on_whoever_works() -> None:
    for jobs in (1, 2, 5):
        seen: list[int] = []
        track = tracked(200, jobs, seen)
        assert seen == list(range(200))
        np.testing.assert_array_equal(track.xy_px[:, 0, 0], np.arange(200))
        np.testing.assert_array_equal(track.xy_px[:, 0, 1], np.where(np.arange(200) > 0, 3, 2))


@pytest.mark.parametrize("jobs", [1, 3])
def test_chosen_frames_are_refined_whoever_works(jobs: int) -> None:
    frames = pictures(200)
    wanted = [*frames[3:8], *frames[12:15], *frames[20:110], *frames[115:116], *frames[120:200]]
    refined = refine(tracked(200, 1), wanted, RememberingBackend(), np.ones(200, dtype=bool), jobs=jobs)
    numbers = [frame.index for frame in wanted]
    assert np.flatnonzero(refined.refined).tolist() == numbers
    assert refined.refined_xy_px is not None
    np.testing.assert_array_equal(refined.refined_xy_px[numbers, 0, 0], numbers)


@pytest.mark.parametrize("jobs", [1, 2, 4])
def test_each_worker_opens_one_estimator(jobs: int) -> None:
    backend = RememberingBackend()
    track_poses(pictures(250), backend, jobs=jobs)
    assert 1 <= len(backend.opened) <= jobs
    assert len(backend.closed) == len(backend.opened)


def test_no_frames_and_no_worker_left() -> None:
    backend = RememberingBackend()
    assert np.isnan(refine(tracked(5, 1), [], backend, np.ones(5, dtype=bool), jobs=2).refined_xy_px).all()
    assert not backend.opened
    assert not pose_threads()


@pytest.mark.parametrize("spoilt_at", [0, 60, 149])
def test_an_error_in_a_worker_surfaces_and_ends_all(spoilt_at: int) -> None:
    backend = RememberingBackend(spoilt_at)
    with pytest.raises(ModelError, match="mend it"):
        track_poses(pictures(150), backend, jobs=3)
    assert len(backend.closed) == len(backend.opened)
    assert not pose_threads()


def test_an_error_in_the_reading_ends_all_workers() -> None:
    def broken() -> Iterator[Picture]:
        yield from pictures(130)
        raise VideoError("The disk is gone; bring it back.")

    backend = RememberingBackend()
    with pytest.raises(VideoError, match="bring it back"):
        track_poses(broken(), backend, jobs=2)
    assert len(backend.closed) == len(backend.opened)
    assert not pose_threads()


def test_a_caller_who_stops_ends_all_workers() -> None:
    class Stopped(BaseException):
        pass

    def stop(frame: int) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        track_poses(pictures(200), RememberingBackend(), stop, jobs=2)
    assert not pose_threads()


class Tracked(np.ndarray):
    """An array that can be counted while it lives."""


@pytest.mark.parametrize("jobs", [2, 4])
def test_few_frames_wait_in_memory(jobs: int) -> None:
    alive = 0
    most = 0
    lock = threading.Lock()

    def gone() -> None:
        nonlocal alive
        with lock:
            alive -= 1

    def source(count: int) -> Iterator[Picture]:
        nonlocal alive, most
        for number in range(count):
            rgb = np.full((2, 2, 3), number % 200, dtype=np.uint8).view(Tracked)
            weakref.finalize(rgb, gone)
            with lock:
                alive += 1
                most = max(most, alive)
            yield Picture(number, number / 30, rgb)
            del rgb

    track_poses(source(900), RememberingBackend(), jobs=jobs)
    borrowed, at_hand = 1, 2
    assert most_waiting(CHUNK_FRAMES, jobs) / 2 < most <= most_waiting(CHUNK_FRAMES, jobs) + jobs + borrowed + at_hand


@pytest.mark.slow
def test_the_real_model_finds_the_same_with_any_number_of_workers() -> None:
    path = Path(__file__).resolve().parents[2] / "sample_videos" / "forefoot_left_120fps.mp4"
    tracks = []
    for jobs in (1, 2, 3):
        with open_video(path) as reader:
            track = track_poses(reader.frames(range(140)), BlazePose("lite"), jobs=jobs)
            chosen = [*range(20, 40), *range(50, 135)]
            closer = np.isin(np.arange(140), chosen[::2])
            tracks.append(refine(track, reader.frames(chosen), BlazePose("full"), closer, jobs=jobs))
    for track in tracks[1:]:
        for name in ("xy_px", "visibility", "world_m", "camera_px", "region", "refined_xy_px"):
            np.testing.assert_array_equal(getattr(track, name), getattr(tracks[0], name))
