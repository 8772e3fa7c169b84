"""The command line: options to settings, errors to one line and an exit code, a summary to read."""

from __future__ import annotations

import json
import os
import signal
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, replace
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, NoReturn

try:
    import click
except ImportError as error:
    sys.exit(f"footstrike: the library click does not load ({error}); {sys.executable} -m pip install click")

from footstrike.errors import DEBUG_VARIABLE, FootstrikeError, InvalidValueError, LibraryError, OutputError
from footstrike.text import printable
from footstrike.units import parse_bytes, parse_height_m, parse_mass_kg, parse_rate_hz, parse_speed_mps

if TYPE_CHECKING:
    from footstrike.report import OutputPaths, VideoLook
    from footstrike.settings import Settings

# What takes long to import is imported inside the commands, so that --help answers at once.

PROGRAM = "footstrike"
_NO_THREAD = "can't start new thread"
"""What Python says of a thread that gets no memory."""
_PATH = click.Path(path_type=Path, readable=False)
"""A path as it is given; whether it can be read is said by who reads it."""
_RESULTS_WRITTEN = (
    "The results are written, but what was found cannot be printed ({}); look into their folder, or say --quiet."
)
_NOT_PRINTED = "What was found cannot be printed ({}); print it where there is room and somebody reads."
_SEVERITY_COLOUR = {"ok": "green", "warning": "yellow", "fault": "red"}
_LEVEL_COLOUR = {"ok": "green", "info": "cyan", "caution": "yellow", "serious": "magenta", "blocking": "red"}


class Stopped(BaseException):
    """The user or the system asked the program to stop; not an error, so nothing may swallow it."""

    def __init__(self, signal_number: int) -> None:
        super().__init__(signal_number)
        self.exit_code = 128 + signal_number


def _read_by(
    parse: Callable[[str], float],
) -> Callable[[click.Context, click.Parameter, str | None], float | None]:
    """Return an option's callback that reads a number with a unit; a text that is none is a usage error."""

    def read(context: click.Context, option: click.Parameter, text: str | None) -> float | None:
        try:
            return None if text is None else parse(text)
        except InvalidValueError as error:
            raise click.BadParameter(str(error), context, option) from None

    return read


def main() -> NoReturn:
    """Run the command line and end the process with its exit code."""
    _fill_standard_streams()
    # Where memory is short, the threads that NumPy's library begins when it is loaded do not start, and it then sends
    # this process the signal of Ctrl-C. Nothing here multiplies matrices that are large enough to need them.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    for number in _stop_signals():
        signal.signal(number, _stop)
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run the command line and return its exit code; whatever goes wrong becomes one line."""
    exit_code, complaint = _outcome(arguments)
    # Only here has everything that was going on ended, such as threads that keep standard error shut.
    return _complain(complaint, exit_code) if complaint else exit_code


def _outcome(arguments: Sequence[str]) -> tuple[int, str]:
    """Run the command line; return the exit code and what there is to complain about."""
    try:
        with _quiet_libraries():
            return int(commands.main(list(arguments), prog_name=PROGRAM, standalone_mode=False) or 0), ""
    except click.UsageError as error:
        command = error.ctx.command_path if error.ctx else PROGRAM
        complaint = error.format_message().rstrip(".")
        if "extra argument" in complaint:
            complaint += f" (several videos: {PROGRAM} batch; a unit follows its number without a space)"
        return error.exit_code, f"{complaint}. See {command} --help."
    except FootstrikeError as error:
        return 1, str(error)
    except Stopped as stop:
        return stop.exit_code, "stopped before it was done."
    except Exception as error:
        if os.environ.get(DEBUG_VARIABLE):
            raise
        if isinstance(error, MemoryError) or _NO_THREAD in str(error):
            return 1, "The memory was not enough; close other programs, give --jobs 1, or cut the video."
        what = f"{type(error).__name__}: {error}"
        return 1, f"something went wrong inside ({what}); set {DEBUG_VARIABLE}=1 to see where, and report it."


@click.group(invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="footstrike", message="%(prog)s %(version)s")
@click.pass_context
def commands(context: click.Context) -> None:
    """Tell from a side-view video of a runner how each foot lands.

    Everything happens on this machine: nothing is uploaded.
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


