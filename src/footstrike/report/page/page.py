"""``report.html``: one page that opens without a network, light or dark, on a phone or on paper."""

from __future__ import annotations

import base64
import hashlib
import json
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from footstrike.coaching import handbook, remark, suggestions
from footstrike.data import FEET, SEVERITIES, FloatArray, Session
from footstrike.report.overlay.sprites import ByteImage
from footstrike.report.page.landing_sheet import landing_groups
from footstrike.report.page.page_data import as_script_data, page_data
from footstrike.report.page.rows import fact_rows, foot_card, metric_row, step_row, suggestion_card
from footstrike.report.sentences import feet_near_first, filmed_sentence, percentile_runners
from footstrike.report.style import STRIKE_RGB, hex_colour
from footstrike.report.summary import to_plain
from footstrike.words import measure_words

VIDEO_NAME = "annotated.mp4"
"""The annotated video, which lies beside the page."""
PLOTLY_VERSION = "4.1.1"
NOTES_SHOWN = 3
"""So many warnings are read; the others are there for whoever asks."""
_FOLDER = Path(__file__).parent
_SCRIPTS = ("video.js", "plots.js", "drawing.js", "tables.js", "page.js")
_PLOTS = ("foot_angle", "shank_angle", "speed", "timing", "cadence", "sides", "drift", "cycle")
_FUKUCHI = "fukuchi_2017"


def render_page(
    session: Session,
    pictures: Mapping[int, ByteImage] | None,
    frame_time_s: FloatArray | None = None,
) -> str:
    """Return the page as HTML text.

    Parameters
    ----------
    session
        What is known of the recording.
    pictures
        Pictures of landings by step number; ``None`` where only landmarks were at hand.
    frame_time_s
        ``(T,)`` presentation times of the recording's frames in the annotated video; ``None`` when none was written.
    """
    return render_template(_FOLDER / "report.html.j2", _content(session, pictures, frame_time_s))


def render_template(path: Path, content: Mapping[str, Any]) -> str:
    """Return a template filled in: every text escaped, with the style that all pages share."""
    environment = Environment(
        loader=FileSystemLoader(path.parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    # Markup: the style and the colours are footstrike's own and hold nothing that a user gave.
    style = Markup(_read("style.css"))
    colours = {name: hex_colour(rgb) for name, rgb in STRIKE_RGB.items()}
    return environment.get_template(path.name).render(style=style, strike_colours=colours, **content)


def texts() -> dict[str, Any]:
    """Return the page's own words."""
    return tomllib.loads(_read("texts.toml"))


def scripts() -> list[str]:
    """Return the page's scripts: the plotting library as it is published, and what works the page."""
    # Named functions only, in one scope of their own.
    own = "\n".join(_read(name) for name in _SCRIPTS)
    return [_read("vendor/plotly-basic.min.js"), f'"use strict";\n(() => {{\n{own}\n}})();\n']


def script_hash(script: str) -> str:
    """Return a script's hash as a Content-Security-Policy names it: only scripts that are named there run."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode('ascii')}'"


@cache
def _read(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")


def _words(with_video: bool) -> dict[str, Any]:
    """Return the page's own words, promising no video where there is none."""
    words = texts()
    if with_video:
        return words
    plots, landings = words["plots"], words["landings"]
    return {
        **words,
        "plots": {**plots, "lead": plots["lead_without_video"]},
        "landings": {**landings, "goto": landings["goto_without_video"]},
    }


def _content(
    session: Session, pictures: Mapping[int, ByteImage] | None, frame_time_s: FloatArray | None
) -> dict[str, Any]:
    words = _words(frame_time_s is not None)
    shown = pictures or {}
    notes = sorted(session.warnings, key=lambda note: SEVERITIES.index(note.severity))
    data = page_data(session, frame_time_s, {name: words[name] for name in ("plots", "watch", "landings")})
    code = scripts()
    return {
        "t": words,
        "name": session.name,
        "feet": [foot_card(session, foot, words["answer"]) for foot in feet_near_first(session)],
        "suggestions": [suggestion_card(suggestion) for suggestion in suggestions(session)],
        "remark": remark(session),
        "stop_rules": handbook().stop_rules.text,
        "notes": notes[:NOTES_SHOWN],
        "other_notes": notes[NOTES_SHOWN:],
        "filmed": filmed_sentence(session),
        "facts": fact_rows(session, words["filmed"]),
        "video_name": VIDEO_NAME if frame_time_s is not None else None,
        "landings": landing_groups(session, shown, words["landings"]),
        "recording": pictures is not None,
        "pictured": len(shown),
        "feet_seen": [foot for foot in FEET if any(step.contact.foot == foot for step in session.steps)],
        "strikes_seen": [name for name in STRIKE_RGB if any(step.strike.type == name for step in session.steps)],
        "plots": _plots(session, words, data),
        "metrics": [metric_row(session, name, words) for name in session.metrics],
        "steps": [step_row(step) for step in session.steps],
        "unseen": handbook().not_measurable,
        "versions": dict(session.versions),
        "models": session.track.models,
        "video": session.video,
        "settings": json.dumps(to_plain(session.settings), indent=2, ensure_ascii=False),
        "plotly_version": PLOTLY_VERSION,
        "data": as_script_data(data),
        # Markup: the scripts are footstrike's own and the library's, tested to hold nothing that ends a script element.
        "scripts": [Markup(script) for script in code],
        "script_hashes": Markup(" ".join(map(script_hash, code))),
    }


def _plots(session: Session, words: Mapping[str, Any], data: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the plots with their captions filled in; a caption without a plot says why there is none."""
    plots, source = words["plots"], handbook().sources[_FUKUCHI]
    strides = ", ".join(f"{curve['strides']} {curve['foot']}" for curve in data["cycle"]["feet"])
    over_s = max((drift["over_s"] for drift in data["drift"]), default=0.0)
    filled = {
        "runners": percentile_runners(session),
        "source": source,
        "mean": measure_words(session.cadence_spm, 1, " steps/min"),
        "seconds": f"{over_s:.0f}",
        "count": len(data["drift"]),
        "strides": strides,
        **{name: f"{angle:g}°".replace("-", "−") for name, angle in (data["cut_offs"] or {}).items()},
    }
    drawn = {"sides": data["sides"], "drift": data["drift"], "cycle": strides, "cadence": data["intervals"]}
    empty = [name for name, content in drawn.items() if not content]
    shown = [name for name in _PLOTS if session.steps and name not in empty]
    variants = {
        "foot_angle": "caption" if data["cut_offs"] else "caption_without_cut_offs",
        "speed": "caption" if session.speed.mps.known else "caption_unknown",
    }
    captions = {name: plots[name][variants.get(name, "caption")].format(**filled) for name in shown}
    if "drift" in empty and session.steps:
        captions["drift"] = plots["drift"]["few"]
    return [
        {"name": name, "title": plots[name]["title"], "caption": captions[name], "drawn": name not in empty}
        for name in _PLOTS
        if name in captions
    ]
