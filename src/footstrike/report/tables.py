"""``steps.csv``: one row per ground contact."""

from __future__ import annotations

import csv
import io
import math
from pathlib import Path
from typing import Any

from footstrike.data import STEP_COLUMNS, Session

_DECIMALS_BY_ENDING = {"_s": 4, "_deg": 2, "_leg": 3, "_percentile": 0, "confidence": 3, "probability": 3}
_PROBABILITY_DECIMALS = 3


def format_cell(column: str, value: Any) -> str:
    """Return ``value`` as the text of one CSV cell.

    Unknown values give an empty cell, numbers a fixed number of decimals that follows the unit in
    the column's name, truth values ``true`` or ``false``.
    """
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        # Adding zero turns a rounded "-0.00" into "0.00".
        return f"{round(value, _decimals(column)) + 0.0:.{_decimals(column)}f}"
    return str(value)


def _decimals(column: str) -> int:
    matches = (digits for ending, digits in _DECIMALS_BY_ENDING.items() if column.endswith(ending))
    return next(matches, _PROBABILITY_DECIMALS)


def step_rows(session: Session) -> list[list[str]]:
    """Return the step table as text, one list of cells per step."""
    return [[format_cell(name, value) for name, value in step.row().items()] for step in session.steps]


def steps_csv(session: Session) -> str:
    """Return the step table as CSV: ``.`` decimals, line feeds, empty = unknown."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(STEP_COLUMNS)
    writer.writerows(step_rows(session))
    return text.getvalue()


def write_steps_csv(session: Session, path: Path) -> None:
    """Write ``steps.csv`` in UTF-8."""
    path.write_text(steps_csv(session), encoding="utf-8", newline="")
