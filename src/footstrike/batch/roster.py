"""``batch.html``: one small panel for each clip, those that need a look first, in one page that opens offline."""

from __future__ import annotations

import csv
import json
import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args
from urllib.parse import quote

from footstrike.batch.tables import replacing
from footstrike.batch.work import ClipResult, ClipTask, Status
from footstrike.data import FEET, SEVERITIES, Foot, Measure
from footstrike.report.outputs import REPORT, STEPS, SUMMARY
from footstrike.report.page import evenly_picked, render_template
from footstrike.report.sentences import headline_words
from footstrike.report.style import STRIKE_RGB, ahead_words
from footstrike.texts import counted, table, text
from footstrike.words import UNKNOWN_MARK, measure_words, number

PANELS_UP_TO = 1000
"""More panels than that no browser shows with ease, and nobody reads."""
GROUPS = ("not_analysed", "serious", "no_strike", "marked", "rest")
"""What the page is sorted by: who needs a look first."""
_TEMPLATE = Path(__file__).parent / "roster.html.j2"
_DOTS_UP_TO = 60
_LOWEST_DEG, _HIGHEST_DEG = -15.0, 35.0
_WIDTH, _HEIGHT, _MARGIN = 160.0, 46.0, 4.0


@dataclass(frozen=True, slots=True)
class Entry:
    """A clip in the roster: its group, and where its results lie (``None`` where there are none)."""

    group: int
    label: str
    reason: str
    folder: Path | None


def write_roster(path: Path, tasks: Sequence[ClipTask], results: Mapping[str, ClipResult]) -> None:
    """Write the page for clips whose results lie below the page's own folder."""
    entries = sorted((_entry(task, results[task.clip.name]) for task in tasks), key=lambda e: (e.group, e.label))
    shown = entries[:PANELS_UP_TO]
    groups = [
        {"title": text(f"roster.groups.{name}"), "panels": panels}
        for place, name in enumerate(GROUPS)
        if (panels := [_panel(entry, path.parent) for entry in shown if entry.group == place])
    ]
    left_out = len(entries) - len(shown)
    content = {
        "t": table("roster"),
        "title": counted("roster.title", len(entries)),
        "heading": counted("roster.heading", len(entries)),
        "lead": text("roster.lead", counts=_counts(results)),
        "key": text("roster.key", lowest=number(_LOWEST_DEG, 0), highest=number(_HIGHEST_DEG, 0)),
        "strikes": {strike: text(f"words.strike.{strike}") for strike in STRIKE_RGB},
        "groups": groups,
        "left_out": text("roster.left_out", count=left_out) if left_out else "",
        "zero": _height_of(0),
        "width": _WIDTH,
        "height": _HEIGHT,
    }
    with replacing(path) as unfinished:
        unfinished.write_text(render_template(_TEMPLATE, content), encoding="utf-8", newline="\n")


def _entry(task: ClipTask, result: ClipResult) -> Entry:
    if result.status in ("refused", "failed"):
        return Entry(0, task.clip.label, text(f"roster.not_analysed.{result.status}", reason=result.reason), None)
    return Entry(group_of(_read_summary(task.folder)), task.clip.label, "", task.folder)


def group_of(summary: Mapping[str, Any]) -> int:
    """Return the place in :data:`GROUPS` of a clip with this ``summary.json``."""
    verdicts = [summary["verdict"].get(foot) for foot in FEET]
    if any(warning["severity"] == "serious" for warning in summary["warnings"]):
        return 1
    if any(verdict is None or verdict["strike"] == "unclear" for verdict in verdicts):
        return 2
    return 3 if any(verdict["overstride"] == "marked" for verdict in verdicts) else 4


def _counts(results: Mapping[str, ClipResult]) -> str:
    statuses = [result.status for result in results.values()]
    kinds = [status for status in get_args(Status) if status in statuses]
    return ", ".join(text(f"roster.counts.{status}", count=statuses.count(status)) for status in kinds)


