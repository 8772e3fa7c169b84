"""What the gait tests share: one exact runner, and the stages up to the one under test."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from footstrike.data import Contact, PoseTrack, Step
from footstrike.gait.contacts.trunk import TrunkSteps
from footstrike.gait.runner_frame import Bout, find_bouts
from footstrike.gait.steps import Stride, find_strides, measure_steps, time_contacts
from footstrike.gait.strikes import LearnedStrike
from footstrike.settings import default_corrections
from runner_model import RunnerModel, TrueContact, as_pose_track, truth

SECONDS = 4.0
SEEN_WHOLE = (0.1, 0.4)
"""A contact this long after the start and before the end must be found (s)."""


@pytest.fixture(scope="session")
def runner() -> RunnerModel:
    """A heel striker facing right."""
    return RunnerModel(first_contact_s=0.2)


@pytest.fixture(scope="session")
def track(runner: RunnerModel) -> PoseTrack:
    """The runner at 120 frames per second."""
    return as_pose_track(runner, np.arange(0, SECONDS, 1 / 120))


@pytest.fixture(scope="session")
def bout(track: PoseTrack) -> Bout:
    """The only bout of the track."""
    (only,) = find_bouts(track)
    return only


@pytest.fixture(scope="session")
def mirrored() -> Callable[[PoseTrack], PoseTrack]:
    """The same recording in a mirror; the pose model calls the other leg left."""
    swap = np.arange(33)
    swap[1:7] = [4, 5, 6, 1, 2, 3]
    for left in range(7, 32, 2):
        swap[[left, left + 1]] = left + 1, left

    def mirror(track: PoseTrack) -> PoseTrack:
        xy_px = track.xy_px[:, swap] * [-1, 1] + [track.frame_size_px[0], 0]
        return track.replace(xy_px=xy_px, visibility=track.visibility[:, swap])

    return mirror


@pytest.fixture(scope="session")
def stride_of() -> Callable[[PoseTrack], Stride]:
    """Find the only stride of a track."""

    def find(track: PoseTrack) -> Stride:
        (only,) = find_strides(track, TrunkSteps())
        return only

    return find


@pytest.fixture(scope="session")
def stride(track: PoseTrack, stride_of: Callable[[PoseTrack], Stride]) -> Stride:
    """The bout with its steps and feet."""
    return stride_of(track)


@pytest.fixture(scope="session")
def contacts_of(stride_of: Callable[[PoseTrack], Stride]) -> Callable[[PoseTrack], list[Contact]]:
    """Time the contacts of a track with one bout."""
    return lambda track: time_contacts(stride_of(track), 0, default_corrections())


@pytest.fixture(scope="session")
def steps_of(stride_of: Callable[[PoseTrack], Stride]) -> Callable[[PoseTrack], list[Step]]:
    """Measure the steps of a track with one bout."""
    return lambda track: measure_steps(stride_of(track), 0, default_corrections(), LearnedStrike())


@pytest.fixture(scope="session")
def true_contacts() -> Callable[..., list[TrueContact]]:
    """Return the contacts that the first ``seconds`` of a recording show well."""

    def seen(model: RunnerModel, seconds: float = SECONDS) -> list[TrueContact]:
        before, after = SEEN_WHOLE
        return [c for c in truth(model, seconds) if before <= c.contact_time_s <= seconds - after]

    return seen


@pytest.fixture(scope="session")
def matched() -> Callable[..., list[tuple[Step, TrueContact]]]:
    """Pair every true contact with the nearest step; no step may be used twice."""

    def match(steps: list[Step], wanted: list[TrueContact]) -> list[tuple[Step, TrueContact]]:
        pairs = [(min(steps, key=lambda s: abs(s.contact.contact_s.value - c.contact_time_s)), c) for c in wanted]
        assert len({id(step) for step, _ in pairs}) == len(wanted), "a contact was missed"
        return pairs

    return match
