"""Reads of single attempts and plates: what is on them, what they concern, what came of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef

from apps.journal.event import Subject
from apps.orders.models import PieceFact
from apps.orders.states import PieceFactKind, PieceState
from apps.planning.models import BuildPlate, PlateItem
from apps.planning.states import PlateState
from apps.runs.models import ItemOutcome, OutcomePhoto, Run, RunSnapshot
from apps.runs.states import ItemResult, RunState, SnapshotMoment


def items_on(plate_id: UUID) -> list[PlateItem]:
    """Return the parts on a plate by slot, with their pieces, orders and plans. Parts of one plan share one object, so it may be written twice."""
    items = list(PlateItem.objects.filter(plate_id=plate_id).select_related("piece__requirement__line__intent", "plan").order_by("slot"))
    plans = {item.plan_id: item.plan for item in items}
    for item in items:
        item.plan = plans[item.plan_id]
    return items


def is_to_make(plate: BuildPlate) -> bool:
    """Is all of a plate still to be made, and what came of its earlier attempts known? Then it may be printed, else parts were made twice."""
    is_open = plate.items.exists() and not plate.items.exclude(live=True, piece__state=PieceState.OWED).exists()
    return is_open and not Run.objects.filter(plate=plate, judged_at=None).exists()


def concerned(run: Run, items: Iterable[PlateItem], *, printer_id: UUID | None) -> list[Subject]:
    """Return the subjects of an event about ``run``: itself, its plate, printer, plans and orders."""
    found = list(items)
    printers = [] if printer_id is None else [Subject("printer", printer_id)]
    plans = {Subject("plan", item.plan_id): None for item in found}
    orders = {Subject("intent", item.piece.requirement.line.intent_id): None for item in found}
    return [Subject("run", run.pk), Subject("plate", run.plate_id), *printers, *plans, *orders]


def due_at(items: Iterable[PlateItem]) -> datetime | None:
    """Return the earliest promise among the parts; None: none is promised for a date."""
    return min((due for item in items if (due := item.piece.requirement.line.intent.due_at) is not None), default=None)


def latest_outcomes(run_id: UUID) -> dict[UUID, ItemOutcome]:
    """Return what was last said of each part of an attempt, by item."""
    return {row.item_id: row for row in ItemOutcome.objects.filter(run_id=run_id, corrections__isnull=True)}


def photos_of(run_id: UUID) -> dict[UUID, list[OutcomePhoto]]:
    """Return the photos of an attempt's parts, by item, oldest first; those whose bytes were destroyed are left out."""
    rows = OutcomePhoto.objects.filter(outcome__run_id=run_id, artifact__purged_at=None)
    found: dict[UUID, list[OutcomePhoto]] = {}
    for photo in rows.select_related("outcome").order_by("outcome_id", "position"):
        found.setdefault(photo.outcome.item_id, []).append(photo)
    return found


def snapshot_of(run_id: UUID, moment: SnapshotMoment, anomaly_id: UUID | None) -> RunSnapshot | None:
    """Return the picture of a moment of an attempt, or of one of its anomalies, if there is one."""
    rows = RunSnapshot.objects.filter(run_id=run_id, moment=moment)
    return (rows.filter(anomaly=None) if anomaly_id is None else rows.filter(anomaly_id=anomaly_id)).first()


def owed_reprints(run_id: UUID, items: Iterable[PlateItem]) -> list[tuple[PlateItem, ItemOutcome]]:
    """Return the failed and skipped parts of an attempt whose pieces still wait on this plate for leave to be printed again."""
    said = latest_outcomes(run_id)
    again = (ItemResult.FAILED, ItemResult.SKIPPED)
    return [
        (item, said[item.pk])
        for item in items
        if item.live and item.piece.state == PieceState.OWED and item.pk in said and said[item.pk].outcome in again
    ]


def versions_of(run_ids: Iterable[UUID]) -> dict[UUID, int]:
    """Return the versions of those of these attempts that wait for a printer."""
    return dict(Run.objects.filter(pk__in=list(run_ids), state=RunState.QUEUED).values_list("id", "version"))


def plates_to_queue(site_id: UUID) -> list[UUID]:
    """Return the approved plates of a site that could be printed but have no attempt: something refused to queue them."""
    plates = BuildPlate.objects.filter(site_id=site_id, state=PlateState.APPROVED, runs__isnull=True, items__live=True)
    return list(plates.exclude(slice_key="").order_by("id").values_list("id", flat=True).distinct())


def runs_to_reprint(site_id: UUID) -> list[UUID]:
    """Return the judged attempts of a site with parts that wait for leave to be printed again."""
    runs = Run.objects.filter(
        plate__site_id=site_id, judged_at__isnull=False, plate__items__live=True, plate__items__piece__state=PieceState.OWED
    )
    return list(runs.exclude(plate__runs__ended_at__isnull=True).order_by("id").values_list("id", flat=True).distinct())


def runs_waiting_for(approval_id: UUID) -> list[UUID]:
    """Return the attempts that are parked with this question."""
    return list(Run.objects.filter(approval_id=approval_id, state=RunState.PENDING_APPROVAL).values_list("id", flat=True))


def open_runs_of(plate_id: UUID) -> list[UUID]:
    """Return the attempts at a plate that are not over."""
    return list(Run.objects.filter(plate_id=plate_id, ended_at__isnull=True).order_by("id").values_list("id", flat=True))


def made_in(piece_id: UUID) -> UUID | None:
    """Return the attempt that made what there is of a piece now; None: none of ours did."""
    made = [PieceFactKind.MADE, PieceFactKind.RECOVERED, PieceFactKind.RECEIVED]
    return PieceFact.objects.filter(piece_id=piece_id, kind__in=made).order_by("-id").values_list("run_id", flat=True).first()


def runs_of_canceled(intent_id: UUID) -> list[UUID]:
    """Return the attempts under way that make pieces of this order and nothing that is still wanted."""
    runs = Run.objects.filter(ended_at__isnull=True, plate__items__piece__requirement__line__intent_id=intent_id)
    wanted = PlateItem.objects.filter(plate=OuterRef("plate")).exclude(piece__state=PieceState.CANCELED)
    return list(runs.exclude(Exists(wanted)).order_by("id").values_list("id", flat=True).distinct())
