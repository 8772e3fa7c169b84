"""Codes turned into words, in one place."""

from __future__ import annotations

import math
from collections.abc import Iterable
from types import MappingProxyType

from footstrike.data import AnklePlace, Foot, Measure, Percentile, SeenSide, Speed, SpeedSource, Statistic

REASON_WORDS = MappingProxyType(
    {
        "far_side": "far leg, partly hidden by the near one",
        "low_fps": "too few frames per second to time the contact well",
        "foot_hidden": "the foot was not well seen",
        "borderline": "close to the border between two classes",
        "implausible_pose": "the body was recognised in a posture that no runner lands in",
        "pose_poor": "the body was not well recognised",
        "near_clip_end": "close to the start or end of the clip",
        "small_runner": "the runner is small in the picture",
        "foot_uncertain": "left and right could not be told apart with certainty",
    }
)

STRIKE_WORDS = MappingProxyType(
    {"heel": "heel strike", "midfoot": "midfoot strike", "forefoot": "forefoot strike", "unclear": "unclear"}
)
SIDE_WORDS: MappingProxyType[SeenSide, str] = MappingProxyType(
    {"near": "near the camera", "far": "far from the camera", "both": "seen from both sides"}
)
VIEW_WORDS = MappingProxyType(
    {
        "side": "from the side",
        "oblique": "at a slant",
        "front": "from the front",
        "rear": "from behind",
        "unclear": "unclear",
    }
)
SPEED_WORDS: MappingProxyType[SpeedSource, str] = MappingProxyType(
    {
        "stated": "as stated",
        "height": "judged from the motion and the height stated",
        "typical_height": "judged from the motion, height assumed; --speed or --height make it surer",
        "unknown": "not known; --speed gives it",
    }
)

EVIDENCE_WORDS = MappingProxyType(
    {"moderate": "moderate evidence", "weak": "weak evidence", "opinion": "coaches' opinion, hardly any evidence"}
)

METRIC_LABELS = MappingProxyType(
    {
        "contact_time_ms": "Contact time",
        "flight_time_ms": "Flight time",
        "duty_factor": "Duty factor (contact time over stride time)",
        "foot_strike_angle_deg": "Foot strike angle (+ toes up)",
        "shank_angle_deg": "Shank angle (+ ankle ahead of knee)",
        "ankle_hip_distance_leg": "Ankle ahead of hip at contact",
        "knee_flexion_deg": "Knee flexion at contact",
        "trunk_lean_deg": "Trunk lean in stance (+ forward)",
        "ankle_angle_deg": "Ankle angle at contact (+ toes towards the shin)",
        "knee_flexion_stance_deg": "Largest knee flexion in stance",
        "body_lean_deg": "Body lean in stance, ankle to shoulders (+ forward)",
        "waist_bend_deg": "Bend at the waist in stance",
        "heel_pull_up_leg": "Heel pull-up in swing",
        "knee_drive_deg": "Knee drive (thigh ahead of the vertical)",
        "thigh_extension_deg": "Thigh behind the vertical at push-off",
        "toe_drop_ms": "Heel strike: time until the foot is flat",
        "heel_drop_ms": "Forefoot strike: time until the heel is down",
        "vertical_oscillation": "Vertical oscillation",
        "step_length_m": "Step length",
        "vertical_stiffness": "Vertical stiffness (spring-mass model)",
        "leg_stiffness": "Leg stiffness (spring-mass model)",
        "step_time_ms": "Step time",
        "stride_time_ms": "Stride time",
        "cadence_spm": "Cadence",
    }
)

_UNITS = MappingProxyType(
    {
        "n_m_kg": "N/m per kg",
        "kn_m": "kN/m",
        "ms": "ms",
        "s": "s",
        "deg": "°",
        "spm": "/min",
        "cm": "cm",
        "m": "m",
        "leg": "leg lengths",
    }
)
"""By the ending of a metric's name, longer endings first."""
_UNITS_UNNAMED = MappingProxyType({"vertical_oscillation": "leg"})
_DECIMALS = MappingProxyType({"ms": 0, "deg": 1, "spm": 1, "cm": 1, "m": 2, "n_m_kg": 0, "kn_m": 1})
_DECIMALS_ELSE = 3
UNKNOWN_MARK = "—"
LOWEST_PERCENTILE, HIGHEST_PERCENTILE = 5, 95
"""The first and last percentile of the reference."""
FOOT_WORDS_UNSEEN = "No landing of this foot was seen."


