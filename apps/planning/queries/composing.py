"""What waits for a plate, and on which bed it may go."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from apps.artifacts import queries as artifacts
from apps.artifacts.models import Artifact
from apps.catalog.models import PrinterClass
from apps.catalog.states import BedShape
from apps.journal import canonical
from apps.orders import queries as orders
from apps.orders.models import Piece
from apps.orders.states import Priority
from apps.parts.models import Preflight
from apps.planning.domain.grouping import GroupKey, Waiting
from apps.planning.models import Plan
from apps.planning.states import PlanSource, PlanState
from apps.policy.models import Policy
from apps.policy.queries import HoldTarget, active_holds
from apps.policy.states import HoldScope, PolicyState
from apps.profiles import queries as profiles

from .plates import overrides_of

GATHER_S = 5.0
"""Seconds without news before plates are composed, where the policy says nothing."""

URGENCY = {Priority.RUSH: 0, Priority.NORMAL: 1, Priority.FILLER: 2}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A piece that may go on a plate, with what it is made from. ``footprint_um`` is empty for supplied G-code."""

    piece: Piece
    plan: Plan
    model: Artifact
    printer_class: PrinterClass
    footprint_um: tuple[tuple[int, int], ...]

    @property
    def waiting(self) -> Waiting:
        """As grouping sees it."""
        line = self.piece.requirement.line
        return Waiting(
            piece_id=str(self.piece.pk),
            plan_id=str(self.plan.pk),
            shape=self.model.sha256,
            key=_key_of(self),
            urgency=URGENCY[Priority(line.intent.priority)],
            due_at=line.intent.due_at,
            approved_at=self.plan.approved_at or self.piece.since,
        )


def gather_of(site_id: UUID) -> timedelta:
    """Return how long a site gathers before it composes, as its policy says."""
    policy = Policy.objects.filter(site_id=site_id, state=PolicyState.ACTIVE).first()
    said = (policy.body.get("limits") or {}).get("gather_seconds") if policy else None
    if isinstance(said, int | float) and not isinstance(said, bool) and 0 <= said <= 3600:
        return timedelta(seconds=said)
    return timedelta(seconds=GATHER_S)


def candidates(site_id: UUID, *, now: datetime) -> list[Candidate]:
    """Return what may go on plates now: owed, on no plate, with an approved plan that is not locked, nothing of it on hold; most urgent first."""
    pieces = orders.pieces_to_plan(site_id)
    approved = Plan.objects.filter(
        requirement__in={piece.requirement_id for piece in pieces}, state=PlanState.APPROVED, dispatch_blocked=False
    )
    plans = {plan.requirement_id: plan for plan in approved.select_related("profile_version__profile", "profile_version__printer_class")}
    held = _held(pieces, plans, site_id, now)
    known: dict[UUID, tuple[Artifact, PrinterClass, tuple[tuple[int, int], ...]] | None] = {}
    found = []
    for piece in pieces:
        plan = plans.get(piece.requirement_id)
        if plan is None or held.intersection(_targets(piece, plan, site_id)):
            continue
        if plan.pk not in known:
            known[plan.pk] = _made_from(plan, piece.requirement.part_revision_id)
        made_from = known[plan.pk]
        if made_from is not None:
            found.append(Candidate(piece, plan, *made_from))
    return found


def _targets(piece: Piece, plan: Plan, site_id: UUID) -> set[HoldTarget]:
    line = piece.requirement.line
    return {
        HoldTarget(HoldScope.SITE, site_id),
        HoldTarget(HoldScope.ORDER, line.intent_id),
        HoldTarget(HoldScope.LINE, line.pk),
        HoldTarget(HoldScope.PLAN, plan.pk),
    }


