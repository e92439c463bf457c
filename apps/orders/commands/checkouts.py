"""Ways to pay are opened, and end."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from apps.journal import locks
from apps.journal.commands import command
from apps.journal.context import Context
from apps.journal.event import Subject
from apps.journal.recording import record
from apps.journal.refusals import Invalid, NotFound, Refusal
from apps.orders import events, payments, queries
from apps.orders.labels.taking import NO_OWN_PATH
from apps.orders.models import Checkout, Intent
from apps.orders.states import OPEN_CHECKOUTS, CheckoutState, IntentState, Provider

OPEN_FOR = timedelta(hours=23)
"""Providers keep a checkout for a day at most."""


@command("orders.open_checkout")
def open_checkout(ctx: Context, *, intent_id: UUID, provider: Provider, return_to: str = "") -> UUID:
    """Let the customer pay what is outstanding through a provider, and return the checkout's id. Opening it there is owed.

    Asked again while it is open, the same one is returned: there is never a second one that could be paid as well.

    Args:
        ctx: Who asks, when.
        intent_id: The order.
        provider: Who moves the money.
        return_to: The page of this farm, as a path, to which the customer comes back; empty: none.

    Raises:
        NotFound: no such order.
        Invalid: ``return_to`` is no path of this farm.
        Refusal: ``order-not-awaiting-payment``, ``provider-unavailable``.
    """
    if return_to and not _is_own_path(return_to):
        raise Invalid({"return_to": str(NO_OWN_PATH)})
    if not payments.provider_named(provider).opens_checkouts:
        raise Refusal("provider-unavailable", provider=str(provider))
    intent: Intent = locks.intent(intent_id)
    due = queries.money_of(intent).outstanding
    if intent.state != IntentState.AWAITING_PAYMENT or due == 0:
        raise Refusal("order-not-awaiting-payment", state=str(intent.get_state_display()))
    for present in Checkout.objects.filter(intent=intent, state__in=OPEN_CHECKOUTS):
        if (present.provider, present.amount_minor) == (provider, due) and ctx.now < present.expires_at:
            return present.pk
        _close(ctx, present, "replaced")
    checkout = Checkout(
        intent=intent,
        provider=provider,
        amount_minor=due,
        currency=intent.currency,
        expires_at=ctx.now + OPEN_FOR,
        return_to=return_to,
        created_at=ctx.now,
    ).add()
    opened = events.CheckoutOpened(
        checkout_id=checkout.pk, intent_id=intent.pk, provider=Provider(provider).value, amount_minor=due, currency=intent.currency
    )
    record(_about(ctx, checkout), event=opened, subjects=_subjects(checkout))
    return checkout.pk


def _is_own_path(path: str) -> bool:
    """Does this lead nowhere but to a page of ours?"""
    return path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable()


@command("orders.record_session")
def record_session(ctx: Context, *, checkout_id: UUID, session_id: str, url: str, expires_at: datetime) -> None:
    """Keep where the customer pays: the provider opened the checkout. One that is not waited for any more is left as it is.

    Raises:
        NotFound: no such checkout.
    """
    checkout = _get(checkout_id)
    if checkout.state != CheckoutState.REQUESTED:
        return
    checkout.open(session_id=session_id, url=url, expires_at=expires_at)
    checkout.save_changes("state", "session_id", "url", "expires_at")
    ready = events.CheckoutReady(checkout_id=checkout.pk, intent_id=checkout.intent_id)
    record(_about(ctx, checkout), event=ready, subjects=_subjects(checkout))


@command("orders.fail_checkout")
def fail_checkout(ctx: Context, *, checkout_id: UUID, code: str) -> None:
    """Note that the provider would not open the checkout, so that another way can be chosen; does nothing when it is settled.

    Raises:
        NotFound: no such checkout.
    """
    checkout = _get(checkout_id)
    if checkout.state != CheckoutState.REQUESTED:
        return
    checkout.fail(code=code, now=ctx.now)
    checkout.save_changes("state", "code", "closed_at")
    _say_closed(ctx, checkout, code)


@command("orders.close_checkout")
def close_checkout(ctx: Context, *, checkout_id: UUID, expected_version: int) -> None:
    """Stop waiting for this way to pay. Money that comes by it all the same is looked at when it comes.

    Raises:
        NotFound: no such checkout.
        StaleVersion: it changed since the asker looked.
        IllegalTransition: it is closed already.
    """
    checkout = Checkout.at_version(checkout_id, expected_version)
    _close(ctx, checkout, "closed-by-hand")


def _close(ctx: Context, checkout: Checkout, code: str) -> None:
    checkout.expire(now=ctx.now, code=code)
    checkout.save_changes("state", "code", "closed_at")
    _say_closed(ctx, checkout, code)


def _say_closed(ctx: Context, checkout: Checkout, code: str) -> None:
    closed = events.CheckoutClosed(checkout_id=checkout.pk, intent_id=checkout.intent_id, code=code)
    record(_about(ctx, checkout), event=closed, subjects=_subjects(checkout))


def _get(checkout_id: UUID) -> Checkout:
    found = Checkout.objects.filter(pk=checkout_id).select_related("intent").first()
    if found is None:
        raise NotFound(str(Checkout._meta.verbose_name), id=str(checkout_id))
    return found


def _subjects(checkout: Checkout) -> list[Subject]:
    return [Subject("intent", checkout.intent_id), Subject("checkout", checkout.pk)]


def _about(ctx: Context, checkout: Checkout) -> Context:
    return ctx.about(correlation_id=checkout.intent_id, site_id=checkout.intent.site_id)
