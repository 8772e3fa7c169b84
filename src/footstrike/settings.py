"""Everything a user can choose, with the defaults that suit a runner's phone video."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cache
from numbers import Real
from types import MappingProxyType
from typing import Any

from footstrike.data import require
from footstrike.errors import ModelError
from footstrike.gait.contacts.trunk import TrunkSteps
from footstrike.gait.corrections import Corrections
from footstrike.gait.reference import Reference
from footstrike.gait.strikes import AngleRule, LearnedStrike, StrikeClassifier
from footstrike.pose.choice import RUNNING, parse_runner
from footstrike.pose.models import models_folder

CORRECTIONS_NAME = "landing_corrections.json"
OVERSTRIDE_REFERENCE_NAME = "overstride_reference.csv"
STRIKE_CLASSIFIERS: Mapping[str, type[AngleRule] | type[LearnedStrike]] = MappingProxyType(
    {"learned": LearnedStrike, "angle": AngleRule}
)
"""Strike classifiers by the name that the command line takes."""
MOST_JOBS = 256


def available_cores() -> int:
    """Return the number of processor cores that this process may use, at most :data:`MOST_JOBS`."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(cores, MOST_JOBS)


@dataclass(frozen=True, slots=True)
class Settings:
    """Choices of one analysis.

    Parameters
    ----------
    model
        Pose model for every frame: ``"lite"``, ``"full"``, ``"heavy"`` or a path to a bundle.
    fine_model
        Pose model for the frames around each landing; ``None`` for no second look.
    capture_rate_hz
        True frame rate of a slow-motion recording; ``None`` to judge from the motion.
    speed_mps
        The runner's speed; ``None`` to judge from the motion.
    height_m
        The runner's height, which makes that judgement surer; ``None`` for an ordinary adult's.
    mass_kg
        The runner's mass, which gives the stiffness in newtons per metre; ``None`` for stiffness per kilogram.
    runner
        Which of several people, as :func:`footstrike.pose.choice.parse_runner` reads it.
    contacts
        How steps are found.
    strikes
        How a landing is classified.
    jobs
        Threads that look for poses; all cores unless told otherwise. Makes no difference to any result,
        so it is not on the record.
    """

    model: str = "full"
    fine_model: str | None = "heavy"
    capture_rate_hz: float | None = None
    speed_mps: float | None = None
    height_m: float | None = None
    mass_kg: float | None = None
    runner: str = RUNNING
    contacts: TrunkSteps = field(default_factory=TrunkSteps)
    strikes: StrikeClassifier = field(default_factory=LearnedStrike)
    jobs: int = field(default_factory=available_cores)

    def __post_init__(self) -> None:
        _require_between("The capture rate", self.capture_rate_hz, 1, 10_000, " frames per second")
        _require_between("The running speed", self.speed_mps, 1, 13, " m/s")
        parse_runner(self.runner)
        _require_between("The number of jobs", self.jobs, 1, MOST_JOBS, "")
        _require_between("The body height", self.height_m, 0.8, 2.6, " m (write 178cm for centimetres)")
        _require_between("The body mass", self.mass_kg, 10, 300, " kg")

    def as_dict(self) -> dict[str, Any]:
        """Return the settings as plain values, for the record."""
        values = asdict(self)
        del values["jobs"]
        for plug_in in ("contacts", "strikes"):
            values[plug_in] = {"kind": type(getattr(self, plug_in)).__name__, **values[plug_in]}
        return values


def _require_between(what: str, value: float | None, least: float, most: float, unit: str) -> None:
    """Raise unless an optional number lies in the range that can be; NaN and infinities never do."""
    known = isinstance(value, Real) and math.isfinite(value)
    shown = f"{value:.5g}" if known else repr(value)
    in_range = value is None or (known and least <= value <= most)
    require(in_range, f"{what} must lie between {least} and {most}{unit}, got {shown}.")


@cache
def default_corrections() -> Corrections:
    """Return the learned corrections that travel with footstrike.

    Raises
    ------
    ModelError
        If their file is missing or damaged.
    """
    path = models_folder() / CORRECTIONS_NAME
    try:
        return Corrections.from_dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(
            f"The learned corrections {path.name} are missing or damaged "
            f"({type(error).__name__}); reinstall footstrike."
        ) from None


@cache
def default_reference() -> Reference:
    """Return the table of other runners that travels with footstrike.

    Raises
    ------
    ModelError
        If its file is missing or damaged.
    """
    path = models_folder() / OVERSTRIDE_REFERENCE_NAME
    try:
        return Reference.from_csv(path.read_text(encoding="utf-8").splitlines())
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise ModelError(
            f"The table of other runners {path.name} is missing or damaged "
            f"({type(error).__name__}); reinstall footstrike."
        ) from None
