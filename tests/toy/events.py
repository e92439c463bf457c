"""What happens to jars."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from apps.journal.event import event, subject_kind

subject_kind("jar", label=_("Jar"))


@event()
@dataclass(frozen=True, kw_only=True)
class JarOpened:
    """A jar was set up."""

    jar_id: UUID
    capacity: int


@event()
@dataclass(frozen=True, kw_only=True)
class BoltsAdded:
    """Bolts went into a jar."""

    jar_id: UUID
    bolts: int
    total: int


@event()
@dataclass(frozen=True, kw_only=True)
class JarEmptied:
    """Everything was taken out of a jar."""

    jar_id: UUID


@event()
@dataclass(frozen=True, kw_only=True)
class JarSealed:
    """A jar was closed for good."""

    jar_id: UUID


@event()
@dataclass(frozen=True, kw_only=True)
class NoteWritten:
    """The outside world was told about an addition."""

    jar_id: UUID
