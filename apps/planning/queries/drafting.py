"""Everything the first draft of a plan, or a fresh one, follows from: the model, the material, the kinds of printers, what was used before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.models import Count

from apps.catalog.models import Material, PrinterClass
from apps.catalog.states import BedShape, ClassState
from apps.fleet.models import Printer
from apps.journal.refusals import NotFound
from apps.orders.models import Piece, Requirement
from apps.orders.states import Component, PieceState
from apps.parts import queries as parts
from apps.parts.domain.estimate import estimate
from apps.parts.models import Preflight
from apps.planning.domain import drafting
from apps.planning.domain.recipes import Recipe
from apps.planning.models import Output, Plan
from apps.policy.domain.risk import PlanRisk, assess_plan
from apps.profiles import queries as profiles
from apps.profiles.models import ProfileVersion

USUAL_NOZZLE_UM = 400


def requirements_without_plan(intent_id: UUID) -> list[Requirement]:
    """Return the printed components of an order that have pieces to make and no plan."""
    owed = Piece.objects.filter(state=PieceState.OWED, requirement__line__intent_id=intent_id).values("requirement")
    found = Requirement.objects.filter(pk__in=owed, component=Component.PRINTED).exclude(pk__in=Plan.objects.values("requirement"))
    return list(found.select_related("line__intent", "line__material").order_by("id"))


def recipe_for(requirement: Requirement, *, slicer_digest: str) -> Recipe | None:
    """Return the recipe that follows from today's defaults; None while the model was not checked. Reads the profile's settings.

    Args:
        requirement: The component.
        slicer_digest: The slicer that is installed, as its driver says.
    """
    line = requirement.line
    try:
        preflight = parts.preflight_of(requirement.part_revision_id)  # type: ignore[arg-type]
    except NotFound:
        return None
    model = _model(preflight)
    wish = _wish(requirement)
    options = _options(line.intent.site_id, wish, line.quality_tier, model)
    choice = drafting.choose_class(model, options)
    worked_out = _estimate(preflight.metrics, choice.option, wish, model)
    risk = assess_plan(_risk(preflight, model, choice.option, wish, worked_out, slicer_digest))
    return drafting.draft(
        model,
        choice,
        wish,
        quality_tier=line.quality_tier,
        constraints=line.constraints,
        slicer_digest=slicer_digest,
        estimate=worked_out,
        risk=risk,
    )


def _model(preflight: Preflight) -> drafting.Model:
    supplied = parts.gcode_of(preflight.revision_id)
    artifact = supplied or parts.mesh_of(preflight.revision_id)
    metrics: Mapping[str, Any] = preflight.metrics
    size = [metrics.get(name) for name in ("size_x_um", "size_y_um", "size_z_um")]
    return drafting.Model(
        artifact_id=artifact.pk,
        sha256=artifact.sha256,
        source="gcode" if supplied else "geometry",
        size_um=(int(size[0]), int(size[1]), int(size[2])) if all(isinstance(one, int) for one in size) else None,  # type: ignore[arg-type]
        preflight_status=str(parts.effective_status(preflight)),
        preflight_codes=tuple(str(finding.get("code")) for finding in preflight.findings),
        is_repaired=bool(metrics.get("is_repaired", False)),
    )


def _wish(requirement: Requirement) -> drafting.MaterialWish | None:
    line = requirement.line
    own = requirement.material_slots[0] if requirement.material_slots else {}
    material = Material.objects.filter(pk=own["material"]).first() if own.get("material") else line.material
    if material is None:
        return None
    color = own.get("color") or line.color_id
    return drafting.MaterialWish(
        material_id=material.pk,
        family=material.family,
        color_id=UUID(str(color)) if color else None,
        flags=tuple(material.flags),
        needs_chamber=material.chamber_min_c is not None,
    )


def _options(site_id: UUID, wish: drafting.MaterialWish | None, tier: str, model: drafting.Model) -> list[drafting.ClassOption]:
    """Return the kinds of printers by key: on the version their profile is made on, or the newest where there is no profile."""
    newest: dict[str, PrinterClass] = {}
    for one in PrinterClass.objects.filter(state=ClassState.RELEASED).order_by("key", "class_version"):
        newest[one.key] = one
    here = _printers_here(site_id)
    found = []
    for one in newest.values():
        version, nozzle = (None, None) if model.source == "gcode" or wish is None else _profile(one, wish, tier)
        kind = version.printer_class if version else one
        found.append(
            drafting.ClassOption(
                printer_class_id=kind.pk,
                name=f"{kind.key}@{kind.class_version}",
                volume_um=(kind.volume_x_um, kind.volume_y_um, kind.volume_z_um),
                is_round=kind.bed_shape == BedShape.ROUND,
                nozzle_um=nozzle,
                printers=here.get(kind.pk, 0),
                profile=_profile_option(version) if version else None,
            )
        )
    return found


def _printers_here(site_id: UUID) -> dict[UUID, int]:
    rows = Printer.objects.filter(site_id=site_id, retired_at__isnull=True).values("printer_class").annotate(n=Count("id"))
    return {row["printer_class"]: row["n"] for row in rows}


def _profile(kind: PrinterClass, wish: drafting.MaterialWish, tier: str) -> tuple[ProfileVersion | None, int | None]:
    """Return the released version for the first nozzle that has one, the usual nozzle first."""
    for nozzle in sorted(kind.nozzle_diameters_um, key=lambda um: (um != USUAL_NOZZLE_UM, um)):
        version = profiles.released_version(
            material_family=wish.family, material_id=wish.material_id, quality_tier=tier, printer_class_key=kind.key, nozzle_um=nozzle
        )
        if version is not None:
            return version, int(nozzle)
    return None, None


def _profile_option(version: ProfileVersion) -> drafting.ProfileOption:
    return drafting.ProfileOption(
        version_id=version.pk,
        name=f"{version.profile.name} {version}",
        content_sha256=version.content_sha256,
        settings=profiles.settings_of(version),
    )


def _estimate(
    metrics: Mapping[str, Any], option: drafting.ClassOption | None, wish: drafting.MaterialWish | None, model: drafting.Model
) -> drafting.Estimate:
    if model.source == "gcode":
        return drafting.Estimate(_minutes(metrics.get("seconds")), metrics.get("filament_mg"), metrics.get("filament_mm"))
    if option is None or option.profile is None or wish is None:
        return drafting.Estimate()
    density = Material.objects.values_list("density_mg_cm3", "filament_diameter_um").get(pk=wish.material_id)
    found = estimate(metrics, density_mg_cm3=density[0], with_supports=True)
    return drafting.Estimate(_minutes(found.seconds), found.filament_mg, _length_mm(found.filament_mm3, density[1]))


def _minutes(seconds: int | None) -> int | None:
    return None if seconds is None else -(-seconds // 60)


def _length_mm(volume_mm3: int, diameter_um: int) -> int:
    radius_mm = diameter_um / 2000
    return round(volume_mm3 / (3.141592653589793 * radius_mm * radius_mm))


def _risk(
    preflight: Preflight,
    model: drafting.Model,
    option: drafting.ClassOption | None,
    wish: drafting.MaterialWish | None,
    worked_out: drafting.Estimate,
    slicer_digest: str,
) -> PlanRisk:
    metrics: Mapping[str, Any] = preflight.metrics
    area, overhang = metrics.get("area_mm2"), metrics.get("overhang_area_mm2")
    profile = option.profile if option else None
    used = Output.objects.filter(retired_at__isnull=True)
    return PlanRisk(
        size_um=model.size_um,
        volume_um=option.volume_um if option else None,
        overhang_percent=100 * overhang / area if isinstance(area, int) and area > 0 and isinstance(overhang, int) else None,
        family=wish.family if wish else "",
        preflight_status=model.preflight_status,
        preflight_codes=model.preflight_codes,
        is_repaired=model.is_repaired,
        source=model.source,
        estimated_minutes=worked_out.minutes,
        is_new_profile=profile is not None and not used.filter(profile_version_id=profile.version_id).exists(),
        is_new_slicer=model.source != "gcode" and not used.filter(slicer_digest=slicer_digest).exists(),
    )
