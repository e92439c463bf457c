"""Looking at the journal: what happened, what is owed, what was given up, who is alive."""

from __future__ import annotations

from django.contrib import admin

from .models import Delivery, Event, EventSubject, Heartbeat, Receipt
from .readonly import ReadOnlyAdmin, UncountedPaginator


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin[Event]):
    """The timeline of everything."""

    list_display = ("feed_seq", "at", "type", "actor", "command", "correlation_id")
    list_filter = ("type",)
    search_fields = ("=event_id", "=correlation_id")
    ordering = ("-id",)
    paginator = UncountedPaginator


@admin.register(EventSubject)
class EventSubjectAdmin(ReadOnlyAdmin[EventSubject]):
    """Which events are about one thing."""

    list_display = ("event", "kind", "subject_id")
    search_fields = ("=subject_id",)
    list_select_related = ("event",)
    ordering = ("-id",)
    paginator = UncountedPaginator


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin[Delivery]):
    """Owed effects; filter by "Gave up" for those that need a person."""

    list_display = ("id", "subscriber", "lane", "state", "attempts", "available_at", "owner", "last_error")
    list_filter = ("state", "lane", "subscriber")
    list_select_related = ("event",)
    ordering = ("-id",)
    paginator = UncountedPaginator


@admin.register(Receipt)
class ReceiptAdmin(ReadOnlyAdmin[Receipt]):
    """What commands answered in the last seven days."""

    list_display = ("created_at", "command", "actor", "key")
    list_filter = ("command",)
    search_fields = ("=key",)
    ordering = ("-id",)
    paginator = UncountedPaginator


@admin.register(Heartbeat)
class HeartbeatAdmin(ReadOnlyAdmin[Heartbeat]):
    """Which processes are alive."""

    list_display = ("role", "instance", "pid", "host", "started_at", "beat_at")
    list_filter = ("role",)
