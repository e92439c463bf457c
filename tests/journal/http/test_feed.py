"""The event feed over HTTP: a CloudEvents batch, read by position."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from jsonschema import Draft202012Validator

from apps.journal import event, sequencer
from tests.asking import problem_of, signed_in
from tests.factories.accounts import make_site, make_user
from tests.factories.context import make_context
from tests.toy import commands

pytestmark = [pytest.mark.django_db(transaction=True)]

FEED = "/api/v1/events"


@pytest.fixture
def jars() -> list[UUID]:
    """Three jars, opened and sequenced; the events are 1, 2, 3."""
    opened = [commands.open_jar(make_context(), label=f"jar {number}") for number in range(3)]
    sequencer.sequence_batch()
    return opened


def sequences(response: Any) -> list[int]:
    """Return the positions of a batch."""
    return [int(one["sequence"]) for one in response.json()]


def following(response: Any) -> str:
    """Return the address that the Link header leads to."""
    address, _mark, relation = response.headers["Link"].partition(">; ")
    assert relation == 'rel="next"'
    return str(address).lstrip("<")


class TestTheFeed:
    def test_is_a_cloudevents_batch(self, admin: Client, jars: list[UUID]) -> None:
        response = admin.get(FEED)

        first = response.json()[0]
        assert response.headers["Content-Type"] == "application/cloudevents-batch+json"
        assert {"specversion", "id", "source", "type", "time", "sequence", "subject", "data"} <= set(first)
        assert (first["specversion"], first["type"], first["subject"]) == ("1.0", "JarOpened", f"jar/{jars[0]}")

    def test_comes_as_plain_json_for_those_who_ask(self, admin: Client, jars: list[UUID]) -> None:
        assert admin.get(FEED, headers={"Accept": "application/json"}).headers["Content-Type"] == "application/json"

    def test_is_read_by_position(self, admin: Client, jars: list[UUID]) -> None:
        first = admin.get(f"{FEED}?limit=2")
        second = admin.get(following(first))
        third = admin.get(following(second))

        assert [sequences(one) for one in (first, second, third)] == [[1, 2], [3], []]
        assert following(third) == following(second)

    def test_takes_the_sequence_of_an_event_as_its_position(self, admin: Client, jars: list[UUID]) -> None:
        last = admin.get(FEED).json()[1]["sequence"]

        assert sequences(admin.get(FEED, {"after": last})) == [3]

    def test_shows_one_type_or_one_subject(self, admin: Client, jars: list[UUID]) -> None:
        commands.seal_jar(make_context(), jar_id=jars[1], expected_version=1)
        sequencer.sequence_batch()

        assert sequences(admin.get(FEED, {"types": "JarSealed,BoltsAdded"})) == [4]
        assert sequences(admin.get(FEED, {"subject": f"jar/{jars[1]}"})) == [2, 4]

    def test_shows_nothing_of_another_site(self, admin: Client, jars: list[UUID]) -> None:
        commands.open_jar(make_context(site_id=make_site().pk), label="elsewhere")
        sequencer.sequence_batch()

        assert sequences(admin.get(FEED)) == [1, 2, 3]
        assert following(admin.get(FEED)) == f"{FEED}?after=4"

    def test_leads_past_what_a_filter_leaves_out(self, admin: Client, jars: list[UUID]) -> None:
        assert following(admin.get(FEED, {"types": "JarSealed"})) == f"{FEED}?types=JarSealed&after=3"

    def test_shows_nothing_that_has_no_position_yet(self, admin: Client, jars: list[UUID], monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sequencer, "place_in_transaction", lambda: None)
        commands.seal_jar(make_context(), jar_id=jars[1], expected_version=1)

        assert sequences(admin.get(FEED)) == [1, 2, 3]

    @pytest.mark.parametrize(
        "query",
        [
            "after=-1",
            "after=x",
            "after=1.5",
            "limit=0",
            "limit=-5",
            "limit=x",
            "types=NoSuchEvent",
            "types=JarOpened,'; DROP TABLE journal_event",
            "subject=jar",
            "subject=jar/7",
            "subject=jar/%00",
            "type=JarOpened",
            "after=1&after=2",
        ],
    )
    def test_refuses_what_it_does_not_understand(self, admin: Client, query: str) -> None:
        assert problem_of(admin.get(f"{FEED}?{query}"))["code"] == "parameter-invalid"

    @pytest.mark.parametrize("query", ["limit=1000000000", "after=9223372036854775807", "after=" + "9" * 100])
    def test_bounds_what_is_too_large(self, admin: Client, jars: list[UUID], query: str) -> None:
        assert admin.get(f"{FEED}?{query}").status_code == 200

    def test_is_for_staff_with_the_permission(self, stranger: Client, viewer: Client) -> None:
        assert problem_of(stranger.get(FEED))["code"] == "not-signed-in"
        assert problem_of(viewer.get(FEED))["code"] == "permission-denied"
        assert problem_of(signed_in(make_user()).get(FEED))["code"] == "permission-denied"


class TestTheContract:
    def test_lists_every_event_type_with_a_schema_to_fetch(self, viewer: Client) -> None:
        items = viewer.get("/api/v1/event-types").json()["items"]

        assert [item["type"]["code"] for item in items] == [kind.name for kind in event.all_types()]
        for item in items:
            response = viewer.get(item["dataschema"])
            assert item["type"]["label"]
            assert response.headers["Content-Type"] == "application/schema+json"
            Draft202012Validator.check_schema(response.json())

    def test_fits_the_events_of_the_feed(self, admin: Client, jars: list[UUID]) -> None:
        one = admin.get(FEED).json()[0]

        Draft202012Validator(admin.get(one["dataschema"]).json()).validate(one["data"])

    @pytest.mark.parametrize(
        "name", ["NoSuch.v1.json", "JarOpened.v2.json", "JarOpened.v" + "9" * 5000 + ".json", "..%2f..%2fmodels.v1.json", "JarOpened.json"]
    )
    def test_has_no_schema_for_what_is_no_event(self, viewer: Client, name: str) -> None:
        assert problem_of(viewer.get(f"/api/v1/schemas/events/{name}"))["code"] == "not-found"

    def test_starts_at_an_index_whose_addresses_all_answer(self, admin: Client) -> None:
        index = json.loads(admin.get("/api/v1/").content)

        assert "events" in index
        assert {admin.get(address).status_code for address in index.values()} == {200}
