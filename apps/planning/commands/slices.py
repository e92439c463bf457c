"""G-code for plates: asked for, made, reused, or not to be had."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from apps.artifacts import changes as artifacts
from apps.artifacts.changes import Origin
from apps.artifacts.store import Stored
from apps.journal import locks
from apps.journal.commands import command
from apps.journal.context import Context
from apps.journal.event import Subject
from apps.journal.recording import record
from apps.journal.refusals import Refusal
from apps.journal.results import Parked
from apps.planning import changes, events, facts, queries
from apps.planning.models import BuildPlate, Output, Plan, SliceFailure
from apps.planning.states import PlateState, ReviewCode
from apps.policy import gate
from apps.policy.states import GatedTransition, SubjectKind

LOG_LIMIT = 8_000
"""Characters of the slicer's last words that are kept."""


@dataclass(frozen=True, slots=True)
class MadeOutput:
    """What the slicer made, deposited, and what was read back from it.

    Args:
        gcode: Receipt of the G-code.
        preview: Receipt of the silhouette; None: there is none.
        seconds: Estimated print time.
        filament_mg: Estimated.
        filament_mm: Estimated.
        layers: None: not known.
        warnings: Codes.
        facts: Bounds, temperatures and labelled objects as read back.
        tool: What made it; empty for supplied G-code.
        tool_version: Of which version.
    """

    gcode: Stored
    preview: Stored | None
    seconds: int
    filament_mg: int
    filament_mm: int
    layers: int | None = None
    warnings: tuple[str, ...] = ()
    facts: dict[str, Any] = field(default_factory=dict)
    tool: str = ""
    tool_version: str = ""


@command("planning.request_slice")
def request_slice(
    ctx: Context, *, plate_id: UUID, expected_version: int | None = None, override: str = ""
) -> UUID | Refusal | Parked | None:
    """Ask for a plate's G-code: what was made before from the same is used again, else slicing is owed. Returns the output's id when there is one.

    Automation states no version and leaves alone a plate that is not approved, or whose G-code was asked for already; a person may ask again
    after a slice failed.

    Args:
        ctx: Who asks, when.
        plate_id: Which.
        expected_version: The version a person saw.
        override: A person's reason for passing a block of the policy.

    Raises:
        NotFound, StaleVersion: as for every record.
        Refusal: ``plate-not-approved``. Returned: ``policy-blocked`` and the gate's other answers.
    """
    if expected_version is not None:
        BuildPlate.at_version(plate_id, expected_version)
    plate: BuildPlate = locks.plate(plate_id)
    if plate.state != PlateState.APPROVED or plate.layout_id is None:
        if expected_version is None:
            return None
        raise Refusal("plate-not-approved", number=plate.number, state=str(plate.get_state_display()))
    slice_key = queries.slice_key_of(plate)
    if expected_version is None and plate.slice_key == slice_key:
        return plate.output_id
    verdict = _ask(ctx, plate, override)
    if verdict.approval is not None:
        return Parked(verdict.approval.pk)
    if verdict.refusal is not None:
        return verdict.refusal
    plate.slice_key = slice_key
    plate.save_changes("slice_key")
    made = Output.objects.filter(slice_key=slice_key, retired_at__isnull=True).first()
    if made is not None:
        _give(ctx, plate, made, reused=True)
        return made.pk
    subjects = queries.subjects_of_plate(plate)
    requested = events.SliceRequested(plate_id=plate.pk, layout_id=plate.layout_id, slice_key=slice_key)
    record(queries.story(ctx, subjects, site_id=plate.site_id), event=requested, subjects=subjects)
    return None


def _ask(ctx: Context, plate: BuildPlate, override: str) -> gate.Verdict:
    subjects = queries.subjects_of_plate(plate)
    question = gate.Question(
        transition=GatedTransition.PLATE_SLICE,
        subject_kind=SubjectKind.PLATE,
        subject_id=plate.pk,
        subject_version=plate.version,
        site_id=plate.site_id,
        facts=facts.plate_facts(plate, now=ctx.now),
        subjects=subjects,
        override=override,
    )
    return gate.judge(queries.story(ctx, subjects, site_id=plate.site_id), question)


def _give(ctx: Context, plate: BuildPlate, output: Output, *, reused: bool) -> None:
    """Make ``output`` the plate's G-code and say so."""
    plate.output = output
    plate.save_changes("output")
    subjects = [*queries.subjects_of_plate(plate), Subject("output", output.pk)]
    sliced = events.Sliced(
        plate_id=plate.pk,
        output_id=output.pk,
        gcode_sha256=output.artifact.sha256,
        reused=reused,
        estimated_minutes=output.estimated_minutes,
        filament_mg=output.filament_mg,
        warnings=len(output.warnings),
    )
    record(queries.story(ctx, subjects, site_id=plate.site_id), event=sliced, subjects=subjects)


