"""The annotated video: what to draw (:mod:`scene`), how, and in which order."""

from footstrike.report.overlay.annotate import annotate_frame
from footstrike.report.overlay.scene import Scene, build_scene
from footstrike.report.overlay.video import VideoLook, WrittenVideo, landing_pictures, write_annotated_video

__all__ = [
    "Scene",
    "VideoLook",
    "WrittenVideo",
    "annotate_frame",
    "build_scene",
    "landing_pictures",
    "write_annotated_video",
]
