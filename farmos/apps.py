"""The composition root as a Django app: what must be in place in every process before it works."""

from __future__ import annotations

from django.apps import AppConfig


class FarmosConfig(AppConfig):
    """Loads Celery's app in every process, so that what sends a message uses our broker."""

    name = "farmos"

    def ready(self) -> None:
        """Make Celery's app the current one, and tell apps below of pages above them."""
        from farmos import celery, links  # noqa: F401

        links.join()
