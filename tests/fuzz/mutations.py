"""Seeded damage: to the bytes of any file, to the atoms of a movie, to the arrays of a landmarks file."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.random import Generator

EXTREMES = (0, 1, 0x7F, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
ODD_NUMBERS = (0.0, -1.0, 1e-9, 1e9, 1e30, 1e300, np.nan, np.inf, -np.inf)
ODD_VALUES = (None, -1, 0, 2**70, 1e400, "", "x" * 5000, "<script>", [], {}, [[]], True, "\x00", "../../etc/passwd")
HEAD_BYTES = 600
BRANCHES = frozenset((b"moov", b"trak", b"mdia", b"minf", b"stbl", b"dinf", b"edts"))


def mutated(seed: int, originals: list[Path]) -> tuple[str, bytes]:
    """Return file number ``seed`` of the corpus: its name and what it holds."""
    rng = np.random.default_rng(seed)
    kind = [path for path in originals if (path.suffix == ".npz") == (seed % 3 == 0)]
    original = kind[seed // 3 % len(kind)]
    content = original.read_bytes()
    if original.suffix == ".npz" and rng.random() < 0.8:
        return original.name, _changed_arrays(rng, content)
    for _ in range(rng.integers(1, 5)):
        content = MUTATIONS[rng.integers(len(MUTATIONS))](rng, content, originals)
    return original.name, content


Mutation = Callable[[Generator, bytes, list[Path]], bytes]


def flip_bits(rng: Generator, content: bytes, originals: list[Path]) -> bytes:
    """Flip up to 64 bits anywhere."""
    changed = bytearray(content)
    for _ in range(int(2 ** rng.uniform(0, 6))):
        changed[_place(rng, len(changed))] ^= 1 << rng.integers(8)
    return bytes(changed)


def wipe(rng: Generator, content: bytes, originals: list[Path]) -> bytes:
    """Write noise or one value over a run of bytes."""
    start, end = _run(rng, content)
    filling = rng.bytes(end - start) if rng.random() < 0.5 else bytes([rng.integers(256)]) * (end - start)
    return content[:start] + filling + content[end:]


def truncate(rng: Generator, content: bytes, originals: list[Path]) -> bytes:
    """Cut off the end, or now and then the beginning."""
    at = int(rng.integers(1, max(2, len(content))))
    return content[:at] if rng.random() < 0.8 else content[at:]


def cut_out(rng: Generator, content: bytes, originals: list[Path]) -> bytes:
    """Leave out a run of bytes."""
    start, end = _run(rng, content)
    return content[:start] + content[end:]


def repeat(rng: Generator, content: bytes, originals: list[Path]) -> bytes:
    """Say a run of bytes twice, the second time somewhere else."""
    start, end = _run(rng, content)
    at = _place(rng, len(content))
    return content[:at] + content[start:end] + content[at:]


def set_number(rng: Generator, content: bytes, originals: list[Path]) -> bytes:
    """Write extreme numbers of 1 to 4 bytes, mostly into the header or the index."""
    changed = bytearray(content)
    for _ in range(rng.integers(1, 6)):
        size = int(rng.choice([1, 2, 4]))
        number = int(rng.choice(EXTREMES)) % 256**size
        at = _place(rng, len(changed))
        changed[at : at + size] = number.to_bytes(size, "big" if rng.random() < 0.5 else "little")
    return bytes(changed)


def swap_atoms(rng: Generator, content: bytes, originals: list[Path]) -> bytes:
    """Swap, leave out or double the parts of a movie, on one level of its tree."""
    start, end = 0, len(content)
    atoms = _atoms(content, start, end)
    inner = _with_parts(content, atoms)
    while inner and rng.random() < 0.8:
        start, end = inner[rng.integers(len(inner))]
        start += 8
        atoms = _atoms(content, start, end)
        inner = _with_parts(content, atoms)
    parts = [content[a:b] for a, b in atoms]
    if len(parts) < 2:
        return flip_bits(rng, content, originals)
    one, other = rng.choice(len(parts), 2, replace=False)
    way = rng.random()
    if way < 0.4:
        parts[one], parts[other] = parts[other], parts[one]
    elif way < 0.7:
        parts[one] = b""
    else:
        parts[one] = parts[other]
    return content[:start] + b"".join(parts) + content[atoms[-1][1] :]


def join(rng: Generator, content: bytes, originals: list[Path]) -> bytes:
    """Go on in the middle with another file."""
    other = originals[rng.integers(len(originals))].read_bytes()
    return content[: rng.integers(len(content) + 1)] + other[rng.integers(len(other)) :]


MUTATIONS: tuple[Mutation, ...] = (flip_bits, wipe, truncate, cut_out, repeat, set_number, set_number, swap_atoms, join)


def _place(rng: Generator, length: int) -> int:
    """Return a place in a file: half the time near one of its ends, where headers and indexes are."""
    if length < 2:
        return 0
    near = rng.random()
    reach = min(HEAD_BYTES, length)
    if near < 0.3:
        return int(rng.integers(reach))
    return int(rng.integers(length - reach, length) if near < 0.5 else rng.integers(length))


def _run(rng: Generator, content: bytes) -> tuple[int, int]:
    start = _place(rng, len(content))
    return start, min(len(content), start + int(2 ** rng.uniform(0, 12)))


def _with_parts(content: bytes, atoms: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return those parts of a movie that have parts of their own."""
    return [(start, end) for start, end in atoms if content[start + 4 : start + 8] in BRANCHES]


