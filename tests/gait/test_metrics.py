import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footstrike.data import UNKNOWN, UNKNOWN_SPEED, Contact, Landing, Measure, Step, Strike
from footstrike.gait.contacts.trunk import TrunkStep
from footstrike.gait.metrics import (
    COMMON_ERROR,
    cadence_spm,
    regular,
    regular_share,
    statistic,
    step_intervals_s,
    step_metrics,
    verdict,
    vertical_oscillation,
)
from footstrike.settings import default_reference

quick = settings(max_examples=25, deadline=None)
PROBABILITIES = {"heel": (0.8, 0.15, 0.05), "forefoot": (0.05, 0.15, 0.8), "unclear": (0.4, 0.4, 0.2)}
PERIOD_S = 0.35
AMONG_ALL = (UNKNOWN_SPEED, default_reference())
"""Ankles are compared with runners at all speeds."""


def make_step(number, strike="heel", shank_deg=8.0, toe_off=True):
    at_s = number * PERIOD_S
    foot = "left" if number % 2 else "right"
    toe_off_s = Measure(at_s + (0.25 if foot == "left" else 0.2), 0.01) if toe_off else UNKNOWN
    posture = Landing(
        Measure(15.0, 4.0), Measure(shank_deg, 2.0), Measure(0.3, 0.03), Measure(12.0, 6.0), Measure(5.0, 3.0), 0.9
    )
    return Step(
        number=number,
        contact=Contact(foot, "near" if foot == "right" else "far", Measure(at_s, 0.01), toe_off_s, 0),
        contact_frame=round(60 * at_s),
        toe_off_frame=None,
        landing=posture,
        strike=Strike(*PROBABILITIES[strike], strike),
        overstride="none",
        flight_s=Measure(0.1, 0.01),
        confidence=0.8,
    )


@given(st.lists(st.floats(-100, 100), min_size=2, max_size=20), st.integers(0, 5), st.floats(0, 3))
@quick
def test_statistic_passes_unknown_values_over(values, unknown, se):
    s = statistic([*(Measure(value, se) for value in values), *[UNKNOWN] * unknown])
    assert (s.n, s.mean) == (len(values), pytest.approx(np.mean(values)))
    assert s.sd == pytest.approx(np.std(values, ddof=1))
    assert s.se == pytest.approx(math.sqrt(s.sd**2 / len(values) + COMMON_ERROR * se**2))


def test_statistic_of_too_little():
    assert statistic([]).n == statistic([UNKNOWN]).n == 0
    assert math.isnan(statistic([]).mean)
    one = statistic([Measure(3.0, 1.0)])
    assert (one.n, one.mean) == (1, 3.0)
    assert math.isnan(one.sd)
    assert one.se >= 1.0


@given(st.integers(2, 30), st.floats(0, 0.2))
@quick
def test_cadence_is_steps_over_time(count, relative_se):
    cadence = cadence_spm([[make_step(n) for n in range(1, count + 1)]], relative_se)
    assert cadence.value == pytest.approx(60 / PERIOD_S)
    assert cadence.se >= relative_se * cadence.value


def test_cadence_leaves_out_missed_steps_and_the_pause_between_bouts():
    whole = [make_step(n) for n in range(1, 10)]
    holed = [step for step in whole if step.number not in (4, 5)]
    later = [make_step(n) for n in range(101, 110)]
    for bouts in ([holed], [whole, later], [holed, later]):
        assert cadence_spm(bouts, 0.0).value == pytest.approx(60 / PERIOD_S)


def test_longer_recordings_know_the_cadence_better():
    short, long = (cadence_spm([[make_step(n) for n in range(1, count)]], 0.0).se for count in (4, 40))
    assert long < short / 5


@given(st.lists(st.floats(0.05, 20), min_size=1, max_size=12))
@quick
def test_some_interval_is_always_regular(intervals_s):
    kept = regular(np.array(intervals_s))
    assert kept.any()
    assert np.ptp(np.array(intervals_s)[kept]) <= 0.5 * np.max(intervals_s)
    assert regular_share(np.array(intervals_s)) == pytest.approx(kept.mean())


def test_cadence_where_half_of_the_intervals_hide_a_step():
    holed = [make_step(n) for n in (1, 2, 4)]
    assert cadence_spm([holed], 0.0).value == pytest.approx(60 / PERIOD_S)
    assert regular_share(step_intervals_s([holed])) == 0.5


def test_no_interval_is_not_irregular():
    assert regular_share(np.zeros(0)) == 1.0
    assert regular(np.zeros(0)).size == 0


@pytest.mark.parametrize("bouts", [[], [[]], [[make_step(1)]], [[make_step(1)], [make_step(9)]]])
def test_no_cadence_without_two_steps_in_a_row(bouts):
    assert not cadence_spm(bouts, 0.0).known


def test_metrics_over_all_steps_and_per_foot():
    steps = [make_step(n, shank_deg=4.0 if n % 2 else 10.0) for n in range(1, 9)]
    metrics = step_metrics(steps, Measure(60 / PERIOD_S, 1.0))
    assert {name: s.n for name, s in metrics["shank_angle_deg"].items()} == {"all": 8, "left": 4, "right": 4}
    assert metrics["shank_angle_deg"]["left"].mean == pytest.approx(4.0)
    assert metrics["shank_angle_deg"]["right"].mean == pytest.approx(10.0)
    assert metrics["shank_angle_deg"]["all"].mean == pytest.approx(7.0)
    assert metrics["contact_time_ms"]["left"].mean == pytest.approx(250)
    assert metrics["flight_time_ms"]["all"].mean == pytest.approx(100)
    assert metrics["duty_factor"]["left"].mean == pytest.approx(0.25 / (2 * PERIOD_S))


