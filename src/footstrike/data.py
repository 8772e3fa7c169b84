"""The values that flow through footstrike: frozen, validated, and silent about how they were made.

Times are seconds of real motion counted from the first frame, unless a name says otherwise.
Unknown numbers are NaN; unknown classes are ``"unclear"``. Image coordinates have y pointing down.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from fractions import Fraction
from operator import attrgetter
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from footstrike.errors import InvalidValueError

if TYPE_CHECKING:
    import pandas as pd

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

Foot = Literal["left", "right"]
Side = Literal["near", "far"]
StrikeType = Literal["heel", "midfoot", "forefoot", "unclear"]
OverstrideLevel = Literal["none", "mild", "marked", "unclear"]
Direction = Literal["left", "right", "unclear"]
SeenDirection = Literal["left", "right", "unclear", "both"]
SeenSide = Literal["near", "far", "both"]
"""Over a whole recording, in which the runner may turn round."""
View = Literal["side", "oblique", "front", "rear", "unclear"]
Activity = Literal["running", "walking", "other"]
Severity = Literal["info", "caution", "serious"]
SEVERITIES: tuple[Severity, ...] = ("serious", "caution", "info")
"""The worst first."""
SpeedSource = Literal["stated", "height", "typical_height", "unknown"]

FEET: tuple[Foot, Foot] = ("left", "right")
STRIKE_CLASSES: tuple[StrikeType, StrikeType, StrikeType] = ("heel", "midfoot", "forefoot")
LANDMARK_COUNT = 33
"""Number of BlazePose body landmarks."""
LARGE_PX = 1920 * 1088
"""A picture of more pixels, as 1080p is coded, is large: dear to hold and to decode."""


def frozen_array(values: object, dtype: type = np.float64) -> NDArray[Any]:
    """Return ``values`` as a read-only array: a copy, unless they are one already."""
    if isinstance(values, np.ndarray) and values.dtype == dtype and values.base is None and not values.flags.writeable:
        return values
    array: NDArray[Any] = np.array(values, dtype=dtype)
    array.flags.writeable = False
    return array


def require(condition: bool, message: str) -> None:
    """Raise :class:`InvalidValueError` with ``message`` unless ``condition`` holds."""
    if not condition:
        raise InvalidValueError(message)


_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def readable(name: str) -> str:
    """Return a file's name with ``?`` for what is no text and for what a terminal would obey."""
    return _CONTROL.sub("?", name.encode("utf-8", "replace").decode("utf-8"))


@dataclass(frozen=True, slots=True)
class Measure:
    """A number with its standard error, both in the unit that the field's name gives."""

    value: float
    se: float

    def __post_init__(self) -> None:
        require(math.isnan(self.se) or self.se >= 0, f"A standard error must not be negative, got {self.se}.")

    @property
    def known(self) -> bool:
        """Whether there is a value at all."""
        return math.isfinite(self.value)


UNKNOWN = Measure(math.nan, math.nan)
"""The measure of something that was not seen."""


@dataclass(frozen=True, slots=True)
class Speed:
    """How fast the runner runs (m/s), and how that is known.

    ``source`` is ``"stated"`` (by the user), ``"height"`` (from the motion and the stated body height),
    ``"typical_height"`` (from the motion and that of an ordinary adult) or ``"unknown"``.
    """

    mps: Measure
    source: SpeedSource


UNKNOWN_SPEED = Speed(UNKNOWN, "unknown")
"""The speed of a runner whose standing feet were not seen, or whose clock is not known."""


@dataclass(frozen=True, slots=True)
class Percentile:
    """Per cent of the reference runners that lie below a measurement, and what its error spans."""

    value: float
    low: float
    high: float

    @property
    def known(self) -> bool:
        """Whether there is a value at all."""
        return math.isfinite(self.value)


UNKNOWN_PERCENTILE = Percentile(math.nan, math.nan, math.nan)
"""The percentile of something that was not seen."""