def _held(pieces: Iterable[Piece], plans: Mapping[UUID, Plan], site_id: UUID, now: datetime) -> set[HoldTarget]:
    """Return what is on hold of all that these pieces depend on: a held order must not keep the others of its plate."""
    targets: set[HoldTarget] = set()
    for piece in pieces:
        if piece.requirement_id in plans:
            targets |= _targets(piece, plans[piece.requirement_id], site_id)
    return {HoldTarget(HoldScope(hold.scope), hold.scope_id) for hold in active_holds(on=targets, now=now)}


def _made_from(plan: Plan, revision_id: UUID | None) -> tuple[Artifact, PrinterClass, tuple[tuple[int, int], ...]] | None:
    """Return the pinned model, the kind of printers and the outline; None when the file was purged or its measures are gone."""
    model = artifacts.living(str(plan.pins.get("model", "")))
    kind = _class_of(plan)
    if model is None or kind is None:
        return None
    if plan.source == PlanSource.GCODE:
        return model, kind, ()
    measured = Preflight.objects.filter(revision_id=revision_id, artifact=model).order_by("-id").values_list("metrics", flat=True).first()
    outline = (measured or {}).get("footprint_um")
    return (model, kind, tuple((int(x), int(y)) for x, y in outline)) if outline else None


def _class_of(plan: Plan) -> PrinterClass | None:
    if plan.profile_version is not None:
        return plan.profile_version.printer_class
    return PrinterClass.objects.filter(pk=plan.printer_requirements.get("printer_class_id")).first()


def _key_of(one: Candidate) -> GroupKey:
    plan, kind = one.plan, one.printer_class
    slot: dict[str, Any] = plan.material_slots[0] if plan.material_slots else {}
    profile = plan.profile_version
    return GroupKey(
        process=plan.process,
        printer_class=f"{kind.key}@{kind.class_version}",
        profile=profile.content_sha256 if profile else "",
        slicer=plan.slicer_digest,
        material=str(slot.get("material_id") or slot.get("family") or ""),
        color=str(slot.get("color_id") or ""),
        nozzle=str(plan.printer_requirements.get("nozzle_diameter") or ""),
        quality_tier=one.piece.requirement.line.quality_tier,
        overrides=canonical.text(overrides_of(plan)) if overrides_of(plan) else "",
        asks=canonical.text({name: plan.printer_requirements[name] for name in _ASKED if plan.printer_requirements.get(name)}),
        alone=str(one.piece.pk) if plan.source == PlanSource.GCODE else "",
    )


_ASKED = ("enclosure_required", "build_sheet", "capability_tags", "material_flags")


@dataclass(frozen=True, slots=True)
class BedRoom:
    """A bed for packing, and how far parts keep from its edge and from each other (brims and skirts need room too)."""

    width_um: int
    depth_um: int
    is_round: bool
    keep_outs: tuple[tuple[int, int, int, int], ...]
    edge_um: int
    gap_um: int


def bed_of(kind: PrinterClass, plan: Plan) -> BedRoom:
    """Return the room there is on this kind of printers for parts of this plan. Reads the profile's settings."""
    settings = {**(profiles.settings_of(plan.profile_version) if plan.profile_version else {}), **overrides_of(plan)}
    brim = _mm(settings.get("brim_width")) if settings.get("brim_type", "outer_only") != "no_brim" else 0.0
    skirt = _mm(settings.get("skirt_distance")) + _mm(settings.get("skirts")) if _mm(settings.get("skirts")) else 0.0
    return BedRoom(
        width_um=kind.volume_x_um,
        depth_um=kind.volume_y_um,
        is_round=kind.bed_shape == BedShape.ROUND,
        keep_outs=tuple((int(k["x_um"]), int(k["y_um"]), int(k["width_um"]), int(k["depth_um"])) for k in kind.keep_outs),
        edge_um=round(1000 * (max(brim, brim + skirt) + 1)),
        gap_um=round(1000 * (4 + 2 * brim)),
    )


def _mm(value: str | None) -> float:
    try:
        return max(float(value or 0), 0.0)
    except ValueError:
        return 0.0
