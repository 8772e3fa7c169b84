"""A short slice of the corpus; the whole is ``python -m tests.fuzz``."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from .campaign import SAMPLE, fuzz
from .mutations import mutated
from .originals import make_originals


def test_the_corpus_is_the_same_every_time(tmp_path: Path) -> None:
    originals = make_originals(tmp_path, SAMPLE)
    once = [mutated(seed, originals) for seed in range(2 * len(originals))]
    assert once == [mutated(seed, originals) for seed in range(2 * len(originals))]
    assert sum(content == path.read_bytes() for (_, content), path in zip(once, originals * 2, strict=True)) == 0


ONCE_FAULTY = (244, 1189)
"""Both asked for more memory than there is, which was taken for a shortage."""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot wait for a pipe")
def test_slice_of_the_corpus() -> None:
    findings = fuzz((*range(60), *ONCE_FAULTY))
    assert findings.faults == [], findings.summary
    assert sum(findings.ends.values()) == 60 + len(ONCE_FAULTY)
    assert min(findings.ends["analysed"], findings.ends["refused in one line"]) >= 5
