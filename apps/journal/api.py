"""The journal in the API: the event feed, the contract of events, and what farmos gave up on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, path
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from . import actions, commands, event, queries, schemas_of_events, subscriptions
from .envelope import cloud_event
from .event import EventType
from .http.acting import act
from .http.api_view import Answer, ApiView, RecordsView, plain
from .http.filters import by_code, by_id, by_text
from .http.parameters import Parameters
from .http.reading import read
from .http.record_views import ListView, RecordView, ShowingView
from .http.scope import Scoped
from .http.shown import Code, ShownVersioned, spelled
from .models import ActionRequest, Delivery
from .refusals import WORDS, NotFound


class CloudEventsBatch(JSONRenderer):
    """JSON under the media type that CloudEvents gives to a list of events."""

    media_type = "application/cloudevents-batch+json"
    format = "cloudevents"


class CloudEvent(msgspec.Struct, omit_defaults=True):
    """One event as CloudEvents 1.0 has it. ``sequence`` has no gaps; ``data`` is as the schema at ``dataschema`` says."""

    specversion: str
    id: str
    source: str
    type: str
    time: datetime
    datacontenttype: str
    dataschema: str
    sequence: str
    chainhash: str
    actor: str
    command: str
    subject: str
    subjects: str
    data: dict[str, Any]
    device: str | None = None
    onbehalfof: str | None = None
    requestid: str | None = None
    correlationid: str | None = None
    causationid: str | None = None


_FEED_PARAMETERS: dict[str, dict[str, Any]] = {
    "after": {"type": "integer", "minimum": 0, "description": "The sequence of the last event you have dealt with."},
    "limit": {"type": "integer", "minimum": 1, "description": "How many at most; more than 500 counts as 500."},
    "types": {"type": "string", "description": "Only these types, separated by commas, such as RunStarted,RunFailed."},
    "subject": {"type": "string", "pattern": "^[a-z_]+/[0-9a-f-]{36}$", "description": "Only those about this: kind/id."},
}


class Feed(ApiView):
    """GET the events after a position, oldest first, as a CloudEvents batch. Every position is taken, none appears later than a higher one."""

    permission = "journal.view_event"
    renderer_classes = (CloudEventsBatch, JSONRenderer)
    answers = Answer(list[CloudEvent], media_type=CloudEventsBatch.media_type, parameters=_FEED_PARAMETERS)

    def get(self, request: Request) -> Response:
        """Answer with up to ``limit`` events whose ``sequence`` is above ``after``; the Link header says where to go on."""
        sent = plain(request)
        parameters = Parameters(sent, known=("after", "limit", "types", "subject"))
        after = parameters.whole_number("after", default=0, least=0)
        limit = parameters.whole_number("limit", default=100, least=1, most=queries.FEED_LIMIT)
        types = parameters.several_of("types", {kind.name for kind in event.all_types()})
        newest = queries.feed_position()
        rows = queries.feed(after, limit=limit, types=types, subject=parameters.subject("subject"), within=request.user.among)  # type: ignore[union-attr]
        last = rows[-1].feed_seq or 0 if rows else after
        reached = last if len(rows) == limit else max(last, newest)
        return Response([cloud_event(row) for row in rows], headers={"Link": parameters.link_to_next(sent.path, after=reached)})


class EventTypeShown(msgspec.Struct):
    """A type of event, and where the JSON Schema of its data is."""

    type: Code
    version: int
    dataschema: str


class EventTypeList(msgspec.Struct):
    """Every type of event there is; they are few, and one page."""

    items: list[EventTypeShown]
    next_cursor: None


class EventTypes(ApiView):
    """GET every type of event there is, with its JSON Schema."""

    permission = ""
    answers = Answer(EventTypeList)

    def get(self, request: Request) -> Response:
        """Answer with all types and versions."""
        Parameters(plain(request), known=())
        return Response(spelled(EventTypeList([_described(kind) for kind in event.all_types()], None)))


class EventSchema(ApiView):
    """GET the JSON Schema of the data of one version of an event type."""

    permission = ""
    answers = Answer({"type": "object"}, media_type="application/schema+json", example={"type": "object"})

    def get(self, request: Request, name: str, version: int) -> HttpResponse:
        """Answer with the committed schema."""
        try:
            path = schemas_of_events.path_of(event.find(name, version))
            return HttpResponse(path.read_bytes(), content_type="application/schema+json")
        except (LookupError, FileNotFoundError):
            raise NotFound("event type") from None


def _described(kind: EventType) -> EventTypeShown:
    summary = (kind.cls.__doc__ or "").strip().partition("\n")[0]
    return EventTypeShown(Code(kind.name, summary), kind.version, f"/api/v1/schemas/events/{kind.schema_file}")


class EventOfDeadLetter(msgspec.Struct):
    """The event that owed an effect."""

    id: str
    type: str
    subjects: list[str]
    correlation_id: str | None


class DeadLetterShown(msgspec.Struct):
    """An effect that farmos gave up on, and that waits for a person."""

    id: int
    etag: str
    state: Code
    lane: Code
    subscriber: Code
    attempts: int
    last_error: str
    note: str
    created_at: datetime
    ended_at: datetime | None
    event: EventOfDeadLetter


def _dead_letter(row: Delivery) -> Mapping[str, Any]:
    about = [f"{kind}/{identifier}" for kind, identifier in json.loads(row.event.subjects)]
    story = row.event.correlation_id
    event = EventOfDeadLetter(str(row.event.event_id), row.event.type, about, str(story) if story else None)
    subscriber = Code(row.subscriber, str(subscriptions.label_of(row.subscriber)))
    return {"subscriber": subscriber, "event": event, "last_error": row.last_error or "", "note": row.note or ""}


class OwedEffects(RecordsView):
    """Owed effects, for those who look after the sites of the events that owe them."""

    model = Delivery

    def visible(self, request: Request) -> QuerySet[Delivery]:
        """Return every owed effect, with its event."""
        asker: Any = request.user
        found: QuerySet[Delivery] = asker.among(Delivery.objects.select_related("event"))
        return found


class DeadLetters(OwedEffects, ListView):
    """GET the effects that farmos gave up on and that wait for a person."""

    permission = "journal.view_delivery"
    name = "dead-letters"
    shows = DeadLetterShown

    def visible(self, request: Request) -> QuerySet[Delivery]:
        """Return what waits for a person."""
        asker: Any = request.user
        found: QuerySet[Delivery] = asker.among(queries.dead_letters())
        return found

    def told(self, row: Delivery) -> Mapping[str, Any]:
        """Return what owed it and why it failed."""
        return _dead_letter(row)


class DeadLetter(OwedEffects, RecordView):
    """GET one owed effect."""

    permission = "journal.view_delivery"
    shows = DeadLetterShown

    def told(self, row: Delivery) -> Mapping[str, Any]:
        """Return what owed it and why it failed."""
        return _dead_letter(row)


class ActionRequestShown(ShownVersioned):
    """Request: something somebody asked farmos to do. ``code`` says why it was rejected, ``answer`` what came of it."""

    model = ActionRequest

    site_id: UUID
    type: Code
    target_kind: str
    target_id: UUID
    reason: str
    params: dict[str, Any]
    requested_by: str
    state: Code
    code: Code | None
    answer: dict[str, Any]
    settled_at: datetime | None


class ActionRequests(Scoped, ShowingView):
    """Requests at the asker's sites."""

    model = ActionRequest

    def told(self, row: ActionRequest) -> Mapping[str, Any]:
        """Return the labels of its type and of why it was rejected."""
        known = actions.all_actions().get(row.type)
        words = WORDS.get(row.code)
        code = Code(row.code, str(words.title) if words else row.code) if row.code else None
        return {"type": Code(row.type, str(known.label) if known else row.type), "code": code}


