import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footstrike.gait.angles import foot_angle_deg, knee_flexion_deg, shank_angle_deg, trunk_lean_deg

turns = st.floats(-179, 179)
small_angles = st.floats(-80, 80)
quick = settings(max_examples=25, deadline=None)


def towards(deg):
    """Unit vector at an angle counter-clockwise from forward."""
    return np.array([math.cos(math.radians(deg)), math.sin(math.radians(deg))])


def turned(point, deg):
    c, s = towards(deg)
    return np.array([[c, -s], [s, c]]) @ point


def same_direction(a_deg, b_deg):
    return abs((a_deg - b_deg + 180) % 360 - 180) < 1e-6


def points(angle_deg):
    rng = np.random.default_rng(abs(hash(angle_deg)) % 1000)
    return rng.normal(size=(3, 2))


@pytest.mark.parametrize(
    ("heel", "toe", "angle_deg"),
    [((0, 0), (1, 0), 0), ((0, 0), (1, 1), 45), ((2, 3), (3, 2), -45), ((0, 0), (0, 2), 90)],
)
def test_foot_with_toes_up_is_positive(heel, toe, angle_deg):
    assert foot_angle_deg(np.array(heel, float), np.array(toe, float)) == pytest.approx(angle_deg)


@pytest.mark.parametrize(
    ("knee", "ankle", "angle_deg"), [((0, 1), (0, 0), 0), ((0, 1), (1, 0), 45), ((0, 1), (-1, 0), -45)]
)
def test_ankle_ahead_of_knee_is_positive(knee, ankle, angle_deg):
    assert shank_angle_deg(np.array(knee, float), np.array(ankle, float)) == pytest.approx(angle_deg)


@pytest.mark.parametrize(("shoulder", "angle_deg"), [((0, 1), 0), ((1, 1), 45), ((-1, 1), -45)])
def test_forward_lean_is_positive(shoulder, angle_deg):
    assert trunk_lean_deg(np.zeros(2), np.array(shoulder, float)) == pytest.approx(angle_deg)


@given(small_angles, st.floats(0, 150))
@quick
def test_knee_flexion_is_what_the_knee_is_bent_by(thigh_deg, flexion_deg):
    knee = towards(thigh_deg - 90)
    ankle = knee + towards(thigh_deg - 90 - flexion_deg)
    assert knee_flexion_deg(np.zeros(2), knee, ankle) == pytest.approx(flexion_deg, abs=1e-5)


@given(turns, turns)
@quick
def test_turning_the_body_adds_its_angle(angle_deg, turn_deg):
    a, b, c = points(angle_deg)
    ta, tb, tc = (turned(point, turn_deg) for point in (a, b, c))
    assert same_direction(foot_angle_deg(ta, tb), foot_angle_deg(a, b) + turn_deg)
    assert same_direction(shank_angle_deg(ta, tb), shank_angle_deg(a, b) + turn_deg)
    assert same_direction(trunk_lean_deg(ta, tb), trunk_lean_deg(a, b) - turn_deg)
    assert knee_flexion_deg(ta, tb, tc) == pytest.approx(float(knee_flexion_deg(a, b, c)), abs=1e-6)


@given(turns)
@quick
def test_mirroring_changes_the_sign(angle_deg):
    a, b, c = points(angle_deg)
    behind, below = np.array([-1.0, 1.0]), np.array([1.0, -1.0])
    assert shank_angle_deg(a * behind, b * behind) == pytest.approx(-float(shank_angle_deg(a, b)))
    assert trunk_lean_deg(a * behind, b * behind) == pytest.approx(-float(trunk_lean_deg(a, b)))
    assert foot_angle_deg(a * below, b * below) == pytest.approx(-float(foot_angle_deg(a, b)))
    assert knee_flexion_deg(a * behind, b * behind, c * behind) == pytest.approx(float(knee_flexion_deg(a, b, c)))


@given(st.floats(0.01, 1000), st.floats(-1000, 1000))
@quick
def test_size_and_place_do_not_matter(scale, shift):
    a, b, c = points(scale)
    ma, mb, mc = (scale * point + shift for point in (a, b, c))
    for angle in (foot_angle_deg, shank_angle_deg, trunk_lean_deg):
        assert same_direction(angle(ma, mb), angle(a, b))
    assert knee_flexion_deg(ma, mb, mc) == pytest.approx(float(knee_flexion_deg(a, b, c)), abs=1e-5)


def test_many_frames_at_once():
    heel, toe = np.zeros((4, 3, 2)), np.ones((4, 3, 2))
    assert np.allclose(foot_angle_deg(heel, toe), np.full((4, 3), 45.0))
    assert knee_flexion_deg(heel, toe, 2 * toe).shape == (4, 3)
