#!/usr/bin/env python3
"""Score footstrike on runners on whom its corrections were not trained, and print the tables.

    evaluate_left_out.py FOLDER [FOLDER ...] [--cache FOLDER] [--markdown FILE]

Takes the same folders as ``train_corrections.py``. Each runner is left out in turn: everything learned is
learned from the clips of the others, standard errors and the contact times behind the angles included; then
the whole analysis runs on the clips of this one, with either strike classifier.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

from evaluate import MARGIN_S, heading, step_table, truth_in_ms, verdict_table, write_between_marks
from footstrike.analysis import analyze_track
from footstrike.errors import FootstrikeError
from footstrike.gait.corrections import Corrections
from footstrike.gait.signals import sampling_rate_hz
from footstrike.settings import STRIKE_CLASSIFIERS, Settings
from score_tables import tables
from scoring import SIDES, ClipScore, score
from train_corrections import train
from training_rows import Clip, read_clips


def main() -> None:
    """Leave every runner out in turn and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--cache", type=Path, default=Path("landmarks_cache"), help="folder for landmarks")
    parser.add_argument("--markdown", type=Path, help="document whose results are to be replaced")
    arguments = parser.parse_args()
    clips = [clip for folder in arguments.folders for clip in read_clips(folder, arguments.cache)]
    scores = list(left_out_scores(clips))
    runners = len({clip.runner for clip in clips})
    about = f"{len(clips)} rendered clips of {runners} runners, each runner left out of the training in turn."
    text = f"{heading()} {about}\n\n{tables(scores, details_of='learned')}"
    print(text)
    if arguments.markdown:
        write_between_marks(arguments.markdown, "left out", text)


def left_out_scores(clips: Sequence[Clip]) -> Iterator[ClipScore]:
    """Score every clip by corrections that saw none of its runner, once for each strike classifier."""
    for runner in sorted({clip.runner for clip in clips}):
        corrections = Corrections(**train([clip for clip in clips if clip.runner != runner]))
        for clip in clips:
            if clip.runner == runner:
                yield from (score_clip(clip, strikes, corrections) for strikes in STRIKE_CLASSIFIERS)


def score_clip(clip: Clip, strikes: str, corrections: Corrections) -> ClipScore:
    """Analyse one clip's landmarks and compare with its truth; a clip that is refused has missed every contact."""
    kind, settings = f"left out, {strikes}", Settings(strikes=STRIKE_CLASSIFIERS[strikes]())
    rate_hz = sampling_rate_hz(clip.track.time_s)
    truth = truth_in_ms(clip.truth, rate_hz)
    counts = {side: int((truth.side == side).sum()) for side in SIDES}
    try:
        session = analyze_track(clip.track, None, clip.name, settings, corrections)
    except FootstrikeError as error:
        return ClipScore(clip.name, kind, "ms", counts, refused=str(error))
    steps, verdicts = step_table(session, by_eye=False), verdict_table(session, truth)
    about = {"rate_hz": rate_hz, "slow_motion": session.slow_motion.factor, "verdicts": verdicts}
    return score(clip.name, kind, "ms", truth, steps, 1000 * MARGIN_S, **about)


if __name__ == "__main__":
    main()
