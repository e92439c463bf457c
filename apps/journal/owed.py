"""One owed effect in the hands of a worker."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from . import clock
from .context import Actor, Context
from .event import Subject


class Later(Exception):
    """Raised by a handler that finds that it is too early, for all of it or for the rest. The effect is due again after ``wait_s`` seconds.

    What it did before is asked for under other keys when it comes back.

    It counts as no attempt, and nobody's worker waits meanwhile.
    """

    def __init__(self, wait_s: float) -> None:
        super().__init__(f"too early by {wait_s:.1f} s")
        self.wait_s = wait_s


@dataclass(frozen=True, slots=True)
class Owed:
    """What a subscriber is given: the event, and the right to act on it while the fence stands.

    Args:
        delivery_id: The row that owes this.
        attempt: 1 for the first attempt.
        fence: Rises with every claim; an older holder's writes are refused.
        subscriber: Name of the reaction.
        event: The event as the typed value it was recorded as.
        event_id: Its public id.
        subjects: What it is about.
    """

    delivery_id: int
    attempt: int
    fence: int
    subscriber: str
    event: Any
    event_id: UUID
    subjects: tuple[Subject, ...]
    site_id: UUID | None
    correlation_id: UUID | None

    def context(self, step: str = "") -> Context:
        """Return the context for the command that tells the outcome. A handler that calls the same command twice names the ``step``."""
        key = f"{self.delivery_id}:{self.attempt}"
        return Context(
            actor=Actor.service(self.subscriber),
            now=clock.now(),
            key=f"{key}:{step}" if step else key,
            request_id=f"delivery-{self.delivery_id}-{self.attempt}",
            correlation_id=self.correlation_id,
            causation_id=self.event_id,
            site_id=self.site_id,
            is_automatic=True,
        )
