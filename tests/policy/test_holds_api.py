"""Holds over HTTP: placed, seen and released by the people of a site."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from apps.accounts.models import Site, User
from apps.accounts.states import Role
from apps.journal import clock
from apps.journal.models import Event
from apps.policy.models import Hold
from tests.asking import post, problem_of, signed_in
from tests.factories.accounts import make_site, make_user, shop
from tests.factories.policy import make_hold

pytestmark = pytest.mark.django_db

ALL = "/api/v1/holds"


@pytest.fixture
def person() -> User:
    """An admin of the shop."""
    return make_user(Role.ADMIN)


@pytest.fixture
def admin(person: User) -> Client:
    """The admin's browser."""
    return signed_in(person)


def wish(**changed: Any) -> dict[str, Any]:
    """Return the body that holds the whole shop, changed."""
    site = str(shop().pk)
    return {"site_id": site, "scope": "site", "scope_id": site, "reason": "SAFETY", **changed}


class TestPlacing:
    def test_answers_with_where_the_hold_is_now(self, admin: Client, person: User) -> None:
        response = post(admin, f"{ALL}/place", wish(note="Smoke."))

        hold = Hold.objects.get()
        assert (response.status_code, response.json()) == (201, {"id": str(hold.pk)})
        assert (hold.placed_by, hold.note) == (f"person:{person.pk}", "Smoke.")
        seen = admin.get(response.headers["Location"])
        assert seen.headers["ETag"] == response.headers["ETag"] == '"v1"'
        assert seen.json()["reason"] == {"code": "SAFETY", "label": "Safety"}
        assert Event.objects.get().type == "HoldPlaced"

    @pytest.mark.parametrize(
        ("changed", "status", "code"),
        [
            ({"reason": "BECAUSE"}, 422, "invalid"),
            ({"scope": "planet"}, 422, "invalid"),
            ({"scope_id": "7"}, 422, "invalid"),
            ({"until": "2030-01-01T00:00:00"}, 422, "invalid"),
            ({"until": 7}, 422, "invalid"),
            ({"group": "g" * 61}, 422, "invalid"),
            ({"note": "n" * 2001}, 422, "invalid"),
            ({"until": "2001-01-01T00:00:00Z"}, 422, "hold-over-already"),
            ({"reason": "OTHER"}, 422, "hold-without-note"),
            ({"group": "left wall"}, 422, "hold-group-missing"),
            ({"placed_by": "person:somebody-else"}, 400, "unknown-field"),
            ({"site_id": str(uuid4())}, 404, "not-found"),
        ],
    )
    def test_refuses_what_cannot_be(self, admin: Client, changed: dict[str, Any], status: int, code: str) -> None:
        document = problem_of(post(admin, f"{ALL}/place", wish(**changed)))

        assert (document["status"], document["code"]) == (status, code)
        assert not Hold.objects.exists()

    def test_is_for_the_people_of_that_site(self, admin: Client) -> None:
        elsewhere: Site = make_site()

        document = problem_of(post(admin, f"{ALL}/place", wish(site_id=str(elsewhere.pk), scope_id=str(elsewhere.pk))))

        assert (document["code"], document["params"]["kind"]) == ("not-found", "site")

    def test_needs_a_permission_of_its_own(self) -> None:
        viewer = signed_in(make_user(Role.VIEWER))

        assert problem_of(post(viewer, f"{ALL}/place", wish()))["code"] == "permission-denied"
        assert not Hold.objects.exists()


class TestLooking:
    def test_finds_what_holds_now_and_what_held(self, admin: Client) -> None:
        now = clock.now()
        holding = make_hold(placed_at=now - timedelta(hours=1), until=now + timedelta(hours=1))
        over = make_hold(placed_at=now - timedelta(hours=2), until=now - timedelta(hours=1))

        found = {asked: [item["id"] for item in admin.get(ALL, {"active": asked}).json()["items"]] for asked in ("yes", "no")}

        assert found == {"yes": [str(holding.pk)], "no": [str(over.pk)]}

    def test_finds_the_holds_on_one_thing(self, admin: Client) -> None:
        make_hold()
        hold = make_hold()

        items = admin.get(ALL, {"on": f"{hold.scope}/{hold.scope_id}"}).json()["items"]

        assert str(hold.pk) in [item["id"] for item in items]
        assert all(item["scope_id"] == str(hold.scope_id) for item in items)

    def test_shows_nothing_of_other_sites(self, admin: Client) -> None:
        hold = make_hold(site=make_site())

        assert admin.get(ALL).json()["items"] == []
        assert problem_of(admin.get(f"{ALL}/{hold.pk}"))["code"] == "not-found"
        assert problem_of(post(admin, f"{ALL}/{hold.pk}/release", If_Match='"v1"'))["code"] == "not-found"


class TestReleasing:
    def test_ends_the_hold_that_was_seen(self, admin: Client, person: User) -> None:
        hold = make_hold()
        tag = admin.get(f"{ALL}/{hold.pk}").headers["ETag"]

        response = post(admin, f"{ALL}/{hold.pk}/release", {"note": "Air is clear."}, If_Match=tag)

        hold = Hold.objects.get()
        assert (response.status_code, response.headers["ETag"]) == (200, '"v2"')
        assert (hold.released_by, hold.release_note) == (f"person:{person.pk}", "Air is clear.")

    def test_happens_once(self, admin: Client) -> None:
        hold = make_hold()
        post(admin, f"{ALL}/{hold.pk}/release", If_Match='"v1"')

        stale = post(admin, f"{ALL}/{hold.pk}/release", If_Match='"v1"')
        again = post(admin, f"{ALL}/{hold.pk}/release", If_Match='"v2"')

        assert (stale.status_code, stale.headers["ETag"]) == (412, '"v2"')
        assert problem_of(again)["code"] == "hold-released"
