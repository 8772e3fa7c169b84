"""The pipeline: video or landmarks in, everything known about the recording out."""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import numpy as np

from footstrike.capture import (
    Capture,
    Finding,
    PictureQuality,
    activity_findings,
    blocking,
    camera_motion,
    file_findings,
    findings_of,
    looks_at_pictures,
    notes_of,
    person_of,
    picture_quality,
    seen_activity,
    spread_out,
    who_is_seen,
)
from footstrike.data import (
    FEET,
    BoolArray,
    FootVerdict,
    LandingLook,
    Measure,
    PoseTrack,
    SeenDirection,
    Session,
    SlowMotion,
    Speed,
    Statistic,
    Step,
    VideoInfo,
    presentation_hz,
)
from footstrike.errors import NotAnalysableError
from footstrike.gait.corrections import Corrections
from footstrike.gait.metrics import (
    cadence_spm,
    regular_share,
    step_intervals_s,
    step_metrics,
    verdict,
    vertical_oscillation,
)
from footstrike.gait.overstride import placed
from footstrike.gait.scaled import scaled_metrics
from footstrike.gait.speed import estimate_speed
from footstrike.gait.steps import (
    Stride,
    find_strides,
    frames_for_close_look,
    landing_looks,
    mean_leg_length_px,
    measure_steps,
)
from footstrike.gait.time_scale import estimate_slow_motion, stated_slow_motion, with_written_rate
from footstrike.pose.blazepose import BlazePose
from footstrike.pose.choice import parse_runner
from footstrike.pose.closer import refine
from footstrike.pose.landmarks_file import load_landmarks
from footstrike.pose.track import People, follow_people
from footstrike.settings import Settings, default_corrections, default_reference
from footstrike.video import VideoReader, open_video
from footstrike.video.reader import Frame

OnProgress = Callable[[str, int, int | None], None]
"""Called with the stage (``"pose"``, ``"refine"``), frames done and frames in all if known."""
LANDMARKS_SUFFIX = ".npz"
LEAST_STEPS_TO_CHOOSE = 4
"""Fewer may be a piece of somebody else, in which the pose model erred."""
LOOKS_HZ = 50
"""More looks a second than this show no more of how the trunk moves."""


def analyze(path: str | Path, settings: Settings | None = None, *, on_progress: OnProgress | None = None) -> Session:
    """Analyse one recording of a runner seen from the side.

    Parameters
    ----------
    path
        A video, or a ``landmarks.npz`` that an earlier analysis wrote.
    settings
        Choices; the defaults suit a phone video.
    on_progress
        Told how far each stage is.

    Returns
    -------
    Session
        Everything known about the recording.

    Raises
    ------
    FootstrikeError
        With one line that says what was found, what was needed and what to do.
    """
    path, settings = Path(path), settings or Settings()
    if path.suffix.lower() == LANDMARKS_SUFFIX:
        track, video = load_landmarks(path)
        return analyze_track(track, video, path.name, settings)
    with open_video(path, assumed_rate_hz=settings.capture_rate_hz) as reader, _damage_first(reader):
        track, picture = track_video(reader, settings, on_progress or _silent)
        return analyze_track(track, reader.info, path.name, settings, picture=picture)


