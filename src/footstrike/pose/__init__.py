"""From pictures to landmarks: pose backends, their model files, and landmark tracks on disk."""

from footstrike.pose.backend import PoseBackend, PoseEstimate, PoseEstimator
from footstrike.pose.blazepose import BlazePose
from footstrike.pose.landmarks_file import load_landmarks, save_landmarks
from footstrike.pose.region import Region
from footstrike.pose.track import refine, track_poses

__all__ = [
    "BlazePose",
    "PoseBackend",
    "PoseEstimate",
    "PoseEstimator",
    "Region",
    "load_landmarks",
    "refine",
    "save_landmarks",
    "track_poses",
]