def _atoms(content: bytes, start: int, end: int) -> list[tuple[int, int]]:
    """Return where the parts of a movie between two places begin and end."""
    found = []
    while start + 8 <= end:
        size = int.from_bytes(content[start : start + 4], "big")
        if size < 8 or start + size > end:
            break
        found.append((start, start + size))
        start += size
    return found


# Landmarks files ---------------------------------------------------------------------------------------


def _changed_arrays(rng: Generator, content: bytes) -> bytes:
    """Return a well-formed landmarks file whose arrays and texts are not."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    for _ in range(rng.integers(1, 3)):
        name = str(rng.choice(list(members)))
        array = np.load(io.BytesIO(members[name]))
        changed = _changed_text(rng, array) if name == "metadata.npy" else _changed_array(rng, array)
        members[name] = _stored(_let_pass(name, changed) if rng.random() < 0.7 else changed)
    if rng.random() < 0.1:
        members.pop(str(rng.choice(list(members))))
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return output.getvalue()


def _let_pass(name: str, array: np.ndarray) -> np.ndarray:
    """Return what passes the first checks of a landmarks file, so that the analysis itself meets it."""
    if array.dtype.kind != "f":
        return array
    if "visibility" in name:
        return np.clip(np.nan_to_num(array), 0, 1)
    if "time" in name:
        return np.unique(np.nan_to_num(array, posinf=1e6, neginf=-1e6))
    return array


def _stored(array: np.ndarray) -> bytes:
    stream = io.BytesIO()
    np.lib.format.write_array(stream, array, version=(1, 0), allow_pickle=False)
    return stream.getvalue()


def _changed_array(rng: Generator, array: np.ndarray) -> np.ndarray:
    changed = np.array(array)
    way = rng.integers(12)
    places = rng.random(changed.shape) < 10 ** rng.uniform(-3, 0)
    with np.errstate(over="ignore"):
        if way == 0:
            changed[places] = rng.choice(ODD_NUMBERS)
        elif way in (9, 10):
            changed[places] = np.nan
        elif way == 1:
            changed = changed * changed.dtype.type(rng.choice([0, -1, 1e-6, 1e3, 1e6, 1e20]))
        elif way == 2:
            changed = changed + changed.dtype.type(rng.choice([-1e9, -1, 1, 1e6]))
        elif way == 3 and len(changed) > 1:
            changed[rng.integers(len(changed))] = changed[rng.integers(len(changed))]
        elif way == 4:
            changed = changed[::-1] if rng.random() < 0.7 else changed[:: rng.choice([2, 7])]
        elif way == 5:
            changed = changed[: rng.integers(len(changed) + 1)]
        elif way == 6:
            changed = rng.permutation(changed)
        elif way == 7:
            changed = changed.astype(rng.choice(["f2", "f2", "f8", ">f8", "i4", "c16", "U4", "?"]))
        else:
            changed = changed + rng.normal(0, 10 ** rng.uniform(-2, 4), changed.shape).astype(changed.dtype)
    return changed


def _changed_text(rng: Generator, array: np.ndarray) -> np.ndarray:
    values = json.loads(str(array))
    target = values["video"] if values["video"] and rng.random() < 0.5 else values
    key = str(rng.choice(list(target)))
    if rng.random() < 0.1:
        del target[key]
    else:
        target[key] = ODD_VALUES[rng.integers(len(ODD_VALUES))]
    return np.array(json.dumps(values))
