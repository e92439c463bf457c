"""What happens to owed effects that failed for good."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from .event import event, subject_kind

subject_kind("event", label=_("Timeline entry"))


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
