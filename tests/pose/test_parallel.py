"""Chunks, workers and their ends, with an estimator whose answers hang on what it saw before."""

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
from footstrike.pose import SETTLING_FRAMES, BlazePose, PoseEstimate, refine, track_poses
from footstrike.pose.parallel import CHUNK_FRAMES, LARGE_CHUNK_FRAMES, chunk_frames, in_chunks, most_waiting
from footstrike.video import open_video

from .conftest import Picture, pictures


@dataclass
class Remembering:
    """Answers with the brightness and the number of pictures it has seen, up to what settling takes."""

    spoilt_at: int = -1
    seen: int = 0

    def estimate(self, rgb: np.ndarray) -> PoseEstimate:
        brightness = float(rgb.flat[0])
        if brightness == self.spoilt_at:
            raise ModelError("The model broke; mend it.")
        self.seen += 1
        xy_px = np.tile([brightness, min(self.seen, SETTLING_FRAMES + 1)], (33, 1)).astype(float)
        return PoseEstimate(xy_px, np.full(33, 0.5), np.zeros((33, 3)))


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


def chunks_of(frames: list[Picture], length: int = 10) -> list[tuple[list[int], list[int]]]:
    """Settling and fresh frames of every chunk."""
    visits = list(in_chunks(frames, length))
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
    assert chunks_of(pictures(25)) == [
        ([], list(range(10))),
        ([8, 9], list(range(10, 20))),
        ([18, 19], list(range(20, 25))),
    ]


def test_chunks_end_where_frames_are_left_out() -> None:
    frames = pictures(40)
    assert chunks_of([*frames[:5], *frames[7:13]]) == [([], list(range(5))), ([], list(range(7, 13)))]
    assert chunks_of([*frames[:4], *frames[7:15]]) == [([], [*range(4), *range(7, 13)]), ([11, 12], [13, 14])]
    assert chunks_of([*frames[:9], *frames[20:23]]) == [([], list(range(9))), ([], [20, 21, 22])]


def test_large_pictures_have_short_chunks() -> None:
    assert chunk_frames((1920, 1080)) == chunk_frames((1080, 1920)) == CHUNK_FRAMES
    assert chunk_frames((3840, 2160)) == LARGE_CHUNK_FRAMES


@given(st.lists(st.booleans(), max_size=60))
def test_every_frame_is_fresh_once_and_in_order(chosen: list[bool]) -> None:
    frames = [frame for frame, wanted in zip(pictures(len(chosen)), chosen, strict=True) if wanted]
    visits = list(in_chunks(frames, 10))
    assert [visit.frame.index for visit in visits if visit.fresh] == [frame.index for frame in frames]
    for before, visit in pairwise(visits):
        if not before.fresh:
            assert before.chunk == visit.chunk
            assert visit.frame.index == before.frame.index + 1


def tracked(count: int, jobs: int, seen: list[int] | None = None) -> PoseTrack:
    on_frame = None if seen is None else seen.append
    return track_poses(pictures(count), RememberingBackend(), on_frame, jobs=jobs)


def test_a_track_is_settled_from_its_third_frame_on_whoever_works() -> None:
    expected = np.minimum(np.arange(200) + 1, SETTLING_FRAMES + 1)
    for jobs in (1, 2, 5):
        seen: list[int] = []
        track = tracked(200, jobs, seen)
        assert seen == list(range(200))
        np.testing.assert_array_equal(track.xy_px[:, 0, 0], np.arange(200))
        np.testing.assert_array_equal(track.xy_px[:, 0, 1], expected)


@pytest.mark.parametrize("jobs", [1, 3])
def test_only_settled_frames_are_refined_whoever_works(jobs: int) -> None:
    frames = pictures(200)
    wanted = [*frames[3:8], *frames[12:15], *frames[20:110], *frames[115:116], *frames[120:200]]
    refined = refine(tracked(200, 1), wanted, RememberingBackend(), jobs=jobs)
    starts = [3, 12, 20, 115, 120]
    unsettled = {start + k for start in starts for k in range(SETTLING_FRAMES)}
    expected = [frame.index for frame in wanted if frame.index not in unsettled]
    assert np.flatnonzero(refined.refined).tolist() == expected
    assert refined.refined_xy_px is not None
    inner = refined.refined_xy_px[22:110, 0]
    np.testing.assert_array_equal(inner, np.column_stack([np.arange(22, 110), np.full(88, SETTLING_FRAMES + 1)]))


def test_no_frames_and_no_worker_left() -> None:
    backend = RememberingBackend()
    assert np.isnan(refine(tracked(5, 1), [], backend, jobs=2).refined_xy_px).all()
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
    settling, at_hand = SETTLING_FRAMES, 2
    assert most_waiting(CHUNK_FRAMES, jobs) / 2 < most <= most_waiting(CHUNK_FRAMES, jobs) + jobs + settling + at_hand


@pytest.mark.slow
def test_the_real_model_finds_the_same_with_any_number_of_workers() -> None:
    path = Path(__file__).resolve().parents[2] / "sample_videos" / "forefoot_left_120fps.mp4"
    tracks = []
    for jobs in (1, 2, 3):
        with open_video(path) as reader:
            track = track_poses(reader.frames(range(140)), BlazePose("lite"), jobs=jobs)
            tracks.append(refine(track, reader.frames([*range(20, 40), *range(50, 135)]), BlazePose("full"), jobs=jobs))
    for track in tracks[1:]:
        for name in ("xy_px", "visibility", "world_m", "camera_px", "refined_xy_px"):
            np.testing.assert_array_equal(getattr(track, name), getattr(tracks[0], name))
