import pytest
from hypothesis import given
from hypothesis import strategies as st

from footstrike.errors import InvalidValueError
from footstrike.units import parse_height_m, parse_mass_kg, parse_rate_hz, parse_speed_mps


@pytest.mark.parametrize(
    ("text", "mps"),
    [
        ("12km/h", 12 / 3.6),
        ("12.5 km/h", 12.5 / 3.6),
        ("12,5KM/H", 12.5 / 3.6),
        ("12kmh", 12 / 3.6),
        ("12 kph", 12 / 3.6),
        ("3.3m/s", 3.3),
        (" 3 m/s ", 3.0),
        ("7.5mph", 7.5 * 0.44704),
        ("5:00/km", 1000 / 300),
        ("5:30 min/km", 1000 / 330),
        ("8:00/mi", 1609.344 / 480),
        ("08:00 / mile", 1609.344 / 480),
    ],
)
def test_speeds_and_paces(text, mps):
    assert parse_speed_mps(text) == pytest.approx(mps)


@pytest.mark.parametrize(
    "text",
    ["", "12", "fast", "km/h", "-3m/s", "3.m/s", "5:0/km", "5:60/km", "0:00/km", "5:00", "5/km", "12km", "1e3m/s"],
)
def test_what_is_no_speed_is_refused_with_examples(text):
    with pytest.raises(InvalidValueError, match=r"is no running speed; write it like 12km/h, .*5:00/km") as caught:
        parse_speed_mps(text)
    assert repr(text) in str(caught.value)


@given(st.integers(120, 900))
def test_pace_is_the_inverse_of_speed(seconds):
    pace = parse_speed_mps(f"{seconds // 60}:{seconds % 60:02d}/km")
    assert pace == pytest.approx(1000 / seconds)
    assert parse_speed_mps(f"{3.6 * pace:.6f}km/h") == pytest.approx(pace, rel=1e-5)


@pytest.mark.parametrize("text", ["1.78", "1.78m", "1,78 m", "178cm", "178 CM"])
def test_heights(text):
    assert parse_height_m(text) == pytest.approx(1.78)


@pytest.mark.parametrize("text", ["", "tall", "m", "-1.78", "1.78km", "5'10", "1.7.8"])
def test_what_is_no_height_is_refused_with_examples(text):
    with pytest.raises(InvalidValueError, match=r"is no body height; write it like 1\.78m or 178cm"):
        parse_height_m(text)


@pytest.mark.parametrize(
    ("text", "kg"), [("68", 68), ("68kg", 68), ("67,5 KG", 67.5), ("150lb", 68.04), ("150 lbs", 68.04)]
)
def test_masses(text, kg):
    assert parse_mass_kg(text) == pytest.approx(kg, abs=0.01)


@pytest.mark.parametrize("text", ["", "heavy", "kg", "-68", "68g", "10st"])
def test_what_is_no_mass_is_refused_with_examples(text):
    with pytest.raises(InvalidValueError, match=r"is no body mass; write it like 68kg or 150lb"):
        parse_mass_kg(text)


@pytest.mark.parametrize("text", ["240", "240fps", " 240 FPS", "240Hz", "240.0"])
def test_frame_rate(text: str) -> None:
    assert parse_rate_hz(text) == 240


@pytest.mark.parametrize("text", ["", "fast", "-30", "nan", "240 km/h"])
def test_what_is_no_frame_rate(text: str) -> None:
    with pytest.raises(InvalidValueError, match="write it like 240 or 240fps"):
        parse_rate_hz(text)
