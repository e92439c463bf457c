"""Plates: composed, approved, voided."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from apps.artifacts import changes as artifacts
from apps.artifacts.changes import Origin
from apps.artifacts.models import Artifact
from apps.artifacts.store import Stored
from apps.catalog.states import Reason
from apps.journal import canonical, locks
from apps.journal.commands import command
from apps.journal.context import Context
from apps.journal.event import Subject
from apps.journal.recording import record
from apps.journal.refusals import Invalid, NotFound, Refusal
from apps.orders import changes as orders
from apps.orders.models import Piece
from apps.orders.states import IntentState, PieceState, SeriesKind
from apps.planning import changes, events, queries
from apps.planning.domain.recipes import ItemDraft, SlotDraft
from apps.planning.models import BuildPlate, Layout, LayoutSlot, Plan, PlateItem
from apps.planning.states import PlanState, PlateState

LAYOUT_TOOL, LAYOUT_TOOL_VERSION = "farmos", "plate 1"
"""What lineage says made the file of a layout."""


@command("planning.request_composition")
def request_composition(ctx: Context, *, site_id: UUID) -> None:
    """Say that pieces may be waiting for a plate: putting them on plates is owed. Safe to say too often.

    Raises:
        NotFound: no such site.
    """
    locks.site(site_id)
    record(ctx.about(site_id=site_id), event=events.CompositionRequested(site_id=site_id), subjects=[Subject("site", site_id)])


@command("planning.compose_plate")
def compose_plate(
    ctx: Context,
    *,
    site_id: UUID,
    printer_class_id: UUID,
    items: tuple[ItemDraft, ...],
    slots: tuple[SlotDraft, ...],
    stored: Stored,
    reasons: tuple[dict[str, Any], ...] = (),
) -> UUID:
    """Put pieces on a new plate and return its id. Places that were used before, whoever they were for, are the same layout.

    Each piece is checked again: of two who compose at once the second is refused, keeps nothing, and looks again.

    Args:
        ctx: Who composes, when.
        site_id: Where.
        printer_class_id: The kind of printers it may go on.
        items: Which piece goes into which slot, by which plan.
        slots: What stands where, slots 1 to n.
        stored: The layout's file as it was deposited: a 3MF, or the supplied G-code.
        reasons: Why these pieces are made together.

    Raises:
        Invalid: no items, or slots and items that do not belong together.
        NotFound: no such site, piece, plan or mesh.
        Refusal: ``piece-not-open`` (taken, canceled or not released any more), ``plan-not-usable``; ``artifact-purged``.
    """
    _require_shape(items, slots)
    number = orders.take_number(ctx, site_id=site_id, kind=SeriesKind.PLATE)
    pieces, plans = _lock_work(site_id, items)
    for item in items:
        _require_open(pieces[item.piece_id], plans[item.plan_id])
    layout = _layout(ctx, slots, stored)
    plate = BuildPlate(
        created_at=ctx.now,
        site_id=site_id,
        number=number,
        process=layout.process,
        layout=layout,
        printer_class_id=printer_class_id,
        auto_choices=list(reasons),
    ).add()
    for item in items:
        _fill(ctx, plate, item.slot, pieces[item.piece_id], plans[item.plan_id])
    subjects = [*queries.subjects_of_plate(plate), Subject("layout", layout.pk)]
    composed = events.BuildPlateComposed(plate_id=plate.pk, items=len(items))
    record(queries.story(ctx, subjects, site_id=site_id), event=composed, subjects=subjects)
    return plate.pk


def _fill(ctx: Context, plate: BuildPlate, slot: int, piece: Piece, plan: Plan) -> None:
    """Put one piece into one slot."""
    item = PlateItem(created_at=ctx.now, plate=plate, slot=slot, piece=piece, plan=plan, plan_revision=plan.revision).add()
    orders.allocate_piece(ctx, piece, item_id=item.pk)


def _require_shape(items: tuple[ItemDraft, ...], slots: tuple[SlotDraft, ...]) -> None:
    numbers = [slot.slot for slot in slots]
    if not items or sorted(numbers) != list(range(1, len(slots) + 1)):
        raise Invalid({"slots": "must be numbered 1, 2, 3 and so on"})
    if sorted(item.slot for item in items) != sorted(numbers):
        raise Invalid({"items": "must fill every slot once"})
    if len({item.piece_id for item in items}) != len(items):
        raise Invalid({"items": "must name every piece once"})


def _lock_work(site_id: UUID, items: tuple[ItemDraft, ...]) -> tuple[dict[UUID, Piece], dict[UUID, Plan]]:
    """Lock the orders, components and plans concerned, then read the pieces and plans as they are now."""
    ids = [item.piece_id for item in items]
    owners = Piece.objects.filter(pk__in=ids, requirement__line__intent__site_id=site_id)
    owned = list(owners.values_list("requirement_id", "requirement__line__intent_id"))
    for intent_id in sorted({intent for _requirement, intent in owned}, key=str):
        locks.intent(intent_id)
    for requirement_id in sorted({requirement for requirement, _intent in owned}, key=str):
        locks.requirement(requirement_id)
    plans = {plan_id: locks.plan(plan_id) for plan_id in sorted({item.plan_id for item in items}, key=str)}
    pieces = {piece.pk: piece for piece in owners.select_related("requirement__line__intent")}
    for piece_id in ids:
        if piece_id not in pieces:
            raise NotFound(str(Piece._meta.verbose_name), id=str(piece_id))
    return pieces, plans


def _require_open(piece: Piece, plan: Plan) -> None:
    intent = piece.requirement.line.intent
    is_wanted = intent.state == IntentState.PAID and intent.releases.exists()
    if piece.state != PieceState.OWED or piece.allocated_to is not None or not is_wanted:
        raise Refusal("piece-not-open", piece=str(piece.pk), state=str(piece.get_state_display()))
    if plan.state != PlanState.APPROVED or plan.requirement_id != piece.requirement_id or plan.dispatch_blocked:
        raise Refusal("plan-not-usable", plan=str(plan.pk), state=str(plan.get_state_display()))


def _layout(ctx: Context, slots: tuple[SlotDraft, ...], stored: Stored) -> Layout:
    """Return the layout with exactly this content, making it if nobody did.

    The site's lock keeps two composers apart. Two sites may still meet at the unique hash: the later one is refused and looks again.
    """
    sha256 = canonical.digest([slot.content() for slot in sorted(slots, key=lambda one: one.slot)]).hex()
    known = Layout.objects.filter(sha256=sha256).first()
    if known is not None:
        return known
    meshes = {slot.mesh_id: artifacts.living(ctx, slot.mesh_id) for slot in sorted(slots, key=lambda one: str(one.mesh_id))}
    artifact = artifacts.register(ctx, stored, parents=_origins(meshes.values(), stored))
    layout = Layout(created_at=ctx.now, sha256=sha256, artifact=artifact).add()
    for slot in slots:
        LayoutSlot(
            created_at=ctx.now,
            layout=layout,
            slot=slot.slot,
            mesh=meshes[slot.mesh_id],
            placement=slot.placement,
            settings=slot.settings,
        ).add()
    return layout


def _origins(meshes: Iterable[Artifact], stored: Stored) -> list[Origin]:
    return [Origin(mesh.pk, "mesh", LAYOUT_TOOL, LAYOUT_TOOL_VERSION) for mesh in meshes if mesh.sha256 != stored.sha256]


@command("planning.approve_plate")
def approve_plate(ctx: Context, *, plate_id: UUID, expected_version: int | None = None) -> UUID | None:
    """Pin the exact set of a plate: which pieces, by which plans, where. Returns its id.

    Automation states no version and leaves alone what is no draft any more (None).

    Raises:
        NotFound, StaleVersion, IllegalTransition: as for every record.
        Refusal: ``plate-has-no-layout``.
    """
    if expected_version is not None:
        BuildPlate.at_version(plate_id, expected_version)
    plate: BuildPlate = locks.plate(plate_id)
    if expected_version is None and plate.state != PlateState.DRAFT:
        return None
    items = list(plate.items.order_by("slot"))
    for item in items:
        item.is_pinned = True
        item.save_changes("is_pinned")
    plate.items_sha256 = canonical.digest([[item.slot, item.piece_id, item.plan_id, item.plan_revision] for item in items]).hex()
    plate.approve(by=ctx.actor.who, now=ctx.now)
    plate.save_changes("state", "approved_by", "approved_at", "items_sha256")
    subjects = queries.subjects_of_plate(plate)
    approved = events.BuildPlateApproved(plate_id=plate.pk, layout_id=_layout_of(plate))
    record(queries.story(ctx, subjects, site_id=plate.site_id), event=approved, subjects=subjects)
    return plate.pk


def _layout_of(plate: BuildPlate) -> UUID:
    if plate.layout_id is None:
        raise Refusal("plate-has-no-layout", number=plate.number)
    return plate.layout_id


@command("planning.void_plate")
def void_plate(ctx: Context, *, plate_id: UUID, reason: Reason, expected_version: int | None = None) -> bool:
    """Take a plate out of the work; its pieces are owed again and go on other plates. Returns whether it was done.

    Automation states no version and leaves alone what is over, or what a printer already makes.

    Raises:
        NotFound, StaleVersion: as for every record.
        Refusal: ``plate-started`` to a person: a printer makes it, or made some of it.
    """
    if expected_version is not None:
        BuildPlate.at_version(plate_id, expected_version)
    intents = PlateItem.objects.filter(plate_id=plate_id).values_list("piece__requirement__line__intent_id", "piece__requirement_id")
    owned = list(intents)
    for intent_id in sorted({intent for intent, _requirement in owned}, key=str):
        locks.intent(intent_id)
    for requirement_id in sorted({requirement for _intent, requirement in owned}, key=str):
        locks.requirement(requirement_id)
    plate: BuildPlate = locks.plate(plate_id)
    if plate.state in changes.OVER and expected_version is None:
        return False
    if queries.is_started(plate):
        if expected_version is not None:
            raise Refusal("plate-started", number=plate.number)
        return False
    changes.void_plate(ctx, plate, reason=reason)
    return True
