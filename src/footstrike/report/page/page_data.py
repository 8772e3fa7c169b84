"""What the page's script needs, as plain values: times of frames and landings, numbers to plot, the CSV."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from markupsafe import Markup

from footstrike.data import FEET, FloatArray, Foot, Measure, Session, Statistic, Step
from footstrike.gait.cycle import CYCLE_PERCENT, CycleCurves, cycle_curves
from footstrike.gait.drift import Drift, drifts
from footstrike.gait.metrics import STEP_METRICS, mean_of, regular, scaled
from footstrike.gait.symmetry import left_minus_right
from footstrike.report.page.rows import likeliest
from footstrike.report.sentences import feet_near_first
from footstrike.report.style import FAR_LEG_RGB, NEAR_LEG_RGB, STRIKE_RGB, hex_colour
from footstrike.report.tables import steps_csv
from footstrike.settings import default_reference
from footstrike.texts import table, text
from footstrike.words import measure_in_words, short_label, spaced_unit, split_unit

TICK_S = 1e-4
"""Times of frames are given in steps of this."""
BANDS_PERCENT = (5.0, 20.0, 50.0, 80.0, 95.0)
"""The reference's percentiles that are drawn."""
_SPEEDS_DRAWN = 30
_DECIMALS = 4
_ROOMS, _WORDS = ("plots", "watch", "landings"), ("foot", "strike", "unit")
"""Texts that the script needs, of the page and of all rooms."""
SIDE_METRICS = (
    "foot_strike_angle_deg",
    "shank_angle_deg",
    "knee_flexion_deg",
    "contact_time_ms",
    "flight_time_ms",
    "ankle_hip_distance_leg",
)
"""Metrics whose single steps are drawn left against right."""
_STEP_VALUES: Mapping[str, Callable[[Step], Measure]] = {
    "time": lambda step: step.contact.contact_s,
    "foot_angle": lambda step: step.landing.foot_strike_angle_deg,
    "shank_angle": lambda step: step.landing.shank_angle_deg,
    "duration": lambda step: scaled(step.contact.duration_s, 1000),
    "flight": lambda step: scaled(step.flight_s, 1000),
}


def page_data(session: Session, frame_time_s: FloatArray | None) -> dict[str, Any]:
    """Return everything that the page's script reads; unknown numbers are ``None``.

    Parameters
    ----------
    session
        What is known of the recording.
    frame_time_s
        ``(T,)`` presentation times of the recording's frames in the annotated video; ``None`` without one.
    """
    frames = {} if frame_time_s is None else {"shown": ticks(frame_time_s), "real": ticks(session.real_time_s)}
    return {
        "frames": {"tick_s": TICK_S, **frames},
        "steps": _steps(session.steps),
        "feet": {foot: foot == feet_near_first(session)[0] for foot in FEET},
        "colours": {
            "strike": {name: hex_colour(rgb) for name, rgb in STRIKE_RGB.items()},
            "near": hex_colour(NEAR_LEG_RGB),
            "far": hex_colour(FAR_LEG_RGB),
        },
        "cut_offs": cut_offs(session),
        "speed": _measure(session.speed.mps),
        "shank_means": _shank_means(session),
        "reference": _reference(session),
        "cadence": _measure(session.cadence_spm),
        "intervals": _intervals(session.steps),
        "sides": [side for name in SIDE_METRICS if (side := _sides(session, name))],
        "drift": _drifts(session.steps),
        "cycle": _cycle(session),
        "csv": steps_csv(session),
        "text": {
            **{name: table(f"page.{name}") for name in _ROOMS},
            **{name: table(f"words.{name}") for name in _WORDS},
        },
    }


def as_script_data(data: Mapping[str, Any]) -> Markup:
    """Return JSON that is safe inside a script element, whatever names it holds."""
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    # Markup: what could end the element or begin another one is written as an escape that only JSON knows.
    return Markup(text.translate({ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}))


def ticks(time_s: FloatArray) -> list[int]:
    """Return times as whole ticks, each counted from the one before, the first from 0: short, and without drift."""
    return [int(step) for step in np.diff(np.round(time_s / TICK_S), prepend=0)]


def _steps(steps: Sequence[Step]) -> dict[str, list[Any]]:
    columns: dict[str, list[Any]] = {
        "number": [step.number for step in steps],
        "foot": [step.contact.foot for step in steps],
        "strike": [step.strike.type for step in steps],
        "likeliest": [likeliest(step.strike) for step in steps],
        "sure": [round(100 * step.strike.probability) for step in steps],
        "overstride": [step.overstride for step in steps],
        "frame": [step.contact_frame for step in steps],
    }
    for name, value_of in _STEP_VALUES.items():
        measures = [value_of(step) for step in steps]
        columns[name] = [_number(measure.value) for measure in measures]
        columns[f"{name}_se"] = [_number(measure.se) for measure in measures]
    return columns


