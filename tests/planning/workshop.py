"""A small workshop with real files: meshes in the store, released profiles, paid orders; and a worker that does all that is owed."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from apps.accounts.models import Site
from apps.artifacts.models import Artifact
from apps.catalog.models import Color, Material, PrinterClass
from apps.catalog.states import MaterialFamily, QualityTier
from apps.journal import lanes, locks, recording
from apps.journal.commands import command
from apps.journal.context import Context
from apps.journal.event import Subject
from apps.orders import changes, events
from apps.orders.models import Intent, Piece, Release, Requirement
from apps.orders.states import ReleaseBasis
from apps.parts.models import PartRevision
from apps.parts.states import FileRole, PreflightKind
from apps.planning.domain.recipes import ItemDraft, Recipe, SlotDraft
from apps.planning.models import BuildPlate, Plan, PlateItem
from apps.policy import commands as policy
from apps.policy.domain.default import default_body
from apps.policy.models import Decision
from apps.profiles import commands as profiles
from apps.profiles.models import ProfileVersion
from tests.factories.accounts import shop
from tests.factories.artifacts import make_file, make_stored
from tests.factories.catalog import make_color, make_material, make_printer_class
from tests.factories.context import make_context
from tests.factories.fleet import make_printer
from tests.factories.orders import make_line_item, make_paid_intent, make_piece, make_release, make_requirement
from tests.factories.parts import make_part_revision, make_preflight, make_revision_file
from tests.factories.policy import make_decision

STARTER = Path(profiles.__file__).parent / "domain" / "starter"
SLICER = "PrusaSlicer 2.5.0 sha256:0123456789ab"


@dataclass(frozen=True)
class Workshop:
    """Everything needed before the first order."""

    site: Site
    printer_class: PrinterClass
    profile: ProfileVersion
    material: Material
    color: Color


def set_up(*, gather_s: float = 0, has_policy: bool = True, rules: dict[str, Any] | None = None, keep_outs: Any = ()) -> Workshop:
    """Return a site with one kind of printer, one material, its starter profile in production and the default policy."""
    site = shop()
    kind = make_printer_class(key="Generic_250", volume_x_um=250_000, volume_y_um=210_000, volume_z_um=210_000, keep_outs=list(keep_outs))
    make_printer(site=site, printer_class=kind)
    body = default_body()
    body["limits"]["gather_seconds"] = gather_s
    body["auto"].update(rules or {})
    if has_policy:
        policy.activate_policy(make_context(), site_id=site.id, body=body)
    material = make_material()
    return Workshop(site, kind, _profile(kind), material, make_color())


def _profile(kind: PrinterClass) -> ProfileVersion:
    profile_id = profiles.define_profile(
        make_context(),
        material_family=MaterialFamily.PLA,
        quality_tier=QualityTier.STANDARD,
        printer_class_key=kind.key,
        nozzle_diameter_um=400,
        name="PLA_0.4_Standard",
    )
    text = (STARTER / "pla_standard.ini").read_text()
    version_id = profiles.import_ini(make_context(), profile_id=profile_id, printer_class_id=kind.pk, text=text, number="1.0.0")
    profiles.nominate_version(make_context(), version_id=version_id, expected_version=1)
    profiles.promote_version(make_context(), version_id=version_id, expected_version=2)
    return ProfileVersion.objects.get(pk=version_id)


def box_stl(x: float, y: float, z: float) -> bytes:
    """Return a closed box in millimetres, its corner at the origin, as binary STL."""
    p = [(a * x, b * y, c * z) for c in (0, 1) for b in (0, 1) for a in (0, 1)]
    quads = [(0, 2, 3, 1), (4, 5, 7, 6), (0, 1, 5, 4), (2, 6, 7, 3), (0, 4, 6, 2), (1, 3, 7, 5)]
    triangles = [(p[a], p[b], p[c]) for q in quads for a, b, c in ((q[0], q[1], q[2]), (q[0], q[2], q[3]))]
    body = b"".join(struct.pack("<12fH", 0, 0, 0, *corners[0], *corners[1], *corners[2], 0) for corners in triangles)
    return b"\0" * 80 + struct.pack("<I", len(triangles)) + body


def make_model(x: float = 30, y: float = 20, z: float = 4) -> PartRevision:
    """Return a checked revision of a box."""
    mesh = make_file(box_stl(x, y, z))
    revision = make_part_revision()
    make_preflight(revision=revision, artifact=mesh, metrics=box_metrics(x, y, z))
    return revision


def box_metrics(x: float, y: float, z: float) -> dict[str, Any]:
    """Return what preflight measures of a box."""
    side, level = round(2 * z * (x + y)), round(2 * x * y)
    half_x, half_y = round(x * 500), round(y * 500)
    return {
        "size_x_um": round(x * 1000),
        "size_y_um": round(y * 1000),
        "size_z_um": round(z * 1000),
        "volume_mm3": round(x * y * z),
        "area_mm2": side + level,
        "side_area_mm2": side,
        "horiz_area_mm2": level,
        "overhang_area_mm2": 0,
        "support_mm3": 0,
        "footprint_um": [[-half_x, -half_y], [half_x, -half_y], [half_x, half_y], [-half_x, half_y]],
    }


def make_gcode_model(gcode: bytes, **metrics: Any) -> PartRevision:
    """Return a checked revision that came as G-code."""
    file = make_file(gcode)
    revision = make_part_revision()
    make_revision_file(revision=revision, artifact=file, role=FileRole.GCODE, original_name="part.gcode")
    make_preflight(revision=revision, artifact=file, kind=PreflightKind.GCODE, metrics=metrics)
    return revision


def make_order(
    shop_floor: Workshop,
    revision: PartRevision | None = None,
    *,
    quantity: int = 1,
    due_at: datetime | None = None,
    is_released: bool = True,
    **line: Any,
) -> Requirement:
    """Return the one component of a paid order, with its pieces; released unless said otherwise. Nothing is owed because of it."""
    revision = revision or make_model()
    intent = make_paid_intent(site=shop_floor.site, due_at=due_at)
    values = {"material": shop_floor.material, "color": shop_floor.color, "part_revision": revision, "quantity": quantity, **line}
    row = make_line_item(intent=intent, **values)
    requirement = make_requirement(line=row, part_revision=revision)
    for number in range(1, quantity + 1):
        make_piece(requirement=requirement, number=number)
    if is_released:
        make_release(intent=intent, decision=make_decision(site=shop_floor.site))
    return requirement


@command("planningtests.release")
def release(ctx: Context, *, intent_id: UUID, decision_id: UUID) -> None:
    """Release a paid order and say so, as the orders app does."""
    intent: Intent = locks.intent(intent_id)
    Release(intent=intent, basis=ReleaseBasis.PREPAID, released_by="service:tests", decision_id=decision_id, created_at=ctx.now).add()
    released = events.IntentReleased(intent_id=intent.pk, basis="prepaid", decision_id=decision_id)
    about = ctx.about(correlation_id=intent.pk, site_id=intent.site_id)
    recording.record(about, event=released, subjects=[Subject("intent", intent.pk)])


@command("planningtests.cancel")
def cancel(ctx: Context, *, piece_ids: tuple[UUID, ...], intent_id: UUID) -> None:
    """Cancel some pieces of an order and say so, as the orders app does."""
    intent: Intent = locks.intent(intent_id)
    for piece in Piece.objects.filter(pk__in=piece_ids):
        changes.cancel_piece(ctx, piece, reason="CUSTOMER_REQUEST")  # type: ignore[arg-type]
    amended = events.IntentAmended(intent_id=intent.pk, amendment_id=intent.pk, kind="cancel_qty", pieces=-len(piece_ids))
    about = ctx.about(correlation_id=intent.pk, site_id=intent.site_id)
    recording.record(about, event=amended, subjects=[Subject("intent", intent.pk)])


def release_order(requirement: Requirement) -> None:
    """Release the order of a component."""
    intent = requirement.line.intent
    decision: Decision = make_decision(site=intent.site)
    release(make_context(), intent_id=intent.pk, decision_id=decision.pk)


def work(*, most: int = 500) -> int:
    """Do all that is owed until nothing is due, and return how much that was."""
    done = 0
    while any(lanes.hand_out_next(lane) for lane in lanes.LANES):
        done += 1
        assert done < most, "it never ends"
    return done


def make_recipe(shop_floor: Workshop, **overrides: Any) -> Recipe:
    """Return a recipe for the workshop's profile that nobody must look at."""
    values: dict[str, Any] = {
        "source": "geometry",
        "source_artifact_id": None,
        "profile_version_id": shop_floor.profile.pk,
        "slicer_digest": SLICER,
        "printer_requirements": {"nozzle_diameter": 400},
        "slicing": {"infill": "15%", "overrides": {}},
        "material_slots": ({"tool": 0, "family": "PLA", "material_id": str(shop_floor.material.pk), "color_id": None, "mg": 3000},),
        "pins": {"model": "c" * 64, "profile": shop_floor.profile.content_sha256, "slicer": SLICER, "overrides": {}},
        "estimated_minutes": 60,
        "filament_mg": 3_000,
        "filament_mm": 1_000,
        "risk_level": "LOW",
        **overrides,
    }
    return Recipe(**values)


