"""Which views yield machine-executable output, and on which terms (utilities compute, operations decide).

A view that can return G-code, toolpaths or anything else a machine will follow declares its lane::

    @in_lane(Lane.UTILITY)
    class PreviewToolpath(View): ...

The request middleware shows it as ``X-Lane`` and refuses an OPERATION request without an ``X-Request-Id``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.journal.http.middleware import LANE_HEADER
from apps.journal.http.request_id import lane_of

HEADER = LANE_HEADER

V = TypeVar("V")


class Lane(models.TextChoices):
    """The two ways machine output may come about."""

    UTILITY = "UTILITY", _("Preview: computed, not governed, never sent to a machine from here")
    OPERATION = "OPERATION", _("Operation: specified, planned, decided, executed and recorded")


def in_lane(lane: Lane) -> Callable[[V], V]:
    """Declare the lane of a view function or class (one lane per view)."""

    def declare(view: V) -> V:
        view.LANE = lane  # type: ignore[attr-defined]
        return view

    return declare


def declared(view: Callable[..., Any]) -> Lane | None:
    """Return the lane that a view from the URLconf declares, or None.

    Raises:
        ValueError: it declares something that is not a lane.
    """
    lane = lane_of(view)
    return None if lane is None else Lane(lane)