def analyze_track(
    track: PoseTrack,
    video: VideoInfo | None,
    name: str,
    settings: Settings,
    corrections: Corrections | None = None,
    picture: PictureQuality | None = None,
) -> Session:
    """Analyse landmarks, with presentation times, of one recording called ``name``.

    ``corrections`` are those that travel with footstrike unless others are given; ``picture`` is its light and
    sharpness, where pictures were judged.
    """
    corrections = corrections or default_corrections()
    person = person_of(track)
    _require(who_is_seen(person))
    strides = _running(find_strides(track, settings.contacts))
    stored_hz = presentation_hz(track.time_s, video)
    slow_motion = slow_motion_of(strides, stored_hz, video, settings)
    if slow_motion.factor != 1:
        real_time = track.replace(time_s=track.time_s / slow_motion.factor)
        strides = _running(find_strides(real_time, settings.contacts))
    by_bout = [measure_steps(s, i, corrections, settings.strikes) for i, s in enumerate(strides)]
    speed_of_motion = estimate_speed(strides, by_bout, slow_motion, settings.height_m)
    speed = _speed(speed_of_motion, settings)
    steps = _counted_and_placed(by_bout, speed)
    cadence = cadence_spm(by_bout, slow_motion.relative_se)
    said: dict[str, FootVerdict] = {
        foot: found for foot in FEET if (found := verdict(foot, steps, speed, default_reference()))
    }
    capture = Capture(
        person=person,
        camera=camera_motion(track),
        seconds=float(track.time_s[-1] - track.time_s[0]),
        looked_share=1.0,
        rate_hz=stored_hz,
        pictures_hz=track.pictures_hz,
        slow_motion=slow_motion,
        steps=len(steps),
        activity="running",
        cadence=cadence,
        regular_share=regular_share(step_intervals_s(by_bout)),
        speed=speed,
        speed_of_motion=speed_of_motion,
        video=video,
        picture=picture,
        hidden_share=sum("foot_hidden" in step.reasons for step in steps) / max(len(steps), 1),
        ankle_behind=tuple(found.foot for found in said.values() if found.shank_angle_deg.value <= 0),
    )
    return Session(
        name=name,
        video=video,
        track=track,
        slow_motion=slow_motion,
        view=person.view,
        direction=_direction(strides),
        activity="running",
        cadence_spm=cadence,
        steps=steps,
        metrics=_metrics(strides, steps, cadence, speed, slow_motion, settings),
        verdict=said,
        warnings=notes_of(findings_of(capture)),
        settings=settings.as_dict(),
        versions=_versions(),
        leg_length_px=mean_leg_length_px(strides),
        speed=speed,
    )


def _metrics(
    strides: Sequence[Stride],
    steps: Sequence[Step],
    cadence: Measure,
    speed: Speed,
    slow_motion: SlowMotion,
    settings: Settings,
) -> dict[str, Mapping[str, Statistic]]:
    """Summarise the steps, the trunk's fall, and what follows from them with speed, height and mass."""
    unscaled: dict[str, Mapping[str, Statistic]] = {
        **step_metrics(steps, cadence, slow_motion.relative_se),
        "vertical_oscillation": vertical_oscillation([step for stride in strides for step in stride.steps]),
    }
    return unscaled | scaled_metrics(unscaled, cadence, speed, settings.height_m, settings.mass_kg)


def _direction(strides: Sequence[Stride]) -> SeenDirection:
    """Return which way the runner faces in all bouts."""
    ways = {stride.bout.facing for stride in strides}
    return ways.pop() if len(ways) == 1 else "both"


def _speed(of_motion: Speed, settings: Settings) -> Speed:
    """Take the stated speed, or what the motion shows."""
    stated = settings.speed_mps
    return of_motion if stated is None else Speed(Measure(stated, 0.0), "stated")


def _counted_and_placed(by_bout: Sequence[Sequence[Step]], speed: Speed) -> tuple[Step, ...]:
    """Return the steps of all bouts, counted through, their ankles compared with runners of that speed."""
    steps = (placed(step, speed, default_reference()) for bout in by_bout for step in bout)
    return tuple(replace(step, number=n) for n, step in enumerate(steps, 1))


@contextmanager
def _damage_first(reader: VideoReader) -> Iterator[None]:
    """Where a recording is refused of which a part could not be read, say that first: it may be why."""
    try:
        yield
    except NotAnalysableError as error:
        losses = [loss.found for loss in file_findings(reader.info) if loss.level == "caution"]
        raise NotAnalysableError(" ".join([*losses, str(error)])) from None


def track_video(
    reader: VideoReader, settings: Settings, on_progress: OnProgress
) -> tuple[PoseTrack, PictureQuality | None]:
    """Follow the runner through a video: every frame once, then the landings with a finer model.

    Some frames of the first pass are judged for light and sharpness.
    """
    kept: list[Frame] = []
    # Nobody holds on to all the people while the finer models take their memory.
    track = choose_runner(_everybody(reader, kept, settings, on_progress), settings)
    _require(who_is_seen(person_of(track)))
    picture = picture_quality(looks_at_pictures(kept, track))
    kept.clear()  # they take memory that the closer look can use
    if settings.fine_model is not None:
        track = _look_closer(reader, track, settings, on_progress)
    return track, picture