class ActionType(msgspec.Struct):
    """Something others may ask farmos to do: to what, and which right whoever asks needs there."""

    type: Code
    target_kind: str
    right: str


class ActionTypeList(msgspec.Struct):
    """Every type of request there is."""

    items: list[ActionType]
    next_cursor: None


class ActionTypes(ApiView):
    """GET what others may ask farmos to do."""

    permission = ""
    answers = Answer(ActionTypeList)

    def get(self, request: Request) -> Response:
        """Answer with all types."""
        Parameters(plain(request), known=())
        found = [ActionType(Code(one.code, str(one.label)), one.kind, one.right) for one in actions.all_actions().values()]
        return Response(spelled(ActionTypeList(found, None)))


def target_known(view: Any, request: Request, row: Any, sent: Any) -> None:
    """Refuse to ask about something that the asker may not know of.

    Raises:
        NotFound: there is no such target, for them.
        Refusal: ``action-unknown``.
    """
    wanted, asker = actions.named(sent.action), request.user
    if not asker.visible(wanted.model).filter(pk=sent.target_id).exists():  # type: ignore[union-attr]
        raise NotFound(str(wanted.model._meta.verbose_name), id=str(sent.target_id))


routes: list[URLPattern | URLResolver] = [
    path("events", Feed.as_view(), name="events"),
    path("event-types", EventTypes.as_view(), name="event-types"),
    path("schemas/events/<str:name>.v<int:version>.json", EventSchema.as_view(), name="event-schema"),
    path("action-types", ActionTypes.as_view(), name="action-types"),
    *read(
        "action-requests",
        ActionRequests,
        ActionRequestShown,
        filters=(by_code(ActionRequest, "state"), by_text("type", "Of this type."), by_id("target", "target_id")),
    ),
    act(
        "action-requests/request",
        commands.request_action,
        checks=(target_known,),
        creates=ActionRequest,
        location="api:action-request",
    ),
    path("dead-letters", DeadLetters.as_view(), name="dead-letters"),
    path("dead-letters/<int:record_id>", DeadLetter.as_view(), name="dead-letter"),
    act("dead-letters/<int:delivery_id>/retry", commands.retry_delivery, OwedEffects),
    act("dead-letters/<int:delivery_id>/abandon", commands.abandon_delivery, OwedEffects),
]
