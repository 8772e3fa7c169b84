"""Video in and out: true frame times, upright pictures, H.264 that plays anywhere."""

from footstrike.video.reader import Frame, VideoReader, open_video
from footstrike.video.writer import VideoWriter

__all__ = ["Frame", "VideoReader", "VideoWriter", "open_video"]
