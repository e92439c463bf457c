"""Read the JSON body of a request without trusting it: bounded in size, depth and numbers, and every name spelt once."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, NoReturn, TypeVar

import msgspec
from django.http import HttpRequest

from apps.journal.refusals import Invalid, Refusal

T = TypeVar("T")

MAX_BYTES = 1_048_576
MAX_DEPTH = 32
JSON = "application/json"

_LARGEST = 2**63 - 1
_SHOWN = 200
"""Characters of the sender's own text that are sent back at most."""
_UNKNOWN_FIELD = "Object contains unknown field `"
_PLACE = " - at `$"


def read(request: HttpRequest, shape: type[T], *, max_bytes: int = MAX_BYTES) -> T:
    """Return the body as ``shape`` (a msgspec Struct that forbids unknown fields). An empty body counts as ``{}``.

    Raises:
        Refusal: ``media-type-unsupported``, ``body-too-large``, ``json-malformed``, ``json-too-deep``, ``unknown-field``.
        Invalid: a value is missing, of the wrong type or out of bounds; ``fields`` has its path.
    """
    content = _content(request, max_bytes)
    return as_shape(parse(content) if content else {}, shape)


def _content(request: HttpRequest, max_bytes: int) -> bytes:
    declared = request.headers.get("Content-Length") or "0"
    if declared.isascii() and declared.isdigit() and int(declared[:19]) > max_bytes:
        raise Refusal("body-too-large", limit=max_bytes)
    content = request.read(max_bytes + 1)
    if len(content) > max_bytes:
        raise Refusal("body-too-large", limit=max_bytes)
    if (content or request.content_type) and request.content_type != JSON:
        raise Refusal("media-type-unsupported", expected=JSON, given=request.content_type or "nothing")
    if content and (coding := request.headers.get("Content-Encoding", "identity")) != "identity":
        raise Refusal("media-type-unsupported", expected=JSON, given=f"encoded as {coding}")
    return content


def parse(content: bytes) -> Any:
    """Return the JSON value in ``content``.

    Raises:
        Refusal: ``json-malformed`` or ``json-too-deep``.
        Invalid: a number or character that no record can hold.
    """
    try:
        value = json.loads(
            content.decode("utf-8"), object_pairs_hook=_object, parse_constant=_no_constant, parse_float=_finite, parse_int=_integer
        )
    except RecursionError:
        raise Refusal("json-too-deep", limit=MAX_DEPTH) from None
    except UnicodeDecodeError as error:
        raise Refusal("json-malformed", problem=f"byte {error.start} is not UTF-8") from None
    except json.JSONDecodeError as error:
        raise Refusal("json-malformed", problem=f"{error.msg} at line {error.lineno}, column {error.colno}") from None
    for depth, item in _walk(value):
        if depth > MAX_DEPTH:
            raise Refusal("json-too-deep", limit=MAX_DEPTH)
        if isinstance(item, str):
            _check_text(item)
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        twice = next(name for name, _value in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        raise Refusal("json-malformed", problem=f"the key {twice[:_SHOWN]} is there twice")
    return found


def _no_constant(name: str) -> NoReturn:
    raise Refusal("json-malformed", problem=f"{name} is not JSON")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise Refusal("json-malformed", problem=f"the number {text[:_SHOWN]} is too large")
    return number


def _integer(text: str) -> int:
    if len(text) > 20 or not -_LARGEST <= (number := int(text)) <= _LARGEST:
        raise Refusal("json-malformed", problem=f"the number {text[:_SHOWN]} is too large")
    return number


def _walk(value: Any) -> Iterator[tuple[int, Any]]:
    """Yield every value and key with how many objects and lists deep it is, itself included. Uses no recursion."""
    waiting: list[tuple[int, Any]] = [(0, value)]
    while waiting:
        depth, item = waiting.pop()
        if isinstance(item, dict):
            depth += 1
            waiting.extend((depth, inner) for pair in item.items() for inner in pair)
        elif isinstance(item, list):
            depth += 1
            waiting.extend((depth, inner) for inner in item)
        yield depth, item


def _check_text(text: str) -> None:
    """Refuse what no database stores: NUL, and halves of surrogate pairs."""
    if "\x00" in text:
        raise Refusal("json-malformed", problem="a text holds a NUL character")
    if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
        raise Refusal("json-malformed", problem="a text holds half a surrogate pair")


def as_shape(value: Any, shape: type[T]) -> T:
    """Return a parsed JSON value as ``shape``; types are strict, nothing is guessed.

    Raises:
        Refusal: ``unknown-field``.
        Invalid: a value is missing, of the wrong type or out of bounds.
    """
    try:
        found = msgspec.convert(value, shape, strict=True)
    except msgspec.ValidationError as error:
        raise _refused(str(error)) from None
    _check_instants(found)
    return found


def _check_instants(found: Any) -> None:
    """Refuse instants that UTC, in which they are kept, has no name for: the calendar's first and last hours in other zones."""
    plain = msgspec.to_builtins(found, builtin_types=(datetime,))
    for name, value in plain.items() if isinstance(plain, dict) else [("body", plain)]:
        for _depth, item in _walk(value):
            if isinstance(item, datetime) and item.tzinfo is not None:
                try:
                    item.astimezone(UTC)
                except OverflowError:
                    raise Invalid({name: "is not between the years 1 and 9999 in UTC"}) from None


def _refused(message: str) -> Refusal:
    problem, _at, place = message.rpartition(_PLACE)
    if not problem:
        problem, place = message, ""
    path = place.rstrip("`").lstrip(".")
    if problem.startswith(_UNKNOWN_FIELD):
        name = problem.removeprefix(_UNKNOWN_FIELD).rstrip("`")
        return Refusal("unknown-field", field=f"{path}.{name[:_SHOWN]}" if path else name[:_SHOWN])
    return Invalid({path or "body": problem.replace("`", "")[:_SHOWN]})
