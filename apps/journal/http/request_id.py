"""Every request has an id: the sender's where it is harmless, otherwise a new one. It is in every answer, log line and recorded event."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest

from apps.journal.identity import new_id

HEADER = "X-Request-Id"
OPERATION = "OPERATION"
"""The ``LANE`` of a view whose output a machine will follow: it refuses requests that cannot be traced to their sender."""

_HARMLESS = re.compile(r"[A-Za-z0-9._-]{1,128}")
_ID = "farmos.request_id"
_GIVEN = "farmos.request_id_given"


def choose(offered: str) -> tuple[str, bool]:
    """Return the request id to use and whether it is the ``offered`` one, which may be echoed only if it is harmless in headers and logs."""
    if _HARMLESS.fullmatch(offered):
        return offered, True
    return str(new_id()), False


def attach(request: HttpRequest) -> str:
    """Decide the id of this request, remember it with the request and return it."""
    request_id, given = choose(request.headers.get(HEADER, ""))
    request.META[_ID] = request_id
    request.META[_GIVEN] = given
    return request_id


def request_id_of(request: HttpRequest) -> str:
    """Return the id of this request (empty for one that never passed the middleware)."""
    return str(request.META.get(_ID, ""))


def was_given(request: HttpRequest) -> bool:
    """Did the sender choose this request's id?"""
    return bool(request.META.get(_GIVEN, False))


def lane_of(view: Callable[..., Any]) -> str | None:
    """Return the ``LANE`` that a view function, or the class it was made from, declares."""
    owner = getattr(view, "cls", None) or getattr(view, "view_class", None) or view
    lane = getattr(owner, "LANE", None)
    return None if lane is None else str(lane)
