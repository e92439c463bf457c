"""What the API says about itself: the OpenAPI document, a page of it for people, and the JSON Schemas of the records that others build on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from rest_framework.request import Request
from rest_framework.response import Response

from apps.artifacts.api import ArtifactLineage, ArtifactRef
from apps.journal.api import ActionRequestShown
from apps.journal.http.api_view import Answer, ApiView, plain
from apps.journal.http.openapi import document
from apps.journal.http.openapi.shapes import Shapes
from apps.journal.http.parameters import Parameters
from apps.journal.refusals import NotFound
from apps.orders.api.ordering import ManufacturingIntent
from apps.planning.api import BuildPlate, ExecutionPlan
from apps.policy.api import Decision, Policy
from apps.runs.api import Run

PUBLISHED: dict[str, type[Any]] = {
    "ManufacturingIntent.v0": ManufacturingIntent,
    "ExecutionPlan.v0": ExecutionPlan,
    "BuildPlate.v0": BuildPlate,
    "Run.v0": Run,
    "ArtifactRef": ArtifactRef,
    "ArtifactLineage.v0": ArtifactLineage,
    "Policy.v0": Policy,
    "Decision": Decision,
    "ActionRequest": ActionRequestShown,
}
"""The records whose JSON Schemas are promised under names of their own. Within a version a schema only grows."""

FOLDER = Path(__file__).parent / "schemas"
_JSON_SCHEMA = "https://json-schema.org/draft/2020-12/schema"


class Public(ApiView):
    """A view for whoever asks: it says nothing about the farm, only about farmos."""

    permission = ""
    is_public: ClassVar[bool] = True
    permission_classes = ()


@cache
def described() -> dict[str, Any]:
    """Return the OpenAPI document of all of ``/api/v1``."""
    from farmos import api

    return document(api.urlpatterns)


class OpenApi(Public):
    """GET this description, as OpenAPI 3.1."""

    answers = Answer({"type": "object"}, example={"openapi": "3.1.0"})

    def get(self, request: Request) -> Response:
        """Answer with the document."""
        Parameters(plain(request), known=())
        return Response(described())


class Docs(Public):
    """GET this description as a page."""

    answers = Answer({"type": "string"}, media_type="text/html", example="<!doctype html>")

    def get(self, request: Request) -> HttpResponse:
        """Answer with every address, by heading."""
        Parameters(plain(request), known=())
        found = described()
        introduction = found["info"]["description"].split("\n\n")
        shown = {"info": {"paragraphs": introduction}, "groups": list(_groups(found)), "schemas": list(PUBLISHED)}
        return render(plain(request), "farmos/api_docs.html", shown)


def _groups(found: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for tag in found["tags"]:
        rows = [
            _row(method, address, operation)
            for address, methods in found["paths"].items()
            for method, operation in methods.items()
            if tag["name"] in operation["tags"]
        ]
        if rows:
            yield {**tag, "anchor": tag["name"].lower().replace(" ", "-"), "rows": rows}


def _row(method: str, address: str, operation: dict[str, Any]) -> dict[str, Any]:
    bodies = operation.get("requestBody", {}).get("content", {})
    done = {status: answer for status, answer in operation["responses"].items() if status < "400"}
    return {
        **{name: operation.get(name, "") for name in ("operationId", "summary", "description")},
        "paragraphs": operation["description"].split("\n\n"),
        "method": method.upper(),
        "address": address,
        "parameters": operation["parameters"],
        "bodies": [(kind, _pretty(one.get("example"))) for kind, one in bodies.items()],
        "answers": [
            (status, kind, _pretty(one.get("example"))) for status, answer in done.items() for kind, one in answer["content"].items()
        ],
        "refusals": [(status, answer["description"]) for status, answer in operation["responses"].items() if status >= "400"],
        "events": operation.get("x-event", []),
        "lane": operation.get("x-lane", ""),
    }


def _pretty(example: Any) -> str:
    return example if isinstance(example, str) else json.dumps(example, indent=2, ensure_ascii=False)


class Schema(Public):
    """GET the JSON Schema of one kind of record that others build on, such as ``Run.v0``."""

    answers = Answer({"type": "object"}, media_type="application/schema+json", example={"$schema": _JSON_SCHEMA})

    def get(self, request: Request, name: str) -> HttpResponse:
        """Answer with the committed schema."""
        Parameters(plain(request), known=())
        if name not in PUBLISHED:
            raise NotFound("schema")
        return HttpResponse((FOLDER / f"{name}.json").read_bytes(), content_type="application/schema+json")


class Schemas(Public):
    """GET where the JSON Schemas of records are."""

    answers = Answer({"type": "object", "additionalProperties": {"type": "string"}}, example={"Run.v0": "/api/v1/schemas/Run.v0.json"})

    def get(self, request: Request) -> Response:
        """Answer with their addresses by name."""
        Parameters(plain(request), known=())
        return Response({name: f"/api/v1/schemas/{name}.json" for name in PUBLISHED})


def schema_of(name: str) -> dict[str, Any]:
    """Return the schema that stands for what the API answers today."""
    shapes = Shapes("#/$defs/{name}")
    reference = shapes.of(PUBLISHED[name])
    known = shapes.finished()
    own = known.pop(reference["$ref"].rpartition("/")[2])
    found = {"$schema": _JSON_SCHEMA, "$id": f"/api/v1/schemas/{name}.json", **own, "title": name.partition(".")[0]}
    return {**found, "$defs": known} if known else found


routes: list[URLPattern] = [
    path("openapi.json", OpenApi.as_view(), name="openapi"),
    path("docs/", Docs.as_view(), name="docs"),
    path("schemas/", Schemas.as_view(), name="schemas"),
    path("schemas/<str:name>.json", Schema.as_view(), name="schema"),
]
