import csv

import av
import pytest

from make_samples import REPOSITORY, SAMPLES, TRUTH_COLUMNS, truth_rows
from runner_model import strike_of_angle

SAMPLES_DIR = REPOSITORY / "sample_videos"


def by_name(sample):
    return sample.name


def test_samples_cover_strikes_directions_and_rates():
    names = [sample.name.split("_") for sample in SAMPLES]
    assert {(strike, direction) for strike, direction, _ in names} == {
        (strike, direction) for strike in ("heel", "midfoot", "forefoot") for direction in ("left", "right")
    }
    assert {rate for _, _, rate in names} == {"30fps", "60fps", "120fps"}


@pytest.mark.parametrize("sample", SAMPLES, ids=by_name)
def test_name_says_what_the_runner_does(sample):
    strike, direction, rate = sample.name.split("_")
    assert strike_of_angle(sample.model.foot_strike_angle_deg) == strike
    assert sample.model.direction == direction
    assert f"{sample.rate_hz}fps" == rate


@pytest.mark.parametrize("sample", SAMPLES, ids=by_name)
def test_truth_table_is_what_the_model_says(sample):
    with (SAMPLES_DIR / f"{sample.name}.truth.csv").open(newline="", encoding="utf-8") as file:
        reader = csv.DictReader(file)
        assert tuple(reader.fieldnames) == TRUTH_COLUMNS
        rows = list(reader)
    assert rows == truth_rows(sample)
    assert len(rows) >= 8
    assert {row["foot"] for row in rows} == {"left", "right"}
    assert all(0.05 <= float(row["contact_time_s"]) <= sample.duration_s - 0.35 for row in rows)


@pytest.mark.parametrize("sample", SAMPLES, ids=by_name)
def test_clip_has_the_rate_length_and_size_it_names(sample):
    path = SAMPLES_DIR / f"{sample.name}.mp4"
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        times = sorted(float(p.pts * p.time_base) for p in container.demux(stream) if p.pts is not None)
        assert (stream.width, stream.height) == sample.size_px
        assert stream.codec_context.name == "h264"
        assert stream.average_rate == sample.rate_hz
    assert len(times) == sample.frame_count
    assert times[0] == 0
    assert times[-1] == pytest.approx((sample.frame_count - 1) / sample.rate_hz, abs=1e-6)
    assert path.stat().st_size < 1.5e6


def test_all_clips_together_stay_small():
    assert sum(path.stat().st_size for path in SAMPLES_DIR.iterdir()) < 6e6
