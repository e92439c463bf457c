"""Telling people about money that does not fit."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from apps.journal.owed import Owed
from apps.journal.states import Lane
from apps.journal.subscriptions import subscribe
from apps.notify.domain.concerns import Concern
from apps.notify.queries import concerns
from apps.orders import events as orders
from apps.orders.models import Intent

from .telling import watch


@subscribe(orders.PaymentReviewRequired, orders.PaymentReviewSettled, label=_("Tell people about a payment"), lane=Lane.DEFAULT)
def watch_payment(owed: Owed) -> None:
    """Tell admins that a payment does not fit, until somebody decided about it."""
    _watch_order(owed, concerns.about_payment, "payment")


@subscribe(orders.RefundFailed, orders.RefundRequested, orders.RefundIssued, label=_("Tell people about a refund"), lane=Lane.DEFAULT)
def watch_refund(owed: Owed) -> None:
    """Tell admins that money did not go back, until it is on its way."""
    _watch_order(owed, concerns.about_refund, "refund")


def _watch_order(owed: Owed, look: Callable[[UUID], Concern | None], fact: str) -> None:
    sites = Intent.objects.values_list("site_id", flat=True)
    watch(owed, kind="intent", record_id=owed.event.intent_id, sites=sites, look=look, fact=fact)
