"""A textured wall that moves by known amounts behind nobody."""

from __future__ import annotations

from collections.abc import Iterable

import cv2
import numpy as np
import pytest

from footstrike.pose.camera import HISTOGRAM_BINS, CameraView, Change, Changes, camera_path

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


def path(changed: Iterable[Change]) -> tuple[np.ndarray, np.ndarray]:
    together = Changes()
    for change in changed:
        together.add(change)
    return camera_path(together)


def test_the_wall_is_followed() -> None:
    camera_px, shot = path(changes(wall(0, 0), wall(4, -6), wall(10, -6)))
    np.testing.assert_allclose(camera_px, [[0, 0], [4, -6], [10, -6]], atol=0.5)
    assert shot.tolist() == [0, 0, 0]


def test_the_first_picture_changes_nothing() -> None:
    (first,) = changes(wall(0, 0))
    assert first.shift_px.tolist() == [0, 0]
    assert first.difference == 0
    assert np.isnan(first.stir)
    assert first.levels.sum() == pytest.approx(1)


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

    camera_px, _ = path(changes(captioned(0, 0), captioned(6, -6), captioned(12, -12), captioned(18, -18)))
    np.testing.assert_allclose(camera_px[:, 0], [0, 6, 12, 18], atol=1)
    still_px, _ = path(changes(*[captioned(0, 0)] * 3))
    np.testing.assert_allclose(still_px, 0, atol=0.1)


def test_a_runner_who_fills_the_picture_leaves_nothing_to_follow() -> None:
    view = CameraView()
    person = np.tile([[0.0, 0.0], [WIDTH_PX, HEIGHT_PX], [WIDTH_PX / 2, HEIGHT_PX / 2]], (11, 1))
    view.change(wall(0, 0), [person])
    assert np.isnan(view.change(wall(4, 0), [person]).shift_px).all()


DIM, BRIGHT = np.eye(HISTOGRAM_BINS)[[3, 9]]


def changed(shift_px: float, difference: float, levels: np.ndarray) -> Change:
    return Change(np.array([shift_px, 0.0]), difference, stir=difference, levels=levels)


def test_a_cut_starts_a_shot_and_moves_nothing() -> None:
    still, cut = changed(1.0, 2.0, DIM), changed(50.0, 60.0, BRIGHT)
    after = changed(1.0, 2.0, BRIGHT)
    camera_px, shot = path([changed(0.0, 0.0, DIM), still, still, cut, after])
    assert shot.tolist() == [0, 0, 0, 1, 1]
    assert camera_px[:, 0].tolist() == [0, 1, 2, 2, 3]


@pytest.mark.parametrize("levels", [(DIM, DIM), (DIM, BRIGHT)], ids=["alike", "unlike"])
def test_a_video_that_always_changes_much_has_no_cuts(levels: tuple[np.ndarray, np.ndarray]) -> None:
    wild = [changed(np.nan, 60.0, levels[number % 2]) for number in range(6)]
    camera_px, shot = path([changed(0.0, 0.0, DIM), *wild])
    assert not shot.any()
    assert not camera_px.any()


def lit(picture: np.ndarray, more: int) -> np.ndarray:
    """A picture in a flash of light."""
    return np.minimum(picture.astype(int) // 2 + more, 255).astype(np.uint8)


@pytest.mark.parametrize("length", [1, 2, 5])
def test_a_flash_is_no_cut(length: int) -> None:
    before = [lit(wall(right_px, 0), 0) for right_px in range(0, 12, 2)]
    flash = [lit(wall(12, 0), 120 - 5 * number) for number in range(length)]
    after = [lit(wall(right_px, 0), 0) for right_px in range(14, 30, 2)]
    camera_px, shot = path(changes(*before, *flash, *after))
    assert not shot.any()
    assert np.abs(np.diff(camera_px[:, 0])).max() < 3


def test_a_cut_in_a_flash_is_a_cut() -> None:
    """What comes after the flash is another scene."""
    before = [lit(wall(right_px, 0), 0) for right_px in range(0, 12, 2)]
    flash, after = lit(wall(12, 0), 120), [lit(wall(right_px, 0, seed=5), 60) for right_px in range(0, 16, 2)]
    _, shot = path(changes(*before, flash, *after))
    assert shot[0] == 0
    assert shot[-1] >= 1


def test_the_picture_stirs_where_people_are() -> None:
    view, person = CameraView(), np.tile([[100.0, 100.0], [160.0, 260.0], [130.0, 180.0]], (11, 1))
    view.change(wall(0, 0), [person])
    moved = wall(0, 0)
    moved[100:260, 100:160] = 255 - moved[100:260, 100:160]
    stirred = view.change(moved, [person])
    assert stirred.stir > 5 * stirred.difference > 0
    assert view.change(moved, [person]).stir == 0
    assert np.isnan(view.change(wall(0, 0), NOBODY).stir)
