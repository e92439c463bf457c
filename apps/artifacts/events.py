"""What happened to files. Hashes and sizes only: an event never holds contents or names that people gave."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from apps.journal.event import event, subject_kind

subject_kind("artifact", label=_("File"))


@event()
@dataclass(frozen=True, kw_only=True)
class ArtifactStored:
    """Bytes became known to this farm."""

    artifact_id: UUID
    sha256: str
    size: int
    mime: str
    parents: list[UUID]


@event()
@dataclass(frozen=True, kw_only=True)
class ArtifactErased:
    """The bytes may no longer be kept; their destruction is owed. Hash and lineage stay."""

    artifact_id: UUID
    sha256: str
    size: int
    reason: str


@event()
@dataclass(frozen=True, kw_only=True)
class ArtifactDamaged:
    """Stored bytes were found missing or changed."""

    artifact_id: UUID
    sha256: str
    damage: str


@event()
@dataclass(frozen=True, kw_only=True)
class ArtifactRepaired:
    """Bytes that were missing or changed are whole again."""

    artifact_id: UUID
    sha256: str
