"""Gate B: does an attempt that prints go as it should? Pure functions over what its machine says, look after look."""

from __future__ import annotations

from .playbook import BETTER_STOPPED, NOTHING_WRONG, OTHER, PLAYBOOKS, SEVERITIES, Playbook, Step
from .values import USUAL, Finding, Known, Sign, Thresholds
from .watch import Watch, look

__all__ = [
    "BETTER_STOPPED",
    "NOTHING_WRONG",
    "OTHER",
    "PLAYBOOKS",
    "SEVERITIES",
    "USUAL",
    "Finding",
    "Known",
    "Playbook",
    "Sign",
    "Step",
    "Thresholds",
    "Watch",
    "look",
]