def test_clock_that_is_only_judged_widens_the_errors_of_times_alone():
    steps = [make_step(n) for n in range(1, 9)]
    sure, judged = (step_metrics(steps, Measure(60 / PERIOD_S, 1.0), clock_se) for clock_se in (0.0, 0.06))
    time, angle = "contact_time_ms", "shank_angle_deg"
    assert judged[time]["all"].se == pytest.approx(math.hypot(sure[time]["all"].se, 0.06 * sure[time]["all"].mean))
    assert judged[angle] == sure[angle] and judged["duty_factor"] == sure["duty_factor"]
    assert step_metrics(steps, UNKNOWN, math.nan)[time] == sure[time]


def test_foot_that_is_near_in_one_pass_and_far_in_the_next_is_seen_from_both_sides():
    steps = [make_step(n) for n in range(1, 9)]
    turned = [
        dataclasses.replace(
            step, contact=dataclasses.replace(step.contact, side="far" if step.contact.side == "near" else "near")
        )
        for step in steps
    ]
    one_way = verdict("left", steps, UNKNOWN_SPEED, default_reference())
    there_and_back = verdict("left", [*steps, *turned], UNKNOWN_SPEED, default_reference())
    assert one_way.side in ("near", "far") and there_and_back.side == "both"


def test_unknown_moments_are_left_out_of_the_metrics():
    steps = [make_step(1), make_step(2, toe_off=False)]
    metrics = step_metrics(steps, UNKNOWN)
    assert metrics["contact_time_ms"]["all"].n == 1
    assert metrics["contact_time_ms"]["right"].n == 0
    assert metrics["duty_factor"]["all"].n == 0


def test_vertical_oscillation_counts_whole_falls():
    whole = TrunkStep(0.0, 0.1, 0.2, 0.08, PERIOD_S)
    part = dataclasses.replace(whole, drop_leg=5.0, predicted=True)
    assert vertical_oscillation([whole, whole, part])["all"].mean == pytest.approx(0.08)
    assert vertical_oscillation([whole, whole, part])["all"].n == 2


@pytest.mark.parametrize("strike", ["heel", "forefoot"])
def test_verdict_of_steps_that_agree_is_surer_than_one_step(strike):
    steps = [make_step(n, strike) for n in range(1, 13)]
    said = verdict("left", steps, *AMONG_ALL)
    assert said.strike == strike
    assert said.probability > 0.8
    assert said.counts == {"heel": 0, "midfoot": 0, "forefoot": 0, "unclear": 0} | {strike: 6}
    assert said.landings == 6
    assert said.side == "far"
    assert verdict("left", steps[:1], *AMONG_ALL).probability < said.probability


def test_verdict_of_feet_that_differ_is_each_ones_own():
    steps = [make_step(n, "heel" if n % 2 else "forefoot") for n in range(1, 11)]
    assert verdict("left", steps, *AMONG_ALL).strike == "heel"
    assert verdict("right", steps, *AMONG_ALL).strike == "forefoot"


@pytest.mark.parametrize("strikes", [["unclear"] * 6, ["heel", "forefoot"] * 3])
def test_no_usual_strike_where_the_steps_do_not_say(strikes):
    steps = [make_step(2 * n + 1, strike) for n, strike in enumerate(strikes)]
    assert verdict("left", steps, *AMONG_ALL).strike == "unclear"


def test_verdict_needs_a_landing_of_that_foot():
    assert verdict("right", [make_step(1)], *AMONG_ALL) is None
    assert verdict("left", [], *AMONG_ALL) is None


@given(st.permutations(["heel", "heel", "forefoot", "unclear", "heel"]))
@quick
def test_verdict_does_not_depend_on_the_order(strikes):
    said = verdict("left", [make_step(2 * n + 1, strike) for n, strike in enumerate(strikes)], *AMONG_ALL)
    plain = verdict("left", [make_step(2 * n + 1, s) for n, s in enumerate(sorted(strikes))], *AMONG_ALL)
    assert (said.strike, said.counts) == (plain.strike, plain.counts)
    assert said.probability == pytest.approx(plain.probability)


@pytest.mark.parametrize(("landings", "most"), [(1, 0.67), (2, 0.85), (3, 0.92)])
def test_few_landings_do_not_make_a_verdict_sure(landings, most):
    sure = {"p_heel": 0.99, "p_midfoot": 0.006, "p_forefoot": 0.004}
    steps = [make_step(2 * n + 1) for n in range(10)]
    steps = [dataclasses.replace(step, strike=dataclasses.replace(step.strike, **sure)) for step in steps]
    said = verdict("left", steps[:landings], *AMONG_ALL)
    assert 0.5 < said.probability <= most < verdict("left", steps, *AMONG_ALL).probability


def test_two_landings_do_not_make_an_overstride():
    steps = [make_step(2 * n + 1, shank_deg=20.0) for n in range(3)]
    assert verdict("left", steps[:2], *AMONG_ALL).overstride == "unclear"
    assert verdict("left", steps, *AMONG_ALL).overstride == "marked"


def test_overstride_of_a_foot_follows_its_mean_and_keeps_the_error_that_steps_share():
    said = verdict("left", [make_step(n, shank_deg=20.0) for n in range(1, 200)], *AMONG_ALL)
    assert said.shank_angle_deg.value == pytest.approx(20.0)
    assert said.shank_angle_deg.se == pytest.approx(math.sqrt(COMMON_ERROR) * 2.0)
    assert said.overstride == "marked"
