"""What commands of higher apps may change about stock, inside their own transaction."""

from __future__ import annotations

from apps.journal.context import Context
from apps.journal.recording import record
from apps.journal.refusals import Refusal

from . import events, queries
from .models import Spool
from .states import Amount, SpoolState

STATE = ("state", "opened_at", "ended_at", "remaining_mg", "remaining_basis", "remaining_at")


def record_state(ctx: Context, spool: Spool, before: str) -> None:
    """Record that a spool's state changed from ``before`` to what it is now."""
    changed = events.SpoolStateChanged(spool_id=spool.pk, from_state=before, to_state=spool.state)
    record(ctx.about(site_id=spool.site_id), event=changed, subjects=queries.about(spool))


def take_into_use(ctx: Context, spool: Spool) -> None:
    """Open a sealed spool (the row ``locks.spool`` returned); an open one is left as it is.

    Raises:
        Refusal: ``spool-not-usable`` when it is empty or was thrown away.
    """
    if spool.state == SpoolState.OPEN:
        return
    if spool.state != SpoolState.SEALED:
        raise Refusal("spool-not-usable", spool=spool.code, state=spool.state)
    spool.open(now=ctx.now)
    spool.save_changes(*STATE)
    record_state(ctx, spool, SpoolState.SEALED)


def consume(ctx: Context, spool: Spool, *, mg: int) -> None:
    """Take what a print used off the spool (the row ``locks.spool`` returned). What is left is an estimate from now on, never under nothing.

    How much is on a spool nobody knows stays unknown.
    """
    if mg <= 0 or spool.remaining_mg is None or spool.state != SpoolState.OPEN:
        return
    spool.remaining_mg = max(spool.remaining_mg - mg, 0)
    spool.remaining_basis = Amount.ESTIMATED
    spool.remaining_at = ctx.now
    spool.save_changes("remaining_mg", "remaining_basis", "remaining_at")
    used = events.FilamentUsed(spool_id=spool.pk, mg=mg, remaining_mg=spool.remaining_mg)
    record(ctx.about(site_id=spool.site_id), event=used, subjects=queries.about(spool))
