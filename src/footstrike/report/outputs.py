"""Everything that an analysis leaves behind, written whole or not at all."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from footstrike.data import Session
from footstrike.errors import OutputError
from footstrike.memory import give_memory_back
from footstrike.pose.landmarks_file import save_landmarks
from footstrike.report.overlay import VideoLook, WrittenVideo, build_scene, landing_pictures, write_annotated_video
from footstrike.report.page import VIDEO_NAME, render_page, steps_to_picture
from footstrike.report.paper import print_page
from footstrike.report.summary import write_summary_json
from footstrike.report.tables import write_steps_csv
from footstrike.report.workspace import workspace_beside
from footstrike.settings import available_cores

ANNOTATED, REPORT, STEPS, SUMMARY, LANDMARKS = FILE_NAMES = (
    VIDEO_NAME,
    "report.html",
    "steps.csv",
    "summary.json",
    "landmarks.npz",
)
"""What an analysis writes."""
PDF = "report.pdf"
"""Written on request; with the others the only files that footstrike ever replaces."""
LEAST_FREE_BYTES = 2_000_000
"""With less room on the disk no results fit, so the work need not begin."""

OnProgress = Callable[[int, int], None]
"""Called with frames done and frames in all while the video is written."""


@dataclass(frozen=True, slots=True)
class OutputPaths:
    """Where the results are; ``annotated`` and ``pdf`` are ``None`` where they were not written."""

    folder: Path
    annotated: Path | None
    report: Path
    steps: Path
    summary: Path
    landmarks: Path
    pdf: Path | None = None


def require_usable(folder: Path, video_path: Path | None, force: bool) -> None:
    """Raise unless results may go to ``folder``; cheap, so that it can be asked before the analysis.

    Raises
    ------
    OutputError
        If ``folder`` is a file, cannot be written to, holds something and ``force`` is not set, or if
        the recording itself would be replaced.
    """
    with _one_line(folder):
        if folder.exists() and not folder.is_dir():
            raise OutputError(f"{folder} is a file, but the results need a folder; choose another name with -o.")
        if folder.is_dir() and any(folder.iterdir()) and not force:
            raise _exists_already(folder)
        _require_writable(folder)
    targets = {os.path.realpath(folder / name) for name in (*FILE_NAMES, PDF)}
    if video_path is not None and os.path.realpath(video_path) in targets:
        raise OutputError(f"{video_path} would be replaced by its own results; choose another folder with -o.")


def _exists_already(folder: Path) -> OutputError:
    return OutputError(
        f"{folder} exists already; add --force to replace the results in it, or choose another folder with -o."
    )


def _require_writable(folder: Path) -> None:
    nearest = next(path for path in (folder.absolute(), *folder.absolute().parents) if path.exists())
    if not nearest.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, f"{nearest} is a file")
    if not os.access(nearest, os.W_OK | os.X_OK):
        raise PermissionError(errno.EACCES, f"{nearest} is closed to you")
    if shutil.disk_usage(nearest).free < LEAST_FREE_BYTES:
        raise OSError(errno.ENOSPC, "No space left on device")


def write_outputs(
    session: Session,
    folder: str | Path,
    video_path: str | Path | None = None,
    *,
    with_video: bool = True,
    look: VideoLook | None = None,
    force: bool = False,
    on_progress: OnProgress | None = None,
    jobs: int | None = None,
    browser: Path | None = None,
) -> OutputPaths:
    """Write the annotated video, page, tables and landmarks of one recording.

    Everything is written to a hidden folder first and moved at the end, so that an error or an
    interruption leaves no half results and no older ones damaged.

    Parameters
    ----------
    session
        What is known of the recording.
    folder
        Where the results go; made where it is missing.
    video_path
        The recording; ``None`` where landmarks were the input, which gives no video and no pictures.
    with_video
        Whether to write the annotated video.
    look
        Choices of that video: slow contacts, blurred face.
    force
        Whether results that are already there may be replaced. Other files in the folder stay.
    on_progress
        Called with frames done and frames in all.
    jobs
        Threads to write the video with; all cores unless told otherwise.
    browser
        A browser of :func:`footstrike.report.paper.find_browser` that prints the page to ``report.pdf``.

    Raises
    ------
    OutputError
        If the results cannot be written.
    """
    folder, video_path = Path(folder), None if video_path is None else Path(video_path)
    require_usable(folder, video_path, force)
    with _workspace(folder) as workspace:
        give_memory_back()  # what the analysis leaves lying about would add to what the encoder takes,
        written = _write_video(
            session, workspace, video_path, with_video, look, on_progress or _ignore, jobs or available_cores()
        )
        give_memory_back()  # and what that leaves, to the page's
        _write_files(session, workspace, written)
        if browser is not None:
            print_page(browser, workspace / REPORT, workspace / PDF)
        _move_into_place(workspace, folder, force)
    annotated = folder / ANNOTATED
    return OutputPaths(
        folder=folder,
        annotated=annotated if annotated.exists() else None,
        report=folder / REPORT,
        steps=folder / STEPS,
        summary=folder / SUMMARY,
        landmarks=folder / LANDMARKS,
        pdf=folder / PDF if browser is not None else None,
    )


@contextmanager
def _workspace(folder: Path) -> Iterator[Path]:
    """Give a hidden folder to write in; errors name ``folder``, the one that the user knows."""
    with _one_line(folder), workspace_beside(folder) as workspace:
        try:
            yield workspace
        except OutputError as error:
            raise OutputError(str(error).replace(str(workspace), str(folder))) from None


@contextmanager
def _one_line(folder: Path) -> Iterator[None]:
    """Turn write errors into one line that names ``folder``."""
    try:
        yield
    except OSError as error:
        raise OutputError(
            f"The results cannot be written to {folder} ({error.strerror or error}); "
            "check the folder, its permissions and the free space."
        ) from None


def _write_files(session: Session, folder: Path, written: WrittenVideo | None) -> None:
    """Write everything but the video."""
    pictures, frame_time_s = (None, None) if written is None else (written.pictures, written.frame_time_s)
    page = render_page(session, pictures, frame_time_s)
    (folder / REPORT).write_text(page, encoding="utf-8", newline="\n")
    write_steps_csv(session, folder / STEPS)
    write_summary_json(session, folder / SUMMARY)
    save_landmarks(folder / LANDMARKS, session.track, session.video)


def _write_video(
    session: Session,
    folder: Path,
    video_path: Path | None,
    with_video: bool,
    look: VideoLook | None,
    on_progress: OnProgress,
    jobs: int,
) -> WrittenVideo | None:
    """Write the annotated video where wanted; return what the page needs of it, ``None`` without a recording."""
    if video_path is None or session.video is None:
        return None
    wanted = steps_to_picture(build_scene(session))
    if not with_video:
        return WrittenVideo(landing_pictures(session, video_path, wanted), None)
    total = session.track.frame_count

    def on_frame(index: int) -> None:
        on_progress(index + 1, total)

    return write_annotated_video(session, video_path, folder / ANNOTATED, on_frame, wanted, jobs, look)


def _move_into_place(workspace: Path, folder: Path, force: bool) -> None:
    if not folder.exists():
        workspace.rename(folder)
        return
    if workspace.parent != folder and not force:  # somebody else has made it since
        raise _exists_already(folder)
    for name in (*FILE_NAMES, PDF):
        if (workspace / name).exists():
            (workspace / name).replace(folder / name)
        else:
            (folder / name).unlink(missing_ok=True)


def _ignore(done: int, total: int) -> None:
    """Report progress to nobody."""
