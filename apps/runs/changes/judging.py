"""What became of each part: the outcome, what it means for its piece, and when everything on a plate is judged."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from apps.catalog.states import Reason
from apps.journal.context import Context
from apps.journal.event import Subject
from apps.orders import changes as orders
from apps.orders.states import PieceState
from apps.planning import changes as planning
from apps.planning.models import PlateItem
from apps.runs import events
from apps.runs.models import ItemOutcome
from apps.runs.queries.attempts import latest_outcomes
from apps.runs.states import ItemResult

from .attempt import Attempt
from .breakers import count_part_failure
from .rating import rate_printer


@dataclass(frozen=True, slots=True)
class Verdict:
    """What somebody says became of one part."""

    outcome: ItemResult
    reason: str = ""
    note: str = ""


def note_outcome(ctx: Context, attempt: Attempt, item: PlateItem, verdict: Verdict, *, corrects: ItemOutcome | None = None) -> ItemOutcome:
    """Keep what became of one part, and say so. A first word moves its piece; what follows from a correction is another step."""
    outcome = ItemOutcome(
        run=attempt.run,
        item=item,
        corrects=corrects,
        outcome=verdict.outcome,
        reason=verdict.reason,
        note=verdict.note,
        recorded_by=ctx.actor.who,
        created_at=ctx.now,
    ).add()
    said = events.ItemOutcomeRecorded if corrects is None else events.ItemOutcomeCorrected
    happened = said(
        run_id=attempt.run.pk,
        outcome_id=outcome.pk,
        item_id=item.pk,
        piece_id=item.piece_id,
        outcome=verdict.outcome,
        reason=verdict.reason,
    )
    requirement = item.piece.requirement
    attempt.record(
        ctx,
        happened,
        Subject("item", item.pk),
        Subject("piece", item.piece_id),
        Subject("requirement", requirement.pk),
        Subject("line", requirement.line_id),
    )
    if corrects is None:
        move_piece(ctx, attempt, item, verdict)
    return outcome


def move_piece(ctx: Context, attempt: Attempt, item: PlateItem, verdict: Verdict) -> None:
    """Move the piece as the outcome of its part says.

    Good and not sure: it was made, and goes on to QA. Failed: what was made is scrapped, the unit is owed again and stays with its place on this
    plate until it is decided that it may be printed again. Not printed: it is still owed, likewise. A canceled piece stays canceled, and one that is
    made on another plate by now (this one was taken back) is that one's.
    """
    piece, run_id = item.piece, attempt.run.pk
    if piece.state != PieceState.PRINTING or piece.allocated_to not in (None, item.pk):
        return
    if verdict.outcome in (ItemResult.SUCCESS, ItemResult.UNKNOWN):
        orders.take_off_piece(ctx, piece, run_id=run_id)
        planning.finish_items(ctx, [item])
    elif verdict.outcome == ItemResult.FAILED:
        orders.scrap_piece(ctx, piece, reason=Reason(verdict.reason), run_id=run_id, note=verdict.note)
        orders.allocate_piece(ctx, piece, item_id=item.pk)
        count_part_failure(ctx, attempt, item, reason=Reason(verdict.reason))
    else:
        orders.owe_piece_again(ctx, piece, run_id=run_id)


def skip_everything(ctx: Context, attempt: Attempt, *, reason: Reason, note: str = "") -> None:
    """Say of every part that it was not printed: certain, because nothing was ever started."""
    for item in attempt.items:
        note_outcome(ctx, attempt, item, Verdict(ItemResult.SKIPPED, reason, note))
    settle_judgement(ctx, attempt)


def settle_judgement(ctx: Context, attempt: Attempt) -> bool:
    """Mark the attempt as judged when every part has an outcome, and return whether it is. Its printer's confidence follows."""
    run = attempt.run
    if run.judged_at is not None:
        return True
    outcomes = latest_outcomes(attempt.run.pk)
    if len(outcomes) < len(attempt.items):
        return False
    run.judged_at, run.judged_by = ctx.now, ctx.actor.who
    run.save_changes("judged_at", "judged_by")
    for item in attempt.items:
        if item.live and item.piece.state == PieceState.CANCELED:
            planning.finish_items(ctx, [item])
    count = Counter(row.outcome for row in outcomes.values())
    attempt.record(
        ctx,
        events.RunJudged(
            run_id=run.pk,
            plate_id=run.plate_id,
            good=count[ItemResult.SUCCESS],
            failed=count[ItemResult.FAILED],
            unsure=count[ItemResult.UNKNOWN],
            skipped=count[ItemResult.SKIPPED],
        ),
    )
    rate_printer(ctx, attempt)
    return True
