#!/usr/bin/env python3
"""Score footstrike, from pixels, on every clip whose truth is known, and print the tables.

    evaluate.py [--shared FOLDER] [--cache FOLDER] [--strikes learned|angle] [--drawn] [--markdown FILE]

Clips: ``rendered`` (3-D bodies moved by measured legs; force-plate truth) and ``labels`` with
``footage`` (film; truth by eye) in the shared folder, the project's own sample videos, and with
``--drawn`` the flat figures of ``drawn``, a stress test. Matching follows the shared scorer: nearest
first, one to one, within the largest of 1.5 frames, 25 ms and twice the rater's uncertainty; labels are
compared in frames; steps further than 0.12 s outside the truth's range do not count.

Landmarks are kept in the cache by the content of each video, so a second run takes seconds. Empty it
after a change in ``video/`` or ``pose/``; frames for the second look are those of the first run.

The rendered clips show runners on whom the corrections were trained: figures on them are optimistic.
The honest ones are those of ``evaluate_left_out.py``.
"""

from __future__ import annotations

import argparse
import hashlib
from dataclasses import dataclass, replace
from datetime import date
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

import footstrike
from footstrike.errors import FootstrikeError
from footstrike.gait.signals import sampling_rate_hz
from footstrike.pose.landmarks_file import save_landmarks
from footstrike.settings import STRIKE_CLASSIFIERS
from score_tables import tables
from scoring import CLASSES, SIDES, VERDICT_COLUMNS, ClipScore, match, score, usual_class

REPOSITORY = Path(__file__).resolve().parent.parent
TOLERANCE_FRAMES = 1.5
LEAST_TOLERANCE_S = 0.025
MARGIN_S = 0.12
SURE = ("high", "medium")
ABOUT = "Rendered clips show runners on whom the corrections were trained: optimistic. Film was never trained on."


@dataclass(frozen=True)
class Clip:
    """A video, its truth table, and what kind of truth that is."""

    kind: str
    video: Path
    truth: Path


