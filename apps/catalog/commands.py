"""What can be done with materials, colors and printer classes."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from typing import Any
from uuid import UUID

from apps.accounts.models import Site
from apps.journal.commands import command
from apps.journal.context import Context
from apps.journal.event import Subject
from apps.journal.recording import record
from apps.journal.refusals import Invalid, NotFound

from . import events
from .models import Color, Material, PrinterClass
from .states import BedShape, Enclosure, ExtruderType, FilamentSensor, MaterialFamily, MaterialFlag, Process

_KEY = re.compile(r"[A-Za-z0-9_]{1,80}")
_HEX = re.compile(r"#[0-9a-fA-F]{6}")
_NOZZLE_LOW, _NOZZLE_HIGH = 50, 5_000


@dataclass(frozen=True, slots=True)
class KeepOut:
    """A box of the bed that nothing may be printed in, micrometres from its front left corner."""

    x_um: int
    y_um: int
    width_um: int
    depth_um: int


@dataclass(frozen=True, slots=True)
class CapabilityValues:
    """What a kind of machine can do, as the columns of ``CapabilityFields`` say it. Lengths are micrometres, temperatures °C."""

    volume_x_um: int
    volume_y_um: int
    volume_z_um: int
    nozzle_diameters_um: tuple[int, ...]
    max_nozzle_c: int
    max_bed_c: int
    process: Process = Process.FFF
    bed_shape: BedShape = BedShape.RECTANGULAR
    keep_outs: tuple[KeepOut, ...] = ()
    extruder_type: ExtruderType = ExtruderType.UNKNOWN
    feeds: int = 1
    enclosure: Enclosure = Enclosure.OPEN
    max_chamber_c: int = 0
    material_flags: tuple[MaterialFlag, ...] = ()
    filament_sensor: FilamentSensor = FilamentSensor.NONE
    has_camera: bool = False
    tags: tuple[str, ...] = ()


@command("catalog.define_material")
def define_material(
    ctx: Context,
    *,
    family: MaterialFamily,
    name: str,
    density_mg_cm3: int,
    nozzle_min_c: int,
    nozzle_max_c: int,
    bed_min_c: int,
    bed_max_c: int,
    brand: str = "",
    site_id: UUID | None = None,
    filament_diameter_um: int = 1750,
    chamber_min_c: int | None = None,
    shrink_ppm: int | None = None,
    dry_c: int | None = None,
    dry_minutes: int | None = None,
    flags: tuple[MaterialFlag, ...] = (),
) -> UUID:
    """Let a material be chosen, at one site or (without one) at all, and return its id.

    Density is mg/cm³ (PLA 1240), the diameter µm, temperatures °C (bed 0: unheated), shrinkage parts per million (0.4 % is 4000). What is not
    known is None; ``chamber_min_c`` is given only where the chamber must be warm. ``flags`` are what it asks of a printer.

    Raises:
        NotFound: no such site.
        Invalid: an unknown flag or unusable value.
        Refusal: ``material-exists``, ``shared-material-exists``, ``unknown-code`` and the other words of the table's constraints.
    """
    material = Material(
        site=_site(site_id),
        family=family,
        brand=brand.strip(),
        name=name.strip(),
        density_mg_cm3=density_mg_cm3,
        filament_diameter_um=filament_diameter_um,
        nozzle_min_c=nozzle_min_c,
        nozzle_max_c=nozzle_max_c,
        bed_min_c=bed_min_c,
        bed_max_c=bed_max_c,
        chamber_min_c=chamber_min_c,
        shrink_ppm=shrink_ppm,
        dry_c=dry_c,
        dry_minutes=dry_minutes,
        flags=_known_flags(flags),
        created_at=ctx.now,
    ).add()
    about = [Subject("material", material.pk)]
    record(ctx.about(site_id=site_id), event=events.MaterialDefined(material_id=material.pk, family=family), subjects=about)
    return material.pk


def _known_flags(flags: tuple[MaterialFlag, ...]) -> list[str]:
    given = sorted(set(map(str, flags)))
    if set(given) - set(MaterialFlag.values):
        raise Invalid({"flags": f"each must be one of {', '.join(MaterialFlag.values)}"})
    return given


@command("catalog.define_color")
def define_color(ctx: Context, *, name: str, hex_rgb: str, is_translucent: bool = False, site_id: UUID | None = None) -> UUID:
    """Let a color be chosen, at one site or (without one) at all, and return its id. ``hex_rgb`` is written ``#1e90ff``.

    Raises:
        NotFound: no such site.
        Refusal: ``color-invalid``, ``color-exists``, ``shared-color-exists``, ``color-unnamed``.
        Invalid: the name is too long, or this is no color.
    """
    site = _site(site_id)
    if not _HEX.fullmatch(hex_rgb):
        raise Invalid({"hex_rgb": "must be # and six hex digits, such as #1e90ff"})
    color = Color(site=site, name=name.strip(), hex_rgb=hex_rgb.lower(), is_translucent=is_translucent, created_at=ctx.now).add()
    defined = events.ColorDefined(color_id=color.pk, hex_rgb=color.hex_rgb)
    record(ctx.about(site_id=site_id), event=defined, subjects=[Subject("color", color.pk)])
    return color.pk


@command("catalog.offer_material")
def offer_material(ctx: Context, *, material_id: UUID, expected_version: int, is_offered: bool) -> None:
    """Let a material be chosen for new work, or no longer; what is ordered stays. Does nothing when it is so already.

    Raises:
        NotFound, StaleVersion: no such material, changed meanwhile.
    """
    _offer(ctx, Material.at_version(material_id, expected_version), "material", is_offered)


@command("catalog.offer_color")
def offer_color(ctx: Context, *, color_id: UUID, expected_version: int, is_offered: bool) -> None:
    """Let a color be chosen for new work, or no longer. Raises like ``offer_material``."""
    _offer(ctx, Color.at_version(color_id, expected_version), "color", is_offered)


def _offer(ctx: Context, row: Material | Color, kind: str, is_offered: bool) -> None:
    if row.is_offered == is_offered:
        return
    row.is_offered = is_offered
    row.save_changes("is_offered")
    changed = events.OfferChanged(kind=kind, subject_id=row.pk, is_offered=is_offered)
    record(ctx.about(site_id=row.site_id), event=changed, subjects=[Subject(kind, row.pk)])


@command("catalog.draft_printer_class")
def draft_printer_class(ctx: Context, *, key: str, capability: CapabilityValues, name: str = "", notes: str = "") -> UUID:
    """Write the next version of a printer class and return its id. Nothing uses it before it is released.

    Args:
        ctx: Who asks, when.
        key: Letters, digits and underscores, such as ``Voron_350_Enclosed``.
        capability: What its machines can do.
        name: What people call it.
        notes: What is different from the version before.

    Raises:
        Invalid: the key, a nozzle, a keep-out box or a flag cannot be used.
        Refusal: ``printer-class-version-taken`` when somebody drafted the same version in this moment; the words of the capability's constraints.
    """
    _refuse_impossible(key, capability)
    latest = PrinterClass.objects.filter(key=key).order_by("-class_version").values_list("class_version", flat=True).first()
    drafted = PrinterClass(
        key=key, class_version=(latest or 0) + 1, name=name.strip(), notes=notes, created_at=ctx.now, **_columns(capability)
    ).add()
    _record_class(ctx, events.PrinterClassDrafted, drafted)
    return drafted.pk


@command("catalog.release_printer_class")
def release_printer_class(ctx: Context, *, printer_class_id: UUID, expected_version: int) -> None:
    """Let printers and profiles use a version; it never changes again.

    Raises:
        NotFound, StaleVersion: no such version, changed meanwhile.
        Refusal: ``illegal-transition`` when it is no draft.
    """
    found = PrinterClass.at_version(printer_class_id, expected_version)
    found.release(now=ctx.now)
    found.save_changes("state", "released_at")
    _record_class(ctx, events.PrinterClassReleased, found)


@command("catalog.retire_printer_class")
def retire_printer_class(ctx: Context, *, printer_class_id: UUID, expected_version: int) -> None:
    """Offer a version no longer; what is pinned to it stays. Raises like ``release_printer_class``."""
    found = PrinterClass.at_version(printer_class_id, expected_version)
    found.retire()
    found.save_changes("state")
    _record_class(ctx, events.PrinterClassRetired, found)


def _record_class(ctx: Context, kind: type[Any], found: PrinterClass) -> None:
    happened = kind(printer_class_id=found.pk, key=found.key, class_version=found.class_version)
    record(ctx, event=happened, subjects=[Subject("printer_class", found.pk)])


def _site(site_id: UUID | None) -> Site | None:
    if site_id is None:
        return None
    found = Site.objects.filter(pk=site_id).first()
    if found is None:
        raise NotFound("site", id=str(site_id))
    return found


def _columns(capability: CapabilityValues) -> dict[str, Any]:
    values = {field.name: getattr(capability, field.name) for field in fields(capability)}
    boxes = [{field.name: getattr(box, field.name) for field in fields(box)} for box in capability.keep_outs]
    return {
        **values,
        "keep_outs": boxes,
        "nozzle_diameters_um": sorted(set(capability.nozzle_diameters_um)),
        "material_flags": sorted(set(map(str, capability.material_flags))),
        "tags": sorted({tag.strip() for tag in capability.tags if tag.strip()}),
    }


def _refuse_impossible(key: str, capability: CapabilityValues) -> None:
    """Refuse what no constraint can see: the shape of the key and what is inside the lists."""
    wrong = {}
    if not _KEY.fullmatch(key):
        wrong["key"] = "must be 1 to 80 letters, digits and underscores"
    nozzles = capability.nozzle_diameters_um
    if not nozzles or not all(_NOZZLE_LOW <= nozzle <= _NOZZLE_HIGH for nozzle in nozzles):
        wrong["nozzle_diameters_um"] = f"must name at least one diameter, each from {_NOZZLE_LOW} to {_NOZZLE_HIGH} µm"
    if not all(_is_on_the_bed(box, capability) for box in capability.keep_outs):
        wrong["keep_outs"] = "each box must have a size and lie on the bed"
    if set(map(str, capability.material_flags)) - set(MaterialFlag.values):
        wrong["material_flags"] = f"must be of {', '.join(MaterialFlag.values)}"
    if wrong:
        raise Invalid(wrong)


def _is_on_the_bed(box: KeepOut, capability: CapabilityValues) -> bool:
    fits_x = box.x_um >= 0 and box.width_um >= 1 and box.x_um + box.width_um <= capability.volume_x_um
    fits_y = box.y_um >= 0 and box.depth_um >= 1 and box.y_um + box.depth_um <= capability.volume_y_um
    return fits_x and fits_y
