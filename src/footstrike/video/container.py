"""Opening a file as a video and nothing else, and reading what its container says."""

from __future__ import annotations

import errno
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.container import InputContainer
from av.format import Flags
from av.packet import Packet
from av.stream import Disposition
from av.video.stream import VideoStream

from footstrike.data import LARGE_PX
from footstrike.errors import VideoError

# Containers that hold moving pictures themselves. Playlists (hls, concat, sdp, dash), still pictures
# and text art are left out, so a file can never make the library open another file or an address.
_FORMATS = (
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,asf,dv,flv,gif,h264,hevc,ivf,m4v,mjpeg,mpeg,mpegts,"
    "mpegvideo,mxf,nut,obu,ogg,rm,wtv,yuv4mpegpipe"
)
_OPEN_OPTIONS = {"format_whitelist": _FORMATS, "protocol_whitelist": "file"}
_THREADS_FOR_LARGE = 4
"""Others are decoded in one thread in 2 ms or so; each one more costs processor time, a tenth and more."""
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:/")
_MOST_PIXELS = 8192 * 8192
"""A picture larger than any camera's video: hundreds of megabytes each, whatever the size of the file."""
ROOM_BYTES = 64 * 1024**2
"""A decoder that has so much memory left did not fail for want of it."""
_ANDROID_CAPTURE_RATE = "com.android.capture.fps"
_APPLE_PLAYBACK_INTENT = "com.apple.quicktime.full-frame-rate-playback-intent"
_HIGHEST_CAPTURE_RATE_HZ = 10_000
_END_SLACK_S = Fraction(1, 10)
"""Sound and picture rarely end together; less than this missing at the end is no truncation."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What a walk through the packets tells, before anything is decoded.

    Parameters
    ----------
    pts_ticks
        Rising presentation times of the packets to show, in ticks of ``time_base_s``; empty when the
        file holds none.
    time_base_s
        Length of one tick.
    packet_count
        Packets that should each give a frame.
    declared_rate_hz
        The rate that the header gives or suggests; ``None`` when there is none.
    truncated
        Whether the file ended before its own index said it would.
    capture_rate_hz
        Frames per second that the camera took, as the phone wrote it; ``None`` when it did not.
    decoding_times
        Whether the times are those at which packets are to be decoded, which is all that an AVI holds; the library
        then invents the times to show them at, in the wrong order where frames are stored out of order.
    """

    pts_ticks: tuple[int, ...]
    time_base_s: Fraction
    packet_count: int
    declared_rate_hz: Fraction | None
    truncated: bool
    capture_rate_hz: float | None = None
    decoding_times: bool = False


@dataclass(frozen=True, slots=True)
class Identity:
    """What tells a file from another one, or from itself when it was written to since."""

    device: int
    inode: int
    size_bytes: int
    modified_ns: int


def identity_of(path: Path) -> Identity:
    """Return which file ``path`` is; raise :class:`VideoError` unless it is a regular one with something in it."""
    try:
        status = path.stat()
    except FileNotFoundError:
        if _ADDRESS.match(str(path)):
            address = str(path).replace(":/", "://", 1)  # a path drops the second stroke
            raise VideoError(f"{address} is an address; download the video and give the file.") from None
        raise VideoError(f"{path} does not exist; check the name and the folder.") from None
    except (OSError, ValueError) as error:
        raise VideoError(f"{path} cannot be read ({_reason(error)}); check its name and permissions.") from None
    if stat.S_ISDIR(status.st_mode):
        raise VideoError(f"{path} is a folder; give one video file.")
    if not stat.S_ISREG(status.st_mode):
        raise VideoError(f"{path} is a device or a pipe; give a video file.")
    if status.st_size == 0:
        raise VideoError(f"{path} is empty; copy the video again from the camera.")
    return Identity(status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)


@contextmanager
def opened(path: Path) -> Iterator[tuple[InputContainer, VideoStream]]:
    """Open ``path`` and its first video stream; raise :class:`VideoError` when there is none.

    The library gets an open Python file, never a name, so it cannot reach anything else.
    """
    try:
        file = path.open("rb")
    except OSError as error:
        raise VideoError(f"{path} cannot be read ({_reason(error)}); check its permissions.") from None
    with file:
        try:
            container = av.open(file, mode="r", container_options=_OPEN_OPTIONS, metadata_errors="replace")
        except (av.error.FFmpegError, OSError, ValueError) as error:
            require_memory(error)
            raise VideoError(
                f"{path} is not a video that can be read: it is damaged, cut short, or another kind of file "
                "such as text, a picture or a playlist; give a whole .mp4, .mov, .mkv, .avi or .webm video."
            ) from None
        with container:
            yield container, _first_video_stream(container, path)


