"""What can be done with build plans and plates."""

from __future__ import annotations

from .plans import approve_plan, draft_plan, void_plan
from .plates import approve_plate, compose_plate, request_composition, void_plate
from .reviews import acknowledge_plan, request_review, resolve_review
from .revisions import revise_plan
from .slices import fail_slice, record_output, request_slice, reuse_output

__all__ = [
    "acknowledge_plan",
    "approve_plan",
    "approve_plate",
    "compose_plate",
    "draft_plan",
    "fail_slice",
    "record_output",
    "request_composition",
    "request_review",
    "request_slice",
    "resolve_review",
    "reuse_output",
    "revise_plan",
    "void_plan",
    "void_plate",
]
