"""Orders for the shop itself: no price, no payment, made by the same way as everybody's."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from apps.accounts.models import Site
from apps.journal import canonical
from apps.journal.commands import command
from apps.journal.context import Context
from apps.journal.event import Subject
from apps.journal.recording import record
from apps.orders import changes, events
from apps.orders.domain.requests import QuoteRequestLine
from apps.orders.models import CustomerSnapshot, Intent, LineItem, Requirement
from apps.orders.queries import pricing
from apps.orders.states import Component, IntentKind, SeriesKind, Source


@command("orders.order_internally")
def order_internally(
    ctx: Context, *, site_id: UUID, line: QuoteRequestLine, for_whom: str = "", note: str = "", sla_due_at: datetime | None = None
) -> UUID:
    """Order something for the shop itself and return the order's id. It costs nothing and is released like every settled order, by policy.

    What a check of the model would ask a customer is left to whoever looks at its build plan.

    Args:
        ctx: Who asks, when.
        site_id: Where it is made.
        line: What, of which material, how many.
        for_whom: Who it is for, in words; kept with the order, never in an event.
        note: What else to know.
        sla_due_at: Promised for then.

    Raises:
        NotFound: no such site or part.
        Invalid: a number or a text that cannot be.
        Refusal: ``model-cannot-be-made``, ``model-not-measured``, ``material-not-offered``, ``no-released-profile``.
    """
    number = changes.take_number(ctx, site_id=site_id, kind=SeriesKind.ORDER)
    measured = pricing.measure(site_id, None, 1, line, may_be_unanswered=True)
    currency = Site.objects.get(pk=site_id).currency
    intent = Intent(
        site_id=site_id,
        number=number,
        kind=IntentKind.INTERNAL,
        source=Source.MANUAL,
        sla_due_at=sla_due_at,
        due_at=sla_due_at,
        currency=currency,
        created_by=ctx.actor.who,
        created_at=ctx.now,
    )
    intent.await_payment()
    intent.add()
    _keep_details(ctx, intent, for_whom, note)
    pieces = _add_line(ctx, intent, measured.asked)
    about = ctx.about(correlation_id=intent.pk, site_id=site_id)
    created = events.IntentCreated(intent_id=intent.pk, source=intent.source, price_minor=0, currency=currency, pieces=pieces)
    record(about, event=created, subjects=[Subject("intent", intent.pk)])
    changes.secure(ctx, intent)
    return intent.pk


def _keep_details(ctx: Context, intent: Intent, for_whom: str, note: str) -> None:
    kept = {
        "account": {"name": for_whom.strip()[:120]} if for_whom.strip() else {},
        "shipping_address": {},
        "billing_address": {},
        "notes": note.strip()[:2000],
        "channel_options": {},
    }
    CustomerSnapshot(intent=intent, number=1, sha256=canonical.digest(kept).hex(), created_at=ctx.now, **kept).add()


def _add_line(ctx: Context, intent: Intent, wanted: QuoteRequestLine) -> int:
    line = LineItem(
        intent=intent,
        position=1,
        part_revision_id=wanted.part_revision_id,
        title=wanted.title,
        quantity=wanted.quantity,
        material_id=wanted.material_id,
        color_id=wanted.color_id,
        quality_tier=wanted.quality_tier,
        constraints=list(wanted.constraints),
        created_at=ctx.now,
    ).add()
    component = Requirement(
        line=line, component=Component.PRINTED, part_revision_id=wanted.part_revision_id, qty_per_set=1, created_at=ctx.now
    ).add()
    return len(changes.promise_pieces(ctx, component, count=wanted.quantity))
