"""What farmos gave up on, over HTTP: seen, tried again, or closed with a reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from apps.journal.models import Delivery, Event
from apps.journal.states import DeliveryState
from tests.asking import problem_of
from tests.factories.context import NOW, make_context
from tests.factories.toy import make_jar
from tests.toy import commands

pytestmark = [pytest.mark.django_db]

Ask = Callable[..., Any]
ALL = "/api/v1/dead-letters"


@pytest.fixture
def dead() -> Delivery:
    """One note to the outside world that could not be delivered."""
    commands.add_bolts(make_context(), jar_id=make_jar().pk, bolts=1, expected_version=1)
    Delivery.objects.update(state=DeliveryState.DEAD, attempts=3, last_error="ConnectionError", ended_at=NOW)
    return Delivery.objects.get()


class TestDeadLetters:
    def test_are_listed_with_what_owed_them_and_a_label_beside_each_code(self, admin: Client, dead: Delivery) -> None:
        (item,) = admin.get(ALL).json()["items"]

        assert (item["id"], item["attempts"], item["last_error"], item["etag"]) == (dead.pk, 3, "ConnectionError", '"v1"')
        assert item["state"] == {"code": "dead", "label": "Gave up"}
        assert item["lane"] == {"code": "default", "label": "Everything else"}
        assert item["event"]["type"] == "BoltsAdded"

    def test_do_not_include_what_is_still_tried(self, admin: Client, dead: Delivery) -> None:
        Delivery.objects.update(state=DeliveryState.PENDING, ended_at=None)

        assert admin.get(ALL).json() == {"items": [], "next_cursor": None}
        assert admin.get(f"{ALL}/{dead.pk}").json()["state"]["code"] == "pending"

    def test_are_tried_again(self, ask: Ask, admin: Client, dead: Delivery) -> None:
        tag = admin.get(f"{ALL}/{dead.pk}").headers["ETag"]

        response = ask(f"{ALL}/{dead.pk}/retry", If_Match=tag)

        assert (response.status_code, response.json(), response.headers["ETag"]) == (200, {"id": str(dead.pk)}, '"v2"')
        assert Delivery.objects.get(pk=dead.pk).state == DeliveryState.PENDING

    def test_are_closed_with_a_reason(self, ask: Ask, dead: Delivery) -> None:
        response = ask(f"{ALL}/{dead.pk}/abandon", {"note": "Told them by phone."}, If_Match='"v1"')

        closed = Delivery.objects.get(pk=dead.pk)
        assert response.status_code == 200
        assert (closed.state, closed.note) == (DeliveryState.ABANDONED, "Told them by phone.")
        assert Event.objects.order_by("id").last().type == "EffectAbandoned"  # type: ignore[union-attr]

    @pytest.mark.parametrize("sent", [{}, {"note": ""}, {"note": "   "}, {"note": 7}, {"note": "x" * 2001}, {"note": None}])
    def test_are_not_closed_without_one(self, ask: Ask, dead: Delivery, sent: Any) -> None:
        document = problem_of(ask(f"{ALL}/{dead.pk}/abandon", sent, If_Match='"v1"'))

        assert (document["status"], document["code"]) == (422, "invalid")
        assert Delivery.objects.get(pk=dead.pk).state == DeliveryState.DEAD

    def test_are_closed_once(self, ask: Ask, dead: Delivery) -> None:
        ask(f"{ALL}/{dead.pk}/retry", If_Match='"v1"')

        document = problem_of(ask(f"{ALL}/{dead.pk}/abandon", {"note": "late"}, If_Match='"v2"'))

        assert (document["status"], document["code"]) == (409, "illegal-transition")

    def test_need_the_version_that_was_seen(self, ask: Ask, dead: Delivery) -> None:
        assert ask(f"{ALL}/{dead.pk}/retry").status_code == 428
        assert ask(f"{ALL}/{dead.pk}/retry", If_Match='"v7"').headers["ETag"] == '"v1"'

    @pytest.mark.parametrize("number", ["0", "999999", "9" * 30, "9" * 5000])
    def test_that_do_not_exist_are_404(self, ask: Ask, admin: Client, number: str) -> None:
        assert problem_of(admin.get(f"{ALL}/{number}"))["code"] == "not-found"
        assert problem_of(ask(f"{ALL}/{number}/retry", If_Match='"v1"'))["code"] == "not-found"

    def test_are_for_staff_with_the_permission(self, viewer: Client, stranger: Client, dead: Delivery) -> None:
        for address in (ALL, f"{ALL}/{dead.pk}"):
            assert problem_of(viewer.get(address))["code"] == "permission-denied"
            assert problem_of(stranger.get(address))["code"] == "not-signed-in"
