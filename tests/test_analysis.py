"""From landmarks to a session: right numbers for exact runners, one clear error for everything else."""

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as budget
from hypothesis import strategies as st

from footstrike.analysis import analyze, analyze_track
from footstrike.data import STEP_COLUMNS, VideoInfo
from footstrike.errors import FootstrikeError, LandmarksError, NotAnalysableError
from footstrike.gait.landing import TRUNK_MISSING
from footstrike.pose import load_landmarks, save_landmarks
from footstrike.settings import STRIKE_CLASSIFIERS, Settings
from footstrike.video import VideoWriter, open_video
from runner_model import RunnerModel, as_pose_track, seen_from, truth

TIMES_S = np.arange(240) / 60
PLAIN = as_pose_track(RunnerModel(), TIMES_S)
FRAMES = np.arange(240)[:, None, None]


def session_of(track, settings=None):
    return analyze_track(track, None, "run", settings or Settings())


def contact_times_s(session):
    return np.array([step.contact.contact_s.value for step in session.steps])


@pytest.mark.parametrize("direction", ["left", "right"])
@pytest.mark.parametrize(
    ("strike_deg", "shank_deg", "lands"), [(18.0, 9.0, {"heel"}), (-7.0, 7.0, {"forefoot", "midfoot"})]
)
def test_session_of_an_exact_runner(direction, strike_deg, shank_deg, lands):
    model = RunnerModel(strike_deg, shank_deg, direction=direction)
    session = session_of(as_pose_track(model, TIMES_S))
    assert session.direction == direction
    assert session.activity == "running"
    assert session.view == "unclear"
    assert (session.slow_motion.factor, session.slow_motion.source) == (1.0, "real_time")
    assert session.cadence_spm.value == pytest.approx(model.cadence_spm, abs=1)
    assert {verdict.strike for verdict in session.verdict.values()} <= lands
    assert {verdict.side for verdict in session.verdict.values()} == {"near", "far"}
    assert sum(verdict.landings for verdict in session.verdict.values()) == len(session.steps)
    assert session.metrics["trunk_lean_deg"]["all"].mean == pytest.approx(
        model.trunk_lean_deg + TRUNK_MISSING.value, abs=0.5
    )
    assert session.metrics["contact_time_ms"]["all"].mean == pytest.approx(240, abs=40)
    wanted = [c for c in truth(model, 4.0) if c.contact_time_s < 3.6]
    assert [step.contact.foot for step in session.steps][: len(wanted)] == [c.foot for c in wanted]
    assert contact_times_s(session)[: len(wanted)] == pytest.approx([c.contact_time_s for c in wanted], abs=0.035)


@pytest.mark.parametrize("name", STRIKE_CLASSIFIERS)
def test_any_classifier_may_judge_and_is_on_record(name):
    chosen = Settings(strikes=STRIKE_CLASSIFIERS[name]())
    session = session_of(PLAIN, chosen)
    assert session.settings["strikes"]["kind"] == STRIKE_CLASSIFIERS[name].__name__
    assert session.verdict["right"].strike == "heel"
    assert {"python", "numpy", "footstrike"} <= session.versions.keys()


def test_table_has_one_row_per_step():
    session = session_of(PLAIN)
    table = session.steps_table()
    assert list(table.columns) == list(STEP_COLUMNS)
    assert table.step.tolist() == list(range(1, len(session.steps) + 1))


def test_landmarks_file_gives_what_its_track_gives(landmarks_file):
    track, video = load_landmarks(landmarks_file)
    from_file, from_track = analyze(landmarks_file), analyze_track(track, video, landmarks_file.name, Settings())
    assert from_file.name == "run.npz"
    assert from_file.steps_table().equals(from_track.steps_table())
    assert from_file.warnings == from_track.warnings


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no archive"])
def test_file_that_holds_no_landmarks(content, tmp_path):
    path = tmp_path / "broken.npz"
    path.write_bytes(content)
    with pytest.raises(LandmarksError, match=r"broken\.npz is not a landmarks file"):
        analyze(path)


