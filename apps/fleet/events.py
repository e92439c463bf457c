"""The kinds of things that events about machines name."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.journal.event import subject_kind

subject_kind("printer", label=_("Printer"))
subject_kind("session", label=_("Print seen"))
