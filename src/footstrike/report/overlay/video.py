"""The annotated video and the pictures of landings, from one pass over the recording."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from footstrike.data import FloatArray, Session, frozen_array, presentation_hz
from footstrike.memory import TIDY_FRAMES, tidily
from footstrike.report.overlay.annotate import annotate_frame, landing_picture
from footstrike.report.overlay.face import blur_head, find_head
from footstrike.report.overlay.hud import captions_box, counters_box, timeline_height_px
from footstrike.report.overlay.inset import Inset, draw_inset, plan_insets
from footstrike.report.overlay.scene import Marker, Scene, build_scene
from footstrike.report.overlay.sprites import ByteImage
from footstrike.video import VideoReader, VideoWriter, open_video

OnFrame = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class VideoLook:
    """Choices of the annotated video, which change no result.

    Parameters
    ----------
    slow_contacts
        Slow down around each contact, and rest at it.
    blur_face
        Make the head of the runner unrecognisable.
    """

    slow_contacts: bool = False
    blur_face: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class WrittenVideo:
    """What the pass over a recording gave.

    Parameters
    ----------
    pictures
        Pictures of landings by step number; steps whose leg was not seen are missing.
    frame_time_s
        ``(T,)`` time in the annotated video at which each frame of the recording is shown; ``None`` without a video.
    """

    pictures: Mapping[int, ByteImage]
    frame_time_s: FloatArray | None

    def __post_init__(self) -> None:
        object.__setattr__(self, "pictures", MappingProxyType(dict(self.pictures)))
        if self.frame_time_s is not None:
            object.__setattr__(self, "frame_time_s", frozen_array(self.frame_time_s))


MOST_WAITING = 4
"""Frames that are drawn but not yet encoded."""


def write_annotated_video(
    session: Session,
    video_path: Path,
    out_path: Path,
    on_frame: OnFrame,
    grab: Collection[int],
    jobs: int = 1,
    look: VideoLook | None = None,
) -> WrittenVideo:
    """Write the annotated video in the recording's own size, and in its timing unless contacts are slowed down.

    Parameters
    ----------
    session
        What is known of the recording.
    video_path
        The recording.
    out_path
        The video to write.
    on_frame
        Called with the index of every frame written.
    grab
        Numbers of the steps whose landing is wanted as a picture.
    jobs
        With more than one, frames are encoded in other threads than they are drawn in.
    look
        What the user chose; nothing special unless told otherwise.
    """
    look = look or VideoLook()
    scene = build_scene(session, look.slow_contacts)
    insets = {inset.first: inset for inset in scene_insets(session, scene)}
    landings = _by_frame(scene, grab)
    head = find_head(session.track) if look.blur_face else None
    inset, card = None, None
    pictures: dict[int, ByteImage] = {}
    with (
        _reopened(session, video_path) as reader,
        VideoWriter(out_path, *scene.frame_size_px, threads=jobs) as writer,
        _encoding(writer, jobs) as encode,
    ):
        for frame in tidily(reader.frames(), TIDY_FRAMES):
            if frame.index >= len(scene.points_px):
                break
            rgb = frame.rgb
            if head is not None:
                blur_head(rgb, head, frame.index)
            pictures |= _pictures(rgb, landings.get(frame.index, ()))
            if frame.index in insets:
                inset = insets[frame.index]
                card = draw_inset(rgb, inset, scene.small_px)
            elif inset is not None and frame.index > inset.last:
                inset, card = None, None
            annotate_frame(rgb, frame.index, scene, inset, card)
            encode(rgb, float(scene.shown_s[frame.index]))
            on_frame(frame.index)
    return WrittenVideo(pictures, scene.shown_s)


def scene_insets(session: Session, scene: Scene) -> tuple[Inset, ...]:
    """Return the landing feet to enlarge, and where."""
    width, height = scene.frame_size_px
    free = (0.0, 0.0, float(width), float(height - timeline_height_px(scene)))
    taken = (counters_box(scene), captions_box(scene))
    return plan_insets(session, scene.points_px, scene.markers, scene.shown_s, scene.small_px, free, taken)


@contextmanager
def _encoding(writer: VideoWriter, jobs: int) -> Iterator[Callable[[ByteImage, float], None]]:
    """Give what writes a frame: at once, or in a thread of its own with a few frames waiting.

    An error in that thread surfaces at a later frame, or at the end.
    """
    if jobs == 1:
        yield writer.write
        return
    waiting: deque[Future[None]] = deque()
    with ThreadPoolExecutor(1, thread_name_prefix="encode") as thread:

        def encode(rgb: ByteImage, time_s: float) -> None:
            waiting.append(thread.submit(writer.write, rgb, time_s))
            if len(waiting) > MOST_WAITING:
                waiting.popleft().result()

        yield encode
        while waiting:
            waiting.popleft().result()


def landing_pictures(session: Session, video_path: Path, grab: Collection[int]) -> dict[int, ByteImage]:
    """Return the same pictures as :func:`write_annotated_video` without writing a video."""
    landings = _by_frame(build_scene(session), grab)
    pictures: dict[int, ByteImage] = {}
    if not landings:
        return pictures
    with _reopened(session, video_path) as reader:
        for frame in reader.frames(landings):
            pictures |= _pictures(frame.rgb, landings[frame.index])
    return pictures


def _reopened(session: Session, video_path: Path) -> VideoReader:
    """Open the recording again; a file without times gets those that the analysis took."""
    return open_video(video_path, presentation_hz(session.track.time_s, session.video))


def _by_frame(scene: Scene, grab: Collection[int]) -> dict[int, list[Marker]]:
    """Return the landings wanted as a picture by the frame of their contact."""
    wanted = frozenset(grab)
    by_frame: dict[int, list[Marker]] = {}
    for marker in scene.markers:
        if marker.step.number in wanted:
            by_frame.setdefault(marker.first, []).append(marker)
    return by_frame


def _pictures(rgb: ByteImage, landings: Iterable[Marker]) -> dict[int, ByteImage]:
    return {marker.step.number: landing_picture(rgb, marker.step, marker.leg) for marker in landings}
