"""Lists that page by key, single records with their tag, and query parameters nobody can break anything with."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import signing
from django.test import Client

from apps.journal.http import cursor
from tests.asking import problem_of
from tests.factories.toy import make_jar
from tests.toy.models import Jar

pytestmark = [pytest.mark.urls("tests.journal.http.edge"), pytest.mark.django_db]


def labels(page: Any) -> list[str]:
    """Return the labels on a page."""
    return [item["label"] for item in page["items"]]


class TestAList:
    def test_pages_from_newest_to_oldest_through_everything_once(self, admin: Client) -> None:
        for number in range(7):
            make_jar(label=f"jar {number}")

        seen, address = [], "/api/jars?page_size=3"
        while address:
            response = admin.get(address)
            seen.append(labels(response.json()))
            address = response.headers.get("Link", "").partition(">")[0].lstrip("<")

        assert seen == [["jar 6", "jar 5", "jar 4"], ["jar 3", "jar 2", "jar 1"], ["jar 0"]]

    def test_is_not_shifted_by_what_comes_in_meanwhile(self, admin: Client) -> None:
        for number in range(4):
            make_jar(label=f"jar {number}")
        first = admin.get("/api/jars?page_size=2").json()

        make_jar(label="late")
        second = admin.get("/api/jars", {"page_size": 2, "cursor": first["next_cursor"]}).json()

        assert labels(second) == ["jar 1", "jar 0"]
        assert second["next_cursor"] is None

    def test_keeps_its_filter_from_page_to_page(self, admin: Client) -> None:
        for number in range(3):
            make_jar(label=f"open {number}")
            make_jar(label=f"sealed {number}", state="sealed", sealed_by="person:x")

        response = admin.get("/api/jars?state=sealed&page_size=2")
        rest = admin.get(response.headers["Link"].partition(">")[0].lstrip("<")).json()

        assert labels(response.json()) + labels(rest) == ["sealed 2", "sealed 1", "sealed 0"]


class TestPageSize:
    @pytest.mark.parametrize("sent", ["1000000000", "201", "9" * 400, "99999999999999999999"])
    def test_is_capped(self, admin: Client, sent: str) -> None:
        for _number in range(201):
            make_jar()

        page = admin.get("/api/jars", {"page_size": sent}).json()

        assert len(page["items"]) == 200
        assert page["next_cursor"]

    @pytest.mark.parametrize("sent", ["0", "-1", "", "ten", "1e3", "1.0", "٣", "0x10", " 5", "5\x00", "9" * 3000])
    def test_that_is_no_size_is_400(self, admin: Client, sent: str) -> None:
        document = problem_of(admin.get("/api/jars", {"page_size": sent}))

        assert (document["status"], document["code"], document["params"]["parameter"]) == (400, "parameter-invalid", "page_size")


class TestACursor:
    @pytest.mark.parametrize("sent", ["x", "WyIxIl0", "a:b", ":", "é", "x" * 1999])
    def test_that_we_never_gave_is_400(self, admin: Client, sent: str) -> None:
        assert problem_of(admin.get("/api/jars", {"cursor": sent}))["code"] == "cursor-invalid"

    def test_that_was_changed_is_400(self, admin: Client) -> None:
        make_jar()
        make_jar()
        given: str = admin.get("/api/jars?page_size=1").json()["next_cursor"]

        for place in range(len(given)):
            changed = given[:place] + ("A" if given[place] != "A" else "B") + given[place + 1 :]
            assert problem_of(admin.get("/api/jars", {"cursor": changed}))["code"] == "cursor-invalid"

    def test_of_another_list_is_400(self, admin: Client) -> None:
        answers = [
            admin.get("/api/jars", {"cursor": cursor.make("1", of="dead-letters")}),
            admin.get("/api/v1/dead-letters", {"cursor": cursor.make("1", of="jars")}),
        ]

        assert [problem_of(answer)["code"] for answer in answers] == ["cursor-invalid"] * 2

    @pytest.mark.parametrize("inside", [["not an id"], [], [1, 2], {"a": 1}, 7, [None]])
    def test_signed_but_senseless_is_400(self, admin: Client, inside: Any) -> None:
        senseless = signing.Signer(salt="cursor:jars").sign_object(inside)

        assert problem_of(admin.get("/api/jars", {"cursor": senseless}))["code"] == "cursor-invalid"


class TestAParameter:
    @pytest.mark.parametrize(
        "query", ["pagesize=3", "page_size=3&page_size=4", "state=opne", "state=open,sealed", "cursor=%00", "%00=1", "?"]
    )
    def test_that_is_not_understood_is_400(self, admin: Client, query: str) -> None:
        assert problem_of(admin.get(f"/api/jars?{query}"))["code"] == "parameter-invalid"

    def test_too_many_are_400(self, admin: Client) -> None:
        assert problem_of(admin.get("/api/jars?" + "&".join(f"a{n}=1" for n in range(2000))))["code"] == "bad-request"


class TestARecord:
    def test_carries_the_tag_a_command_needs(self, admin: Client) -> None:
        jar = make_jar(version=12)

        response = admin.get(f"/api/jars/{jar.pk}")

        assert (response.json()["id"], response.headers["ETag"]) == (str(jar.pk), '"v12"')

    def test_that_is_not_there_is_404(self, admin: Client) -> None:
        jar = Jar(label="unsaved")

        assert problem_of(admin.get(f"/api/jars/{jar.pk}"))["params"] == {"kind": "jar", "id": str(jar.pk)}
