"""A whole batch, on landmarks files, which are quick: all that it leaves behind."""

from __future__ import annotations

import builtins
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from footstrike import Settings
from footstrike.batch import Clip, ThisMachine, find_clips, run_batch
from footstrike.batch.tables import COLUMNS
from footstrike.data import STEP_COLUMNS
from footstrike.errors import ModelError, OutputError

ONE = ThisMachine(workers=1)


@pytest.fixture(scope="module")
def batch(tmp_path_factory: pytest.TempPathFactory, landmarks_file: Path) -> Path:
    """A batch of three clips, one of which is refused."""
    place = tmp_path_factory.mktemp("batch")
    for name in ("mon/run.npz", "tue/läuf & <b>.npz"):
        (place / "club" / name).parent.mkdir(parents=True)
        (place / "club" / name).write_bytes(landmarks_file.read_bytes())
    (place / "club" / "empty.npz").touch()
    clips = find_clips([place / "club" / "**" / "*.npz"], place / "out")
    told: list[tuple[int, int, str]] = []
    done = run_batch(
        clips, place / "out", engine=ONE, on_clip=lambda n, total, result: told.append((n, total, result.name))
    )
    assert [result.name for result in done.results] == ["empty", "mon/run", "tue/läuf & <b>"]
    assert [(n, total) for n, total, _ in told] == [(1, 3), (2, 3), (3, 3)]
    assert (done.count("done"), done.count("refused"), done.complete) == (2, 1, False)
    return place / "out"


def test_files(batch: Path) -> None:
    files = {path.relative_to(batch).as_posix() for path in batch.rglob("*") if path.is_file()}
    results = {"report.html", "steps.csv", "summary.json", "landmarks.npz", "clip.json"}
    expected = {"batch.csv", "batch.parquet", "batch.json", "batch.html", "clips/empty/clip.json"}
    expected |= {f"clips/{clip}/{name}" for clip in ("mon/run", "tue/läuf & <b>") for name in results}
    assert files == expected


def test_table_is_the_clips_tables(batch: Path) -> None:
    table = pd.read_csv(batch / "batch.csv", keep_default_na=False, dtype=str)
    assert tuple(table.columns) == COLUMNS == ("clip", *STEP_COLUMNS)
    for clip, rows in table.groupby("clip"):
        single = pd.read_csv(batch / "clips" / str(clip) / "steps.csv", keep_default_na=False, dtype=str)
        assert_frame_equal(rows.drop(columns="clip").reset_index(drop=True), single)
    assert table["clip"].nunique() == 2


def test_parquet_is_the_table(batch: Path) -> None:
    texts = dict.fromkeys(("clip", "foot", "side", "strike", "overstride", "reasons"), str)
    table = pd.read_csv(batch / "batch.csv", dtype=texts).fillna(dict.fromkeys(texts, ""))
    parquet = pd.read_parquet(batch / "batch.parquet")
    assert_frame_equal(parquet, table, check_dtype=False)
    assert parquet["step"].dtype.kind == "i" and parquet["contact_time_s"].dtype.kind == "f"


def test_status_of_every_clip(batch: Path) -> None:
    content = json.loads((batch / "batch.json").read_text(encoding="utf-8"))
    assert content["schema"] == "footstrike-batch/1"
    assert {clip["clip"]: clip["status"] for clip in content["clips"]} == {
        "empty": "refused", "mon/run": "done", "tue/läuf & <b>": "done"
    }  # fmt: skip
    assert "is empty" in content["clips"][0]["reason"] or "not a landmarks file" in content["clips"][0]["reason"]


def test_page_escapes_names_and_links_to_reports(batch: Path) -> None:
    page = (batch / "batch.html").read_text(encoding="utf-8")
    assert "läuf &amp; &lt;b&gt;" in page and "<b>.npz" not in page
    assert 'href="clips/tue/l%C3%A4uf%20%26%20%3Cb%3E/report.html"' in page
    assert page.index("Not analysed (1)") < page.index("mon/run")
    assert "http:" not in page and "https:" not in page and "@import" not in page


def test_goes_on_where_it_stopped(batch: Path) -> None:
    tables = {name: (batch / name).read_bytes() for name in ("batch.csv", "batch.parquet")}
    clips = find_clips([batch.parent / "club" / "**" / "*.npz"], batch)
    assert len(clips) == 3
    done = run_batch(clips, batch, engine=ONE)
    assert (done.count("skipped"), done.count("refused")) == (2, 1)
    assert tables == {name: (batch / name).read_bytes() for name in tables}


def test_nothing_done_is_a_batch_too(tmp_path: Path) -> None:
    (tmp_path / "empty.mp4").touch()
    done = run_batch(find_clips([tmp_path / "empty.mp4"], tmp_path / "out"), tmp_path / "out", engine=ONE)
    assert done.count("refused") == 1
    assert pd.read_parquet(done.folder / "batch.parquet").empty
    assert "1 of 1 clip was not analysed (1 refused, 0 failed)" in done.shortfall


def test_without_pyarrow_an_older_table_goes(batch: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    imported = builtins.__import__

    def without_pyarrow(name: str, *rest: Any, **named: Any) -> Any:
        if name.startswith("pyarrow"):
            raise ImportError(name)
        return imported(name, *rest, **named)

    with monkeypatch.context() as bare:
        bare.setattr(builtins, "__import__", without_pyarrow)
        done = run_batch(find_clips([batch.parent / "club" / "mon" / "*.npz"], batch), batch, engine=ONE)
    assert not done.has_parquet and not (batch / "batch.parquet").exists()
    assert "footstrike[batch]" in done.summary


@pytest.mark.parametrize("content", ["mine.txt", "clips/run/steps.csv"])
def test_folder_of_something_else_is_left_alone(content: str, tmp_path: Path) -> None:
    (tmp_path / "out" / content).parent.mkdir(parents=True)
    (tmp_path / "out" / content).write_text("precious")
    with pytest.raises(OutputError, match="no batch"):
        run_batch((Clip("run", tmp_path / "run.mp4"),), tmp_path / "out", engine=ONE)
    assert [path.name for path in (tmp_path / "out").iterdir()] == [content.partition("/")[0]]


def test_fault_of_all_is_said_once(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no pose model"):
        run_batch([], tmp_path / "out", Settings(model="best.task"), engine=ONE)
    assert not (tmp_path / "out").exists()