def _read_summary(folder: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((folder / SUMMARY).read_text(encoding="utf-8"))
    return content


def _panel(entry: Entry, page_folder: Path) -> dict[str, Any]:
    if entry.folder is None:
        return {"label": entry.label, "reason": entry.reason, "link": None}
    summary = _read_summary(entry.folder)
    with (entry.folder / STEPS).open(encoding="utf-8", newline="") as file:
        steps = list(csv.DictReader(file))
    warnings = sorted(summary["warnings"], key=lambda warning: SEVERITIES.index(warning["severity"]))
    more = len(warnings) - 1
    return {
        "label": entry.label,
        "reason": "",
        "link": quote(os.fsencode((entry.folder / REPORT).relative_to(page_folder).as_posix())),
        "cadence": text("roster.cadence", cadence=measure_words(_measure(summary["cadence_spm"]), 1, "steps_min")),
        "warning": warnings[0] if warnings else None,
        "more_warnings": text("roster.more_warnings", count=more) if more > 0 else "",
        "feet": [_foot(foot, summary, [step for step in steps if step["foot"] == foot]) for foot in FEET],
    }


def _foot(foot: Foot, summary: Mapping[str, Any], steps: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    verdict = summary["verdict"].get(foot)
    title = text("roster.foot.title", foot=text(f"words.foot_title.{foot}"))
    if verdict is None:
        unseen = text("sentences.foot.unseen_alone")
        return {
            "title": title,
            "strike": "unclear",
            "headline": text("roster.foot.not_seen"),
            "words": unseen,
            "dots": [],
        }
    return {
        "title": title,
        "strike": verdict["strike"],
        "headline": _headline(verdict),
        "words": _foot_words(verdict, steps),
        "dots": _dots([step for step in steps if step["foot_strike_angle_deg"]]),
        "dots_words": text(f"roster.dots.{foot}"),
    }


def _headline(verdict: Mapping[str, Any]) -> str:
    strike = headline_words(verdict["strike"], verdict["p_heel"])
    if verdict["strike"] == "unclear":
        return strike
    return text("roster.foot.headline", strike=strike, sure=min(99, round(100 * verdict["probability"])))


def _foot_words(verdict: Mapping[str, Any], steps: Sequence[Mapping[str, str]]) -> str:
    shank = _measure(verdict["shank_angle_deg"])
    known = sum(bool(step["foot_strike_angle_deg"]) for step in steps)
    return counted(
        "roster.foot",
        len(steps),
        ankle=text("roster.foot.ankle", ankle=ahead_words(shank) if shank.known else UNKNOWN_MARK),
        overstride=text(f"words.overstride.{verdict['overstride']}"),
        with_angle="" if known == len(steps) else text("roster.foot.with_angle", count=known),
    )


def _dots(steps: Sequence[Mapping[str, str]]) -> list[dict[str, Any]]:
    """Return where each landing's foot strike angle is drawn; the same scale in every panel."""
    shown = evenly_picked(steps, _DOTS_UP_TO)
    gap = (_WIDTH - 2 * _MARGIN) / max(1, len(shown) - 1)
    return [
        {"x": round(_MARGIN + place * gap, 1), "y": _height_of(float(step["foot_strike_angle_deg"])),
         "strike": step["strike"]}
        for place, step in enumerate(shown)
    ]  # fmt: skip


def _height_of(angle_deg: float) -> float:
    share = (min(max(angle_deg, _LOWEST_DEG), _HIGHEST_DEG) - _LOWEST_DEG) / (_HIGHEST_DEG - _LOWEST_DEG)
    return round(_HEIGHT - _MARGIN - share * (_HEIGHT - 2 * _MARGIN), 1)


def _measure(value: Mapping[str, float | None]) -> Measure:
    mean, se = value["value"], value["se"]
    return Measure(math.nan if mean is None else mean, math.nan if se is None else se)
