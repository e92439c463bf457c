"""How far a printer is trusted with the next attempt follows from what became of the last ones."""

from __future__ import annotations

from apps.fleet import changes as fleet
from apps.journal.context import Context
from apps.runs.queries.rated import receipts_of

from .attempt import Attempt


def rate_printer(ctx: Context, attempt: Attempt) -> None:
    """Compute the confidence of an attempt's locked printer anew; does nothing where it never came to one."""
    if attempt.printer is not None:
        fleet.rate(ctx, attempt.printer, receipts=receipts_of(attempt.printer.pk))
