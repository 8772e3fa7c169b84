"""The result in sentences, the same on the page and in the terminal."""

from __future__ import annotations

import math

from footstrike.coaching import Suggestion, suggestions
from footstrike.data import FEET, UNKNOWN_PLACE, Foot, FootVerdict, Measure, Session, Speed, StrikeType
from footstrike.gait.overstride import MILD_FROM
from footstrike.report.style import size_with_error
from footstrike.texts import counted, lowered, raised, text
from footstrike.words import (
    UNKNOWN_MARK,
    foot_words,
    measure_words,
    percentile_words,
    quantity,
    runners_words,
    statistic_words,
)

NOT_HEEL = 0.08
"""A probability of the heel strike at which it can be ruled out in words."""
AHEAD_FOR_SURE = 0.95
"""A probability of the ankle being on one side of the knee that needs no mention."""


def feet_near_first(session: Session) -> list[Foot]:
    """Return the feet, the one near the camera first."""
    return sorted(FEET, key=lambda foot: _side_of(session, foot) != "near")


def foot_sentences(session: Session, foot: Foot) -> list[str]:
    """Return what can be said of one foot."""
    verdict = session.verdict.get(foot)
    if verdict is None or verdict.landings == 0:
        return [text("sentences.foot.unseen", foot=text(f"words.foot_name.{foot}"))]
    named = text("sentences.foot.strike", foot=foot_words(foot, verdict.side), strike=strike_sentence(verdict))
    return [named, *ankle_sentences(verdict, session.speed)]


def strike_sentence(verdict: FootVerdict) -> str:
    """Return ``heel strike in 12 of 13 landings (96 % sure).``, or why nothing can be said."""
    if verdict.strike == "unclear":
        return _unclear_sentence(verdict)
    return counted(
        "sentences.usual",
        verdict.landings,
        strike=text(f"words.strike_long.{verdict.strike}"),
        seen=verdict.counts.get(verdict.strike, 0),
        sure=min(99, round(100 * verdict.probability)),
    )


def _unclear_sentence(verdict: FootVerdict) -> str:
    seen = ", ".join(
        text("sentences.unclear.seen", strike=text(f"words.strike.{name}"), count=count)
        for name, count in verdict.counts.items()
        if count
    )
    not_heel = verdict.p_heel <= NOT_HEEL
    return counted("sentences.unclear.not_heel" if not_heel else "sentences.unclear.any", verdict.landings, seen=seen)


def headline(verdict: FootVerdict) -> str:
    """Return a foot's type of strike in two or three words."""
    return headline_words(verdict.strike, verdict.p_heel)


def headline_words(strike: StrikeType, p_heel: float) -> str:
    """Return a type of strike, and what the probability of the heel strike adds, in two or three words."""
    if strike == "unclear" and p_heel <= NOT_HEEL:
        return text("sentences.headline.not_heel")
    return raised(text(f"words.strike_long.{strike}"))


def ankle_sentences(verdict: FootVerdict, speed: Speed) -> list[str]:
    """Return where the ankle lands with respect to the knee, and whether that is much at this speed."""
    shank, ankle = verdict.shank_angle_deg, verdict.ankle
    if not shank.known:
        return [text("sentences.ankle.unknown")]
    where, sure = ("ahead", ankle.p_ahead_of_knee) if shank.value > 0 else ("behind", 1 - ankle.p_ahead_of_knee)
    share = Measure(100 * abs(ankle.ahead_of_knee_leg.value), 100 * ankle.ahead_of_knee_leg.se)
    return [
        text(
            f"sentences.ankle.{where}" if sure >= AHEAD_FOR_SURE else f"sentences.ankle.{where}_unsure",
            angle=size_with_error(shank),
            share=measure_words(share, 0, "percent"),
            sure=100 * sure,
        ),
        text(
            f"sentences.compared.{_compared(verdict)}",
            percentile=percentile_words(ankle.shank_percentile),
            runners=runners_words(ankle, speed),
        ),
    ]


def _compared(verdict: FootVerdict) -> str:
    """Return the degree of overstride, "probably" where the percentile's range lies on both sides of its border."""
    among, level = verdict.ankle.shank_percentile, verdict.overstride
    if level == "unclear":
        return level
    sure = among.high < MILD_FROM if level == "none" else among.low >= MILD_FROM
    return level if sure else f"{level}_probably"


def percentile_runners(session: Session) -> str:
    """Return with whom the shank angles of a session are compared."""
    compared = (verdict.ankle for verdict in session.verdict.values() if verdict.shank_angle_deg.known)
    return next(
        (runners_words(ankle, session.speed) for ankle in compared), runners_words(UNKNOWN_PLACE, session.speed)
    )


def speed_sentence(speed: Speed) -> str:
    """Return the running speed and how that is known."""
    said = UNKNOWN_MARK
    if speed.mps.known:
        stated = speed.source == "stated"
        said = quantity(speed.mps.value, 1, "m_s") if stated else measure_words(speed.mps, 1, "m_s")
    return text(f"sentences.speed.{speed.source}", speed=said)


def filmed_sentence(session: Session) -> str:
    """Return what was filmed, in one sentence."""
    seconds = float(session.real_time_s[-1] - session.real_time_s[0])
    return counted(
        "sentences.filmed",
        len(session.steps),
        direction=text(f"sentences.filmed.direction.{session.direction}"),
        view=text(f"sentences.filmed.view.{session.view}"),
        seconds=seconds,
    )


def rate_sentence(session: Session) -> str:
    """Return how fast the camera took the frames and how that is known."""
    slow = session.slow_motion
    rate_hz = session.capture_rate_hz
    if not math.isfinite(rate_hz):
        return text("sentences.rate.single")
    if slow.factor == 1:
        return text("sentences.rate.real_time", rate_hz=rate_hz)
    pace, times = slow.pace
    return text(
        f"sentences.rate.{slow.source}",
        rate_hz=rate_hz,
        pace=text(f"sentences.rate.pace.{pace}", times=times),
        percent=100 * slow.relative_se,
    )


def terminal_summary(session: Session) -> str:
    """Return about a dozen plain lines for a runner."""
    lines = [session.name, filmed_sentence(session), ""]
    lines += [" ".join(foot_sentences(session, foot)) for foot in feet_near_first(session)]
    lines += ["", _cadence(session)]
    lines += [text("terminal.summary.speed", speed=speed_sentence(session.speed))]
    lines += [_offer(suggestion) for suggestion in suggestions(session)[:1]]
    shown = [note for note in session.warnings if note.severity != "info"]
    lines += [text("terminal.summary.note", message=f"{note.message} {note.action}".rstrip()) for note in shown]
    return "\n".join(lines).replace("\u00a0", " ")


def _offer(suggestion: Suggestion) -> str:
    guidance = suggestion.guidance
    evidence = text(f"words.evidence.{guidance.evidence}")
    return text("terminal.summary.try", drill=guidance.drill.name, title=lowered(guidance.title), evidence=evidence)


def _cadence(session: Session) -> str:
    cadence = measure_words(session.cadence_spm, 1, "steps_min")
    statistic = session.metrics.get("contact_time_ms", {}).get("all")
    if statistic is None:
        return text("terminal.summary.cadence", cadence=cadence)
    contact = statistic_words("contact_time_ms", statistic)[0]
    return text("terminal.summary.cadence_contact", cadence=cadence, contact=contact)


def _side_of(session: Session, foot: Foot) -> str:
    verdict = session.verdict.get(foot)
    return "far" if verdict is None else verdict.side
