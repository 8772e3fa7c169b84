"""Codes and numbers turned into words."""

from __future__ import annotations

import math
from collections.abc import Iterable
from types import MappingProxyType

from footstrike.data import AnklePlace, Foot, Measure, Percentile, SeenSide, Speed, Statistic
from footstrike.texts import table, text

_UNITS = ("n_m_kg", "kn_m", "ms", "s", "deg", "spm", "cm", "m", "leg")
"""Endings of metrics' names that are units, longer ones first."""
_UNITS_UNNAMED = MappingProxyType({"vertical_oscillation": "leg"})
_DECIMALS = MappingProxyType({"ms": 0, "deg": 1, "spm": 1, "cm": 1, "m": 2, "n_m_kg": 0, "kn_m": 1})
_DECIMALS_ELSE = 3
SAME_SPEED_MPS = 0.05
"""Speeds that are written alike."""
UNKNOWN_MARK = "—"
LOWEST_PERCENTILE, HIGHEST_PERCENTILE = 5, 95
"""The first and last percentile of the reference."""


def reason_words(code: str) -> str:
    """Return a reason code in words; a code nobody has named is shown as it is."""
    return str(table("words.reasons").get(code, code.replace("_", " ")))


def reasons_text(codes: Iterable[str]) -> str:
    """Return reason codes as one phrase."""
    return "; ".join(reason_words(code) for code in codes)


def foot_words(foot: Foot, side: SeenSide) -> str:
    """Return ``Right foot (near the camera)``."""
    return text(f"words.foot_side.{foot}", side=text(f"words.side.{side}"))


def metric_label(name: str) -> str:
    """Return a metric's name for people; one that nobody has named keeps its own words."""
    stem, _ = split_unit(name)
    labels = table("words.metrics")
    return str(labels.get(name) or labels.get(stem) or stem.replace("_", " ").capitalize())


def short_label(name: str) -> str:
    """Return a metric's name without what stands in brackets behind it."""
    return metric_label(name).split(" (")[0]


def split_unit(name: str) -> tuple[str, str]:
    """Split ``contact_time_ms`` into ``contact_time`` and ``ms``; no unit gives an empty one."""
    ending = next((unit for unit in _UNITS if name.endswith(f"_{unit}")), "")
    return name.removesuffix(f"_{ending}"), ending


def statistic_words(name: str, statistic: Statistic | None) -> tuple[str, str]:
    """Return a statistic as ``243 ± 4 ms`` and its spread as ``SD 9, n = 13``."""
    if statistic is None or not math.isfinite(statistic.mean):
        return UNKNOWN_MARK, ""
    digits = _DECIMALS.get(_unit_of(name), _DECIMALS_ELSE)
    known = math.isfinite(statistic.sd)
    spread = text(
        "words.statistic.spread" if known else "words.statistic.alone", n=statistic.n, sd=f"{statistic.sd:.{digits}f}"
    )
    return measure_in_words(name, Measure(statistic.mean, statistic.se)), spread


def measure_in_words(name: str, measure: Measure) -> str:
    """Return a measure in the unit that its metric's name gives: ``243 ± 4 ms``."""
    unit = _unit_of(name)
    digits = _DECIMALS.get(unit, _DECIMALS_ELSE)
    error = f" ± {measure.se:.{digits}f}" if math.isfinite(measure.se) else ""
    return number(measure.value, digits) + error + spaced_unit(unit)


def unit_words(name: str) -> str:
    """Return the unit that a metric's name gives: ``ms``; empty where it has none."""
    return spaced_unit(_unit_of(name)).strip()


def _unit_of(name: str) -> str:
    return _UNITS_UNNAMED.get(name) or split_unit(name)[1]


def measure_words(measure: Measure, digits: int, unit: str) -> str:
    """Return a measure in a unit of the catalogue, as ``169.0 ± 0.5 steps/min``; ``—`` when unknown."""
    if not measure.known:
        return UNKNOWN_MARK
    error = f"\u00a0±\u00a0{measure.se:.{digits}f}" if math.isfinite(measure.se) else ""
    return number(measure.value, digits) + error + spaced_unit(unit)


def percentile_words(percentile: Percentile) -> str:
    """Return ``about the 60th percentile (45–75)``, in fives; beyond the reference's ends nothing is known."""
    value, low, high = (5 * round(share / 5) for share in (percentile.value, percentile.low, percentile.high))
    if percentile.value >= HIGHEST_PERCENTILE:
        return text(
            "words.percentile.highest_from" if low < value else "words.percentile.highest",
            value=HIGHEST_PERCENTILE,
            low=low,
        )
    if percentile.value <= LOWEST_PERCENTILE:
        return text(
            "words.percentile.lowest_up_to" if high > value else "words.percentile.lowest",
            value=LOWEST_PERCENTILE,
            high=high,
        )
    return text("words.percentile.about", value=value, low=low, high=high)


def runners_words(ankle: AnklePlace, speed: Speed) -> str:
    """Return whom an ankle was compared with: ``runners at 3.0 m/s``."""
    at_mps = ankle.compared_at_mps
    if not math.isfinite(at_mps):
        return text("words.runners.all")
    if abs(at_mps - speed.mps.value) <= SAME_SPEED_MPS:
        return text("words.runners.same", mps=at_mps)
    return text("words.runners.slowest" if at_mps > speed.mps.value else "words.runners.fastest", mps=at_mps)


def quantity(value: float, digits: int, unit: str) -> str:
    """Return a number with a unit of the catalogue, as ``3.0 m/s``."""
    return number(value, digits) + spaced_unit(unit)


def number(value: float, digits: int) -> str:
    """Return a number with a true minus sign; ``—`` when unknown."""
    if not math.isfinite(value):
        return UNKNOWN_MARK
    return f"{round(value, digits) + 0.0:.{digits}f}".replace("-", "−")


def spaced_unit(unit: str) -> str:
    """Return a unit as it follows a number: a degree sign close up, others after a space."""
    if not unit:
        return ""
    word = text(f"words.unit.{unit}")
    return word if unit == "deg" else f" {word}"
