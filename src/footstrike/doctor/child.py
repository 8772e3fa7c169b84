"""Trying something in a process of its own, which may fail, crash or hang without taking the doctor with it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a trial ended: seconds it took, and what went wrong in one line, empty when nothing did."""

    duration_s: float
    problem: str


def run_python(arguments: Sequence[str], limit_s: float) -> Outcome:
    """Run this Python with ``arguments`` and the same search path; stop it after ``limit_s`` seconds."""
    # -P: what lies in the current folder counts only if it does for this process, too.
    command = [sys.executable, "-P", *arguments]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PYTHONIOENCODING": "utf-8"}
    start_s = time.monotonic()
    try:
        done = subprocess.run(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            timeout=limit_s,
            encoding="utf-8",
            errors="replace",
        )
    except subprocess.TimeoutExpired:
        return Outcome(limit_s, f"no end after {limit_s:g} s")
    return Outcome(time.monotonic() - start_s, problem_of(done.returncode, done.stderr))


def problem_of(exit_code: int, stderr: str) -> str:
    """Return what a process died of, or else the last line that it said; nothing when it ended well."""
    if exit_code == 0:
        return ""
    if exit_code < 0:
        return f"the process died of {_signal_name(-exit_code)}"
    said = [line.strip() for line in stderr.splitlines() if line.strip()]
    return said[-1] if said else f"exit code {exit_code}"


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
