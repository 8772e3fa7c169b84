"""The gait stage in the order of the motion: trunk, feet, times, posture, strike, trust."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from footstrike.data import (
    UNKNOWN,
    Activity,
    BoolArray,
    Contact,
    FloatArray,
    Foot,
    Landing,
    LandingLook,
    Measure,
    Motion,
    PoseTrack,
    Step,
    Strike,
)
from footstrike.gait.contacts.settling import foot_paths
from footstrike.gait.contacts.timing import (
    LAST_PHASE_OF_CONTACT,
    LAST_PHASE_OF_TOE_OFF,
    MOST_SPREADS,
    in_full_view,
    moment,
    plausible_contact,
    steadied,
    timing_features,
)
from footstrike.gait.contacts.trunk import TrunkStep, TrunkSteps, typical_period_s
from footstrike.gait.corrections import Corrections
from footstrike.gait.feet import LegRoles, assign_feet, leg_roles
from footstrike.gait.flat_foot import flat_foot_deg
from footstrike.gait.landing import (
    PostureCourse,
    foot_strike_angles,
    landing,
    landing_features,
    posture_course,
)
from footstrike.gait.motion import motion, motion_course
from footstrike.gait.quality import believable, confidence, step_reasons
from footstrike.gait.runner_frame import Bout, find_bouts
from footstrike.gait.signals import sampling_rate_hz
from footstrike.gait.strikes import StrikeClassifier, borderline_if_moved
from footstrike.gait.time_scale import activity_of, bounce_with_stride

LEAST_STEPS = 2
"""A bout with fewer steps has no period."""
CLOSE_LOOK_PHASES = (-0.2, 0.25)
"""Part of each step, around the trunk's fall, that deserves the finer pose model."""
CLOSE_LOOKS_PER_STEP = 11
"""Frames nearer together than this many to a step period show little new, and the finer model is slow."""
MOST_BETWEEN_CLOSE_LOOKS = 4
"""In slow motion there is time for more: the errors of single frames average out."""
SHOE_PHASES = (-0.2, 0.14)
"""The shoe is watched between these phases after the trunk's fall; at the second it stands flat."""
MOST_SHOE_FRAMES = 12
LONGEST_FLIGHT_PERIODS = 0.8
"""A longer gap to the next contact hides a missed step."""


@dataclass(frozen=True)
class Stride:
    """A bout with the steps that its trunk shows and the foot of each."""

    bout: Bout
    steps: tuple[TrunkStep, ...]
    feet: tuple[Foot, ...]
    vote: float

    @cached_property
    def activity(self) -> Activity:
        """What the person does, seen from the side."""
        return activity_of(bounce_with_stride(self.bout, self.steps))

    @cached_property
    def fine_roles(self) -> LegRoles:
        """The legs by role in the refined landmarks."""
        return leg_roles(self.bout.time_s, self.bout.fine_xy_leg, typical_period_s(self.steps))


def find_strides(track: PoseTrack, detector: TrunkSteps) -> tuple[Stride, ...]:
    """Find the bouts of a recording with their steps and feet; bouts without steps are left out."""
    strides = []
    for bout in find_bouts(track):
        steps = detector.detect(bout.time_s, bout.trunk_height_leg)
        if len(steps) >= LEAST_STEPS:
            strides.append(Stride(bout, steps, *assign_feet(bout, steps)))
    return tuple(strides)


def frames_for_close_look(track: PoseTrack, strides: Sequence[Stride]) -> BoolArray:
    """Return which of the ``(T,)`` frames deserve the finer pose model: some around each landing, evenly apart."""
    chosen = np.zeros(track.frame_count, dtype=bool)
    for stride in strides:
        frames_per_step = typical_period_s(stride.steps) * sampling_rate_hz(stride.bout.time_s)
        every = min(max(1, round(frames_per_step / CLOSE_LOOKS_PER_STEP)), MOST_BETWEEN_CLOSE_LOOKS)
        for step in stride.steps:
            first_s, last_s = (step.fall_s + phase * step.period_s for phase in CLOSE_LOOK_PHASES)
            first, last = np.searchsorted(track.time_s, (first_s, last_s))
            chosen[first : last + 1 : every] = True
            chosen[last : last + 1] = True
    return chosen


