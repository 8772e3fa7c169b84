"""The guidance is reviewed: whole, with sources, and without what footstrike never says."""

from __future__ import annotations

import copy
import re
import tomllib
from typing import Any

import numpy as np
import pytest

from footstrike.analysis import analyze, analyze_track
from footstrike.coaching import guidance, handbook
from footstrike.coaching.guidance import EVIDENCE, PATH, Guidance, handbook_from
from footstrike.coaching.rules import RULES
from footstrike.errors import InvalidValueError, ModelError
from footstrike.report import summary
from footstrike.settings import Settings
from footstrike.texts import table
from runner_model import RunnerModel, as_pose_track

NEVER_SAID = re.compile(
    r"diagnos|injur|\brisk|\bwrong|\bbad\b|fault|\bpoor|incorrect|abnormal|patholog|dysfunction|\bproper|\bideal\b|"
    r"\bmust\b|\bshould\b|\bperfect|newton|\bkn\b|\bbw\b|body ?weights?\b|loading rate|syndrome|tendinopathy|"
    r"fracture|\bcure|heal\b|prevent|heel strik|forefoot strik",
    re.IGNORECASE,
)
"""Diagnoses, promises, verdicts on a way of landing, orders, and figures of load."""
CONTENT = {"rules": tomllib.loads(PATH.read_text(encoding="utf-8")), "words": table("guidance")}
FINDINGS = handbook().findings


def texts_of(finding: Guidance) -> list[str]:
    drill = finding.drill
    said = [finding.title, finding.cue.text, finding.film_next, drill.name, drill.how, drill.dose, *drill.steps]
    return [*said, *(claim.text for claim in finding.why)]


def test_file_is_a_packaged_neighbour_of_the_code() -> None:
    assert PATH.parent.name == "coaching" and PATH.is_file()


def test_codes_differ_and_their_order_is_that_of_the_evidence() -> None:
    assert len({finding.code for finding in FINDINGS}) == len(FINDINGS)
    ranks = [EVIDENCE.index(finding.evidence) for finding in FINDINGS]
    assert ranks == sorted(ranks)


@pytest.mark.parametrize("finding", FINDINGS, ids=lambda finding: finding.code)
def test_every_finding_is_whole(finding: Guidance) -> None:
    assert all(text.strip() for text in texts_of(finding))
    assert finding.trigger["kind"] in RULES
    assert len(finding.drill.steps) >= 3, "steps from easier to harder"
    assert re.search(r"\d", finding.drill.dose) or "One run a week" in finding.drill.dose


@pytest.mark.parametrize("finding", FINDINGS, ids=lambda finding: finding.code)
def test_every_claim_has_a_source_that_exists(finding: Guidance) -> None:
    cited = [*(claim.sources for claim in finding.why), finding.cue.sources, finding.drill.sources]
    assert all(cited)
    assert set(finding.sources) <= set(handbook().sources)


def test_general_rules_have_sources_and_every_source_is_used() -> None:
    book = handbook()
    remarks = (book.all_well, book.too_little, book.one_at_a_time, book.stop_rules)
    general = {source for said in remarks for source in said.sources}
    references = {runners.source for runners in book.references.values()}
    cited = general | references | {source for finding in FINDINGS for source in finding.sources}
    assert all(said.sources for said in remarks)
    assert cited == set(book.sources)


def test_more_than_opinion_rests_on_a_study() -> None:
    for finding in FINDINGS:
        studies = [source for source in finding.sources if not source.endswith("_article")]
        assert studies or finding.evidence == "opinion", finding.code


@pytest.mark.parametrize("finding", FINDINGS, ids=lambda finding: finding.code)
def test_nothing_is_said_that_footstrike_never_says(finding: Guidance) -> None:
    assert [text for text in texts_of(finding) if NEVER_SAID.search(text)] == []


def test_nor_in_the_general_words() -> None:
    book = handbook()
    said = [book.stop_rules.text]
    said += [text for r in (book.all_well, book.too_little, book.one_at_a_time) for text in (r.message, r.film_next)]
    assert [text for text in said if NEVER_SAID.search(text)] == []


def test_thresholds_come_from_a_source() -> None:
    for finding in FINDINGS:
        if finding.trigger["kind"] == "reference":
            assert handbook().references[finding.trigger["reference"]].source in handbook().sources
            assert finding.trigger["direction"] in ("high", "low")
            assert 50 < finding.trigger["percentile"] < 100