def cut_offs(session: Session) -> dict[str, float] | None:
    """Return the foot strike angles that part the classes, as they were set; ``None`` where the classifier has none."""
    strikes = session.settings.get("strikes", {})
    rule = strikes.get("cut_offs", strikes)
    if not {"rearfoot_above_deg", "forefoot_below_deg"} <= set(rule):
        return None
    return {"above": rule["rearfoot_above_deg"], "below": rule["forefoot_below_deg"]}


def _shank_means(session: Session) -> dict[str, dict[str, float | None]]:
    """Return the mean shank angle of each foot that has one."""
    return {foot: _measure(mean_of(seen)) for foot, seen in _by_foot(session, "shank_angle_deg").items()}


def _by_foot(session: Session, name: str) -> dict[Foot, Statistic]:
    """Return a metric of each foot that has one."""
    groups = session.metrics.get(name, {})
    return {foot: groups[foot] for foot in FEET if foot in groups and groups[foot].n}


def _reference(session: Session) -> dict[str, Any]:
    """Return the shank angles of other runners: at this runner's speed, and over the speeds of the table."""
    reference = default_reference()
    places = [int(np.flatnonzero(reference.percents == percent)[0]) for percent in BANDS_PERCENT]
    speeds_mps = np.linspace(reference.speeds_mps[0], reference.speeds_mps[-1], _SPEEDS_DRAWN)
    by_speed = np.array([reference.values("shank_angle_deg", speed)[places] for speed in speeds_mps])
    here = reference.values("shank_angle_deg", session.speed.mps.value)[places]
    return {"here": _numbers(here), "speeds": _numbers(speeds_mps), "bands": [_numbers(band) for band in by_speed.T]}


def _intervals(steps: Sequence[Step]) -> list[list[Any]]:
    """Return step number, time and steps per minute of each step that the next one follows without a gap."""
    pairs = [(a, b) for a, b in pairwise(steps) if a.contact.bout == b.contact.bout]
    lengths_s = np.array([b.contact.contact_s.value - a.contact.contact_s.value for a, b in pairs])
    if not pairs:
        return []
    return [
        [a.number, _number(a.contact.contact_s.value), _number(60 / float(length))]
        for (a, _), length, kept in zip(pairs, lengths_s, regular(lengths_s), strict=True)
        if kept
    ]


def _sides(session: Session, name: str) -> dict[str, Any] | None:
    """Return a metric's single steps and means by foot, where both feet have it."""
    means = _by_foot(session, name)
    if len(means) < len(FEET):
        return None
    value_of = STEP_METRICS[name]
    _, difference = left_minus_right({name: session.metrics[name]}, session.slow_motion.relative_se)[name]
    by_foot = {foot: [step for step in session.steps if step.contact.foot == foot] for foot in FEET}
    return {
        "key": name,
        "label": short_label(name),
        "unit": text(f"words.unit.{split_unit(name)[1]}"),
        "difference": measure_in_words(name, difference).removesuffix(spaced_unit(split_unit(name)[1])),
        "feet": {
            foot: {
                "mean": _number(means[foot].mean),
                "se": _number(means[foot].se),
                "steps": [[step.number, _number(value_of(step).value)] for step in mine],
            }
            for foot, mine in by_foot.items()
        },
    }


def _drifts(steps: Sequence[Step]) -> list[dict[str, Any]]:
    found = drifts(steps, STEP_METRICS)
    return [_drift(name, drift) for name, drift in found.items() if drift.change.known and drift.change.se > 0]


def _drift(name: str, drift: Drift) -> dict[str, Any]:
    return {
        "label": short_label(name),
        "errors": _number(drift.change.value / drift.change.se),
        "words": measure_in_words(name, drift.change),
        "over_s": _number(drift.over_s),
    }


def _cycle(session: Session) -> dict[str, Any]:
    curves = cycle_curves(session.track.replace(time_s=session.real_time_s), session.steps)
    return {"percent": _numbers(CYCLE_PERCENT), "feet": [_curve(curve) for curve in curves]}


def _curve(curve: CycleCurves) -> dict[str, Any]:
    return {
        "foot": curve.foot,
        "strides": curve.strides,
        "toe_off": _number(curve.toe_off_percent),
        "mean": [_numbers(column, 1) for column in curve.mean_deg.T],
        "sd": [_numbers(column, 1) for column in curve.sd_deg.T],
    }


def _measure(measure: Measure) -> dict[str, float | None]:
    return {"value": _number(measure.value), "se": _number(measure.se)}


def _numbers(values: Iterable[float], digits: int = _DECIMALS) -> list[float | None]:
    return [_number(float(value), digits) for value in values]


def _number(value: float, digits: int = _DECIMALS) -> float | None:
    return round(value, digits) if math.isfinite(value) else None
