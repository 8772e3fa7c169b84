"""How a recording was made, what that costs the analysis, and how to film better. Values in, values out."""

from footstrike.capture.camera import camera_motion
from footstrike.capture.facts import Capture, person_of, seen_activity
from footstrike.capture.findings import Finding, blocking, conclusion, notes_of
from footstrike.capture.rules import activity_findings, findings_of, who_is_seen

__all__ = [
    "Capture",
    "Finding",
    "activity_findings",
    "blocking",
    "camera_motion",
    "conclusion",
    "findings_of",
    "notes_of",
    "person_of",
    "seen_activity",
    "who_is_seen",
]
