"""Who acts in the demo, and how: every step is a command with a key of its own, so that going on after any interruption repeats nothing."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from apps.catalog.models import Color, Material
from apps.journal import clock
from apps.journal.context import Actor, Context

T = TypeVar("T")

POLL_S = 0.1


class NothingHappens(Exception):
    """The demo waited too long; the message says for what."""


@dataclass(frozen=True)
class Person:
    """Somebody in the demo, by the record they act under."""

    actor: Actor
    site_id: UUID

    def does(self, step: str, *, correlation_id: UUID | None = None) -> Context:
        """Return the context of one step. The same step is done once, however often the demo starts again."""
        return Context(
            actor=self.actor,
            now=clock.now(),
            key=f"demo-{step}",
            request_id=f"demo-{step}"[:100],
            site_id=self.site_id,
            correlation_id=correlation_id,
        )


def until(found: Callable[[], T], what: str, *, patience_s: float = 300.0) -> T:
    """Wait until ``found()`` is neither None, False nor empty, and return it.

    Raises:
        NothingHappens: that took longer than ``patience_s``.
    """
    deadline = time.monotonic() + patience_s
    while not (answer := found()):
        if time.monotonic() > deadline:
            raise NothingHappens(f"Waited {patience_s:.0f} s for {what}.")
        time.sleep(POLL_S)
    return answer


def chosen_material(family: str) -> Material:
    """Return the material of this family that the demo uses.

    Raises:
        NothingHappens: the starter data has none.
    """
    found = Material.objects.filter(family=family).order_by("name").first()
    if found is None:
        raise NothingHappens(f"This shop has no {family}.")
    return found


def chosen_color(name: str = "Black") -> Color | None:
    """Return the colour of this name, where the shop has it."""
    return Color.objects.filter(name__iexact=name).first()


def say(text: str, **values: Any) -> None:
    """Tell whoever watches what happens."""
    print(f"  {text.format(**values)}", flush=True)


def pieces(count: int) -> str:
    """Return so many pieces in words."""
    return "1 piece" if count == 1 else f"{count} pieces"
