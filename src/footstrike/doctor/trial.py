"""What travels with footstrike, and a whole analysis of a small recording."""

from __future__ import annotations

import csv
import tempfile
from importlib.resources import as_file, files
from pathlib import Path

from footstrike.doctor.child import run_python
from footstrike.doctor.findings import Finding
from footstrike.doctor.remedies import REINSTALL, remedy
from footstrike.errors import ModelError

SAMPLE = "sample.mp4"
"""Two seconds of a drawn runner, made by ``scripts/make_samples.py``; what is in ``sample_videos`` stays at home."""
SAMPLE_LANDINGS = 6
FEWEST_LANDINGS = 4
REPORT_IT = "report it, with all that the doctor says"
_ANALYSIS_LIMIT_S = 180.0


def check_models() -> Finding:
    """Check every model against its checksum, and read what was learned."""
    from footstrike.pose.models import BUNDLED_MODELS, find_detector, find_model
    from footstrike.settings import default_corrections, default_reference

    try:
        models = {"detector": find_detector()} | {name: find_model(name) for name in BUNDLED_MODELS}
        default_corrections()
        default_reference()
    except ModelError as error:
        found, _, _ = str(error).partition("; ")
        return Finding("models", "fault", found, REINSTALL)
    named = ", ".join(f"{name} {model.info.sha256[:8]}" for name, model in models.items())
    return Finding("models", "ok", f"{named}: checksums as they should be")


def check_analysis() -> Finding:
    """Analyse the sample as a user would, into a temporary folder that is gone afterwards."""
    with (
        as_file(files("footstrike.doctor") / SAMPLE) as video,
        tempfile.TemporaryDirectory(prefix="footstrike-") as place,
    ):
        results = Path(place) / "results"
        arguments = ["-m", "footstrike", "analyze", str(video), "-o", str(results), "--quiet"]
        outcome = run_python(arguments, _ANALYSIS_LIMIT_S)
        if outcome.problem:
            found, _, advice = outcome.problem.removeprefix("footstrike: ").partition("; ")
            fix = remedy(found, advice or REPORT_IT)
            return Finding("analysis", "fault", f"the sample was not analysed: {found}", fix)
        return analysis_finding(_landings(results / "steps.csv"), outcome.duration_s)


def analysis_finding(landings: int, duration_s: float) -> Finding:
    """Judge the sample's analysis, whose answer is known."""
    if landings < FEWEST_LANDINGS:
        found = f"only {landings} of {SAMPLE_LANDINGS} landings were found in the sample"
        return Finding("analysis", "fault", found, REPORT_IT)
    return Finding(
        "analysis",
        "ok",
        f"video read, {landings} of {SAMPLE_LANDINGS} landings found, video and report written in {duration_s:.1f} s",
    )


def _landings(table: Path) -> int:
    with table.open(newline="", encoding="utf-8") as file:
        return sum(1 for _ in csv.DictReader(file))
