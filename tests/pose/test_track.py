from __future__ import annotations

import numpy as np
import pytest

from footstrike.data import LandingLook
from footstrike.errors import InvalidValueError, NotAnalysableError
from footstrike.pose import refine

from .conftest import BrightnessBackend, pictures, track_poses

EVERY = np.ones(20, dtype=bool)


def test_every_frame_is_tracked() -> None:
    seen: list[int] = []
    track = track_poses(pictures(6), BrightnessBackend(), seen.append)
    assert seen == list(range(6))
    assert track.frame_size_px == (40, 30)
    assert track.backend == "brightness"
    assert [model.name for model in track.models] == ["brightness"]
    np.testing.assert_allclose(track.time_s, np.arange(6) / 30)
    np.testing.assert_array_equal(track.found, [False, True, True, True, True, True])
    assert np.isnan(track.xy_px[0]).all()
    assert not track.visibility[0].any()
    np.testing.assert_allclose(track.xy_px[3, 5], [1, 3], rtol=1e-6)
    assert not track.refined.any()


def test_numbers_have_single_precision() -> None:
    track = track_poses(pictures(4), BrightnessBackend())
    for values in (track.xy_px, track.visibility, track.world_m):
        assert values is not None
        np.testing.assert_array_equal(values, values.astype(np.float32))


def test_no_frames() -> None:
    with pytest.raises(NotAnalysableError, match="no frames"):
        track_poses([], BrightnessBackend())


def test_the_region_of_every_frame_is_kept() -> None:
    track = track_poses(pictures(4), BrightnessBackend())
    assert track.region is not None
    np.testing.assert_array_equal(track.region, [[np.nan] * 4, *([k, 2, 3, 0.25] for k in (1, 2, 3))])


def test_frames_between_looks_are_followed() -> None:
    frames = pictures(12)
    backend = BrightnessBackend()
    track = track_poses(frames, backend, every=3)
    assert sorted(set(backend.calls)) == [3, 6, 9, 11]
    np.testing.assert_allclose(track.time_s, np.arange(12) / 30)
    np.testing.assert_array_equal(track.found, np.arange(12) >= 3)
    np.testing.assert_allclose(track.xy_px[3:, 0, 1], np.arange(3, 12), rtol=1e-5)
    np.testing.assert_allclose(track.visibility[4:, 7], np.arange(4, 12) / 300, rtol=1e-5)
    assert track.region is not None
    assert track.camera_px is not None
    np.testing.assert_allclose(track.region[3:, 0], np.arange(3, 12), rtol=1e-5)
    assert not track.visibility[:3].any()
    np.testing.assert_allclose(track.camera_px, 0, atol=0.1)


def test_looking_at_some_frames_finds_the_same_in_them_whoever_works() -> None:
    one, two = (track_poses(pictures(200), BrightnessBackend(), every=4, jobs=jobs) for jobs in (1, 2))
    np.testing.assert_array_equal(one.xy_px, two.xy_px)
    np.testing.assert_array_equal(one.xy_px[[4, 8, 196, 199], 0, 1], [4, 8, 196, 199])


def test_refine_fills_the_frames_it_is_given() -> None:
    frames = pictures(20)
    track = track_poses(frames, BrightnessBackend())
    seen: list[int] = []
    fine = BrightnessBackend("fine")
    refined = refine(track, [*frames[3:8], *frames[12:15]], fine, EVERY[:20], on_frame=seen.append)
    assert seen == fine.calls == np.flatnonzero(refined.refined).tolist() == [3, 4, 5, 6, 7, 12, 13, 14]
    assert refined.refined_xy_px is not None
    np.testing.assert_array_equal(refined.refined_xy_px[6], track.xy_px[6])
    np.testing.assert_array_equal(refined.xy_px, track.xy_px)
    assert [model.name for model in refined.models] == ["brightness", "fine"]


def test_refine_only_watches_the_shoe_in_frames_that_need_no_closer_look() -> None:
    frames = pictures(6)
    fine = BrightnessBackend("fine")
    closer = np.array([False, False, True, False, True, False])
    refined = refine(track_poses(frames, BrightnessBackend()), frames, fine, closer)
    assert fine.calls == np.flatnonzero(refined.refined).tolist() == [2, 4]


def test_refine_passes_over_frames_with_nobody_in_them() -> None:
    frames = pictures(3)
    fine = BrightnessBackend("fine")
    refined = refine(track_poses(frames, BrightnessBackend()), frames, fine, EVERY[:3])
    assert fine.calls == [1, 2]
    assert np.flatnonzero(refined.refined).tolist() == [1, 2]


def test_refine_looks_where_the_frame_before_shows_the_person_unless_it_is_of_another_shot() -> None:
    frames = pictures(6)
    track = track_poses(frames, BrightnessBackend()).replace(shot=np.array([0.0, 0, 0, 1, 1, 1]))
    fine = BrightnessBackend("fine")
    refine(track, frames, fine, EVERY[:6])
    assert fine.calls == [1, 2, 3, 4, 5]
    assert [region.x_px for region in fine.regions] == [1, 1, 3, 3, 4]


def test_refine_needs_regions() -> None:
    frames = pictures(3)
    track = track_poses(frames, BrightnessBackend()).replace(region=None)
    with pytest.raises(InvalidValueError, match="without regions"):
        refine(track, frames, BrightnessBackend(), EVERY[:3])


def test_refine_with_the_same_model_names_it_once() -> None:
    frames = pictures(5)
    refined = refine(track_poses(frames, BrightnessBackend()), frames, BrightnessBackend(), EVERY[:5])
    assert len(refined.models) == 1


def test_refine_refuses_frames_of_another_video() -> None:
    track = track_poses(pictures(5), BrightnessBackend())
    with pytest.raises(InvalidValueError, match="not in a track of 5"):
        refine(track, pictures(6), BrightnessBackend(), EVERY[:5])
    with pytest.raises(InvalidValueError, match="Frame size"):
        refine(track, pictures(5, (30, 40)), BrightnessBackend(), EVERY[:5])


def test_refine_watches_the_shoes_that_land() -> None:
    frames = pictures(8)
    track = track_poses(frames, BrightnessBackend())
    plain = refine(track, frames, BrightnessBackend(), EVERY[:8])
    assert plain.shoe_turn_deg is not None
    assert np.isnan(plain.shoe_turn_deg).all()
    watched = refine(track, frames, BrightnessBackend(), EVERY[:8], [LandingLook((3, 4, 5), "right")])
    assert watched.shoe_turn_deg is not None
    assert np.isnan(watched.shoe_turn_deg).all(), "a foot of no length has no turn"
