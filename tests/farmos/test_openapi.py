"""The description of the API is OpenAPI 3.1, complete, and true: what it shows as examples fits, what the API answers fits."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from django.urls import URLPattern, reverse

from apps.accounts.states import Role
from apps.journal.http.command_view import CommandView
from apps.journal.http.record_views import ListView, RecordView
from farmos import api, describing
from tests.asking import problem_of, signed_in
from tests.factories.accounts import make_user
from tests.factories.everything import make_everything

META = json.loads((Path(__file__).parent / "meta" / "openapi-3.1.json").read_text())
DOCUMENT = describing.described()
OPERATIONS = {
    operation["operationId"]: (method, address, operation)
    for address, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
}


def checked(value: Any, schema: dict[str, Any]) -> None:
    """Fail unless ``value`` is as the schema, whose references are the document's, says."""
    whole = {**schema, "components": DOCUMENT["components"]}
    jsonschema.Draft202012Validator(whole, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER).validate(value)


def routes(kind: type[Any] = object) -> Iterator[tuple[URLPattern, type[Any]]]:
    """Yield the routes of the views of a kind, with their classes."""
    for route in api.urlpatterns:
        assert isinstance(route, URLPattern)
        view: Any = getattr(route.callback, "cls", None)
        if issubclass(view, kind):
            yield route, view


def address(route: URLPattern) -> str:
    """Return a route's address as the document writes it."""
    return "/api/v1/" + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", str(route.pattern))


class TestTheDocument:
    def test_is_openapi_3_1(self) -> None:
        jsonschema.Draft202012Validator(META).validate(json.loads(json.dumps(DOCUMENT)))

    def test_has_every_address_with_its_method(self) -> None:
        for route, view in routes():
            methods = DOCUMENT["paths"][address(route)]
            assert set(methods) == ({"post"} if issubclass(view, CommandView) else {"get"}), address(route)

    def test_resolves_every_reference(self) -> None:
        for name in re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(DOCUMENT)):
            assert name in DOCUMENT["components"]["schemas"]

    @pytest.mark.parametrize("name", sorted(OPERATIONS))
    def test_has_examples_that_fit(self, name: str) -> None:
        _method, _address, operation = OPERATIONS[name]
        for content in (operation.get("requestBody", {}), *operation["responses"].values()):
            for kind, shown in content["content"].items() if content else ():
                examples = [one["value"] for one in shown.get("examples", {}).values()] or [shown["example"]]
                for example in examples if kind.endswith("json") else ():
                    checked(example, shown["schema"])

    @pytest.mark.parametrize("name", sorted(OPERATIONS))
    def test_says_what_it_takes_and_refuses(self, name: str) -> None:
        method, place, operation = OPERATIONS[name]
        headers = {one["name"] for one in operation["parameters"] if one["in"] == "header"}
        if method == "post":
            assert "Idempotency-Key" in headers
            assert {"400", "401", "403", "404", "415", "422", "429", "503"} <= set(operation["responses"])
            assert operation["x-event"], f"{place} records nothing?"
        if "If-Match" in headers:
            assert {"409", "412", "428"} <= set(operation["responses"])

    def test_says_when_something_drives_a_machine(self) -> None:
        assert OPERATIONS["get_artifact_content"][2]["x-lane"] == "OPERATION"


@pytest.mark.django_db
class TestItsPages:
    def test_are_for_anybody(self, client: Client) -> None:
        answer = client.get("/api/v1/openapi.json")

        assert (answer.status_code, answer.json()["openapi"]) == (200, "3.1.0")

    def test_show_every_operation_to_people_without_scripts(self, client: Client) -> None:
        page = client.get("/api/v1/docs/").content.decode()

        assert all(f'id="{name}"' in page for name in OPERATIONS)
        assert "<script" not in page
        assert "style=" not in page
        assert not re.findall(r'(?:src|href)="https?:', page)

    def test_know_no_parameters(self, client: Client) -> None:
        assert problem_of(client.get("/api/v1/openapi.json?x=1"))["code"] == "parameter-invalid"


@pytest.mark.django_db
class TestTheAnswers:
    def test_are_as_the_document_says(self) -> None:
        make_everything()
        admin = signed_in(make_user(Role.ADMIN))
        first: dict[type[Any], Any] = {}
        for route, view in routes(ListView):
            answer = admin.get(reverse(f"api:{route.name}"))
            checked(answer.json(), _shape(address(route)))
            first[view.model] = answer.json()["items"][0]["id"]
        for route, view in routes(RecordView):
            answer = admin.get(reverse(f"api:{route.name}", args=[first[view.model]]))
            checked(answer.json(), _shape(address(route)))


def _shape(place: str) -> dict[str, Any]:
    found: dict[str, Any] = DOCUMENT["paths"][place]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    return found


class TestTheSchemasOfRecords:
    def test_are_as_committed(self) -> None:
        call_command("api_schemas")

    def test_that_are_behind_are_told(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(describing, "FOLDER", tmp_path)

        with pytest.raises(CommandError, match=r"Run\.v0"):
            call_command("api_schemas")

    @pytest.mark.django_db
    @pytest.mark.parametrize("name", sorted(describing.PUBLISHED))
    def test_are_served_and_fit_what_the_api_answers(self, client: Client, name: str) -> None:
        schema = client.get(client.get("/api/v1/schemas/").json()[name]).json()
        jsonschema.Draft202012Validator.check_schema(schema)
        make_everything()
        admin = signed_in(make_user(Role.ADMIN))

        for record in _records_of(admin, name):
            jsonschema.Draft202012Validator(schema).validate(record)

    @pytest.mark.django_db
    def test_of_what_is_not_published_are_404(self, client: Client) -> None:
        assert problem_of(client.get("/api/v1/schemas/Secrets.v0.json"))["code"] == "not-found"


def _records_of(admin: Client, name: str) -> Iterator[Any]:
    """Yield records that the schema is about, as the API answers with them."""
    if name == "ArtifactLineage.v0":
        for item in admin.get("/api/v1/artifacts").json()["items"]:
            yield admin.get(f"/api/v1/artifacts/{item['id']}/lineage").json()
        return
    shown = describing.PUBLISHED[name]
    for route, view in routes(RecordView):
        if view.shows is shown:
            lists = next(one.name for one, many in routes(ListView) if many.model is view.model)
            items = admin.get(reverse(f"api:{lists}")).json()["items"]
            assert items
            yield from (admin.get(reverse(f"api:{route.name}", args=[item["id"]])).json() for item in items)