@dataclass(frozen=True, slots=True)
class AnklePlace:
    """Where the ankle lands with respect to knee and hip, against other runners.

    ``ahead_of_knee_leg`` is in leg lengths, + ahead; ``p_ahead_of_knee`` is the probability that it is
    ahead at all. ``shank_percentile`` and ``hip_percentile`` place the shank angle and the distance from the
    hips among runners at ``compared_at_mps`` (m/s; NaN = at all speeds together).
    """

    ahead_of_knee_leg: Measure
    p_ahead_of_knee: float
    shank_percentile: Percentile
    hip_percentile: Percentile
    compared_at_mps: float


UNKNOWN_PLACE = AnklePlace(UNKNOWN, math.nan, UNKNOWN_PERCENTILE, UNKNOWN_PERCENTILE, math.nan)
"""The place of an ankle that was not compared."""


@dataclass(frozen=True, slots=True)
class Statistic:
    """The distribution of one metric over ``n`` steps; ``se`` is the standard error of the mean."""

    n: int
    mean: float
    sd: float
    se: float


@dataclass(frozen=True, slots=True)
class Note:
    """Something the user must know before trusting a number: what it is, how bad, what to do."""

    code: str
    severity: Severity
    message: str
    action: str


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """A model that took part in a result."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True, eq=False)
class VideoInfo:
    """What is known of the recording.

    Parameters
    ----------
    name, sha256, size_bytes
        The file's own name (no folder), its checksum and its size.
    width_px, height_px
        Upright frame size, after rotation.
    presentation_time_s
        ``(T,)`` rising presentation times of the decoded frames; the first is 0.
    stored_rate_hz
        The rate the file declares, exact; ``None`` when it declares none.
    rotation_deg
        Clockwise turn that was applied to make the coded frames upright.
    variable_rate
        Whether the presentation times are uneven.
    codec
        Name of the video codec.
    damaged_packets
        Packets that gave no frame and were passed over, and frames that the decoder marked as spoilt.
    truncated
        Whether the file ended before its own index said it would.
    capture_rate_hz
        Frames per second that the camera took, as the phone wrote it into the file; ``None`` when it did not.
    """

    name: str
    sha256: str
    size_bytes: int
    width_px: int
    height_px: int
    presentation_time_s: FloatArray
    stored_rate_hz: Fraction | None
    rotation_deg: int
    variable_rate: bool
    codec: str
    damaged_packets: int = 0
    truncated: bool = False
    capture_rate_hz: float | None = None

    def __post_init__(self) -> None:
        time = frozen_array(self.presentation_time_s)
        require(time.ndim == 1 and time.size > 0, "A video needs at least one frame time.")
        require(bool(np.all(np.diff(time) > 0)), "Frame times must rise from frame to frame.")
        require(self.width_px > 0 and self.height_px > 0, "Frame width and height must be positive.")
        require(
            self.rotation_deg in (0, 90, 180, 270),
            f"Rotation must be a quarter turn, got {self.rotation_deg}.",
        )
        object.__setattr__(self, "presentation_time_s", time)
        object.__setattr__(self, "name", readable(self.name))

    @property
    def frame_count(self) -> int:
        """Number of decoded frames."""
        return int(self.presentation_time_s.size)


def presentation_hz(time_s: FloatArray, video: VideoInfo | None) -> float:
    """Return the frames per second at which a recording plays.

    Parameters
    ----------
    time_s : (T,) array
        Presentation times.
    video
        Its file, whose own rate is exact; without one, the typical (median) interval tells. A single frame plays at
        no rate, NaN.
    """
    if video is not None and video.stored_rate_hz is not None:
        return float(video.stored_rate_hz)
    return float(1 / np.median(np.diff(time_s))) if time_s.size > 1 else math.nan


@dataclass(frozen=True, slots=True)
class SlowMotion:
    """How presentation time relates to real time.

    ``factor`` is presentation seconds per real second (1 = real time, 8 = 240 Hz played at 30 Hz).
    ``source`` is ``"stated"`` (by the user), ``"file"`` (written by the camera), ``"estimated"`` (from the motion) or
    ``"real_time"``. ``relative_se`` is the factor's own relative standard error (0 when stated or written).
    """

    factor: float
    source: Literal["stated", "file", "estimated", "real_time"]
    relative_se: float
    reason: str

    def __post_init__(self) -> None:
        require(
            math.isfinite(self.factor) and self.factor > 0,
            f"Slow-motion factor must be positive, got {self.factor}.",
        )

    @property
    def pace(self) -> tuple[Literal["slow", "fast"], float]:
        """Whether playback is slower or faster than real time, and how many times."""
        return ("slow", self.factor) if self.factor >= 1 else ("fast", 1 / self.factor)


@dataclass(frozen=True, slots=True, eq=False)
class PoseTrack:
    """Landmarks of one person over a recording, raw as the pose model gave them.

    Parameters
    ----------
    time_s
        ``(T,)`` rising times in seconds.
    xy_px
        ``(T, 33, 2)`` upright image coordinates, y down; NaN where nobody was found.
    visibility
        ``(T, 33)`` the model's own confidence, 0 to 1.
    frame_size_px
        Upright (width, height).
    backend
        Name of the pose backend.
    models
        The models that took part.
    world_m
        ``(T, 33, 3)`` metric landmarks around the hip where the model gives them; in single precision, as landmark
        files hold them.
    refined_xy_px, refined_visibility
        The same from the finer second pass; NaN (0) in frames that it did not visit.
    refined_shoulders_m
        ``(T, 2)`` left less right shoulder in that pass's metric landmarks: to the right in the image and away from the
        camera; NaN in frames that it did not visit.
    camera_px
        ``(T, 2)`` how far the background has moved in the image since the first frame, right and
        down; ``None`` when it was not followed.
    shot
        ``(T,)`` number of the shot that each frame belongs to, rising by 1 at every cut.
    shoe_turn_deg
        ``(T,)`` angle of the landing shoe over the same shoe standing flat, from the pixels, + toes
        up; NaN in frames without a landing.
    region
        ``(T, 4)`` square around the person in which to look closer: x and y of its middle and its side in
        pixels, its turn in radians, clockwise in the image; NaN where nobody was found.
    people
        How many people, this one counted, are seen together for a while.
    pictures_hz
        How many different pictures a second are shown where some repeat the one before; NaN where none do, or it
        cannot be told.
    """

    time_s: FloatArray
    xy_px: FloatArray
    visibility: FloatArray
    frame_size_px: tuple[int, int]
    backend: str
    models: tuple[ModelInfo, ...]
    world_m: NDArray[np.float32] | None = None
    refined_xy_px: FloatArray | None = None
    refined_visibility: FloatArray | None = None
    refined_shoulders_m: FloatArray | None = None
    camera_px: FloatArray | None = None
    shot: FloatArray | None = None
    shoe_turn_deg: FloatArray | None = None
    region: FloatArray | None = None
    people: int = 1
    pictures_hz: float = math.nan

    def __post_init__(self) -> None:
        time = frozen_array(self.time_s)
        frames = time.size
        require(time.ndim == 1 and frames > 0, "A pose track needs at least one frame.")
        require(bool(np.all(np.isfinite(time)) and np.all(np.diff(time) > 0)), "Times must be finite and rise.")
        object.__setattr__(self, "time_s", time)
        shapes = {
            "xy_px": (frames, LANDMARK_COUNT, 2),
            "visibility": (frames, LANDMARK_COUNT),
            "world_m": (frames, LANDMARK_COUNT, 3),
            "refined_xy_px": (frames, LANDMARK_COUNT, 2),
            "refined_visibility": (frames, LANDMARK_COUNT),
            "refined_shoulders_m": (frames, 2),
            "camera_px": (frames, 2),
            "shot": (frames,),
            "shoe_turn_deg": (frames,),
            "region": (frames, 4),
        }
        for name, shape in shapes.items():
            values = getattr(self, name)
            if values is None:
                continue
            array = frozen_array(values, np.float32 if name == "world_m" else np.float64)
            require(array.shape == shape, f"{name} must have shape {shape}, got {array.shape}.")
            object.__setattr__(self, name, array)
        require(
            (self.refined_xy_px is None) == (self.refined_visibility is None),
            "refined_xy_px and refined_visibility come together.",
        )

    @property
    def frame_count(self) -> int:
        """Number of frames."""
        return int(self.time_s.size)

    @property
    def found(self) -> BoolArray:
        """``(T,)`` whether a person was found in each frame."""
        return np.asarray(np.isfinite(self.xy_px).all(axis=(1, 2)))

    @property
    def refined(self) -> BoolArray:
        """``(T,)`` whether the second pass saw each frame."""
        if self.refined_xy_px is None:
            return np.zeros(self.frame_count, dtype=bool)
        return np.asarray(np.isfinite(self.refined_xy_px).all(axis=(1, 2)))

    def replace(self, **changes: Any) -> PoseTrack:
        """Return a copy with some fields changed."""
        values = {f.name: getattr(self, f.name) for f in fields(self)}
        return PoseTrack(**{**values, **changes})


@dataclass(frozen=True, slots=True)
class LandingLook:
    """Frames in which one shoe is watched while it lands: rising indices, in the last of which it stands flat."""

    frames: tuple[int, ...]
    facing: Direction

    def __post_init__(self) -> None:
        require(len(self.frames) > 0 and list(self.frames) == sorted(set(self.frames)), "Frames must rise.")


@dataclass(frozen=True, slots=True)
class Contact:
    """One ground contact: which foot, when it landed and when it left the ground (s)."""

    foot: Foot
    side: Side
    contact_s: Measure
    toe_off_s: Measure
    bout: int

    def __post_init__(self) -> None:
        require(math.isfinite(self.contact_s.value), "A contact needs a finite time.")
        if self.toe_off_s.known:
            require(self.toe_off_s.value > self.contact_s.value, "Toe-off must follow initial contact.")

    def moved(self, standard_errors: float) -> Contact:
        """Return the contact later by a number of its own time's standard errors; toe-off stays."""
        moment = Measure(self.contact_s.value + standard_errors * self.contact_s.se, self.contact_s.se)
        return replace(self, contact_s=moment)

    @property
    def duration_s(self) -> Measure:
        """Contact (stance) time."""
        se = math.hypot(self.contact_s.se, self.toe_off_s.se)
        return Measure(self.toe_off_s.value - self.contact_s.value, se)


