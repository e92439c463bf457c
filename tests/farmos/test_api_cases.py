"""The promises every address of the API keeps, one test each, shown at real addresses."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.accounts.states import Role
from apps.inventory.models import Spool
from apps.journal.http.record_views import LARGEST_PAGE
from apps.journal.models import Event
from apps.planning.models import Plan
from apps.policy.models import Hold
from tests.asking import post, problem_of, signed_in
from tests.factories.accounts import make_user, shop
from tests.factories.inventory import make_sealed_spool, make_spool
from tests.factories.planning import make_plan, make_plan_review
from tests.factories.policy import make_active_policy, make_hold
from tests.factories.runs import make_completed_run

pytestmark = pytest.mark.django_db

PLACE = "/api/v1/holds/place"


@pytest.fixture
def person() -> User:
    """An admin of the shop."""
    return make_user(Role.ADMIN)


@pytest.fixture
def admin(person: User) -> Client:
    """Their program."""
    return signed_in(person)


def wish(**changed: Any) -> dict[str, Any]:
    """Return the body that holds the whole shop."""
    site = str(shop().pk)
    return {"site_id": site, "scope": "site", "scope_id": site, "reason": "SAFETY", **changed}


def test_39_a_post_without_a_key_is_400(admin: Client) -> None:
    document = problem_of(post(admin, PLACE, wish(), Idempotency_Key=None))

    assert (document["status"], document["code"]) == (400, "key-missing")
    assert not Hold.objects.exists()


def test_40_the_same_key_and_body_give_the_same_answer(admin: Client) -> None:
    first, again = (post(admin, PLACE, wish(), Idempotency_Key="one-wish") for _ in range(2))

    assert (first.status_code, first.content) == (again.status_code, again.content)
    assert Hold.objects.count() == 1
    assert Event.objects.filter(type="HoldPlaced").count() == 1


def test_41_the_same_key_with_another_body_is_422(admin: Client) -> None:
    post(admin, PLACE, wish(), Idempotency_Key="one-wish")

    document = problem_of(post(admin, PLACE, wish(note="Something else."), Idempotency_Key="one-wish"))

    assert (document["status"], document["code"]) == (422, "key-reused")
    assert Hold.objects.get().note == ""


def test_43_the_same_key_of_another_person_is_independent_and_leaks_nothing(admin: Client) -> None:
    mine = post(admin, PLACE, wish(note="Mine."), Idempotency_Key="one-wish").json()

    theirs = post(signed_in(make_user(Role.ADMIN)), PLACE, wish(note="Theirs."), Idempotency_Key="one-wish")

    assert theirs.status_code == 201
    assert theirs.json()["id"] != mine["id"]
    assert {hold.note for hold in Hold.objects.all()} == {"Mine.", "Theirs."}


@pytest.mark.parametrize("verb", ["open", "discard"])
def test_44_a_command_against_a_record_without_if_match_is_428(admin: Client, verb: str) -> None:
    spool = make_sealed_spool()

    assert problem_of(post(admin, f"/api/v1/spools/{spool.pk}/{verb}"))["status"] == 428
    assert problem_of(admin.generic("PATCH", f"/api/v1/spools/{spool.pk}"))["status"] == 405
    assert Spool.objects.get().version == spool.version


def test_45_a_stale_tag_is_412_and_names_the_current_one(admin: Client) -> None:
    spool = make_sealed_spool(version=3)

    answer = post(admin, f"/api/v1/spools/{spool.pk}/open", If_Match='"v2"')

    assert problem_of(answer)["code"] == "stale-version"
    assert (answer.status_code, answer.headers["ETag"]) == (412, '"v3"')
    assert Spool.objects.get().version == 3


def test_45_also_where_the_command_itself_compares_none(admin: Client) -> None:
    run = make_completed_run(version=4)

    answer = post(admin, f"/api/v1/runs/{run.pk}/refresh", If_Match='"v3"')

    assert (problem_of(answer)["code"], answer.headers["ETag"]) == ("stale-version", '"v4"')


def test_46_a_weak_tag_is_412(admin: Client) -> None:
    spool = make_sealed_spool()

    assert problem_of(post(admin, f"/api/v1/spools/{spool.pk}/open", If_Match='W/"v1"'))["code"] == "if-match-weak"


def test_47_of_two_who_approve_one_is_let_through(admin: Client) -> None:
    make_active_policy()
    plan = make_plan()
    review = make_plan_review(plan=plan)
    tag = admin.get(f"/api/v1/plan-reviews/{review.pk}").headers["ETag"]
    other = signed_in(make_user(Role.PLANNER))

    answers = [post(one, f"/api/v1/plan-reviews/{review.pk}/resolve", {"note": "Fine."}, If_Match=tag) for one in (admin, other)]

    assert [answer.status_code for answer in answers] == [200, 412]
    assert Plan.objects.get().pk == plan.pk


@pytest.mark.parametrize(
    ("method", "address"),
    [
        ("GET", "/api/v1/runs/0"),
        ("GET", "/api/v1/runs/00000000-0000-7000-8000-000000000000"),
        ("GET", "/api/v1/runs?state=flying"),
        ("GET", "/api/v1/nowhere"),
        ("DELETE", "/api/v1/runs"),
        ("POST", "/api/v1/runs"),
        ("POST", PLACE),
        ("GET", "/api/v1/runs?cursor=x"),
    ],
)
def test_48_every_refusal_is_a_problem_document_without_a_trace(admin: Client, method: str, address: str) -> None:
    problem_of(admin.generic(method, address, "not json", "application/json"))


def test_49_an_illegal_move_is_409_with_the_moves_that_are_allowed(admin: Client) -> None:
    spool = make_spool()

    document = problem_of(post(admin, f"/api/v1/spools/{spool.pk}/open", If_Match='"v1"'))

    assert (document["status"], document["code"]) == (409, "illegal-transition")
    assert {"use_up", "discard"} <= set(document["params"]["allowed"])


def test_50_a_page_of_a_thousand_million_is_capped(admin: Client) -> None:
    for _ in range(3):
        make_hold()

    answer = admin.get("/api/v1/holds", {"page_size": str(10**9)})

    assert answer.status_code == 200
    assert len(answer.json()["items"]) == 3 < LARGEST_PAGE


def test_51_an_unknown_field_is_400_and_named(admin: Client) -> None:
    document = problem_of(post(admin, PLACE, wish(placed_by="person:me")))

    assert (document["status"], document["code"], document["params"]["field"]) == (400, "unknown-field", "placed_by")


def test_51_also_deep_inside(admin: Client) -> None:
    capability = {"volume_x_um": 1, "volume_y_um": 1, "volume_z_um": 1, "nozzle_diameters_um": [400], "max_nozzle_c": 1, "max_bed_c": 1}
    body = {"key": "Voron", "capability": {**capability, "keep_outs": [{"x_um": 0, "y_um": 0, "width_um": 1, "depth_um": 1, "z": 1}]}}

    assert problem_of(post(admin, "/api/v1/printer-classes/draft", body))["code"] == "unknown-field"


def test_52_json_ten_thousand_deep_is_400(admin: Client) -> None:
    document = problem_of(post(admin, PLACE, b"[" * 10_000))

    assert (document["status"], document["code"]) in {(400, "json-too-deep"), (400, "json-malformed")}


@pytest.mark.parametrize(("sent", "is_echoed"), [("mine-1", True), ("two\r\nX-Evil: 1", False), ("x" * 300, False)])
def test_53_the_request_s_id_is_echoed_and_cannot_break_a_header(admin: Client, sent: str, is_echoed: bool) -> None:
    answer = admin.get("/api/v1/holds", headers={"X-Request-Id": sent})

    found = answer.headers["X-Request-Id"]
    assert (found == sent) == is_echoed
    assert "\n" not in found
    assert json.loads(answer.content)["items"] == []
