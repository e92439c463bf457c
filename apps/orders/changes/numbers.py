"""Numbers without gaps."""

from __future__ import annotations

from uuid import UUID

from apps.journal import locks
from apps.journal.context import Context
from apps.orders.models import NumberSeries
from apps.orders.states import SeriesKind

FIRST_PREFIX = {
    SeriesKind.QUOTE: "Q-",
    SeriesKind.ORDER: "A-",
    SeriesKind.INVOICE: "I-",
    SeriesKind.CREDIT_NOTE: "C-",
    SeriesKind.PLATE: "P-",
}
"""What numbers start with until the shop says otherwise."""


def take_number(ctx: Context, *, site_id: UUID, kind: SeriesKind) -> str:
    """Return the next number of a series and use it up; when the command fails, so does the taking.

    Locks the site, the first of all locks: call it before locking anything else.
    """
    locks.site(site_id)
    series = NumberSeries.objects.filter(site_id=site_id, kind=kind).first()
    if series is None:
        series = NumberSeries(site_id=site_id, kind=kind, prefix=FIRST_PREFIX[kind], created_at=ctx.now).add()
    number = str(series)
    series.next_value += 1
    series.save_changes("next_value")
    return number
