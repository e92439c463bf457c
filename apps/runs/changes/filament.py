"""What an attempt took off the spool that was in the printer."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from apps.inventory import changes as inventory
from apps.inventory.models import Spool
from apps.journal import locks
from apps.journal.context import Context
from apps.planning.models import Output
from apps.runs.states import RunState

from .attempt import Attempt


def use_filament(ctx: Context, attempt: Attempt, *, pushed_mm: int | None) -> None:
    """Take what the attempt used off its spool; called last, because spools are locked last.

    The spool is the one that was loaded when the printer was chosen. How much: what the machine says it pushed, else what the slicer reckoned, as
    far as the print came. Without a known spool nothing is written: not known stays not known.
    """
    run = attempt.run
    spool_id = _loaded(run.printer_snapshot or {}, run.slot_feeds)
    if run.started_at is None or run.output is None or spool_id is None or not Spool.objects.filter(pk=spool_id).exists():
        return
    mg = _used_mg(run.output, pushed_mm=pushed_mm, progress=100.0 if run.state == RunState.COMPLETED else run.progress)
    if mg > 0:
        inventory.consume(ctx, locks.spool(spool_id), mg=mg)


def _used_mg(output: Output, *, pushed_mm: int | None, progress: float) -> int:
    """Return milligrams: measured millimetres at the output's own weight per length, else its estimate times ``progress`` percent."""
    if pushed_mm is not None and output.filament_mm > 0:
        return round(pushed_mm * output.filament_mg / output.filament_mm)
    return round(output.filament_mg * progress / 100)


def _loaded(snapshot: dict[str, Any], slot_feeds: dict[str, int]) -> UUID | None:
    position = next(iter(slot_feeds.values()), 0)
    for feed in snapshot.get("feeds", []):
        if feed.get("position", 0) == position and feed.get("spool"):
            return UUID(str(feed["spool"]))
    return None
