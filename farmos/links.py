"""What an app below must know of a page of an app above: said here, where all of them are known."""

from __future__ import annotations

from django.urls import reverse

from apps.notify.links import customers_follow_orders_at
from apps.orders.models import Intent


def join() -> None:
    """Have mails lead to the page on which customers follow their order."""
    customers_follow_orders_at(_order_page)


def _order_page(intent: Intent) -> str:
    from apps.storefront.queries.links import token_for

    return reverse("shop-order", args=[token_for(intent.pk)])
