"""JSON Schemas of events: made from their dataclasses, committed beside them, and only ever growing within a version."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import msgspec

from . import event
from .event import EventType

DIALECT = "https://json-schema.org/draft/2020-12/schema"


@dataclass(frozen=True, slots=True)
class SchemaState:
    """One event type's schema: what the code says, whether the committed file agrees, and what would break readers."""

    kind: EventType
    path: Path
    generated: dict[str, Any]
    current: bool
    breaks: list[str]


def generate(kind: EventType) -> dict[str, Any]:
    """Return the JSON Schema of an event type's data, from its dataclass."""
    (reference,), components = msgspec.json.schema_components([kind.cls], ref_template="#/$defs/{name}")
    name = str(reference["$ref"]).rsplit("/", 1)[1]
    body: dict[str, Any] = dict(components.pop(name))
    schema = {"$schema": DIALECT, "$id": f"/api/v1/schemas/events/{kind.schema_file}", **body, "title": kind.name}
    if components:
        schema["$defs"] = components
    return schema


def path_of(kind: EventType) -> Path:
    """Return where an event type's schema is committed."""
    spec = find_spec(kind.app)
    if spec is None or not spec.submodule_search_locations:
        raise LookupError(f"{kind.app} is no package")
    return Path(next(iter(spec.submodule_search_locations))) / "schemas" / kind.schema_file


def compare() -> list[SchemaState]:
    """Return the state of every event type that an installed app declares in its ``events.py``."""
    return [_compare(kind) for kind in event.all_types() if f"{kind.cls.__module__}.".startswith(f"{kind.app}.events.")]


def _compare(kind: EventType) -> SchemaState:
    path, generated = path_of(kind), generate(kind)
    if not path.exists():
        return SchemaState(kind, path, generated, current=False, breaks=[])
    committed = json.loads(path.read_text())
    return SchemaState(kind, path, generated, current=committed == generated, breaks=breaking_changes(committed, generated))


def write(state: SchemaState) -> None:
    """Write a schema file."""
    state.path.parent.mkdir(exist_ok=True)
    state.path.write_text(json.dumps(state.generated, indent=2, sort_keys=True) + "\n")


def breaking_changes(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """Return what in ``new`` would break a reader of ``old``, in words; additions are fine."""
    found = list(_object_breaks(old, new, ""))
    old_defs, new_defs = old.get("$defs", {}), new.get("$defs", {})
    for name, definition in old_defs.items():
        if name not in new_defs:
            found.append(f"definition {name} is gone")
        else:
            found += _object_breaks(definition, new_defs[name], f"{name}.")
    return found


def _object_breaks(old: dict[str, Any], new: dict[str, Any], where: str) -> list[str]:
    found = []
    new_fields = new.get("properties", {})
    for name, was in old.get("properties", {}).items():
        if name not in new_fields:
            found.append(f"field {where}{name} is gone")
        elif _shape(was) != _shape(new_fields[name]):
            found.append(f"field {where}{name} changed its type")
    still_there = set(old.get("required", [])) & set(new_fields)
    found += [f"field {where}{name} may now be absent" for name in sorted(still_there - set(new.get("required", [])))]
    if "enum" in old and not set(old["enum"]) <= set(new.get("enum", [])):
        found.append(f"{where or 'the type'} lost codes")
    return found


def _shape(field: dict[str, Any]) -> str:
    """Return what a reader depends on of a field: its type, not its words or default."""
    return json.dumps({key: value for key, value in field.items() if key not in ("description", "title", "default")}, sort_keys=True)
