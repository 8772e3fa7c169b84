"""``summary.json``: everything about one recording that is not a list of steps."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from fractions import Fraction
from pathlib import Path
from typing import Any

from footstrike.coaching import Suggestion, handbook, remark, suggestions
from footstrike.data import FEET, STRIKE_CLASSES, Measure, Session, Statistic, Step
from footstrike.gait.drift import drifts
from footstrike.gait.metrics import STEP_METRICS
from footstrike.gait.symmetry import left_minus_right

SCHEMA = "footstrike-summary/1"
STRIKE_KEYS = (*STRIKE_CLASSES, "unclear")
OVERSTRIDE_KEYS = ("none", "mild", "marked", "unclear")

_DECIMALS = 6
_Z_95 = 1.959964


def summary(session: Session) -> dict[str, Any]:
    """Return the content of ``summary.json`` as plain JSON values; unknown numbers are ``None``."""
    content = {
        "schema": SCHEMA,
        "footstrike_version": session.versions.get("footstrike"),
        "input": _input(session),
        "view": session.view,
        "direction": session.direction,
        "activity": session.activity,
        "cadence_spm": asdict(session.cadence_spm),
        "speed": {**asdict(session.speed.mps), "source": session.speed.source},
        "steps": len(session.steps),
        "strike_share": _shares(session.steps, STRIKE_KEYS, lambda step: step.strike.type),
        "overstride": _shares(session.steps, OVERSTRIDE_KEYS, lambda step: step.overstride),
        **session.metrics,
        "symmetry": symmetry(session.metrics, session.slow_motion.relative_se),
        "drift": drift(session.steps),
        "leg_length_px": session.leg_length_px,
        "verdict": {foot: _verdict(session, foot) for foot in FEET if foot in session.verdict},
        "suggestions": [_suggestion(suggestion) for suggestion in suggestions(session)],
        "suggestions_remark": asdict(remark(session)),
        "not_measurable": [{"what": asked.what, "needs": asked.needs} for asked in handbook().not_measurable],
        "warnings": [asdict(note) for note in session.warnings],
        "settings": session.settings,
        "backend": session.track.backend,
        "models": [asdict(model) for model in session.track.models],
        "versions": session.versions,
    }
    plain: dict[str, Any] = to_plain(content)
    return plain


def write_summary_json(session: Session, path: Path) -> None:
    """Write ``summary.json``: strict JSON (no NaN), UTF-8, keys in a fixed order."""
    text = json.dumps(summary(session), indent=2, ensure_ascii=False, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")


def symmetry(metrics: Mapping[str, Mapping[str, Statistic]], relative_time_se: float) -> dict[str, dict[str, float]]:
    """Return, for each metric known for both feet, left minus right with its standard error."""
    return {
        name: {"n": n, "left_minus_right": difference.value, "se": difference.se}
        for name, (n, difference) in left_minus_right(metrics, relative_time_se).items()
    }


def drift(steps: Sequence[Step]) -> dict[str, dict[str, float]]:
    """Return, for each metric of a step, last minus first third of the recording with its standard error."""
    return {
        name: {"n": found.n, "change": found.change.value, "se": found.change.se, "over_s": found.over_s}
        for name, found in drifts(steps, STEP_METRICS).items()
    }


def to_plain(value: Any) -> Any:
    """Return ``value`` as JSON values: NaN and infinities become ``None``, floats are rounded."""
    if isinstance(value, Statistic | Measure):
        return to_plain(asdict(value))
    if isinstance(value, Mapping):
        return {str(key): to_plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [to_plain(item) for item in value]
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return round(value, _DECIMALS) if math.isfinite(value) else None
    return str(value)


def _input(session: Session) -> dict[str, Any]:
    video, slow = session.video, session.slow_motion
    if video is None:
        track = session.track
        return {
            "name": session.name,
            "kind": "landmarks",
            "width_px": track.frame_size_px[0],
            "height_px": track.frame_size_px[1],
            "frames": track.frame_count,
            "slow_motion": asdict(slow),
        }
    return {
        "name": video.name,
        "kind": "video",
        "sha256": video.sha256,
        "size_bytes": video.size_bytes,
        "width_px": video.width_px,
        "height_px": video.height_px,
        "frames": video.frame_count,
        "stored_rate_hz": _rate(video.stored_rate_hz),
        "capture_rate_hz": session.capture_rate_hz,
        "slow_motion": asdict(slow),
        "rotation_deg": video.rotation_deg,
        "variable_rate": video.variable_rate,
        "codec": video.codec,
        "damaged_packets": video.damaged_packets,
        "truncated": video.truncated,
    }


def _rate(rate_hz: Fraction | None) -> float | None:
    return None if rate_hz is None else float(rate_hz)


def _shares(
    steps: Iterable[Step], classes: tuple[str, ...], class_of: Callable[[Step], str]
) -> dict[str, dict[str, Any]]:
    found = [(step.contact.foot, class_of(step)) for step in steps]
    groups = {"all": [name for _, name in found]}
    groups |= {foot: [name for other, name in found if other == foot] for foot in FEET}
    return {group: _share(names, classes) for group, names in groups.items()}


def _share(names: list[str], classes: tuple[str, ...]) -> dict[str, Any]:
    counts = {name: names.count(name) for name in classes}
    return {"n": len(names)} | {name: _proportion(count, len(names)) for name, count in counts.items()}


def _proportion(count: int, n: int) -> dict[str, float]:
    low, high = wilson_interval(count, n)
    share = count / n if n else math.nan
    return {"count": count, "share": share, "low_95": low, "high_95": high}


def wilson_interval(count: int, n: int) -> tuple[float, float]:
    """Return the 95 % score interval of a proportion (Wilson 1927); NaN for ``n`` = 0."""
    if n == 0:
        return math.nan, math.nan
    share, z2 = count / n, _Z_95**2
    centre = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = _Z_95 / (1 + z2 / n) * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    return max(0.0, centre - half), min(1.0, centre + half)


def _verdict(session: Session, foot: str) -> dict[str, Any]:
    verdict = session.verdict[foot]
    return {
        "side": verdict.side,
        "strike": verdict.strike,
        "probability": verdict.probability,
        "p_heel": verdict.p_heel,
        "landings": verdict.landings,
        "counts": verdict.counts,
        "shank_angle_deg": verdict.shank_angle_deg,
        "overstride": verdict.overstride,
        "ankle": asdict(verdict.ankle),
    }


def _suggestion(suggestion: Suggestion) -> dict[str, Any]:
    measurement, guidance = suggestion.measurement, suggestion.guidance
    return {
        "code": guidance.code,
        "title": guidance.title,
        "measurement": {
            "metric": measurement.metric,
            "group": measurement.group,
            **asdict(measurement.measured),
            "threshold": measurement.threshold,
            "words": measurement.words,
        },
        "evidence": guidance.evidence,
        "why": [asdict(claim) for claim in guidance.why],
        "cue": guidance.cue.text,
        "drill": asdict(guidance.drill),
        "film_next": guidance.film_next,
        "stop": handbook().stop_rules.text,
        "sources": {source: handbook().sources[source] for source in guidance.sources},
    }
