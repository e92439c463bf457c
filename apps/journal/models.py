"""The journal's tables: events, what they are about, what is owed from them, receipts, and signs of life.

Rows here are written by ``raw.py``, ``sequencer.py`` and ``lanes.py`` only; requests for actions by commands, like every record above.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from .constraints import at_least, known
from .identity import new_id
from .immutable import AppendOnly, Frozen
from .states import ActionState, DeliveryState, Lane
from .versioned import Versioned

OPEN_DELIVERY = Q(state__in=[DeliveryState.PENDING, DeliveryState.LEASED])


class Event(models.Model):
    """Timeline entry. Something that happened, for ever. ``feed_seq`` and ``chain_hash`` are filled once, by the sequencer."""

    id = models.BigAutoField(primary_key=True)
    event_id = models.UUIDField(unique=True, editable=False)
    type = models.CharField(max_length=80)
    schema_version = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    site_id = models.UUIDField(null=True)
    actor = models.CharField(max_length=120)
    device = models.CharField(max_length=120, blank=True)
    on_behalf_of = models.CharField(max_length=120, blank=True)
    command = models.CharField(max_length=80)
    request_id = models.CharField(max_length=128, blank=True)
    correlation_id = models.UUIDField(null=True)
    causation_id = models.UUIDField(null=True)
    subjects = models.TextField(help_text="Canonical JSON: [[kind, id], …]")
    data = models.TextField(help_text="Canonical JSON, valid against the type's schema")
    content_hash = models.BinaryField(max_length=32)
    feed_seq = models.BigIntegerField(null=True, unique=True)
    chain_hash = models.BinaryField(max_length=32, null=True)

    immutable = AppendOnly(may_fill=("feed_seq", "chain_hash"))

    class Meta:
        verbose_name = "timeline entry"
        verbose_name_plural = "timeline entries"
        constraints = [
            models.CheckConstraint(
                condition=Q(feed_seq__isnull=True, chain_hash__isnull=True) | Q(feed_seq__gte=1, chain_hash__isnull=False),
                name="event_sequence_comes_with_its_hash",
            ),
        ]
        indexes = [
            models.Index(fields=["correlation_id", "id"], name="event_by_correlation"),
            models.Index(fields=["type", "id"], name="event_by_type"),
            models.Index(fields=["id"], condition=Q(feed_seq__isnull=True), name="event_not_yet_in_sequence"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.event_id}"


class EventSubject(models.Model):
    """One thing an event is about; serves timelines."""

    id = models.BigAutoField(primary_key=True)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="subject_rows", db_index=False)
    kind = models.CharField(max_length=40)
    subject_id = models.UUIDField()

    immutable = AppendOnly()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "subject_id", "event"], name="event_names_a_subject_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_id}"


class Delivery(models.Model):
    """One effect owed because of one event, and how far it got. Claimed with a lease; every claim raises the fence."""

    id = models.BigAutoField(primary_key=True)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="deliveries", db_index=False)
    subscriber = models.CharField(max_length=120)
    lane = models.CharField(max_length=20, choices=Lane.choices)
    state = models.CharField(max_length=12, choices=DeliveryState.choices, default=DeliveryState.PENDING)
    created_at = models.DateTimeField()
    available_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    fence = models.PositiveIntegerField(default=0)
    owner = models.CharField(max_length=120, blank=True)
    lease_until = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)
    ended_at = models.DateTimeField(null=True)
    note = models.TextField(blank=True, help_text="Why a person closed it")
    version = models.PositiveIntegerField(default=1)

    immutable = Frozen(fields=("event", "subscriber", "lane", "created_at"))

    class Meta:
        verbose_name = "owed effect"
        verbose_name_plural = "owed effects"
        constraints = [
            models.UniqueConstraint(fields=["event", "subscriber"], name="an_effect_is_owed_once"),
            known("delivery", "state", DeliveryState.values),
            known("delivery", "lane", Lane.values),
            models.CheckConstraint(
                condition=(Q(state=DeliveryState.LEASED) & Q(lease_until__isnull=False) & ~Q(owner=""))
                | (~Q(state=DeliveryState.LEASED) & Q(lease_until__isnull=True) & Q(owner="")),
                name="a_lease_has_an_owner_and_an_end",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[DeliveryState.PENDING, DeliveryState.LEASED], ended_at__isnull=True)
                | Q(state__in=[DeliveryState.DONE, DeliveryState.DEAD, DeliveryState.ABANDONED], ended_at__isnull=False),
                name="ended_effects_say_when",
            ),
            models.CheckConstraint(condition=~Q(state=DeliveryState.ABANDONED) | ~Q(note=""), name="closed_effects_say_why"),
        ]
        indexes = [
            models.Index(fields=["lane", "available_at", "id"], condition=OPEN_DELIVERY, name="delivery_open"),
            models.Index(fields=["id"], condition=Q(state=DeliveryState.DEAD), name="delivery_dead"),
        ]

    def __str__(self) -> str:
        return f"{self.subscriber} for event {self.event_id}"


class Receipt(models.Model):
    """What a command answered to an idempotency key. Kept seven days."""

    id = models.BigAutoField(primary_key=True)
    actor = models.CharField(max_length=120)
    command = models.CharField(max_length=80)
    key = models.CharField(max_length=200)
    fingerprint = models.BinaryField(max_length=32)
    created_at = models.DateTimeField()
    result = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["actor", "command", "key"], name="one_receipt_per_key")]
        indexes = [models.Index(fields=["created_at"], name="receipt_by_age")]

    def __str__(self) -> str:
        return f"{self.command} {self.key}"


class Heartbeat(models.Model):
    """Sign of life of one running process."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    role = models.CharField(max_length=40)
    instance = models.CharField(max_length=120)
    pid = models.PositiveIntegerField()
    host = models.CharField(max_length=120)
    started_at = models.DateTimeField()
    beat_at = models.DateTimeField()
    detail = models.JSONField(default=dict, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["role", "instance"], name="one_heartbeat_per_process"),
            at_least("heartbeat", "pid", 1),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.instance}"


