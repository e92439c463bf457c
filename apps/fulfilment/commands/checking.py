"""Cooling down, the quality check, and rework. A repeated command leaves alone what is done."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from apps.catalog.states import Reason
from apps.fulfilment import changes, events
from apps.fulfilment.models import ShipmentPiece
from apps.journal import locks
from apps.journal.commands import command
from apps.journal.context import Context
from apps.journal.refusals import Invalid
from apps.orders import changes as orders
from apps.orders.models import Piece, PieceFact
from apps.orders.states import DELIVERED, PieceFactKind, PieceState
from apps.planning.models import Plan, PlateItem
from apps.runs import changes as runs

AFTER_QA = (PieceState.PASSED, PieceState.PACKED, *DELIVERED)


@command("fulfilment.cool_pieces")
def cool_pieces(ctx: Context, *, piece_ids: tuple[UUID, ...]) -> int:
    """Note that pieces have cooled down and can be judged; return how many that is news of.

    Raises:
        NotFound, Invalid: as usual.
        Refusal: ``piece-not-there-yet``.
    """
    pieces = changes.hold_pieces(ctx, piece_ids)
    cooled = changes.take(ctx, pieces, ready=[PieceState.COOLING], done=[PieceState.QA, PieceState.REWORK, *AFTER_QA])
    for piece in cooled:
        orders.cool_piece(ctx, piece)
    changes.say(ctx, cooled, lambda piece: events.PieceCooled(piece_id=piece.pk))
    return len(cooled)


@command("fulfilment.pass_qa")
def pass_qa(ctx: Context, *, piece_ids: tuple[UUID, ...], note: str = "") -> int:
    """Find pieces good; return how many that is news of.

    Raises:
        NotFound, Invalid: as usual.
        Refusal: ``piece-not-there-yet``.
    """
    pieces = changes.hold_pieces(ctx, piece_ids)
    good = changes.take(ctx, pieces, ready=[PieceState.QA], done=AFTER_QA)
    for piece in good:
        orders.pass_piece(ctx, piece, note=note)
    changes.say(ctx, good, lambda piece: events.QAPassed(piece_id=piece.pk))
    return len(good)


@command("fulfilment.reject_qa")
def reject_qa(ctx: Context, *, piece_ids: tuple[UUID, ...], reason: Reason, note: str = "") -> int:
    """Find pieces of no use: they are scrapped, owed again, and counted against the plan they were made by; return how many.

    Pieces that were passed or packed can still be rejected; from an open shipment they are taken out.

    Raises:
        NotFound, Invalid: as usual; also for a reason that is not known, without a note.
        Refusal: ``piece-not-there-yet``, also for pieces that are owed (again) already.
    """
    _require_note(reason, note)
    pieces = changes.hold_pieces(ctx, piece_ids)
    plans = _plans_of(pieces)
    bad = changes.take(ctx, pieces, ready=[PieceState.QA, PieceState.PASSED, PieceState.PACKED, PieceState.REWORK], done=[])
    for piece in bad:
        _take_out(ctx, piece)
        orders.scrap_piece(ctx, piece, reason=reason, note=note)
        plan = plans.get(piece.pk)
        if plan is not None:
            site_id = piece.requirement.line.intent.site_id
            runs.count_plan_failure(ctx, plan, site_id=site_id, reason=reason, failure_id=_made_in(piece))
    changes.say(ctx, bad, lambda piece: events.QARejected(piece_id=piece.pk, reason=reason))
    return len(bad)


def _plans_of(pieces: list[Piece]) -> dict[UUID, Plan]:
    """Lock and return the plan each piece was last made by; a piece that was not printed here has none."""
    rows = PlateItem.objects.filter(piece__in=pieces).order_by("id").values_list("piece_id", "plan_id")
    latest = dict(rows)
    locked = {plan_id: locks.plan(plan_id) for plan_id in sorted(set(latest.values()), key=str)}
    return {piece_id: locked[plan_id] for piece_id, plan_id in latest.items()}


def _made_in(piece: Piece) -> UUID:
    """Return the attempt that made it: however many of its parts are rejected, the attempt counts once. Without one, its last fact."""
    facts = PieceFact.objects.filter(piece=piece).order_by("-id")
    made = facts.filter(kind__in=[PieceFactKind.MADE, PieceFactKind.RECOVERED], run_id__isnull=False).first()
    return (made.run_id if made is not None else None) or facts[0].pk


@command("fulfilment.start_rework")
def start_rework(ctx: Context, *, piece_ids: tuple[UUID, ...], reason: Reason, note: str = "") -> int:
    """Find pieces not good but such that they can be made good; return how many that is news of.

    Raises:
        NotFound, Invalid: as usual; also for a reason that is not known, without a note.
        Refusal: ``piece-not-there-yet``.
    """
    _require_note(reason, note)
    pieces = changes.hold_pieces(ctx, piece_ids)
    ready = [PieceState.QA, PieceState.PASSED, PieceState.PACKED]
    begun = changes.take(ctx, pieces, ready=ready, done=[PieceState.REWORK])
    for piece in begun:
        _take_out(ctx, piece)
        orders.rework_piece(ctx, piece, reason=reason, note=note)
    changes.say(ctx, begun, lambda piece: events.ReworkStarted(piece_id=piece.pk, reason=reason))
    return len(begun)


@command("fulfilment.finish_rework")
def finish_rework(ctx: Context, *, piece_ids: tuple[UUID, ...], note: str = "") -> int:
    """Note that pieces were worked on: they are judged again. Return how many that is news of.

    Raises:
        NotFound, Invalid: as usual.
        Refusal: ``piece-not-there-yet``.
    """
    pieces = changes.hold_pieces(ctx, piece_ids)
    worked = changes.take(ctx, pieces, ready=[PieceState.REWORK], done=[PieceState.QA, *AFTER_QA])
    for piece in worked:
        orders.finish_rework(ctx, piece, note=note)
    changes.say(ctx, worked, lambda piece: events.ReworkDone(piece_id=piece.pk))
    return len(worked)


def _take_out(ctx: Context, piece: Piece) -> None:
    """Take a packed piece out of its shipment."""
    if piece.state == PieceState.PACKED:
        ShipmentPiece.objects.filter(piece=piece, removed_at__isnull=True, shipment__shipped_at__isnull=True).update(removed_at=ctx.now)


def _require_note(reason: Reason, note: str) -> None:
    if reason == Reason.UNKNOWN and not note.strip():
        raise Invalid({"note": str(_("Write what you saw: the reason is not known."))})
