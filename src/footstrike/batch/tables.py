"""``batch.csv``, ``batch.parquet`` and ``batch.json``: all clips in one table each, read from the clips' folders."""

from __future__ import annotations

import csv
import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

from footstrike.batch.clips import Clip
from footstrike.batch.work import ClipResult
from footstrike.data import STEP_COLUMNS
from footstrike.errors import OutputError
from footstrike.report.outputs import STEPS

SCHEMA = "footstrike-batch/1"
COLUMNS = ("clip", *STEP_COLUMNS)
_TEXTS = frozenset({"clip", "foot", "side", "strike", "overstride", "reasons"})
_COUNTS = frozenset({"step", "contact_frame", "toe_off_frame", "bout"})
_TRUTHS = frozenset({"ankle_ahead_of_knee"})


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a hidden name to write to, which takes the place of ``path`` at the end: no half files."""
    unfinished = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        yield unfinished
        unfinished.replace(path)
    except OSError as error:
        raise OutputError(f"{path} cannot be written ({error.strerror or error}); check the free space.") from None
    finally:
        unfinished.unlink(missing_ok=True)


def write_csv(path: Path, analysed: Mapping[str, Path]) -> None:
    """Write one row per step of the clips with results, given as folder by label, in that order."""
    with replacing(path) as unfinished, unfinished.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for label, folder in analysed.items():
            writer.writerows((label, *row) for row in _step_rows(folder))


def _step_rows(folder: Path) -> Iterator[list[str]]:
    with (folder / STEPS).open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        yield from rows


def write_parquet(path: Path, table: Path) -> bool:
    """Write ``batch.csv`` again as Parquet, a piece at a time; return whether pyarrow is there to do it.

    Where it is not, an older file goes, which would no longer agree with the other tables.
    """
    try:
        from pyarrow import csv as arrow_csv
        from pyarrow import parquet
    except ImportError:
        path.unlink(missing_ok=True)
        return False
    options = arrow_csv.ConvertOptions(
        column_types=arrow_types(), null_values=[""], strings_can_be_null=False, true_values=["true"],
        false_values=["false"],
    )  # fmt: skip
    parse = arrow_csv.ParseOptions(newlines_in_values=True)
    with (
        replacing(path) as unfinished,
        arrow_csv.open_csv(table, convert_options=options, parse_options=parse) as rows,
        parquet.ParquetWriter(unfinished, rows.schema) as writer,
    ):
        for piece in rows:
            writer.write_batch(piece)
    return True


def arrow_types() -> dict[str, Any]:
    """Return the type of every column of the table."""
    import pyarrow as pa

    def type_of(column: str) -> Any:
        if column in _TEXTS:
            return pa.string()
        if column in _COUNTS:
            return pa.int64()
        return pa.bool_() if column in _TRUTHS else pa.float64()

    return {column: type_of(column) for column in COLUMNS}


def write_json(
    path: Path, clips: Sequence[Clip], results: Mapping[str, ClipResult], settings: Mapping[str, Any]
) -> None:
    """Write the status of every clip; one without a result is waiting."""
    content = {
        "schema": SCHEMA,
        "footstrike_version": version("footstrike"),
        "settings": settings,
        "clips": [_status(clip, results.get(clip.name)) for clip in clips],
    }
    text = json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False)
    with replacing(path) as unfinished:
        unfinished.write_text(text + "\n", encoding="utf-8", newline="\n")


def _status(clip: Clip, result: ClipResult | None) -> dict[str, Any]:
    return {
        "clip": clip.label,
        "file": str(clip.path).encode("utf-8", "replace").decode("utf-8"),
        "status": result.status if result else "waiting",
        "reason": result.reason if result else "",
        "seconds": result.seconds if result else None,
    }
