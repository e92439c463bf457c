"""The addresses of quotes, orders, pieces and money."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.urls import URLPattern, URLResolver
from rest_framework.request import Request

from apps.accounts.models import Account
from apps.journal.http.acting import act
from apps.journal.http.filters import by_code, by_flag, by_id, by_text
from apps.journal.http.reading import read
from apps.journal.http.scope import at_site, require_at
from apps.journal.refusals import Invalid, NotFound
from apps.orders import commands, models
from apps.orders.states import CancelReason, Source
from apps.parts.models import PartRevision

from . import ordering, paying, selling


def for_whom(view: Any, request: Request, row: Any, sent: Any) -> None:
    """Refuse a quote for a customer or site that is not the asker's.

    Raises:
        NotFound: a customer, site or part that they do not know.
        Refusal: ``permission-denied``.
    """
    asker: Any = request.user
    account: UUID | None = sent.account_id
    buys_there = account is not None and Account.objects.filter(pk=account, site_id=sent.site_id).exists()
    is_for_themselves = account is not None and buys_there and asker.may_for(view.permission, account)
    if not is_for_themselves:
        require_at(request, view.permission, sent.site_id)
    if account is not None and not buys_there:
        raise NotFound("customer", id=str(account))
    for line in sent.lines:
        _know(asker, PartRevision, line.part_revision_id, is_theirs=is_for_themselves)


def _know(asker: Any, model: type[Any], record_id: UUID, *, is_theirs: bool) -> None:
    known = asker.owned(model) if is_theirs else asker.visible(model)
    if not known.filter(pk=record_id).exists():
        raise NotFound(str(model._meta.verbose_name), id=str(record_id))


def buyer(view: Any, request: Request, row: Any, sent: Any) -> None:
    """Refuse to order for another customer, and refuse customers what only the shop may say of an order.

    Raises:
        NotFound: a customer that the asker does not know.
        Invalid: a promised date or a purchase order, from a customer.
    """
    asker: Any = request.user
    is_staff = asker.has_perm(view.permission, row.site_id)
    if sent.account_id is not None and not (
        asker.may_for(view.permission, sent.account_id)
        or (is_staff and Account.objects.filter(pk=sent.account_id, site_id=row.site_id).exists())
    ):
        raise NotFound("customer", id=str(sent.account_id))
    if not is_staff:
        _only_the_shop(sent, "sla_due_at", "po_number")


def _only_the_shop(sent: Any, *names: str) -> None:
    said = {name: "is the shop's to say" for name in names if getattr(sent, name)}
    if said:
        raise Invalid(said)


def why_canceled(view: Any, request: Request, row: Any, sent: Any) -> None:
    """Refuse customers any reason but their own wish.

    Raises:
        Invalid: another reason.
    """
    if sent.reason != CancelReason.CUSTOMER_REQUEST and not request.user.has_perm(view.permission, row):
        raise Invalid({"reason": "must be CUSTOMER_REQUEST"})


_BY_API = {"source": Source.API}
_STARTED = {"confirm_started": "orders.cancel_started"}
_INTENT = "intents/<uuid:intent_id>"

routes: list[URLPattern | URLResolver] = [
    *read("price-lists", selling.PriceLists, selling.PriceList, filters=(by_code(models.PriceList, "state"), by_id("site"))),
    *read(
        "quotes",
        selling.Quotes,
        selling.Quote,
        brief=selling.QuoteInList,
        customers=True,
        filters=(by_code(models.Quote, "state"), by_id("account"), by_text("number", "With this number.")),
    ),
    *read(
        "intents",
        ordering.Intents,
        ordering.ManufacturingIntent,
        brief=ordering.IntentInList,
        customers=True,
        filters=(
            by_code(models.Intent, "state"),
            by_code(models.Intent, "priority"),
            by_id("account"),
            by_text("number", "With this number."),
            by_text("external_ref", "With this number of the channel."),
        ),
    ),
    *read(
        "pieces",
        ordering.Pieces,
        ordering.Piece,
        brief=ordering.PieceInList,
        customers=True,
        filters=(by_code(models.Piece, "state"), by_id("requirement"), by_id("intent", "requirement__line__intent_id")),
    ),
    *read(
        "ledger-entries",
        paying.Ledger,
        paying.LedgerEntry,
        single="ledger-entry",
        customers=True,
        filters=(by_code(models.LedgerEntry, "kind"), by_id("intent")),
    ),
    *read("checkouts", paying.Checkouts, paying.Checkout, customers=True, filters=(by_code(models.Checkout, "state"), by_id("intent"))),
    *read("refunds", paying.Refunds, paying.Refund, customers=True, filters=(by_code(models.Refund, "state"), by_id("intent"))),
    *read(
        "payment-reviews",
        paying.PaymentReviews,
        paying.PaymentReview,
        filters=(by_flag("open", "settled_at__isnull", "Whether nobody decided yet."),),
    ),
    act("price-lists/release", commands.release_price_list, checks=(at_site,), location="api:price-list"),
    act(
        "quotes/issue",
        commands.issue_quote,
        fixed=_BY_API,
        checks=(for_whom,),
        creates=models.Quote,
        location="api:quote",
        customers=True,
    ),
    act(
        "quotes/<uuid:quote_id>/accept",
        commands.accept_quote,
        selling.Quotes,
        checks=(buyer,),
        creates=models.Intent,
        location="api:intent",
        customers=True,
    ),
    act("quotes/<uuid:quote_id>/decline", commands.decline_quote, selling.Quotes, customers=True),
    act("intents/internal", commands.order_internally, checks=(at_site,), creates=models.Intent, location="api:intent"),
    act(
        f"{_INTENT}/cancel",
        commands.cancel_intent,
        ordering.Intents,
        fixed=_BY_API,
        further=_STARTED,
        checks=(why_canceled,),
        customers=True,
    ),
    act(f"{_INTENT}/cancel-pieces", commands.amend_cancel_qty, ordering.Intents, fixed=_BY_API, further=_STARTED, customers=True),
    act(f"{_INTENT}/release", commands.release_intent, ordering.Intents),
    act(f"{_INTENT}/record-payment", commands.record_manual_payment, ordering.Intents),
    act(f"{_INTENT}/request-refund", commands.request_refund, ordering.Intents),
    act(f"{_INTENT}/open-checkout", commands.open_checkout, ordering.Intents, location="api:checkout", customers=True),
    act("checkouts/<uuid:checkout_id>/close", commands.close_checkout, paying.Checkouts, customers=True),
    act("refunds/<uuid:refund_id>/issue", commands.issue_refund, paying.Refunds),
    act("payment-reviews/<uuid:webhook_id>/settle", commands.settle_payment_review, paying.PaymentReviews),
]
