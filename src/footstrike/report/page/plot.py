"""The plot of the page: angles step by step and when each foot was on the ground, as inline SVG."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any, TypeVar

import matplotlib as mpl
import numpy as np
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from footstrike.data import FEET, Session, Step
from footstrike.report.style import STRIKE_RGB, hex_colour

Item = TypeVar("Item")

_TEXT, _GRID = "#010203", "#040506"
"""Stand-ins that become the page's own colours, so that the plot follows light and dark."""

_MARKER = {"heel": "o", "midfoot": "s", "forefoot": "^", "unclear": "X"}
_REARFOOT_ABOVE_DEG, _FOREFOOT_BELOW_DEG = 8.0, -1.6
_ERROR_BARS_UP_TO = 120
_POINTS_UP_TO = 400
_STANCES_UP_TO_S = 30.0
_STYLE: dict[Any, Any] = {
    "svg.hashsalt": "footstrike",
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.size": 10,
    "text.color": _TEXT,
    "axes.labelcolor": _TEXT,
    "axes.edgecolor": _GRID,
    "xtick.color": _TEXT,
    "ytick.color": _TEXT,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.facecolor": "none",
    "figure.facecolor": "none",
    "grid.color": _GRID,
    "grid.linewidth": 0.6,
}


_ROWS = (("foot_strike_angle_deg", "Foot strike angle (°)"), ("shank_angle_deg", "Shank angle (°)"))


def steps_plot(session: Session) -> Markup:
    """Return foot and shank angle of every step over time, and the contacts, as one SVG element.

    Each foot has its own column. Error bars are standard errors; they are left out above 120 steps,
    and above 400 steps an even choice is shown.
    """
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(9.4, 6.6), layout="constrained")
        places: list[Any] = [[f"{name} {foot}" for foot in FEET] for name, _ in _ROWS]
        axes = figure.subplot_mosaic([*places, ["contacts", "contacts"]], height_ratios=(5, 5, 1.8))
        shown = evenly_picked(session.steps, _POINTS_UP_TO)
        for name, label in _ROWS:
            pair = [axes[f"{name} {foot}"] for foot in FEET]
            _angle_row(pair, shown, name, label)
        for foot in FEET:
            axes[f"{_ROWS[0][0]} {foot}"].set_title(f"{foot.capitalize()} foot", fontweight="bold")
        _draw_cuts([axes[f"{_ROWS[0][0]} {foot}"] for foot in FEET])
        _draw_contacts(axes["contacts"], session.steps)
        _draw_legend(figure, session.steps)
        return _svg(figure)


def evenly_picked(items: Sequence[Item], most: int) -> list[Item]:
    """Return at most ``most`` of ``items``, evenly spread from first to last, in order."""
    if len(items) <= most:
        return list(items)
    return [items[round(place)] for place in np.linspace(0, len(items) - 1, most)]


def _angle_row(pair: Sequence[Axes], steps: Sequence[Step], name: str, label: str) -> None:
    for axes, foot in zip(pair, FEET, strict=True):
        mine = [step for step in steps if step.contact.foot == foot]
        _draw_angles(axes, mine, name, with_errors=len(steps) <= _ERROR_BARS_UP_TO)
        axes.grid(axis="y")
        axes.axhline(0, color=_TEXT, linewidth=0.8)
        if not mine:
            axes.text(0.5, 0.6, "no landing seen", transform=axes.transAxes, ha="center")
    pair[0].set_ylabel(label)
    pair[1].sharey(pair[0])
    pair[1].sharex(pair[0])


def _draw_angles(axes: Axes, steps: Sequence[Step], name: str, with_errors: bool) -> None:
    for strike, marker in _MARKER.items():
        some = [step for step in steps if step.strike.type == strike]
        angles = [getattr(step.landing, name) for step in some]
        axes.errorbar(
            [step.contact.contact_s.value for step in some],
            [angle.value for angle in angles],
            yerr=[angle.se for angle in angles] if with_errors else None,
            linestyle="none",
            marker=marker,
            markersize=6 if with_errors else 3.5,
            color=hex_colour(STRIKE_RGB[strike]),
            markeredgecolor=_TEXT,
            markeredgewidth=0.6,
            ecolor=_TEXT,
            elinewidth=0.8,
        )


def _draw_cuts(pair: Sequence[Axes]) -> None:
    """Mark the cut-offs of Altman & Davis (2012) between the three types of strike."""
    low, high = pair[0].get_ylim()
    pair[0].set_ylim(min(low, -8.0), max(high, 14.0))
    for axes in pair:
        for cut in (_REARFOOT_ABOVE_DEG, _FOREFOOT_BELOW_DEG):
            axes.axhline(cut, color=_TEXT, linewidth=0.8, linestyle=(0, (4, 4)))
    zones = (("heel", _REARFOOT_ABOVE_DEG, "bottom"), ("forefoot", _FOREFOOT_BELOW_DEG, "top"))
    for text, height, align in zones:
        pair[1].text(1.0, height, text, transform=pair[1].get_yaxis_transform(), ha="right", va=align, fontsize=8)


def _draw_contacts(axes: Axes, steps: Sequence[Step]) -> None:
    """Draw the time on the ground of each foot as bars, for the first half minute."""
    start = steps[0].contact.contact_s.value if steps else 0.0
    shown = [step for step in steps if step.contact.contact_s.value <= start + _STANCES_UP_TO_S]
    for step in shown:
        duration = step.contact.duration_s
        width = duration.value if duration.known else 0.02
        bar = (step.contact.contact_s.value, width)
        row = 1 - FEET.index(step.contact.foot)
        axes.broken_barh([bar], (row - 0.35, 0.7), color=hex_colour(STRIKE_RGB[step.strike.type]))
    axes.set_yticks([1, 0], ["left", "right"])
    axes.set_ylim(-0.5, 1.5)
    axes.set_xlabel("Time (s)")
    axes.set_title("On the ground", loc="left", fontsize=10)


def _draw_legend(figure: Figure, steps: Sequence[Step]) -> None:
    seen = [strike for strike in _MARKER if any(step.strike.type == strike for step in steps)]
    handles = [
        Line2D([], [], linestyle="none", marker=_MARKER[strike], label=strike, markersize=7,
               color=hex_colour(STRIKE_RGB[strike]), markeredgecolor=_TEXT, markeredgewidth=0.6)
        for strike in seen
    ]  # fmt: skip
    if handles:
        figure.legend(handles=handles, loc="outside upper right", ncols=len(handles), frameon=False)


def _svg(figure: Figure) -> Markup:
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    svg = buffer.getvalue()
    svg = svg[svg.index("<svg") :].replace(_TEXT, "currentColor").replace(_GRID, "var(--rule)")
    # Markup: the text is matplotlib's own and holds nothing that a user gave.
    return Markup(svg)
