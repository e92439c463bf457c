"""What every payment provider can do for us, in our words. Only the provider's own module knows its wire format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID


class MessageKind(StrEnum):
    """What a provider's message says, in our words."""

    PAID = "paid"
    NOT_PAID = "not_paid"
    CLOSED = "closed"
    REFUNDED = "refunded"
    REFUND_FAILED = "refund_failed"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class SessionOrder:
    """A checkout to be opened. ``checkout_id`` is the idempotency key: opened twice it is one session."""

    checkout_id: UUID
    intent_id: UUID
    number: str
    amount_minor: int
    currency: str
    expires_at: datetime
    return_to: str = ""
    """Where on this farm the customer comes back to; empty: nowhere."""


@dataclass(frozen=True, slots=True)
class Session:
    """An open checkout at the provider."""

    session_id: str
    url: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class RefundOrder:
    """Money to give back. ``refund_id`` is the idempotency key."""

    refund_id: UUID
    intent_id: UUID
    payment_id: str
    amount_minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class RefundAnswer:
    """The provider took a refund; with ``is_done`` the money is on its way, else a message will tell."""

    external_id: str
    is_done: bool


@dataclass(frozen=True, slots=True)
class Message:
    """A provider's message, understood.

    Args:
        event_id: The provider's id of it: the same event has the same id however often it comes.
        type: The provider's own word for it.
        kind: Ours.
        occurred_at: When it happened, by the provider's account.
        checkout_id: Which checkout it is about, as we told the provider.
        intent_id: Which order, likewise.
        session_id: The provider's session.
        payment_id: The provider's payment.
        amount_minor: How much, in minor units.
        currency: In what.
        refund_id: Which refund of ours it is about, if we asked for it.
        external_refund_id: The provider's id of the refund.
        code: Why something did not work.
    """

    event_id: str
    type: str
    kind: MessageKind
    occurred_at: datetime
    checkout_id: UUID | None = None
    intent_id: UUID | None = None
    session_id: str = ""
    payment_id: str = ""
    amount_minor: int = 0
    currency: str = ""
    refund_id: UUID | None = None
    external_refund_id: str = ""
    code: str = ""


class Unverified(Exception):
    """A message that is not from the provider, or cannot be read; ``code`` says what is wrong with it."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class ProviderRefused(Exception):
    """The provider will not do it, and asking again will not help; ``code`` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class PaymentProvider(Protocol):
    """One provider. ``open_checkout`` and ``refund`` do the one call, under our idempotency key; anything but ``ProviderRefused`` is tried again."""

    opens_checkouts: bool
    checkout_origin: str
    """Where customers pay, ``https://checkout.example.com``: browsers are let go there after a form, and nowhere else. Empty: on a page of ours."""
    proof_headers: tuple[str, ...]

    def open_checkout(self, order: SessionOrder) -> Session:
        """Open a checkout and return where the customer pays."""

    def refund(self, order: RefundOrder) -> RefundAnswer:
        """Give money back."""

    def verify(self, headers: Mapping[str, str], body: bytes, *, now: datetime) -> Message:
        """Return the message if it is the provider's and recent.

        Raises:
            Unverified: it is not, or cannot be read.
        """

    def read(self, body: bytes) -> Message:
        """Return a message that was verified when it came.

        Raises:
            Unverified: it cannot be read.
        """