@command("planning.reuse_output")
def reuse_output(ctx: Context, *, plate_id: UUID, slice_key: str) -> UUID | None:
    """Give a plate the G-code that was made from the same meanwhile, and return its id; None when there is none, or the plate needs none."""
    plate: BuildPlate = locks.plate(plate_id)
    made = Output.objects.filter(slice_key=slice_key, retired_at__isnull=True).first()
    if plate.state != PlateState.APPROVED or plate.slice_key != slice_key or made is None:
        return None
    if plate.output_id != made.pk:
        _give(ctx, plate, made, reused=True)
    return made.pk


@command("planning.record_output")
def record_output(ctx: Context, *, plate_id: UUID, slice_key: str, made: MadeOutput) -> UUID | None:
    """Keep the G-code that was made for a plate and return its output's id. What somebody else made from the same a moment earlier is used instead.

    A plate that was voided, or for which other G-code was asked meanwhile, is left alone (None).

    Raises:
        NotFound: no such plate.
    """
    plate: BuildPlate = locks.plate(plate_id)
    if plate.state != PlateState.APPROVED or plate.slice_key != slice_key:
        return None
    output = Output.objects.filter(slice_key=slice_key, retired_at__isnull=True).first()
    is_new = output is None
    if output is None:
        output = _keep(ctx, plate, slice_key, made)
    if plate.output_id != output.pk:
        _give(ctx, plate, output, reused=not is_new)
    return output.pk


def _keep(ctx: Context, plate: BuildPlate, slice_key: str, made: MadeOutput) -> Output:
    plan = _plan_of(plate)
    layout = plate.layout
    if layout is None or plate.printer_class_id is None:
        raise Refusal("plate-not-approved", number=plate.number, state=str(plate.get_state_display()))
    own = made.gcode.sha256 == layout.artifact.sha256
    parents = [] if own else [Origin(layout.artifact_id, "layout", made.tool, made.tool_version)]
    if plan.profile_version is not None and plan.profile_version.settings_id is not None and not own:
        parents.append(Origin(plan.profile_version.settings_id, "settings", made.tool, made.tool_version))
    gcode = artifacts.register(ctx, made.gcode, parents=parents)
    preview = None
    if made.preview is not None:
        preview = artifacts.register(ctx, made.preview, parents=[Origin(gcode.pk, "gcode", "farmos", "preview 1")])
    return Output(
        created_at=ctx.now,
        layout=layout,
        printer_class_id=plate.printer_class_id,
        profile_version=plan.profile_version,
        slicer_digest=plan.slicer_digest,
        slice_key=slice_key,
        artifact=gcode,
        preview=preview,
        estimated_minutes=-(-made.seconds // 60),
        filament_mg=made.filament_mg,
        filament_mm=made.filament_mm,
        layers=made.layers or None,
        warnings=list(made.warnings),
        facts=made.facts,
    ).add()


def _plan_of(plate: BuildPlate) -> Plan:
    """Return the plan of the first part; all parts of a plate are made by the same profile, slicer and overrides."""
    item = plate.items.select_related("plan__profile_version").order_by("slot").first()
    if item is None:
        raise Refusal("plate-not-approved", number=plate.number, state=str(plate.get_state_display()))
    plan: Plan = item.plan
    return plan


@command("planning.fail_slice")
def fail_slice(
    ctx: Context, *, plate_id: UUID, slice_key: str, code: str, params: dict[str, Any], log: str = "", blames_plan: bool = True
) -> UUID | None:
    """Keep why a plate gave no usable G-code. Returns the failure's id; None when it is known already or nobody waits for it any more.

    With ``blames_plan`` the same again would fail again, so a person is asked to look at the plans; else the fault is the machine's we run on.

    Raises:
        NotFound: no such plate.
    """
    found = BuildPlate.objects.filter(pk=plate_id).first()
    plans = [] if found is None else sorted(set(found.items.values_list("plan_id", flat=True)), key=str)
    locked: list[Plan] = [locks.plan(plan_id) for plan_id in plans]
    plate: BuildPlate = locks.plate(plate_id)
    if plate.output_id is not None or plate.state != PlateState.APPROVED or plate.slice_key != slice_key:
        return None
    same = SliceFailure.objects.filter(plate=plate, slice_key=slice_key).order_by("-id").first()
    if same is not None and ctx.is_automatic and (same.code, same.params) == (code, params):
        return None
    failure = SliceFailure(created_at=ctx.now, plate=plate, slice_key=slice_key, code=code, params=params, log=log[-LOG_LIMIT:]).add()
    subjects = queries.subjects_of_plate(plate)
    record(queries.story(ctx, subjects, site_id=plate.site_id), event=events.SliceFailed(plate_id=plate.pk, code=code), subjects=subjects)
    for plan in locked if blames_plan else []:
        changes.require_review(ctx, plan, code=ReviewCode.SLICE_WARNING, evidence={"plate": str(plate.pk), "code": code, **params})
    return failure.pk
