"""From measurements to findings: what stands out from other runners by more than its error.

A rule reads a session and the parameters that ``rules.toml`` gives for a finding. It returns the measurement
that makes it one, or nothing. No rule reads the type of strike: no way of landing is a finding.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import NormalDist
from types import MappingProxyType
from typing import Any

import numpy as np

from footstrike.coaching.guidance import Handbook, Runners
from footstrike.data import UNKNOWN, FootVerdict, Measure, Session
from footstrike.gait.drift import drifts
from footstrike.gait.metrics import STEP_METRICS, mean_of
from footstrike.gait.symmetry import left_minus_right
from footstrike.texts import text
from footstrike.words import (
    foot_words,
    measure_in_words,
    measure_words,
    metric_label,
    percentile_words,
    runners_words,
)

LEAST_LANDINGS = 6
"""Fewer landings say too little of what a runner usually does; averages become steady from 25 (Oliveira &
Pirscoveanu 2021, doi 10.1038/s41598-021-82876-z)."""
SPEED_REACH_MPS = 0.25
"""A runner this much slower or faster than the runners of a reference is still compared with them."""
MORE_STEPS = 1.05
"""The gentlest rise of cadence that was studied (Heiderscheit et al. 2011, Med Sci Sports Exerc 43:296)."""


@dataclass(frozen=True, slots=True)
class Measurement:
    """What makes a finding: a metric of a group (``all``, ``left``, ``right``) past its threshold, and in words."""

    metric: str
    group: str
    measured: Measure
    threshold: float
    words: str


Rule = Callable[[Session, Mapping[str, Any], Handbook], Measurement | None]


def overstride(session: Session, trigger: Mapping[str, Any], handbook: Handbook) -> Measurement | None:
    """Find the ankle further ahead of the knee than in most runners at this speed, even at the low end of its error."""
    feet = [verdict for verdict in session.verdict.values() if 2 * verdict.landings >= LEAST_LANDINGS]
    if not feet:
        return None
    most = max(feet, key=lambda verdict: np.nan_to_num(verdict.ankle.shank_percentile.low, nan=-math.inf))
    among = most.ankle.shank_percentile
    if not among.low >= trigger["percentile"]:
        return None
    measured = Measure(among.value, among.value - among.low)
    return Measurement("shank_percentile", most.foot, measured, trigger["percentile"], _overstride_words(session, most))


def compared(session: Session, trigger: Mapping[str, Any], handbook: Handbook) -> Measurement | None:
    """Find a metric that is past a percentile of other runners at this speed by more than its error."""
    name, runners = trigger["metric"], handbook.references[trigger["reference"]]
    statistic = session.metrics.get(name, {}).get("all")
    if statistic is None or statistic.n < LEAST_LANDINGS or not _at_their_speed(session, runners):
        return None
    if not all(_surely_positive(session, also) for also in trigger.get("and_above_zero", ())):
        return None
    sign = 1 if trigger["direction"] == "high" else -1
    measured = mean_of(statistic)
    threshold = _threshold(session, runners, sign, trigger["percentile"])
    if not sign * (measured.value - threshold) > measured.se:
        return None
    return Measurement(
        name, "all", measured, threshold, _compared_words(session, name, measured, threshold, trigger, runners)
    )


def feet_differ(session: Session, trigger: Mapping[str, Any], handbook: Handbook) -> Measurement | None:
    """Find a metric in which the feet differ by more than some of its standard errors."""
    name = trigger["metric"]
    n, difference = left_minus_right(session.metrics, session.slow_motion.relative_se).get(name, (0, UNKNOWN))
    threshold = trigger["errors"] * difference.se
    if 2 * n < LEAST_LANDINGS or not abs(difference.value) > threshold:
        return None
    longer = "left" if difference.value > 0 else "right"
    size = measure_in_words(name, Measure(abs(difference.value), difference.se))
    words = text(f"guidance.measured.longer.{longer}", metric=metric_label(name), size=size)
    return Measurement(name, "left_minus_right", difference, math.copysign(threshold, difference.value), words)


def drifting(session: Session, trigger: Mapping[str, Any], handbook: Handbook) -> Measurement | None:
    """Find a metric that changes within a long recording by more than its scatter and than raters can see."""
    metrics = {name: STEP_METRICS[name] for name in trigger["metrics"]}
    for name, drift in drifts(session.steps, metrics).items():
        change, least = drift.change, trigger["least_change"]
        if drift.over_s >= trigger["least_s"] and abs(change.value) - trigger["errors"] * change.se > least:
            size = measure_in_words(name, change)
            words = text("guidance.measured.drift", metric=metric_label(name), size=size, seconds=drift.over_s)
            return Measurement(name, "drift", change, math.copysign(least, change.value), words)
    return None


RULES: Mapping[str, Rule] = MappingProxyType(
    {"overstride": overstride, "reference": compared, "difference": feet_differ, "drift": drifting}
)
"""The rules by the kind that a trigger names."""


def _overstride_words(session: Session, verdict: FootVerdict) -> str:
    cadence = session.cadence_spm
    return text(
        "guidance.measured.overstride_cadence" if cadence.known else "guidance.measured.overstride",
        foot=foot_words(verdict.foot, verdict.side),
        angle=measure_words(verdict.shank_angle_deg, 0, "deg"),
        percentile=percentile_words(verdict.ankle.shank_percentile),
        runners=runners_words(verdict.ankle, session.speed),
        cadence=measure_words(cadence, 1, "steps_min"),
        target_spm=MORE_STEPS * cadence.value,
    )


def _at_their_speed(session: Session, runners: Runners) -> bool:
    """Return whether a reference holds at the runner's speed; one without speeds always does."""
    speeds = runners.speeds_mps
    return not speeds or speeds[0] - SPEED_REACH_MPS <= session.speed.mps.value <= speeds[-1] + SPEED_REACH_MPS


def _threshold(session: Session, runners: Runners, sign: int, percentile: float) -> float:
    """Return the value that a share of the other runners stays within, at the speed that makes it hardest to pass."""
    speed = session.speed.mps
    spreads = sign * NormalDist().inv_cdf(percentile / 100)
    limits = []
    for errors in (-1, 0, 1):
        mean, sd = runners.at(speed.value + errors * speed.se)
        limits.append(mean + spreads * sd)
    return max(limits) if sign > 0 else min(limits)


def _surely_positive(session: Session, name: str) -> bool:
    """Return whether a metric is above 0 by more than its error; one that was not measured is not."""
    statistic = session.metrics.get(name, {}).get("all")
    return statistic is not None and statistic.mean > statistic.se


def _compared_words(
    session: Session, name: str, measured: Measure, threshold: float, trigger: Mapping[str, Any], runners: Runners
) -> str:
    compared = "at_speed" if runners.speeds_mps else "any_speed"
    return text(
        f"guidance.measured.compared.{trigger['direction']}_{compared}",
        metric=metric_label(name),
        measured=measure_in_words(name, measured),
        percent=trigger["percentile"],
        mps=session.speed.mps.value,
        limit=measure_in_words(name, Measure(threshold, math.nan)),
    )
