"""An example for every shape: made from its JSON Schema, always the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Schemas = Mapping[str, Mapping[str, Any]]

_UUID = "01938f6e-5a1b-7c3d-8e4f-0a1b2c3d4e5f"
_INSTANT = "2026-11-30T08:15:00.000000Z"
_SHA256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
_DEEPEST = 8

WORDS: dict[str, str] = {
    "etag": '"v3"',
    "name": "Bracket",
    "label": "In words",
    "email": "ada@example.org",
    "currency": "EUR",
    "note": "Told them by phone.",
    "reason": "Looked at it; fine.",
    "time_zone": "Europe/Berlin",
    "language": "en",
    "code": "V3",
    "number": "1042",
    "address": "http://192.168.1.20:7125",
    "hex_rgb": "#1f6feb",
    "carrier": "DHL",
    "tracking": "00340434161094000000",
    "original_name": "bracket.stl",
    "mime": "model/stl",
    "key": "standard",
    "next_cursor": "WyIwMTkz…",
    "country": "DE",
}


def example_of(schema: Mapping[str, Any], schemas: Schemas, name: str = "", depth: int = 0) -> Any:
    """Return a value that fits ``schema``.

    Args:
        schema: A JSON Schema.
        schemas: What its references name.
        name: What the value is called, which often tells what it looks like.
        depth: How deep inside the example this is.
    """
    if "example" in schema:
        return schema["example"]
    if "default" in schema:
        return schema["default"]
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    if "$ref" in schema:
        return example_of(schemas[schema["$ref"].rpartition("/")[2]], schemas, name, depth + 1)
    for several in ("anyOf", "oneOf"):
        if several in schema:
            return example_of(schema[several][0], schemas, name, depth)
    return _by_type(schema, schemas, name, depth)


def _by_type(schema: Mapping[str, Any], schemas: Schemas, name: str, depth: int) -> Any:
    match schema.get("type"):
        case "object":
            known = schema.get("properties", {})
            return {one: example_of(inner, schemas, one, depth + 1) for one, inner in known.items()}
        case "array":
            items = schema.get("items")
            return (
                [example_of(items, schemas, name.removesuffix("s"), depth + 1)]
                if isinstance(items, Mapping) and items and depth < _DEEPEST
                else []
            )
        case "integer":
            return max(1, int(schema.get("minimum", 1)))
        case "number":
            return 1.5
        case "boolean":
            return True
        case "string":
            return _text(schema, name)
    return None


def _text(schema: Mapping[str, Any], name: str) -> str:
    match schema.get("format"):
        case "uuid":
            return _UUID
        case "date-time":
            return _INSTANT
        case "date":
            return "2026-11-30"
    if name.endswith("sha256") or name.endswith("hash") or name == "slice_key":
        return _SHA256
    if name.endswith(("_by", "actor")):
        return f"person:{_UUID}"
    return WORDS.get(name, "text")
