"""Holds the journal against its public contract: every stored event is valid against the JSON Schema committed for its type and version."""

from __future__ import annotations

import json
from functools import cache

from django.db.backends.base.base import BaseDatabaseWrapper
from jsonschema import Draft202012Validator

from apps.journal import event, schemas_of_events


@cache
def validator(name: str, version: int) -> Draft202012Validator | str | None:
    """Return the validator for an event type, what is wrong with it, or None for a type that a test module made up for itself."""
    try:
        kind = event.find(name, version)
        path = schemas_of_events.path_of(kind)
    except KeyError:
        return f"{name} v{version} is not a registered event"
    except LookupError:
        return None
    if not path.exists():
        return f"{name} v{version} has no committed schema; run: ./farm manage event_schemas --write"
    return Draft202012Validator(json.loads(path.read_text()))


def problems(on: BaseDatabaseWrapper) -> list[str]:
    """Return one line for each stored event that breaks the contract."""
    if on.needs_rollback:
        return []
    with on.cursor() as cursor:
        cursor.execute("SELECT event_id, type, schema_version, data FROM journal_event")
        rows = cursor.fetchall()
    return [line for event_id, name, version, data in rows for line in check(str(event_id), name, version, data)]


def check(event_id: str, name: str, version: int, data: str) -> list[str]:
    """Return what is wrong with one event, one line each."""
    found = validator(name, version)
    if found is None:
        return []
    if isinstance(found, str):
        return [f"{name} {event_id}: {found}"]
    return [f"{name} v{version} {event_id}: {error.json_path}: {error.message}" for error in found.iter_errors(json.loads(data))]