def main() -> None:
    """Score every clip there is and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=REPOSITORY.parent / "shared", help="folder of clips with truth")
    parser.add_argument("--cache", type=Path, default=Path("landmarks_cache"), help="folder for landmarks")
    parser.add_argument("--strikes", choices=list(STRIKE_CLASSIFIERS), default="learned", help="strike classifier")
    parser.add_argument("--drawn", action="store_true", help="also the drawn figures, a stress test")
    parser.add_argument("--markdown", type=Path, help="document whose results are to be replaced")
    arguments = parser.parse_args()
    settings = footstrike.Settings(strikes=STRIKE_CLASSIFIERS[arguments.strikes]())
    arguments.cache.mkdir(parents=True, exist_ok=True)
    clips = find_clips(arguments.shared, arguments.drawn)
    scores = [evaluate(clip, arguments.cache, settings) for clip in clips]
    text = f"{heading()} `--strikes {arguments.strikes}`. {ABOUT}\n\n{tables(scores)}"
    print(text)
    if arguments.markdown:
        write_between_marks(arguments.markdown, "results", text)


def heading() -> str:
    """Return which version was scored, and when."""
    return f"footstrike {version('footstrike')}, {date.today():%d %B %Y}."


def find_clips(shared: Path, drawn: bool) -> list[Clip]:
    """List every clip with truth: film, rendered, samples, and drawn ones on demand."""
    film = [
        Clip("film", video, labels)
        for labels in sorted((shared / "labels").glob("*.csv"))
        for video in (shared / "footage").glob(f"{labels.stem}.*")
    ]
    folders = {"rendered": shared / "rendered", "sample": REPOSITORY / "sample_videos"}
    if drawn:
        folders["drawn"] = shared / "drawn"
    made = [
        Clip(kind, truth.with_name(truth.name.replace(".truth.csv", ".mp4")), truth)
        for kind, folder in folders.items()
        for truth in sorted(folder.glob("*.truth.csv"))
    ]
    return film + made


def evaluate(clip: Clip, cache: Path, settings: footstrike.Settings) -> ClipScore:
    """Analyse one clip and compare it with its truth; a clip that is refused has missed every contact."""
    raw = pd.read_csv(clip.truth)
    by_eye = "contact_frame" in raw
    try:
        session = analyse(clip.video, cache, settings)
    except FootstrikeError as error:
        truth = truth_by_eye(raw, 1.0) if by_eye else truth_in_ms(raw, 1.0)
        counts = {side: int((truth.side == side).sum()) for side in SIDES}
        return ClipScore(clip.video.stem, clip.kind, "", counts, refused=str(error))
    rate_hz = sampling_rate_hz(session.track.time_s)
    truth = truth_by_eye(raw, rate_hz) if by_eye else truth_in_ms(raw, rate_hz)
    scored = score(
        clip.video.stem,
        clip.kind,
        "frames" if by_eye else "ms",
        truth,
        step_table(session, by_eye),
        MARGIN_S * (rate_hz if by_eye else 1000),
        rate_hz=rate_hz,
        slow_motion=session.slow_motion.factor,
    )
    moments = frame_of_time(session, session.steps_table().contact_time_s)
    by_time = len(match(list(truth.contact), list(moments), list(truth.tolerance))) if by_eye else 0
    return replace(scored, verdicts=verdict_table(session, truth), matched_by_time=by_time)


def frame_of_time(session: footstrike.Session, time_s: pd.Series) -> NDArray[np.float64]:
    """Return where moments lie between the frames of the recording, in frames."""
    return np.interp(time_s, session.real_time_s - session.real_time_s[0], np.arange(session.track.frame_count))


def analyse(video: Path, cache: Path, settings: footstrike.Settings) -> footstrike.Session:
    """Analyse a video, or its landmarks where they are known."""
    known = cache / f"{hashlib.sha256(video.read_bytes()).hexdigest()[:16]}.npz"
    if known.exists():
        return footstrike.analyze(known, settings)
    session = footstrike.analyze(video, settings)
    save_landmarks(known, session.track, session.video)
    return session


def truth_in_ms(raw: pd.DataFrame, rate_hz: float) -> pd.DataFrame:
    """Return exact truth in milliseconds."""
    return raw.assign(
        contact=1000 * raw.contact_time_s,
        toe_off=1000 * raw.toe_off_time_s,
        sure=True,
        tolerance=1000 * max(LEAST_TOLERANCE_S, TOLERANCE_FRAMES / rate_hz),
    )


def truth_by_eye(raw: pd.DataFrame, rate_hz: float) -> pd.DataFrame:
    """Return labels in frames; contacts before the first frame are left out."""
    frames = {name: pd.to_numeric(raw[f"{name}_frame"], errors="coerce") for name in ("contact", "toe_off")}
    rater = 2 * pd.to_numeric(raw.contact_uncertainty_frames, errors="coerce").fillna(0)
    truth = raw.assign(
        **frames,
        sure=raw.strike_confidence.isin(SURE) & raw.strike.isin(CLASSES),
        tolerance=rater.clip(lower=max(LEAST_TOLERANCE_S * rate_hz, TOLERANCE_FRAMES)),
        foot_strike_angle_deg=np.nan,
        shank_angle_deg=np.nan,
    )
    return truth[truth.contact.notna()]


def step_table(session: footstrike.Session, by_eye: bool) -> pd.DataFrame:
    """Return the step table with times, and their errors, in the truth's unit."""
    table = session.steps_table().rename(
        columns={f"{angle}_sd_deg": f"{angle}_deg_se" for angle in ("foot_strike_angle", "shank_angle")}
    )
    if by_eye:
        frames = {name: table[f"{name}_frame"].astype("Float64").astype(float) for name in ("contact", "toe_off")}
        return table.assign(**frames, contact_se=np.nan, toe_off_se=np.nan)
    times = {name: 1000 * table[f"{name}_time_s"] for name in ("contact", "toe_off")}
    return table.assign(**times, **{f"{name}_se": 1000 * table[f"{name}_time_se_s"] for name in times})


def verdict_table(session: footstrike.Session, truth: pd.DataFrame) -> pd.DataFrame:
    """Return what was said of each foot that has a usual class."""
    rows = []
    for foot, landings in truth[truth.sure].groupby("foot"):
        usual = usual_class(list(landings.strike))
        said = session.verdict[foot].strike if foot in session.verdict else "unclear"
        if usual:
            rows.append((foot, landings.side.iloc[0], said, usual))
    return pd.DataFrame(rows, columns=VERDICT_COLUMNS)


def write_between_marks(document: Path, name: str, text: str) -> None:
    """Replace what stands between the two marks of that name in a document."""
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    before, _, rest = document.read_text(encoding="utf-8").partition(begin)
    _, mark, after = rest.partition(end)
    if not mark:
        raise SystemExit(f"{document} holds no lines {begin} and {end}; put them where the results belong.")
    document.write_text(f"{before}{begin}\n{text}\n{end}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