@commands.command()
@click.argument("video", type=_PATH)
@click.option(
    "-o",
    "--output",
    type=_PATH,
    metavar="DIR",
    help="Folder for the results.  [default: VIDEO's name + _footstrike, here]",
)
@click.option("--force", is_flag=True, help="Replace results that are already there.")
@click.option("--no-video", is_flag=True, help="Write no annotated video.")
@click.option("--slow-contacts", is_flag=True, help="Slow the annotated video down around each contact.")
@click.option("--blur-face", is_flag=True, help="Blur the runner's head in the annotated video.")
@click.option("--pdf", is_flag=True, help="Print the report to report.pdf, too (needs Chromium, Chrome or Edge).")
@click.option("--quiet", is_flag=True, help="Say nothing unless something is wrong.")
@click.option("--json", "as_json", is_flag=True, help="Print summary.json instead of the summary in words.")
@click.option(
    "--capture-rate",
    callback=_read_by(parse_rate_hz),
    metavar="FPS",
    help="Frames per second that the camera took, like 240fps, for slow motion.  [default: judged from the motion]",
)
@click.option(
    "--speed",
    callback=_read_by(parse_speed_mps),
    metavar="SPEED",
    help="Running speed, like 12km/h, 3.3m/s, 5:00/km or 8:00/mi.  [default: judged from the motion]",
)
@click.option(
    "--height",
    callback=_read_by(parse_height_m),
    metavar="HEIGHT",
    help="Height of the runner, like 1.78m or 178cm, to judge the speed better.  [default: an ordinary adult's]",
)
@click.option(
    "--mass",
    callback=_read_by(parse_mass_kg),
    metavar="MASS",
    help="Mass of the runner, like 68kg or 150lb, for the stiffness in newtons per metre.  [default: per kilogram]",
)
@click.option(
    "--runner",
    default="running",
    show_default=True,
    metavar="running|largest|left|right|NUMBER|X,Y",
    help="Whom to analyse where several people are seen: the largest who runs, the largest, the outermost, one by "
    "number in the order of size, or who is seen at a point of the picture.",
)
@click.option(
    "--model",
    metavar="PATH|lite|full|heavy",
    help="One pose model for everything: one of ours or a Pose Landmarker bundle (.task).  "
    "[default: full for the whole run, then heavy around the landings]",
)
@click.option(
    "--strikes",
    type=click.Choice(["learned", "angle"]),
    default="learned",
    show_default=True,
    help="Tell heel, midfoot and forefoot by what was learned from force plates, or by published "
    "cut-offs on the foot's angle alone.",
)
@click.option(
    "--jobs",
    type=click.IntRange(1, 256),
    metavar="N",
    help="Threads to work with; results are the same.  [default: one for each core]",
)
def analyze(
    video: Path,
    output: Path | None,
    force: bool,
    no_video: bool,
    slow_contacts: bool,
    blur_face: bool,
    pdf: bool,
    quiet: bool,
    as_json: bool,
    capture_rate: float | None,
    speed: float | None,
    height: float | None,
    mass: float | None,
    runner: str,
    model: str | None,
    strikes: str,
    jobs: int | None,
) -> None:
    """Analyse VIDEO: which foot lands, when, on heel, midfoot or forefoot, and how far ahead of the knee.

    VIDEO shows a runner from the side. A landmarks.npz of an earlier analysis will do, too; it gives
    no annotated video.
    """
    try:
        from footstrike.analysis import LANDMARKS_SUFFIX
        from footstrike.analysis import analyze as analyze_recording
        from footstrike.pose.choice import RUNNING
        from footstrike.progress import shown_progress, stderr_console
        from footstrike.report import find_browser, require_usable, terminal_summary, write_outputs
    except ImportError as error:
        raise LibraryError(error) from error

    from_landmarks = video.suffix.lower() == LANDMARKS_SUFFIX
    if from_landmarks and (model is not None or runner != RUNNING):
        raise click.UsageError(
            "--model and --runner say what is looked for in a video; a landmarks file holds what was found."
        )
    look = _look(no_video or from_landmarks, slow_contacts, blur_face)
    settings = _settings(capture_rate, speed, height, mass, runner, model, strikes)
    if jobs is not None:
        settings = replace(settings, jobs=jobs)
    folder = output or Path(f"{video.stem}_footstrike")
    require_usable(folder, video, force)
    browser = find_browser() if pdf else None
    with shown_progress(stderr_console(quiet)) as on_progress:
        session = analyze_recording(video, settings, on_progress=on_progress)
        paths = write_outputs(
            session,
            folder,
            None if from_landmarks else video,
            with_video=not no_video,
            look=look,
            force=force,
            on_progress=lambda done, total: on_progress("video", done, total),
            jobs=settings.jobs,
            browser=browser,
        )
    if as_json:
        _print(paths.summary.read_text(encoding="utf-8").removesuffix("\n"))
    elif not quiet:
        _print(f"{terminal_summary(session)}\n\n{_written(paths)}")