def make_slots(mesh: Artifact, count: int = 1, **placement: Any) -> tuple[SlotDraft, ...]:
    """Return ``count`` places of the same mesh."""
    return tuple(
        SlotDraft(n, mesh.pk, mesh.sha256, {"x_um": n * 40_000, "y_um": 100_000, "rotation_mdeg": 0, **placement}, {})
        for n in range(1, count + 1)
    )


def composing(shop_floor: Workshop, plan: Plan, pieces: list[Piece], mesh: Artifact, **overrides: Any) -> dict[str, Any]:
    """Return the arguments that put these pieces on one plate."""
    return {
        "site_id": shop_floor.site.pk,
        "printer_class_id": shop_floor.printer_class.pk,
        "items": tuple(ItemDraft(n, piece.pk, plan.pk) for n, piece in enumerate(pieces, start=1)),
        "slots": make_slots(mesh, len(pieces)),
        "stored": make_stored(),
        **overrides,
    }


def plates() -> list[BuildPlate]:
    """Return all plates, oldest first."""
    return list(BuildPlate.objects.order_by("id"))


def items(plate: BuildPlate) -> list[PlateItem]:
    """Return a plate's items by slot."""
    return list(plate.items.order_by("slot"))


def in_days(days: int) -> datetime:
    """Return a moment that many days after the tests' now."""
    return make_context().now + timedelta(days=days)
