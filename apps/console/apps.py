"""What people who work here see: their pages under the admin site."""

from __future__ import annotations

from django.apps import AppConfig
from django.contrib.admin import apps as admin


class FarmAdminConfig(admin.AdminConfig):
    """Django's admin, with our frame around it and our pages in it."""

    default = False  # named in the settings; found by itself is the console's own
    default_site = "apps.console.site.FarmAdminSite"


class ConsoleConfig(AppConfig):
    """The operators' pages."""

    name = "apps.console"
    verbose_name = "Console"
