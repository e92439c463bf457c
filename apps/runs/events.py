"""The kinds of things that events about print attempts name."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.journal.event import subject_kind

subject_kind("run", label=_("Print Attempt"))
subject_kind("incident", label=_("Incident"))
