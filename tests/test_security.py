"""What docs/security.md promises: files only, nothing run from data, no name that a page or terminal obeys."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from footstrike.cli import run
from footstrike.errors import VideoError
from footstrike.pose.models import find_model
from footstrike.report.page.page import script_hash
from footstrike.video import VideoWriter, open_video

FOOTSTRIKE = [sys.executable, "-m", "footstrike"]
OPEN_IT = (
    "import sys, pathlib\nfrom footstrike.video import open_video\nlist(open_video(pathlib.Path(sys.argv[1])).frames())"
)

OPEN_CARELESSLY = "import av, sys; av.open(sys.argv[1], options={'enable_drefs': '1', 'use_absolute_path': '1'})"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty current folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


# Files only, and only the one that was given ----------------------------------------------------------


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """A whole video that no other file may make the decoder open."""
    path = tmp_path / "secret.mp4"
    with VideoWriter(path, 160, 96) as writer:
        for number in range(12):
            writer.write(np.full((96, 160, 3), 20 * number, np.uint8), number / 30)
    return path


def pointing_at(target: str) -> Iterator[tuple[str, str]]:
    """Yield files that ask a player to open ``target``: their names and what they hold."""
    yield "list.m3u8", f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{target}\n#EXT-X-ENDLIST\n"
    yield "master.m3u8", f"#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n{target}\n"
    yield "key.m3u8", f'#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI="{target}"\n#EXTINF:1,\n{target}\n#EXT-X-ENDLIST\n'
    yield "list.ffconcat", f"ffconcat version 1.0\nfile '{target}'\n"
    yield "list.txt", f"file '{target}'\n"
    yield (
        "stream.sdp",
        f"v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\na=control:{target}\nm=video 9 RTP/AVP 96\n",
    )
    yield (
        "list.mpd",
        (
            '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static"><Period><AdaptationSet>'
            f'<Representation id="1" bandwidth="1" mimeType="video/mp4"><BaseURL>{target}</BaseURL></Representation>'
            "</AdaptationSet></Period></MPD>"
        ),
    )
    yield "list.imf", f'<?xml version="1.0"?><AssetMap><Path>{target}</Path></AssetMap>'
    yield "list.pls", f"[playlist]\nFile1={target}\nNumberOfEntries=1\n"
    yield "list.asx", f'<asx version="3.0"><entry><ref href="{target}"/></entry></asx>'
    yield "list.ram", f"{target}\n"
    yield "script.avs", f'AviSource("{target}")\n'
    yield "script.vpy", f"open({target!r}, 'rb')\n"


TARGETS = ("{}", "file:{}", "file://{}", "concat:{}|{}", "subfile,,start,0,end,0,,:{}", "cache:{}", "async:{}")
ADDRESSES = (
    "http://127.0.0.1:9/a.mp4",
    "tcp://127.0.0.1:9",
    "rtsp://127.0.0.1:9/a",
    "data:video/mp4;base64,AAAA",
    "pipe:0",
)


def test_files_that_point_elsewhere_are_refused(secret: Path, folder: Path) -> None:
    targets = [target.replace("{}", str(secret)) for target in TARGETS] + list(ADDRESSES)
    count = 0
    for target in targets:
        for name, content in pointing_at(target):
            for called in (name, "run.mp4"):
                (folder / called).write_text(content)
                with pytest.raises(VideoError, match="not a video that can be read"):
                    open_video(folder / called)
                count += 1
    assert count == 2 * len(targets) * 13


NO_FILES = (
    *("concat:secret.mp4|secret.mp4", "file:secret.mp4", "subfile,,start,0,end,0,,:secret.mp4", "cache:secret.mp4"),
    *("http://127.0.0.1:9/a.mp4", "data:video/mp4;base64,AAAA", "pipe:0", "secret%0d.mp4", "glob:*.mp4", "*.mp4", "-"),
)


@pytest.mark.parametrize("given", NO_FILES)
def test_names_are_names_of_files_and_nothing_else(given: str, secret: Path) -> None:
    with pytest.raises(VideoError, match=r"does not exist|is an address"):
        open_video(Path(given))


def with_data_elsewhere(video: Path, target: Path) -> bytes:
    """Return an mp4 whose header says that the pictures lie in another file (a QuickTime alias)."""
    content = bytearray(video.read_bytes())
    start = content.index(b"dref") - 4
    name = str(target).encode()
    alias = (
        bytes(10)
        + bytes([27])
        + b"disk".ljust(27, b"\0")
        + bytes(12)
        + bytes([len(name[:63])])
        + name[:63].ljust(63, b"\0")
    )
    alias += bytes(16) + b"\0\1\0\1" + bytes(16)
    for kind in (2, 18):  # the whole path, as on a disk and as POSIX has it
        alias += kind.to_bytes(2, "big") + len(name).to_bytes(2, "big") + name + bytes(len(name) % 2)
    alias += b"\xff\xff\0\0"
    entry = b"alis" + bytes(4) + alias
    entry = (len(entry) + 4).to_bytes(4, "big") + entry
    old = int.from_bytes(content[start : start + 4], "big")
    new = b"dref" + bytes(4) + (1).to_bytes(4, "big") + entry
    new = (len(new) + 4).to_bytes(4, "big") + new
    for atom in (b"moov", b"trak", b"mdia", b"minf", b"dinf"):
        at = content.rindex(atom, 0, start) - 4
        size = int.from_bytes(content[at : at + 4], "big") + len(new) - old
        content[at : at + 4] = size.to_bytes(4, "big")
    content[start : start + old] = new
    return bytes(content)


def test_pictures_in_another_file_are_not_looked_for(secret: Path, folder: Path) -> None:
    with VideoWriter(folder / "own.mp4", 160, 96) as writer:
        for number in range(3):
            writer.write(np.full((96, 160, 3), 200, np.uint8), number / 30)
    content = with_data_elsewhere(folder / "own.mp4", secret)
    (folder / "run.mov").write_bytes(content)
    careless = files_opened_for(folder / "run.mov", OPEN_CARELESSLY)
    assert [line for line in careless if "secret" in line] != [], "the file would tempt nobody"
    opened = files_opened_for(folder / "run.mov")
    assert any(str(folder / "run.mov") in line for line in opened)
    assert [line for line in opened if "secret" in line] == []


@pytest.mark.parametrize(
    "name",
    ["run.mp4", *(pytest.param(name, marks=pytest.mark.slow) for name in ("list.m3u8", "list.ffconcat", "list.mpd"))],
)
def test_playlist_opens_nothing_else(name: str, secret: Path, folder: Path) -> None:
    content = dict(pointing_at(str(secret))).get(name) or dict(pointing_at(str(secret)))["list.m3u8"]
    (folder / name).write_text(content)
    assert [line for line in files_opened_for(folder / name) if "secret" in line] == []


def files_opened_for(video: Path, how: str = OPEN_IT) -> list[str]:
    """Return the system calls that open files or addresses while a video is read."""
    log = video.with_name("calls.txt")
    trace = ["strace", "-f", "-e", "trace=open,openat,openat2,connect,execve", "-s", "400", "-o", str(log)]
    if shutil.which("strace") is None or subprocess.run([*trace, "true"], capture_output=True).returncode:
        pytest.skip("strace is not here to watch system calls")
    subprocess.run([*trace, sys.executable, "-c", how, str(video)], capture_output=True)
    return log.read_text().splitlines()


# Nothing is run from data ------------------------------------------------------------------------------


@pytest.mark.slow
def test_analysis_starts_no_other_program(landmarks_file: Path, folder: Path) -> None:
    log = folder / "calls.txt"
    trace = ["strace", "-f", "-e", "trace=execve", "-o", str(log)]
    if shutil.which("strace") is None or subprocess.run([*trace, "true"], capture_output=True).returncode:
        pytest.skip("strace is not here to watch system calls")
    done = subprocess.run([*trace, *FOOTSTRIKE, "analyze", str(landmarks_file), "-o", "out"], capture_output=True)
    assert done.returncode == 0
    assert len(re.findall(r"execve\(.*= 0$", log.read_text(), re.MULTILINE)) == 1


@pytest.mark.slow
def test_code_beside_the_recording_is_not_run(landmarks_file: Path, folder: Path) -> None:
    command = Path(sys.executable).with_name("footstrike")
    if not command.exists():
        pytest.skip("the command is not installed beside this Python")
    for name in ("numpy", "av", "scipy", "sitecustomize", "usercustomize", "footstrike", "conftest"):
        (folder / f"{name}.py").write_text(f"open('pwned by {name}', 'w')\nraise SystemExit(9)\n")
    shutil.copy(landmarks_file, folder / "run.npz")
    done = subprocess.run([str(command), "analyze", "run.npz"], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert not list(folder.glob("pwned*"))


def test_models_come_from_the_installation_only(folder: Path) -> None:
    for place in ("full", "pose_landmarks_full.tflite", "models/pose_landmarks_full.tflite"):
        (folder / place).parent.mkdir(exist_ok=True)
        (folder / place).write_bytes(b"not the model")
    find_model.cache_clear()
    assert folder not in find_model("full").path.parents


# Names are text, in pages and on terminals -------------------------------------------------------------

HOSTILE = (
    "<script>alert(1)<!--",
    "\"><img src=x onerror='alert(1)'>",
    "{{ 7*7 }}{% raw %}",
    "' onmouseover=alert(1) x='",
    "&lt;b&gt;&amp;",
)
ALLOWED_TAGS = frozenset(
    [
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "main",
        "header",
        "section",
        "article",
        "footer",
        "h1",
        "h2",
        "h3",
        "h4",
        "p",
        "div",
        "span",
        "dl",
        "dt",
        "dd",
        "ul",
        "ol",
        "li",
        "figure",
        "figcaption",
        "img",
        "strong",
        "em",
        "b",
        "i",
        "br",
        "table",
        "caption",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "details",
        "summary",
        "pre",
        "code",
        "small",
        "a",
        "svg",
        "g",
        "line",
        "circle",
        "rect",
        "path",
        "text",
        "defs",
        "use",
        "clippath",
        "metadata",
        "rdf:rdf",
        "cc:work",
        "dc:type",
        "dc:format",
        "button",
        "fieldset",
        "form",
        "input",
        "label",
        "legend",
        "script",
        "video",
    ]
)


class Page(HTMLParser):
    """What a browser would find in a page that it might obey."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.policy = ""
        self.words = ""
        self.script = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if given.get("http-equiv") == "Content-Security-Policy":
            self.policy = given["content"]
        self.script = given.get("type") or "code" if tag == "script" else ""
        if tag not in ALLOWED_TAGS or any(name.startswith("on") for name in given):
            self.faults.append(self.get_starttag_text() or tag)
        address = given.get("src") or given.get("href") or ""
        if address and not address.startswith(("data:image/jpeg;base64,", "#", "clips/")):
            self.faults.append(address)

    def handle_data(self, data: str) -> None:
        if not self.script:
            self.words += data
        elif self.script == "code" and script_hash(data) not in self.policy:
            self.faults.append(data)

    def handle_endtag(self, tag: str) -> None:
        self.script = ""