@dataclass(frozen=True, slots=True)
class Landing:
    """Posture at one initial contact, in the runner's frame (forward, up).

    ``foot_strike_angle_deg`` is + toes up, zeroed on the same foot flat on the ground;
    ``shank_angle_deg`` is + ankle ahead of knee; ``ankle_hip_distance_leg`` is in leg lengths,
    + ahead; ``knee_flexion_deg`` is 0 for a straight leg; ``trunk_lean_deg`` is + forward, over the
    stance; ``visibility`` is the pose model's own confidence in the foot, 0 to 1.
    """

    foot_strike_angle_deg: Measure
    shank_angle_deg: Measure
    ankle_hip_distance_leg: Measure
    knee_flexion_deg: Measure
    trunk_lean_deg: Measure
    visibility: float

    @property
    def ankle_ahead_of_knee(self) -> bool | None:
        """Whether the ankle is horizontally ahead of the knee; ``None`` when unknown."""
        return self.shank_angle_deg.value > 0 if self.shank_angle_deg.known else None


@dataclass(frozen=True, slots=True)
class Motion:
    """What body and legs do in one step besides landing, in the runner's frame (forward, up).

    ``ankle_angle_deg`` is the ankle's at contact, + toes towards the shin, 0 = foot flat under an upright
    shank; ``knee_flexion_stance_deg`` is the knee's largest bend in stance; ``body_lean_deg`` is the line from
    the standing ankle to the shoulders over the vertical, + forward, mean over the stance; ``waist_bend_deg`` is
    how much further the trunk leans than the line from ankle to hips. Of the swing that ends in this landing:
    ``heel_pull_up_leg`` is how far the heel rises over where it stands, in leg lengths, ``knee_drive_deg`` how far
    the thigh comes ahead of the vertical. ``thigh_extension_deg`` is how far the same thigh goes behind the
    vertical at the end of the step, and ``foot_flat_s`` the time from contact until the foot lies flat.
    """

    ankle_angle_deg: Measure = UNKNOWN
    knee_flexion_stance_deg: Measure = UNKNOWN
    body_lean_deg: Measure = UNKNOWN
    waist_bend_deg: Measure = UNKNOWN
    heel_pull_up_leg: Measure = UNKNOWN
    knee_drive_deg: Measure = UNKNOWN
    thigh_extension_deg: Measure = UNKNOWN
    foot_flat_s: Measure = UNKNOWN


