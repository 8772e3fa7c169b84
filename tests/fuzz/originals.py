"""Small whole recordings that the mutations start from."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from footstrike.data import ModelInfo, PoseTrack, VideoInfo
from footstrike.pose import save_landmarks
from footstrike.video import open_video
from runner_model import RunnerModel, as_pose_track

SIZE_PX = (160, 120)
VIDEOS = {
    "h264.mp4": ("libx264", "yuv420p", 48),
    "steps.mp4": ("libx264", "yuv420p", 48),
    "hevc.mov": ("libx265", "yuv420p", 48),
    "vp9.webm": ("libvpx-vp9", "yuv420p", 48),
    "h264.mkv": ("libx264", "yuv420p", 48),
    "mpeg4.avi": ("mpeg4", "yuv420p", 48),
    "mjpeg.mov": ("mjpeg", "yuvj420p", 48),
    "h264.ts": ("libx264", "yuv420p", 48),
    "drawn.gif": ("gif", "rgb8", 48),
    "bare.h264": ("libx264", "yuv420p", 48),
}


def make_originals(folder: Path, sample_video: Path) -> list[Path]:
    """Write the originals to ``folder``: videos of a drawn runner, and landmarks files."""
    with open_video(sample_video) as reader:
        frames = [frame.coded.reformat(*SIZE_PX, format="rgb24") for frame in reader.frames(range(0, 96, 2))]
    paths = [_video(folder / name, frames[:count], codec, pixels) for name, (codec, pixels, count) in VIDEOS.items()]
    return [*paths, *_landmarks(folder)]


def _video(path: Path, frames: list[av.VideoFrame], codec: str, pixels: str) -> Path:
    options = {"x265-params": "log-level=none"} if codec == "libx265" else {}
    with av.open(str(path), "w") as output:
        stream = output.add_stream(codec, rate=30, options=options)
        stream.width, stream.height = SIZE_PX
        stream.pix_fmt = pixels
        stream.codec_context.thread_count = 1
        for number, rgb in enumerate(frames):
            frame = rgb.reformat(format=pixels)
            frame.pts, frame.time_base = number, Fraction(1, 30)
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return path


def _landmarks(folder: Path) -> list[Path]:
    plain = as_pose_track(RunnerModel(), np.arange(120) / 60)
    fast = as_pose_track(RunnerModel(direction="left"), np.arange(180) / 120)
    return [_saved(folder / "plain.npz", plain, None), _saved(folder / "full.npz", _complete(fast), _info(fast))]


def _complete(track: PoseTrack) -> PoseTrack:
    """Return the track with everything that a video gives besides."""
    frames = track.frame_count
    return track.replace(
        world_m=np.zeros((frames, 33, 3)),
        refined_xy_px=track.xy_px,
        refined_visibility=track.visibility,
        refined_shoulders_m=np.ones((track.frame_count, 2)),
        camera_px=np.zeros((frames, 2)),
        shot=np.zeros(frames),
        shoe_turn_deg=np.full(frames, np.nan),
        models=(ModelInfo("pose", "0" * 64),),
    )


def _info(track: PoseTrack) -> VideoInfo:
    width_px, height_px = track.frame_size_px
    return VideoInfo(
        "run.mp4", "0" * 64, 1000, width_px, height_px, track.time_s, Fraction(120), 0, False, "h264", 2, True, 120.0
    )


def _saved(path: Path, track: PoseTrack, video: VideoInfo | None) -> Path:
    save_landmarks(path, track, video)
    return path
