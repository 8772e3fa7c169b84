"""From a session to at most three suggestions, most useful first."""

from __future__ import annotations

from dataclasses import dataclass

from footstrike.coaching.guidance import Guidance, Remark, handbook
from footstrike.coaching.rules import LEAST_LANDINGS, RULES, Measurement
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

    Nothing is suggested from a recording that cannot be trusted, nor for a type of strike.
    """
    if not trusted(session):
        return ()
    book = handbook()
    found = (
        Suggestion(measurement, guidance)
        for guidance in book.findings
        if (measurement := RULES[guidance.trigger["kind"]](session, guidance.trigger, book)) is not None
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
