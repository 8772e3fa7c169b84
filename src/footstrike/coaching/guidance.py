"""What is offered for each finding: ``rules.toml`` and the catalogue of guidance as immutable values."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

import numpy as np

from footstrike.data import require
from footstrike.errors import ModelError
from footstrike.texts import table

Evidence = Literal["moderate", "weak", "opinion"]
EVIDENCE: tuple[Evidence, ...] = ("moderate", "weak", "opinion")
"""How strong the evidence behind an offer is, strongest first; ``"opinion"`` is that of coaches."""
PATH = Path(__file__).with_name("rules.toml")
"""What makes a finding, in numbers."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Something that is said, and the ids of the sources that say it."""

    text: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Drill:
    """What to practise: how, how much, and steps from easier to harder."""

    name: str
    how: str
    dose: str
    steps: tuple[str, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Guidance:
    """What is offered for one finding.

    ``trigger`` says what makes it one: ``kind`` names the rule (:mod:`footstrike.coaching.rules`), the rest are
    the rule's parameters.
    """

    code: str
    title: str
    evidence: Evidence
    trigger: Mapping[str, Any]
    why: tuple[Claim, ...]
    cue: Claim
    drill: Drill
    film_next: str

    @property
    def sources(self) -> tuple[str, ...]:
        """Ids of everything that it rests on, each once."""
        cited = [*(claim.sources for claim in self.why), self.cue.sources, self.drill.sources]
        return tuple(dict.fromkeys(source for sources in cited for source in sources))


@dataclass(frozen=True, slots=True)
class Runners:
    """Other runners' mean and SD of a metric at rising speeds (m/s); one of each and no speed holds at any."""

    source: str
    speeds_mps: tuple[float, ...]
    mean: tuple[float, ...]
    sd: tuple[float, ...]

    def __post_init__(self) -> None:
        require(
            len(self.mean) == len(self.sd) == max(1, len(self.speeds_mps)) and min(self.sd) > 0,
            "A reference needs one mean and one SD above 0 for each speed.",
        )

    def at(self, speed_mps: float) -> tuple[float, float]:
        """Return mean and SD at a speed, between the speeds interpolated."""
        if not self.speeds_mps:
            return self.mean[0], self.sd[0]
        return tuple(float(np.interp(speed_mps, self.speeds_mps, of)) for of in (self.mean, self.sd))  # type: ignore[return-value]


@dataclass(frozen=True, slots=True)
class Asked:
    """Something that coaching articles ask for: keys of the summary that hold it, or what it would need."""

    what: str
    metrics: tuple[str, ...] = ()
    needs: str = ""

    def __post_init__(self) -> None:
        require(bool(self.metrics) != bool(self.needs), f"{self.what!r} is either measured or needs something.")


@dataclass(frozen=True, slots=True)
class Remark:
    """What is said of all suggestions together, or where there are none; and what to film next."""

    message: str
    film_next: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Handbook:
    """Everything that coaching can say. ``findings`` come most useful first; ``sources`` maps ids to citations."""

    findings: tuple[Guidance, ...]
    references: Mapping[str, Runners]
    asked: tuple[Asked, ...]
    sources: Mapping[str, str]
    stop_rules: Claim
    one_at_a_time: Remark
    all_well: Remark
    too_little: Remark

    @property
    def not_measurable(self) -> tuple[Asked, ...]:
        """What a film from the side does not show, and what it would need."""
        return tuple(asked for asked in self.asked if asked.needs)


@cache
def handbook() -> Handbook:
    """Return the guidance that travels with footstrike.

    Raises
    ------
    ModelError
        If its rules or words are missing or damaged.
    """
    try:
        return handbook_from(tomllib.loads(PATH.read_text(encoding="utf-8")), table("guidance"))
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise ModelError(
            f"The coaching guidance is missing or damaged ({type(error).__name__}); reinstall footstrike."
        ) from None


def handbook_from(rules: Mapping[str, Any], words: Mapping[str, Any]) -> Handbook:
    """Build the guidance from the plain values of the rules' TOML file and from the catalogue's words."""
    return Handbook(
        findings=tuple(_guidance(rule, words["findings"][rule["code"]]) for rule in rules["findings"]),
        references=MappingProxyType({name: Runners(**_tuples(of)) for name, of in rules["references"].items()}),
        asked=tuple(Asked(**_tuples(asked)) for asked in (*rules["asked"], *words["not_measurable"])),
        sources=MappingProxyType(words["sources"]),
        stop_rules=Claim(words["stop_rules"], tuple(words["stop_rules_sources"])),
        one_at_a_time=Remark(**_tuples(words["one_at_a_time"])),
        all_well=Remark(**_tuples(words["all_well"])),
        too_little=Remark(**_tuples(words["too_little"])),
    )


def _guidance(rule: Mapping[str, Any], words: Mapping[str, Any]) -> Guidance:
    require(rule["evidence"] in EVIDENCE, f"No strength of evidence: {rule['evidence']!r}.")
    return Guidance(
        code=rule["code"],
        title=words["title"],
        evidence=rule["evidence"],
        trigger=MappingProxyType(rule["trigger"]),
        why=tuple(Claim(**_tuples(claim)) for claim in words["why"]),
        cue=Claim(words["cue"], tuple(words["cue_sources"])),
        drill=Drill(**_tuples(words["drill"])),
        film_next=words["film_next"],
    )


def _tuples(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values with every list turned into a tuple."""
    return {
        name: tuple(value) if isinstance(value, Sequence) and not isinstance(value, str) else value
        for name, value in values.items()
    }
