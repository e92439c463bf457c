"""Django's registration of the toy app."""

from __future__ import annotations

from django.apps import AppConfig


class ToyConfig(AppConfig):
    """Installed by the test settings only."""

    name = "tests.toy"
    label = "toy"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make the app's words, events, commands and subscribers known."""
        from apps.journal.registry import load

        load(self.name)
