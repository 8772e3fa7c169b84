"""Measured markers through the gait stage: the conversion, the inputs made for markers, and the scores."""

import dataclasses
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from footstrike.gait.contacts.settling import FootPaths
from footstrike.gait.contacts.trunk import TrunkStep
from footstrike.gait.runner_frame import find_bouts
from runner_model import RunnerModel, truth

evaluate_markers = pytest.importorskip("evaluate_markers", reason="scikit-learn is not installed")
marker_clips = pytest.importorskip("marker_clips", reason="scikit-learn is not installed")
training_rows = pytest.importorskip("training_rows", reason="scikit-learn is not installed")

RBDS = Path(__file__).resolve().parents[3] / "shared" / "rbds"
RATE_HZ = 150.0
DURATION_S = 4.0
POINTS = [f"{foot}_{joint}" for foot in ("left", "right") for joint in ("hip", "knee", "ankle", "heel", "ball")]
MODELS = {
    "r01_a": RunnerModel(18.0, 9.0, direction="right", speed_mps=3.0),
    "r02_a": RunnerModel(21.0, 10.0, direction="right", speed_mps=2.8),
    "r03_a": RunnerModel(2.0, 7.0, direction="right", speed_mps=2.9),
    "r04_a": RunnerModel(3.0, 7.0, direction="right", speed_mps=3.0),
    "r05_a": RunnerModel(-7.0, 7.0, direction="right", speed_mps=2.8),
    "r06_a": RunnerModel(-8.0, 7.0, direction="right", speed_mps=2.9),
}


def markers_mm(model):
    pose = model.pose(np.arange(round(RATE_HZ * DURATION_S)) / RATE_HZ)
    return 1000 * np.stack([pose[name] for name in POINTS], axis=1)


def model_clip(name):
    contacts = pd.DataFrame([dataclasses.asdict(contact) for contact in truth(MODELS[name], DURATION_S - 0.4)])
    return training_rows.clip_from_track(name, marker_clips.marker_track(markers_mm(MODELS[name]), RATE_HZ), contacts)


@pytest.fixture(scope="module")
def clips():
    return [model_clip(name) for name in MODELS]


def test_markers_become_a_runner_who_faces_right():
    markers = markers_mm(MODELS["r01_a"])
    (bout,) = find_bouts(marker_clips.marker_track(markers, RATE_HZ))
    assert bout.facing == "right"
    assert (bout.side_of("right"), bout.side_of("left")) == ("near", "far")
    scale = bout.leg_length_px / marker_clips.PX_PER_MM
    ankle_of_knee_mm = scale * (bout.xy_leg[:, 27] - bout.xy_leg[:, 25])
    assert ankle_of_knee_mm == pytest.approx(markers[:, 2] - markers[:, 1], abs=1e-6)


def test_the_trunk_moves_as_the_hips_do():
    markers = markers_mm(MODELS["r03_a"])
    (bout,) = find_bouts(marker_clips.marker_track(markers, RATE_HZ))
    hips_mm = markers[:, [0, 5], 1].mean(axis=1)
    height_mm = bout.trunk_height_leg * bout.leg_length_px / marker_clips.PX_PER_MM
    assert height_mm - height_mm[0] == pytest.approx(hips_mm - hips_mm[0], abs=1e-6)


def test_a_short_gap_is_bridged_and_a_long_one_stays():
    time_s = np.arange(300) / RATE_HZ
    whole = np.stack([np.sin(4 * time_s), np.cos(4 * time_s)], axis=1)[:, None].repeat(2, axis=1)
    holed = whole.copy()
    holed[40:55, 0] = np.nan  # 0.1 s
    holed[100:116, 0] = np.nan
    holed[295:, 1] = np.nan
    out = marker_clips.bridged(time_s, holed)
    assert out[40:55, 0] == pytest.approx(whole[40:55, 0], abs=1e-4)
    assert np.isnan(out[100:116, 0]).all()
    assert np.isnan(out[295:, 1]).all()
    seen = np.isfinite(holed)
    assert (out[seen] == holed[seen]).all()


def test_a_marker_that_stays_missing_leaves_nobody():
    markers = markers_mm(MODELS["r01_a"])
    markers[200:240, 3] = np.nan
    track = marker_clips.marker_track(markers, RATE_HZ)
    assert np.flatnonzero(~track.found).tolist() == list(range(200, 240))
    assert (track.visibility[200:240] == 0).all()


def test_truth_has_the_projects_names_in_time_order():
    contacts = pd.DataFrame(
        {
            "side": ["R", "L"],
            "t_ic": [0.7, 0.3],
            "t_to": [0.9, 0.5],
            "label": ["Midfoot", "Rearfoot"],
            "fsa": [2.0, 15.0],
            "shank_deg": [5.0, 8.0],
        }
    )
    first, second = marker_clips.truth_of(contacts).to_dict("records")
    assert (first["foot"], first["side"], first["strike"], first["contact_time_s"]) == ("left", "far", "heel", 0.3)
    assert (second["foot"], second["side"], second["strike"], second["toe_off_time_s"]) == (
        "right",
        "near",
        "midfoot",
        0.9,
    )


