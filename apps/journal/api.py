"""The journal in the API: the event feed, the contract of events, and what farmos gave up on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any

import msgspec
from django.db.models import QuerySet
from django.http import HttpResponse
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from . import canonical, commands, event, queries, schemas_of_events, subscriptions
from .envelope import cloud_event
from .event import EventType
from .http.api_view import ApiView, RecordsView, labelled, plain
from .http.command_view import CommandView
from .http.parameters import Parameters
from .http.preconditions import etag
from .http.record_views import ListView, RecordView
from .models import Delivery
from .refusals import NotFound


class CloudEventsBatch(JSONRenderer):
    """JSON under the media type that CloudEvents gives to a list of events."""

    media_type = "application/cloudevents-batch+json"
    format = "cloudevents"


class Feed(ApiView):
    """GET the events after a position, oldest first, as a CloudEvents batch. Every position is taken, none appears later than a higher one."""

    permission = "journal.view_event"
    renderer_classes = (CloudEventsBatch, JSONRenderer)

    def get(self, request: Request) -> Response:
        """Answer with up to ``limit`` events whose ``sequence`` is above ``after``; the Link header says where to go on."""
        sent = plain(request)
        parameters = Parameters(sent, known=("after", "limit", "types", "subject"))
        after = parameters.whole_number("after", default=0, least=0)
        limit = parameters.whole_number("limit", default=100, least=1, most=queries.FEED_LIMIT)
        types = parameters.several_of("types", {kind.name for kind in event.all_types()})
        newest = queries.feed_position()
        rows = queries.feed(after, limit=limit, types=types, subject=parameters.subject("subject"))
        last = rows[-1].feed_seq or 0 if rows else after
        reached = last if len(rows) == limit else max(last, newest)
        return Response([cloud_event(row) for row in rows], headers={"Link": parameters.link_to_next(sent.path, after=reached)})


class EventTypes(ApiView):
    """GET every type of event there is, with its JSON Schema."""

    permission = ""

    def get(self, request: Request) -> Response:
        """Answer with all types and versions."""
        Parameters(plain(request), known=())
        return Response({"items": [_described(kind) for kind in event.all_types()], "next_cursor": None})


class EventSchema(ApiView):
    """GET the JSON Schema of the data of one version of an event type."""

    permission = ""

    def get(self, request: Request, name: str, version: int) -> HttpResponse:
        """Answer with the committed schema."""
        try:
            path = schemas_of_events.path_of(event.find(name, version))
            return HttpResponse(path.read_bytes(), content_type="application/schema+json")
        except (LookupError, FileNotFoundError):
            raise NotFound("event type") from None


def _described(kind: EventType) -> dict[str, Any]:
    summary = (kind.cls.__doc__ or "").strip().partition("\n")[0]
    return {"type": labelled(kind.name, summary), "version": kind.version, "dataschema": f"/api/v1/schemas/events/{kind.schema_file}"}


def _dead_letter(row: Delivery) -> dict[str, Any]:
    return {
        "id": row.pk,
        "etag": etag(row.version),
        "state": labelled(row.state, row.get_state_display()),
        "lane": labelled(row.lane, row.get_lane_display()),
        "subscriber": labelled(row.subscriber, subscriptions.label_of(row.subscriber)),
        "attempts": row.attempts,
        "last_error": row.last_error,
        "note": row.note,
        "created_at": canonical.instant(row.created_at),
        "ended_at": canonical.instant(row.ended_at) if row.ended_at else None,
        "event": {
            "id": str(row.event.event_id),
            "type": row.event.type,
            "subjects": [f"{kind}/{identifier}" for kind, identifier in json.loads(row.event.subjects)],
            "correlation_id": str(row.event.correlation_id) if row.event.correlation_id else None,
        },
    }


class DeadLetters(ListView):
    """GET the effects that farmos gave up on and that wait for a person."""

    permission = "journal.view_delivery"
    model = Delivery
    name = "dead-letters"

    def visible(self, request: Request) -> QuerySet[Delivery]:
        """Return what waits for a person."""
        return queries.dead_letters()

    def represent(self, row: Delivery) -> Mapping[str, Any]:
        """Return the effect, what owed it and why it failed."""
        return _dead_letter(row)


class OwedEffects(RecordsView):
    """Owed effects belong to no site: who may see one may see all."""

    model = Delivery

    def visible(self, request: Request) -> QuerySet[Delivery]:
        """Return every owed effect, with its event."""
        return Delivery.objects.select_related("event")


class DeadLetter(OwedEffects, RecordView):
    """GET one owed effect."""

    permission = "journal.view_delivery"

    def represent(self, row: Delivery) -> Mapping[str, Any]:
        """Return the effect, what owed it and why it failed."""
        return _dead_letter(row)


class RetryDelivery(OwedEffects, CommandView):
    """POST: try a given-up effect again."""

    permission = "journal.retry_delivery"
    command = staticmethod(commands.retry_delivery)
    record = "delivery_id"


class Note(msgspec.Struct, forbid_unknown_fields=True):
    """Why something is closed."""

    note: Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]


class AbandonDelivery(OwedEffects, CommandView):
    """POST: close a given-up effect for good, saying why."""

    permission = "journal.abandon_delivery"
    command = staticmethod(commands.abandon_delivery)
    record = "delivery_id"
    shape = Note
