"""The kinds of things that events about orders name."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.journal.event import subject_kind

subject_kind("quote", label=_("Quote"))
subject_kind("intent", label=_("Order"))
subject_kind("line", label=_("Line"))
subject_kind("requirement", label=_("Component"))
subject_kind("piece", label=_("Piece"))
