"""An ordinary runner, whose numbers a test may change."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np
import pytest

from footstrike.analysis import analyze_track
from footstrike.data import Measure, Percentile, Session, Speed, Statistic
from footstrike.settings import Settings
from runner_model import RunnerModel, as_pose_track

ORDINARY = {
    "vertical_oscillation": Statistic(20, 0.1, 0.005, 0.01),
    "trunk_lean_deg": Statistic(20, 7.0, 1.0, 3.0),
    "waist_bend_deg": Statistic(20, 3.0, 1.0, 3.5),
    "knee_flexion_deg": Statistic(20, 14.0, 2.0, 4.0),
    "contact_time_ms": Statistic(20, 250.0, 8.0, 10.0),
    "knee_drive_deg": Statistic(20, 33.0, 2.0, 2.5),
    "heel_pull_up_leg": Statistic(20, 0.55, 0.02, 0.03),
}
"""Metrics of an ordinary runner at 3 m/s."""

Change = Callable[..., Session]


@pytest.fixture(scope="session")
def ordinary() -> Session:
    """A runner of whom nothing stands out."""
    session = analyze_track(as_pose_track(RunnerModel(), np.arange(480) / 60), None, "run", Settings())
    middling = Percentile(50.0, 30.0, 70.0)
    return dataclasses.replace(
        session,
        warnings=(),
        speed=Speed(Measure(3.0, 0.0), "stated"),
        metrics={name: {"all": value, "left": value, "right": value} for name, value in ORDINARY.items()},
        verdict={foot: _placed(verdict, middling) for foot, verdict in session.verdict.items()},
    )


def _placed(verdict, percentile):
    return dataclasses.replace(verdict, ankle=dataclasses.replace(verdict.ankle, shank_percentile=percentile))


@pytest.fixture(scope="session")
def with_metric(ordinary: Session) -> Change:
    """Change one metric of the ordinary runner: mean and standard error, of all steps or of one foot."""

    def change(name, mean, se=None, group="all", session=ordinary, **others):
        groups = dict(session.metrics[name])
        old = groups[group]
        groups[group] = dataclasses.replace(old, mean=mean, se=old.se if se is None else se, **others)
        return dataclasses.replace(session, metrics={**session.metrics, name: groups})

    return change


@pytest.fixture(scope="session")
def with_percentile(ordinary: Session) -> Change:
    """Place the left foot's shank angle among other runners."""

    def change(low, value, high=95.0):
        left = _placed(ordinary.verdict["left"], Percentile(value, low, high))
        return dataclasses.replace(ordinary, verdict={**ordinary.verdict, "left": left})

    return change
