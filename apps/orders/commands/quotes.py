"""Quotes are calculated, offered, and end."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from apps.accounts.models import Account
from apps.journal import canonical
from apps.journal.commands import command
from apps.journal.context import Context
from apps.journal.event import Subject
from apps.journal.recording import record
from apps.journal.refusals import Invalid, NotFound, Refusal
from apps.orders import changes, events
from apps.orders.domain import pricing
from apps.orders.domain.requests import QuoteRequestLine
from apps.orders.labels.prices import LINES_MISSING
from apps.orders.models import Quote, QuoteLine
from apps.orders.queries.pricing import Measured, measure, pinned, price_list_for, priced, prices_of
from apps.orders.states import Priority, QuoteState, SeriesKind, Source

MAX_LINES = 200


@command("orders.issue_quote")
def issue_quote(
    ctx: Context,
    *,
    site_id: UUID,
    account_id: UUID | None,
    lines: tuple[QuoteRequestLine, ...],
    priority: Priority = Priority.NORMAL,
    pickup: bool = False,
    source: Source = Source.STOREFRONT,
) -> UUID:
    """Calculate a price, fix everything it was calculated from, offer it until its end, and return the quote's id.

    Raises:
        NotFound: no such site, customer or part.
        Invalid: no lines, too many, or a value that cannot be one.
        Refusal: ``no-price-list``, ``model-cannot-be-made``, ``findings-unanswered``, ``model-not-measured``, ``material-not-offered``,
            ``material-without-price``, ``no-released-profile``, ``pickup-not-offered``,
            ``quote-quantity-too-large``, ``quote-too-heavy``, ``quote-too-large``,
            ``account-stopped``.
    """
    number = changes.take_number(ctx, site_id=site_id, kind=SeriesKind.QUOTE)
    _check(lines, priority)
    account = None if account_id is None else buyer(site_id, account_id)
    price_list = price_list_for(site_id, account)
    measured = [measure(site_id, account_id, position, line) for position, line in enumerate(lines, start=1)]
    price = priced(prices_of(price_list), [one.wanted for one in measured], priority=priority, pickup=pickup)
    inputs = pinned(price_list, measured, price, priority=priority, pickup=pickup)
    quote = Quote(
        site_id=site_id,
        number=number,
        account=account,
        source=source,
        price_list=price_list,
        currency=price_list.currency,
        total_minor=price.total_minor,
        shipping_minor=price.shipping_minor,
        tax_minor=price.tax_minor,
        pinned_inputs=inputs,
        quote_hash=canonical.digest(inputs).hex(),
        valid_until=ctx.now + timedelta(days=prices_of(price_list).valid_days),
        created_at=ctx.now,
    )
    quote.send(now=ctx.now)
    quote.add()
    _add_lines(ctx, quote, measured, price)
    _say_sent(ctx, quote)
    return quote.pk


def buyer(site_id: UUID, account_id: UUID) -> Account:
    """Return the customer who wants to buy at this site.

    Raises:
        NotFound: no such customer here.
        Refusal: ``account-stopped``.
    """
    found = Account.objects.filter(pk=account_id, site_id=site_id).first()
    if found is None:
        raise NotFound(str(Account._meta.verbose_name), id=str(account_id))
    if found.stopped_at is not None:
        raise Refusal("account-stopped")
    return found


def _check(lines: tuple[QuoteRequestLine, ...], priority: str) -> None:
    if not 1 <= len(lines) <= MAX_LINES:
        raise Invalid({"lines": str(LINES_MISSING)})
    if priority not in Priority.values:
        raise Refusal("unknown-code", field="priority")


def _add_lines(ctx: Context, quote: Quote, measured: list[Measured], price: pricing.Price) -> None:
    for one, found in zip(measured, price.lines, strict=True):
        _add_line(ctx, quote, one, found)


def _add_line(ctx: Context, quote: Quote, one: Measured, found: pricing.PricedLine) -> None:
    QuoteLine(
        quote=quote,
        position=found.position,
        quantity=one.wanted.quantity,
        part_revision_id=one.asked.part_revision_id,
        title=one.asked.title,
        material_id=one.wanted.material_id,
        color_id=one.wanted.color_id,
        quality_tier=one.asked.quality_tier,
        constraints=list(one.asked.constraints),
        unit_minor=found.unit_minor,
        total_minor=found.total_minor,
        breakdown=[{"code": item.code, "minor": f"{item.minor:.4f}"} for item in found.items],
        is_sealed=True,
        created_at=ctx.now,
    ).add()


def _say_sent(ctx: Context, quote: Quote) -> None:
    assert quote.valid_until is not None, "a sent quote has an end"  # noqa: S101 - for the type checker; a constraint holds it
    sent = events.QuoteSent(
        quote_id=quote.pk,
        quote_hash=quote.quote_hash,
        total_minor=quote.total_minor,
        currency=quote.currency,
        valid_until=quote.valid_until,
    )
    record(_about(ctx, quote), event=sent, subjects=[Subject("quote", quote.pk)])


@command("orders.decline_quote")
def decline_quote(ctx: Context, *, quote_id: UUID, expected_version: int) -> None:
    """Note that the customer does not want it.

    Raises:
        NotFound: no such quote.
        StaleVersion: it changed since the asker looked.
        IllegalTransition: it is settled already.
    """
    quote = Quote.at_version(quote_id, expected_version)
    quote.decline(by=ctx.actor.who, now=ctx.now)
    quote.save_changes("state", "settled_at", "settled_by")
    record(_about(ctx, quote), event=events.QuoteDeclined(quote_id=quote.pk), subjects=[Subject("quote", quote.pk)])


@command("orders.expire_quote")
def expire_quote(ctx: Context, *, quote_id: UUID) -> bool:
    """End an offer whose time is over and return whether it just ended; one that is settled or still valid is left alone.

    Raises:
        NotFound: no such quote.
    """
    quote = Quote.objects.filter(pk=quote_id).first()
    if quote is None:
        raise NotFound(str(Quote._meta.verbose_name), id=str(quote_id))
    if quote.state != QuoteState.SENT or quote.valid_until is None or ctx.now < quote.valid_until:
        return False
    quote.expire(by=ctx.actor.who, now=ctx.now)
    quote.save_changes("state", "settled_at", "settled_by")
    record(_about(ctx, quote), event=events.QuoteExpired(quote_id=quote.pk), subjects=[Subject("quote", quote.pk)])
    return True


def _about(ctx: Context, quote: Quote) -> Context:
    return ctx.about(correlation_id=quote.pk, site_id=quote.site_id)
