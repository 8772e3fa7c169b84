"""Steps from the rise and fall of the trunk.

Shoulders and hips are the steadiest landmarks of a runner, so they carry the timing. Between two
apexes of the trunk lies one step. The foot lands while the trunk falls: the moment at which it
passes half of its fall is the landing reference, near initial contact whatever the frame rate or
slow motion, because every filter and threshold is set in step periods and leg lengths.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from footstrike.data import FloatArray
from footstrike.gait.signals import low_pass, sampling_rate_hz

MUCH_LONGER = 2.0
"""Steps that take this many times longer than first thought are looked for again."""
LEAST_REPEAT = 0.2
"""Correlation of the trunk's motion with itself, some steps later, that stands out from noise."""
LEAST_FRAMES_PER_STEP = 4.0
"""Fewer frames in a step can be any rhythm: 12 frames per second for a runner in real time."""


@dataclass(frozen=True, slots=True)
class TrunkStep:
    """One fall and rise of the trunk (s, leg lengths).

    ``apex_s`` is the highest point before the fall, ``fall_s`` the passage of half height on the
    way down, ``rise_s`` on the way up (NaN when the recording ends before). ``predicted`` marks a
    step at the end of a bout whose fall was seen only in part, so that its time rests on the others.
    """

    apex_s: float
    fall_s: float
    rise_s: float
    drop_leg: float
    period_s: float
    predicted: bool = False


