"""A quote that is accepted becomes an order: the promise, its lines and components, and one piece for each unit."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from apps.accounts.models import Account
from apps.accounts.states import Terms
from apps.journal import canonical
from apps.journal.commands import command
from apps.journal.context import Context
from apps.journal.event import Subject
from apps.journal.recording import record
from apps.journal.refusals import Invalid, NotFound, Refusal
from apps.orders import changes, events
from apps.orders.domain.requests import CustomerDetails
from apps.orders.labels.taking import COUNTRY_INVALID, EMAIL_INVALID, FIELD_UNKNOWN, NOT_TEXT, REQUIRED, SITE_MISSING, TAX_IDS_INVALID
from apps.orders.models import CustomerSnapshot, Intent, LineItem, Quote, QuoteLine, Requirement
from apps.orders.states import Acceptance, Component, SeriesKind

from .quotes import buyer

LONGEST = 200
"""Characters of one line of an address."""
ADDRESS = ("recipient", "company", "line1", "line2", "city", "postal_code", "region", "country", "phone")
NEEDED = ("recipient", "line1", "city", "country")
WHO = {"name": 200, "email": 254, "language": 12}
"""What an order keeps of whoever buys, and how long it may be."""
MOST_TAX_IDS = 10


@command("orders.accept_quote")
def accept_quote(
    ctx: Context,
    *,
    quote_id: UUID,
    expected_version: int,
    account_id: UUID | None = None,
    how: Acceptance = Acceptance.CLICK,
    details: CustomerDetails | None = None,
    sla_due_at: datetime | None = None,
    po_number: str = "",
) -> UUID:
    """Make the order a quote offers, and return its id. It then waits for its money, unless it costs nothing or the customer has credit.

    Args:
        ctx: Who accepts, when.
        quote_id: The offer.
        expected_version: The version that was read.
        account_id: Who buys, where the quote names nobody yet.
        how: By a click, by paying, by a purchase order.
        details: Who they are and where it goes.
        sla_due_at: Promised for then.
        po_number: The customer's own order number.

    Raises:
        NotFound: no such quote, or it is somebody else's.
        StaleVersion: it changed since the asker looked.
        IllegalTransition: it is settled already.
        Invalid: an address that cannot be one.
        Refusal: ``quote-expired``, ``account-stopped``, ``order-without-customer``.
    """
    found = Quote.objects.filter(pk=quote_id).first()
    if found is None:
        raise NotFound(str(Quote._meta.verbose_name), id=str(quote_id))
    number = changes.take_number(ctx, site_id=found.site_id, kind=SeriesKind.ORDER)
    quote = Quote.at_version(quote_id, expected_version)
    account = _buyer(quote, account_id)
    given = details or CustomerDetails()
    _check_details(given, is_picked_up=bool(quote.pinned_inputs.get("pickup")))
    _settle(ctx, quote, account, how, po_number)
    intent = _promise(ctx, quote, account, number, sla_due_at)
    _keep_details(ctx, intent, account, given)
    pieces = sum(_add_line(ctx, intent, line) for line in quote.lines.filter(is_chosen=True).order_by("position"))
    _say_created(ctx, quote, intent, pieces)
    if not changes.settle_if_paid(ctx, intent) and account.terms == Terms.CREDIT:
        changes.secure(ctx, intent)
    return intent.pk


def _buyer(quote: Quote, account_id: UUID | None) -> Account:
    if quote.account_id is not None and account_id not in (None, quote.account_id):
        raise NotFound(str(Quote._meta.verbose_name), id=str(quote.pk))
    wanted = quote.account_id or account_id
    if wanted is None:
        raise Refusal("order-without-customer")
    return buyer(quote.site_id, wanted)


def _settle(ctx: Context, quote: Quote, account: Account, how: Acceptance, po_number: str) -> None:
    quote.accept(how=how, by=ctx.actor.who, now=ctx.now)
    if quote.valid_until is not None and ctx.now >= quote.valid_until:
        raise Refusal("quote-expired", until=canonical.instant(quote.valid_until))
    quote.account = account
    quote.po_number = po_number
    quote.save_changes("state", "account", "acceptance", "po_number", "settled_at", "settled_by")


def _promise(ctx: Context, quote: Quote, account: Account, number: str, sla_due_at: datetime | None) -> Intent:
    intent = Intent(
        site_id=quote.site_id,
        number=number,
        source=quote.source,
        account=account,
        quote=quote,
        sla_due_at=sla_due_at,
        due_at=sla_due_at,
        priority=quote.pinned_inputs.get("priority", "normal"),
        currency=quote.currency,
        price_minor=quote.total_minor,
        shipping_minor=quote.shipping_minor,
        tax_minor=quote.tax_minor,
        created_by=ctx.actor.who,
        created_at=ctx.now,
    )
    intent.await_payment()
    return intent.add()


def _keep_details(ctx: Context, intent: Intent, account: Account, given: CustomerDetails) -> None:
    known = {"name": account.name, "email": account.email, "language": account.language, "terms": account.terms, "tax_ids": account.tax_ids}
    kept = {
        "account": {**known, **given.account},
        "shipping_address": given.shipping_address,
        "billing_address": given.billing_address,
        "notes": given.notes,
        "channel_options": {},
    }
    CustomerSnapshot(intent=intent, number=1, sha256=canonical.digest(kept).hex(), created_at=ctx.now, **kept).add()


def _add_line(ctx: Context, intent: Intent, quoted: QuoteLine) -> int:
    line = LineItem(
        intent=intent,
        position=quoted.position,
        part_revision=quoted.part_revision,
        sku=quoted.sku,
        title=quoted.title,
        quantity=quoted.quantity,
        material=quoted.material,
        color=quoted.color,
        finish=quoted.finish,
        quality_tier=quoted.quality_tier,
        constraints=quoted.constraints,
        material_slots=quoted.material_slots,
        unit_minor=quoted.unit_minor,
        total_minor=quoted.total_minor,
        created_at=ctx.now,
    ).add()
    component = Component.PRINTED if quoted.part_revision_id is not None else Component.PURCHASED
    requirement = Requirement(
        line=line, component=component, part_revision=quoted.part_revision, sku=quoted.sku, qty_per_set=1, created_at=ctx.now
    ).add()
    return len(changes.promise_pieces(ctx, requirement, count=quoted.quantity))


def _say_created(ctx: Context, quote: Quote, intent: Intent, pieces: int) -> None:
    about = ctx.about(correlation_id=intent.pk, site_id=intent.site_id)
    subjects = [Subject("intent", intent.pk), Subject("quote", quote.pk)]
    record(about, event=events.QuoteAccepted(quote_id=quote.pk, intent_id=intent.pk), subjects=subjects)
    created = events.IntentCreated(
        intent_id=intent.pk,
        quote_id=quote.pk,
        source=intent.source,
        price_minor=intent.price_minor,
        currency=intent.currency,
        pieces=pieces,
    )
    record(about, event=created, subjects=subjects)
    waits = events.IntentAwaitingPayment(intent_id=intent.pk, amount_minor=intent.price_minor, currency=intent.currency)
    record(about, event=waits, subjects=[Subject("intent", intent.pk)])


def _check_details(given: CustomerDetails, *, is_picked_up: bool) -> None:
    wrong = {
        **_wrong_about(given.account),
        **_wrong_in("shipping_address", given.shipping_address, is_needed=bool(given.shipping_address)),
        **_wrong_in("billing_address", given.billing_address, is_needed=bool(given.billing_address)),
    }
    if not is_picked_up and not given.shipping_address:
        wrong["shipping_address"] = str(SITE_MISSING)
    if wrong:
        raise Invalid(wrong)


def _wrong_about(who: dict[str, Any]) -> dict[str, str]:
    wrong = {f"account.{str(name)[:40]}": str(FIELD_UNKNOWN) for name in who if name not in WHO and name != "tax_ids"}
    wrong |= {f"account.{name}": str(NOT_TEXT) % longest for name, longest in WHO.items() if not _is_text(who.get(name, ""), longest)}
    email = who.get("email")
    if email and "account.email" not in wrong:
        try:
            validate_email(email)
        except ValidationError:
            wrong["account.email"] = str(EMAIL_INVALID)
    tax_ids = who.get("tax_ids", [])
    if not isinstance(tax_ids, list) or len(tax_ids) > MOST_TAX_IDS or not all(_is_tax_id(one) for one in tax_ids):
        wrong["account.tax_ids"] = str(TAX_IDS_INVALID)
    return wrong


def _is_tax_id(found: Any) -> bool:
    return isinstance(found, dict) and set(found) == {"kind", "value"} and all(_is_text(value, 40) for value in found.values())


def _is_text(value: Any, longest: int) -> bool:
    return isinstance(value, str) and len(value) <= longest and "\x00" not in value


def _wrong_in(place: str, address: dict[str, Any], *, is_needed: bool) -> dict[str, str]:
    wrong = {f"{place}.{str(name)[:40]}": str(FIELD_UNKNOWN) for name in address if name not in ADDRESS}
    for name in ADDRESS:
        value = address.get(name, "")
        if not _is_text(value, LONGEST):
            wrong[f"{place}.{name}"] = str(NOT_TEXT) % LONGEST
        elif is_needed and name in NEEDED and not value.strip():
            wrong[f"{place}.{name}"] = str(REQUIRED)
    country = address.get("country", "")
    if (
        isinstance(country, str)
        and country.strip()
        and not (len(country) == 2 and country.isascii() and country.isalpha() and country.isupper())
    ):
        wrong[f"{place}.country"] = str(COUNTRY_INVALID)
    return wrong