def test_stated_speed_decides_who_the_ankles_are_compared_with():
    slow, fast = (session_of(PLAIN, Settings(speed_mps=mps)) for mps in (2.6, 4.5))
    assert (slow.speed.mps.value, slow.speed.source) == (2.6, "stated")
    for foot, verdict in slow.verdict.items():
        assert verdict.ankle.compared_at_mps == 2.6
        assert verdict.ankle.shank_percentile.value > fast.verdict[foot].ankle.shank_percentile.value
    assert all(step.ankle.compared_at_mps == 2.6 for step in slow.steps)
    assert "speed_doubtful" in {note.code for note in fast.warnings}


def test_speed_nobody_stated_is_judged_from_the_motion():
    assumed, known = (session_of(PLAIN, Settings(height_m=height_m)).speed for height_m in (None, 1.75))
    assert (assumed.source, known.source) == ("typical_height", "height")
    assert abs(known.mps.value - RunnerModel().speed_mps) < 3 * known.mps.se


@given(st.sampled_from([2, 4, 8]))
@budget(max_examples=3, deadline=None)
def test_stated_capture_rate_gives_real_times(factor):
    fine = as_pose_track(RunnerModel(), np.arange(0, 3, 1 / (30 * factor)))
    slow = fine.replace(time_s=factor * fine.time_s)
    session = session_of(slow, Settings(capture_rate_hz=30.0 * factor))
    assert (session.slow_motion.source, session.slow_motion.relative_se) == ("stated", 0.0)
    assert session.slow_motion.factor == pytest.approx(factor)
    assert session.cadence_spm.value == pytest.approx(172, abs=1)
    assert session.real_time_s == pytest.approx(fine.time_s)
    assert contact_times_s(session) == pytest.approx(contact_times_s(session_of(fine)), abs=1e-6)


def test_slow_motion_that_nobody_stated_is_estimated_and_said():
    fine = as_pose_track(RunnerModel(), np.arange(0, 3, 1 / 240))
    session = session_of(fine.replace(time_s=8 * fine.time_s))
    assert session.slow_motion.factor == pytest.approx(8, rel=0.25)
    assert "slow_motion_estimated" in {note.code for note in session.warnings}
    error = session.cadence_spm.value - 172
    assert abs(error) < 2.5 * session.cadence_spm.se


def test_slow_motion_that_the_camera_wrote_into_the_file_is_taken():
    fine = as_pose_track(RunnerModel(), np.arange(0, 3, 1 / 240))
    slow = fine.replace(time_s=8 * fine.time_s)
    video = VideoInfo("run.mp4", "0" * 64, 1, 720, 960, slow.time_s, None, 0, False, "h264", capture_rate_hz=240.0)
    session = analyze_track(slow, video, "run.mp4", Settings())
    assert (session.slow_motion.source, session.slow_motion.factor) == ("file", pytest.approx(8))
    assert session.cadence_spm.value == pytest.approx(172, abs=1)
    assert "slow_motion_estimated" not in {note.code for note in session.warnings}


def test_bouts_are_numbered_and_steps_count_through():
    session = session_of(PLAIN.replace(shot=FRAMES[:, 0, 0] >= 120))
    assert {step.contact.bout for step in session.steps} == {0, 1}
    assert [step.number for step in session.steps] == list(range(1, len(session.steps) + 1))
    assert session.cadence_spm.value == pytest.approx(172, abs=2)


def walking():
    """The runner's legs under a trunk that is lowest when the feet are furthest apart."""
    hip_y = PLAIN.xy_px[:, 23, 1]
    return PLAIN.replace(xy_px=PLAIN.xy_px - [0, 2] * (hip_y - hip_y.mean())[:, None, None])


def with_xy(xy_px):
    return PLAIN.replace(xy_px=np.broadcast_to(xy_px, PLAIN.xy_px.shape))


