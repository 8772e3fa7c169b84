"""Analyses what it is told, one file after another, through the command line's own entry point.

A line on standard input is the path of a file; a line on standard output says how the analysis ended.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import shutil
import sys
import traceback
from pathlib import Path

from footstrike.cli import DEBUG_VARIABLE, run

OPTIONS = ("--no-video", "--quiet", "--capture-rate", "30")
QUICKER = ("--model", "lite")
"""For whatever is not called a landmarks file."""


def main() -> None:
    """Work until the input ends."""
    os.environ[DEBUG_VARIABLE] = "1"  # an error that nobody foresaw is raised rather than put in a line
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    for line in sys.stdin:
        replies.write(json.dumps(_ended(Path(line.rstrip("\n")))) + "\n")
        replies.flush()


def _ended(path: Path) -> dict[str, object]:
    said, results = io.StringIO(), path.parent / "results"
    try:
        with contextlib.redirect_stderr(said):
            quicker = () if path.suffix == ".npz" else QUICKER
            code = run(["analyze", str(path), "-o", str(results), *OPTIONS, *quicker])
    except BaseException:
        return {"code": None, "said": said.getvalue(), "traceback": traceback.format_exc()}
    left = sorted(entry.name for entry in path.parent.iterdir() if entry not in (path, results))
    whole = not results.exists() or len(list(results.iterdir())) == 4
    shutil.rmtree(results, ignore_errors=True)
    return {"code": code, "said": said.getvalue(), "left": left, "whole": whole}


if __name__ == "__main__":
    main()
