"""What others ask about plans and plates."""

from __future__ import annotations

from .about import story, subjects_of_plan, subjects_of_plate
from .listing import DRAFT, LOCKED, OPEN_PLATES, of_site, waiting_for_people
from .plates import (
    is_started,
    object_in,
    object_name,
    output_for,
    overrides_of,
    plan_of,
    plates_with_canceled,
    plates_without_output,
    slice_key_of,
    wanted_of,
)
from .revising import Wish, revised, usable_versions
from .waiting import Blocker, Sentences, why_waiting

__all__ = [
    "DRAFT",
    "LOCKED",
    "OPEN_PLATES",
    "Blocker",
    "Sentences",
    "Wish",
    "is_started",
    "object_in",
    "object_name",
    "of_site",
    "output_for",
    "overrides_of",
    "plan_of",
    "plates_with_canceled",
    "plates_without_output",
    "revised",
    "slice_key_of",
    "story",
    "subjects_of_plan",
    "subjects_of_plate",
    "usable_versions",
    "waiting_for_people",
    "wanted_of",
    "why_waiting",
]
