"""Plates: composed from what waits, approved, sent to be sliced."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.journal.owed import Later, Owed
from apps.journal.refusals import Refusal
from apps.journal.states import Lane
from apps.journal.subscriptions import subscribe
from apps.orders import events as orders
from apps.planning import commands, events
from apps.planning.domain import grouping
from apps.planning.states import ReviewCode

if TYPE_CHECKING:
    from apps.planning.queries.composing import Candidate

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


def _compose_group(owed: Owed, group: grouping.Group, members: Sequence[Candidate], *, step: str) -> None:
    from apps.planning.queries import laying

    plates, misfits = laying.filled(group.pieces, members)
    _tell_misfits(owed, members, misfits, step)
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


def _tell_misfits(owed: Owed, members: Sequence[Candidate], misfits: frozenset[str], step: str) -> None:
    """A plan that fits on no bed is looked at by a person."""
    for plan_id in sorted({one.plan.pk for one in members if str(one.piece.pk) in misfits}, key=str):
        note = gettext("It fits on no bed of its kind of printer, with the distance that its brim and the keep-outs need.")
        commands.request_review(owed.context(f"misfit-{step}-{plan_id}"), plan_id=plan_id, note=note, code=ReviewCode.NO_MATCH)


@subscribe(events.BuildPlateComposed, label=_("Approve a composed plate"), lane=Lane.DEFAULT)
def approve_composed(owed: Owed) -> None:
    """Pin what was composed."""
    commands.approve_plate(owed.context("approve"), plate_id=owed.event.plate_id)


@subscribe(events.BuildPlateApproved, label=_("Ask for a plate's G-code"), lane=Lane.DEFAULT)
def slice_approved(owed: Owed) -> None:
    """Ask policy whether the plate may be sliced, and owe it."""
    commands.request_slice(owed.context("slice"), plate_id=owed.event.plate_id)
