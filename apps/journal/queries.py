"""Reads of the journal: the feed, timelines, what is stuck."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet, Subquery
from django.db.models.functions import Coalesce

from .models import Delivery, Event
from .states import DeliveryState

FEED_LIMIT = 500
"""Most events one read of the feed returns."""


def feed(
    after: int = 0,
    *,
    limit: int = 100,
    types: Collection[str] = (),
    subject: tuple[str, UUID] | None = None,
    within: Callable[[QuerySet[Event]], QuerySet[Event]] | None = None,
) -> list[Event]:
    """Return sequenced events after position ``after``, oldest first, at most ``FEED_LIMIT``.

    Args:
        after: The last sequence the reader has; 0 reads from the start.
        limit: How many at most.
        types: Only these event types, when given.
        subject: Only events about this (kind, id), when given.
        within: Leaves what the reader may know of; None: everything.
    """
    rows = Event.objects.filter(feed_seq__gt=after).order_by("feed_seq")
    if within is not None:
        rows = within(rows)
    if types:
        rows = rows.filter(type__in=types)
    if subject is not None:
        rows = rows.filter(subject_rows__kind=subject[0], subject_rows__subject_id=subject[1])
    return list(rows[: max(0, min(limit, FEED_LIMIT))])


def feed_position() -> int:
    """Return the sequence of the newest event in the feed (0 when empty)."""
    newest: int | None = _newest().first()
    return newest or 0


def feed_position_beside() -> Coalesce:
    """Return the same as an expression, for who must know it without asking the database once more."""
    return Coalesce(Subquery(_newest()[:1]), 0)


def _newest() -> QuerySet[Event, int | None]:
    return Event.objects.filter(feed_seq__isnull=False).order_by("-feed_seq").values_list("feed_seq", flat=True)


def timeline(kind: str, subject_id: UUID, *, before: int | None = None, limit: int = 50) -> list[Event]:
    """Return the newest events about one thing, newest first.

    Args:
        kind: What it is (``intent``, ``run``, ``printer`` …).
        subject_id: Which one.
        before: Row id to go on from (keyset paging): the id of the last event already shown.
        limit: How many at most.
    """
    earlier = {} if before is None else {"subject_rows__event_id__lt": before}
    rows = Event.objects.filter(subject_rows__kind=kind, subject_rows__subject_id=subject_id, **earlier)  # one join: each event once
    return list(rows.order_by("-subject_rows__event_id")[:limit])


def story(correlation_id: UUID) -> list[Event]:
    """Return every event of one story (an order, usually), oldest first."""
    return list(Event.objects.filter(correlation_id=correlation_id).order_by("id"))


def dead_letters() -> QuerySet[Delivery]:
    """Return the effects that were given up and wait for a person, newest first."""
    return Delivery.objects.filter(state=DeliveryState.DEAD).select_related("event").order_by("-id")


def is_due(subscriber: str, site_id: UUID, *, after: datetime, until: datetime) -> bool:
    """Is this reaction owed to an event of the site, and put off to a moment after the one and not after the other?

    One that failed before does not count: it may be given up.
    """
    put_off = Delivery.objects.filter(state=DeliveryState.PENDING, attempts=0, available_at__gt=after)
    rows = put_off.filter(subscriber=subscriber, event__site_id=site_id)
    return any(after < moment <= until for moment in rows.values_list("available_at", flat=True))  # SQLite compares moments as texts
