"""What happened to the things everything else refers to."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from apps.journal.event import event, subject_kind

subject_kind("material", label=_("Material"))
subject_kind("color", label=_("Color"))
subject_kind("printer_class", label=_("Printer class"))


@event()
@dataclass(frozen=True, kw_only=True)
class MaterialDefined:
    """A material can be chosen."""

    material_id: UUID
    family: str


@event()
@dataclass(frozen=True, kw_only=True)
class ColorDefined:
    """A color can be chosen."""

    color_id: UUID
    hex_rgb: str


@event()
@dataclass(frozen=True, kw_only=True)
class OfferChanged:
    """A material or color can be chosen for new work, or no longer."""

    kind: str
    subject_id: UUID
    is_offered: bool


@event()
@dataclass(frozen=True, kw_only=True)
class PrinterClassDrafted:
    """A version of a printer class is being written."""

    printer_class_id: UUID
    key: str
    class_version: int


@event()
@dataclass(frozen=True, kw_only=True)
class PrinterClassReleased:
    """A version of a printer class is fixed for ever; printers and profiles may use it."""

    printer_class_id: UUID
    key: str
    class_version: int


@event()
@dataclass(frozen=True, kw_only=True)
class PrinterClassRetired:
    """A version of a printer class is offered no longer."""

    printer_class_id: UUID
    key: str
    class_version: int