def reason_words(code: str) -> str:
    """Return a reason code in words; a code nobody has named is shown as it is."""
    return REASON_WORDS.get(code, code.replace("_", " "))


def reasons_text(codes: Iterable[str]) -> str:
    """Return reason codes as one phrase."""
    return "; ".join(reason_words(code) for code in codes)


def foot_words(foot: Foot, side: SeenSide) -> str:
    """Return ``Right foot (near the camera)``."""
    return f"{foot.capitalize()} foot ({SIDE_WORDS[side]})"


def metric_label(name: str) -> str:
    """Return a metric's name for people; one that nobody has named keeps its own words."""
    stem, _ = split_unit(name)
    return METRIC_LABELS.get(name) or METRIC_LABELS.get(stem) or stem.replace("_", " ").capitalize()


def split_unit(name: str) -> tuple[str, str]:
    """Split ``contact_time_ms`` into ``contact_time`` and ``ms``; no unit gives an empty one."""
    ending = next((unit for unit in _UNITS if name.endswith(f"_{unit}")), "")
    return name.removesuffix(f"_{ending}"), ending


def statistic_words(name: str, statistic: Statistic | None) -> tuple[str, str]:
    """Return a statistic as ``243 ± 4 ms`` and its spread as ``SD 9, n = 13``."""
    if statistic is None or not math.isfinite(statistic.mean):
        return UNKNOWN_MARK, ""
    digits = _DECIMALS.get(_unit_of(name), _DECIMALS_ELSE)
    spread = f"SD {statistic.sd:.{digits}f}, " if math.isfinite(statistic.sd) else ""
    return measure_in_words(name, Measure(statistic.mean, statistic.se)), f"{spread}n = {statistic.n}"


def measure_in_words(name: str, measure: Measure) -> str:
    """Return a measure in the unit that its metric's name gives: ``243 ± 4 ms``."""
    unit = _unit_of(name)
    digits = _DECIMALS.get(unit, _DECIMALS_ELSE)
    error = f" ± {measure.se:.{digits}f}" if math.isfinite(measure.se) else ""
    return number(measure.value, digits) + error + spaced_unit(unit)


def unit_words(name: str) -> str:
    """Return the unit that a metric's name gives: ``ms``; empty where it has none."""
    return _UNITS.get(_unit_of(name), "")


def _unit_of(name: str) -> str:
    return _UNITS_UNNAMED.get(name) or split_unit(name)[1]


def measure_words(measure: Measure, digits: int, unit: str) -> str:
    """Return ``169.0 ± 0.5 steps/min``; ``—`` when unknown."""
    if not measure.known:
        return UNKNOWN_MARK
    error = f"\u00a0±\u00a0{measure.se:.{digits}f}" if math.isfinite(measure.se) else ""
    return number(measure.value, digits) + error + unit


def percentile_words(percentile: Percentile) -> str:
    """Return ``about the 60th percentile (45–75)``, in fives; beyond the reference's ends nothing is known."""
    value, low, high = (5 * round(share / 5) for share in (percentile.value, percentile.low, percentile.high))
    if percentile.value >= HIGHEST_PERCENTILE:
        return f"the {HIGHEST_PERCENTILE}th percentile or above" + (f" (from {low})" if low < value else "")
    if percentile.value <= LOWEST_PERCENTILE:
        return f"the {LOWEST_PERCENTILE}th percentile or below" + (f" (up to {high})" if high > value else "")
    return f"about the {value}th percentile ({low}–{high})"


def runners_words(ankle: AnklePlace, speed: Speed) -> str:
    """Return whom an ankle was compared with: ``runners at 3.0 m/s``."""
    at_mps = ankle.compared_at_mps
    if not math.isfinite(at_mps):
        return "runners at all speeds"
    if at_mps == speed.mps.value:
        return f"runners at {at_mps:.1f} m/s"
    end = "slowest" if at_mps > speed.mps.value else "fastest"
    return f"the {end} runners in the reference ({at_mps:.1f} m/s)"


def number(value: float, digits: int) -> str:
    """Return a number with a true minus sign; ``—`` when unknown."""
    if not math.isfinite(value):
        return UNKNOWN_MARK
    return f"{round(value, digits) + 0.0:.{digits}f}".replace("-", "−")


def spaced_unit(unit: str) -> str:
    """Return a unit as it follows a number: a degree sign close up, others after a space."""
    word = _UNITS.get(unit, "")
    return word if word == "°" or not word else f" {word}"
