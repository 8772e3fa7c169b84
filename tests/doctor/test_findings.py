"""Findings in words."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from footstrike.doctor import Finding, conclusion
from footstrike.doctor.diagnosis import findings_of

WELL, WARNING, FAULT = Finding("a", "ok", "x"), Finding("b", "warning", "y", "z"), Finding("c", "fault", "y", "z")


@pytest.mark.parametrize(
    ("findings", "words"),
    [
        ([WELL], "All is well: ready to analyse."),
        ([WELL, WARNING], "Ready to analyse, with 1 warning."),
        (
            [FAULT, WELL],
            "1 fault and 0 warnings: an analysis would not run. Begin with",
        ),
        ([FAULT, FAULT, WARNING], "2 faults and 1 warning: an analysis would not run. Begin with"),
    ],
)
def test_conclusion(findings: list[Finding], words: str) -> None:
    assert conclusion(findings).startswith(words)


def test_lines_obey_no_terminal_codes() -> None:
    finding = Finding("disk", "fault", "a\x1b[31m\nb\udcff", "c\r")
    assert finding.lines == ("disk       a?[31m?b?", "           To mend it: c?")


def test_check_that_fails_is_a_finding() -> None:
    def check() -> Iterator[Finding]:
        yield WELL
        raise OSError("libGL.so.1: cannot open shared object file: No such file or directory")

    first, last = findings_of("models", check)
    assert first is WELL
    assert (last.code, last.severity) == ("models", "fault")
    assert "libGL.so.1" in last.found
    assert "libgl1" in last.fix