def _first_video_stream(container: InputContainer, path: Path) -> VideoStream:
    moving = (stream for stream in container.streams.video if not stream.disposition & Disposition.attached_pic)
    stream = next(moving, None)
    if stream is None:
        raise VideoError(f"{path} holds no moving picture (sound only); give a video.")
    if stream.codec_context is None:
        raise VideoError(f"{path} holds a kind of video that cannot be decoded; convert it to H.264.")
    if stream.width * stream.height > _MOST_PIXELS:
        raise VideoError(
            f"{path} has pictures of {stream.width} x {stream.height} pixels; footstrike reads up to 8192 x 8192: "
            "scale it down."
        )
    stream.codec_context.options = {"max_pixels": str(_MOST_PIXELS)}  # the size may change on the way
    stream.thread_type = "AUTO"
    # What comes out of a damaged file depends on the number of threads, so the file alone decides it.
    large = stream.width * stream.height > LARGE_PX
    stream.codec_context.thread_count = _THREADS_FOR_LARGE if large else 1
    return stream


def read_contents(path: Path) -> Contents:
    """Walk through all packets of ``path`` without decoding them."""
    with opened(path) as (container, stream):
        walk = _Walk()
        for packet in readable_packets(container):
            walk.take(packet, stream)
        # Bare streams, without a container, hold no times and no rate: the library would invent both.
        timed = not Flags.no_timestamps & Flags(container.format.flags)
        # Some containers count their length from 0, others from the first packet: take the lesser end.
        declared_end_s = Fraction(container.duration or 0, av.time_base)
        return Contents(
            pts_ticks=tuple(sorted(walk.pts_ticks)) if timed else (),
            time_base_s=stream.time_base or Fraction(1),
            packet_count=walk.packet_count,
            declared_rate_hz=stream.guessed_rate if timed else None,
            truncated=walk.last_is_broken or declared_end_s - walk.end_s > _END_SLACK_S,
            capture_rate_hz=_capture_rate_hz(container, stream),
            decoding_times=container.format.name == "avi",
        )


def _capture_rate_hz(container: InputContainer, stream: VideoStream) -> float | None:
    """Read what phones say of slow motion.

    Android writes the rate of the camera, whatever the rate of playback. An iPhone says whether a clip is meant to
    be slowed down while it is played; its times are then those of the camera.
    """
    if _APPLE_PLAYBACK_INTENT in container.metadata and stream.guessed_rate:
        return float(stream.guessed_rate)
    try:
        rate_hz = float(container.metadata.get(_ANDROID_CAPTURE_RATE, "nan"))
    except ValueError:
        return None
    return rate_hz if 1 <= rate_hz <= _HIGHEST_CAPTURE_RATE_HZ else None


@dataclass(slots=True)
class _Walk:
    """What has been seen so far on a walk through the packets."""

    pts_ticks: set[int] = field(default_factory=set)
    packet_count: int = 0
    end_s: Fraction = Fraction(0)
    last_is_broken: bool = False

    def take(self, packet: Packet[Any], stream: VideoStream) -> None:
        """Note one packet of any stream."""
        self.end_s = max(self.end_s, _end_s(packet))
        self.last_is_broken = packet.is_corrupt
        if packet.stream is stream and not packet.is_discard:
            self.packet_count += 1
            if packet.pts is not None:
                self.pts_ticks.add(packet.pts)


def readable_packets(container: InputContainer, *streams: VideoStream) -> Iterator[Packet[Any]]:
    """Yield packets (of all streams if none is named) for as long as the file can be read."""
    try:
        for packet in container.demux(*streams):
            if packet.size:
                yield packet
    except (av.error.FFmpegError, OSError) as error:
        require_memory(error)


def require_memory(error: Exception) -> None:
    """Raise :class:`MemoryError` where the library failed for want of memory, which says nothing of the file.

    A damaged file may ask for more than any computer has; then there is still some room, and the file is at fault.
    """
    if isinstance(error, MemoryError) or getattr(error, "errno", None) == errno.ENOMEM:
        require_room()


def require_room() -> None:
    """Raise :class:`MemoryError` where there is too little memory for a decoder to work."""
    bytearray(ROOM_BYTES)


def _end_s(packet: Packet[Any]) -> Fraction:
    start = packet.pts if packet.pts is not None else packet.dts
    return (start + (packet.duration or 0)) * packet.time_base if start is not None else Fraction(0)


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)