UNKNOWN_MOTION = Motion()
"""The motion of a step of which only the landing was looked at."""


@dataclass(frozen=True, slots=True)
class Strike:
    """How the foot landed: class probabilities, the class said aloud, and why it may be unsure."""

    p_heel: float
    p_midfoot: float
    p_forefoot: float
    type: StrikeType
    reasons: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        total = self.p_heel + self.p_midfoot + self.p_forefoot
        require(abs(total - 1) < 1e-6, f"Strike probabilities must sum to 1, got {total}.")
        require(min(self.p_heel, self.p_midfoot, self.p_forefoot) >= 0, "Probabilities must not be negative.")

    @property
    def by_class(self) -> dict[StrikeType, float]:
        """Probability of each class."""
        return {"heel": self.p_heel, "midfoot": self.p_midfoot, "forefoot": self.p_forefoot}

    @property
    def likeliest(self) -> StrikeType:
        """The likeliest class, also when it is not said aloud."""
        return max(self.by_class, key=lambda name: self.by_class[name])

    @property
    def probability(self) -> float:
        """Probability of the class said aloud; of the likeliest one when unclear."""
        return self.by_class[self.likeliest if self.type == "unclear" else self.type]


@dataclass(frozen=True, slots=True)
class Step:
    """Everything known of one ground contact. ``number`` counts from 1 in time order."""

    number: int
    contact: Contact
    contact_frame: int
    toe_off_frame: int | None
    landing: Landing
    strike: Strike
    overstride: OverstrideLevel
    flight_s: Measure
    confidence: float
    reasons: tuple[str, ...] = ()
    ankle: AnklePlace = UNKNOWN_PLACE
    motion: Motion = UNKNOWN_MOTION

    def row(self) -> dict[str, Any]:
        """Return the step as one row of the step table, in the order of :data:`STEP_COLUMNS`."""
        return {name: value_of(self) for name, value_of in STEP_COLUMNS.items()}


