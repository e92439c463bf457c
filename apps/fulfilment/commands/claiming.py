"""A print that was not ours turns out to be somebody's order."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from apps.fleet import changes as fleet
from apps.fleet.models import MachineSession
from apps.fulfilment import events
from apps.journal import locks
from apps.journal.commands import command
from apps.journal.context import Context
from apps.journal.event import Subject
from apps.journal.recording import record
from apps.journal.refusals import Invalid, NotFound, Refusal
from apps.orders import changes as orders
from apps.orders import queries
from apps.orders.models import Piece, Requirement
from apps.orders.states import IntentState, PieceState

MOST_PIECES = 1000


@command("fulfilment.claim_session")
def claim_session(ctx: Context, *, session_id: UUID, expected_version: int, requirement_id: UUID, quantity: int, note: str) -> int:
    """Say that a foreign print made pieces of an order's component; return how many. They go to QA, where they are judged like any other.

    The print stays marked as foreign: nobody here planned it, no policy looked at it. Only pieces that are owed and on no plate are taken, lowest
    number first. It is not taken back: a piece that was claimed wrongly is rejected in QA and owed again.

    Args:
        ctx: Who says so, when.
        session_id: The print seen.
        expected_version: The version that was looked at.
        requirement_id: The component.
        quantity: How many pieces came off the bed.
        note: Why this is so, such as who started it.

    Raises:
        NotFound, StaleVersion: no such print or component at its site; somebody claimed it meanwhile.
        Invalid: no note, or an impossible number.
        Refusal: ``session-not-claimable`` while it prints or when it was ours, ``session-claimed``, ``order-not-in-production``,
            ``claim-exceeds-owed``.
    """
    if not note.strip():
        raise Invalid({"note": str(_("Say how you know: who started it, and for whom."))})
    if not 1 <= quantity <= MOST_PIECES:
        raise Invalid({"quantity": str(_("is not a whole number from %(least)d to %(most)d") % {"least": 1, "most": MOST_PIECES})})
    component = Requirement.objects.filter(pk=requirement_id).select_related("line__intent").first()
    if component is None:
        raise NotFound(str(Requirement._meta.verbose_name), id=str(requirement_id))
    intent = locks.intent(component.line.intent_id)
    locks.requirement(requirement_id)
    session = fleet.hold_session(ctx, session_id, expected_version, site_id=intent.site_id)
    if intent.state != IntentState.PAID:
        raise Refusal("order-not-in-production", order=intent.number, state=str(intent.get_state_display()))
    owed = Piece.objects.filter(requirement=component, state=PieceState.OWED, allocated_to=None).select_related("requirement__line__intent")
    pieces = list(owed.order_by("number")[:quantity])
    if len(pieces) < quantity:
        raise Refusal("claim-exceeds-owed", order=intent.number, owed=len(pieces), asked=quantity)
    fleet.claim_session(ctx, session, order_id=intent.pk)
    for piece in pieces:
        orders.receive_piece(ctx, piece, session_id=session.pk, note=note.strip())
    _say(ctx, session, intent.pk, intent.site_id, pieces)
    return len(pieces)


def _say(ctx: Context, session: MachineSession, intent_id: UUID, site_id: UUID, pieces: list[Piece]) -> None:
    claimed = events.SessionClaimed(session_id=session.pk, printer_id=session.printer_id, intent_id=intent_id, pieces=len(pieces))
    subjects = [*queries.subjects_of(pieces), Subject("session", session.pk), Subject("printer", session.printer_id)]
    record(ctx.about(correlation_id=intent_id, site_id=site_id), event=claimed, subjects=subjects)
