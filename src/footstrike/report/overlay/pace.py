"""When each frame is shown in the annotated video. Pure."""

from __future__ import annotations

import numpy as np

from footstrike.data import FloatArray, Session

SLOWER = 3.0
"""With slow contacts, one second of real motion around a contact takes at least so many."""
SLOW_BEFORE_S, SLOW_AFTER_S = 0.06, 0.1
REST_S = 0.3
"""So long the frame of a contact rests, on top."""


def shown_times_s(session: Session) -> FloatArray:
    """Return ``(T,)`` times of the frames in a video that slows down around contacts and rests at each.

    A recording in slow motion is slowed down less, or not at all.
    """
    time_s, real_s, factor = session.track.time_s, session.real_time_s, session.slow_motion.factor
    stretch = np.ones(len(time_s))
    rest_s = np.zeros(len(time_s))
    for step in session.steps:
        contact_s = real_s[step.contact_frame]
        first, end = np.searchsorted(real_s, (contact_s - SLOW_BEFORE_S, contact_s + SLOW_AFTER_S))
        stretch[first:end] = max(1.0, SLOWER / factor)
        rest_s[step.contact_frame] = REST_S
    return np.asarray(time_s[0] + np.r_[0.0, np.cumsum(np.diff(time_s) * stretch[:-1] + rest_s[:-1])])
