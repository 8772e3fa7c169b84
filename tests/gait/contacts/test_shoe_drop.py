import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footstrike.gait.contacts.shoe_drop import shoe_drop_s
from footstrike.gait.contacts.trunk import TrunkStep

quick = settings(max_examples=25, deadline=None)
STEP = TrunkStep(apex_s=0.9, fall_s=1.0, rise_s=1.2, drop_leg=0.1, period_s=0.4)


def dropping(time_s, from_s, angle_deg, takes_s=0.05):
    """A shoe held at an angle that turns flat evenly from one moment on."""
    return angle_deg * np.clip(1 - (time_s - from_s) / takes_s, 0, 1)


@given(st.floats(0.93, 1.0), st.floats(5, 30), st.sampled_from([60, 120, 240]), st.floats(-10, 10))
@quick
def test_onset_is_when_the_toes_begin_to_come_down(from_s, angle_deg, rate_hz, offset_deg):
    time_s = np.arange(0.6, 1.4, 1 / rate_hz)
    found_s = shoe_drop_s(time_s, dropping(time_s, from_s, angle_deg) + offset_deg, STEP)
    assert found_s == pytest.approx(from_s, abs=max(0.004, 0.75 / rate_hz))


@given(st.floats(0.93, 1.0), st.floats(-5, 5))
@quick
def test_time_moves_with_the_step(from_s, shift_s):
    time_s = np.arange(0.6, 1.4, 1 / 120)
    turn_deg = dropping(time_s, from_s, 20)
    later = TrunkStep(0.9 + shift_s, 1.0 + shift_s, 1.2 + shift_s, 0.1, 0.4)
    plain, moved = shoe_drop_s(time_s, turn_deg, STEP), shoe_drop_s(time_s + shift_s, turn_deg, later)
    assert moved == pytest.approx(plain + shift_s, abs=1e-6)


def test_unseen_frames_are_bridged_and_too_few_tell_nothing():
    time_s = np.arange(0.6, 1.4, 1 / 120)
    turn_deg = dropping(time_s, 0.96, 20)
    holed = np.where(np.arange(time_s.size) % 3 == 1, np.nan, turn_deg)
    assert shoe_drop_s(time_s, holed, STEP) == pytest.approx(0.96, abs=0.012)
    few = np.where(np.arange(time_s.size) % 20 == 0, turn_deg, np.nan)
    assert math.isnan(shoe_drop_s(time_s, few, STEP))
    assert math.isnan(shoe_drop_s(time_s, np.full(time_s.size, np.nan), STEP))
