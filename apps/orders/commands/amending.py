"""Promising less: fewer pieces, or nothing any more. The promise stays as it was made; what changed is an amendment beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from apps.journal import locks
from apps.journal.commands import command
from apps.journal.context import Context
from apps.journal.event import Subject
from apps.journal.recording import record
from apps.journal.refusals import Invalid, NotFound, Refusal
from apps.orders import changes, events, queries
from apps.orders.labels.taking import NOTHING_ASKED, PIECES_INVALID
from apps.orders.models import Amendment, AmendmentLine, Intent, Piece, Requirement
from apps.orders.models.pieces import BEFORE_SHIPPING
from apps.orders.queries.value import value_now
from apps.orders.states import DELIVERED, OPEN_INTENTS, TO_MAKE, AmendmentKind, CancelReason, PieceState, RefundReason, Source


@dataclass(frozen=True, slots=True)
class FewerPieces:
    """So many pieces fewer of one component."""

    requirement_id: UUID
    pieces: int


@command("orders.amend_cancel_qty")
def amend_cancel_qty(
    ctx: Context,
    *,
    intent_id: UUID,
    expected_version: int,
    lines: tuple[FewerPieces, ...],
    confirm_started: bool = False,
    note: str = "",
    source: Source = Source.MANUAL,
) -> UUID:
    """Promise fewer pieces and return the amendment's id: the least advanced ones are canceled, what they cost too much is given back.

    Args:
        ctx: Who asks, when.
        intent_id: The order.
        expected_version: The version that was read.
        lines: How many pieces fewer of which component.
        confirm_started: Cancel pieces that are being made or were made as well; they are charged by the price list's rule.
        note: For the record.
        source: Where the wish came from.

    Raises:
        NotFound, StaleVersion: as ever, also for a component of another order.
        Invalid: no lines, a component named twice, less than one piece.
        Refusal: ``order-is-over``, ``pieces-started``, ``pieces-too-few``, ``pieces-all-canceled``.
    """
    intent = _open(intent_id, expected_version)
    chosen = _choose(intent, lines, confirm_started=confirm_started)
    if not Piece.objects.filter(requirement__line__intent=intent).exclude(state=PieceState.CANCELED).exclude(pk__in=_ids(chosen)).exists():
        raise Refusal("pieces-all-canceled")
    return _amend(ctx, intent, chosen, reason=CancelReason.CUSTOMER_REQUEST, refund=RefundReason.FEWER, note=note, source=source).pk


@command("orders.cancel_intent")
def cancel_intent(
    ctx: Context,
    *,
    intent_id: UUID,
    expected_version: int,
    reason: CancelReason,
    note: str = "",
    source: Source = Source.MANUAL,
    confirm_started: bool = False,
) -> None:
    """Keep the promise no longer. What was sent stays sent; everything else is canceled, what prints is stopped by whoever runs it.

    What was not started is given back in full; what is printing or made is charged by the price list's rule when the customer wished it, and not
    at all when the shop could not keep its word.

    Args:
        ctx: Who asks, when.
        intent_id: The order.
        expected_version: The version that was read.
        reason: Why.
        note: For the record.
        source: Where the wish came from.
        confirm_started: Also when pieces are being made, were made or sent; without it the order stays as it is then.

    Raises:
        NotFound, StaleVersion: as ever.
        Refusal: ``order-is-over``, ``unknown-code``, ``pieces-started``.
    """
    intent = _open(intent_id, expected_version)
    if reason not in CancelReason.values:
        raise Refusal("unknown-code", field="reason")
    left = Piece.objects.filter(requirement__line__intent=intent, state__in=BEFORE_SHIPPING).order_by("id")
    pieces = list(left.select_related("requirement__line"))
    untouched = sum(piece.state in TO_MAKE for piece in pieces)
    if not confirm_started and (untouched < len(pieces) or _is_anything_shipped(intent)):
        raise Refusal("pieces-started", asked=len(pieces), open=untouched)
    intent.cancel(reason=reason, by=ctx.actor.who, now=ctx.now)
    intent.save_changes("state", "cancel_reason", "canceled_by", "canceled_at")
    _amend(ctx, intent, pieces, reason=reason, refund=RefundReason.CANCELED, note=note, source=source)
    canceled = events.IntentCanceled(intent_id=intent.pk, reason=str(reason), pieces=len(pieces))
    record(_about(ctx, intent), event=canceled, subjects=[Subject("intent", intent.pk), *queries.subjects_of(pieces)])


def _is_anything_shipped(intent: Intent) -> bool:
    return Piece.objects.filter(requirement__line__intent=intent, state__in=DELIVERED).exists()


def _open(intent_id: UUID, expected_version: int) -> Intent:
    locks.intent(intent_id)
    intent = Intent.at_version(intent_id, expected_version)
    if intent.state not in OPEN_INTENTS:
        raise Refusal("order-is-over", state=str(intent.get_state_display()))
    return intent


def _choose(intent: Intent, lines: Sequence[FewerPieces], *, confirm_started: bool) -> list[Piece]:
    ids = [line.requirement_id for line in lines]
    if not ids or len(set(ids)) != len(ids):
        raise Invalid({"lines": str(NOTHING_ASKED)})
    chosen: list[Piece] = []
    for line in sorted(lines, key=lambda one: str(one.requirement_id)):
        if isinstance(line.pieces, bool) or not isinstance(line.pieces, int) or line.pieces < 1:
            raise Invalid({"lines.pieces": str(PIECES_INVALID)})
        if not Requirement.objects.filter(pk=line.requirement_id, line__intent=intent).exists():
            raise NotFound(str(Requirement._meta.verbose_name), id=str(line.requirement_id))
        locks.requirement(line.requirement_id)
        chosen += _least_advanced(line, confirm_started=confirm_started)
    return chosen


def _least_advanced(line: FewerPieces, *, confirm_started: bool) -> list[Piece]:
    """Return the pieces it costs least to cancel: on no plate first, then planned ones, then by how far they have come."""
    open_ones = Piece.objects.filter(requirement_id=line.requirement_id, state__in=BEFORE_SHIPPING).select_related("requirement__line")
    order = [str(state) for state in BEFORE_SHIPPING]
    pieces = sorted(open_ones, key=lambda one: (order.index(one.state), one.allocated_to is not None, -one.number))
    if len(pieces) < line.pieces:
        raise Refusal("pieces-too-few", asked=line.pieces, left=len(pieces))
    untouched = sum(piece.state in TO_MAKE for piece in pieces)
    if untouched < line.pieces and not confirm_started:
        raise Refusal("pieces-started", asked=line.pieces, open=untouched)
    return pieces[: line.pieces]


def _amend(
    ctx: Context, intent: Intent, pieces: Sequence[Piece], *, reason: CancelReason, refund: RefundReason, note: str, source: Source
) -> Amendment:
    before = value_now(intent)
    for piece in pieces:
        changes.cancel_piece(ctx, piece, reason=reason)
    delta = value_now(intent) - before
    amendment = Amendment(
        intent=intent,
        number=intent.amendments.count() + 1,
        kind=AmendmentKind.CANCEL_QTY,
        source=source,
        made_by=ctx.actor.who,
        note=note,
        price_delta_minor=delta,
        created_at=ctx.now,
    ).add()
    _add_lines(ctx, amendment, pieces)
    intent.save_changes()  # its version: whoever decided by what they saw before must look again
    _say_amended(ctx, intent, amendment, pieces)
    _settle_money(ctx, intent, refund, note)
    return amendment


def _add_lines(ctx: Context, amendment: Amendment, pieces: Sequence[Piece]) -> None:
    by_component: dict[UUID, list[Piece]] = {}
    for piece in pieces:
        by_component.setdefault(piece.requirement_id, []).append(piece)
    for requirement_id, group in by_component.items():
        AmendmentLine(
            amendment=amendment,
            line_id=group[0].requirement.line_id,
            requirement_id=requirement_id,
            pieces=-len(group),
            created_at=ctx.now,
        ).add()


def _settle_money(ctx: Context, intent: Intent, refund: RefundReason, note: str) -> None:
    """Close what would be paid at the old price, owe what was paid too much, and see whether that settles or completes the order."""
    changes.close_checkouts(ctx, intent, code="order-changed")
    money = queries.money_of(intent)
    if money.surplus > 0:
        changes.request_refunds(ctx, intent, amount_minor=money.surplus, reason=refund, note=note)
    changes.settle_if_paid(ctx, intent)
    changes.fulfil_if_complete(ctx, intent.pk)


def _say_amended(ctx: Context, intent: Intent, amendment: Amendment, pieces: Sequence[Piece]) -> None:
    amended = events.IntentAmended(
        intent_id=intent.pk,
        amendment_id=amendment.pk,
        kind=amendment.kind,
        pieces=-len(pieces),
        price_delta_minor=amendment.price_delta_minor,
    )
    record(_about(ctx, intent), event=amended, subjects=[Subject("intent", intent.pk), *queries.subjects_of(pieces)])


def _ids(pieces: Sequence[Piece]) -> list[UUID]:
    return [piece.pk for piece in pieces]


def _about(ctx: Context, intent: Intent) -> Context:
    return ctx.about(correlation_id=intent.pk, site_id=intent.site_id)
