"""What happened to quotes, orders, pieces and money. Names, addresses and notes stay with the customer's details."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from apps.journal.event import event, subject_kind

subject_kind("quote", label=_("Quote"))
subject_kind("intent", label=_("Order"))
subject_kind("line", label=_("Line"))
subject_kind("requirement", label=_("Component"))
subject_kind("piece", label=_("Piece"))
subject_kind("price_list", label=_("Price list"))
subject_kind("checkout", label=_("Checkout"))
subject_kind("webhook", label=_("Message from a payment provider"))
subject_kind("refund", label=_("Refund"))


@event()
@dataclass(frozen=True, kw_only=True)
class PriceListReleased:
    """New quotes are calculated from this version."""

    price_list_id: UUID
    key: str
    list_version: int
    sha256: str


@event()
@dataclass(frozen=True, kw_only=True)
class QuoteSent:
    """A price was offered, with an end."""

    quote_id: UUID
    quote_hash: str
    total_minor: int
    currency: str
    valid_until: datetime


@event()
@dataclass(frozen=True, kw_only=True)
class QuoteAccepted:
    """The customer took the offer."""

    quote_id: UUID
    intent_id: UUID


@event()
@dataclass(frozen=True, kw_only=True)
class QuoteExpired:
    """An offer ended without an answer."""

    quote_id: UUID


@event()
@dataclass(frozen=True, kw_only=True)
class QuoteSuperseded:
    """A newer offer took its place."""

    quote_id: UUID


@event()
@dataclass(frozen=True, kw_only=True)
class IntentCreated:
    """A promise was made."""

    intent_id: UUID
    quote_id: UUID | None = None
    source: str
    price_minor: int
    currency: str
    pieces: int


@event()
@dataclass(frozen=True, kw_only=True)
class IntentAwaitingPayment:
    """It waits for money or for a security."""

    intent_id: UUID
    amount_minor: int
    currency: str


@event()
@dataclass(frozen=True, kw_only=True)
class CheckoutOpened:
    """The customer was sent to a provider to pay. Opening it there is owed."""

    checkout_id: UUID
    intent_id: UUID
    provider: str
    amount_minor: int
    currency: str


@event()
@dataclass(frozen=True, kw_only=True)
class WebhookStored:
    """A provider's message was verified and kept raw; applying it is owed."""

    webhook_id: UUID
    provider: str
    kind: str


@event()
@dataclass(frozen=True, kw_only=True)
class PaymentReceived:
    """Money came in."""

    intent_id: UUID
    entry_id: UUID
    amount_minor: int
    currency: str
    provider: str = ""


@event()
@dataclass(frozen=True, kw_only=True)
class PaymentRejected:
    """A payment did not work: ``code`` says why."""

    intent_id: UUID
    code: str
    provider: str = ""


@event()
@dataclass(frozen=True, kw_only=True)
class PaymentReviewRequired:
    """Money came that does not fit: a person decides. ``code`` says what is wrong."""

    intent_id: UUID
    code: str
    amount_minor: int
    currency: str


@event()
@dataclass(frozen=True, kw_only=True)
class IntentPaid:
    """The price is settled or secured."""

    intent_id: UUID


@event()
@dataclass(frozen=True, kw_only=True)
class IntentReleased:
    """It may be produced, on this basis."""

    intent_id: UUID
    basis: str
    decision_id: UUID


@event()
@dataclass(frozen=True, kw_only=True)
class IntentAmended:
    """The promise was changed by an amendment."""

    intent_id: UUID
    amendment_id: UUID
    kind: str
    pieces: int = 0
    price_delta_minor: int = 0


@event()
@dataclass(frozen=True, kw_only=True)
class IntentFulfilled:
    """Every piece was shipped, handed over or canceled."""

    intent_id: UUID


@event()
@dataclass(frozen=True, kw_only=True)
class IntentCanceled:
    """The promise is kept no longer. What was not made is not made; what prints is stopped by whoever runs it."""

    intent_id: UUID
    reason: str
    pieces: int


@event()
@dataclass(frozen=True, kw_only=True)
class RefundRequested:
    """Money is to go back; sending it is owed. Never more than what came in."""

    intent_id: UUID
    refund_id: UUID
    amount_minor: int
    currency: str


@event()
@dataclass(frozen=True, kw_only=True)
class RefundIssued:
    """Money went back."""

    intent_id: UUID
    entry_id: UUID
    amount_minor: int
    currency: str
    provider: str = ""


@event()
@dataclass(frozen=True, kw_only=True)
class IntentReopened:
    """A fulfilled order is in production again: a piece of it is owed again."""

    intent_id: UUID


@event()
@dataclass(frozen=True, kw_only=True)
class QuoteDeclined:
    """The customer does not want it."""

    quote_id: UUID


@event()
@dataclass(frozen=True, kw_only=True)
class CheckoutReady:
    """The provider opened the checkout: the customer can pay there."""

    checkout_id: UUID
    intent_id: UUID


@event()
@dataclass(frozen=True, kw_only=True)
class CheckoutClosed:
    """Nobody can pay by this checkout any more: its time is over, the order changed, or it could not be opened (``code``)."""

    checkout_id: UUID
    intent_id: UUID
    code: str


@event()
@dataclass(frozen=True, kw_only=True)
class WebhookLeft:
    """A provider's message changed nothing (``ignored``), or waits for the payment it is about (``parked``). ``code`` says why."""

    webhook_id: UUID
    state: str
    code: str


@event()
@dataclass(frozen=True, kw_only=True)
class PaymentReviewSettled:
    """A person decided about money that did not fit: it was taken as payment, or goes back."""

    intent_id: UUID
    webhook_id: UUID
    taken: bool


@event()
@dataclass(frozen=True, kw_only=True)
class RefundFailed:
    """Money did not go back: ``code`` says why. A person must see to it."""

    intent_id: UUID
    refund_id: UUID
    code: str
