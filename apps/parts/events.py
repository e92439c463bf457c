"""What happened to uploaded models and what was found in them. File names stay with the upload: people put their own into them."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from apps.journal.event import event, subject_kind

subject_kind("part", label=_("Part"))
subject_kind("part_revision", label=_("Part revision"))
subject_kind("upload", label=_("Upload"))


@event()
@dataclass(frozen=True, kw_only=True)
class ModelIngested:
    """A file was taken in and is kept as it came. Its check is owed. ``kind`` is model or gcode."""

    upload_id: UUID
    artifact_id: UUID
    sha256: str
    size: int
    kind: str


@event()
@dataclass(frozen=True, kw_only=True)
class UploadRefused:
    """The file cannot be used at all: ``code`` says why."""

    upload_id: UUID
    code: str


@event()
@dataclass(frozen=True, kw_only=True)
class PreflightPassed:
    """Nothing stands against making this part."""

    upload_id: UUID
    revision_id: UUID
    preflight_id: UUID


@event()
@dataclass(frozen=True, kw_only=True)
class PreflightWarned:
    """It can be made, but the customer must choose about what was found."""

    upload_id: UUID
    revision_id: UUID
    preflight_id: UUID
    codes: list[str]


@event()
@dataclass(frozen=True, kw_only=True)
class PreflightFailed:
    """It cannot be made as it is."""

    upload_id: UUID
    revision_id: UUID
    preflight_id: UUID
    codes: list[str]


@event()
@dataclass(frozen=True, kw_only=True)
class ReviewResolved:
    """A finding was answered: accepted by the customer, or by staff with a reason."""

    preflight_id: UUID
    revision_id: UUID
    code: str
    by_staff: bool


@event()
@dataclass(frozen=True, kw_only=True)
class ReviewRequested:
    """A customer asks somebody of the shop to look at what keeps a part from being made."""

    preflight_id: UUID
    revision_id: UUID
    code: str
