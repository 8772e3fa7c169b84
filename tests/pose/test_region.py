from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from footstrike.pose.region import MARGIN, Region, region_of_body

PLACES = st.floats(-500, 2000)
REGIONS = st.builds(Region, PLACES, PLACES, st.floats(10, 3000), st.floats(-math.pi, math.pi))


@given(REGIONS, st.floats(0, 1), st.floats(0, 1))
def test_points_keep_their_distances(region: Region, x: float, y: float) -> None:
    middle, point = region.in_picture(np.array([[0.5, 0.5], [x, y]]))
    np.testing.assert_allclose(middle, [region.x_px, region.y_px], atol=1e-6)
    expected_px = region.side_px * math.hypot(x - 0.5, y - 0.5)
    assert np.linalg.norm(point - middle) == pytest.approx(expected_px, abs=1e-6)


@given(REGIONS)
def test_a_region_is_found_again_from_its_own_points(region: Region) -> None:
    hips, rim = region.in_picture(np.array([[0.5, 0.5], [0.5, 0.5 - 1 / (2 * MARGIN)]]))
    again = region_of_body(hips, rim)
    assert again.side_px == pytest.approx(region.side_px)
    assert math.remainder(again.turn_rad - region.turn_rad, math.tau) == pytest.approx(0, abs=1e-6)


@given(REGIONS, st.tuples(*[st.floats(-1, 1)] * 3))
def test_metric_points_turn_with_the_body(region: Region, point: tuple[float, float, float]) -> None:
    (x, y, z), expected = region.turned(np.array([point]))[0], complex(*point[:2])
    expected *= complex(math.cos(region.turn_rad), math.sin(region.turn_rad))
    assert (x, y, z) == pytest.approx((expected.real, expected.imag, point[2]))


def test_a_body_that_leans_forward_is_cut_upright() -> None:
    """Turned clockwise in the picture, the way up in the cut is up and to the right in the picture."""
    region = region_of_body(np.array([50.0, 50.0]), np.array([70.0, 30.0]))
    assert region.turn_rad == pytest.approx(math.pi / 4)
    up = region.in_picture(np.array([[0.5, 0.1]]))[0] - (50, 50)
    assert up[0] == pytest.approx(-up[1])
    assert up[0] > 0


@pytest.mark.parametrize("turn_rad", [0.0, 0.3, math.pi / 2])
def test_what_is_cut_lies_where_points_say(turn_rad: float) -> None:
    rows, columns = np.mgrid[0:200, 0:300]
    rgb = np.dstack([columns * 255 / 299, rows * 255 / 199, np.zeros((200, 300))]).astype(np.uint8)
    region = Region(150, 100, 80, turn_rad)
    patch = region.cut(rgb, 64)
    assert patch.shape == (64, 64, 3)
    assert patch.dtype == np.float32
    for u, v in ((10, 10), (50, 20), (32, 60)):
        x, y = region.in_picture(np.array([[u / 64, v / 64]]))[0]
        assert patch[v, u, 0] == pytest.approx(x / 299, abs=0.008)
        assert patch[v, u, 1] == pytest.approx(y / 199, abs=0.008)


def test_beyond_the_edge_the_edge_is_repeated() -> None:
    rgb = np.full((20, 30, 3), 51, dtype=np.uint8)
    np.testing.assert_allclose(Region(0, 0, 400, 0.1).cut(rgb, 32), 0.2, atol=1e-6)


@given(REGIONS, PLACES, PLACES)
def test_a_region_of_a_part_lies_in_the_whole(region: Region, right_px: float, down_px: float) -> None:
    inside = region.in_picture(np.array([[0.2, 0.7]]))
    np.testing.assert_allclose(
        region.moved(right_px, down_px).in_picture(np.array([[0.2, 0.7]])),
        np.add(inside, [right_px, down_px]),
        atol=1e-6,
    )
