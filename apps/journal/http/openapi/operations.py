"""One operation of the document: a method at an address."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from typing import Any

from django.urls import URLPattern

from apps.journal.http import api_view, shaping
from apps.journal.http.command_view import CommandView
from apps.journal.http.filters import Filter
from apps.journal.http.record_views import LARGEST_PAGE, PAGE_SIZE, ListView, RecordView
from apps.journal.http.request_id import OPERATION
from apps.journal.http.shaping import Nothing

from . import problems, recorded
from .examples import example_of
from .shapes import Shapes, answered

JSON = "application/json"
_PART = re.compile(r"<(?:(\w+):)?(\w+)>")
_CONVERTED: dict[str, dict[str, Any]] = {
    "uuid": {"type": "string", "format": "uuid"},
    "int": {"type": "integer", "minimum": 0},
}


def address_of(route: URLPattern) -> tuple[str, list[dict[str, Any]]]:
    """Return a route's address as OpenAPI writes it, with the parameters in it."""
    written = str(route.pattern)
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": _CONVERTED.get(kind, {"type": "string"})}
        for kind, name in _PART.findall(written)
    ]
    return _PART.sub(r"{\2}", written), parameters


def operations(route: URLPattern, view: type[api_view.ApiView], shapes: Shapes) -> dict[str, dict[str, Any]]:
    """Return the operations at one address by method."""
    made: dict[str, dict[str, Any]] = {}
    if hasattr(view, "get"):
        made["get"] = _get(route, view, shapes)
    if hasattr(view, "post"):
        made["post"] = _post(route, view, shapes)
    for operation in made.values():
        operation["tags"] = [tag_of(view)]
        operation["security"] = security(view)
        _tell_lane(operation, view.LANE)
    return made


def tag_of(view: type[api_view.ApiView]) -> str:
    """Return under which heading a view is listed: its app, or what it says itself."""
    own = str(getattr(view, "tag", "") or "")
    if own:
        return own
    command = getattr(view, "command", None)
    if command is not None:
        return str(command.command_name.partition(".")[0])
    return view.__module__.split(".")[1] if view.__module__.startswith("apps.") else "farmos"


def security(view: type[api_view.ApiView]) -> list[dict[str, list[str]]]:
    """Return how whoever asks may say who they are; nothing: nobody needs to."""
    if view.is_public:
        return []
    return [{"session": []}, {"bearer": []}, {"apiKey": []}]


def _tell_lane(operation: dict[str, Any], lane: str | None) -> None:
    request_id = {
        "name": "X-Request-Id",
        "in": "header",
        "required": lane == OPERATION,
        "schema": {"type": "string", "pattern": "^[A-Za-z0-9._-]{1,128}$"},
        "description": "Echoed, logged and recorded. Anything else is replaced by an id of ours.",
        "example": "my-request-1",
    }
    if lane is not None:
        operation["x-lane"] = str(lane)
        operation["parameters"].append(request_id)


def _get(route: URLPattern, view: type[api_view.ApiView], shapes: Shapes) -> dict[str, Any]:
    _address, parameters = address_of(route)
    told = inspect.getdoc(view) or ""
    schema, media_type, example, headers = _answer(view, shapes, parameters)
    content = {media_type: {"schema": schema, "example": example}}
    codes = [*problems.TO_ALL, *problems.TO_GET]
    if isinstance(view, type) and issubclass(view, ListView):
        codes.append("cursor-invalid")
    if view.LANE == OPERATION:
        codes += ["request-id-missing", "artifact-purged", "artifact-missing", "artifact-corrupt", "store-unavailable"]
    return {
        "operationId": f"get_{str(route.name).replace('-', '_')}",
        "summary": told.partition("\n")[0].removeprefix("GET ").strip(),
        "description": _right(view, "GET"),
        "parameters": parameters,
        "responses": {"200": {"description": "Found.", "content": content, **headers}, **problems.responses(codes)},
    }


def _answer(view: Any, shapes: Shapes, parameters: list[dict[str, Any]]) -> tuple[dict[str, Any], str, Any, dict[str, Any]]:
    if issubclass(view, ListView):
        item = shapes.of(view.shows)
        parameters += _paging(view)
        schema: dict[str, Any] = {
            "type": "object",
            "properties": {"items": {"type": "array", "items": item}, "next_cursor": {"type": ["string", "null"]}},
            "required": ["items", "next_cursor"],
        }
        example = {"items": [example_of(item, shapes.known)], "next_cursor": None}
        link = {"Link": {"description": "The whole next address; absent on the last page.", "schema": {"type": "string"}}}
        return schema, JSON, example, {"headers": link}
    if issubclass(view, RecordView):
        schema = shapes.of(view.shows)
        tag = {"ETag": {"description": "What a command against this record needs as If-Match.", "schema": {"type": "string"}}}
        return schema, JSON, example_of(schema, shapes.known), {"headers": tag}
    answer: api_view.Answer | None = view.answers
    if answer is None:
        raise TypeError(f"{view.__name__} does not say what it answers")
    schema = answer.shape if isinstance(answer.shape, dict) else shapes.of(answer.shape)
    parameters += [
        {
            "name": name,
            "in": "query",
            "required": False,
            "description": one.get("description", ""),
            "schema": {key: value for key, value in one.items() if key != "description"},
        }
        for name, one in answer.parameters.items()
    ]
    example = answer.example if answer.example is not None else example_of(schema, shapes.known)
    return schema, answer.media_type, example, {}


