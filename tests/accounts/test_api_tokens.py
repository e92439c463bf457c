"""Tokens over HTTP: what a program may do with one, where, and until when. The secret is nowhere."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from apps.accounts.models import ApiToken
from apps.accounts.proof import digest, new_secret
from apps.accounts.states import Role
from apps.journal import clock, frame
from apps.journal.models import Event
from apps.policy.models import Hold
from tests.asking import post, problem_of
from tests.factories.accounts import make_api_token, make_grant, make_site, make_user, shop
from tests.factories.policy import make_hold

pytestmark = pytest.mark.django_db

HOLDS = "/api/v1/holds"
SECRET = "fos_secret-of-tests"


@pytest.fixture
def program() -> Client:
    """A program without cookies, whose writes are checked for CSRF as in real life."""
    return Client(raise_request_exception=False, enforce_csrf_checks=True)


def bearer(secret: str = SECRET) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


def wish() -> dict[str, Any]:
    site = str(shop().pk)
    return {"site_id": site, "scope": "site", "scope_id": site, "reason": "SAFETY"}


class TestAToken:
    @pytest.mark.parametrize("headers", [bearer(), {"Authorization": f"bearer {SECRET}"}, {"X-Api-Key": SECRET}])
    def test_says_who_asks(self, program: Client, headers: dict[str, str]) -> None:
        make_api_token()
        hold = make_hold()

        answer = program.get(HOLDS, headers=headers)

        assert [item["id"] for item in answer.json()["items"]] == [str(hold.pk)]

    def test_acts_without_a_csrf_proof_under_its_own_name(self, program: Client) -> None:
        token = make_api_token(scopes=["policy.place_hold"])

        answer = post(program, f"{HOLDS}/place", wish(), **bearer())

        event = Event.objects.get(type="HoldPlaced")
        assert answer.status_code == 201
        assert Hold.objects.get().placed_by == f"token:{token.pk}"
        assert (event.actor, event.on_behalf_of) == (f"token:{token.pk}", f"person:{token.user_id}")

    def test_for_reading_cannot_write(self, program: Client) -> None:
        make_api_token(scopes=["read"])

        assert program.get(HOLDS, headers=bearer()).status_code == 200
        assert problem_of(post(program, f"{HOLDS}/place", wish(), **bearer()))["code"] == "permission-denied"
        assert not Hold.objects.exists()

    @pytest.mark.parametrize(
        "scopes", [["policy.view_hold"], ["runs.pause_run", "policy.view_hold"], ["viewer"]], ids=["right", "rights", "role"]
    )
    def test_may_no_more_than_its_scopes(self, program: Client, scopes: list[str]) -> None:
        make_api_token(scopes=scopes, user=make_user(Role.ADMIN))

        assert program.get(HOLDS, headers=bearer()).status_code == 200
        assert post(program, f"{HOLDS}/place", wish(), **bearer()).status_code == 403
        assert program.get("/api/v1/dead-letters", headers=bearer()).status_code == 403

    def test_may_no_more_than_its_person(self, program: Client) -> None:
        viewer = make_user(Role.VIEWER)
        make_api_token(scopes=["policy.place_hold", "admin"], user=viewer)

        assert post(program, f"{HOLDS}/place", wish(), **bearer()).status_code == 403

    def test_loses_what_its_person_loses(self, program: Client) -> None:
        person = make_user()
        grant = make_grant(user=person, role=Role.LEAD)
        make_api_token(user=person)
        assert program.get(HOLDS, headers=bearer()).status_code == 200

        with frame.seeding("the role ends"):
            grant.revoke(by="service:tests", now=clock.now())
            grant.save_changes("revoked_at", "revoked_by")

        assert program.get(HOLDS, headers=bearer()).status_code == 403

    def test_sees_its_sites_only(self, program: Client) -> None:
        there = make_site()
        person = make_user(Role.LEAD)
        make_grant(user=person, role=Role.LEAD, site=there)
        make_api_token(user=person)
        ours, theirs = make_hold(), make_hold(site=there)

        items = program.get(HOLDS, headers=bearer()).json()["items"]

        assert [item["id"] for item in items] == [str(ours.pk)]
        assert program.get(f"{HOLDS}/{theirs.pk}", headers=bearer()).status_code == 404

    def test_by_role_has_no_right_that_needs_proof(self) -> None:
        token = make_api_token(scopes=["admin"])
        named = make_api_token(secret="fos_other", scopes=["policy.grant_approval"])

        assert token.allows("policy.place_hold", shop().pk)
        assert not token.allows("policy.grant_approval", shop().pk)
        assert named.allows("policy.grant_approval", shop().pk)


def revoked() -> None:
    make_api_token(revoked_at=clock.now(), revoked_by="service:tests")


def over() -> None:
    now = clock.now()
    make_api_token(created_at=now - timedelta(days=2), expires_at=now - timedelta(seconds=1))


def of_nobody() -> None:
    make_api_token(user=make_user(Role.LEAD, is_active=False))


class TestAnUnusableToken:
    @pytest.mark.parametrize("make", [revoked, over, of_nobody, lambda: None])
    def test_is_401_whoever_else_is_signed_in(self, program: Client, make: Callable[[], None]) -> None:
        make()
        program.force_login(make_user(Role.ADMIN))

        answer = program.get(HOLDS, headers=bearer())

        assert problem_of(answer)["code"] == "token-unusable"
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")

    def test_is_refused_from_the_call_after_its_revocation(self, program: Client) -> None:
        token = make_api_token()
        assert program.get(HOLDS, headers=bearer()).status_code == 200

        with frame.seeding("revoked"):
            token.refresh_from_db()
            token.revoke(by="service:tests", now=clock.now())
            token.save_changes("revoked_at", "revoked_by")

        assert program.get(HOLDS, headers=bearer()).status_code == 401

    @pytest.mark.parametrize("sent", ["", "Bearer", "Bearer ", "Bearer \u00fc", "Bearer a b"])
    def test_may_be_any_nonsense(self, program: Client, sent: str) -> None:
        assert program.get(HOLDS, headers={"Authorization": sent}).status_code == 401

    def test_is_no_way_into_the_pages(self, program: Client) -> None:
        make_api_token()

        assert program.get("/admin/", headers=bearer()).status_code == 302


class TestItsUse:
    def test_is_noted_once_a_day(self, program: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        today = clock.now()
        monkeypatch.setattr(clock, "now", lambda: today)  # no midnight comes between two calls
        make_api_token()

        for _call in range(3):
            program.get(HOLDS, headers=bearer())

        assert ApiToken.objects.get().last_used_on == today.date()
        assert [event.type for event in Event.objects.all()] == ["TokenUsed"]


class TestTheSecret:
    def test_is_new_each_time_and_kept_as_a_digest(self) -> None:
        first, second = new_secret(), new_secret()

        assert first != second
        assert len(first) > 40
        assert len(digest(first)) == 64

    def test_is_in_no_log_and_no_answer(self, program: Client, caplog: pytest.LogCaptureFixture) -> None:
        with caplog.at_level(logging.DEBUG):
            answers = [program.get(HOLDS, headers=bearer("fos_not-ours")).content, program.get(HOLDS + "x", headers=bearer()).content]

        assert "fos_" not in caplog.text
        assert all(b"fos_" not in answer for answer in answers)
