"""Django's registration of the accounts app."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """Name and load-time hooks of this app."""

    name = "apps.accounts"
    label = "accounts"
    verbose_name = _("Accounts")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make this app's words and events known."""
        from apps.journal.registry import load

        load(self.name)
        from .rights import reference, tables  # noqa: F401 - importing declares them