def _everybody(reader: VideoReader, kept: list[Frame], settings: Settings, on_progress: OnProgress) -> People:
    """Follow people through all frames, and keep some of these in ``kept``."""
    expected = reader.frame_count_hint
    frames = spread_out(reader.frames(), kept)
    return follow_people(
        frames,
        BlazePose(settings.model),
        lambda i: on_progress("pose", i + 1, expected),
        every=_frames_between_looks(reader),
        jobs=settings.jobs,
    )


def choose_runner(people: People, settings: Settings) -> PoseTrack:
    """Return the track of the person to analyse: the first candidate who runs, else the one who is most to be seen."""
    candidates = parse_runner(settings.runner).candidates(people)
    running = (person for person in candidates if len(candidates) > 1 and _runs(people.track(person), settings))
    most_seen = max(candidates, key=lambda person: people.persons[person].prominence, default=0)
    return people.track(next(running, most_seen))


def _runs(track: PoseTrack, settings: Settings) -> bool:
    """Return whether somebody is seen to run, from whatever side, for more than a glimpse."""
    running = running_strides(find_strides(track, settings.contacts))
    return sum(len(stride.steps) for stride in running) >= LEAST_STEPS_TO_CHOOSE


def _frames_between_looks(reader: VideoReader) -> int:
    """Return how many frames to go from one look at the runner to the next."""
    rate_hz = reader.stored_rate_hz
    return 1 if rate_hz is None else max(1, int(rate_hz // LOOKS_HZ))


def _look_closer(reader: VideoReader, track: PoseTrack, settings: Settings, on_progress: OnProgress) -> PoseTrack:
    """Refine the frames around each landing."""
    closer, looks = _where_to_look_closer(track, settings)
    visited = sorted({*np.flatnonzero(closer).tolist(), *(frame for look in looks for frame in look.frames)})
    done = {frame: n for n, frame in enumerate(visited, 1)}
    return refine(
        track,
        reader.frames(done),
        BlazePose(settings.fine_model or settings.model),
        closer,
        looks,
        lambda i: on_progress("refine", done[i], len(done)),
        jobs=settings.jobs,
    )


def _where_to_look_closer(track: PoseTrack, settings: Settings) -> tuple[BoolArray, tuple[LandingLook, ...]]:
    """Return the frames for the finer model, and the landings in which the turn of the shoe is measured."""
    strides = _running(find_strides(track, settings.contacts))
    return frames_for_close_look(track, strides), landing_looks(track, strides)


def _require(findings: Sequence[Finding]) -> None:
    """Stop where something was found that cannot be analysed."""
    if finding := blocking(findings):
        raise NotAnalysableError(finding.sentences)


def _running(strides: Sequence[Stride]) -> list[Stride]:
    """Keep the bouts in which the person runs; say what was seen instead when there are none."""
    _require(activity_findings(seen_activity(strides)))
    return running_strides(strides)


def running_strides(strides: Sequence[Stride]) -> list[Stride]:
    """Keep the bouts in which the person runs, as far as that is seen from the side."""
    return [stride for stride in strides if stride.activity == "running"]


def slow_motion_of(
    strides: Sequence[Stride], stored_hz: float, video: VideoInfo | None, settings: Settings
) -> SlowMotion:
    """Take the stated capture rate, or judge from the motion and from what the camera wrote.

    ``stored_hz`` is the rate of presentation, at which the times of the ``strides`` count.
    """
    if settings.capture_rate_hz is None:
        judged = estimate_slow_motion([step for stride in strides for step in stride.steps])
        written_hz = None if video is None else video.capture_rate_hz
        return judged if written_hz is None else with_written_rate(judged, stored_hz, written_hz)
    return stated_slow_motion(stored_hz, settings.capture_rate_hz)


def _versions() -> dict[str, str]:
    packages = ("footstrike", "ai-edge-litert", "opencv-contrib-python", "numpy", "scipy", "av")
    return {"python": platform.python_version()} | {name: version(name) for name in packages}


def _silent(stage: str, done: int, total: int | None) -> None:
    """Take progress and say nothing."""
