"""Whatever is given instead of a whole video or landmarks file: the documented exit code, one line, nothing left."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from . import broken
from .broken import Maker, Place, content, cut, landmarks, landmarks_cut, named, picture, with_array, with_metadata
from .command import AS_ANYBODY, Tier, case, entries, footstrike, permissions_hold

HTML = b"<html><body><video src='http://example.org/run.mp4'></video></body></html>\n" * 9


@dataclass(frozen=True)
class Fault:
    """An input that gives no result; ``words`` are part of the line that says why."""

    name: str
    make: Maker
    words: str
    exit_code: int = 1
    when: Tier = "full"


def _set(index: object, value: float) -> Callable[[np.ndarray], np.ndarray]:
    def change(array: np.ndarray) -> np.ndarray:
        array[index] = value
        return array

    return change


NOT_VIDEO, NOT_LANDMARKS = "not a video that can be read", "not a landmarks file"
FAULTS = [
    # No file to read
    Fault("missing", broken.nothing, "does not exist", when="always"),
    Fault("folder", broken.folder, "is a folder", when="ci"),
    Fault("name too long", named("x" * 300 + ".mp4"), "File name too long"),
    Fault("name that is no text", named(b"\xff\xfe.mp4"), "does not exist"),
    Fault("line break in a name", named("a\nb\x1b[31m.mp4"), "does not exist"),
    Fault("address", named("https://example.org/run.mp4"), "download the video"),
    Fault("address of a file", named("file:///etc/passwd"), "download the video"),
    Fault("protocol of the video library", named("concat:a.mp4|b.mp4"), "does not exist"),
    Fault("closed file", broken.closed_file, "cannot be read"),
    Fault("closed folder", broken.closed_folder, "cannot be read"),
    Fault("null device", named("/dev/null"), "a device or a pipe"),
    Fault("endless device", named("/dev/zero"), "a device or a pipe"),
    Fault("pipe", broken.pipe, "a device or a pipe", when="always"),
    Fault("socket", broken.unix_socket, "a device or a pipe"),
    Fault("link to nothing", broken.dangling_link, "does not exist"),
    Fault("link to itself", broken.circular_link, "cannot be read", when="ci"),
    Fault("name like an option", named("--run.mp4"), "No such option", exit_code=2),
    # Files that are no video
    Fault("empty", content("run.mp4", b""), "is empty", when="ci"),
    Fault("one byte", content("run.mp4", b"\0"), NOT_VIDEO),
    Fault("text", content("run.mp4", b"This is no video.\n" * 99), NOT_VIDEO, when="always"),
    Fault("page", content("run.mp4", HTML), NOT_VIDEO),
    Fault("zeros", content("run.mp4", bytes(100_000)), NOT_VIDEO),
    Fault("noise", content("run.mp4", np.random.default_rng(1).bytes(100_000)), NOT_VIDEO, when="ci"),
    Fault("photo", picture("run.jpg", "jpg"), NOT_VIDEO),
    Fault("photo called video", picture("run.mp4", "jpg"), NOT_VIDEO, when="ci"),
    Fault("drawing called video", picture("run.mov", "png"), NOT_VIDEO),
    Fault("sound", broken.sound, NOT_VIDEO),
    Fault("sound in a video's container", broken.sound_in_mp4, "sound only", when="ci"),
    Fault("landmarks called video", broken.landmarks_called_video, NOT_VIDEO),
    # Videos that are cut or damaged
    Fault("cut after 1 %", cut(0.01), NOT_VIDEO),
    Fault("cut after 10 %", cut(0.1), NOT_VIDEO, when="ci"),
    Fault("cut before the index", cut(0.5), NOT_VIDEO, when="always"),
    Fault("cut in the index", cut(0.99), NOT_VIDEO),
    Fault("index first, cut before the pictures", cut(0.03, options={"movflags": "+faststart"}), "no frame"),
    Fault("index first, cut in the pictures", cut(0.5, options={"movflags": "+faststart"}), "No person", when="ci"),
    Fault("mkv cut in its header", cut(0.002, "run.mkv"), NOT_VIDEO),
    Fault("mkv cut in the pictures", cut(0.5, "run.mkv"), "No person", when="ci"),
    Fault("avi cut in the pictures", cut(0.5, "run.avi", codec="mpeg4"), "No person"),
    Fault("ts cut in the pictures", cut(0.5, "run.ts"), "No person"),
    Fault("start lost", broken.cut_at_front, NOT_VIDEO),
    Fault("pictures wiped", broken.blank_middle, "no frame that can be decoded"),
    Fault("no picture", broken.no_frame, NOT_VIDEO, when="ci"),
    Fault("one picture", broken.one_frame, "No person"),
    Fault("black", broken.black, "No person", when="ci"),
    Fault("a year between two pictures", broken.a_year_long, "hours lie between two of its pictures", when="ci"),
    Fault("claims a century", broken.header_claims_a_century, "No person"),
    Fault("9,000 pixels square", broken.huge_picture, "scale it down", when="ci"),
    # Landmarks files
    Fault("no landmarks file", named("run.npz"), "no landmarks file"),
    Fault("empty landmarks file", content("run.npz", b""), NOT_LANDMARKS),
    Fault("text called landmarks", content("run.npz", b"landmarks\n" * 99), NOT_LANDMARKS),
    Fault("video called landmarks", broken.video_called_landmarks, NOT_LANDMARKS),
    Fault("landmarks cut in half", landmarks_cut(0.5), NOT_LANDMARKS, when="ci"),
    Fault("landmarks cut at the end", landmarks_cut(0.99), NOT_LANDMARKS),
    Fault("landmarks without times", landmarks(lambda all_: all_.pop("time_s.npy")), "holds no time_s"),
    Fault("landmarks that unpack to a gigabyte", broken.bomb, "claims to unpack", when="ci"),
    Fault("landmarks with a pickle", broken.pickle_inside, "elements of type object", when="always"),
    Fault("pickle called landmarks", broken.bare_pickle, NOT_LANDMARKS, when="ci"),
    Fault("times run backwards", with_array("time_s", lambda t: t[::-1]), "rise", when="ci"),
    Fault("times repeat", with_array("time_s", np.zeros_like), "rise"),
    Fault("time unknown", with_array("time_s", _set(7, np.nan)), "finite"),
    Fault("time infinite", with_array("time_s", _set(-1, np.inf)), "finite"),
    Fault("a time too few", with_array("time_s", lambda t: t[1:]), "shape"),
    Fault("no frame at all", with_array("time_s", lambda t: t[:0]), "at least one frame"),
    Fault("a landmark too few", with_array("xy_px", lambda xy: xy[:, 1:]), "shape"),
    Fault("places infinite", with_array("xy_px", _set((3, 4, 0), np.inf)), "infinite"),
    Fault("places huge", with_array("xy_px", lambda xy: xy * np.float32(1e30)), "pixels from the picture", when="ci"),
    Fault("places all unknown", with_array("xy_px", lambda xy: xy * np.nan), "No person"),
    Fault("visibility above 1", with_array("visibility", lambda v: v + 2), "between 0 and 1"),
    Fault("nothing visible", with_array("visibility", lambda v: v * 0), "legs are not seen"),
    Fault("whole numbers", with_array("xy_px", lambda xy: xy.astype(np.int64)), "elements of type"),
    Fault("metadata is a list", with_metadata(lambda values: [1, 2]), NOT_LANDMARKS),
    Fault("metadata is no JSON", with_array("metadata", lambda text: np.array("{")), NOT_LANDMARKS),
    Fault("another schema", with_metadata(lambda values: values.update(schema=99)), "schema is 99", when="ci"),
    Fault("frame size 0", with_metadata(lambda values: values.update(frame_size_px=[0, 0])), "frame size"),
    Fault("frame size infinite", with_metadata(lambda v: v.update(frame_size_px=[float("inf"), 9])), NOT_LANDMARKS),
]


@permissions_hold
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has neither pipes nor sockets in folders")
@pytest.mark.parametrize("fault", [case(fault) for fault in FAULTS])
def test_input(fault: Fault, here: Path, runner_video: Path, landmarks_file: Path) -> None:
    arguments = fault.make(Place(here, runner_video, landmarks_file))
    before = entries(here)
    quick = [] if str(arguments[0]).endswith(".npz") else ["--model", "lite"]
    run = footstrike("analyze", *arguments, "--quiet", *quick, folder=here, **AS_ANYBODY)
    run.require_fault(fault.exit_code, fault.words)
    assert entries(here) == before
