"""From what is known of a recording to findings: the rules, and their words."""

from __future__ import annotations

import math

from footstrike.capture.facts import Capture, Person
from footstrike.capture.file_rules import file_findings, playback_findings, rate_findings, repeat_findings
from footstrike.capture.findings import Finding, Level
from footstrike.capture.picture import PictureQuality
from footstrike.data import Activity, Measure, Speed
from footstrike.gait.quality import FEW_STEPS, FOOT_SEEN, POSE_POOR, SMALL_LEG_PX
from footstrike.gait.view import LEGS_SEEN

MOST_YAW_DEG = 50.0
"""Further off the side view, angles shrink by more than a third, and so does what is known of them."""
LEAST_FOUND_SHARE = 0.9
LEAST_FEET_INSIDE = 0.9
DARK = 0.15
"""Brightness of a runner's surroundings, 0 to 1, below which a phone shows noise instead of shoes."""
SMEARED_FOOT = 0.15
"""Edges of a swinging foot are 0.03 to 0.12 foot lengths wide on sharp film; 8 m/s and 1/200 s smear them by 0.15."""
LEAST_REGULAR_SHARE = 0.85
MOST_SPEED_ERRORS = 3.0
"""A stated speed further from what the motion shows than this many of its standard errors is doubtful."""
USUAL_CADENCE_SPM = (120.0, 240.0)
_SQUARE = "Film square from the side, at hip height."
_WHOLE = "Film one runner from the side, with the whole body in the picture and good light."


def findings_of(capture: Capture) -> tuple[Finding, ...]:
    """Return everything there is to say of how a recording was made."""
    return (
        *who_is_seen(capture.person),
        *_activity_in_view(capture),
        *rate_findings(capture),
        *repeat_findings(capture),
        *playback_findings(capture),
        *_size_findings(capture),
        *_camera_findings(capture),
        *_picture_findings(capture.picture),
        *_amount_findings(capture),
        *_speed_findings(capture.speed, capture.speed_of_motion),
        *file_findings(capture.video),
    )


def who_is_seen(person: Person) -> tuple[Finding, ...]:
    """Return what there is to say of the person and the view, before any steps are looked for."""
    if person.people == 0:
        return (Finding("person", "no_person", "blocking", "No person was found in the video.", "", _WHOLE),)
    return (*_person_findings(person), *_view_findings(person), *_feet_findings(person))


def _person_findings(person: Person) -> list[Finding]:
    if person.legs_seen < LEGS_SEEN:
        return [_unseen("legs_unseen", "The legs are not seen.")]
    if not person.whole_trunk:
        return [_unseen("trunk_unseen", "Only the legs are in the picture.")]
    found = []
    if person.found_share < LEAST_FOUND_SHARE:
        lost = f"The runner was found in {100 * person.found_share:.0f} % of the frames."
        action = "Keep the whole body in the picture, with good light."
        found.append(Finding("person", "runner_lost", "caution", lost, "Steps in the others are missing.", action))
    if person.people > 1:
        several = f"{person.people} people are in the picture."
        costs = "The largest who runs is analysed, unless --runner names another."
        action = "Look whether it is the one you mean; --runner takes left, right, a number by size, or x,y."
        found.append(Finding("person", "several_people", "caution", several, costs, action))
    return found or [Finding("person", "one_runner", "ok", "One person is followed, from head to feet.")]


def _unseen(code: str, found: str) -> Finding:
    costs = "footstrike needs the whole body in the picture, from head to feet."
    return Finding("person", code, "blocking", found, costs, _WHOLE)


