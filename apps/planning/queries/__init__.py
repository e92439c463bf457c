"""What others ask about plans and plates."""

from __future__ import annotations

from .about import story, subjects_of_plan, subjects_of_plate
from .plates import is_started, output_for, overrides_of, plan_of, plates_with_canceled, plates_without_output, slice_key_of, wanted_of
from .waiting import Blocker, Sentences, why_waiting

__all__ = [
    "Blocker",
    "Sentences",
    "is_started",
    "output_for",
    "overrides_of",
    "plan_of",
    "plates_with_canceled",
    "plates_without_output",
    "slice_key_of",
    "story",
    "subjects_of_plan",
    "subjects_of_plate",
    "wanted_of",
    "why_waiting",
]