class ActionRequest(Versioned):
    """Request: something a plug-in, or whoever must not write state, asks farmos to do. farmos does it by its own command, or says why not."""

    site_id = models.UUIDField()
    type = models.CharField(max_length=40, help_text=_("What is to be done, such as PAUSE_RUN"))
    target_kind = models.CharField(max_length=40)
    target_id = models.UUIDField(help_text=_("To what"))
    reason = models.TextField(blank=True, help_text=_("Why, in the words of who asks"))
    params = models.JSONField(default=dict, blank=True, help_text=_("What else the type takes"))
    requested_by = models.CharField(max_length=120)
    state = FSMField(max_length=12, choices=ActionState.choices, default=ActionState.REQUESTED, protected=True)
    code = models.CharField(max_length=60, blank=True, help_text=_("Why it was rejected"))
    answer = models.JSONField(default=dict, blank=True, help_text=_("What came of it, or what the words of the code name"))
    settled_at = models.DateTimeField(null=True, blank=True)

    immutable = Frozen(fields=("site_id", "type", "target_kind", "target_id", "reason", "params", "requested_by", "created_at"))

    class Meta(Versioned.Meta):
        verbose_name = _("request")
        constraints = [
            known("action_request", "state", ActionState.values),
            models.CheckConstraint(condition=~Q(requested_by=""), name="requests_say_who_asks"),
            models.CheckConstraint(
                condition=Q(state=ActionState.REQUESTED, settled_at__isnull=True)
                | (~Q(state=ActionState.REQUESTED) & Q(settled_at__isnull=False)),
                name="settled_requests_say_when",
            ),
            models.CheckConstraint(
                condition=(Q(state=ActionState.REJECTED) & ~Q(code="")) | (~Q(state=ActionState.REJECTED) & Q(code="")),
                name="rejected_requests_say_why",
            ),
        ]
        indexes = [
            models.Index(fields=["site_id", "id"], name="action_request_by_site"),
            models.Index(fields=["target_id", "id"], name="action_request_by_target"),
        ]

    def __str__(self) -> str:
        return f"{self.type}: {self.target_kind} {self.target_id}"

    @transition(field=state, source=ActionState.REQUESTED, target=ActionState.ACCEPTED)
    def accept(self, *, answer: dict[str, Any], now: datetime) -> None:
        """It was done, or is under way."""
        self.answer = answer
        self.settled_at = now

    @transition(field=state, source=ActionState.REQUESTED, target=ActionState.REJECTED)
    def reject(self, *, code: str, params: dict[str, Any], now: datetime) -> None:
        """It was not done; the words of ``code`` say why."""
        self.code = code
        self.answer = params
        self.settled_at = now
