"""What parts look like from above, as their preflights measured them: the silhouettes on cards, tiles and beds."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from apps.parts.models import Preflight

Outline = tuple[tuple[int, int], ...]
"""Corners in µm, counter-clockwise; empty where none was measured (supplied G-code)."""


def outlines(revision_ids: Iterable[UUID | None]) -> dict[UUID, Outline]:
    """Return the outline of each of these part revisions, by its newest preflight. One statement."""
    wanted = {one for one in revision_ids if one is not None}
    if not wanted:
        return {}
    rows = Preflight.objects.filter(revision_id__in=wanted).order_by("id").values_list("revision_id", "metrics__footprint_um")
    return {revision_id: _outline(corners) for revision_id, corners in rows}


def _outline(corners: Any) -> Outline:
    if not isinstance(corners, list) or len(corners) < 3:
        return ()
    return tuple((int(x), int(y)) for x, y in corners)
