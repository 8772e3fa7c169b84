"""Who needs a look first, and what a panel shows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from footstrike import Settings, analyze, summary, write_outputs
from footstrike.batch import Clip, ClipResult, roster
from footstrike.batch.roster import group_of, write_roster
from footstrike.batch.work import ClipTask


@pytest.fixture(scope="module")
def plain_summary(landmarks_file: Path) -> dict[str, Any]:
    content = summary(analyze(landmarks_file))
    for verdict in content["verdict"].values():
        verdict["overstride"] = "none"
    return content


def serious(content: dict[str, Any]) -> None:
    content["warnings"] = [{"code": "view_oblique", "severity": "serious", "message": "", "action": ""}]
    unclear(content)


def unclear(content: dict[str, Any]) -> None:
    content["verdict"]["left"]["strike"] = "unclear"
    marked(content)


def one_foot(content: dict[str, Any]) -> None:
    del content["verdict"]["left"]


def marked(content: dict[str, Any]) -> None:
    content["verdict"]["right"]["overstride"] = "marked"


@pytest.mark.parametrize(
    ("change", "group"), [(serious, 1), (unclear, 2), (one_foot, 2), (marked, 3), (lambda content: None, 4)]
)
def test_group(change: Any, group: int, plain_summary: dict[str, Any]) -> None:
    content = json.loads(json.dumps(plain_summary))
    change(content)
    assert group_of(content) == group


@pytest.fixture
def page(landmarks_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The page of three clips: one refused, one good, and one too many to be drawn."""
    monkeypatch.setattr(roster, "PANELS_UP_TO", 2)
    names = ["<script>alert(1)</script>", "run", "zoe"]
    tasks = [ClipTask(Clip(name, Path(name)), tmp_path / "clips" / name, Settings()) for name in names]
    for task in tasks[1:]:
        write_outputs(analyze(landmarks_file), task.folder)
    results = [
        ClipResult(names[0], "refused", "<b>No person</b>"),
        ClipResult("run", "done"),
        ClipResult("zoe", "skipped"),
    ]
    write_roster(tmp_path / "batch.html", tasks, {result.name: result for result in results})
    return (tmp_path / "batch.html").read_text(encoding="utf-8")


def test_refused_clip_comes_first_and_is_escaped(page: str) -> None:
    assert "<script" not in page and "<b>No person" not in page
    assert "Refused: &lt;b&gt;No person&lt;/b&gt;" in page
    assert page.index("Not analysed") < page.index(">run<")


def test_panel_shows_each_foot(page: str) -> None:
    assert page.count("<circle") == len(analyze_steps(page))
    assert "Left: <strong>Heel strike (" in page and "Right: <strong>Heel strike (" in page
    assert "1 analysed, 1 analysed before, 1 refused" in page


def analyze_steps(page: str) -> list[str]:
    """One landing each, as the words under the dots count them."""
    counts = [int(part.rsplit(" ", 1)[1]) for part in page.split(" landings</p>")[:-1]]
    return ["landing"] * sum(counts)


def test_what_is_not_drawn_is_counted(page: str) -> None:
    assert "Not drawn: 1 more" in page and "zoe" not in page


def test_heights_stay_in_the_panel() -> None:
    lowest, highest = roster._height_of(-90), roster._height_of(90)
    assert 0 < highest < roster._height_of(0) < lowest < roster._HEIGHT
