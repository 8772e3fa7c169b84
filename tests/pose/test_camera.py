"""A textured wall that moves by known amounts behind nobody."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from footstrike.pose.camera import NO_CHANGE, CameraView, Change, camera_path

NOBODY: list[np.ndarray] = []
WIDTH_PX, HEIGHT_PX = 640, 360


def wall(right_px: int, down_px: int, seed: int = 1) -> np.ndarray:
    rng = np.random.default_rng(seed)
    coarse = rng.integers(0, 255, (60, 90), dtype=np.uint8)
    large = np.kron(coarse, np.ones((10, 10), dtype=np.uint8))
    part = large[100 - down_px : 100 - down_px + HEIGHT_PX, 100 - right_px : 100 - right_px + WIDTH_PX]
    return np.ascontiguousarray(np.repeat(part[:, :, None], 3, axis=2))


def changes(*pictures: np.ndarray) -> list[Change]:
    view = CameraView()
    return [view.change(picture, NOBODY) for picture in pictures]


def test_the_wall_is_followed() -> None:
    camera_px, shot = camera_path(changes(wall(0, 0), wall(4, -6), wall(10, -6)))
    np.testing.assert_allclose(camera_px, [[0, 0], [4, -6], [10, -6]], atol=0.5)
    assert shot.tolist() == [0, 0, 0]


def test_the_first_picture_changes_nothing() -> None:
    assert changes(wall(0, 0)) == [NO_CHANGE]


def test_a_view_that_joins_later_sees_the_same_change() -> None:
    pictures = [wall(0, 0), wall(4, -6), wall(10, -6)]
    np.testing.assert_array_equal(changes(*pictures)[2].shift_px, changes(*pictures[1:])[1].shift_px)


def test_a_caption_does_not_hide_how_the_camera_moves() -> None:
    """White letters, sharper than everything else, on a wall of which only a part has any corners."""

    def captioned(right_px: int, down_px: int) -> np.ndarray:
        picture = np.ascontiguousarray(wall(right_px, down_px) // 4 + 96)
        picture[: HEIGHT_PX // 2] = 128
        for baseline_px in (60, 110, 160):
            cv2.putText(picture, "6:30/km 4:10/mi", (10, baseline_px), cv2.FONT_HERSHEY_SIMPLEX, 2, (255, 255, 255), 6)
        return picture

    camera_px, _ = camera_path(changes(captioned(0, 0), captioned(6, -6), captioned(12, -12), captioned(18, -18)))
    np.testing.assert_allclose(camera_px[:, 0], [0, 6, 12, 18], atol=1)
    still_px, _ = camera_path(changes(*[captioned(0, 0)] * 3))
    np.testing.assert_allclose(still_px, 0, atol=0.1)


def test_a_runner_who_fills_the_picture_leaves_nothing_to_follow() -> None:
    view = CameraView()
    person = np.tile([[0.0, 0.0], [WIDTH_PX, HEIGHT_PX], [WIDTH_PX / 2, HEIGHT_PX / 2]], (11, 1))
    view.change(wall(0, 0), [person])
    assert np.isnan(view.change(wall(4, 0), [person]).shift_px).all()


def test_a_cut_starts_a_shot_and_moves_nothing() -> None:
    still = Change(np.array([1.0, 0.0]), difference=2.0, regrouped=0.05)
    cut = Change(np.array([50.0, 50.0]), difference=60.0, regrouped=1.2)
    camera_px, shot = camera_path([NO_CHANGE, still, still, cut, still])
    assert shot.tolist() == [0, 0, 0, 1, 1]
    assert camera_px[:, 0].tolist() == [0, 1, 2, 2, 3]


@pytest.mark.parametrize("regrouped", [0.1, 1.2])
def test_a_video_that_always_changes_much_has_no_cuts(regrouped: float) -> None:
    wild = Change(np.full(2, np.nan), difference=60.0, regrouped=regrouped)
    camera_px, shot = camera_path([NO_CHANGE, *[wild] * 5])
    assert not shot.any()
    assert not camera_px.any()
