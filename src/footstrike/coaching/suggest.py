"""From a session to at most three suggestions, most useful first."""

from __future__ import annotations

from dataclasses import dataclass

from footstrike.coaching.guidance import Guidance, Remark, handbook
from footstrike.coaching.rules import LEAST_LANDINGS, RULES, RULES_BY_SPEED, Measurement
from footstrike.data import Session

MOST_SUGGESTIONS = 3


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Something that a runner could try: the measurement that speaks for it, and what is offered."""

    measurement: Measurement
    guidance: Guidance

    @property
    def code(self) -> str:
        """Code of the finding."""
        return self.guidance.code


def suggestions(session: Session) -> tuple[Suggestion, ...]:
    """Return what a runner could try, at most three things, most useful first; to be tried one at a time.

    Nothing is suggested from a recording that cannot be trusted, nor for a type of strike, and nothing from a
    comparison with runners at a speed that does not fit the motion.
    """
    if not trusted(session):
        return ()
    book, doubtful_speed = handbook(), any(note.code == "speed_doubtful" for note in session.warnings)
    found = (
        Suggestion(measurement, guidance)
        for guidance in book.findings
        if not (doubtful_speed and guidance.trigger["kind"] in RULES_BY_SPEED)
        and (measurement := RULES[guidance.trigger["kind"]](session, guidance.trigger, book)) is not None
    )
    return tuple(found)[:MOST_SUGGESTIONS]


def trusted(session: Session) -> bool:
    """Return whether a recording shows enough, and well enough, to suggest anything."""
    return len(session.steps) >= LEAST_LANDINGS and all(note.severity != "serious" for note in session.warnings)


def remark(session: Session) -> Remark:
    """Return what to say of all suggestions together, or where there are none: why, and what to film next."""
    if not trusted(session):
        return handbook().too_little
    return handbook().one_at_a_time if suggestions(session) else handbook().all_well