def _look(no_video: bool, slow_contacts: bool, blur_face: bool) -> VideoLook:
    """Return the choices of the annotated video; raise where there is to be none."""
    from footstrike.report import VideoLook

    if no_video and (slow_contacts or blur_face):
        raise click.UsageError(
            "--slow-contacts and --blur-face are for the annotated video, which --no-video leaves out and which "
            "cannot be made from landmarks."
        )
    return VideoLook(slow_contacts, blur_face)


def _settings(
    capture_rate: float | None,
    speed: float | None,
    height: float | None,
    mass: float | None,
    runner: str,
    model: str | None,
    strikes: str,
) -> Settings:
    """Return the settings that the options shared by all analyses give."""
    from footstrike.settings import STRIKE_CLASSIFIERS, Settings

    with _invalid_is_misuse():
        settings = Settings(
            capture_rate_hz=capture_rate,
            speed_mps=speed,
            height_m=height,
            mass_kg=mass,
            runner=runner,
            strikes=STRIKE_CLASSIFIERS[strikes](),
        )
    return settings if model is None else replace(settings, model=model, fine_model=None)


@contextmanager
def _invalid_is_misuse() -> Iterator[None]:
    """Turn a value that cannot be into a usage error."""
    try:
        yield
    except InvalidValueError as error:
        raise click.UsageError(str(error)) from None


_SHARED_CHOICES = (
    *("no_video", "slow_contacts", "blur_face", "quiet"),
    *("capture_rate", "speed", "height", "mass", "runner", "model", "strikes"),
)
"""Options of ``analyze`` that a batch has, too, the same for all its clips."""


@commands.command(params=[option for option in analyze.params if option.name in _SHARED_CHOICES])
@click.argument("inputs", nargs=-1, required=True, metavar="FOLDER|GLOB|FILE...", type=_PATH)
@click.option(
    "-o",
    "--output",
    type=_PATH,
    default=Path("footstrike_batch"),
    show_default=True,
    metavar="DIR",
    help="Folder for all results: new, or that of an earlier batch, which goes on where it stopped.",
)
@click.option("--again", is_flag=True, help="Analyse clips again that were done before.")
@click.option("--workers", type=click.IntRange(1), metavar="N", help="Clips at a time.  [default: one on each core]")
@click.option(
    "--timeout", type=click.FloatRange(0, min_open=True), metavar="SECONDS", help="Stop a clip that takes longer."
)
@click.option(
    "--retries",
    type=click.IntRange(0),
    default=1,
    show_default=True,
    metavar="N",
    help="Try a clip again so often when its worker died or was stopped.",
)
@click.option(
    "--memory-limit",
    callback=_read_by(parse_bytes),
    metavar="SIZE",
    help="Most memory for each worker, like 2GB (Linux only).",
)
@click.option("--scheduler", metavar="ADDRESS", help="Use the Dask cluster whose scheduler is there.")
def batch(
    inputs: tuple[Path, ...],
    output: Path,
    again: bool,
    workers: int | None,
    timeout: float | None,
    retries: int,
    memory_limit: int | None,
    scheduler: str | None,
    no_video: bool,
    slow_contacts: bool,
    blur_face: bool,
    quiet: bool,
    capture_rate: float | None,
    speed: float | None,
    height: float | None,
    mass: float | None,
    runner: str,
    model: str | None,
    strikes: str,
) -> int:
    """Analyse many videos, and gather them in one page and one table.

    A folder stands for all videos in it, at any depth. A clip that cannot be analysed stops no other.
    The same command again does only what is not done yet. The exit code is 1 if a clip was not analysed.
    """
    try:
        from rich.console import Console

        from footstrike.batch import DaskCluster, ThisMachine, find_clips, run_batch
        from footstrike.progress import shown_clips
    except ImportError as error:
        raise LibraryError(error) from error

    if scheduler is not None and (workers or memory_limit):
        raise click.UsageError("--workers and --memory-limit are for this machine; a Dask cluster has its own.")
    look = _look(no_video, slow_contacts, blur_face)
    settings = _settings(capture_rate, speed, height, mass, runner, model, strikes)
    engine = (
        ThisMachine(workers, timeout, retries, memory_limit)
        if scheduler is None
        else DaskCluster(scheduler, timeout, retries)
    )
    clips = find_clips(inputs, output)
    with shown_clips(Console(stderr=True, quiet=quiet)) as on_clip:
        done = run_batch(
            clips,
            output,
            settings,
            engine=engine,
            with_video=not no_video,
            look=look,
            again=again,
            on_clip=lambda finished, total, result: on_clip(finished, total, result.sentence),
        )
    if not quiet:
        _print(done.summary)
    return 0 if done.complete else _complain(done.shortfall, 1)


