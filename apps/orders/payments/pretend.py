"""Test payments: a provider that behaves as real ones do and moves no money.

Its checkout page is served by farmos itself (``apps/orders/views.py``), only where ``FARMOS_TEST_PAYMENTS`` is on. All it knows about a checkout
is in the page's signed address, so it looks into none of our records: what it tells us comes by signed message, as from a real provider.
"""

from __future__ import annotations

import hashlib
import time
import urllib.request
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
from django.conf import settings
from django.core import signing
from django.urls import reverse

from .interface import Message, MessageKind, RefundAnswer, RefundOrder, Session, SessionOrder, Unverified
from .signing import check, signature

HEADER = "Farmos-Test-Signature"
_SALT = "orders.payments.pretend"
_PATIENCE_S = 10
_MOST_MINOR = 10**15
"""More than any order; thousands of such amounts can be added up by any database."""

_KINDS = {
    "checkout.paid": MessageKind.PAID,
    "checkout.payment_failed": MessageKind.NOT_PAID,
    "checkout.expired": MessageKind.CLOSED,
    "refund.succeeded": MessageKind.REFUNDED,
    "refund.failed": MessageKind.REFUND_FAILED,
}


class Wire(msgspec.Struct, kw_only=True):
    """A message as it is sent."""

    id: str
    type: str
    created: int
    checkout: UUID | None = None
    order: UUID | None = None
    session: str = ""
    payment: str = ""
    amount: int = 0
    currency: str = ""
    our_refund: UUID | None = None
    refund: str = ""
    code: str = ""


class Ticket(msgspec.Struct, kw_only=True):
    """All the page knows: what is in its address."""

    checkout: UUID
    order: UUID
    number: str
    session: str
    amount: int
    currency: str
    back: str = ""


class Pretend:
    """The provider as farmos sees it."""

    opens_checkouts = True
    checkout_origin = ""
    proof_headers: tuple[str, ...] = (HEADER,)

    def open_checkout(self, order: SessionOrder) -> Session:
        """Return the page for this checkout: the same one however often it is asked for."""
        session = f"test_cs_{order.checkout_id.hex}"
        known = Ticket(
            checkout=order.checkout_id,
            order=order.intent_id,
            number=order.number,
            session=session,
            amount=order.amount_minor,
            currency=order.currency,
            back=order.return_to,
        )
        token = signing.dumps(msgspec.to_builtins(known), salt=_SALT, compress=True)
        return Session(session, reverse("test-payment", args=[token]), order.expires_at)

    def refund(self, order: RefundOrder) -> RefundAnswer:
        """Give it back at once."""
        return RefundAnswer(f"test_re_{order.refund_id.hex}", is_done=True)

    def verify(self, headers: Mapping[str, str], body: bytes, *, now: datetime) -> Message:
        """Return the message if it carries our signature."""
        check(secret(), headers.get(HEADER, ""), body, now=now)
        return self.read(body)

    def read(self, body: bytes) -> Message:
        """Return the message in our words."""
        try:
            wire = msgspec.json.decode(body, type=Wire)
            happened = datetime.fromtimestamp(wire.created, tz=UTC)
        except (msgspec.MsgspecError, UnicodeDecodeError, OverflowError, OSError, ValueError, RecursionError) as error:
            raise Unverified("message-unreadable") from error
        words = (wire.id, wire.type, wire.session, wire.payment, wire.currency, wire.refund, wire.code)
        if not 1 <= len(wire.id) <= 120 or not 1 <= len(wire.type) <= 80 or not all(word.isprintable() for word in words):
            raise Unverified("message-unreadable")
        if abs(wire.amount) > _MOST_MINOR:
            raise Unverified("message-unreadable")
        return Message(
            event_id=wire.id,
            type=wire.type,
            kind=_KINDS.get(wire.type, MessageKind.OTHER),
            occurred_at=happened,
            checkout_id=wire.checkout,
            intent_id=wire.order,
            session_id=wire.session[:120],
            payment_id=wire.payment[:120],
            amount_minor=wire.amount,
            currency=wire.currency[:3],
            refund_id=wire.our_refund,
            external_refund_id=wire.refund[:120],
            code=wire.code[:60],
        )


def secret() -> str:
    """Return what messages are signed with: known to every process of this farm and to nobody else."""
    return hashlib.sha256(b"farmos test payments " + settings.SECRET_KEY.encode()).hexdigest()


def ticket_in(token: str) -> Ticket | None:
    """Return what a page's address says, or None when we did not make it."""
    try:
        return msgspec.convert(signing.loads(token, salt=_SALT), Ticket)
    except (signing.BadSignature, msgspec.ValidationError):
        return None


def message_about(ticket: Ticket, kind: str, *, now: datetime, **values: Any) -> bytes:
    """Return what the provider says when this happens to a checkout. The same thing happening twice is the same event."""
    payment = f"test_pi_{ticket.checkout.hex}"
    wire = Wire(
        id=f"test_evt_{kind.replace('.', '_')}_{ticket.checkout.hex}"[:120],
        type=kind,
        created=int(now.timestamp()),
        checkout=ticket.checkout,
        order=ticket.order,
        session=ticket.session,
        payment=payment,
        amount=ticket.amount,
        currency=ticket.currency,
    )
    return msgspec.json.encode(msgspec.structs.replace(wire, **values))


def signed(body: bytes, *, now: datetime) -> dict[str, str]:
    """Return the headers a message is sent with."""
    return {HEADER: signature(secret(), body, at=int(now.timestamp())), "Content-Type": "application/json"}


def send(body: bytes, *, to: str, now: datetime) -> int:
    """Send a message as a provider would, up to three times, and return the answer's status.

    Raises:
        OSError: nobody answered.
    """
    request = urllib.request.Request(to, data=body, headers=signed(body, now=now), method="POST")  # noqa: S310 - our own address
    for wait_s in (0.2, 0.8):
        try:
            return _status(request)
        except OSError:
            time.sleep(wait_s)
    return _status(request)


def _status(request: urllib.request.Request) -> int:
    with urllib.request.urlopen(request, timeout=_PATIENCE_S) as answer:  # noqa: S310
        return int(answer.status)
