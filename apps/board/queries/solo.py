"""A one-person shop: files that came in, what is to print next, what is finished, and the week in numbers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet

from apps.orders.models import CustomerSnapshot, Piece, PieceFact
from apps.orders.states import IntentState, PieceFactKind, PieceState
from apps.parts import queries as parts
from apps.parts.models import PartRevision, Upload
from apps.parts.states import PreflightStatus, UploadState

from .finishing import name_of
from .outlines import Outline, outlines

RECENT = timedelta(days=7)
MOST = 12
DONE = (PieceState.PASSED, PieceState.PACKED, PieceState.SHIPPED, PieceState.CLOSED)


@dataclass(frozen=True, slots=True)
class File:
    """A file that came in lately: being checked, of no use (and why), or the parts in it that can be printed."""

    upload: Upload
    parts: tuple[Printable, ...] = ()
    why_not: str = ""

    @property
    def is_checking(self) -> bool:
        """Is its check still going on?"""
        return bool(self.upload.state == UploadState.RECEIVED)


@dataclass(frozen=True, slots=True)
class Printable:
    """A part of a file: whether it can be made, and what it looks like."""

    revision: PartRevision
    name: str
    count: int
    status: str
    outline: Outline = ()

    @property
    def can_be_made(self) -> bool:
        """May it be printed as it is?"""
        return self.status != PreflightStatus.FAIL


@dataclass(frozen=True, slots=True)
class Wanted:
    """Pieces of one component that are owed or finished, for somebody."""

    requirement_id: UUID
    intent_id: UUID
    name: str
    order: str
    for_whom: str
    count: int
    due_at: datetime | None
    outline: Outline = ()
    piece_ids: tuple[UUID, ...] = ()


def files(site_id: UUID, *, now: datetime) -> list[File]:
    """Return the shop's own files that came in lately, the newest first."""
    rows = Upload.objects.filter(site_id=site_id, account=None, created_at__gte=now - RECENT).order_by("-id")[:MOST]
    uploads = list(rows.prefetch_related("parts__part_revision__part"))
    shapes = outlines(part.part_revision_id for upload in uploads for part in upload.parts.all())
    return [_file(upload, shapes) for upload in uploads]


def _file(upload: Upload, shapes: dict[UUID, Outline]) -> File:
    refusal = parts.refusal_of(upload)
    if refusal is not None:
        return File(upload, why_not=f"{refusal.detail} {refusal.fix}")
    found = tuple(
        Printable(
            part.part_revision,
            part.part_revision.part.name or part.name,
            part.count,
            str(parts.effective_status(parts.preflight_of(part.part_revision_id))),
            shapes.get(part.part_revision_id, ()),
        )
        for part in upload.parts.all()
    )
    return File(upload, found)


def wanted(site_id: UUID, *, states: tuple[PieceState, ...], with_names: bool) -> list[Wanted]:
    """Return the pieces of open orders in these states, by component, the earliest promise first; ``with_names`` also for whom."""
    pieces = Piece.objects.filter(
        state__in=states, requirement__line__intent__site_id=site_id, requirement__line__intent__state=IntentState.PAID
    )
    return _by_component(pieces, with_names=with_names)


def _by_component(pieces: QuerySet[Piece], *, with_names: bool) -> list[Wanted]:
    rows = list(
        pieces.select_related("requirement__line__intent", "requirement__part_revision__part").order_by(
            "requirement__line__intent__due_at", "id"
        )[:500]
    )
    counts = Counter(piece.requirement_id for piece in rows)
    shapes = outlines(piece.requirement.part_revision_id for piece in rows)
    intents = {piece.requirement.line.intent_id for piece in rows}
    kept = CustomerSnapshot.objects.filter(intent__in=intents).order_by("number") if with_names else ()
    who = {one.intent_id: str(one.account.get("name") or "") for one in kept}
    found: dict[UUID, Wanted] = {}
    for piece in rows:
        if piece.requirement_id in found:
            continue
        intent = piece.requirement.line.intent
        revision_id = piece.requirement.part_revision_id
        found[piece.requirement_id] = Wanted(
            piece.requirement_id,
            intent.pk,
            name_of(piece.requirement),
            intent.number,
            who.get(intent.pk, ""),
            counts[piece.requirement_id],
            intent.due_at,
            shapes.get(revision_id, ()) if revision_id else (),
            tuple(one.pk for one in rows if one.requirement_id == piece.requirement_id),
        )
    return list(found.values())[:MOST]


@dataclass(frozen=True, slots=True)
class Week:
    """The shop in numbers: pieces owed, printing and done; how often a print failed in the last seven days."""

    owed: int
    printing: int
    done: int
    failed: int


def week(site_id: UUID, *, now: datetime) -> Week:
    """Return the numbers. Three statements."""
    here = {"requirement__line__intent__site_id": site_id}
    open_pieces = Piece.objects.filter(**here, requirement__line__intent__state=IntentState.PAID)
    done = Piece.objects.filter(**here, state__in=DONE, since__gte=now - RECENT).count()
    failed = PieceFact.objects.filter(
        piece__requirement__line__intent__site_id=site_id, kind=PieceFactKind.SCRAPPED, created_at__gte=now - RECENT
    ).count()
    states = Counter(open_pieces.filter(state__in=(PieceState.OWED, PieceState.PRINTING)).values_list("state", flat=True))
    return Week(states[PieceState.OWED], states[PieceState.PRINTING], done, failed)
