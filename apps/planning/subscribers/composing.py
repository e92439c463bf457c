"""Plates: composed from what waits, approved, sent to be sliced."""

from __future__ import annotations

import io
import shutil
import tempfile
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.artifacts.models import Artifact
from apps.artifacts.store import Stored, deposit, open_verified
from apps.journal.owed import Later, Owed
from apps.journal.refusals import Refusal
from apps.journal.states import Lane
from apps.journal.subscriptions import subscribe
from apps.orders import events as orders
from apps.planning import commands, events
from apps.planning.domain import grouping
from apps.planning.domain.recipes import ItemDraft, SlotDraft
from apps.planning.queries import overrides_of
from apps.planning.states import PlanSource, ReviewCode

if TYPE_CHECKING:
    from apps.planning.domain.packing import Place
    from apps.planning.queries.composing import Candidate

THREE_MF = "model/3mf"
ROUNDS = 5
"""How often one effect looks again when somebody else took pieces meanwhile."""

SOMEBODY_WAS_FIRST = frozenset(
    {"piece-not-open", "plan-not-usable", "piece-allocated", "piece-not-owed", "stale-version", "layout-exists", "busy"}
)


@subscribe(
    events.PlanApproved,
    events.CompositionRequested,
    events.BuildPlateVoided,
    events.PlanReviewAcknowledged,
    orders.IntentReopened,
    label=_("Put pieces on plates"),
    lane=Lane.DEFAULT,
    lease_s=60,
)
def compose_plates(owed: Owed) -> None:
    """Put everything that may be made on plates. Pieces released within moments of each other share them, so it waits a little for more."""
    if owed.site_id is None:
        return
    from apps.planning.queries import composing

    for attempt in range(ROUNDS):
        now = owed.context().now
        found = composing.candidates(owed.site_id, now=now)
        if isinstance(owed.event, events.PlanApproved):
            moments = [one.waiting.approved_at for one in found]
            wait = grouping.wait_for_more(moments, now=now, gather=composing.gather_of(owed.site_id))
            if wait > timedelta() and attempt == 0:
                raise Later(wait.total_seconds())
        if not found or _compose(owed, found, attempt):
            return
    raise RuntimeError("others keep taking the pieces; looking again later")


def _compose(owed: Owed, found: Sequence[Candidate], attempt: int) -> bool:
    """Compose every group; return False when somebody else was first with something."""
    by_id = {str(one.piece.pk): one for one in found}
    undisturbed = True
    for number, group in enumerate(grouping.groups_of(one.waiting for one in found)):
        members = [by_id[piece.piece_id] for piece in group.pieces]
        try:
            _compose_group(owed, group, members, step=f"{attempt}-{number}")
        except Refusal as refused:
            if refused.code not in SOMEBODY_WAS_FIRST:
                raise
            undisturbed = False
    return undisturbed


@dataclass(frozen=True, slots=True)
class _Filled:
    """One plate's file and what stands on it."""

    stored: Stored
    slots: tuple[SlotDraft, ...]
    items: tuple[ItemDraft, ...]


def _compose_group(owed: Owed, group: grouping.Group, members: Sequence[Candidate], *, step: str) -> None:
    if members[0].plan.source == PlanSource.GCODE:
        plates = [_supplied(one) for one in members]
    else:
        plates = [_laid_out(places, members) for places in _packed(owed, group, members, step)]
    whose = {one.piece.pk: one.piece.requirement.line.intent_id for one in members}
    for number, plate in enumerate(plates):
        reasons = grouping.reasons_of(
            group.key, pieces=len(plate.items), orders=len({whose[item.piece_id] for item in plate.items}), plates=len(plates)
        )
        commands.compose_plate(
            owed.context(f"compose-{step}-{number}"),
            site_id=members[0].piece.requirement.line.intent.site_id,
            printer_class_id=members[0].printer_class.pk,
            items=plate.items,
            slots=plate.slots,
            stored=plate.stored,
            reasons=tuple(reasons),
        )