@pytest.fixture
def falling_foot():
    """A foot that falls one leg length a second and stands from 0.97 s on; the trunk falls at 1 s."""
    time_s = np.arange(0.5, 1.5, 1 / 300)
    height = np.repeat(np.maximum(0.97 - time_s, 0.0)[:, None], 5, axis=1)
    paths = FootPaths(time_s, {"leading": np.zeros_like(height)}, {"leading": height}, 0.0)
    return paths, TrunkStep(apex_s=0.9, fall_s=1.0, rise_s=1.15, drop_leg=0.1, period_s=0.4)


def test_the_fall_is_broken_where_the_foot_meets_the_ground(falling_foot):
    phase = evaluate_markers.fall_broken_phase(*falling_foot, "toe")
    assert phase == pytest.approx(-0.03 / 0.4, abs=0.01)


@pytest.mark.parametrize(("phase", "height_leg"), [(-0.2, 0.05), (-0.1, 0.01), (0.0, 0.0)])
def test_heel_height_counts_from_the_stance(falling_foot, phase, height_leg):
    assert evaluate_markers.heel_height_leg(*falling_foot, phase) == pytest.approx(height_leg, abs=1e-9)


def test_published_cut_offs():
    angles = pd.Series([8.1, 8.0, 0.0, -1.6, -1.7])
    assert evaluate_markers.by_angle(angles).tolist() == ["heel", "midfoot", "midfoot", "midfoot", "forefoot"]


def test_agreement_weighs_the_classes_alike():
    said = ["heel", "heel", "heel", "forefoot", "midfoot"]
    told = evaluate_markers.agreement(said, pd.Series(["heel", "heel", "heel", "midfoot", "midfoot"]))
    assert told == {
        "heel or not": "1.000",
        "heel or not, balanced": "1.000",
        "three types": "0.800",
        "three types, balanced": "0.750",
    }


def test_every_contact_of_exact_runners_is_found_on_the_right_foot(clips):
    steps = evaluate_markers.described_steps(clips)
    landings = evaluate_markers.left_out_landings(clips, steps, evaluate_markers.MARKERS)
    said = evaluate_markers.strike_probabilities(landings, evaluate_markers.MARKERS)
    assert list(said) == ["markers, each landing", "markers, whole foot"]
    for name, probabilities in said.items():
        assert probabilities.sum(axis=1) == pytest.approx(1)
        for clip in clips:
            scored = evaluate_markers.score_clip(clip, landings, probabilities, name)
            assert len(scored.pairs) >= len(clip.truth) - 1
            assert (scored.pairs.foot == scored.pairs.true_foot).all()
            assert scored.pairs.contact_error.abs().max() < 25


def test_the_heel_is_up_where_the_forefoot_lands_first(clips):
    steps = evaluate_markers.described_steps(clips)
    landings = evaluate_markers.left_out_landings(clips, steps, evaluate_markers.MARKERS)
    height = landings.groupby("strike").heel_height.median()
    assert height["heel"] < height["midfoot"] < height["forefoot"]


def test_a_folder_without_recordings_gives_none(tmp_path):
    assert marker_clips.read_marker_clips(tmp_path / "rbds") == []


@pytest.mark.skipif(not RBDS.is_dir(), reason="the shared motion data is not here")
def test_a_real_recording_gives_all_its_contacts():
    clip = marker_clips.read_marker_clip(RBDS / "RBDS001_T25.npz")
    assert (clip.name, clip.runner, len(clip.truth)) == ("r001_T25", 1, 77)
    steps = evaluate_markers.described_steps([clip])
    known = steps[steps.contact.notna()]
    assert len(known) >= len(clip.truth) - 1
    true_foot = clip.truth.set_index(clip.truth.contact_time_s.round(6)).foot
    at_s = (known.fall_s + known.contact * known.period_s).round(6)
    assert (true_foot.loc[at_s].to_numpy() == known.foot.to_numpy()).all()


@pytest.mark.skipif(not RBDS.is_dir(), reason="the shared motion data is not here")
def test_gaps_of_a_real_recording_do_not_lose_its_steps():
    clip = marker_clips.read_marker_clip(RBDS / "RBDS027_T45.npz")
    assert len(clip.strides) == 1
    assert len(clip.strides[0].steps) == pytest.approx(len(clip.truth), abs=2)


@pytest.mark.skipif(not RBDS.is_dir(), reason="the shared motion data is not here")
def test_tables_of_real_recordings_name_every_aim():
    names = ["003_T25", "008_T25", "009_T45", "028_T25", "001_T25", "027_T25"]
    text = evaluate_markers.report([marker_clips.read_marker_clip(RBDS / f"RBDS{name}.npz") for name in names])
    assert "6 runners left out in turn, 6 recordings" in text
    assert "| contacts found, F1 |  | 1.0000 | 1.0000 | 1.0000 |" in text
    for aim in evaluate_markers.AIMS.values():
        assert f"| {aim} |" in text
