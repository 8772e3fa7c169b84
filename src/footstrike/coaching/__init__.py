"""From findings to offers: at most three things to try, each with its measurement, sources and their strength."""

from footstrike.coaching.guidance import handbook
from footstrike.coaching.suggest import Suggestion, remark, suggestions

__all__ = ["Suggestion", "handbook", "remark", "suggestions"]
