"""What the documents promise is there: columns and keys are explained, links and commands lead somewhere."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest

from footstrike import Settings, analyze, summary
from footstrike.coaching import handbook
from footstrike.data import STEP_COLUMNS
from footstrike.gait.metrics import STEP_METRICS
from footstrike.gait.quality import REASON_WEIGHT

REPOSITORY = Path(__file__).resolve().parents[1]
DOCUMENTS = [REPOSITORY / "README.md", REPOSITORY / "CHANGELOG.md", *sorted(REPOSITORY.glob("*/*.md"))]
LINK = re.compile(r"\]\(([^)#\s]+)")


@pytest.fixture(scope="module")
def outputs() -> str:
    return (REPOSITORY / "docs" / "outputs.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [*STEP_COLUMNS, *REASON_WEIGHT])
def test_column_or_reason_is_explained(name: str, outputs: str) -> None:
    assert f"`{name}`" in outputs


def test_every_key_of_the_summary_is_explained(outputs: str, landmarks_file: Path) -> None:
    keys = summary(analyze(landmarks_file, Settings())).keys()
    assert [key for key in keys if f"`{key}`" not in outputs] == []


def test_every_member_of_a_landmarks_file_is_explained(outputs: str, landmarks_file: Path) -> None:
    with np.load(landmarks_file) as members:
        metadata = json.loads(str(members["metadata"]))
        assert [name for name in (*members, *metadata) if f"`{name}`" not in outputs] == []


def test_every_metric_and_finding_is_explained(outputs: str) -> None:
    coaching = (REPOSITORY / "docs" / "coaching.md").read_text(encoding="utf-8")
    assert [name for name in STEP_METRICS if f"`{name}`" not in outputs] == []
    assert [finding.code for finding in handbook().findings if f"`{finding.code}`" not in coaching] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document: Path) -> None:
    targets = LINK.findall(document.read_text(encoding="utf-8"))
    inside = [target for target in targets if "://" not in target]
    assert [target for target in inside if not (document.parent / target).exists()] == []


@pytest.mark.parametrize("name", ["analyse", "test"])
def test_readme_gives_the_command(name: str) -> None:
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(rf"<!-- command: {name} -->\n```sh\n(.+?)\n```", readme)
    assert len(blocks) == 1