@commands.command(
    params=[option for option in analyze.params if option.name in ("video", "capture_rate", "runner", "jobs")]
)
@click.option("--json", "as_json", is_flag=True, help="Print what was found as JSON.")
def check(video: Path, capture_rate: float | None, runner: str, jobs: int | None, as_json: bool) -> int:
    """Look at how VIDEO was filmed: is it good to analyse, what will be less sure, and how to film better.

    Takes some seconds, looks at a few stretches of the video, and writes nothing. The exit code is 1 if the video
    cannot be analysed.
    """
    try:
        from footstrike.capture import FILMING_PAGE
        from footstrike.checking import check as check_recording
        from footstrike.settings import Settings
        from footstrike.texts import text
    except ImportError as error:
        raise LibraryError(error) from error

    with _invalid_is_misuse():
        settings = Settings(capture_rate_hz=capture_rate, runner=runner)
    checked = check_recording(video, settings if jobs is None else replace(settings, jobs=jobs))
    if as_json:
        _echo(json.dumps(checked.as_dict(), indent=2), _NOT_PRINTED)
        return int(not checked.usable)
    lines = [*map(printable, checked.lines), ""]
    for finding in checked.findings:
        label = click.style(finding.label, fg=_LEVEL_COLOUR[finding.level])
        lines.append(f"{label}  " + f"\n{'':{len(finding.label)}}  ".join(finding.lines))
    if any(finding.action for finding in checked.findings):
        lines += ["", text("terminal.check.filming", page=FILMING_PAGE)]
    _echo("\n".join(lines), _NOT_PRINTED)
    return int(not checked.usable)


@commands.command()
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def doctor(as_json: bool) -> int:
    """Check whether an analysis runs on this computer, and say how to mend what keeps it from it.

    Loads every library, checks the models, and analyses two seconds of a drawn runner; leaves nothing behind. The exit
    code is 1 if something would stop an analysis.
    """
    from footstrike.doctor import conclusion, diagnose

    findings = []
    for finding in diagnose():
        findings.append(finding)
        if not as_json:
            click.secho(f"{finding.label}  ", fg=_SEVERITY_COLOUR[finding.severity], nl=False)
            click.echo(f"\n{'':{len(finding.label)}}  ".join(finding.lines))
    click.echo(
        json.dumps([asdict(finding) for finding in findings], indent=2) if as_json else f"\n{conclusion(findings)}"
    )
    return int(any(finding.severity == "fault" for finding in findings))


def _written(paths: OutputPaths) -> str:
    """Return one line per file: where it is and what it is for."""
    from footstrike.texts import table

    words = table("terminal.files")
    found = {name: path for name in words if (path := getattr(paths, name)) is not None}
    shown = {name: click.format_filename(path) for name, path in found.items()}
    width = max(map(len, shown.values()))
    return "\n".join(f"{shown[name]:{width}}  {words[name]}" for name in shown)


@contextmanager
def _quiet_libraries() -> Iterator[None]:
    """Keep the libraries' own advice to programmers off a user's screen."""
    with warnings.catch_warnings():
        if not os.environ.get(DEBUG_VARIABLE):
            warnings.simplefilter("ignore")
        yield


def _print(text: str) -> None:
    """Write lines to standard output once the results are written."""
    shown = "\n".join(map(printable, text.split("\n")))
    _echo(shown, _RESULTS_WRITTEN)


def _echo(text: str, otherwise: str) -> None:
    """Write to standard output; whoever reads it may be gone, and its disk may be full: ``otherwise`` says so."""
    try:
        click.echo(text)
    except OSError as error:
        # What is still waiting to be written goes nowhere, or Python would complain about it at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise OutputError(otherwise.format(error.strerror)) from None


def _complain(message: str, exit_code: int) -> int:
    with suppress(OSError):  # the exit code still says it where nobody reads
        click.echo(f"{PROGRAM}: {printable(message)}", err=True)
    return exit_code


def _fill_standard_streams() -> None:
    """Open standard streams that are closed, or a file of ours would get the number that libraries write to."""
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= 2:
        pass
    os.close(descriptor)


def _stop_signals() -> list[signal.Signals]:
    """Return the signals that ask the program to stop; a closed terminal does not where ``nohup`` says so."""
    numbers = [signal.SIGINT, signal.SIGTERM]
    if sys.platform != "win32" and signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        numbers.append(signal.SIGHUP)
    return numbers


def _stop(number: int, frame: FrameType | None) -> NoReturn:
    # Whoever presses Ctrl-C twice must not stop the clearing up.
    for other in _stop_signals():
        signal.signal(other, signal.SIG_IGN)
    raise Stopped(number)