def landing_looks(track: PoseTrack, strides: Sequence[Stride]) -> tuple[LandingLook, ...]:
    """Choose the frames in which each landing shoe is watched, at most :data:`MOST_SHOE_FRAMES` a landing."""
    looks = []
    for stride in strides:
        for step in stride.steps:
            first_s, last_s = (step.fall_s + phase * step.period_s for phase in SHOE_PHASES)
            first, last = (int(frame) for frame in np.searchsorted(track.time_s, (first_s, last_s)))
            if last < track.frame_count:
                every = math.ceil((last - first + 1) / MOST_SHOE_FRAMES)
                looks.append(LandingLook(tuple(range(last, first - 1, -every))[::-1], stride.bout.facing))
    return tuple(looks)


def measure_steps(
    stride: Stride, bout_number: int, corrections: Corrections, classifier: StrikeClassifier
) -> list[Step]:
    """Measure every step of one bout: times, posture, strike, and how sure.

    Overstride is left open (``"unclear"``): it needs the speed, which rests on all bouts.

    Returns
    -------
    list of Step
        In time order, numbered from 1 within the bout; ``contact_frame`` counts in the recording.
        Contacts outside what was filmed are left out.
    """
    bout = stride.bout
    contacts = time_contacts(stride, bout_number, corrections)
    course = posture_course(bout, stride.fine_roles)
    described = describe_landings(course, contacts)
    angles = foot_strike_angles(course, contacts, described, corrections)
    postures = [
        believable(landing(bout, course, contact, features, angle, corrections))
        for contact, features, angle in zip(contacts, described, angles, strict=True)
    ]
    strikes = _strikes(course, contacts, postures, corrections, classifier)
    motions = _motions(stride, course, contacts, postures, strikes)
    filmed = [i for i, c in enumerate(contacts) if bout.time_s[0] <= c.contact_s.value <= bout.time_s[-1]]
    rate_hz = sampling_rate_hz(bout.time_s)
    return [
        _step(number, stride, rate_hz, i, contacts, postures[i], strikes[i], motions[i])
        for number, i in enumerate(filmed, 1)
    ]


def _motions(
    stride: Stride,
    posture: PostureCourse,
    contacts: Sequence[Contact],
    landings: Sequence[Landing],
    strikes: Sequence[Strike],
) -> list[Motion]:
    """Measure what body and legs do in every step besides landing."""
    course, period_s = motion_course(stride.bout, stride.fine_roles), typical_period_s(stride.steps)
    flat_deg = flat_foot_deg(posture.time_s, posture.standing_foot_deg, contacts)
    return [
        motion(course, posture, contact, landing, strike.type, flat_deg[contact.foot], period_s)
        for contact, landing, strike in zip(contacts, landings, strikes, strict=True)
    ]


def _strikes(
    course: PostureCourse,
    contacts: Sequence[Contact],
    postures: Sequence[Landing],
    corrections: Corrections,
    classifier: StrikeClassifier,
) -> list[Strike]:
    """Classify every landing; one that would get another type if contact moved by its own error is borderline."""

    def classified(moved_se: float) -> list[Strike]:
        described = describe_landings(course, contacts, moved_se)
        angles = foot_strike_angles(course, contacts, described, corrections)
        return [
            classifier.classify(angle if posture.foot_strike_angle_deg.known else UNKNOWN, features, corrections)
            for posture, angle, features in zip(postures, angles, described, strict=True)
        ]

    return [borderline_if_moved(*moments) for moments in zip(*map(classified, (0.0, -1.0, 1.0)), strict=True)]