def _view_findings(person: Person) -> list[Finding]:
    yaw_deg, view = person.yaw_deg, person.view
    degrees, border = f"{abs(yaw_deg):.0f} degrees off", _border(person)
    square, off = f"{degrees} square{border}", f"about {degrees} the side view{border}"
    if view == "unclear":
        return []
    if view == "side":
        return [Finding("view", "view_side", "ok", f"The camera looks from the side, {square}.")]
    if view in ("front", "rear"):
        found = f"The camera looks from the {view} ({off})."
        return [Finding("view", f"view_{view}", "blocking", found, "Strike type needs a view from the side.", _SQUARE)]
    found = f"The camera is {'ahead of' if yaw_deg > 0 else 'behind'} the runner, {off}."
    if abs(yaw_deg) > MOST_YAW_DEG:
        costs = "That is too much for strike type and angles, which need a view from the side."
        return [Finding("view", "view_too_oblique", "blocking", found, costs, _SQUARE)]
    return [Finding("view", "view_oblique", "serious", found, "Distances and angles shrink.", _SQUARE)]


def _border(person: Person) -> str:
    """Say between which views this one lies, where the angle's own error does not tell them apart."""
    return f", between {person.view} and {person.view_or}" if person.view_or else ""


def _feet_findings(person: Person) -> list[Finding]:
    if person.legs_seen < LEGS_SEEN:
        return []
    if person.feet_inside_share < LEAST_FEET_INSIDE:
        found = f"The feet leave the picture in {100 * (1 - person.feet_inside_share):.0f} % of the frames."
        action = "Leave room below the feet."
        return [Finding("feet", "feet_cut_off", "caution", found, "Landings there are guessed.", action)]
    if person.feet_seen < POSE_POOR:
        level: Level = "serious" if person.feet_seen < FOOT_SEEN else "caution"
        found, costs = "The feet are hidden or hard to see.", "Strike type and foot angle are less sure."
        action = "Let nothing stand in front of the feet; choose even light and shoes unlike the ground."
        return [Finding("feet", "feet_hidden", level, found, costs, action)]
    return [Finding("feet", "feet_seen", "ok", "Both feet are in the picture and well seen.")]


def _activity_in_view(capture: Capture) -> list[Finding]:
    """Say what the person does, if this view can show it."""
    if capture.activity is None and capture.person.view in ("front", "rear"):
        return []
    return activity_findings(capture.activity) if capture.person.people else []


def activity_findings(activity: Activity | None) -> list[Finding]:
    """Say what the person does; ``None`` where no rhythm was found."""
    needs = "footstrike analyses running, which has a flight phase in every step."
    if activity is None:
        found = "No running steps were found: the person does not move up and down in a steady rhythm, or too shortly."
        return [Finding("activity", "no_steps", "blocking", found, "", "Film at least three steps from the side.")]
    if activity == "walking":
        return [Finding("activity", "walking", "blocking", "The person walks.", needs)]
    if activity == "other":
        return [Finding("activity", "not_running", "blocking", "The person moves, but does not seem to run.", needs)]
    return [Finding("activity", "running", "ok", "The person runs.")]


def _size_findings(capture: Capture) -> list[Finding]:
    leg_px, height_px = capture.person.leg_px, capture.person.height_px
    if not math.isfinite(leg_px):
        return []
    size = "" if capture.video is None else f"{capture.video.width_px} x {capture.video.height_px} pixels; the "
    tall = f"{size or 'The '}runner is about {height_px:.0f} pixels tall"
    if leg_px < SMALL_LEG_PX:
        found = f"{tall}, the leg only {leg_px:.0f} long."
        action = "Move closer or zoom in until the runner fills most of the height."
        return [Finding("size", "small_runner", "caution", found, "The foot's angle is coarse.", action)]
    return [Finding("size", "large_runner", "ok", f"{tall}.")]


