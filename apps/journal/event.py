"""Events: what happened, as typed values. Each app declares its own in ``events.py``; their JSON Schemas are part of the public contract."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, TypeVar
from uuid import UUID

import msgspec

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class Event(Protocol):
    """Any frozen dataclass decorated with ``@event``."""

    __dataclass_fields__: Any


T = TypeVar("T")


SUBJECT_KINDS: dict[str, StrOrPromise] = {}
"""Every kind of thing an event can be about, with what people call it."""


def subject_kind(kind: str, *, label: StrOrPromise) -> str:
    """Make a kind of subject known (in an app's ``events.py``) and return it.

    Raises:
        ValueError: it is known already.
    """
    if kind in SUBJECT_KINDS:
        raise ValueError(f"subject kind {kind!r} is declared twice")
    SUBJECT_KINDS[kind] = label
    return kind


@dataclass(frozen=True, slots=True, order=True)
class Subject:
    """One thing an event is about: its declared kind (``run``, ``intent``, ``printer`` …) and id."""

    kind: str
    id: UUID


@dataclass(frozen=True, slots=True)
class EventType:
    """One registered version of an event: its public name, its class and how to read and write it."""

    name: str
    version: int
    app: str
    cls: type[Any]
    decoder: msgspec.json.Decoder[Any]

    @property
    def schema_file(self) -> str:
        """Name of the committed JSON Schema inside the app's ``schemas`` folder."""
        return f"{self.name}.v{self.version}.json"


_types: dict[tuple[str, int], EventType] = {}
_by_class: dict[type[Any], EventType] = {}


def event(*, version: int = 1) -> Callable[[type[T]], type[T]]:
    """Register a frozen dataclass as an event type. Its class name is its public name; within a version fields are only ever added.

    Raises:
        TypeError: the class is not a frozen dataclass.
        ValueError: the name and version are taken.
    """

    def register(cls: type[T]) -> type[T]:
        if not dataclasses.is_dataclass(cls) or not cls.__dataclass_params__.frozen:  # type: ignore[attr-defined]
            raise TypeError(f"{cls.__name__} must be a frozen dataclass")
        key = (cls.__name__, version)
        if key in _types:
            raise ValueError(f"event {cls.__name__} v{version} is declared twice")
        app = cls.__module__.split(".events", 1)[0]
        _types[key] = _by_class[cls] = EventType(cls.__name__, version, app, cls, msgspec.json.Decoder(cls))
        return cls

    return register


def type_of(cls: type[Any]) -> EventType:
    """Return the registered type of an event class.

    Raises:
        KeyError: the class was never registered with ``@event``.
    """
    return _by_class[cls]


def find(name: str, version: int) -> EventType:
    """Return the event type with this public name and version.

    Raises:
        KeyError: there is none.
    """
    return _types[name, version]


def all_types() -> list[EventType]:
    """Return every registered event type, by name and version."""
    return [_types[key] for key in sorted(_types)]
