"""What was found of a recording, in plain values and plain words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from footstrike.data import Note
from footstrike.text import printable
from footstrike.texts import lowered, table, text

Level = Literal["ok", "info", "caution", "serious", "blocking"]
"""How much something matters; what is blocking cannot be analysed."""
Topic = Literal[
    "person", "view", "activity", "rate", "playback", "size", "feet", "camera", "light", "blur", "amount", "file"
]
"""What was looked at."""
LEVELS: tuple[Level, ...] = ("blocking", "serious", "caution", "info", "ok")
"""The worst first."""
FILMING_PAGE = "docs/filming.md"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a recording shows of how it was made.

    Parameters
    ----------
    topic
        What was looked at, one word.
    code
        What was found, one word that stays the same: ``view_side``, ``low_fps``, ...
    level
        How much it matters.
    found
        What was found, one sentence.
    costs
        What that costs the analysis; empty where it costs nothing.
    action
        How to film better, or what to do; empty where nothing is to be done.
    """

    topic: Topic
    code: str
    level: Level
    found: str
    costs: str = ""
    action: str = ""

    @property
    def sentences(self) -> str:
        """Everything it says, in one line."""
        return " ".join(filter(None, (self.found, self.costs, self.action)))

    @property
    def page(self) -> str:
        """Where the documents say more on how to film; empty where there is nothing to do."""
        return f"{FILMING_PAGE}#{self.topic}" if self.action else ""

    @property
    def lines(self) -> tuple[str, ...]:
        """The finding as lines of a table without rules, to stand after the level's column."""
        topic = _in_column(table("words.topic"), self.topic)
        more = [printable(sentence) for sentence in (self.costs, self.action) if sentence]
        return (f"{topic}  {printable(self.found)}", *(f"{'':{len(topic)}}  {sentence}" for sentence in more))

    @property
    def label(self) -> str:
        """The level, as wide as the column of levels."""
        return _in_column(table("words.level"), self.level)


def finding(topic: Topic, code: str, level: Level, case: str = "", /, **values: object) -> Finding:
    """Return a finding in the words that the catalogue has for its code.

    Parameters
    ----------
    topic, code, level
        As in :class:`Finding`.
    case
        Which of several ways it was found in, where the catalogue tells them apart.
    values
        What stands for the placeholders.
    """
    key = f"findings.{code}"
    found = text(f"{key}.found.{case}" if case else f"{key}.found", **values)
    costs, action = (text(f"{key}.{part}", **values) if part in table(key) else "" for part in ("costs", "action"))
    return Finding(topic, code, level, found, costs, action)


def _in_column(words: Mapping[str, str], name: str) -> str:
    """Return the word for a name, as wide as the widest of its kind."""
    return f"{words[name]:{max(map(len, words.values()))}}"


def worst_first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the findings in the order of their levels."""
    return tuple(sorted(findings, key=lambda finding: LEVELS.index(finding.level)))


def blocking(findings: Iterable[Finding]) -> Finding | None:
    """Return the first finding that keeps the recording from being analysed, if there is one."""
    return next((finding for finding in findings if finding.level == "blocking"), None)


def notes_of(findings: Iterable[Finding]) -> tuple[Note, ...]:
    """Return what a user must know before trusting an analysis, most serious first."""
    return tuple(
        Note(finding.code, finding.level, " ".join(filter(None, (finding.found, finding.costs))), finding.action)
        for finding in worst_first(findings)
        if finding.level in ("info", "caution", "serious")
    )


def conclusion(findings: Iterable[Finding]) -> str:
    """Return what all findings come to, in one line."""
    findings = worst_first(findings)
    if stops := blocking(findings):
        return text("terminal.check.conclusion.blocked", found=lowered(stops.found))
    doubtful = dict.fromkeys(finding.topic for finding in findings if finding.level in ("serious", "caution"))
    if not doubtful:
        return text("terminal.check.conclusion.good")
    topics = ", ".join(text(f"words.topic.{topic}") for topic in doubtful)
    return text("terminal.check.conclusion.care", topics=topics)
