"""Whether an analysis runs on this computer, what keeps it from it, and how to mend that.

Everything here works where the libraries of an analysis do not: at the top of modules only Python's own are imported.
"""

from footstrike.doctor.diagnosis import diagnose
from footstrike.doctor.findings import Finding, Severity, conclusion

__all__ = ["Finding", "Severity", "conclusion", "diagnose"]
