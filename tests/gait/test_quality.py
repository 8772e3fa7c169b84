import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footstrike.data import UNKNOWN, Contact, Landing, Measure, Strike
from footstrike.gait.contacts.trunk import TrunkStep
from footstrike.gait.quality import REASON_WEIGHT, believable, confidence, plausible, step_reasons

CONTACT = Contact("right", "near", Measure(1.0, 0.01), Measure(1.24, 0.01), 0)
LANDING = Landing(
    Measure(15.0, 4.0), Measure(8.0, 2.0), Measure(0.3, 0.03), Measure(12.0, 6.0), Measure(5.0, 3.0), 0.95
)
STRIKE = Strike(0.8, 0.15, 0.05, "heel")
TRUNK_STEP = TrunkStep(0.9, 1.0, 1.2, 0.1, 0.35)
GOOD = {
    "contact": CONTACT,
    "landing": LANDING,
    "strike": STRIKE,
    "trunk_step": TRUNK_STEP,
    "frame_rate_hz": 120.0,
    "leg_length_px": 300.0,
    "vote": 1.0,
}
change = dataclasses.replace


@pytest.mark.parametrize(
    ("spoilt", "reason"),
    [
        ({"contact": change(CONTACT, side="far")}, "far_side"),
        ({"contact": change(CONTACT, toe_off_s=UNKNOWN)}, "near_clip_end"),
        ({"trunk_step": change(TRUNK_STEP, predicted=True)}, "near_clip_end"),
        ({"frame_rate_hz": 30.0}, "low_fps"),
        ({"landing": change(LANDING, visibility=0.4)}, "foot_hidden"),
        ({"landing": change(LANDING, visibility=0.6)}, "pose_poor"),
        ({"landing": believable(change(LANDING, shank_angle_deg=Measure(45.0, 2.0)))}, "implausible_pose"),
        ({"leg_length_px": 60.0}, "small_runner"),
        ({"vote": 0.55}, "foot_uncertain"),
        ({"strike": Strike(0.4, 0.4, 0.2, "unclear", ("borderline",))}, "borderline"),
    ],
)
def test_each_flaw_gives_its_own_reason_and_lowers_the_confidence(spoilt, reason):
    assert step_reasons(**GOOD) == ()
    reasons = step_reasons(**GOOD | spoilt)
    assert reasons == (reason,)
    assert confidence(STRIKE, reasons) < confidence(STRIKE, ()) == STRIKE.probability
    assert reason in REASON_WEIGHT


def test_reasons_are_not_said_twice():
    hidden = change(LANDING, visibility=0.1, foot_strike_angle_deg=UNKNOWN)
    strike = Strike(1 / 3, 1 / 3, 1 / 3, "unclear", ("foot_hidden",))
    assert step_reasons(**GOOD | {"landing": hidden, "strike": strike}) == ("foot_hidden",)


@given(st.sets(st.sampled_from(sorted(REASON_WEIGHT))), st.sampled_from(sorted(REASON_WEIGHT)))
@settings(max_examples=25, deadline=None)
def test_every_further_reason_lowers_the_confidence(reasons, further):
    before, after = confidence(STRIKE, tuple(reasons - {further})), confidence(STRIKE, tuple(reasons | {further}))
    assert 0 < after < before <= STRIKE.probability


@pytest.mark.parametrize(
    ("angle", "low", "high"),
    [("shank_angle_deg", -7, 31), ("foot_strike_angle_deg", -26, 43), ("knee_flexion_deg", -1, 61)],
)
def test_postures_that_no_runner_lands_in(angle, low, high):
    for value in (low, high):
        assert not plausible(change(LANDING, **{angle: Measure(value, 2.0)}))
    assert plausible(change(LANDING, **{angle: UNKNOWN}))


def test_angles_of_an_impossible_posture_are_left_open():
    assert believable(LANDING) == LANDING
    fallen = believable(change(LANDING, knee_flexion_deg=Measure(80.0, 6.0)))
    assert not fallen.foot_strike_angle_deg.known and not fallen.shank_angle_deg.known
    assert fallen.ankle_ahead_of_knee is None
    assert fallen.trunk_lean_deg == LANDING.trunk_lean_deg
