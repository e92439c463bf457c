"""What records look like in the API: one msgspec Struct per kind of record, filled from the row, and the source of its JSON Schema."""

from __future__ import annotations

import types
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cache
from typing import Any, ClassVar, TypeVar, Union, get_args, get_origin, get_type_hints
from uuid import UUID

import msgspec
from django.db.models import Model

from apps.journal import canonical

from .preconditions import etag

S = TypeVar("S", bound=msgspec.Struct)


class Code(msgspec.Struct, frozen=True):
    """A code, which never changes, and its label for people, in the reader's language."""

    code: str
    label: str


class Shown(msgspec.Struct, kw_only=True):
    """What one record looks like. A field is read from the row's attribute of the same name unless ``shown`` is told its value."""

    model: ClassVar[type[Model] | None] = None

    id: UUID
    created_at: datetime


class ShownVersioned(Shown, kw_only=True):
    """What a record looks like that changes. ``etag`` is what a command against it needs as If-Match."""

    etag: str


Read = Callable[[Any], Any]


def shown(cls: type[S], row: Any, **told: Any) -> S:
    """Return ``row`` as ``cls`` shows it; ``told`` has what is no attribute of the row."""
    values = {name: told[name] if name in told else read(row) for name, read in _readers(cls)}
    return cls(**values)


def spelled(value: Any) -> Any:
    """Return a shown value as plain JSON values, every instant spelt as in events."""
    return _with_instants(msgspec.to_builtins(value, builtin_types=(datetime,), str_keys=True))


def _with_instants(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _with_instants(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_with_instants(item) for item in value]
    return canonical.instant(value) if isinstance(value, datetime) else value


@cache
def _readers(cls: type[msgspec.Struct]) -> tuple[tuple[str, Read], ...]:
    hints = get_type_hints(cls)
    return tuple((name, _reader(name, hints[name])) for name in cls.__struct_fields__)


def _reader(name: str, wanted: Any) -> Read:
    kinds = get_args(wanted) if get_origin(wanted) in (Union, types.UnionType) else (wanted,)
    inner = next((kind for kind in kinds if kind is not type(None)), Any)
    if name == "etag":
        return lambda row: etag(row.version)
    if inner is Code:
        return lambda row: _labelled(row, name)
    if get_origin(inner) in (list, tuple):
        item = get_args(inner)[0]
        if isinstance(item, type) and issubclass(item, msgspec.Struct):
            return lambda row: [shown(item, one) for one in _rows(getattr(row, name))]
    if isinstance(inner, type) and issubclass(inner, msgspec.Struct):
        return lambda row: None if (one := getattr(row, name)) is None else shown(inner, one)
    return lambda row: getattr(row, name)


def _labelled(row: Any, name: str) -> Code | None:
    code = getattr(row, name)
    if code is None or code == "":
        return None
    return Code(str(code), str(getattr(row, f"get_{name}_display")()))


def _rows(value: Any) -> Iterable[Any]:
    found: Iterable[Any] = value.all() if hasattr(value, "all") else value
    return found
