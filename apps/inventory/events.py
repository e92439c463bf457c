"""The kinds of things that events about stock name."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.journal.event import subject_kind

subject_kind("spool", label=_("Spool"))
subject_kind("lot", label=_("Material lot"))
