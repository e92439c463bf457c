"""The kinds of things that events about profiles name."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.journal.event import subject_kind

subject_kind("profile", label=_("Profile"))
subject_kind("profile_version", label=_("Profile version"))
