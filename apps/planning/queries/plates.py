"""What others ask about plates: their G-code, what they need of a machine, what they are sliced with, and whether they are begun."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from apps.fleet.domain.matching import Wanted, WantedMaterial
from apps.journal.refusals import NotFound, Refusal
from apps.orders.models import PieceFact
from apps.orders.states import PieceFactKind, PieceState
from apps.planning.models import BuildPlate, Output, Plan, PlateItem
from apps.planning.states import PlateState
from apps.slicing.cache import slice_key


def output_for(plate: BuildPlate) -> Output | None:
    """Return the G-code to print a plate from, or None while there is none that may be used."""
    if not plate.slice_key:
        return None
    rows = Output.objects.filter(slice_key=plate.slice_key, retired_at__isnull=True)
    return rows.select_related("artifact", "printer_class").first()


def object_name(slot: int) -> str:
    """Return what the part in a slot is called in the G-code: nothing about whose it is."""
    return f"slot-{slot}"


def object_in(output: Output, slot: int) -> str:
    """Return what the part in a slot is called in this very file; empty: it is labelled nowhere in it, as far as anybody knows."""
    name = object_name(slot)
    return name if name in output.facts.get("objects", ()) else ""


def plan_of(plate: BuildPlate) -> Plan:
    """Return the plan of a plate's first part: all its parts are made by the same profile version, slicer, overrides and material.

    Raises:
        NotFound: the plate is empty.
    """
    found = Plan.objects.filter(plate_items__plate=plate).select_related("profile_version", "requirement__line__material")
    first = found.order_by("plate_items__slot").first()
    if first is None:
        raise NotFound(str(Plan._meta.verbose_name), plate=str(plate.pk))
    return first


def overrides_of(plan: Plan) -> dict[str, str]:
    """Return the slicer keys in which a plan differs from its profile."""
    return {str(key): str(value) for key, value in plan.slicing.get("overrides", {}).items()}


def slice_key_of(plate: BuildPlate) -> str:
    """Return the hash of all that decides a plate's G-code.

    Raises:
        Refusal: ``plate-not-approved``: it has no layout or no printer class yet.
    """
    if plate.layout is None or plate.printer_class is None:
        raise Refusal("plate-not-approved", number=plate.number, state=str(plate.get_state_display()))
    plan = plan_of(plate)
    return slice_key(
        layout_sha256=plate.layout.sha256,
        printer_class=f"{plate.printer_class.key}@{plate.printer_class.class_version}",
        slicer_digest=plan.slicer_digest,
        profile_sha256=plan.profile_version.content_sha256 if plan.profile_version else "",
        overrides=overrides_of(plan),
    )


def wanted_of(plate: BuildPlate) -> Wanted:
    """Return what a plate asks of a machine: from its G-code where there is one, from its plans otherwise."""
    plan, output = plan_of(plate), output_for(plate)
    asked: dict[str, Any] = plan.printer_requirements
    read: dict[str, Any] = output.facts if output else {}
    material = plan.requirement.line.material
    return Wanted(
        process=plate.process,
        printer_class=f"{plate.printer_class.key}@{plate.printer_class.class_version}" if plate.printer_class else "",
        size_um=_size_um(read, asked),
        nozzle_um=asked.get("nozzle_diameter"),
        nozzle_c=int(read.get("max_nozzle_c") or 0),
        bed_c=int(read.get("max_bed_c") or 0),
        chamber_c=int((material.chamber_min_c if material else None) or 0),
        enclosure=str(asked.get("enclosure_required") or ""),
        flags=frozenset(asked.get("material_flags", ())),
        tags=frozenset(asked.get("capability_tags", ())),
        sheet=str(asked.get("build_sheet") or ""),
        materials=_materials(plan, output),
    )


def _size_um(read: dict[str, Any], asked: dict[str, Any]) -> tuple[int, int, int]:
    """Return the box that must fit. Of G-code it reaches from the bed's corner, where the machine's zero is, to the farthest extrusion."""
    if read.get("bounds_um"):
        x, y, z = read["bounds_um"][1]
        return int(x), int(y), int(z)
    x, y, z = asked.get("min_build_volume") or (0, 0, 0)
    return int(x), int(y), int(z)


def _materials(plan: Plan, output: Output | None) -> tuple[WantedMaterial, ...]:
    slots = plan.material_slots
    used = output.filament_mg if output and len(slots) == 1 else 0
    return tuple(
        WantedMaterial(
            family=str(slot.get("family") or ""),
            material=slot.get("material_id"),
            color=slot.get("color_id"),
            mg=used or int(slot.get("mg") or 0),
        )
        for slot in slots
    )


def is_started(plate: BuildPlate) -> bool:
    """Is a machine making it right now? Also when a piece was canceled meanwhile, until what became of it is recorded."""
    items = PlateItem.objects.filter(plate=plate, live=True)
    if items.filter(piece__state=PieceState.PRINTING).exists():
        return True
    canceled = items.filter(piece__state=PieceState.CANCELED).values("piece")
    return PieceFact.objects.filter(piece__in=canceled, kind=PieceFactKind.CANCELED, from_state=PieceState.PRINTING).exists()


def plates_with_canceled(intent_id: UUID) -> list[UUID]:
    """Return the open plates on which a canceled piece of this order still has a live place."""
    items = PlateItem.objects.filter(
        live=True,
        piece__state=PieceState.CANCELED,
        piece__requirement__line__intent_id=intent_id,
        plate__state__in=[PlateState.DRAFT, PlateState.APPROVED],
    )
    return sorted(set(items.values_list("plate_id", flat=True)), key=str)


def plates_without_output(plan_id: UUID) -> QuerySet[BuildPlate]:
    """Return the open plates with a live part of this plan for which there is no G-code."""
    waiting = BuildPlate.objects.filter(items__plan_id=plan_id, items__live=True, output__isnull=True)
    return waiting.filter(state__in=[PlateState.DRAFT, PlateState.APPROVED]).distinct().order_by("id")
