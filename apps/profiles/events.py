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