def _paging(view: type[ListView]) -> list[dict[str, Any]]:
    known = [
        (
            "page_size",
            f"How many; {PAGE_SIZE} unless you say otherwise, more than {LARGEST_PAGE} counts as {LARGEST_PAGE}.",
            {"type": "integer", "minimum": 1},
        ),
        ("cursor", "`next_cursor` of the page before, unchanged.", {"type": "string"}),
        *((one.name, one.description, one.schema()) for one in view.filters if isinstance(one, Filter)),
    ]
    return [{"name": name, "in": "query", "required": False, "description": text, "schema": schema} for name, text, schema in known]


def _right(view: type[api_view.ApiView], method: str) -> str:
    if view.is_public:
        return "For whoever asks, signed in or not."
    right = view.permission_for(view, method)  # type: ignore[arg-type]
    lines = [f"Needs the right `{right}`." if right else "For whoever works here."]
    if view.open_to_customers:
        lines.append("Open to customers, for what is theirs.")
    return " ".join(lines)


def _post(route: URLPattern, view: type[api_view.ApiView], shapes: Shapes) -> dict[str, Any]:
    if not issubclass(view, CommandView):
        raise TypeError(f"{view.__name__} takes a POST and is no command")
    command: Callable[..., Any] = view.command
    _address, parameters = address_of(route)
    summary, story = shaping.summary_of(command)
    is_versioned = bool(view.record)
    status = "200" if view.creates is None else "201"
    schema = answered(command, is_on_record=is_versioned)
    done = {JSON: {"schema": schema, "example": example_of(schema, shapes.known)}}
    codes = problems.codes_of(command, is_versioned=is_versioned)
    if view.LANE == OPERATION:
        codes.append("request-id-missing")
    responses: dict[str, Any] = {status: {"description": "Done.", "content": done, "headers": _headers(view)}}
    if "Parked" in str(shaping.hints_of(command).get("return")):
        responses["202"] = _parked()
    return {
        "operationId": str(route.name).replace(".", "_").replace("-", "_"),
        "summary": summary,
        "description": f"{story}\n\n{_right(view, 'POST')}",
        "parameters": [*parameters, *_command_headers(view)],
        "requestBody": _body(view, command, shapes),
        "responses": {**responses, **problems.responses([*codes, *getattr(view, "refuses", ())])},
        "x-event": list(recorded.events_of(command)),
    }


def _headers(view: type[CommandView]) -> dict[str, Any]:
    found = {"ETag": {"description": "There when nobody can have changed the record since.", "schema": {"type": "string"}}}
    if view.location:
        found["Location"] = {"description": "Where it can be read.", "schema": {"type": "string"}}
    return found


def _parked() -> dict[str, Any]:
    schema = {
        "type": "object",
        "properties": {"approval": {"type": "string", "format": "uuid"}, "label": {"type": "string"}},
        "required": ["approval", "label"],
    }
    example = {"approval": "01938f6e-5a1b-7c3d-8e4f-0a1b2c3d4e5f", "label": "Waits for approval"}
    return {"description": "Waits for a person's approval.", "content": {JSON: {"schema": schema, "example": example}}}


def _command_headers(view: type[CommandView]) -> list[dict[str, Any]]:
    key = {
        "name": "Idempotency-Key",
        "in": "header",
        "required": True,
        "schema": {"type": "string", "pattern": "^[!-~]{1,200}$"},
        "description": "New for each new wish; the same key with the same request gets the first answer again.",
        "example": "5b0e1c9c-7c1e-4f0e-9a55-2f1d1f0c8f11",
    }
    match = {
        "name": "If-Match",
        "in": "header",
        "required": True,
        "schema": {"type": "string", "pattern": '^"v[1-9][0-9]{0,8}"$'},
        "description": "The ETag of the record as you saw it.",
        "example": '"v3"',
    }
    return [key, match] if view.record else [key]


def _body(view: Any, command: Callable[..., Any], shapes: Shapes) -> dict[str, Any]:
    if hasattr(view, "body_content"):
        content: dict[str, Any] = view.body_content()
        return {"required": True, "content": content}
    schema = shapes.of(Nothing) if view.shape is Nothing else shapes.of_body(command, view.shape)
    known = shapes.known[view.shape.__name__]
    needed = bool(known.get("required"))
    return {"required": needed, "content": {JSON: {"schema": schema, "example": _example_body(known, shapes)}}}


def _example_body(schema: dict[str, Any], shapes: Shapes) -> Any:
    """Return an example with what is required, and with what is often said besides."""
    required = schema.get("required", [])
    shown = [name for name in schema.get("properties", {}) if name in required or name in ("note", "reason")]
    return {name: example_of(schema["properties"][name], shapes.known, name) for name in shown}
