"""What automation may do, what was decided, what is held, what has tripped."""

from __future__ import annotations

from .breakers import Breaker, BreakerCount
from .holds import Hold
from .policies import Approval, Decision, Policy

__all__ = ["Approval", "Breaker", "BreakerCount", "Decision", "Hold", "Policy"]
