"""Which pieces are to be made, and whose they are."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Case, Exists, IntegerField, OuterRef, QuerySet, Value, When

from apps.journal.event import Subject
from apps.journal.refusals import NotFound
from apps.orders.models import Intent, Piece, Release
from apps.orders.states import Component, IntentState, PieceState, Priority

_RANK = {Priority.RUSH: 0, Priority.NORMAL: 1, Priority.FILLER: 2}


def pieces_to_plan(site_id: UUID) -> list[Piece]:
    """Return the pieces of a site that wait for a plate: owed, on none, printed here, of released orders; the most urgent first.

    Component, line and order come along in the same query.
    """
    return list(waiting_pieces(site_id))


def waiting_pieces(site_id: UUID) -> QuerySet[Piece]:
    """Ask for what ``pieces_to_plan`` returns."""
    urgency = Case(
        *(When(requirement__line__intent__priority=priority, then=Value(rank)) for priority, rank in _RANK.items()),
        output_field=IntegerField(),
    )
    waiting = Piece.objects.filter(
        Exists(Release.objects.filter(intent=OuterRef("requirement__line__intent"))),
        state=PieceState.OWED,
        allocated_to__isnull=True,
        requirement__component=Component.PRINTED,
        requirement__line__intent__site_id=site_id,
        requirement__line__intent__state=IntentState.PAID,
    )
    return waiting.select_related("requirement__line__intent").order_by(urgency, "requirement__line__intent__due_at", "id")


def intent_of_piece(piece_id: UUID) -> Intent:
    """Return the order a piece belongs to.

    Raises:
        NotFound: no such piece.
    """
    found = Intent.objects.filter(lines__requirements__pieces=piece_id).first()
    if found is None:
        raise NotFound(str(Piece._meta.verbose_name), id=str(piece_id))
    return found


def intents_of(pieces: Iterable[Piece]) -> list[UUID]:
    """Return the ids of the orders these pieces belong to, in the order in which orders are locked."""
    ids = {one.requirement_id for one in pieces}
    found = Intent.objects.filter(lines__requirements__in=ids).values_list("pk", flat=True).distinct()
    return sorted(found, key=str)


def subjects_of(pieces: Iterable[Piece]) -> list[Subject]:
    """Return everything an event about these pieces is about: the pieces, their components, lines and orders."""
    rows = list(pieces)
    found = Piece.objects.filter(pk__in=[one.pk for one in rows]).order_by("id")
    owners = found.values_list("pk", "requirement_id", "requirement__line_id", "requirement__line__intent_id")
    subjects: dict[Subject, None] = {}
    for ids in owners:
        for kind, id_ in zip(("piece", "requirement", "line", "intent"), ids, strict=True):
            subjects[Subject(kind, id_)] = None
    return list(subjects)


def paid_unreleased(site_id: UUID) -> list[UUID]:
    """Return the orders of a site that are paid and wait for their release to production, the oldest first."""
    waiting = Intent.objects.filter(site_id=site_id, state=IntentState.PAID, releases__isnull=True, fulfilled_at=None, canceled_at=None)
    return list(waiting.order_by("id").values_list("pk", flat=True))
