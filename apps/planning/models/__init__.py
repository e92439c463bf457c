"""How things are made: build plans, plate layouts, their outputs, and plates."""

from __future__ import annotations

from .layouts import Layout, LayoutSlot, Output
from .plans import Plan, PlanReview
from .plates import BuildPlate, PlateItem, SliceFailure

__all__ = ["BuildPlate", "Layout", "LayoutSlot", "Output", "Plan", "PlanReview", "PlateItem", "SliceFailure"]
