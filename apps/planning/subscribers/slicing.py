"""G-code: made by the slicer from verified files, or read back from what the customer supplied."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from apps.artifacts import commands as artifacts
from apps.artifacts.states import Damage
from apps.artifacts.store import Stored, deposit
from apps.catalog.models import PrinterClass
from apps.catalog.states import BedShape
from apps.journal.owed import Owed
from apps.journal.refusals import Refusal
from apps.journal.states import Lane
from apps.journal.subscriptions import subscribe
from apps.planning import commands, events, queries
from apps.planning.commands.slices import MadeOutput
from apps.planning.models import BuildPlate, Layout, LayoutSlot, Output, Plan
from apps.planning.queries.laying import copied, plate_object
from apps.planning.states import PlanSource, PlateState
from apps.profiles import queries as profiles
from apps.slicing.domain.job import Machine, SliceJob, SliceProblem, SlicerCrashed, SliceRejected, SliceResult

if TYPE_CHECKING:
    from apps.slicing.domain.gcode import GcodeFacts

ATTEMPTS = 3
GCODE = "text/x-gcode"
SVG = "image/svg+xml"
LOST = {"artifact-missing": Damage.MISSING, "artifact-corrupt": Damage.CORRUPT}
UNREADABLE = frozenset({*LOST, "artifact-purged"})
ROUND_CORNERS = 90


@subscribe(events.SliceRequested, label=_("Slice a plate"), lane=Lane.SLICE, max_attempts=ATTEMPTS, lease_s=60)
def slice_plate(owed: Owed) -> None:
    """Make the plate's G-code, unless it exists by now, and tell the outcome. A slicer that dies is tried again; what it refuses is not."""
    key = owed.event.slice_key
    plate = BuildPlate.objects.select_related("layout__artifact", "printer_class").get(pk=owed.event.plate_id)
    if plate.state != PlateState.APPROVED or plate.slice_key != key or plate.output_id is not None:
        return
    if Output.objects.filter(slice_key=key, retired_at__isnull=True).exists():
        commands.reuse_output(owed.context("reuse"), plate_id=plate.pk, slice_key=key)
        return
    try:
        made = _made(plate)
    except SliceProblem as problem:
        if isinstance(problem, SlicerCrashed) and owed.attempt < ATTEMPTS:
            raise
        blames = isinstance(problem, SliceRejected)
        _fail(owed, plate, problem.code, problem.params, log=problem.log, blames_plan=blames)
    except Refusal as refused:
        if refused.code not in UNREADABLE:
            raise
        if refused.code in LOST:
            artifacts.report_damage(owed.context("damage"), artifact_id=refused.params["id"], damage=LOST[refused.code])
        _fail(owed, plate, refused.code, {}, blames_plan=False)
    else:
        commands.record_output(owed.context("output"), plate_id=plate.pk, slice_key=key, made=made)


def _fail(owed: Owed, plate: BuildPlate, code: str, params: dict[str, Any], *, log: str = "", blames_plan: bool) -> None:
    commands.fail_slice(
        owed.context("fail"),
        plate_id=plate.pk,
        slice_key=plate.slice_key,
        code=code,
        params=params,
        log=log,
        blames_plan=blames_plan,
    )


def _made(plate: BuildPlate) -> MadeOutput:
    plan, layout, kind = queries.plan_of(plate), plate.layout, plate.printer_class
    if layout is None or kind is None:
        raise SliceRejected("plate-not-approved")
    machine = machine_of(kind)
    with tempfile.TemporaryDirectory(prefix="farmos-slice-") as folder:
        if plan.source == PlanSource.GCODE:
            return _read_supplied(layout, machine, Path(folder))
        return _sliced(plan, layout, machine, Path(folder))


