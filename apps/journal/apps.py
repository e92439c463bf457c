"""Django's registration of the journal app."""

from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _


class JournalConfig(AppConfig):
    """Name and load-time hooks of this app."""

    name = "apps.journal"
    label = "journal"
    verbose_name = _("Journal")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make this app's words and events known, and guard append-only tables again after every migrate."""
        from apps.journal.immutable import install_after_migrate, lift_before_migrate
        from apps.journal.registry import load

        load(self.name)
        pre_migrate.connect(lift_before_migrate, dispatch_uid="farmos.mutable_while_migrating")
        post_migrate.connect(install_after_migrate, dispatch_uid="farmos.immutable")
