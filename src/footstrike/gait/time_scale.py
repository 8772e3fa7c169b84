"""Real time or slow motion, and what the person is doing.

A runner's trunk is in free fall for part of every step, so how far it bounces and how often belong
together: the drop of the trunk is a nearly constant share of g times the step period squared. With
the leg length of an ordinary adult that gives the real step period, and its ratio to the period in
the video is the slow-motion factor.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from footstrike.data import Activity, FloatArray, SlowMotion
from footstrike.gait.contacts.trunk import TrunkStep, typical_period_s
from footstrike.gait.feet import leg_roles
from footstrike.gait.runner_frame import Bout
from footstrike.gait.view import leg_length_px
from footstrike.landmarks import LEGS
from footstrike.texts import text

DROP_PER_PERIOD_SQUARED = 0.80
"""Drop of the trunk in leg lengths over the squared step period (1/s^2): 0.65 to 0.95 in treadmill
runners of 2.5 to 4.5 m/s, near 0.066 g over a leg length of 0.82 m."""
BOUNCE_LOG_SE = 0.08
TYPICAL_STEP_PERIOD_S = 0.355
"""Half a stride at 169 steps/min, the middle of what runners do (155 to 203: Burns 2019)."""
TYPICAL_PERIOD_LOG_SE = 0.10
SLOW_ABOVE = 1.4
MOST_DISAGREEMENT_LOG = math.log(1.4)
"""What is written in the file is believed up to this ratio to what the motion shows: four of its standard errors."""
SAME_RATE_SHARE = 0.02
"""A camera's rate this near to the stored one is the same."""
FAST_BELOW = 0.65
RUNNING_ABOVE = 0.2
WALKING_BELOW = -0.25
RUNNING_LIFT_LEG = 0.19
WALKING_LIFT_LEG = 0.16
STEADY_SHARE = 0.35
"""Half of the time, feet that swing are this share of their lift apart in height or more: 0.7 in two runners on film,
0.3 in somebody who stands."""
PHASES = np.linspace(-0.5, 0.5, 13)


def estimate_slow_motion(steps: Sequence[TrunkStep]) -> SlowMotion:
    """Judge from the bounce of the trunk whether the recording is in slow motion.

    Returns
    -------
    SlowMotion
        ``"real_time"`` with factor 1 where the bounce fits the clock, else ``"estimated"`` with the
        factor that makes bounce and cadence plausible.
    """
    complete = [step for step in steps if not step.predicted]
    if not complete:
        return SlowMotion(1.0, "real_time", math.nan, text("words.playback.few_steps"))
    shown_s = float(np.median([step.period_s for step in complete]))
    bounce_s = math.sqrt(float(np.median([step.drop_leg for step in complete])) / DROP_PER_PERIOD_SQUARED)
    if FAST_BELOW <= shown_s / bounce_s <= SLOW_ABOVE:
        return SlowMotion(1.0, "real_time", 0.0, text("words.playback.bounce_fits", shown_spm=60 / shown_s))
    weights = np.array([BOUNCE_LOG_SE**-2, TYPICAL_PERIOD_LOG_SE**-2])
    real_s = math.exp(float(weights @ np.log([bounce_s, TYPICAL_STEP_PERIOD_S]) / weights.sum()))
    factor = shown_s / real_s
    reason = text("words.playback.bounce_slow", shown_spm=60 / shown_s, real_spm=60 / real_s)
    return SlowMotion(factor, "estimated", float(weights.sum() ** -0.5), reason)


def stated_slow_motion(stored_hz: float, stated_hz: float) -> SlowMotion:
    """Take a camera's rate that the user states, for a recording that plays at ``stored_hz`` frames per second."""
    factor = stated_hz / stored_hz
    same = abs(factor - 1) <= SAME_RATE_SHARE
    reason = text("words.playback.stated", stated_hz=stated_hz, stored_hz=stored_hz)
    return SlowMotion(1.0 if same else factor, "stated", 0.0, reason)


def with_written_rate(judged: SlowMotion, stored_hz: float, capture_hz: float) -> SlowMotion:
    """Take the camera's rate that is written in the file, where the motion does not speak against it.

    Programs that cut or slow a video often keep what the phone wrote, so it may be stale.

    Parameters
    ----------
    judged
        From :func:`estimate_slow_motion`.
    stored_hz
        Frames per second of presentation.
    capture_hz
        Frames per second that the camera took, as the file has it.
    """
    factor = capture_hz / stored_hz
    said = text("words.playback.written", capture_hz=capture_hz, stored_hz=stored_hz)
    if abs(math.log(factor / judged.factor)) > MOST_DISAGREEMENT_LOG:
        return replace(judged, reason=text("words.playback.written_misfit", reason=judged.reason, written=said))
    if abs(factor - 1) <= SAME_RATE_SHARE:
        return SlowMotion(1.0, "real_time", 0.0, said)
    return SlowMotion(factor, "file", 0.0, said)


def bounce_with_stride(bout: Bout, steps: Sequence[TrunkStep]) -> float:
    """Correlate the trunk's height with the distance between the ankles in each step.

    A runner is highest in flight, with the feet far apart; a walker is lowest then, in double
    support.

    Returns
    -------
    float
        Mean over the steps, so that a few in which somebody hides the runner do not decide: -1 (walking) to 1
        (running); 0 without steps.
    """
    if not steps:
        return 0.0
    apart = np.abs(leg_roles(bout.time_s, bout.xy_leg, typical_period_s(steps)).left_ahead_leg)
    at_s = np.array([step.fall_s + PHASES * step.period_s for step in steps])
    height, distance = (np.interp(at_s, bout.time_s, values) for values in (bout.trunk_height_leg, apart))
    height = height - height.mean(axis=1, keepdims=True)
    distance = distance - distance.mean(axis=1, keepdims=True)
    power = np.sqrt((height**2).sum(axis=1) * (distance**2).sum(axis=1))
    return float(np.mean((height * distance).sum(axis=1) / np.maximum(power, np.finfo(float).tiny)))


def foot_lift_leg(xy_px: FloatArray) -> float:
    """Return how far the ankles of ``(N, 33, 2)`` landmarks part in height, in leg lengths: their 80th percentile.

    A runner's swinging foot rises far behind the body, a walker's hardly leaves the ground: 0.19 and more in runners
    who are rendered or filmed from the front, 0.15 and less in walkers on film (few). NaN where they only part now and
    then: somebody stands, and the pose model errs where others pass by.
    """
    parted_px = np.abs(xy_px[:, LEGS["left"].ankle, 1] - xy_px[:, LEGS["right"].ankle, 1])
    usual_px, lift_px = np.percentile(parted_px, (50, 80))
    return float(lift_px) / leg_length_px(xy_px) if usual_px >= STEADY_SHARE * lift_px else math.nan


def activity_from_front(lift_leg: float) -> Activity | None:
    """Name the activity from :func:`foot_lift_leg`; ``None`` where it can be either."""
    if lift_leg >= RUNNING_LIFT_LEG:
        return "running"
    return "walking" if lift_leg <= WALKING_LIFT_LEG else None


def activity_of(bounce: float) -> Activity:
    """Name the activity from :func:`bounce_with_stride`."""
    if bounce >= RUNNING_ABOVE:
        return "running"
    return "walking" if bounce <= WALKING_BELOW else "other"