def _sliced(plan: Plan, layout: Layout, machine: Machine, folder: Path) -> MadeOutput:
    from apps.slicing.drivers import prusaslicer

    installed = prusaslicer.digest()
    if plan.profile_version is None or installed != plan.slicer_digest:
        raise SliceRejected("slicer-changed", pinned=plan.slicer_digest, installed=installed)
    places: Sequence[LayoutSlot] = list(layout.places.select_related("mesh").order_by("slot"))
    meshes = {place.mesh_id: copied(place.mesh, folder / f"{place.mesh.sha256}.stl") for place in places}
    job = SliceJob(
        plate=copied(layout.artifact, folder / "plate.3mf"),
        objects=tuple(plate_object(place.slot, place.placement, meshes[place.mesh_id]) for place in places),
        settings={**profiles.settings_of(plan.profile_version), **queries.overrides_of(plan)},
        bed=machine.bed,
        max_height_mm=machine.max_height_mm,
        max_nozzle_c=machine.max_nozzle_c,
        max_bed_c=machine.max_bed_c,
    )
    into = folder / "made"
    into.mkdir()
    return _deposited(prusaslicer.slice_plate(job, into))


def _deposited(result: SliceResult) -> MadeOutput:
    import io

    with result.gcode.open("rb") as made:
        gcode = deposit(made, mime=GCODE)
    if gcode.sha256 != result.sha256:
        raise SlicerCrashed("slice-output-incomplete", result.log)
    name, _space, version = result.slicer_digest.partition(" ")
    return MadeOutput(
        gcode=gcode,
        preview=deposit(io.BytesIO(result.preview_svg), mime=SVG) if result.preview_svg else None,
        seconds=result.seconds,
        filament_mg=result.filament_mg,
        filament_mm=result.filament_mm,
        layers=result.layers,
        warnings=result.warnings,
        facts={
            "bounds_um": [list(corner) for corner in result.bounds_um],
            "max_nozzle_c": result.max_nozzle_c,
            "max_bed_c": result.max_bed_c,
            "seconds": result.seconds,
            "objects": list(result.objects),
        },
        tool=name,
        tool_version=version,
    )


def _read_supplied(layout: Layout, machine: Machine, folder: Path) -> MadeOutput:
    """Hold supplied G-code against the machine; what it would do is read from the file, never believed from elsewhere."""
    from apps.slicing.domain.gcode import Severity, read_gcode

    file = layout.artifact
    facts = read_gcode(copied(file, folder / "supplied.gcode"), machine=machine)
    wrong = next((one for one in facts.findings if one.severity is Severity.FAIL), None)
    if wrong is not None:
        raise SliceRejected(wrong.code.value, line=wrong.line, times=wrong.times, measured=wrong.measured, limit=wrong.limit)
    return MadeOutput(
        gcode=Stored(file.store, file.key, file.sha256, file.size, file.mime),
        preview=None,
        seconds=facts.seconds if facts.seconds is not None else round(facts.motion_seconds),
        filament_mg=round(1000 * (facts.filament_g or 0)),
        filament_mm=round(facts.filament_mm),
        layers=facts.layers or None,
        warnings=tuple(one.code.value for one in facts.findings),
        facts=_read_back(facts),
    )


def _read_back(facts: GcodeFacts) -> dict[str, Any]:
    """Return bounds and temperatures as kept with an output; what the file does not say is left out."""
    read: dict[str, Any] = {"max_nozzle_c": facts.max_nozzle_c, "max_bed_c": facts.max_bed_c, "seconds": facts.seconds}
    if facts.bounds_um is not None:
        read["bounds_um"] = [list(corner) for corner in facts.bounds_um]
    return {name: value for name, value in read.items() if value is not None}


def machine_of(kind: PrinterClass) -> Machine:
    """Return the limits of a kind of printers, as slicing holds G-code against them."""
    wide, deep = kind.volume_x_um / 1000, kind.volume_y_um / 1000
    bed = _circle(wide) if kind.bed_shape == BedShape.ROUND else ((0.0, 0.0), (wide, 0.0), (wide, deep), (0.0, deep))
    return Machine(bed=bed, max_height_mm=kind.volume_z_um / 1000, max_nozzle_c=kind.max_nozzle_c, max_bed_c=kind.max_bed_c)


def _circle(diameter: float) -> tuple[tuple[float, float], ...]:
    import math

    radius = diameter / 2
    turns = (2 * math.pi * corner / ROUND_CORNERS for corner in range(ROUND_CORNERS))
    return tuple((radius + radius * math.cos(turn), radius + radius * math.sin(turn)) for turn in turns)
