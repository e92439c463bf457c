"""The kinds of things that events about parts name."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.journal.event import subject_kind

subject_kind("part", label=_("Part"))
subject_kind("part_revision", label=_("Part revision"))
