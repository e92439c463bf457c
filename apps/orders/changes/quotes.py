"""When an offer is taken back because the customer asks for something else."""

from __future__ import annotations

from uuid import UUID

from apps.journal import recording
from apps.journal.context import Context
from apps.journal.event import Subject
from apps.orders import events
from apps.orders.models import Quote
from apps.orders.states import QuoteState


def supersede_quote(ctx: Context, quote_id: UUID) -> bool:
    """End an offer that a newer one replaces and return whether it is over: False when it was accepted, and an order stands.

    Raises:
        StaleVersion: it is being accepted in this very moment.
    """
    quote = Quote.objects.get(pk=quote_id)
    if quote.state == QuoteState.SENT:
        quote.supersede(by=ctx.actor.who, now=ctx.now)
        quote.save_changes("state", "settled_at", "settled_by")
        about = ctx.about(correlation_id=quote.pk, site_id=quote.site_id)
        recording.record(about, event=events.QuoteSuperseded(quote_id=quote.pk), subjects=[Subject("quote", quote.pk)])
    return bool(quote.state != QuoteState.ACCEPTED)