@dataclass(frozen=True, slots=True)
class TrunkSteps:
    """Finds steps in the height of the trunk.

    Parameters
    ----------
    coarse_cutoff_steps, fine_cutoff_steps
        Low-pass cut-offs in multiples of the step frequency: a coarse one to find every step, even
        where playback speed changes within a clip, and a fine one to time it.
    least_drop_leg
        A smaller fall of the trunk, in leg lengths, is noise. Runners' trunks fall 0.07 to 0.15.
    least_drop_share
        Falls below this share of the typical one are noise.
    least_seen_share
        Share of the typical fall that must be seen for a step at the end of a bout.
    """

    coarse_cutoff_steps: float = 4.0
    fine_cutoff_steps: float = 2.0
    least_drop_leg: float = 0.025
    least_drop_share: float = 0.4
    least_seen_share: float = 0.3

    def detect(self, time_s: FloatArray, height_leg: FloatArray) -> tuple[TrunkStep, ...]:
        """Return the steps in time order; none when the trunk does not bounce regularly.

        Parameters
        ----------
        time_s : (N,) array
            Rising times, even or uneven.
        height_leg : (N,) array
            Height of the trunk in leg lengths.
        """
        time, height = resample_evenly(time_s, height_leg)
        guess_s = dominant_period_s(time, height)
        if not math.isfinite(guess_s):
            return ()
        steps = self._steps(time, height, guess_s)
        period_s = typical_period_s(steps)
        if period_s > MUCH_LONGER * guess_s:  # the guess was the rhythm of noise in a very slow recording
            steps = self._steps(time, height, period_s)
        return steps if typical_period_s(steps) * sampling_rate_hz(time) >= LEAST_FRAMES_PER_STEP else ()

    def _steps(self, time: FloatArray, height: FloatArray, period_s: float) -> tuple[TrunkStep, ...]:
        """Find all steps, given roughly how long one takes."""
        rate_hz = sampling_rate_hz(time)
        coarse = low_pass(height, rate_hz, self.coarse_cutoff_steps / period_s)
        pivots = self._pivots(coarse)
        steps = [
            self._timed(time, height, rate_hz, apex, trough, after) for apex, trough, after in _falls(coarse, pivots)
        ]
        complete = tuple(step for step in steps if step is not None)
        return self._with_ends(complete, time, coarse, pivots)

    def _pivots(self, height: FloatArray) -> list[int]:
        """Return alternating extremes, small wiggles left out, judged by the typical fall."""
        pivots = zigzag(height, self.least_drop_leg)
        swings = np.abs(np.diff(height[pivots]))
        if swings.size < 2:
            return pivots
        return zigzag(height, max(self.least_drop_leg, self.least_drop_share * float(np.median(swings))))

    def _timed(
        self, time: FloatArray, height: FloatArray, rate_hz: float, apex: int, trough: int, after: int | None
    ) -> TrunkStep | None:
        """Time one step on the finely smoothed height around it."""
        period = _local_period(apex, trough, after)
        first, last = max(0, apex - 2 * period), min(len(time), trough + 2 * period)
        smooth = low_pass(height[first:last], rate_hz, self.fine_cutoff_steps * rate_hz / period)
        apex, trough = apex - first, trough - first
        top = _extreme_near(smooth, apex, period // 4)
        bottom = _extreme_near(-smooth, trough, period // 4)
        if bottom <= top:
            return None
        fall = _crossing(smooth, top, bottom)
        rise = math.nan
        if after is not None:
            rise = _crossing(-smooth, bottom, _extreme_near(smooth, min(after - first, len(smooth) - 1), period // 4))
        at = np.arange(len(smooth))
        seconds = time[first:last]
        return TrunkStep(
            apex_s=float(seconds[top]),
            fall_s=float(np.interp(fall, at, seconds)),
            rise_s=float(np.interp(rise, at, seconds)) if math.isfinite(rise) else math.nan,
            drop_leg=float(smooth[top] - smooth[bottom]),
            period_s=period / rate_hz,
        )

    def _with_ends(
        self, steps: tuple[TrunkStep, ...], time: FloatArray, height: FloatArray, pivots: list[int]
    ) -> tuple[TrunkStep, ...]:
        """Add a first and a last step whose fall the recording shows only in part."""
        if len(steps) < 2:
            return steps
        drop = float(np.median([step.drop_leg for step in steps]))
        first = self._first_partial(steps[0], time, float(height[0] - height[pivots[0]]), drop)
        last = self._last_partial(steps, time, height, pivots[-1], drop)
        return _spaced((*first, *steps, *last))

    def _first_partial(self, first: TrunkStep, time: FloatArray, fell: float, drop: float) -> tuple[TrunkStep, ...]:
        """Return the step before ``first`` when the recording begins within its fall."""
        fall_s = first.fall_s - first.period_s
        if not self.least_seen_share * drop < fell < 2 * drop or fall_s < time[0]:
            return ()
        return (
            TrunkStep(
                first.apex_s - first.period_s,
                fall_s,
                first.rise_s - first.period_s,
                drop,
                first.period_s,
                True,
            ),
        )

    def _last_partial(
        self, steps: tuple[TrunkStep, ...], time: FloatArray, height: FloatArray, pivot: int, drop: float
    ) -> tuple[TrunkStep, ...]:
        """Return the step after the last one when the recording ends within its fall.

        Half the typical fall below the apex when that was seen; else the mean of what the last
        step and the apex suggest.
        """
        if height[pivot] - height[-1] < self.least_seen_share * drop:
            return ()
        apex_s, last = float(time[pivot]), steps[-1]
        half_way = height[pivot] - 0.5 * drop
        passed = np.flatnonzero(height[pivot:] < half_way)
        if passed.size:
            below = pivot + int(passed[0])
            fall_s = float(np.interp(half_way, height[[below, below - 1]], time[[below, below - 1]]))
        else:
            after_apex_s = float(np.median([step.fall_s - step.apex_s for step in steps]))
            fall_s = 0.5 * (apex_s + after_apex_s + last.fall_s + last.period_s)
        if fall_s > time[-1]:
            return ()
        return (TrunkStep(apex_s, fall_s, math.nan, drop, last.period_s, True),)


def _spaced(steps: tuple[TrunkStep, ...]) -> tuple[TrunkStep, ...]:
    """Drop steps that follow the one before by less than half a period: no runner is that quick."""
    kept: list[TrunkStep] = []
    for step in steps:
        if not kept or step.fall_s - kept[-1].fall_s > 0.5 * min(step.period_s, kept[-1].period_s):
            kept.append(step)
    return tuple(kept)


def typical_period_s(steps: Sequence[TrunkStep]) -> float:
    """Return the median step period; NaN without steps."""
    return float(np.median([step.period_s for step in steps])) if steps else math.nan


def resample_evenly(time_s: FloatArray, values: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Interpolate ``values`` (N,) to even times at the typical rate of ``time_s`` (N,)."""
    interval_s = float(np.median(np.diff(time_s)))
    even = np.arange(time_s[0], time_s[-1] + 0.5 * interval_s, interval_s)
    return even, np.interp(even, time_s, values)


def dominant_period_s(time_s: FloatArray, height: FloatArray) -> float:
    """Return the step period from the autocorrelation of the trunk's vertical velocity.

    Parameters
    ----------
    time_s, height : (N,) array
        Even times and height.

    Returns
    -------
    float
        Seconds; NaN where nothing repeats.
    """
    velocity = np.diff(height)
    velocity = velocity - velocity.mean()
    power = float(velocity @ velocity)
    if len(velocity) < 8 or power == 0:
        return math.nan
    size = len(velocity)
    spectrum = np.fft.rfft(velocity, 2 * size)
    correlation = np.fft.irfft(spectrum * np.conj(spectrum))[:size] / power
    unbiased = correlation / (1 - np.arange(size) / size)
    longest = max(4, int(0.75 * size))
    peaks = [high for high in zigzag(unbiased[:longest], LEAST_REPEAT)[1::2] if unbiased[high] >= LEAST_REPEAT]
    if not peaks:
        return math.nan
    strong = 0.7 * unbiased[peaks].max()
    return float(next(peak for peak in peaks if unbiased[peak] >= strong) * np.median(np.diff(time_s)))


def zigzag(values: FloatArray, threshold: float) -> list[int]:
    """Return indices of alternating highs and lows that differ by at least ``threshold``.

    The first and last pivots are true turning points, never the ends of the array.
    """
    pivots: list[int] = []
    high = low = 0
    rising: bool | None = None
    for i, value in enumerate(values):
        high = i if value > values[high] else high
        low = i if value < values[low] else low
        if rising is not False and value < values[high] - threshold:
            pivots.append(high)
            rising, low = False, i
            high = i
        elif rising is not True and value > values[low] + threshold:
            pivots.append(low)
            rising, high = True, i
            low = i
    return [p for p in pivots if p > 0]


def _falls(height: FloatArray, pivots: list[int]) -> list[tuple[int, int, int | None]]:
    """Return (apex, trough, next apex or None) for every complete fall."""
    falls = []
    for k in range(len(pivots) - 1):
        apex, trough = pivots[k], pivots[k + 1]
        if height[apex] > height[trough]:
            falls.append((apex, trough, pivots[k + 2] if k + 2 < len(pivots) else None))
    return falls


def _local_period(apex: int, trough: int, after: int | None) -> int:
    """Return this step's period in samples: apex to apex, or twice the fall at the end."""
    return max(4, after - apex if after is not None else 2 * (trough - apex))


def _extreme_near(values: FloatArray, index: int, reach: int) -> int:
    """Return the index of the largest of ``values`` within ``reach`` of ``index``."""
    first = max(0, index - reach)
    return first + int(np.argmax(values[first : index + reach + 1]))


def _crossing(values: FloatArray, start: int, stop: int) -> float:
    """Return where ``values``, falling from ``start`` to ``stop``, pass half height (sub-sample)."""
    if stop <= start:
        return math.nan
    part = values[start : stop + 1]
    level = 0.5 * (part[0] + part[-1])
    below = np.flatnonzero((part[:-1] >= level) & (part[1:] < level))
    if below.size == 0:
        return math.nan
    i = int(below[0])
    return start + i + float((part[i] - level) / (part[i] - part[i + 1]))
