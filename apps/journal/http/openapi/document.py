"""The whole document."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.urls import URLPattern, URLResolver
from django.utils import translation

from apps.journal.http.api_view import ApiView

from .operations import address_of, operations
from .problems import PROBLEM
from .shapes import Shapes

VERSION = "1"
BASE = "/api/v1/"

INTRODUCTION = """\
The operations layer of a 3D-print farm. One POST for each command, lists and records to read, a feed of everything that happened.

Every POST needs an `Idempotency-Key`. A command against a record that changes needs `If-Match` with its `ETag` as you saw it: 428 without, 412 when
it changed since. What is not possible in a state is 409, with the moves that are. Every refusal is `application/problem+json`. Every code has a
`label` beside it. Lists page by `cursor`. Ask at most as often as the `RateLimit-…` headers say; beyond that is 429 with `Retry-After`.
"""

TAGS = {
    "journal": ("Events", "What happened, as a feed, and what farmos gave up on."),
    "accounts": ("Sites and customers", "Sites, customers, people and their roles."),
    "catalog": ("Catalogue", "Materials, colours, kinds of printers."),
    "inventory": ("Stock", "Lots and spools."),
    "fleet": ("Printers", "Machines, the four facts about each, what is loaded, what they printed."),
    "profiles": ("Profiles", "Slicer profiles as versions."),
    "parts": ("Parts", "Files as they came in, the parts in them, their check."),
    "orders": ("Orders", "Quotes, orders, pieces, money."),
    "planning": ("Build plans and plates", "How components are made, and what is printed together."),
    "runs": ("Print attempts", "What happens on printers, and why something does not."),
    "fulfilment": ("After the print", "Checking, rework, packing, shipping."),
    "policy": ("Governing", "Policies, decisions, approvals, holds, breakers."),
    "artifacts": ("Files", "Bytes by their hash, where they came from."),
    "farmos": ("About this API", "Its description, and where everything is."),
}

SECURITY_SCHEMES = {
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "sessionid",
        "description": "The browser's session; a POST needs X-CSRFToken too.",
    },
    "bearer": {"type": "http", "scheme": "bearer", "description": "A token of a person or a program, as `Authorization: Bearer …`."},
    "apiKey": {"type": "apiKey", "in": "header", "name": "X-Api-Key", "description": "The same token, where only this header can be set."},
}


def document(routes: Iterable[URLPattern | URLResolver]) -> dict[str, Any]:
    """Return the OpenAPI 3.1 document of these routes, in English."""
    with translation.override("en"):
        shapes = Shapes()
        paths: dict[str, Any] = {}
        for route in routes:
            view = getattr(getattr(route, "callback", None), "cls", None)
            if not isinstance(route, URLPattern) or view is None or not issubclass(view, ApiView):
                continue
            address, _parameters = address_of(route)
            paths.setdefault(BASE + address, {}).update(operations(route, view, shapes))
        schemas = {**shapes.finished(), "Problem": PROBLEM}
    _name_tags(paths)
    whole = {
        "openapi": "3.1.0",
        "jsonSchemaDialect": "https://spec.openapis.org/oas/3.1/dialect/base",
        "info": {
            "title": "farmos",
            "version": VERSION,
            "description": INTRODUCTION,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "tags": [{"name": name, "description": text} for name, text in TAGS.values()],
        "paths": paths,
        "components": {"schemas": schemas, "securitySchemes": SECURITY_SCHEMES},
    }
    plain: dict[str, Any] = json.loads(json.dumps(whole))
    return plain


def _name_tags(paths: dict[str, Any]) -> None:
    for operation in (one for methods in paths.values() for one in methods.values()):
        operation["tags"] = [TAGS[name][0] if name in TAGS else name for name in operation["tags"]]
