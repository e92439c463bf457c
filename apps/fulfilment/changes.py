"""The steps that fulfilment's commands share: taking pieces in hand, and saying what happened to each."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from apps.journal import locks
from apps.journal.context import Context
from apps.journal.event import Subject
from apps.journal.recording import record
from apps.journal.refusals import Invalid, NotFound, Refusal
from apps.orders import queries as orders
from apps.orders.models import Piece


def hold_pieces(ctx: Context, piece_ids: Sequence[UUID], *, with_orders: bool = False) -> list[Piece]:
    """Lock and return pieces in the order they are named: their components, and (``with_orders``) their orders first.

    Raises:
        Invalid: none named, or one twice.
        NotFound: one does not exist.
    """
    if not piece_ids or len(set(piece_ids)) != len(piece_ids):
        raise Invalid({"piece_ids": str(_("Name at least one piece, and each once."))})
    owners = list(Piece.objects.filter(pk__in=piece_ids).values_list("requirement_id", "requirement__line__intent_id"))
    if with_orders:
        for intent_id in sorted({intent for _requirement, intent in owners}, key=str):
            locks.intent(intent_id)
    for requirement_id in sorted({requirement for requirement, _intent in owners}, key=str):
        locks.requirement(requirement_id)
    found = {piece.pk: piece for piece in Piece.objects.filter(pk__in=piece_ids).select_related("requirement__line__intent")}
    for piece_id in piece_ids:
        if piece_id not in found:
            raise NotFound("piece", id=str(piece_id))
    return [found[piece_id] for piece_id in piece_ids]


def take(ctx: Context, pieces: Sequence[Piece], *, ready: Collection[str], done: Collection[str]) -> list[Piece]:
    """Return the pieces that are still to be moved: those in a ``ready`` state. Those already ``done`` are left as they are.

    Raises:
        Refusal: ``piece-not-there-yet``: one is in neither.
    """
    early = [piece for piece in pieces if piece.state not in (*ready, *done)]
    if early:
        raise Refusal("piece-not-there-yet", pieces=len(early), piece=str(early[0].pk), state=str(early[0].get_state_display()))
    return [piece for piece in pieces if piece.state in ready]


def say(ctx: Context, pieces: Sequence[Piece], event_of: Callable[[Piece], Any], *more: Subject) -> None:
    """Record an event about each piece, in the story of its order."""
    for piece in pieces:
        intent = piece.requirement.line.intent
        about = ctx.about(correlation_id=intent.pk, site_id=intent.site_id)
        record(about, event=event_of(piece), subjects=[*orders.subjects_of([piece]), *more])
