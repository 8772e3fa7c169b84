import dataclasses
import json
import math

import pytest
from hypothesis import given
from hypothesis import settings as budget
from hypothesis import strategies as st

from footstrike import settings as settings_module
from footstrike.errors import InvalidValueError, ModelError
from footstrike.gait.contacts.trunk import TrunkSteps
from footstrike.gait.strikes import AngleRule
from footstrike.settings import (
    CORRECTIONS_NAME,
    OVERSTRIDE_REFERENCE_NAME,
    STRIKE_CLASSIFIERS,
    Settings,
    available_cores,
    default_corrections,
    default_reference,
)


@given(st.floats(1, 10_000))
@budget(max_examples=25, deadline=None)
def test_capture_rates_of_any_camera_are_accepted(rate_hz):
    assert Settings(capture_rate_hz=rate_hz).capture_rate_hz == rate_hz


@pytest.mark.parametrize("rate_hz", [0, -30, 0.5, 10_001, math.nan, math.inf, -math.inf])
def test_impossible_capture_rate_is_refused_with_what_was_given(rate_hz):
    with pytest.raises(InvalidValueError, match=r"between 1 and 10000 frames per second, got"):
        Settings(capture_rate_hz=rate_hz)


@pytest.mark.parametrize("speed_mps", [0.0, 0.9, 13.1, -3.0, math.nan, math.inf])
def test_impossible_speed_is_refused_with_what_was_given(speed_mps):
    with pytest.raises(InvalidValueError, match=r"running speed must lie between 1 and 13 m/s, got"):
        Settings(speed_mps=speed_mps)


@pytest.mark.parametrize("mass_kg", [0.0, 9.0, 301.0, math.nan])
def test_impossible_mass_is_refused_with_what_was_given(mass_kg):
    with pytest.raises(InvalidValueError, match=r"body mass must lie between 10 and 300 kg, got"):
        Settings(mass_kg=mass_kg)


@pytest.mark.parametrize("height_m", [0.0, 0.5, 2.7, 178.0, -1.8, math.nan])
def test_impossible_height_is_refused_with_what_was_given(height_m):
    with pytest.raises(InvalidValueError, match=r"body height must lie between 0\.8 and 2\.6 m .*, got"):
        Settings(height_m=height_m)


@pytest.mark.parametrize("jobs", [0, -1, 257])
def test_impossible_number_of_jobs_is_refused(jobs):
    with pytest.raises(InvalidValueError, match=r"number of jobs must lie between 1 and 256, got"):
        Settings(jobs=jobs)


def test_jobs_are_as_many_as_there_are_cores_and_not_on_the_record():
    assert Settings().jobs == available_cores() >= 1
    assert Settings(jobs=1).as_dict() == Settings(jobs=7).as_dict()


@pytest.mark.parametrize("name", STRIKE_CLASSIFIERS)
def test_record_is_plain_and_names_the_choices(name):
    classifier = STRIKE_CLASSIFIERS[name]
    chosen = Settings(model="lite", strikes=classifier(least_probability=0.7), contacts=TrunkSteps(least_drop_leg=0.03))
    record = json.loads(json.dumps(chosen.as_dict()))
    assert record["model"] == "lite"
    assert record["strikes"]["kind"] == classifier.__name__
    assert record["strikes"]["least_probability"] == 0.7
    assert record["contacts"] | {"kind": "TrunkSteps", "least_drop_leg": 0.03} == record["contacts"]


def test_settings_and_choices_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Settings().model = "lite"
    with pytest.raises(TypeError):
        STRIKE_CLASSIFIERS["mine"] = AngleRule
    assert Settings() == Settings()


def test_corrections_that_travel_with_footstrike_are_whole_and_read_once():
    corrections = default_corrections()
    assert corrections is default_corrections()
    assert len(corrections.strike.intercept) == 3
    for name in ("contact", "toe_off", "foot_strike_angle", "shank_angle"):
        model = getattr(corrections, name)
        assert len(model.intercept) == 1
        assert model.se > 0


@pytest.mark.parametrize("content", [None, "", "{", "[]", "{}", '{"contact": {"features": []}}', "\x00\xff"])
def test_missing_or_damaged_corrections_are_one_clear_error(content, tmp_path, monkeypatch):
    if content is not None:
        (tmp_path / CORRECTIONS_NAME).write_bytes(content.encode("latin-1"))
    monkeypatch.setattr(settings_module, "models_folder", lambda: tmp_path)
    with pytest.raises(ModelError, match=r"missing or damaged .*; reinstall footstrike\.$"):
        default_corrections.__wrapped__()


@pytest.mark.parametrize(
    "content", [None, "", "# only a comment", "measure,speed_mps,p5\nshank_angle_deg,all,high", "\x00\xff"]
)
def test_missing_or_damaged_reference_is_one_clear_error(content, tmp_path, monkeypatch):
    if content is not None:
        (tmp_path / OVERSTRIDE_REFERENCE_NAME).write_bytes(content.encode("latin-1"))
    monkeypatch.setattr(settings_module, "models_folder", lambda: tmp_path)
    with pytest.raises(ModelError, match=r"missing or damaged .*; reinstall footstrike\.$"):
        default_reference.__wrapped__()
