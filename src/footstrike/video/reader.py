"""Reading a video once from the start, frame by frame, with true times."""

from __future__ import annotations

import hashlib
import math
from bisect import bisect_left
from collections.abc import Collection, Generator, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import Self

import av
import numpy as np
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from footstrike.data import VideoInfo, require
from footstrike.errors import VideoError
from footstrike.video.container import (
    Contents,
    Identity,
    identity_of,
    opened,
    read_contents,
    readable_packets,
    require_memory,
    require_room,
)
from footstrike.video.picture import Geometry, RgbArray, geometry_of, upright_rgb
from footstrike.video.timing import Clock, is_uneven, longest_gap_s, stored_rate_hz

_LONGEST_GAP_S = 3600.0
"""No camera waits longer between two pictures of one recording; times that say so are wrong."""


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One picture: its place in decode order, its time from the first frame, and how to see it.

    It is kept as it was decoded, which takes half the memory of RGB.
    """

    index: int
    time_s: float
    coded: VideoFrame
    geometry: Geometry

    @property
    def size_px(self) -> tuple[int, int]:
        """Upright width and height."""
        return self.geometry.upright_size_px

    @property
    def rgb(self) -> RgbArray:
        """The ``(H, W, 3)`` upright picture, made anew each time: the asker's own, in the asker's thread."""
        return upright_rgb(self.coded, self.geometry)


def open_video(path: Path, assumed_rate_hz: float | None = None) -> VideoReader:
    """Open a video file for reading.

    Parameters
    ----------
    path
        A video file on this machine.
    assumed_rate_hz
        Frame rate to take where the file holds neither times nor a rate.

    Raises
    ------
    VideoError
        If ``path`` is no readable video with at least one frame and known frame times.
    InvalidValueError
        If the assumed rate is not a positive number.
    """
    known = assumed_rate_hz is None or 0 < assumed_rate_hz < math.inf
    require(known, f"A frame rate must be positive, got {assumed_rate_hz}.")
    identity = identity_of(path)
    contents = read_contents(path)
    _require_no_gap(path, contents)
    geometry, codec = _first_look(path)
    interval_s = _interval_s(path, contents, assumed_rate_hz)
    return VideoReader(path, identity, contents, geometry, codec, interval_s)


class VideoReader:
    """A video whose frames can be read from the start, as often as needed; made by :func:`open_video`.

    Attributes
    ----------
    width_px, height_px
        Upright size with square pixels.
    stored_rate_hz
        Frames per second as stored; ``None`` when the file does not say.
    frame_count_hint
        Expected number of frames, for progress; damage may make it smaller.
    """

    def __init__(
        self,
        path: Path,
        identity: Identity,
        contents: Contents,
        geometry: Geometry,
        codec: str,
        interval_s: Fraction,
    ) -> None:
        self.width_px, self.height_px = geometry.upright_size_px
        self.stored_rate_hz = stored_rate_hz(contents)
        self.frame_count_hint: int | None = contents.packet_count or None
        self._path = path
        self._identity = identity
        self._contents = contents
        self._geometry = geometry
        self._codec = codec
        self._interval_s = interval_s
        self._info: VideoInfo | None = None
        self._reading: Generator[Frame] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the file, also when a pass over the frames was left half-way."""
        if self._reading is not None:
            self._reading.close()

    @property
    def info(self) -> VideoInfo:
        """What is known of the recording, once :meth:`frames` has run to its end."""
        if self._info is None:
            raise VideoError(f"{self._path.name} has not been read to its end yet; read all frames first.")
        return self._info

    def frames(self, wanted: Collection[int] | None = None) -> Iterator[Frame]:
        """Decode from the start and yield the wanted frames (all if ``None``), one at a time.

        Unwanted frames are decoded, since later ones depend on them, but not turned into pictures.
        Damaged packets are passed over and counted in :attr:`info`.

        Raises
        ------
        VideoError
            If the file is gone, or is not the one that was opened.
        """
        return self._instead(self._read(None if wanted is None else frozenset(wanted)))

    @property
    def declared(self) -> VideoInfo:
        """The recording as its container describes it, before anything is decoded.

        No checksum is taken, and nothing is known of damage inside the pictures.
        """
        clock, ticks = Clock(self._contents, self._interval_s), self._contents.pts_ticks
        times_s = [float(clock.time_s(tick)) for tick in ticks or [None] * max(1, self._contents.packet_count)]
        return self._summary(times_s, damaged=0, sha256="")

    def frames_between(self, first_s: float, last_s: float) -> Iterator[Frame]:
        """Yield the frames from one moment to another, both counted from the first frame.

        Where the container knows its times, decoding begins at the picture before that needs no other one; elsewhere at
        the start. Times are the stored ones; frames whose time does not rise are left out.

        Raises
        ------
        VideoError
            If the file is gone, or is not the one that was opened.
        """
        return self._instead(self._read_between(first_s, last_s))

    def _instead(self, reading: Generator[Frame]) -> Generator[Frame]:
        """Begin another reading; the file has one place at a time, so the one before ends."""
        if self._reading is not None:
            self._reading.close()
        self._reading = reading
        return reading

    def _read_between(self, first_s: float, last_s: float) -> Generator[Frame]:
        ticks = self._contents.pts_ticks
        if not ticks or self._contents.decoding_times:
            yield from (frame for frame in self._read(None) if first_s <= frame.time_s <= last_s)
            return
        self._require_unchanged()
        tick_s, before = self._contents.time_base_s, ticks[0] - 1
        for coded in _decoded_from(self._path, ticks[0] + int(first_s / tick_s)):
            if coded.pts is None or coded.pts <= before:
                continue
            before, time_s = coded.pts, float((coded.pts - ticks[0]) * tick_s)
            if time_s > last_s:
                return
            if time_s >= first_s:
                yield Frame(bisect_left(ticks, coded.pts), time_s, coded, self._geometry)

    def _read(self, wanted: frozenset[int] | None) -> Generator[Frame]:
        clock = Clock(self._contents, self._interval_s)
        times_s: list[float] = []
        spoilt = 0
        last = None if wanted is None or self._info is None else max(wanted, default=-1)
        self._require_unchanged()
        with opened(self._path) as (container, stream):
            for index, coded in enumerate(_decoded(container, stream)):
                ticks = coded.dts if self._contents.decoding_times else coded.pts
                times_s.append(float(clock.time_s(ticks)))
                spoilt += coded.is_corrupt
                if wanted is None or index in wanted:
                    yield Frame(index, times_s[-1], coded, self._geometry)
                if last is not None and index >= last:
                    return
        if self._info is None:
            self._require_unchanged()
            lost = max(0, self._contents.packet_count - len(times_s))
            self._info = self._summary(times_s, lost + spoilt, _sha256(self._path))

    def _require_unchanged(self) -> None:
        """Raise unless the file is still the one that was opened: frames of two videos must not be mixed."""
        if identity_of(self._path) != self._identity:
            raise VideoError(f"{self._path} changed while it was read; wait until it is whole, then start again.")

    def _summary(self, times_s: list[float], damaged: int, sha256: str) -> VideoInfo:
        return VideoInfo(
            name=self._path.name,
            sha256=sha256,
            size_bytes=self._identity.size_bytes,
            width_px=self.width_px,
            height_px=self.height_px,
            presentation_time_s=np.array(times_s),
            stored_rate_hz=self.stored_rate_hz,
            rotation_deg=self._geometry.rotation_deg,
            variable_rate=is_uneven(self._contents.pts_ticks),
            codec=self._codec,
            damaged_packets=damaged,
            truncated=self._contents.truncated,
            capture_rate_hz=self._contents.capture_rate_hz,
        )


