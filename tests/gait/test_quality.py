import dataclasses
import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footstrike.data import UNKNOWN, UNKNOWN_SPEED, Contact, Landing, Measure, SlowMotion, Speed, Strike, VideoInfo
from footstrike.gait.contacts.trunk import TrunkStep
from footstrike.gait.quality import REASON_WEIGHT, believable, confidence, plausible, recording_notes, step_reasons

CONTACT = Contact("right", "near", Measure(1.0, 0.01), Measure(1.24, 0.01), 0)
LANDING = Landing(
    Measure(15.0, 4.0), Measure(8.0, 2.0), Measure(0.3, 0.03), Measure(12.0, 6.0), Measure(5.0, 3.0), 0.95
)
STRIKE = Strike(0.8, 0.15, 0.05, "heel")
TRUNK_STEP = TrunkStep(0.9, 1.0, 1.2, 0.1, 0.35)
REAL_TIME = SlowMotion(1.0, "real_time", 0.0, "")
GOOD = {
    "contact": CONTACT,
    "landing": LANDING,
    "strike": STRIKE,
    "trunk_step": TRUNK_STEP,
    "frame_rate_hz": 120.0,
    "leg_length_px": 300.0,
    "vote": 1.0,
}
SPEED = Speed(Measure(3.0, 0.2), "height")
VIDEO = VideoInfo("run.mp4", "", 1000, 320, 240, [0.0, 0.1, 0.2], None, 0, False, "h264")
GOOD_RECORDING = {
    "view": "side",
    "yaw_deg": 5.0,
    "slow_motion": REAL_TIME,
    "frame_rate_hz": 120.0,
    "leg_length_px": 300.0,
    "steps": 30,
    "found_share": 1.0,
    "people": 1,
    "cadence": Measure(172.0, 1.0),
    "regular_share": 1.0,
    "speed": SPEED,
    "speed_of_motion": SPEED,
    "video": None,
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


def notes(**changes):
    return recording_notes(**GOOD_RECORDING | changes)


def test_a_good_recording_needs_no_notes():
    assert notes() == ()


@pytest.mark.parametrize(
    ("spoilt", "code", "severity"),
    [
        ({"view": "oblique", "yaw_deg": 40.0}, "view_oblique", "serious"),
        ({"slow_motion": SlowMotion(4.0, "estimated", 0.06, "bounce")}, "slow_motion_estimated", "caution"),
        ({"frame_rate_hz": 30.0}, "low_fps", "caution"),
        ({"frame_rate_hz": 60.0}, "medium_fps", "info"),
        ({"leg_length_px": 60.0}, "small_runner", "caution"),
        ({"found_share": 0.7}, "runner_lost", "caution"),
        ({"steps": 4}, "few_steps", "caution"),
        ({"regular_share": 0.7}, "uneven_steps", "caution"),
        ({"cadence": Measure(300.0, 1.0)}, "unusual_cadence", "caution"),
        ({"cadence": Measure(80.0, 1.0)}, "unusual_cadence", "caution"),
        ({"speed": Speed(Measure(5.0, 0.0), "stated")}, "speed_doubtful", "caution"),
        ({"video": change(VIDEO, damaged_packets=3)}, "damaged_video", "caution"),
        ({"video": change(VIDEO, truncated=True)}, "cut_short", "caution"),
    ],
)
def test_each_flaw_of_a_recording_is_said_with_what_to_do(spoilt, code, severity):
    (note,) = notes(**spoilt)
    assert (note.code, note.severity) == (code, severity)
    assert note.message.endswith(".")
    assert note.action.endswith(".")


def test_stated_slow_motion_and_unknown_cadence_need_no_note():
    assert notes(slow_motion=SlowMotion(8.0, "stated", 0.0, ""), cadence=UNKNOWN) == ()


def test_stated_speed_that_fits_or_cannot_be_judged_needs_no_note():
    assert notes(speed=Speed(Measure(3.4, 0.0), "stated")) == ()
    assert notes(speed=Speed(Measure(9.0, 0.0), "stated"), speed_of_motion=UNKNOWN_SPEED) == ()


def test_whole_recording_needs_no_note():
    assert notes(video=VIDEO) == ()


def test_numbers_in_notes_are_those_of_the_recording():
    text = " ".join(note.message for note in notes(view="oblique", yaw_deg=41.2, steps=3, found_share=0.42))
    assert "41 degrees" in text
    assert "Only 3 landings" in text
    assert "42 %" in text


def test_most_serious_first():
    bad = {"view": "oblique", "frame_rate_hz": 60.0, "steps": 3, "leg_length_px": 50.0, "found_share": 0.5}
    order = [("serious", "caution", "info").index(note.severity) for note in notes(**bad)]
    assert all(a <= b for a, b in itertools.pairwise(order))
    assert len(order) == 5
