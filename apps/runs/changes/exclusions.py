"""Settling what somebody wanted left out of a print: seen to be done, or not done."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from apps.journal.context import Context
from apps.journal.event import Subject
from apps.runs import events
from apps.runs.models import Exclusion
from apps.runs.states import ExclusionDrop, ExclusionState

from .attempt import Attempt

Evidence = dict[str, Any]
SETTLED = ("state", "settled_at", "dropped_because", "evidence")
"""Columns that settling writes."""


def record_exclusion(ctx: Context, attempt: Attempt, exclusion: Exclusion, event: Any) -> None:
    """Say that ``event`` happened to one part of an attempt."""
    attempt.record(ctx, event, Subject("item", exclusion.item_id), Subject("piece", exclusion.item.piece_id))


def drop_exclusion_now(ctx: Context, attempt: Attempt, exclusion: Exclusion, *, because: ExclusionDrop, evidence: Evidence) -> None:
    """Give up leaving a part out."""
    exclusion.drop(now=ctx.now, because=because, evidence=evidence)
    exclusion.save_changes(*SETTLED)
    dropped = events.ItemExclusionDropped(
        run_id=exclusion.run_id,
        printer_id=_printer_id(attempt),
        exclusion_id=exclusion.pk,
        item_id=exclusion.item_id,
        slot=exclusion.item.slot,
        because=because,
    )
    record_exclusion(ctx, attempt, exclusion, dropped)


def drop_exclusions(ctx: Context, attempt: Attempt) -> None:
    """Give up what was asked for and not seen done when an attempt ended."""
    asked = Exclusion.objects.filter(run_id=attempt.run.pk, state=ExclusionState.ASKED).select_related("item").order_by("id")
    for exclusion in asked:
        drop_exclusion_now(ctx, attempt, exclusion, because=ExclusionDrop.RUN_ENDED, evidence={})


def _printer_id(attempt: Attempt) -> UUID:
    if attempt.run.printer_id is None:
        raise RuntimeError(f"run {attempt.run.pk} leaves out parts and is on no printer")
    return attempt.run.printer_id