def legs_merged():
    xy_px = PLAIN.xy_px.copy()
    xy_px[:, 24:33:2] = xy_px[:, 23:32:2]
    return with_xy(xy_px)


@pytest.mark.parametrize(
    ("track", "message"),
    [
        (with_xy(np.nan), "No person was found"),
        (PLAIN.replace(visibility=np.full_like(PLAIN.visibility, 0.1)), "The legs are not seen"),
        (seen_from(PLAIN, 80), r"looks from the front \(about \d\d°"),
        (seen_from(PLAIN, -80), r"looks from the rear \(about \d\d°"),
        (seen_from(PLAIN, 60), "too much for strike type"),
        (walking(), "The person walks"),
        (legs_merged(), "does not seem to run"),
        (as_pose_track(RunnerModel(), TIMES_S[:24]), "No running steps were found"),
        (with_xy(PLAIN.xy_px[:1]), "No running steps were found"),
    ],
    ids=["nobody", "no legs", "front", "rear", "too oblique", "walking", "hopping", "too short", "standing"],
)
def test_recordings_that_show_no_run_from_the_side_are_one_clear_line(track, message):
    with pytest.raises(NotAnalysableError, match=message) as caught:
        session_of(track)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("yaw_deg", "view", "noted"), [(10, "side", False), (36, "oblique", True)])
def test_view_is_judged_by_the_metric_landmarks(yaw_deg, view, noted):
    session = session_of(seen_from(PLAIN, yaw_deg))
    assert session.view == view
    assert ("view_oblique" in {note.code for note in session.warnings}) == noted


def cut_to(frames):
    return as_pose_track(RunnerModel(), TIMES_S[:frames])


def with_pause(pause_s):
    return PLAIN.replace(time_s=TIMES_S + np.where(TIMES_S >= 2, pause_s, 0.0))


def noise(seed):
    return np.random.default_rng(seed)


