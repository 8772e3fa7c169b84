"""Everything a user can choose, with the defaults that suit a runner's phone video."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cache
from types import MappingProxyType
from typing import Any

from footstrike.data import require
from footstrike.errors import ModelError
from footstrike.gait.contacts.trunk import TrunkSteps
from footstrike.gait.corrections import Corrections
from footstrike.gait.strikes import AngleRule, LearnedStrike, StrikeClassifier
from footstrike.pose.models import models_folder

CORRECTIONS_NAME = "landing_corrections.json"
STRIKE_CLASSIFIERS: Mapping[str, type[AngleRule] | type[LearnedStrike]] = MappingProxyType(
    {"learned": LearnedStrike, "angle": AngleRule}
)
"""Strike classifiers by the name that the command line takes."""


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
    contacts
        How steps are found.
    strikes
        How a landing is classified.
    """

    model: str = "full"
    fine_model: str | None = "heavy"
    capture_rate_hz: float | None = None
    contacts: TrunkSteps = field(default_factory=TrunkSteps)
    strikes: StrikeClassifier = field(default_factory=LearnedStrike)

    def __post_init__(self) -> None:
        rate = self.capture_rate_hz
        require(
            rate is None or (math.isfinite(rate) and 1 <= rate <= 10_000),
            f"The capture rate must lie between 1 and 10000 frames per second, got {rate}.",
        )

    def as_dict(self) -> dict[str, Any]:
        """Return the settings as plain values, for the record."""
        values = asdict(self)
        for plug_in in ("contacts", "strikes"):
            values[plug_in] = {"kind": type(getattr(self, plug_in)).__name__, **values[plug_in]}
        return values


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
