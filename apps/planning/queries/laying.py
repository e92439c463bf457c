"""Where parts stand on a plate, and the plate's file: worked out and deposited before a command is asked to compose it."""

from __future__ import annotations

import io
import shutil
import tempfile
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from apps.artifacts.models import Artifact
from apps.artifacts.store import Stored, deposit, open_verified
from apps.planning.domain import grouping
from apps.planning.domain.recipes import ItemDraft, SlotDraft
from apps.planning.states import PlanSource

from .plates import object_name, overrides_of

if TYPE_CHECKING:
    from apps.planning.domain.packing import Place

    from .composing import Candidate

THREE_MF = "model/3mf"


@dataclass(frozen=True, slots=True)
class Filled:
    """One plate's file and what stands on it."""

    stored: Stored
    slots: tuple[SlotDraft, ...]
    items: tuple[ItemDraft, ...]


@dataclass(frozen=True, slots=True)
class Packed:
    """How pieces were packed: the plates, and the pieces (ids) that fit on no bed of their kind."""

    plates: tuple[tuple[Place, ...], ...]
    misfits: frozenset[str]


def packed(pieces: Sequence[grouping.Waiting], members: Sequence[Candidate]) -> Packed:
    """Pack pieces of one group. What fits only without the distance from the edge gets a plate without it."""
    from apps.planning.domain import packing

    from . import composing

    room = composing.bed_of(members[0].printer_class, members[0].plan)
    ranks = grouping.ranks_of(pieces)
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
    found = packing.pack(parts, bed, gap_um=room.gap_um)
    left = [part for part in parts if part.key in found.misfits]
    tight = packing.pack(left, packing.Bed(room.width_um, room.depth_um, room.is_round, room.keep_outs), gap_um=room.gap_um)
    return Packed((*found.plates, *tight.plates), frozenset(tight.misfits))


def filled(pieces: Sequence[grouping.Waiting], members: Sequence[Candidate]) -> tuple[list[Filled], frozenset[str]]:
    """Return the plates for pieces of one group, each with its file, and the pieces that fit on no bed. Supplied G-code is a plate by itself."""
    if members[0].plan.source == PlanSource.GCODE:
        return [supplied(one) for one in members], frozenset()
    found = packed(pieces, members)
    return [laid_out(places, members) for places in found.plates], found.misfits


def laid_out(places: Sequence[Place], members: Sequence[Candidate]) -> Filled:
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
    return Filled(_deposited(slots, models), tuple(slots), tuple(items))


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
        name=object_name(slot),
        mesh=mesh,
        x_um=placement["x_um"],
        y_um=placement["y_um"],
        rotation_mdeg=placement["rotation_mdeg"],
        footprint=tuple((x / 1000, y / 1000) for x, y in placement["footprint_um"]),
    )


def supplied(one: Candidate) -> Filled:
    """Supplied G-code is its own layout: one slot, the file itself."""
    file = one.model
    stored = Stored(file.store, file.key, file.sha256, file.size, file.mime)
    slot = SlotDraft(1, file.pk, file.sha256, {}, {})
    return Filled(stored, (slot,), (ItemDraft(1, one.piece.pk, one.plan.pk),))
