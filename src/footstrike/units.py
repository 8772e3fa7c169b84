"""Quantities as people type them: running speeds and body heights, turned into metres and seconds."""

from __future__ import annotations

import re

from footstrike.errors import InvalidValueError

_NUMBER = r"(?P<number>\d+(?:[.,]\d+)?)\s*"
_SPEED = re.compile(rf"{_NUMBER}(?P<unit>m/s|km/h|kmh|kph|mph|mi/h)", re.IGNORECASE)
_PACE = re.compile(r"(?P<minutes>\d{1,2}):(?P<seconds>[0-5]\d)\s*(?:min)?\s*/\s*(?P<unit>km|mi|mile)", re.IGNORECASE)
_HEIGHT = re.compile(rf"{_NUMBER}(?P<unit>m|cm)?", re.IGNORECASE)
_MILE_M = 1609.344
_MPS_PER_UNIT = {
    "m/s": 1.0,
    **dict.fromkeys(("km/h", "kmh", "kph"), 1 / 3.6),
    **dict.fromkeys(("mph", "mi/h"), _MILE_M / 3600),
}
_PACE_DISTANCE_M = {"km": 1000.0, "mi": _MILE_M, "mile": _MILE_M}
_MASS = re.compile(rf"{_NUMBER}(?P<unit>kg|lb|lbs)?", re.IGNORECASE)
_RATE = re.compile(rf"{_NUMBER}(?:fps|Hz)?", re.IGNORECASE)
_POUND_KG = 0.45359237
_SIZE = re.compile(rf"{_NUMBER}(?P<unit>[KMGT]i?B?)", re.IGNORECASE)
_BYTES_PER_UNIT = {"k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "t": 1 << 40}
_METRES_PER_UNIT = {"m": 1.0, "cm": 0.01}


def parse_speed_mps(text: str) -> float:
    """Return a running speed in metres per second.

    Parameters
    ----------
    text
        A speed (``12km/h``, ``3.3m/s``, ``7.5mph``) or a pace (``5:00/km``, ``8:00/mi``).

    Raises
    ------
    InvalidValueError
        If it is neither.
    """
    if (speed := _SPEED.fullmatch(text.strip())) is not None:
        return _number(speed) * _MPS_PER_UNIT[speed["unit"].lower()]
    if (pace := _PACE.fullmatch(text.strip())) is not None:
        seconds = 60 * int(pace["minutes"]) + int(pace["seconds"])
        if seconds > 0:
            return _PACE_DISTANCE_M[pace["unit"].lower()] / seconds
    raise InvalidValueError(f"{text!r} is no running speed; write it like 12km/h, 3.3m/s, 5:00/km or 8:00/mi.")


def parse_height_m(text: str) -> float:
    """Return a body height in metres from text like ``1.78``, ``1.78m`` or ``178cm``.

    Raises
    ------
    InvalidValueError
        If it is none.
    """
    height = _found(_HEIGHT, text, "body height; write it like 1.78m or 178cm")
    return _number(height) * _METRES_PER_UNIT[(height["unit"] or "m").lower()]


def parse_mass_kg(text: str) -> float:
    """Return a body mass in kilograms from text like ``68``, ``68kg`` or ``150lb``.

    Raises
    ------
    InvalidValueError
        If it is none.
    """
    mass = _found(_MASS, text, "body mass; write it like 68kg or 150lb")
    return _number(mass) * (1.0 if (mass["unit"] or "kg").lower() == "kg" else _POUND_KG)


def parse_rate_hz(text: str) -> float:
    """Return a frame rate from text like ``240``, ``240fps`` or ``240Hz``.

    Raises
    ------
    InvalidValueError
        If it is none.
    """
    rate = _found(_RATE, text, "frame rate; write it like 240 or 240fps")
    return _number(rate)


def parse_bytes(text: str) -> int:
    """Return an amount of memory in bytes from text like ``2GB``, ``1.5G`` or ``800MiB``; all count in 1024s.

    Raises
    ------
    InvalidValueError
        If it is none.
    """
    size = _SIZE.fullmatch(text.strip())
    if size is None or _number(size) == 0:
        raise InvalidValueError(f"{text!r} is no amount of memory; write it like 2GB or 800MB.")
    return round(_number(size) * _BYTES_PER_UNIT[size["unit"][0].lower()])


def _found(pattern: re.Pattern[str], text: str, what: str) -> re.Match[str]:
    """Return how a text fits; raise where it does not, saying what it is not and how to write that."""
    found = pattern.fullmatch(text.strip())
    if found is None:
        raise InvalidValueError(f"{text!r} is no {what}.")
    return found


def _number(found: re.Match[str]) -> float:
    return float(found["number"].replace(",", "."))
