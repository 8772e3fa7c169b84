"""The annotated video and the pictures of landings, from one pass over the recording."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from footstrike.data import Session
from footstrike.report.overlay.annotate import annotate_frame, landing_picture
from footstrike.report.overlay.scene import Marker, Scene, build_scene
from footstrike.report.overlay.sprites import ByteImage
from footstrike.video import VideoReader, VideoWriter, open_video

OnFrame = Callable[[int], None]


MOST_WAITING = 4
"""Frames that are drawn but not yet encoded."""


def write_annotated_video(
    session: Session, video_path: Path, out_path: Path, on_frame: OnFrame, grab: Collection[int], jobs: int = 1
) -> dict[int, ByteImage]:
    """Write the annotated video in the recording's own size and timing.

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

    Returns
    -------
    Pictures of landings by step number; steps whose leg was not seen are missing.
    """
    scene = build_scene(session)
    pictures: dict[int, ByteImage] = {}
    with (
        _reopened(session, video_path) as reader,
        VideoWriter(out_path, *scene.frame_size_px, threads=jobs) as writer,
        _encoding(writer, jobs) as encode,
    ):
        for frame in reader.frames():
            if frame.index >= len(scene.points_px):
                break
            rgb = frame.rgb
            pictures |= _pictures_at(scene, frame.index, rgb, grab)
            annotate_frame(rgb, frame.index, scene)
            encode(rgb, frame.time_s)
            on_frame(frame.index)
    return pictures


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
    scene = build_scene(session)
    wanted = {marker.first for marker in _wanted(scene, grab)}
    pictures: dict[int, ByteImage] = {}
    if not wanted:
        return pictures
    with _reopened(session, video_path) as reader:
        for frame in reader.frames(wanted):
            pictures |= _pictures_at(scene, frame.index, frame.rgb, grab)
    return pictures


def _reopened(session: Session, video_path: Path) -> VideoReader:
    """Open the recording again; a file without times gets those that the analysis took."""
    return open_video(video_path, None if session.video is None else session.video.mean_rate_hz)


def _wanted(scene: Scene, grab: Collection[int]) -> list[Marker]:
    return [marker for marker in scene.markers if marker.step.number in grab]


def _pictures_at(scene: Scene, frame: int, rgb: ByteImage, grab: Collection[int]) -> dict[int, ByteImage]:
    here = [marker for marker in _wanted(scene, grab) if marker.first == frame]
    return {marker.step.number: landing_picture(rgb, marker.step, marker.leg) for marker in here}
