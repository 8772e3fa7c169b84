"""From what is known of a recording to findings: the rules."""

from __future__ import annotations

import math

from footstrike.capture.facts import Capture, Person
from footstrike.capture.file_rules import file_findings, playback_findings, rate_findings, repeat_findings
from footstrike.capture.findings import Finding, Level, finding
from footstrike.capture.picture import PictureQuality
from footstrike.data import Activity, Speed
from footstrike.gait.quality import FEW_STEPS, FOOT_SEEN, POSE_POOR, SMALL_LEG_PX
from footstrike.gait.view import LEGS_SEEN
from footstrike.texts import plural, text

MOST_YAW_DEG = 50.0
"""Further off the side view, angles shrink by more than a third, and so does what is known of them."""
LEAST_FOUND_SHARE = 0.9
LEAST_FEET_INSIDE = 0.9
DARK = 0.15
"""Brightness of a runner's surroundings, 0 to 1, below which a phone shows noise instead of shoes."""
SMEARED_FOOT = 0.15
"""Edges of a swinging foot are 0.03 to 0.12 foot lengths wide on sharp film; 8 m/s and 1/200 s smear them by 0.15."""
LEAST_REGULAR_SHARE = 0.85
MOST_HIDDEN_SHARE = 0.5
"""Share of the landings in which the foot was hardly seen."""
TALLEST_IN_PICTURES = 1.2
"""A person may be cut off a little at head or feet."""
MOST_SPEED_ERRORS = 3.0
"""A stated speed further from what the motion shows than this many of its standard errors is doubtful."""
USUAL_CADENCE_SPM = (120.0, 240.0)


def findings_of(capture: Capture) -> tuple[Finding, ...]:
    """Return everything there is to say of how a recording was made."""
    return (
        *who_is_seen(capture.person),
        *_landing_findings(capture),
        *_activity_in_view(capture),
        *_rhythm_findings(capture),
        *rate_findings(capture),
        *repeat_findings(capture),
        *playback_findings(capture),
        *_size_findings(capture),
        *_camera_findings(capture),
        *_picture_findings(capture.picture),
        *_step_findings(capture),
        *_speed_findings(capture.speed, capture.speed_of_motion),
        *file_findings(capture.video),
    )


def who_is_seen(person: Person) -> tuple[Finding, ...]:
    """Return what there is to say of the person and the view, before any steps are looked for."""
    if person.people == 0:
        return (finding("person", "no_person", "blocking"),)
    return (*_person_findings(person), *_view_findings(person), *_feet_findings(person))


def _person_findings(person: Person) -> list[Finding]:
    if person.legs_seen < LEGS_SEEN:
        return [finding("person", "legs_unseen", "blocking")]
    if not person.whole_trunk:
        return [finding("person", "trunk_unseen", "blocking")]
    found = []
    if person.found_share < LEAST_FOUND_SHARE:
        found.append(finding("person", "runner_lost", "caution", percent=100 * person.found_share))
    if person.people > 1:
        found.append(finding("person", "several_people", "caution", people=person.people))
    return found or [finding("person", "one_runner", "ok")]


def _view_findings(person: Person) -> list[Finding]:
    yaw_deg, view = person.yaw_deg, person.view
    said = {"off_deg": abs(yaw_deg), "between": _between(person)}
    if view == "unclear":
        return []
    if view == "side":
        return [finding("view", "view_side", "ok", **said)]
    if view in ("front", "rear"):
        return [finding("view", f"view_{view}", "blocking", **said)]
    case = "ahead" if yaw_deg > 0 else "behind"
    if _slanted(person):
        return [finding("view", "view_too_oblique", "blocking", case, **said)]
    return [finding("view", "view_oblique", "serious", case, **said)]


def _slanted(person: Person) -> bool:
    """Return whether the camera is too far off the side for trunk and legs to tell how, or whether, somebody runs."""
    return person.view == "oblique" and abs(person.yaw_deg) > MOST_YAW_DEG


def _between(person: Person) -> str:
    """Say between which views this one lies, where the angle's own error does not tell them apart."""
    if not person.view_or:
        return ""
    view, other = text(f"words.view.{person.view}"), text(f"words.view.{person.view_or}")
    return text("findings.clause.between", view=view, other=other)


def _feet_findings(person: Person) -> list[Finding]:
    if person.legs_seen < LEGS_SEEN:
        return []
    if person.feet_inside_share < LEAST_FEET_INSIDE:
        return [finding("feet", "feet_cut_off", "caution", percent=100 * (1 - person.feet_inside_share))]
    if person.feet_seen < POSE_POOR:
        level: Level = "serious" if person.feet_seen < FOOT_SEEN else "caution"
        return [finding("feet", "feet_hidden", level)]
    return [finding("feet", "feet_seen", "ok")]