def hostile_landmarks(source: Path, target: Path, words: str) -> None:
    """Write a landmarks file whose every text is ``words``."""
    with zipfile.ZipFile(source) as given, zipfile.ZipFile(target, "w") as output:
        for name in given.namelist():
            if name != "metadata.npy":
                output.writestr(name, given.read(name))
        with given.open("metadata.npy") as file:
            metadata = json.loads(str(np.load(file)))
        times = np.load(given.open("time_s.npy"))
        metadata |= {"backend": words, "models": [[words, words]]}
        metadata["video"] = {
            "name": words.replace("/", ""), "sha256": words, "size_bytes": 9, "width_px": 640, "height_px": 480,
            "stored_rate_hz": "60", "rotation_deg": 0, "variable_rate": False, "codec": words, "damaged_packets": 1,
            "truncated": True,
        }  # fmt: skip
        for name, array in (("metadata", np.array(json.dumps(metadata))), ("presentation_time_s", times)):
            with output.open(f"{name}.npy", "w") as file:
                np.save(file, array)


HOSTILE_TEXT = "</title></style></script><script>alert(1)</script>"


@pytest.mark.parametrize(
    "words",
    [
        HOSTILE_TEXT,
        HOSTILE[1],
        *(pytest.param(words, marks=pytest.mark.slow) for words in HOSTILE if words != HOSTILE[1]),
    ],
)
def test_report_obeys_no_name(words: str, landmarks_file: Path, folder: Path) -> None:
    path = folder / f"{words.replace('/', '')}.npz"
    hostile_landmarks(landmarks_file, path, words)
    assert run(["analyze", str(path), "-o", "out", "--quiet"]) == 0
    page = Page((folder / "out" / "report.html").read_text(encoding="utf-8"))
    assert page.faults == []
    assert path.name in page.words and words in page.words
    assert page.policy.startswith("default-src 'none'")


@pytest.mark.slow
def test_batch_page_obeys_no_name(landmarks_file: Path, folder: Path) -> None:
    for words in HOSTILE:
        (folder / words).mkdir()
        hostile_landmarks(landmarks_file, folder / words / f"{words}.npz", words)
        (folder / words / f"refused {words}.npz").write_text("none")
    assert run(["batch", "*/*.npz", "-o", "out", "--workers", "1", "--quiet"]) == 1
    page = Page((folder / "out" / "batch.html").read_text(encoding="utf-8"))
    assert page.faults == []
    assert all(f"{words}/{words}" in page.words and f"refused {words}" in page.words for words in HOSTILE)
    assert page.policy.startswith("default-src 'none'")


@pytest.mark.slow
def test_terminal_obeys_no_name(landmarks_file: Path, folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    name = "run\x1b]0;owned\x07\x1b[2J\r.npz"
    shutil.copy(landmarks_file, folder / name)
    assert run(["analyze", name]) == 0
    assert run(["analyze", name]) == 1
    assert run(["batch", name, "-o", "out", "--workers", "1"]) == 0
    printed = "".join(capfd.readouterr())
    assert "]0;owned" in printed and not set(printed) & set("\x1b\x07\r")
