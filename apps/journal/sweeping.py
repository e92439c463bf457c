"""What may be forgotten: receipts after seven days, heartbeats of processes long gone."""

from __future__ import annotations

from datetime import timedelta

from . import clock
from .models import Heartbeat, Receipt

RECEIPTS_KEPT = timedelta(days=7)
HEARTBEATS_KEPT = timedelta(hours=1)
_AT_ONCE = 500


def forget_old_receipts() -> int:
    """Delete at most 500 receipts older than seven days (short transactions; the next sweep goes on); return how many."""
    old = Receipt.objects.filter(created_at__lt=clock.now() - RECEIPTS_KEPT).order_by("created_at").values_list("pk", flat=True)[:_AT_ONCE]
    ids = list(old)
    if ids:
        Receipt.objects.filter(pk__in=ids).delete()
    Heartbeat.objects.filter(beat_at__lt=clock.now() - HEARTBEATS_KEPT).delete()
    return len(ids)