def _landing_findings(capture: Capture) -> list[Finding]:
    """Say what is doubtful of the landings that were measured."""
    found = []
    if capture.hidden_share >= MOST_HIDDEN_SHARE and capture.person.feet_seen >= POSE_POOR:
        found.append(finding("feet", "feet_hidden", "caution"))
    if capture.ankle_behind:
        foot = capture.ankle_behind[0] if len(capture.ankle_behind) == 1 else "both"
        found.append(finding("feet", "ankle_behind", "caution", foot))
    return found


def _activity_in_view(capture: Capture) -> list[Finding]:
    """Say what the person does, if this view can show it."""
    if capture.activity is None and capture.person.view in ("front", "rear"):
        return []
    return activity_findings(capture.activity) if capture.person.people and not _slanted(capture.person) else []


def activity_findings(activity: Activity | None) -> list[Finding]:
    """Say what the person does; ``None`` where no rhythm was found."""
    if activity is None:
        return [finding("activity", "no_steps", "blocking")]
    if activity == "walking":
        return [finding("activity", "walking", "blocking")]
    if activity == "other":
        return [finding("activity", "not_running", "blocking")]
    return [finding("activity", "running", "ok")]


def _size_findings(capture: Capture) -> list[Finding]:
    person, video = capture.person, capture.video
    if not math.isfinite(person.leg_px):
        return []
    size = {} if video is None else {"width_px": video.width_px, "height_px": video.height_px}
    said = {"tall_px": person.height_px, "leg_px": person.leg_px, **size}
    case = "landmarks" if video is None else "video"
    if video is not None and person.height_px > TALLEST_IN_PICTURES * video.height_px:
        return []  # most of the body is the pose model's guess
    if person.leg_px < SMALL_LEG_PX:
        return [finding("size", "small_runner", "caution", case, **said)]
    return [finding("size", "large_runner", "ok", case, **said)]


def _camera_findings(capture: Capture) -> list[Finding]:
    camera = capture.camera
    found = []
    if camera.cuts:
        form = plural(camera.cuts)
        case = form if capture.looked_share >= 1 else f"least_{form}"
        found.append(finding("camera", "cuts", "info", case, cuts=camera.cuts))
    if camera.motion == "still":
        found.append(finding("camera", "camera_still", "ok"))
    elif camera.motion in ("hand_held", "panning"):
        found.append(finding("camera", f"camera_{camera.motion}", "info"))
    return found


def _picture_findings(picture: PictureQuality | None) -> list[Finding]:
    if picture is None:
        return []
    found = []
    if picture.brightness < DARK:
        found.append(finding("light", "dim_light", "caution", percent=100 * picture.brightness))
    elif math.isfinite(picture.brightness):
        found.append(finding("light", "light_good", "ok"))
    if picture.smear_foot > SMEARED_FOOT:
        found.append(finding("blur", "motion_blur", "caution", percent=100 * picture.smear_foot))
    elif math.isfinite(picture.smear_foot):
        found.append(finding("blur", "sharp", "ok"))
    return found


def _runs(capture: Capture) -> bool:
    return capture.activity == "running" and not _slanted(capture.person)


def _step_findings(capture: Capture) -> list[Finding]:
    if not _runs(capture):
        return []
    whole = capture.looked_share >= 1
    steps = capture.steps if whole else round(capture.steps / capture.looked_share)
    if steps < FEW_STEPS:
        form = plural(steps)
        return [finding("amount", "few_steps", "caution", form if whole else f"expected_{form}", steps=steps)]
    case = "seen" if whole else "expected"
    return [finding("amount", "enough_steps", "ok", case, steps=steps, seconds=capture.seconds)]


def _rhythm_findings(capture: Capture) -> list[Finding]:
    if not _runs(capture):
        return []
    found, cadence, regular_share = [], capture.cadence, capture.regular_share
    if regular_share < LEAST_REGULAR_SHARE:
        found.append(finding("amount", "uneven_steps", "caution", percent=100 * (1 - regular_share)))
    least, most = USUAL_CADENCE_SPM
    if cadence.known and not least <= cadence.value <= most:
        found.append(finding("amount", "unusual_cadence", "caution", cadence_spm=cadence.value))
    return found


def _speed_findings(speed: Speed, of_motion: Speed) -> list[Finding]:
    shown = of_motion.mps
    if not shown.known or abs(speed.mps.value - shown.value) <= MOST_SPEED_ERRORS * shown.se:
        return []
    said = {"stated_mps": speed.mps.value, "shown_mps": shown.value, "se_mps": shown.se}
    return [finding("playback", "speed_doubtful", "caution", **said)]
