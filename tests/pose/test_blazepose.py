"""The real BlazePose, on real pictures where there are any."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest

from footstrike.errors import ModelError
from footstrike.pose import BlazePose, PoseEstimate, Region
from footstrike.video import Frame, open_video

from .conftest import REPOSITORY, track_poses

MEDIAPIPE_BUNDLE = REPOSITORY / "scripts" / "comparison" / "pose_landmarker_full.task"
LEFT_HIP, LEFT_ANKLE, RIGHT_ANKLE, NOSE = 23, 27, 28, 0


def first_frames(path: Path, count: int) -> list[Frame]:
    with open_video(path) as reader:
        return list(reader.frames(range(count)))


@pytest.fixture(scope="session")
def runner() -> list[Frame]:
    """Sixteen frames of a real runner on a treadmill."""
    path = REPOSITORY.parent / "shared" / "footage" / "zzzhushi_male_side.mp4"
    if not path.is_file():
        pytest.skip("the shared real footage is not beside this checkout")
    return first_frames(path, 16)


def person(estimate: PoseEstimate | None) -> PoseEstimate:
    assert estimate is not None
    return estimate


def test_finds_a_real_runner(runner: list[Frame]) -> None:
    with BlazePose("full").open() as estimator:
        (region,) = estimator.find(runner[0].rgb)
        estimates = [person(estimator.look(frame.rgb, region)) for frame in runner]
    height_px, width_px = runner[0].rgb.shape[:2]
    for estimate in estimates:
        assert estimate.xy_px.shape == (33, 2)
        assert estimate.visibility.shape == (33,)
        assert estimate.world_m.shape == (33, 3)
        assert 0 <= estimate.visibility.min() <= estimate.visibility.max() <= 1
        assert (estimate.xy_px[[NOSE, LEFT_HIP]] > 0).all()
        assert (estimate.xy_px[[NOSE, LEFT_HIP]] < [width_px, height_px]).all()
        head_y, hip_y = estimate.xy_px[NOSE, 1], estimate.xy_px[LEFT_HIP, 1]
        feet_y = estimate.xy_px[[LEFT_ANKLE, RIGHT_ANKLE], 1]
        assert head_y < hip_y < feet_y.max()


def test_same_numbers_every_time(runner: list[Frame]) -> None:
    first, second = (track_poses(runner, BlazePose("lite")) for _ in range(2))
    np.testing.assert_array_equal(first.xy_px, second.xy_px)
    np.testing.assert_array_equal(first.world_m, second.world_m)
    assert first.found.all()


def mediapipes_own(frames: list[Frame]) -> np.ndarray:
    """Landmarks of MediaPipe's own loop, whose filter lets frames pass that claim to be far apart."""
    from mediapipe import Image, ImageFormat
    from mediapipe.tasks.python.core.base_options import BaseOptions
    from mediapipe.tasks.python.vision import PoseLandmarker, PoseLandmarkerOptions, RunningMode

    bundle = BaseOptions(model_asset_path=str(MEDIAPIPE_BUNDLE))
    options = PoseLandmarkerOptions(bundle, running_mode=RunningMode.VIDEO)
    with PoseLandmarker.create_from_options(options) as landmarker:
        results = [
            landmarker.detect_for_video(Image(ImageFormat.SRGB, frame.rgb), 100_000 * number).pose_landmarks[0]
            for number, frame in enumerate(frames, 1)
        ]
    return np.array([[(point.x, point.y) for point in result] for result in results]) * frames[0].size_px


def test_landmarks_are_those_of_mediapipe(runner: list[Frame]) -> None:
    """They hang on where the frame before showed the person; the yardstick is MediaPipe that starts later."""
    settled = 3

    def typically_off_px(one: np.ndarray, other: np.ndarray) -> float:
        return float(np.median(np.linalg.norm(one - other, axis=2)))

    own = mediapipes_own(runner)[settled:]
    itself_px = max(typically_off_px(mediapipes_own(runner[n:])[settled - n :], own) for n in (1, 2, 3))
    ours = track_poses(runner, BlazePose("full")).xy_px[settled:]
    assert typically_off_px(ours, own) < 1.25 * itself_px < 0.02 * np.ptp(own[..., 1])


def test_a_frame_is_looked_at_for_itself(runner: list[Frame]) -> None:
    with BlazePose("lite").open() as estimator:
        (region,) = estimator.find(runner[-1].rgb)
        alone = person(estimator.look(runner[-1].rgb, region))
        estimator.look(runner[0].rgb, region)
        after = person(estimator.look(runner[-1].rgb, region))
    np.testing.assert_array_equal(after.xy_px, alone.xy_px)


def test_landmarks_follow_a_picture_that_jumps(runner: list[Frame]) -> None:
    """A smoothing filter would hold them back."""
    rgb = runner[-1].rgb
    shift_px = 24
    shifted = np.ascontiguousarray(np.roll(rgb, shift_px, axis=1))
    with BlazePose("full").open() as estimator:
        (region,) = estimator.find(rgb)
        before, after = (person(estimator.look(picture, region)) for picture in (rgb, shifted))
    assert np.median(after.xy_px[:, 0] - before.xy_px[:, 0]) == pytest.approx(shift_px, abs=3)


def test_nobody_in_an_empty_picture() -> None:
    empty = np.zeros((120, 160, 3), dtype=np.uint8)
    with BlazePose("lite").open() as estimator:
        assert estimator.find(empty) == estimator.find(empty, thorough=True) == ()
        assert estimator.look(empty, Region(80, 60, 100, 0)) is None


def test_finds_the_runner_in_every_sample_video() -> None:
    samples = sorted((REPOSITORY / "sample_videos").glob("*.mp4"))
    if not samples:
        pytest.skip("sample_videos/ holds no videos yet")
    for path in samples[:2]:
        track = track_poses(first_frames(path, 12), BlazePose("full"))
        assert track.found.mean() > 0.5, path.name


def test_unknown_model() -> None:
    with pytest.raises(ModelError, match="There is no pose model"), BlazePose("huge").open():
        pass


def test_damaged_bundle_is_one_clear_line(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "odd.task", "w") as bundle:
        bundle.writestr("pose_detector.tflite", b"odd")
        bundle.writestr("pose_landmarks_detector.tflite", b"odd")
    backend = BlazePose(str(tmp_path / "odd.task"))
    with pytest.raises(ModelError, match="cannot be loaded") as caught, backend.open():
        pass
    assert "\n" not in str(caught.value)


RUN = """
import sys
from pathlib import Path
import numpy as np
from footstrike.pose import BlazePose
from footstrike.video import open_video
with BlazePose("lite").open() as estimator:
    estimator.find(np.zeros((120, 160, 3), dtype=np.uint8))
    if len(sys.argv) > 1:
        with open_video(Path(sys.argv[1])) as reader:
            people = [estimator.find(frame.rgb) for frame in reader.frames(range(3))]
        assert people[-1]
print("our own words", file=sys.stderr)
"""


def test_the_library_says_nothing_on_the_screen() -> None:
    footage = REPOSITORY.parent / "shared" / "footage" / "zzzhushi_male_side.mp4"
    clips = [str(footage)] if footage.is_file() else []
    result = subprocess.run([sys.executable, "-c", RUN, *clips], capture_output=True, text=True, check=True)
    assert result.stderr == "our own words\n"
    assert result.stdout == ""
