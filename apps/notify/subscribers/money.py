"""Telling people about money that does not fit."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.journal.owed import Owed
from apps.journal.states import Lane
from apps.journal.subscriptions import subscribe
from apps.notify.queries import concerns
from apps.orders import events as orders
from apps.orders.models import Intent

from .telling import bring_in_line


@subscribe(orders.PaymentReviewRequired, orders.PaymentReviewSettled, label=_("Tell people about a payment"), lane=Lane.DEFAULT)
def watch_payment(owed: Owed) -> None:
    """Tell admins that a payment does not fit, until somebody decided about it."""
    intent = Intent.objects.get(pk=owed.event.intent_id)
    bring_in_line(owed, site_id=intent.site_id, cause=f"intent:{intent.pk}:payment", look=lambda: concerns.about_payment(intent))


@subscribe(orders.RefundFailed, orders.RefundRequested, orders.RefundIssued, label=_("Tell people about a refund"), lane=Lane.DEFAULT)
def watch_refund(owed: Owed) -> None:
    """Tell admins that money did not go back, until it is on its way."""
    intent = Intent.objects.get(pk=owed.event.intent_id)
    bring_in_line(owed, site_id=intent.site_id, cause=f"intent:{intent.pk}:refund", look=lambda: concerns.about_refund(intent))
