"""Django's registration of the storefront app."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StorefrontConfig(AppConfig):
    """Name and load-time hooks of this app."""

    name = "apps.storefront"
    label = "storefront"
    verbose_name = _("Storefront")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make this app's words and events known."""
        from apps.journal.registry import load

        load(self.name)