def _camera_findings(capture: Capture) -> list[Finding]:
    camera = capture.camera
    cuts = f"{'' if capture.looked_share >= 1 else 'at least '}{camera.cuts} cut{'' if camera.cuts == 1 else 's'}"
    cut = Finding(
        "camera", "cuts", "info", f"The clip has {cuts}.", "Each ends a run of steps.", "Film in one go; cut nothing."
    )
    words = {
        "still": Finding("camera", "camera_still", "ok", "The camera stands still."),
        "hand_held": Finding(
            "camera",
            "camera_hand_held",
            "info",
            "The camera is held by hand.",
            "Its shake is taken out as far as the background shows it.",
            "Lean the phone on something.",
        ),
        "panning": Finding(
            "camera",
            "camera_panning",
            "info",
            "The camera follows the runner.",
            "Its motion is taken out as far as the background shows it; the view changes on the way.",
            "Let the camera stand and the runner pass, or film on a treadmill.",
        ),
    }
    return [*(cut for _ in range(min(camera.cuts, 1))), *(words[name] for name in [camera.motion] if name in words)]


def _picture_findings(picture: PictureQuality | None) -> list[Finding]:
    if picture is None:
        return []
    found = []
    if picture.brightness < DARK:
        dark = f"It is dark around the runner: {100 * picture.brightness:.0f} % of full brightness."
        costs = "Shoes are lost in noise and blur."
        found.append(Finding("light", "dim_light", "caution", dark, costs, "Film by day, or switch on more light."))
    elif math.isfinite(picture.brightness):
        found.append(Finding("light", "light_good", "ok", "There is enough light."))
    if picture.smear_foot > SMEARED_FOOT:
        smeared = f"Swinging feet are blurred over {100 * picture.smear_foot:.0f} % of their length."
        costs = "Contact times and foot angles are less sure."
        action = "Film in brighter light, or at more frames per second: the shutter is then open for a shorter time."
        found.append(Finding("blur", "motion_blur", "caution", smeared, costs, action))
    elif math.isfinite(picture.smear_foot):
        found.append(Finding("blur", "sharp", "ok", "Swinging feet are sharp enough."))
    return found


def _amount_findings(capture: Capture) -> list[Finding]:
    if capture.activity != "running":
        return []
    return [*_step_findings(capture), *_rhythm_findings(capture.cadence, capture.regular_share)]


def _step_findings(capture: Capture) -> list[Finding]:
    whole = capture.looked_share >= 1
    steps = capture.steps if whole else round(capture.steps / capture.looked_share)
    seen = f"{steps} landings were seen" if whole else f"About {steps} landings are to be expected"
    if steps < FEW_STEPS:
        action = "Film at least 15 seconds on a treadmill, or several passes."
        found = f"Only {seen[0].lower()}{seen[1:]}."
        return [Finding("amount", "few_steps", "caution", found, "Averages need 20 or more.", action)]
    return [Finding("amount", "enough_steps", "ok", f"{seen} in {capture.seconds:.0f} s of playback.")]


def _rhythm_findings(cadence: Measure, regular_share: float) -> list[Finding]:
    found = []
    if regular_share < LEAST_REGULAR_SHARE:
        uneven = (
            f"{100 * (1 - regular_share):.0f} % of the times between landings do not fit the others: steps were "
            "missed, or the playback speed changes within the clip."
        )
        action = "Film or cut a piece of steady running, played at one speed."
        found.append(Finding("amount", "uneven_steps", "caution", uneven, "They are left out of the cadence.", action))
    least, most = USUAL_CADENCE_SPM
    if cadence.known and not least <= cadence.value <= most:
        unusual = f"{cadence.value:.0f} steps/min is unusual for a runner."
        action = "Check the playback speed; state the true frame rate with --capture-rate."
        found.append(Finding("amount", "unusual_cadence", "caution", unusual, "", action))
    return found


def _speed_findings(speed: Speed, of_motion: Speed) -> list[Finding]:
    shown = of_motion.mps
    if not shown.known or abs(speed.mps.value - shown.value) <= MOST_SPEED_ERRORS * shown.se:
        return []
    found = (
        f"The stated speed of {speed.mps.value:.1f} m/s does not fit the motion, which shows about "
        f"{shown.value:.1f} ± {shown.se:.1f} m/s."
    )
    action = "Check --speed and its unit, --height and, in slow motion, --capture-rate."
    return [Finding("playback", "speed_doubtful", "caution", found, "", action)]