def _decoded(container: InputContainer, stream: VideoStream) -> Iterator[VideoFrame]:
    """Decode what can be decoded, passing over damaged packets."""
    for packet in chain(readable_packets(container, stream), [None]):  # None brings out the last frames
        try:
            yield from stream.codec_context.decode(packet)
        except av.error.FFmpegError as error:
            require_memory(error)


def _decoded_from(path: Path, pts: int) -> Iterator[VideoFrame]:
    """Decode from a picture before a time that needs no other one; from the start where none can be found."""
    for seeks in (True, False):
        with opened(path) as (container, stream):
            if seeks:
                container.seek(pts, stream=stream)
            decoded = _decoded(container, stream)
            first = next(decoded, None)
            if not seeks or (first is not None and first.pts is not None and first.pts <= pts):
                yield from chain([] if first is None else [first], decoded)
                return


def _require_no_gap(path: Path, contents: Contents) -> None:
    gap_s = longest_gap_s(contents)
    if gap_s > _LONGEST_GAP_S:
        raise VideoError(
            f"{path} says that {gap_s / 3600:.3g} hours lie between two of its pictures; cut the video there, "
            "or copy it again from the camera."
        )


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise VideoError(f"{path} cannot be read any more ({error.strerror}); check its disk.") from None


def _first_look(path: Path) -> tuple[Geometry, str]:
    """Decode up to the first frame; return the geometry and the codec's name."""
    with opened(path) as (container, stream):
        for coded in _decoded(container, stream):
            return geometry_of(coded, stream), stream.codec_context.name
    require_room()  # for want of memory the decoder fails without a word; this says so
    raise VideoError(f"{path} holds no frame that can be decoded; copy it again from the camera.")


def _interval_s(path: Path, contents: Contents, assumed_rate_hz: float | None) -> Fraction:
    """Return the typical time between frames, from the file or else from the stated rate."""
    rate_hz = stored_rate_hz(contents)
    if rate_hz is None and assumed_rate_hz is not None:
        rate_hz = Fraction(assumed_rate_hz)
    if rate_hz is None:
        raise VideoError(
            f"{path} holds no frame rate and no frame times; say how many frames a second the camera took "
            "with --capture-rate."
        )
    return 1 / rate_hz
