"""Who asks, when, and in what connection: what every command is told beside its arguments."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from .refusals import Refusal

_KEY = re.compile(r"[\x21-\x7e]{1,200}")


@dataclass(frozen=True, slots=True)
class Actor:
    """Who is responsible for a command.

    Args:
        who: ``person:<uuid>``, ``visitor:<uuid>``, ``service:<name>`` or ``token:<uuid>``.
        device: The shared floor device it was done on, if any.
        on_behalf_of: Who asked for it, when a service acts for a person.
    """

    who: str
    device: str = ""
    on_behalf_of: str = ""

    @classmethod
    def person(cls, user_id: UUID, *, device: str = "") -> Actor:
        """Return the actor for a signed-in person."""
        return cls(f"person:{user_id}", device=device)

    @classmethod
    def visitor(cls, visitor_id: UUID) -> Actor:
        """Return the actor for a visitor of the shop who is not signed in."""
        return cls(f"visitor:{visitor_id}")

    @classmethod
    def service(cls, name: str, *, on_behalf_of: str = "") -> Actor:
        """Return the actor for farmos' own automation or a plug-in."""
        return cls(f"service:{name}", on_behalf_of=on_behalf_of)


@dataclass(frozen=True, slots=True)
class Context:
    """Everything a command may know about its circumstances. Commands read no clock: ``now`` is the time they live in.

    Args:
        actor: Who is responsible.
        now: The moment the request was taken up, timezone-aware.
        key: The idempotency key: the same actor, command and key happen once.
        request_id: The request (or delivery) this belongs to, for logs and artifacts.
        correlation_id: The larger story, usually the order's id.
        causation_id: The event that made this happen, when automation acts.
        site_id: The site it happens at, where it is known.
        is_automatic: True when no person asked for exactly this.

    Raises:
        Refusal: ``key-missing`` or ``key-invalid``.
    """

    actor: Actor
    now: datetime
    key: str
    request_id: str = ""
    correlation_id: UUID | None = None
    causation_id: UUID | None = None
    site_id: UUID | None = None
    is_automatic: bool = False

    def __post_init__(self) -> None:
        if self.now.tzinfo is None:
            raise ValueError("Context.now must carry a time zone")
        if not self.key:
            raise Refusal("key-missing")
        if not _KEY.fullmatch(self.key):
            raise Refusal("key-invalid")

    def about(self, *, correlation_id: UUID | None = None, site_id: UUID | None = None) -> Context:
        """Return the same context within a larger story or at a site."""
        return replace(self, correlation_id=correlation_id or self.correlation_id, site_id=site_id or self.site_id)
