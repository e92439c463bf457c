"""What happened to profiles and their versions."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from apps.journal.event import event, subject_kind

subject_kind("profile", label=_("Profile"))
subject_kind("profile_version", label=_("Profile version"))


@event()
@dataclass(frozen=True, kw_only=True)
class ProfileVersionCreated:
    """A version of a profile exists; its content is fixed by its hash."""

    profile_id: UUID
    version_id: UUID
    number: str
    content_sha256: str


@event()
@dataclass(frozen=True, kw_only=True)
class ProfilePromoted:
    """New plans use this version from now on."""

    profile_id: UUID
    version_id: UUID
    number: str
    while_failing: bool = False


@event()
@dataclass(frozen=True, kw_only=True)
class ProfileRolledBack:
    """A version was taken back as bad; ``restored_id`` is the one that new plans use instead, if there is one."""

    profile_id: UUID
    version_id: UUID
    number: str
    restored_id: UUID | None = None


@event()
@dataclass(frozen=True, kw_only=True)
class ProfileDefined:
    """There is a profile for this material, quality, printer class and nozzle; it has no version yet."""

    profile_id: UUID
    material_family: str
    quality_tier: str
    printer_class_key: str
    nozzle_diameter_um: int
    material_id: UUID | None = None


@event()
@dataclass(frozen=True, kw_only=True)
class ProfileVersionNominated:
    """A version is fixed for ever and offered for tests."""

    profile_id: UUID
    version_id: UUID
    number: str


@event()
@dataclass(frozen=True, kw_only=True)
class ProfileVersionRetired:
    """A version is offered no more: a candidate that did not make it, or the one before the previous one."""

    profile_id: UUID
    version_id: UUID
    number: str


@event()
@dataclass(frozen=True, kw_only=True)
class ProfileVersionRestored:
    """New plans use an earlier version again."""

    profile_id: UUID
    version_id: UUID
    number: str
