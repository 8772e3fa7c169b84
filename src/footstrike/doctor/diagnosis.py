"""All checks in turn, none of which can stop the others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from footstrike.doctor.findings import Finding
from footstrike.doctor.libraries import check_libraries, check_opencv
from footstrike.doctor.machine import check_cores, check_disks, check_memory, check_python
from footstrike.doctor.remedies import REINSTALL, remedy
from footstrike.doctor.trial import check_analysis, check_models

Check = Callable[[], Finding | Iterable[Finding] | None]
_ON_ITS_OWN: dict[str, Check] = {
    "versions": check_python,
    "libraries": check_libraries,
    "opencv": check_opencv,
    "memory": check_memory,
    "disk": check_disks,
}
_WITH_LIBRARIES: dict[str, Check] = {"cores": check_cores, "models": check_models, "analysis": check_analysis}


def diagnose() -> Iterator[Finding]:
    """Yield everything there is to find, as it is found; takes some seconds and leaves nothing behind.

    Models are checked and the sample is analysed only where everything before was in order: with libraries that do
    not load they would say the same again.
    """
    sound = True
    for checks in (_ON_ITS_OWN, _WITH_LIBRARIES):
        if not sound:
            yield Finding("analysis", "warning", f"not looked at for the faults above: {', '.join(checks)}")
            return
        for code, check in checks.items():
            for finding in findings_of(code, check):
                sound = sound and finding.severity != "fault"
                yield finding


def findings_of(code: str, check: Check) -> Iterator[Finding]:
    """Yield what ``check`` finds; whatever goes wrong in it is a fault of its own."""
    try:
        found = check()
        yield from () if found is None else [found] if isinstance(found, Finding) else found
    except Exception as error:
        problem = f"{type(error).__name__}: {error}"
        yield Finding(code, "fault", f"could not be looked at ({problem})", remedy(problem, REINSTALL))
