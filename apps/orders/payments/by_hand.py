"""Payments that people make and record themselves: transfers, cash, a card machine on the counter. Nothing to call, nobody who writes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from .interface import Message, ProviderRefused, RefundAnswer, RefundOrder, Session, SessionOrder, Unverified


class ByHand:
    """No provider at all: a person gives the money back and says so."""

    opens_checkouts = False
    checkout_origin = ""
    proof_headers: tuple[str, ...] = ()

    def open_checkout(self, order: SessionOrder) -> Session:
        """Refuse: there is no page to pay on."""
        raise ProviderRefused("by-hand")

    def refund(self, order: RefundOrder) -> RefundAnswer:
        """Refuse: a person gives it back and records it."""
        raise ProviderRefused("by-hand")

    def verify(self, headers: Mapping[str, str], body: bytes, *, now: datetime) -> Message:
        """Refuse: nobody sends messages about it."""
        raise Unverified("by-hand")

    def read(self, body: bytes) -> Message:
        """Refuse: nobody sends messages about it."""
        raise Unverified("by-hand")
