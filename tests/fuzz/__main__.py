"""``python -m tests.fuzz``: the whole corpus."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts"))  # where the exact runner is

from .campaign import fuzz

WHOLE = 1200
KEEP = Path("build") / "fuzz_faults"
"""Not under version control."""


def main() -> int:
    """Fuzz, print what became of the files, and return 1 if there were faults."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--count", type=int, default=WHOLE, help="files to try (%(default)s)")
    parser.add_argument("--first", type=int, default=0, help="number of the first file (%(default)s)")
    parser.add_argument("--keep", type=Path, default=KEEP, help="folder for files with faults (%(default)s)")
    given = parser.parse_args()
    start_s = time.monotonic()

    def on_file(seed: int) -> None:
        done = seed - given.first + 1
        if done % 50 == 0:
            print(f"{done} of {given.count} files, {time.monotonic() - start_s:.0f} s", file=sys.stderr, flush=True)

    findings = fuzz(range(given.first, given.first + given.count), given.keep, on_file)
    print(findings.summary)
    return 1 if findings.faults else 0


if __name__ == "__main__":
    sys.exit(main())
