"""Who reacts to which event: the table that turns an event into owed deliveries. Higher apps fill it from their ``subscribers.py``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from . import event
from .states import Lane

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from .owed import Owed

Handler = Callable[["Owed"], None]


@dataclass(frozen=True, slots=True)
class Subscription:
    """One reaction: its stable name (kept in the database), what people call it, its lane, what it does and how patient it is."""

    name: str
    label: StrOrPromise
    lane: str
    handler: Handler
    max_attempts: int
    lease_s: int


_by_event: dict[type[Any], list[Subscription]] = {}
_by_name: dict[str, Subscription] = {}


def subscribe(
    *events: type[Any], label: StrOrPromise, lane: Lane, max_attempts: int = 8, lease_s: int = 30
) -> Callable[[Handler], Handler]:
    """Owe a call of the decorated function for each of ``events``.

    The function does one effect that is safe to repeat and tells the outcome by calling a command with ``owed.context()``. It runs outside any
    transaction. An exception counts as a failed attempt: it is tried again later, ``max_attempts`` times in all, then it becomes a dead letter.

    Args:
        events: Event classes of this or a lower app.
        label: What it does, as a person would say it: the heading of the card when it fails for good.
        lane: Which workers do it.
        max_attempts: Attempts before it is given up and shown to a person.
        lease_s: Seconds a silent worker keeps it; a living one renews by itself.
    """

    def register(handler: Handler) -> Handler:
        app = handler.__module__.removeprefix("apps.").partition(".subscribers")[0]
        name = f"{app}.{handler.__name__}"
        if name in _by_name:
            raise ValueError(f"subscriber {name} is declared twice")
        subscription = Subscription(name, label, lane.value, handler, max_attempts, lease_s)
        _by_name[name] = subscription
        for cls in events:
            event.type_of(cls)
            _by_event.setdefault(cls, []).append(subscription)
        return handler

    return register


def to(cls: type[Any]) -> list[Subscription]:
    """Return the subscriptions to an event class."""
    return _by_event.get(cls, [])


def named(name: str) -> Subscription | None:
    """Return the subscription with this name, or None when the code no longer has it."""
    return _by_name.get(name)


def label_of(name: str) -> StrOrPromise:
    """Return what people call the reaction with this name; the name itself when the code no longer has it."""
    found = _by_name.get(name)
    return name if found is None else found.label


def all_subscriptions() -> list[tuple[type[Any], Subscription]]:
    """Return every (event class, subscription) pair."""
    return [(cls, subscription) for cls, found in _by_event.items() for subscription in found]
