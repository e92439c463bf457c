"""JSON Schemas of everything that is read and answered, with the words that models and docstrings have for it."""

from __future__ import annotations

import inspect
import types
from collections.abc import Callable, Iterable
from datetime import datetime
from enum import Enum
from typing import Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID

import msgspec
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model

from apps.journal.http import shaping
from apps.journal.http.shown import Code

REFERENCES = "#/components/schemas/{name}"
_CODE = {
    "type": "object",
    "properties": {"code": {"type": "string"}, "label": {"type": "string"}},
    "required": ["code", "label"],
}


class Shapes:
    """Collects the schemas of Structs under names of their own."""

    def __init__(self, template: str = REFERENCES) -> None:
        self._template = template
        self.known: dict[str, dict[str, Any]] = {}
        self._classes: dict[str, type[msgspec.Struct]] = {}

    def of(self, shape: Any) -> dict[str, Any]:
        """Return the schema of a type, a reference where it is a Struct."""
        (schema,), found = msgspec.json.schema_components([shape], schema_hook=_of_enum, ref_template=self._template)
        for name, inner in found.items():
            self.known.setdefault(name, inner)
        for cls in _structs_in(shape):
            if self._classes.setdefault(cls.__name__, cls) is not cls:
                raise ValueError(f"two Structs are called {cls.__name__}: {cls.__module__} and {self._classes[cls.__name__].__module__}")
            self._explain(cls)
        return schema

    def of_body(self, command: Callable[..., Any], shape: type[msgspec.Struct]) -> dict[str, Any]:
        """Return the schema of a command's body, each field with what the command says of it."""
        schema = self.of(shape)
        said = shaping.described(command)
        for name, inner in self.known[shape.__name__].get("properties", {}).items():
            if name in said:
                inner.setdefault("description", said[name])
        return schema

    def _explain(self, cls: type[msgspec.Struct]) -> None:
        schema = self.known.get(cls.__name__)
        if schema is None or "x-explained" in schema:
            return
        schema["x-explained"] = True
        schema["description"] = inspect.getdoc(cls) or ""
        hints, model = get_type_hints(cls), getattr(cls, "model", None)
        names = dict(zip(cls.__struct_fields__, cls.__struct_encode_fields__, strict=True))
        for name, encoded in names.items():
            inner = schema["properties"][encoded]
            if datetime in (hints[name], *get_args(hints[name])):
                _say_instant(inner)
            if model is not None:
                schema["properties"][encoded] = _with_column(inner, model, name, hints[name])
        if name_of_version := schema["properties"].get("etag"):
            name_of_version["description"] = "What a command against this record needs as If-Match."

    def finished(self) -> dict[str, dict[str, Any]]:
        """Return every schema, by name."""
        for schema in self.known.values():
            schema.pop("x-explained", None)
        return dict(sorted(self.known.items()))


def _of_enum(kind: type[Any]) -> dict[str, Any]:
    """Return the schema of Django's choices, which msgspec reads but does not describe."""
    if issubclass(kind, Enum):
        return {"enum": [one.value for one in kind]}
    raise NotImplementedError(kind)


def _with_column(schema: dict[str, Any], model: type[Model], name: str, wanted: Any) -> dict[str, Any]:
    """Return the schema with the column's codes and help text."""
    try:
        column: Any = model._meta.get_field(name)
    except FieldDoesNotExist:
        return schema
    if getattr(column, "choices", None) and (wanted is Code or wanted == Code | None):
        codes = [str(code) for code, _label in column.flatchoices if code != ""]
        coded = {**_CODE, "properties": {"code": {"type": "string", "enum": codes}, "label": {"type": "string"}}}
        schema = coded if wanted is Code else {"anyOf": [coded, {"type": "null"}]}
    text = str(getattr(column, "help_text", "") or "")
    return {**schema, "description": text} if text and "$ref" not in schema else schema


def _say_instant(schema: dict[str, Any]) -> None:
    """Say of a text that it is an instant, which msgspec only does where a time zone is demanded."""
    for one in (schema, *schema.get("anyOf", ())):
        if one.get("type") == "string":
            one["format"] = "date-time"


def _structs_in(shape: Any) -> Iterable[type[msgspec.Struct]]:
    """Yield every Struct that a type holds, at any depth."""
    waiting, seen = [shape], set()
    while waiting:
        one = waiting.pop()
        waiting.extend(getattr(one, "__args__", ()))
        if isinstance(one, type) and issubclass(one, msgspec.Struct) and one not in seen:
            seen.add(one)
            waiting.extend(get_type_hints(one).values())
            yield one


def answered(command: Callable[..., Any], *, is_on_record: bool) -> dict[str, Any]:
    """Return the schema of what a command's view answers."""
    returned = shaping.hints_of(command).get("return")
    kinds = get_args(returned) if get_origin(returned) in (Union, types.UnionType) else (returned,)
    named = {"id": {"type": "string", "format": "uuid"}}
    shapes: list[dict[str, Any]] = []
    for kind in kinds:
        if kind is UUID:
            shapes.append({"type": "object", "properties": named, "required": ["id"], "additionalProperties": False})
        elif kind in (None, type(None)):
            shapes.append(_nothing(is_on_record))
        elif (result := _plain(kind)) is not None:
            shapes.append({"type": "object", "properties": {"result": result}, "required": ["result"], "additionalProperties": False})
    unique = [shape for index, shape in enumerate(shapes) if shape not in shapes[:index]] or [_nothing(is_on_record)]
    return unique[0] if len(unique) == 1 else {"anyOf": unique}


def _nothing(is_on_record: bool) -> dict[str, Any]:
    if not is_on_record:
        return {"type": "object", "additionalProperties": False}
    return {"type": "object", "properties": {"id": {"type": "string"}}, "required": ["id"], "additionalProperties": False}


def _plain(kind: Any) -> dict[str, Any] | None:
    if getattr(kind, "__origin__", None) is tuple:
        return {"type": "array", "items": {"type": "string", "format": "uuid"}}
    return {bool: {"type": "boolean"}, int: {"type": "integer"}, str: {"type": "string"}}.get(kind)
