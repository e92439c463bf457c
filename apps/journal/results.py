"""What a command may answer, and how the answer is kept so that a repeated request gets the same one."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from . import canonical
from .refusals import Refusal


@dataclass(frozen=True, slots=True)
class Parked:
    """The work waits, visibly, for a person's approval."""

    approval_id: UUID


def dump(result: Any) -> str:
    """Return the stored form of a command's result.

    Raises:
        TypeError: the command returned something a receipt cannot keep.
    """
    return canonical.text(_dump(result))


def load(stored: str) -> Any:
    """Return the result that ``dump`` stored."""
    return _load(json.loads(stored))


def _dump(result: Any) -> Any:
    match result:
        case None | bool() | int() | str():
            return ["=", result]
        case UUID():
            return ["uuid", str(result)]
        case Parked():
            return ["parked", str(result.approval_id)]
        case Refusal():
            return ["refusal", result.code, result.params]
        case tuple():
            return ["tuple", [_dump(item) for item in result]]
    raise TypeError(f"a command cannot answer with a {type(result).__name__}; return ids, plain values, Parked or a Refusal")


def _load(stored: list[Any]) -> Any:
    match stored:
        case ["=", value]:
            return value
        case ["uuid", value]:
            return UUID(value)
        case ["parked", value]:
            return Parked(UUID(value))
        case ["refusal", code, params]:
            return Refusal(code, **params)
        case ["tuple", items]:
            return tuple(_load(item) for item in items)
    raise ValueError(f"not a stored result: {stored!r}")
