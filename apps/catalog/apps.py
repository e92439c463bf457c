"""Django's registration of the catalog app."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CatalogConfig(AppConfig):
    """Name and load-time hooks of this app."""

    name = "apps.catalog"
    label = "catalog"
    verbose_name = _("Catalogue")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make this app's words and events known."""
        from apps.journal.registry import load

        load(self.name)