def _packed(owed: Owed, group: grouping.Group, members: Sequence[Candidate], step: str) -> list[tuple[Place, ...]]:
    """Pack the group. What fits only without the distance from the edge gets a plate without it; a plan that fits on no bed is looked at."""
    from apps.planning.domain import packing
    from apps.planning.queries import composing

    room = composing.bed_of(members[0].printer_class, members[0].plan)
    ranks = grouping.ranks_of(group.pieces)
    parts = [
        packing.Part(
            key=str(one.piece.pk),
            shape=one.model.sha256,
            outline=tuple((x / 1000, y / 1000) for x, y in one.footprint_um),
            rank=ranks[str(one.piece.pk)],
        )
        for one in members
    ]
    bed = packing.Bed(room.width_um, room.depth_um, room.is_round, room.keep_outs, room.edge_um)
    packed = packing.pack(parts, bed, gap_um=room.gap_um)
    left = [part for part in parts if part.key in packed.misfits]
    tight = packing.pack(left, packing.Bed(room.width_um, room.depth_um, room.is_round, room.keep_outs), gap_um=room.gap_um)
    for plan_id in sorted({one.plan.pk for one in members if str(one.piece.pk) in tight.misfits}, key=str):
        note = gettext("It fits on no bed of its kind of printer, with the distance that its brim and the keep-outs need.")
        commands.request_review(owed.context(f"misfit-{step}-{plan_id}"), plan_id=plan_id, note=note, code=ReviewCode.NO_MATCH)
    return [*packed.plates, *tight.plates]


def _laid_out(places: Sequence[Place], members: Sequence[Candidate]) -> _Filled:
    """Write the plate's file and deposit it. Slots are numbered by what stands where, so that equal plates are equal files."""
    by_id = {str(one.piece.pk): one for one in members}
    ordered = sorted(places, key=lambda place: (place.shape, place.x_um, place.y_um, place.rotation_mdeg))
    slots, items, models = [], [], {}
    for number, place in enumerate(ordered, start=1):
        one = by_id[place.key]
        placement = {
            "x_um": place.x_um,
            "y_um": place.y_um,
            "rotation_mdeg": place.rotation_mdeg,
            "footprint_um": [[round(x * 1000), round(y * 1000)] for x, y in place.outline],
        }
        slots.append(SlotDraft(number, one.model.pk, one.model.sha256, placement, dict(overrides_of(one.plan))))
        items.append(ItemDraft(number, one.piece.pk, one.plan.pk))
        models[one.model.sha256] = one.model
    return _Filled(_deposited(slots, models), tuple(slots), tuple(items))


def _deposited(slots: Sequence[SlotDraft], models: dict[str, Artifact]) -> Stored:
    from apps.slicing.domain.plate_file import write_plate

    with tempfile.TemporaryDirectory(prefix="farmos-plate-") as folder:
        meshes = {sha256: copied(model, Path(folder) / f"{sha256}.stl") for sha256, model in models.items()}
        objects = [plate_object(slot.slot, slot.placement, meshes[slot.mesh_sha256]) for slot in slots]
        return deposit(io.BytesIO(write_plate(objects)), mime=THREE_MF)


def copied(artifact: Artifact, path: Path) -> Path:
    """Copy an artifact's verified bytes to ``path``."""
    with closing(open_verified(artifact)) as source, path.open("wb") as target:
        shutil.copyfileobj(source, target)
    return path


def plate_object(slot: int, placement: dict[str, Any], mesh: Path) -> Any:
    """Return what a slicer is told about one slot; its name says nothing about whose part it is."""
    from apps.slicing.domain.job import PlateObject

    return PlateObject(
        name=f"slot-{slot}",
        mesh=mesh,
        x_um=placement["x_um"],
        y_um=placement["y_um"],
        rotation_mdeg=placement["rotation_mdeg"],
        footprint=tuple((x / 1000, y / 1000) for x, y in placement["footprint_um"]),
    )


def _supplied(one: Candidate) -> _Filled:
    """Supplied G-code is its own layout: one slot, the file itself."""
    file = one.model
    stored = Stored(file.store, file.key, file.sha256, file.size, file.mime)
    slot = SlotDraft(1, file.pk, file.sha256, {}, {})
    return _Filled(stored, (slot,), (ItemDraft(1, one.piece.pk, one.plan.pk),))


@subscribe(events.BuildPlateComposed, label=_("Approve a composed plate"), lane=Lane.DEFAULT)
def approve_composed(owed: Owed) -> None:
    """Pin what was composed."""
    commands.approve_plate(owed.context("approve"), plate_id=owed.event.plate_id)


@subscribe(events.BuildPlateApproved, label=_("Ask for a plate's G-code"), lane=Lane.DEFAULT)
def slice_approved(owed: Owed) -> None:
    """Ask policy whether the plate may be sliced, and owe it."""
    commands.request_slice(owed.context("slice"), plate_id=owed.event.plate_id)