def test_weaker_evidence_needs_a_runner_further_out() -> None:
    needed = {finding.evidence: finding.trigger.get("percentile") for finding in FINDINGS}
    assert needed["moderate"] < 95
    assert all(f.trigger.get("percentile", 95) >= 95 for f in FINDINGS if f.evidence == "opinion")


def test_all_that_the_articles_ask_for_is_in_the_summary_or_named_as_not_measurable(landmarks_file) -> None:
    keys = summary(analyze(landmarks_file, Settings(mass_kg=70.0))).keys()
    asked = handbook().asked
    assert [metric for one in asked for metric in one.metrics if metric not in keys] == []
    assert len(handbook().not_measurable) == sum(not one.metrics for one in asked) >= 5
    needs = " ".join(one.needs for one in handbook().not_measurable)
    assert all(word in needs for word in ("behind", "front", "force plate", "several films"))


MEASURED = {
    "strike": "strike_share",
    "overstride": "overstride",
    "braking proxy": "ankle_hip_distance_leg",
    "contact time": "contact_time_ms",
    "cadence": "cadence_spm",
    "vertical oscillation": "vertical_oscillation",
    "knee bend at contact": "knee_flexion_deg",
    "knee bend in stance": "knee_flexion_stance_deg",
    "ankle angle at landing": "ankle_angle_deg",
    "trunk lean from the ankle": "body_lean_deg",
    "trunk lean from the waist": "waist_bend_deg",
    "heel pull-up": "heel_pull_up_leg",
    "knee drive": "knee_drive_deg",
    "stiffness per kg": "leg_stiffness_n_m_kg",
    "stiffness with body mass": "leg_stiffness_kn_m",
    "symmetry": "symmetry",
    "heel-drop delay": "heel_drop_ms",
    "drift": "drift",
}
"""What the coaching articles ask of a side view, and where it stands in the summary."""


@pytest.fixture(scope="module")
def forefoot_summary() -> dict[str, Any]:
    """All of a runner who lands on the right forefoot, exact and long enough for every metric."""
    track = as_pose_track(RunnerModel(right_foot_strike_angle_deg=-8.0), np.arange(1200) / 120)
    return summary(analyze_track(track, None, "run", Settings(mass_kg=70.0, height_m=1.75)))


@pytest.mark.parametrize("key", MEASURED.values(), ids=MEASURED)
def test_what_the_articles_ask_for_is_a_number(key: str, forefoot_summary: dict[str, Any]) -> None:
    assert any(key in one.metrics for one in handbook().asked) or key == "leg_stiffness_kn_m"
    value = forefoot_summary[key]
    numbers = value.get("all", value)
    if key in ("symmetry", "drift"):
        assert {"contact_time_ms", "shank_angle_deg"} <= value.keys()
        return
    assert numbers.get("mean", numbers.get("value", numbers.get("n"))) is not None
    assert numbers.get("n", 1) > 0


def test_reference_between_its_speeds_is_interpolated() -> None:
    runners = handbook().references["contact_time"]
    assert runners.at(2.54) == (270, 25)
    assert runners.at((2.54 + 3.57) / 2) == pytest.approx((248, 21.5))
    assert handbook().references["trunk_lean"].at(float("nan")) == (7.3, 3.6)


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: content["words"]["findings"]["overstride"].pop("drill"),
        lambda content: content["words"]["findings"].pop("late_drift"),
        lambda content: content["rules"]["findings"][0].update(evidence="certain"),
        lambda content: content["rules"]["references"]["contact_time"].update(mean=[1.0]),
        lambda content: content["rules"]["asked"].append({"what": "both", "metrics": ["x"], "needs": "y"}),
    ],
)
def test_incomplete_guidance_is_refused(damage) -> None:
    content = copy.deepcopy(CONTENT)
    damage(content)
    with pytest.raises((InvalidValueError, KeyError)):
        handbook_from(**content)


@pytest.mark.parametrize("text", [None, "findings = [", "findings = []"])
def test_damaged_file_is_told_in_one_line(text, tmp_path, monkeypatch) -> None:
    path = tmp_path / "rules.toml"
    if text is not None:
        path.write_text(text)
    monkeypatch.setattr(guidance, "PATH", path)
    with pytest.raises(ModelError, match=r"guidance is missing or damaged \(\w+\); reinstall footstrike"):
        handbook.__wrapped__()
