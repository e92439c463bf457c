"""The kinds of things that events about plans and plates name."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.journal.event import subject_kind

subject_kind("plan", label=_("Build Plan"))
subject_kind("layout", label=_("Plate layout"))
subject_kind("plate", label=_("Plate"))
