"""The composition root as a Django app: what must be in place in every process before it works."""

from __future__ import annotations

from django.apps import AppConfig


class FarmosConfig(AppConfig):
    """Loads Celery's app in every process, so that what sends a message uses our broker."""

    name = "farmos"

    def ready(self) -> None:
        """Make Celery's app the current one, and say where the links in mails to customers lead."""
        from apps.notify.links import customers_follow_orders_at
        from apps.storefront.queries.links import order_path
        from farmos import celery  # noqa: F401

        customers_follow_orders_at(order_path)
