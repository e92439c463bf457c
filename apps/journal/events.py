"""What happens to owed effects that failed for good, and to what others ask farmos to do."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from .event import event, subject_kind

subject_kind("event", label=_("Timeline entry"))
subject_kind("request", label=_("Request"))


@event()
@dataclass(frozen=True, kw_only=True)
class EffectGaveUp:
    """An owed effect failed so often that farmos stopped trying; it waits for a person."""

    delivery: int
    subscriber: str
    attempts: int
    caused_by: str
    """Type of the event that owed it."""


@event()
@dataclass(frozen=True, kw_only=True)
class EffectRetried:
    """A person had a given-up effect tried again."""

    delivery: int
    subscriber: str


@event()
@dataclass(frozen=True, kw_only=True)
class EffectAbandoned:
    """A person closed a given-up effect: it will not be done, and they said why (the reason is kept with the effect)."""

    delivery: int
    subscriber: str


@event()
@dataclass(frozen=True, kw_only=True)
class ActionRequested:
    """Somebody who writes no state themselves asked farmos to do something."""

    request_id: UUID
    action: str
    target_kind: str
    target_id: UUID


@event()
@dataclass(frozen=True, kw_only=True)
class ActionRequestAccepted:
    """farmos did what was asked, or has begun to, by a command of its own; ``approval_id`` when that waits for a person."""

    request_id: UUID
    action: str
    approval_id: UUID | None


@event()
@dataclass(frozen=True, kw_only=True)
class ActionRequestRejected:
    """farmos did not do what was asked; ``code`` says why."""

    request_id: UUID
    action: str
    code: str