ODD_TRACKS = {
    "one frame": lambda: cut_to(1),
    "two frames": lambda: cut_to(2),
    "twelve frames": lambda: cut_to(12),
    "one step": lambda: cut_to(30),
    "two steps": lambda: cut_to(45),
    "one found": lambda: with_xy(np.where(FRAMES == 50, PLAIN.xy_px, np.nan)),
    "some found": lambda: with_xy(np.where(FRAMES % 8 == 0, PLAIN.xy_px, np.nan)),
    "one joint missing": lambda: with_xy(np.where(np.arange(33)[:, None] == 16, np.nan, PLAIN.xy_px)),
    "all at the origin": lambda: with_xy(0.0),
    "huge": lambda: with_xy(1e9 * PLAIN.xy_px),
    "tiny": lambda: with_xy(1e-4 * PLAIN.xy_px),
    "far away": lambda: with_xy(1e9 + PLAIN.xy_px),
    "upside down": lambda: with_xy(PLAIN.xy_px * [1, -1]),
    "anywhere": lambda: with_xy(noise(0).uniform(0, 1000, PLAIN.xy_px.shape)),
    "drifting": lambda: with_xy(PLAIN.xy_px[0] + np.cumsum(noise(0).normal(0, 3, PLAIN.xy_px.shape), 0)),
    "very noisy": lambda: as_pose_track(RunnerModel(), TIMES_S, noise_px=50),
    "no trunk": lambda: with_xy(PLAIN.xy_px[:, [*range(11), 23, 24, *range(13, 33)]]),
    "pause": lambda: with_pause(3.0),
    "long pause": lambda: with_pause(1e9),
    "uneven": lambda: as_pose_track(RunnerModel(), np.cumsum(noise(0).uniform(1 / 240, 1 / 20, 240))),
    "frames in bursts": lambda: as_pose_track(RunnerModel(), np.cumsum(np.where(np.arange(240) % 3, 1e-6, 1 / 30))),
    "five frames per second": lambda: as_pose_track(RunnerModel(), np.arange(60) / 5),
    "a thousand times slower": lambda: PLAIN.replace(time_s=1000 * TIMES_S),
    "a thousand times faster": lambda: PLAIN.replace(time_s=TIMES_S / 1000),
    "camera runs away": lambda: PLAIN.replace(camera_px=np.cumsum(np.full((240, 2), 1e8), 0)),
    "cut in every frame": lambda: PLAIN.replace(shot=np.arange(240.0)),
    "cut every 45 frames": lambda: PLAIN.replace(shot=np.arange(240) // 45),
    "refined far away": lambda: PLAIN.replace(
        refined_xy_px=np.full_like(PLAIN.xy_px, 1e6), refined_visibility=np.zeros_like(PLAIN.visibility)
    ),
}


@pytest.mark.parametrize("kind", ODD_TRACKS)
def test_odd_tracks_give_a_session_or_one_clear_error(kind):
    try:
        session = session_of(ODD_TRACKS[kind]())
    except FootstrikeError as error:
        assert str(error).endswith(".")
        assert "\n" not in str(error)
    else:
        assert np.isfinite(contact_times_s(session)).all()
        assert len(session.steps_table()) == len(session.steps)


@pytest.mark.parametrize("pause_s", [1.0, 3.0, 3600.0])
def test_a_pause_in_the_frame_times_costs_no_step(pause_s):
    session, plain = session_of(with_pause(pause_s)), session_of(PLAIN)
    assert abs(len(session.steps) - len(plain.steps)) <= 1
    assert session.cadence_spm.value == pytest.approx(172, abs=1.5)
    later = contact_times_s(session) > 2
    model, at_s = RunnerModel(), contact_times_s(session) - np.where(later, pause_s, 0)
    numbers = np.rint((at_s - model.first_contact_s) / model.step_s).astype(int)
    assert [step.contact.foot for step in session.steps] == ["left" if n % 2 == 0 else "right" for n in numbers]


@given(st.integers(0, 10_000))
@budget(max_examples=25, deadline=None)
def test_spoilt_recordings_never_crash(seed):
    rng = noise(seed)
    frames = int(rng.integers(2, 200))
    times_s = np.arange(frames) / rng.choice([10, 25, 30, 60, 120])
    model = RunnerModel(direction=str(rng.choice(["left", "right"])), first_contact_s=rng.uniform(0, 0.7))
    track = as_pose_track(model, times_s, noise_px=rng.choice([0, 1, 10, 40]))
    xy_px = track.xy_px.copy()
    xy_px[rng.random(frames) < rng.choice([0, 0.1, 0.5])] = np.nan
    xy_px[rng.random(frames) < rng.choice([0, 0.1])] = 0
    xy_px[frames // 2 :] += rng.choice([0, 500])
    try:
        assert session_of(track.replace(xy_px=xy_px * rng.choice([0.01, 1, 100]))).steps
    except FootstrikeError as error:
        assert str(error)


def test_ten_thousand_frames():
    session = session_of(as_pose_track(RunnerModel(), np.arange(10_000) / 60))
    assert len(session.steps) == pytest.approx(10_000 / 60 / RunnerModel().step_s, abs=2)
    assert session.cadence_spm.value == pytest.approx(172, abs=0.1)


def test_session_survives_its_own_landmarks_file(tmp_path):
    path = tmp_path / "again.npz"
    save_landmarks(path, PLAIN, None)
    again, plain = analyze(path), session_of(PLAIN)
    assert contact_times_s(again) == pytest.approx(contact_times_s(plain), abs=1e-4)


RIGHT_SHARE = 0.8
"""Share of the landings in which a single step must be right; what is said of a foot always must."""
UNSURE_SAMPLES = ("heel_right_60fps", "midfoot_right_60fps", "forefoot_right_60fps")
"""Drawn legs look alike, and at 60 frames a second a pixel decides, which processors round differently: of these,
landings may be left unclear, most or all of them; what is said has to be right."""


def assert_like_truth(session, truth_path, duration_s):
    """Every contact shown well is found once, in time, on its foot, and mostly is a heel strike or not."""
    sure = truth_path.name.partition(".")[0] not in UNSURE_SAMPLES
    with truth_path.open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if float(row["contact_time_s"]) <= duration_s - 0.4]
    pairs = [
        (min(session.steps, key=lambda s: abs(s.contact.contact_s.value - float(row["contact_time_s"]))), row)
        for row in rows
    ]
    assert [step.number for step, _ in pairs] == list(range(pairs[0][0].number, pairs[0][0].number + len(rows)))
    for step, row in pairs:
        assert step.contact.contact_s.value == pytest.approx(float(row["contact_time_s"]), abs=0.04)
        assert (step.contact.foot, step.contact.side) == (row["foot"], row["side"])
    said = [(step, row) for step, row in pairs if step.strike.type != "unclear"]
    assert len(said) >= 0.5 * len(rows) or not sure
    right = [(step.strike.type == "heel") == (row["strike"] == "heel") for step, row in said]
    assert sum(right) >= RIGHT_SHARE * len(said)
    for verdict in session.verdict.values():
        wanted = next(row["strike"] for row in rows if row["foot"] == verdict.foot)
        if (sure and verdict.side == "near") or verdict.strike != "unclear":
            assert (verdict.strike == "heel") == (wanted == "heel")


def test_two_seconds_of_a_sample_video_are_like_its_truth(sample_video, tmp_path):
    whole, part = sample_video.with_name("forefoot_left_120fps.mp4"), tmp_path / "part.mp4"
    with open_video(whole) as reader, VideoWriter(part, reader.width_px, reader.height_px) as writer:
        for frame in reader.frames(range(240)):
            writer.write(frame.rgb, frame.time_s)
    assert_like_truth(analyze(part), whole.with_suffix(".truth.csv"), 2.0)


SAMPLE_NAMES = (
    "heel_right_60fps",
    "heel_left_30fps",
    "midfoot_right_60fps",
    "midfoot_left_120fps",
    "forefoot_right_60fps",
    "forefoot_left_120fps",
)


@pytest.fixture(scope="module", params=SAMPLE_NAMES)
def sample(request, sample_video):
    """One sample video's session and the path of its truth table."""
    path = sample_video.with_name(f"{request.param}.mp4")
    return analyze(path), path.with_suffix(".truth.csv")


@pytest.mark.slow
def test_sample_videos_are_like_their_truth(sample):
    session, truth_path = sample
    assert_like_truth(session, truth_path, float(session.real_time_s[-1]))


@pytest.mark.slow
def test_speed_of_a_rendered_runner_is_known_within_its_error():
    """Clip r09 shows runner 9 of the motion data, 1.732 m tall, on a belt of 3.57 m/s."""
    clip = Path(__file__).resolve().parents[2] / "shared" / "rendered" / "r09.mp4"
    if not clip.exists():
        pytest.skip("the shared rendered clips are not beside this checkout")
    speed = analyze(clip, Settings(height_m=1.732)).speed
    assert speed.source == "height"
    assert abs(speed.mps.value - 3.57) < 2 * speed.mps.se < 0.5


LATE_SAMPLES = {
    "forefoot_right_60fps.mp4": "contacts are said 30 ms late (docs/accuracy.md), when the shank is upright"
}


@pytest.mark.slow
def test_ankle_lands_ahead_of_the_knee_in_every_sample(sample, request):
    """Every drawn runner lands with the shank at 6 to 9 degrees."""
    session, _ = sample
    if session.name in LATE_SAMPLES:
        request.applymarker(pytest.mark.xfail(reason=LATE_SAMPLES[session.name], strict=True))
    assert np.mean([bool(step.landing.ankle_ahead_of_knee) for step in session.steps]) >= RIGHT_SHARE
