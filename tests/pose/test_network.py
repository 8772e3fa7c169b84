from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from footstrike.errors import ModelError
from footstrike.pose.models import find_model
from footstrike.pose.network import HEAT_PX, INPUT_PX, POINTS, LandmarkNetwork, to_heat

COLD = -20.0


def heat_at(*hot: tuple[int, int, float]) -> np.ndarray:
    heat = np.full((HEAT_PX, HEAT_PX, 1), COLD, dtype=np.float32)
    for column, row, logit in hot:
        heat[row, column] = logit
    return heat


def test_points_move_to_the_heat_near_them() -> None:
    point = np.array([[20.4, 30.6]]) / HEAT_PX
    np.testing.assert_allclose(to_heat(point, heat_at((22, 29, 5.0))) * HEAT_PX, [[22, 29]], atol=1e-3)
    even = to_heat(point, heat_at((18, 30, 5.0), (22, 30, 5.0))) * HEAT_PX
    np.testing.assert_allclose(even, [[20, 30]], atol=1e-3)


def test_points_stay_where_there_is_no_heat_within_reach() -> None:
    point = np.array([[20.4, 30.6]]) / HEAT_PX
    for heat in (heat_at(), heat_at((24, 30, 9.0)), heat_at((21, 30, -0.5))):
        np.testing.assert_array_equal(to_heat(point, heat), point)


@given(st.floats(-0.3, 1.3), st.floats(-0.3, 1.3), st.integers(0, 2**32 - 1))
def test_points_move_by_no_more_than_the_reach_and_never_off_the_map(x: float, y: float, seed: int) -> None:
    heat = np.random.default_rng(seed).normal(0, 4, (HEAT_PX, HEAT_PX, 1)).astype(np.float32)
    moved = to_heat(np.array([[x, y]]), heat)
    if -1 / HEAT_PX < x < 1 and -1 / HEAT_PX < y < 1:
        assert np.abs(moved - (x, y)).max() <= 4.5 / HEAT_PX
        assert moved.min() >= min(0, x, y)
        assert moved.max() < 1
    else:
        np.testing.assert_array_equal(moved, [[x, y]])


def test_an_empty_picture_shows_nobody() -> None:
    seen = LandmarkNetwork(find_model("lite")).see(np.zeros((INPUT_PX, INPUT_PX, 3), dtype=np.float32))
    assert 0 <= seen.presence < 0.5
    assert seen.points.shape == (POINTS, 2)
    assert seen.visibility.shape == (POINTS,)
    assert seen.world_m.shape == (POINTS, 3)


def test_another_network_is_refused() -> None:
    from footstrike.pose import network

    other = find_model("lite")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(network, "_WORLD", (1, 99))
        with pytest.raises(ModelError, match=r"not BlazePose's: it has no output of shape \(1, 99\)"):
            LandmarkNetwork(other)
