"""The result in sentences, the same on the page and in the terminal."""

from __future__ import annotations

import math

from footstrike.coaching import Suggestion, suggestions
from footstrike.data import FEET, UNKNOWN_PLACE, Foot, FootVerdict, Measure, Session, SlowMotion, Speed, StrikeType
from footstrike.report.style import with_error
from footstrike.words import (
    EVIDENCE_WORDS,
    SPEED_WORDS,
    STRIKE_WORDS,
    UNKNOWN_MARK,
    VIEW_WORDS,
    foot_words,
    measure_words,
    percentile_words,
    runners_words,
    statistic_words,
)

_OVERSTRIDE = {
    "none": "not more than usual",
    "mild": "more than usual (mild overstride)",
    "marked": "much more than usual (marked overstride)",
    "unclear": "whether that is much cannot be told",
}

_DIRECTION = {
    "left": ", facing left in the picture",
    "right": ", facing right in the picture",
    "both": ", both ways in the picture",
    "unclear": "",
}

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
        return [f"{foot.capitalize()} foot: no landing was seen."]
    return [f"{foot_words(foot, verdict.side)}: {strike_sentence(verdict)}", *ankle_sentences(verdict, session.speed)]


def strike_sentence(verdict: FootVerdict) -> str:
    """Return ``heel strike in 12 of 13 landings (96 % sure).``, or why nothing can be said."""
    landings = "1 landing" if verdict.landings == 1 else f"{verdict.landings} landings"
    if verdict.strike == "unclear":
        seen = [f"{name} {count}" for name, count in verdict.counts.items() if count]
        return f"{unclear_words(verdict)} ({', '.join(seen)} of {landings})."
    count = verdict.counts.get(verdict.strike, 0)
    sure = f"{min(99, round(100 * verdict.probability))} % sure"
    return f"{STRIKE_WORDS[verdict.strike]} in {count} of {landings} ({sure} that this is the foot's usual way)."


def headline(verdict: FootVerdict) -> str:
    """Return a foot's type of strike in two or three words."""
    return headline_words(verdict.strike, verdict.p_heel)


def headline_words(strike: StrikeType, p_heel: float) -> str:
    """Return a type of strike, and what the probability of the heel strike adds, in two or three words."""
    if strike == "unclear" and p_heel <= NOT_HEEL:
        return "Not a heel strike"
    return STRIKE_WORDS[strike].capitalize()


def unclear_words(verdict: FootVerdict) -> str:
    """Return what is known of a foot whose type of strike is not clear."""
    if verdict.p_heel <= NOT_HEEL:
        return "not a heel strike; midfoot or forefoot is not clear"
    return "no clear type of strike"


def ankle_sentences(verdict: FootVerdict, speed: Speed) -> list[str]:
    """Return where the ankle lands with respect to the knee, and whether that is much at this speed."""
    shank, ankle = verdict.shank_angle_deg, verdict.ankle
    if not shank.known:
        return ["Where the ankle lands with respect to the knee could not be measured."]
    where, sure = ("ahead of", ankle.p_ahead_of_knee) if shank.value > 0 else ("behind", 1 - ankle.p_ahead_of_knee)
    size = with_error(Measure(abs(shank.value), shank.se))
    share = measure_words(Measure(100 * abs(ankle.ahead_of_knee_leg.value), 100 * ankle.ahead_of_knee_leg.se), 0, " %")
    doubt = "" if sure >= AHEAD_FOR_SURE else f"; {100 * sure:.0f} % sure that it is {where} it at all"
    return [
        f"Ankle lands {size} {where} the knee ({share} of leg length{doubt}).",
        f"That is {percentile_words(ankle.shank_percentile)} of {runners_words(ankle, speed)}: "
        f"{_OVERSTRIDE[verdict.overstride]}.",
    ]


def percentile_runners(session: Session) -> str:
    """Return with whom the shank angles of a session are compared."""
    compared = (verdict.ankle for verdict in session.verdict.values() if verdict.shank_angle_deg.known)
    return next(
        (runners_words(ankle, session.speed) for ankle in compared), runners_words(UNKNOWN_PLACE, session.speed)
    )


def speed_sentence(speed: Speed) -> str:
    """Return the running speed and how that is known."""
    how = SPEED_WORDS[speed.source]
    if not speed.mps.known:
        return f"{UNKNOWN_MARK} ({how})"
    if speed.source == "stated":
        return f"{speed.mps.value:.1f} m/s ({how})"
    return f"about {measure_words(speed.mps, 1, ' m/s')} ({how})"


def filmed_sentence(session: Session) -> str:
    """Return what was filmed, in one sentence."""
    seconds = float(session.real_time_s[-1] - session.real_time_s[0])
    direction = _DIRECTION[session.direction]
    view = VIEW_WORDS[session.view]
    seen = f"seen {view}" if session.view != "unclear" else "from an unclear angle"
    landings = "1 landing" if len(session.steps) == 1 else f"{len(session.steps)} landings"
    return f"Running{direction}, {seen}: {landings} in {seconds:.1f} s of real time."


def rate_sentence(session: Session) -> str:
    """Return how fast the camera took the frames and how that is known."""
    slow = session.slow_motion
    rate_hz = session.capture_rate_hz
    if not math.isfinite(rate_hz):
        return "A single frame."
    camera = f"{rate_hz:.0f} frames per second of real time"
    if slow.factor == 1:
        return f"{camera}."
    return f"{camera}: the recording plays {slow.factor:.3g} times slower than real ({_how_known(slow)})."


def terminal_summary(session: Session) -> str:
    """Return about a dozen plain lines for a runner."""
    lines = [session.name, filmed_sentence(session), ""]
    lines += [" ".join(foot_sentences(session, foot)) for foot in feet_near_first(session)]
    lines += ["", f"Cadence {measure_words(session.cadence_spm, 1, ' steps/min')}{_contact_time(session)}."]
    lines += [f"Speed {speed_sentence(session.speed)}."]
    lines += [f"To try, if you like: {_offer(suggestion)}" for suggestion in suggestions(session)[:1]]
    shown = [note for note in session.warnings if note.severity != "info"]
    lines += [f"Note: {note.message} {note.action}".rstrip() for note in shown]
    return "\n".join(lines).replace("\u00a0", " ")


def _offer(suggestion: Suggestion) -> str:
    guidance = suggestion.guidance
    return f"{guidance.drill.name} ({guidance.title.lower()}; {EVIDENCE_WORDS[guidance.evidence]}). See the report."


def _contact_time(session: Session) -> str:
    statistic = session.metrics.get("contact_time_ms", {}).get("all")
    return "" if statistic is None else f", contact time {statistic_words('contact_time_ms', statistic)[0]}"


def _how_known(slow: SlowMotion) -> str:
    if slow.source == "stated":
        return "as stated"
    if slow.source == "file":
        return "as the camera wrote into the file"
    return f"estimated, ± {100 * slow.relative_se:.0f} %: {slow.reason}"


def _side_of(session: Session, foot: Foot) -> str:
    verdict = session.verdict.get(foot)
    return "far" if verdict is None else verdict.side
