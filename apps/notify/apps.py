"""Django's registration of the notify app."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotifyConfig(AppConfig):
    """Name and load-time hooks of this app."""

    name = "apps.notify"
    label = "notify"
    verbose_name = _("Notifications")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make this app's words, events and subscribers known."""
        from apps.journal.registry import load

        load(self.name)
