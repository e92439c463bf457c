"""How pieces move. Every move writes the fact beside it, so that each count can be derived.

Callers pass the piece as they read it in this transaction; two that move the same piece at once are told apart by its version. What a machine
reports about a piece that was canceled meanwhile changes nothing: the promise is gone, whatever came off the printer.
"""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from apps.catalog.states import Reason
from apps.journal.context import Context
from apps.journal.refusals import Refusal
from apps.orders.models import Amendment, Piece, PieceFact, Requirement
from apps.orders.states import CancelReason, IntentState, PieceFactKind, PieceState

from .intents import reopen

_COLUMNS = ("state", "since", "reason", "allocated_to")


def promise_pieces(ctx: Context, requirement: Requirement, *, count: int, amendment: Amendment | None = None) -> list[Piece]:
    """Add ``count`` pieces that are owed, numbered after those the component has, and return them."""
    taken = Piece.objects.filter(requirement=requirement).count()
    kind = PieceFactKind.PROMISED if amendment is None else PieceFactKind.ADDED
    numbers = range(taken + 1, taken + count + 1)
    pieces = [Piece(requirement=requirement, number=n, amendment=amendment, since=ctx.now, created_at=ctx.now) for n in numbers]
    Piece.objects.bulk_create(pieces)
    facts = [PieceFact(piece=one, kind=kind, to_state=PieceState.OWED, actor=ctx.actor.who, created_at=ctx.now) for one in pieces]
    PieceFact.objects.bulk_create(facts)
    return pieces


def allocate_piece(ctx: Context, piece: Piece, *, item_id: UUID) -> None:
    """Say which item of a live plate is to make the piece; does nothing when it is that item already.

    Raises:
        Refusal: ``piece-not-owed``, ``piece-allocated`` (to another item), ``place-allocated`` (the item makes another piece).
    """
    if piece.allocated_to == item_id:
        return
    if piece.state != PieceState.OWED:
        raise Refusal("piece-not-owed", piece=str(piece.pk), state=str(piece.get_state_display()))
    if piece.allocated_to is not None:
        raise Refusal("piece-allocated", piece=str(piece.pk))
    piece.allocated_to = item_id
    piece.save_changes("allocated_to")
    _note(ctx, piece, PieceFactKind.ALLOCATED, came_from=piece.state, item_id=item_id)


def unallocate_piece(ctx: Context, piece: Piece) -> None:
    """Take the piece off its plate; does nothing when it is on none."""
    if piece.allocated_to is None:
        return
    _leave_plate(ctx, piece)
    piece.save_changes("allocated_to")


def start_piece(ctx: Context, piece: Piece, *, run_id: UUID) -> None:
    """Note that a machine began to make it."""
    if piece.state != PieceState.CANCELED:
        _move(ctx, piece, PieceFactKind.STARTED, lambda: piece.start(now=ctx.now), run_id=run_id)


def take_off_piece(ctx: Context, piece: Piece, *, run_id: UUID) -> None:
    """Note that it was made. Its item on the plate has done its work."""
    if piece.state != PieceState.CANCELED:
        item_id, piece.allocated_to = piece.allocated_to, None
        _move(ctx, piece, PieceFactKind.MADE, lambda: piece.take_off(now=ctx.now), run_id=run_id, item_id=item_id)


def owe_piece_again(ctx: Context, piece: Piece, *, run_id: UUID, reason: Reason | str = "") -> None:
    """Note that the attempt ended and nothing was made of it. It stays on its plate, which may be tried again."""
    if piece.state != PieceState.CANCELED:
        _move(ctx, piece, PieceFactKind.NOT_MADE, lambda: piece.owe_again(now=ctx.now), run_id=run_id, reason=reason)


def scrap_piece(ctx: Context, piece: Piece, *, reason: Reason, run_id: UUID | None = None, note: str = "") -> None:
    """Note that what was made is of no use, and owe the piece again, on no plate. An order that was fulfilled is open again."""
    if piece.state == PieceState.CANCELED:
        return
    was_shipped = piece.state == PieceState.SHIPPED
    _leave_plate(ctx, piece)
    _move(ctx, piece, PieceFactKind.SCRAPPED, lambda: piece.scrap(reason=reason, now=ctx.now), run_id=run_id, reason=reason, note=note)
    _move(ctx, piece, PieceFactKind.REOPENED, lambda: piece.reopen(now=ctx.now), run_id=run_id)
    if was_shipped:
        intent = piece.requirement.line.intent
        if intent.state == IntentState.FULFILLED:
            reopen(ctx, intent)


