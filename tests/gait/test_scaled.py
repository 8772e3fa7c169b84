"""Metrics in metres and newtons."""

import math

import pytest

from footstrike.data import UNKNOWN, UNKNOWN_SPEED, Measure, Speed, Statistic
from footstrike.gait.scaled import scaled_metrics

METRICS = {
    "vertical_oscillation": {"all": Statistic(20, 0.1, 0.01, 0.005)},
    "contact_time_ms": {"all": Statistic(20, 250.0, 8.0, 10.0)},
}
CADENCE = Measure(60 / 0.35, 0.5)
STATED = Speed(Measure(3.3, 0.0), "stated")


def of(speed=STATED, height_m=1.75, mass_kg=None, cadence=CADENCE):
    found = scaled_metrics(METRICS, cadence, speed, height_m, mass_kg)
    return {name: groups["all"] for name, groups in found.items()}


def test_values_and_errors():
    found = of()
    assert found["vertical_oscillation_cm"].mean == pytest.approx(100 * 0.1 * 0.47 * 1.75)
    assert found["step_length_m"].mean == pytest.approx(3.3 * 0.35)
    assert found["vertical_stiffness_n_m_kg"].mean == pytest.approx(359.7, abs=0.1)
    assert found["leg_stiffness_n_m_kg"].mean == pytest.approx(137.6, abs=0.1)
    assert all(statistic.n == 20 and math.isnan(statistic.sd) and statistic.se > 0 for statistic in found.values())


def test_mass_gives_newtons():
    found = of(mass_kg=70.0)
    assert found["leg_stiffness_kn_m"].mean == pytest.approx(0.07 * found["leg_stiffness_n_m_kg"].mean)
    assert found["vertical_stiffness_kn_m"].se == pytest.approx(0.07 * found["vertical_stiffness_n_m_kg"].se)
    assert not [name for name in of() if name.endswith("_kn_m")]


def test_height_that_is_assumed_widens_the_errors():
    assert of(height_m=None)["vertical_oscillation_cm"].se > of(height_m=1.70)["vertical_oscillation_cm"].se


def test_what_needs_a_speed_is_unknown_without_one():
    found = of(speed=UNKNOWN_SPEED)
    assert [name for name, statistic in found.items() if statistic.n == 0] == ["step_length_m", "leg_stiffness_n_m_kg"]
    assert [statistic.n for statistic in of(cadence=UNKNOWN).values()] == [20, 0, 0, 0]