def _motion_columns() -> dict[str, Callable[[Step], Any]]:
    """Return two columns for each measure of a step's motion: its value and its standard error, named by its unit."""
    columns: dict[str, Callable[[Step], Any]] = {}
    for name in (measure.name for measure in fields(Motion)):
        stem, unit = name.rsplit("_", 1)
        columns |= {name: attrgetter(f"motion.{name}.value"), f"{stem}_se_{unit}": attrgetter(f"motion.{name}.se")}
    return columns


STEP_COLUMNS: Mapping[str, Callable[[Step], Any]] = MappingProxyType(
    {
        "step": lambda step: step.number,
        "foot": lambda step: step.contact.foot,
        "side": lambda step: step.contact.side,
        "contact_time_s": lambda step: step.contact.contact_s.value,
        "toe_off_time_s": lambda step: step.contact.toe_off_s.value,
        "contact_frame": lambda step: step.contact_frame,
        "toe_off_frame": lambda step: step.toe_off_frame,
        "contact_duration_s": lambda step: step.contact.duration_s.value,
        "flight_time_s": lambda step: step.flight_s.value,
        "strike": lambda step: step.strike.type,
        "strike_probability": lambda step: step.strike.probability,
        "p_heel": lambda step: step.strike.p_heel,
        "p_midfoot": lambda step: step.strike.p_midfoot,
        "p_forefoot": lambda step: step.strike.p_forefoot,
        "foot_strike_angle_deg": lambda step: step.landing.foot_strike_angle_deg.value,
        "foot_strike_angle_sd_deg": lambda step: step.landing.foot_strike_angle_deg.se,
        "ankle_ahead_of_knee": lambda step: step.landing.ankle_ahead_of_knee,
        "shank_angle_deg": lambda step: step.landing.shank_angle_deg.value,
        "shank_angle_sd_deg": lambda step: step.landing.shank_angle_deg.se,
        "ankle_hip_distance_leg": lambda step: step.landing.ankle_hip_distance_leg.value,
        "overstride": lambda step: step.overstride,
        "knee_flexion_deg": lambda step: step.landing.knee_flexion_deg.value,
        "trunk_lean_deg": lambda step: step.landing.trunk_lean_deg.value,
        "confidence": lambda step: step.confidence,
        "reasons": lambda step: ";".join(step.reasons),
        "contact_time_se_s": lambda step: step.contact.contact_s.se,
        "toe_off_time_se_s": lambda step: step.contact.toe_off_s.se,
        "knee_flexion_sd_deg": lambda step: step.landing.knee_flexion_deg.se,
        "ankle_hip_distance_sd_leg": lambda step: step.landing.ankle_hip_distance_leg.se,
        "bout": lambda step: step.contact.bout,
        "p_ankle_ahead": lambda step: step.ankle.p_ahead_of_knee,
        "ankle_knee_distance_leg": lambda step: step.ankle.ahead_of_knee_leg.value,
        "shank_percentile": lambda step: step.ankle.shank_percentile.value,
        "ankle_hip_percentile": lambda step: step.ankle.hip_percentile.value,
        "contact_duration_se_s": lambda step: step.contact.duration_s.se,
        "flight_time_se_s": lambda step: step.flight_s.se,
        "trunk_lean_se_deg": lambda step: step.landing.trunk_lean_deg.se,
        **_motion_columns(),
    }
)
"""The columns of the step table, in order, and where each comes from. Others rely on these names."""


