"""From pictures to landmarks: pose backends, their model files, and landmark tracks on disk."""

from footstrike.pose.backend import PoseBackend, PoseEstimate, PoseEstimator
from footstrike.pose.blazepose import BlazePose
from footstrike.pose.choice import RunnerChoice, parse_runner
from footstrike.pose.closer import refine
from footstrike.pose.landmarks_file import load_landmarks, save_landmarks
from footstrike.pose.region import Region
from footstrike.pose.track import People, follow_people

__all__ = [
    "BlazePose",
    "People",
    "PoseBackend",
    "PoseEstimate",
    "PoseEstimator",
    "Region",
    "RunnerChoice",
    "follow_people",
    "load_landmarks",
    "parse_runner",
    "refine",
    "save_landmarks",
]
