"""From pictures to landmarks: pose backends, their model files, and landmark tracks on disk."""

from footstrike.pose.backend import PoseBackend, PoseEstimate, PoseEstimator
from footstrike.pose.blazepose import BlazePose
from footstrike.pose.landmarks_file import load_landmarks, save_landmarks
from footstrike.pose.parallel import SETTLING_FRAMES
from footstrike.pose.track import refine, track_poses

__all__ = [
    "SETTLING_FRAMES",
    "BlazePose",
    "PoseBackend",
    "PoseEstimate",
    "PoseEstimator",
    "load_landmarks",
    "refine",
    "save_landmarks",
    "track_poses",
]