@dataclass(frozen=True, slots=True)
class FootVerdict:
    """What can be said of one foot over a whole recording.

    ``counts`` gives the number of landings by class (heel, midfoot, forefoot, unclear);
    ``probability`` is that of ``strike`` being this foot's usual class, ``p_heel`` that of the heel
    strike, which is often clear where midfoot and forefoot are not.
    """

    foot: Foot
    side: SeenSide
    strike: StrikeType
    probability: float
    p_heel: float
    counts: Mapping[str, int]
    shank_angle_deg: Measure
    overstride: OverstrideLevel
    ankle: AnklePlace = UNKNOWN_PLACE

    def __post_init__(self) -> None:
        object.__setattr__(self, "counts", MappingProxyType(dict(self.counts)))

    @property
    def landings(self) -> int:
        """Number of landings behind the verdict."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True, eq=False)
class Session:
    """Everything known about one recording.

    ``metrics`` maps a metric's name (with its unit) to a mapping of ``"all"``, ``"left"``,
    ``"right"`` to :class:`Statistic`. ``track`` keeps the times at which the recording plays;
    :attr:`real_time_s` gives real ones. ``settings`` is the settings as plain values, ``versions``
    the software that took part. ``video`` is ``None`` when landmarks were the input.
    """

    name: str
    video: VideoInfo | None
    track: PoseTrack
    slow_motion: SlowMotion
    view: View
    direction: SeenDirection
    activity: Activity
    cadence_spm: Measure
    steps: tuple[Step, ...]
    metrics: Mapping[str, Mapping[str, Statistic]]
    verdict: Mapping[str, FootVerdict]
    warnings: tuple[Note, ...]
    settings: Mapping[str, Any]
    versions: Mapping[str, str]
    leg_length_px: float = field(default=math.nan)
    speed: Speed = UNKNOWN_SPEED

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", readable(self.name))
        for name in ("metrics", "verdict", "settings", "versions"):
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))
        times = [step.contact.contact_s.value for step in self.steps]
        require(times == sorted(times), "Steps must be in time order.")

    @property
    def real_time_s(self) -> FloatArray:
        """``(T,)`` seconds of real motion at every frame, slow motion undone."""
        return np.asarray(self.track.time_s / self.slow_motion.factor)

    @property
    def capture_rate_hz(self) -> float:
        """Frames per second of real time; NaN for a single frame."""
        return presentation_hz(self.track.time_s, self.video) * self.slow_motion.factor

    def steps_table(self) -> pd.DataFrame:
        """Return one row per ground contact, in time order; unknown numbers are missing values."""
        import pandas as pd

        table = pd.DataFrame([step.row() for step in self.steps], columns=list(STEP_COLUMNS))
        return table.astype({"toe_off_frame": "Int64", "ankle_ahead_of_knee": "boolean"})