def recover_piece(ctx: Context, piece: Piece, *, run_id: UUID, note: str = "") -> None:
    """Note that it was made after all: an outcome was corrected."""
    if piece.state != PieceState.CANCELED:
        _leave_plate(ctx, piece)
        _move(ctx, piece, PieceFactKind.RECOVERED, lambda: piece.recover(now=ctx.now), run_id=run_id, note=note)


def receive_piece(ctx: Context, piece: Piece, *, session_id: UUID | None = None, note: str = "") -> None:
    """Note that it came from stock, from a supplier, or (``session_id``) from a print that was not ours. It goes to QA."""
    _leave_plate(ctx, piece)
    _move(ctx, piece, PieceFactKind.RECEIVED, lambda: piece.receive(now=ctx.now), session_id=session_id, note=note)


def cool_piece(ctx: Context, piece: Piece) -> None:
    """Note that it can be touched and judged."""
    _move(ctx, piece, PieceFactKind.COOLED, lambda: piece.cool(now=ctx.now))


def pass_piece(ctx: Context, piece: Piece, *, note: str = "") -> None:
    """Note that it is good."""
    _move(ctx, piece, PieceFactKind.PASSED, lambda: piece.pass_qa(now=ctx.now), note=note)


def rework_piece(ctx: Context, piece: Piece, *, reason: Reason, note: str = "") -> None:
    """Note that it is not good but can be made good."""
    _move(ctx, piece, PieceFactKind.REJECTED, lambda: piece.rework(reason=reason, now=ctx.now), reason=reason, note=note)


def finish_rework(ctx: Context, piece: Piece, *, note: str = "") -> None:
    """Note that it was worked on and is to be judged again."""
    _move(ctx, piece, PieceFactKind.REWORKED, lambda: piece.finish_rework(now=ctx.now), note=note)


def pack_piece(ctx: Context, piece: Piece) -> None:
    """Note that it is in its package."""
    _move(ctx, piece, PieceFactKind.PACKED, lambda: piece.pack(now=ctx.now))


def ship_piece(ctx: Context, piece: Piece) -> None:
    """Note that it left the house or was handed over."""
    piece.allocated_to = None
    _move(ctx, piece, PieceFactKind.SHIPPED, lambda: piece.ship(now=ctx.now))


def close_piece(ctx: Context, piece: Piece) -> None:
    """Note that nothing more is expected of it."""
    _move(ctx, piece, PieceFactKind.CLOSED, lambda: piece.close(now=ctx.now))


def cancel_piece(ctx: Context, piece: Piece, *, reason: Reason | CancelReason, note: str = "") -> None:
    """Promise it no longer, whether or not something was made of it; does nothing when it is canceled already."""
    if piece.state == PieceState.CANCELED:
        return
    _leave_plate(ctx, piece)
    _move(ctx, piece, PieceFactKind.CANCELED, lambda: piece.cancel(reason=reason, now=ctx.now), reason=reason, note=note)


def _leave_plate(ctx: Context, piece: Piece) -> None:
    """Clear the place; the caller saves."""
    if piece.allocated_to is not None:
        _note(ctx, piece, PieceFactKind.UNALLOCATED, came_from=piece.state, item_id=piece.allocated_to)
        piece.allocated_to = None


def _move(
    ctx: Context,
    piece: Piece,
    kind: PieceFactKind,
    transition: Callable[[], None],
    *,
    run_id: UUID | None = None,
    item_id: UUID | None = None,
    session_id: UUID | None = None,
    reason: str = "",
    note: str = "",
) -> None:
    came_from = piece.state
    transition()
    piece.save_changes(*_COLUMNS)
    _note(ctx, piece, kind, came_from=came_from, run_id=run_id, item_id=item_id, session_id=session_id, reason=reason, note=note)


def _note(
    ctx: Context,
    piece: Piece,
    kind: PieceFactKind,
    *,
    came_from: str,
    run_id: UUID | None = None,
    item_id: UUID | None = None,
    session_id: UUID | None = None,
    reason: str = "",
    note: str = "",
) -> None:
    PieceFact(
        piece=piece,
        kind=kind,
        from_state=came_from,
        to_state=piece.state,
        reason=reason or piece.reason,
        note=note,
        actor=ctx.actor.who,
        item_id=item_id,
        run_id=run_id,
        session_id=session_id,
        created_at=ctx.now,
    ).add()
