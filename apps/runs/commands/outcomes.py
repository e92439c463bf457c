"""What happened on the plate: an outcome for each part, corrections, and printing again what failed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from django.utils.translation import gettext as _

from apps.catalog.states import Reason
from apps.journal.commands import command
from apps.journal.context import Context
from apps.journal.event import Subject
from apps.journal.refusals import Invalid, NotFound, Refusal, StaleVersion
from apps.journal.results import Parked
from apps.orders import changes as orders
from apps.orders.states import PieceState
from apps.planning import changes as planning
from apps.planning.models import PlateItem
from apps.policy import gate
from apps.policy.states import GatedTransition, SubjectKind
from apps.runs import changes, events, facts, queries
from apps.runs.models import Exclusion, ItemOutcome
from apps.runs.states import TERMINAL, ItemResult

MADE = (ItemResult.SUCCESS, ItemResult.UNKNOWN)
"""Something came off the printer: QA says whether it is good."""


@dataclass(frozen=True, slots=True)
class ItemVerdict:
    """What somebody says became of one part of a plate. A failed part needs a reason, one that is not known a note."""

    item_id: UUID
    outcome: ItemResult
    reason: str = ""
    note: str = ""


@command("runs.record_outcomes")
def record_outcomes(ctx: Context, *, run_id: UUID, outcomes: tuple[ItemVerdict, ...], expected_version: int | None = None) -> bool:
    """Keep what became of parts of a plate that is over; return whether every part has an outcome now.

    Good and unsure parts go on to cooling and QA; what failed is scrapped and owed again, what was not printed is still owed, for the reason it was
    left out where it was and no other is given. Saying the same again changes nothing.

    Args:
        ctx: Who looked, when.
        run_id: The attempt.
        outcomes: Part by part; parts may be left for later.
        expected_version: The attempt as the asker saw it.

    Raises:
        NotFound, StaleVersion: as usual.
        Invalid: no outcomes, a part that is not on the plate or is named twice, a missing reason or note.
        Refusal: ``run-not-over``; ``outcome-recorded`` when something else was said of a part before.
    """
    attempt = changes.lock_attempt(ctx, run_id, counting=True)
    run = attempt.run
    if expected_version is not None and run.version != expected_version:
        raise StaleVersion("print attempt", str(run_id), expected=expected_version, current=run.version)
    if run.state not in TERMINAL:
        raise Refusal("run-not-over")
    items = {item.pk: item for item in attempt.items}
    _require_sense(outcomes, items)
    said, left_out = queries.latest_outcomes(run_id), queries.left_out_of(run_id)
    for verdict in (_explained(verdict, left_out) for verdict in outcomes):
        known = said.get(verdict.item_id)
        if known is None:
            changes.note_outcome(
                ctx, attempt, items[verdict.item_id], changes.Verdict(ItemResult(verdict.outcome), verdict.reason, verdict.note)
            )
        elif (known.outcome, known.reason) != (verdict.outcome, verdict.reason):
            raise Refusal("outcome-recorded")
    return changes.settle_judgement(ctx, attempt)


def _explained(verdict: ItemVerdict, left_out: dict[UUID, Exclusion]) -> ItemVerdict:
    """Return a verdict with the reason why its part was left out, where it was, and nobody says another."""
    out = left_out.get(verdict.item_id)
    if out is None or verdict.outcome != ItemResult.SKIPPED or verdict.reason:
        return verdict
    return replace(verdict, reason=out.reason, note=verdict.note or out.note)


def _require_sense(outcomes: tuple[ItemVerdict, ...], items: dict[UUID, PlateItem]) -> None:
    wrong: dict[str, str] = {}
    if not outcomes:
        wrong["outcomes"] = str(_("Say what became of at least one part."))
    if len({verdict.item_id for verdict in outcomes}) != len(outcomes):
        wrong["outcomes"] = str(_("A part is named twice."))
    for place, verdict in enumerate(outcomes):
        if verdict.item_id not in items:
            wrong[f"outcomes[{place}].item_id"] = str(_("This part is not on the plate."))
        wrong.update(
            {f"outcomes[{place}].{name}": words for name, words in _missing(verdict.outcome, verdict.reason, verdict.note).items()}
        )
    if wrong:
        raise Invalid(wrong)


def _missing(outcome: str, reason: str, note: str) -> dict[str, str]:
    if outcome not in ItemResult.values:
        return {"outcome": str(_("There is no such outcome."))}
    if reason and reason not in Reason.values:
        return {"reason": str(_("There is no such reason."))}
    if outcome == ItemResult.FAILED and not reason:
        return {"reason": str(_("Say why it failed."))}
    if outcome == ItemResult.SUCCESS and reason:
        return {"reason": str(_("A good part has no reason for failing."))}
    if reason == Reason.UNKNOWN and not note.strip():
        return {"note": str(_("Write what you saw: the reason is not known."))}
    return {}


@command("runs.correct_outcome")
def correct_outcome(ctx: Context, *, outcome_id: UUID, outcome: ItemResult, reason: str = "", note: str = "") -> UUID:
    """Correct what was said of a part, by a further record, and return its id. Its piece follows where it still can.

    Raises:
        NotFound: no such record.
        Invalid: a missing reason or note.
        Refusal: ``outcome-corrected`` when it is not the latest word; ``correction-too-late`` when the piece is or was printed again, packed or
            sent.
    """
    old = ItemOutcome.objects.filter(pk=outcome_id).first()
    if old is None:
        raise NotFound("outcome of a part", id=str(outcome_id))
    if wrong := _missing(outcome, reason, note):
        raise Invalid(wrong)
    attempt = changes.lock_attempt(ctx, old.run_id, counting=True)
    if ItemOutcome.objects.filter(corrects=old).exists():
        raise Refusal("outcome-corrected")
    item = next(one for one in attempt.items if one.pk == old.item_id)
    _follow(ctx, attempt, item, was=ItemResult(old.outcome), verdict=changes.Verdict(outcome, reason, note))
    corrected = changes.note_outcome(ctx, attempt, item, changes.Verdict(outcome, reason, note), corrects=old)
    changes.rate_printer(ctx, attempt)
    return corrected.pk


def _follow(ctx: Context, attempt: changes.Attempt, item: PlateItem, *, was: ItemResult, verdict: changes.Verdict) -> None:
    """Move the piece from where the old word put it to where the new one does."""
    piece = item.piece
    if (was in MADE) == (verdict.outcome in MADE) or piece.state == PieceState.CANCELED:
        return
    if verdict.outcome in MADE:
        if piece.state != PieceState.OWED or piece.allocated_to not in (None, item.pk) or queries.open_runs_of(attempt.plate.pk):
            raise Refusal("correction-too-late", state=str(piece.get_state_display()))
        orders.recover_piece(ctx, piece, run_id=attempt.run.pk, note=verdict.note)
        planning.finish_items(ctx, [item])
        return
    is_here = piece.state in (PieceState.COOLING, PieceState.QA, PieceState.PASSED, PieceState.REWORK)
    if not is_here or queries.made_in(piece.pk) != attempt.run.pk:
        raise Refusal("correction-too-late", state=str(piece.get_state_display()))
    if not verdict.reason:
        raise Invalid({"reason": str(_("Say why it is of no use: something was made of it."))})
    orders.scrap_piece(ctx, piece, reason=Reason(verdict.reason), run_id=attempt.run.pk, note=verdict.note)
    changes.count_part_failure(ctx, attempt, item, reason=Reason(verdict.reason))


@command("runs.reprint_items")
def reprint_items(
    ctx: Context, *, run_id: UUID, item_ids: tuple[UUID, ...] = (), override: str = ""
) -> tuple[UUID, ...] | Refusal | Parked:
    """Let failed and skipped parts of an attempt go onto a new plate, as far as the policy allows; return their pieces.

    What it does not allow stays on the old plate, with the decision as its reason. Nothing left to print again, or the old plate itself is being
    printed again: an empty answer.

    Args:
        ctx: Who asks, when.
        run_id: The attempt.
        item_ids: Which parts; none named: all that wait.
        override: A person's reason for passing a block; whether they may is checked at the edge.

    Raises:
        NotFound: no such attempt.
        Refusal: ``run-not-over``. Returned, when nothing was allowed: what the policy refused.
    """
    attempt = changes.lock_attempt(ctx, run_id, counting=True)
    if attempt.run.state not in TERMINAL:
        raise Refusal("run-not-over")
    waiting = [] if queries.open_runs_of(attempt.plate.pk) else queries.owed_reprints(run_id, attempt.items)
    owed = [pair for pair in waiting if not item_ids or pair[0].pk in item_ids]
    allowed: list[PlateItem] = []
    answer: Refusal | Parked | None = None
    for item, outcome in owed:
        verdict = _ask(ctx, attempt, item, outcome, override)
        if verdict.allowed:
            changes.count_start(ctx, site_id=attempt.site_id, start_id=verdict.decision.pk)
            allowed.append(item)
        else:
            answer = answer or verdict.refusal or (Parked(verdict.approval.pk) if verdict.approval else None)
    if not allowed:
        return () if answer is None else answer
    planning.finish_items(ctx, allowed)
    pieces = [item.piece_id for item in allowed]
    created = events.ReprintCreated(run_id=run_id, pieces=pieces)
    attempt.record(ctx, created, *(Subject("piece", piece_id) for piece_id in pieces))
    return tuple(pieces)


def _ask(ctx: Context, attempt: changes.Attempt, item: PlateItem, outcome: ItemOutcome, override: str) -> gate.Verdict:
    gathered = facts.reprint_facts(attempt.plate, item, reason=outcome.reason, now=ctx.now)
    about = (SubjectKind.ITEM, item.pk, attempt.run.attempt, attempt.site_id)
    subjects = attempt.subjects(Subject("item", item.pk), Subject("piece", item.piece_id))
    return gate.judge(ctx, gate.Question(GatedTransition.ITEM_REPRINT, *about, gathered, subjects, override))
