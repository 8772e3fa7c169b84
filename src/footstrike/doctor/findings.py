"""What the doctor found, in plain values and plain words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from footstrike.text import printable

Severity = Literal["ok", "warning", "fault"]
"""A fault stops an analysis; a warning may spoil or slow one."""
_CODE_WIDTH = len("libraries")
_SEVERITY_WIDTH = len("warning")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    Parameters
    ----------
    code
        What was looked at, one word that stays the same: ``libraries``, ``models``, ...
    severity
        ``"ok"``, ``"warning"`` or ``"fault"``.
    found
        What was found, in one line.
    fix
        What to do, in one line; empty where nothing is to be done.
    """

    code: str
    severity: Severity
    found: str
    fix: str = ""

    @property
    def lines(self) -> tuple[str, ...]:
        """The finding in one line of a table without lines, and its fix in another, after the severity's column."""
        found = f"{self.code:{_CODE_WIDTH}}  {printable(self.found, '?')}"
        return (found, f"{'':{_CODE_WIDTH}}  To mend it: {printable(self.fix, '?')}") if self.fix else (found,)

    @property
    def label(self) -> str:
        """The severity, as wide as the column of severities."""
        return f"{self.severity:{_SEVERITY_WIDTH}}"


def conclusion(findings: Iterable[Finding]) -> str:
    """Return what all findings come to, in one line."""
    count = Counter(finding.severity for finding in findings)
    warnings = f"{count['warning']} warning{'' if count['warning'] == 1 else 's'}"
    if count["fault"]:
        faults = f"{count['fault']} fault{'' if count['fault'] == 1 else 's'}"
        return f"{faults} and {warnings}: an analysis would not run. Begin with the first fault, then ask again."
    return f"Ready to analyse, with {warnings}." if count["warning"] else "All is well: ready to analyse."
