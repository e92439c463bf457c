"""One POST per command: keys, versions, rights, and the shape of every answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from unittest.mock import patch
from uuid import UUID, uuid4

import pytest
from django.db import OperationalError
from django.test import Client
from django.urls import reverse

from apps.accounts.states import Role
from apps.journal.models import Event, Receipt
from tests.asking import post, problem_of, signed_in
from tests.factories.accounts import make_user
from tests.factories.toy import make_jar
from tests.toy.models import Jar

pytestmark = [pytest.mark.urls("tests.journal.http.edge"), pytest.mark.django_db]

Ask = Callable[..., Any]


class TestACommandThatCreates:
    def test_answers_201_with_id_place_and_tag(self, ask: Ask, admin: Client) -> None:
        response = ask("/api/jars/open", {"label": "M3"})

        jar = Jar.objects.get()
        assert (response.status_code, response.json()) == (201, {"id": str(jar.pk)})
        assert response.headers["Location"] == reverse("edge-jar", args=[jar.pk])
        assert response.headers["ETag"] == '"v1"' == admin.get(response.headers["Location"]).headers["ETag"]

    def test_is_done_by_the_person_who_asked(self, ask: Ask, admin: Client) -> None:
        ask("/api/jars/open", {"label": "M3"})

        assert Event.objects.get().actor == f"person:{admin.session['_auth_user_id']}"


class TestIdempotencyKey:
    def test_absent_is_400(self, ask: Ask) -> None:
        for key in (None, "", "  "):
            response = ask("/api/jars/open", {"label": "M3"}, Idempotency_Key=key)
            assert (problem_of(response)["code"], response.status_code) == ("key-missing", 400)
        assert not Jar.objects.exists()

    @pytest.mark.parametrize("key", ["x" * 201, "x" * 100_000, "schlüssel", "a b", "a\tb", "a\x00b", "a\r\nX-Evil: 1"])
    def test_oversized_or_unprintable_is_422(self, ask: Ask, key: str) -> None:
        response = ask("/api/jars/open", {"label": "M3"}, Idempotency_Key=key)

        assert (problem_of(response)["code"], response.status_code) == ("key-invalid", 422)
        assert not Jar.objects.exists()

    def test_may_be_200_characters_long(self, ask: Ask) -> None:
        assert ask("/api/jars/open", {"label": "M3"}, Idempotency_Key="x" * 200).status_code == 201

    def test_repeated_gives_the_same_answer_once_done(self, ask: Ask) -> None:
        first, second = (ask("/api/jars/open", {"label": "M3"}, Idempotency_Key="k") for _ in range(2))

        assert (first.status_code, first.content, first.headers["Location"]) == (
            second.status_code,
            second.content,
            second.headers["Location"],
        )
        assert Jar.objects.count() == Receipt.objects.count() == 1

    def test_repeated_after_a_refusal_gives_the_same_refusal(self, ask: Ask) -> None:
        jar = make_jar(capacity=5)

        first, second = (ask(f"/api/jars/{jar.pk}/add", {"bolts": 6}, Idempotency_Key="k", If_Match='"v1"') for _ in range(2))

        assert problem_of(first)["code"] == problem_of(second)["code"] == "jar-full"
        assert problem_of(first)["params"] == problem_of(second)["params"]

    def test_repeated_still_answers_when_the_record_has_moved_on(self, ask: Ask) -> None:
        jar = make_jar()
        first = ask(f"/api/jars/{jar.pk}/add", {"bolts": 1}, Idempotency_Key="k", If_Match='"v1"')
        ask(f"/api/jars/{jar.pk}/add", {"bolts": 1}, If_Match='"v2"')

        second = ask(f"/api/jars/{jar.pk}/add", {"bolts": 1}, Idempotency_Key="k", If_Match='"v1"')

        assert (first.status_code, first.json()) == (second.status_code, second.json()) == (200, {"result": 1})
        assert first.headers["ETag"] == '"v2"'
        assert "ETag" not in second.headers

    def test_used_for_another_request_is_422(self, ask: Ask) -> None:
        ask("/api/jars/open", {"label": "M3"}, Idempotency_Key="k")

        response = ask("/api/jars/open", {"label": "M4"}, Idempotency_Key="k")

        assert (problem_of(response)["code"], response.status_code) == ("key-reused", 422)
        assert Jar.objects.count() == 1

    def test_of_another_person_is_independent_and_shows_nothing(self, ask: Ask) -> None:
        other = signed_in(make_user(Role.ADMIN))
        first = ask("/api/jars/open", {"label": "M3"}, Idempotency_Key="k")

        second = post(other, "/api/jars/open", {"label": "M4"}, Idempotency_Key="k")

        assert (first.status_code, second.status_code) == (201, 201)
        assert first.json() != second.json()


class TestIfMatch:
    @pytest.fixture
    def jar(self) -> Jar:
        return make_jar(version=3)

    def test_absent_is_428(self, ask: Ask, jar: Jar) -> None:
        response = ask(f"/api/jars/{jar.pk}/add", {"bolts": 1})

        assert (problem_of(response)["code"], response.status_code) == ("if-match-missing", 428)

    @pytest.mark.parametrize(
        ("sent", "status", "code"),
        [
            ('"v2"', 412, "stale-version"),
            ('"v9999999999"', 412, "stale-version"),
            ('W/"v3"', 412, "if-match-weak"),
            ('"v03"', 412, "if-match-foreign"),
            ('"v99999999999999999999999"', 412, "if-match-foreign"),
            ('"abc"', 412, "if-match-foreign"),
            ("*", 400, "if-match-unusable"),
            ('"v3", "v4"', 400, "if-match-unusable"),
            ('"v3","v3"', 400, "if-match-unusable"),
            ("v3", 400, "if-match-unusable"),
            ("3", 400, "if-match-unusable"),
            ('"v3', 400, "if-match-unusable"),
            ('w/"v3"', 400, "if-match-unusable"),
            ('"v3"\r\nX: y', 400, "if-match-unusable"),
            ("x" * 10_000, 400, "if-match-unusable"),
        ],
    )
    def test_that_is_not_the_current_version_changes_nothing(self, ask: Ask, jar: Jar, sent: str, status: int, code: str) -> None:
        response = ask(f"/api/jars/{jar.pk}/add", {"bolts": 1}, If_Match=sent)

        assert (response.status_code, problem_of(response)["code"]) == (status, code)
        assert Jar.objects.get().bolts == 0
        if status == 412:
            assert response.headers["ETag"] == '"v3"'
            assert problem_of(response)["params"]["current"] == 3

    def test_that_is_current_does_it_and_gives_the_next(self, ask: Ask, jar: Jar) -> None:
        response = ask(f"/api/jars/{jar.pk}/add", {"bolts": 2}, If_Match='"v3"')

        assert (response.status_code, response.json(), response.headers["ETag"]) == (200, {"result": 2}, '"v4"')

    def test_lets_one_of_two_people_through(self, ask: Ask, jar: Jar) -> None:
        other = signed_in(make_user(Role.ADMIN))

        first = ask(f"/api/jars/{jar.pk}/seal", If_Match='"v3"')
        second = post(other, f"/api/jars/{jar.pk}/seal", If_Match='"v3"')

        assert (first.status_code, second.status_code) == (200, 412)
        assert second.headers["ETag"] == '"v4"'

    def test_names_the_current_version_even_when_the_race_was_lost_late(self, ask: Ask, jar: Jar) -> None:
        response = ask(f"/api/jars/{jar.pk}/lose", If_Match='"v3"')

        assert (response.status_code, response.headers["ETag"], problem_of(response)["params"]["current"]) == (412, '"v3"', 3)


class TestAnAnswer:
    def test_of_nothing_names_the_record(self, ask: Ask) -> None:
        jar = make_jar()

        assert ask(f"/api/jars/{jar.pk}/seal", If_Match='"v1"').json() == {"id": str(jar.pk)}

    def test_that_waits_for_approval_is_202(self, ask: Ask) -> None:
        response = ask("/api/park")

        assert (response.status_code, response.json()) == (202, {"approval": str(UUID(int=7)), "label": "Waits for approval"})

    def test_that_is_a_move_not_possible_now_lists_those_that_are(self, ask: Ask) -> None:
        jar = make_jar(state="sealed", sealed_by="person:x")

        document = problem_of(ask(f"/api/jars/{jar.pk}/seal", If_Match='"v1"'))

        assert (document["status"], document["code"], document["params"]["allowed"]) == (409, "illegal-transition", [])

    def test_that_breaks_a_constraint_is_its_named_refusal(self, ask: Ask) -> None:
        make_jar(label="M3")

        document = problem_of(ask("/api/jars/open", {"label": "M3"}))

        assert (document["status"], document["code"]) == (409, "jar-open-already")

    @pytest.mark.parametrize(("words", "code"), [("database is locked", "busy"), ("unable to open database file", "unavailable")])
    def test_without_a_database_is_503_with_retry_after(self, ask: Ask, words: str, code: str) -> None:
        with patch("apps.journal.raw.claim_receipt", side_effect=OperationalError(words)):
            response = ask("/api/jars/open", {"label": "M3"})

        assert (problem_of(response)["code"], response.status_code) == (code, 503)


class TestRights:
    def test_on_a_record_one_may_not_know_of_are_a_404(self, ask: Ask, admin: Client) -> None:
        jar = make_jar(label="locked away")

        answers = [
            admin.get(f"/api/jars/{jar.pk}"),
            ask(f"/api/jars/{jar.pk}/seal", If_Match='"v1"'),
            ask(f"/api/jars/{uuid4()}/seal", If_Match='"v1"'),
        ]

        assert [problem_of(answer)["code"] for answer in answers] == ["not-found"] * 3
        assert Jar.objects.get().state == "open"

    def test_on_values_are_checked_before_the_command(self, ask: Ask) -> None:
        jar = make_jar()

        document = problem_of(ask(f"/api/jars/{jar.pk}/add", {"bolts": 13}, If_Match='"v1"'))

        assert document["code"] == "permission-denied"
        assert not Receipt.objects.exists()

    def test_are_asked_before_anything_is_read(self, viewer: Client) -> None:
        response = post(viewer, f"/api/jars/{uuid4()}/add", b"not json", Idempotency_Key=None)

        assert problem_of(response)["code"] == "permission-denied"
