"""Django's registration of the slicing app."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SlicingConfig(AppConfig):
    """Name and load-time hooks of this app."""

    name = "apps.slicing"
    label = "slicing"
    verbose_name = _("Slicing")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make this app's words and events known."""
        from apps.journal.registry import load

        load(self.name)