def _step(
    number: int,
    stride: Stride,
    rate_hz: float,
    i: int,
    contacts: Sequence[Contact],
    posture: Landing,
    strike: Strike,
    moved: Motion,
) -> Step:
    """Put together what was measured of the step at index ``i`` of a bout."""
    bout, contact = stride.bout, contacts[i]
    reasons = step_reasons(contact, posture, strike, stride.steps[i], rate_hz, bout.leg_length_px, stride.vote)
    return Step(
        number=number,
        contact=contact,
        contact_frame=_frame_at(bout, contact.contact_s.value),
        toe_off_frame=_known_frame(bout, contact.toe_off_s.value),
        landing=posture,
        strike=strike,
        overstride="unclear",
        flight_s=_flight(stride, contacts, i),
        confidence=confidence(strike, reasons),
        reasons=reasons,
        motion=moved,
    )


def time_contacts(stride: Stride, bout_number: int, corrections: Corrections) -> list[Contact]:
    """Time initial contact and toe-off of every step of one bout."""
    bout = stride.bout
    paths = foot_paths(bout, stride.fine_roles, stride.steps)
    features = timing_features(bout, stride.steps, paths)
    contact_phase, toe_off_phase = (
        steadied(
            [rule.predict(described, MOST_SPREADS) for described in features],
            stride.feet,
            [in_full_view(bout, step, last_phase) for step in stride.steps],
        )
        for rule, last_phase in (
            (corrections.contact, LAST_PHASE_OF_CONTACT),
            (corrections.toe_off, LAST_PHASE_OF_TOE_OFF),
        )
    )
    contacts, frame_s = [], 1 / sampling_rate_hz(bout.time_s)
    for i, (step, foot) in enumerate(zip(stride.steps, stride.feet, strict=True)):
        contact = moment(step, contact_phase[i], corrections.contact.se, frame_s)
        toe_off = moment(step, toe_off_phase[i], corrections.toe_off.se, frame_s)
        if not plausible_contact(contact_phase[i], toe_off_phase[i]) or toe_off.value > bout.time_s[-1]:
            toe_off = UNKNOWN
        contacts.append(Contact(foot, bout.side_of(foot), contact, toe_off, bout_number))
    return contacts


def describe_landings(
    course: PostureCourse, contacts: Sequence[Contact], moved_se: float = 0.0
) -> list[dict[str, float]]:
    """Describe every landing of a bout by the raw angles that the learned corrections read.

    Parameters
    ----------
    moved_se
        Look this many standard errors of each contact's time after it.
    """
    flat = flat_foot_deg(course.time_s, course.standing_foot_deg, contacts)
    durations = [contact.duration_s.value for contact in contacts if contact.toe_off_s.known]
    typical_s = float(np.median(durations)) if durations else math.nan
    return [landing_features(course, contact.moved(moved_se), flat[contact.foot], typical_s) for contact in contacts]


def _flight(stride: Stride, contacts: Sequence[Contact], i: int) -> Measure:
    """Return the time from this toe-off to the next contact; unknown where a step was missed."""
    if i + 1 >= len(contacts) or not contacts[i].toe_off_s.known:
        return UNKNOWN
    toe_off, following = contacts[i].toe_off_s, contacts[i + 1].contact_s
    flight_s = following.value - toe_off.value
    if flight_s > LONGEST_FLIGHT_PERIODS * stride.steps[i].period_s:
        return UNKNOWN
    return Measure(flight_s, math.hypot(toe_off.se, following.se))


def _frame_at(bout: Bout, at_s: float) -> int:
    """Return the index in the recording of the first frame at or after a moment."""
    return bout.first_frame + int(np.searchsorted(bout.time_s, at_s))


def _known_frame(bout: Bout, at_s: float) -> int | None:
    return _frame_at(bout, at_s) if math.isfinite(at_s) else None


def mean_leg_length_px(strides: Sequence[Stride]) -> float:
    """Return the runner's leg length averaged over bouts, weighted by their steps; NaN without any."""
    weights: FloatArray = np.array([len(stride.steps) for stride in strides], dtype=float)
    lengths = np.array([stride.bout.leg_length_px for stride in strides])
    return float(np.average(lengths, weights=weights)) if strides else math.nan
