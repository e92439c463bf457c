"""Customers in the API: their own and nothing else, without what is the shop's business."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.accounts.states import MemberRole, Role
from apps.orders.models import Intent, Quote
from apps.orders.states import IntentState
from apps.parts.models import Upload
from tests.asking import post, problem_of, signed_in
from tests.factories.accounts import make_account, make_member, make_site, make_user, shop
from tests.factories.everything import make_everything
from tests.factories.orders import make_sent_quote

pytestmark = pytest.mark.django_db

THEIRS = (
    "accounts",
    "members",
    "parts",
    "part-revisions",
    "uploads",
    "preflights",
    "quotes",
    "intents",
    "pieces",
    "ledger-entries",
    "refunds",
)


@pytest.fixture
def made() -> dict[str, Any]:
    """A shop in which everything exists."""
    return make_everything()


def customer_of(account: Any, role: MemberRole = MemberRole.OWNER) -> tuple[User, Client]:
    """Return a member of a customer's account, with their browser."""
    person = make_user()
    make_member(account=account, user=person, role=role)
    return person, signed_in(person)


class TestLooking:
    def test_shows_customers_what_is_theirs(self, made: dict[str, Any]) -> None:
        _person, client = customer_of(made["account"])

        found = {name: client.get(f"/api/v1/{name}").json()["items"] for name in THEIRS}

        assert all(found.values()), [name for name, items in found.items() if not items]
        intent = client.get(f"/api/v1/intents/{made['intent'].pk}").json()
        assert (intent["number"], intent["releases"]) == (made["intent"].number, None)
        assert client.get(f"/api/v1/quotes/{made['quote'].pk}").json()["pinned_inputs"] is None

    def test_shows_staff_all_of_it(self, made: dict[str, Any]) -> None:
        admin = signed_in(make_user(Role.ADMIN))

        assert admin.get(f"/api/v1/intents/{made['intent'].pk}").json()["releases"]

    def test_shows_another_customer_nothing(self, made: dict[str, Any]) -> None:
        _person, other = customer_of(make_account())

        for name in THEIRS:
            items = other.get(f"/api/v1/{name}").json()["items"]
            assert name in ("accounts", "members") or items == [], name
        for name, key in {"intents": "intent", "quotes": "quote", "uploads": "upload", "parts": "part", "pieces": "piece"}.items():
            assert problem_of(other.get(f"/api/v1/{name}/{made[key].pk}"))["code"] == "not-found", name

    @pytest.mark.parametrize(
        "name", ["printers", "runs", "plans", "plates", "policies", "decisions", "price-lists", "spools", "events", "people"]
    )
    def test_keeps_the_floor_from_customers(self, made: dict[str, Any], name: str) -> None:
        _person, client = customer_of(made["account"])

        assert problem_of(client.get(f"/api/v1/{name}"))["code"] == "permission-denied"

    def test_shows_customers_what_they_can_choose_from(self, made: dict[str, Any]) -> None:
        _person, client = customer_of(made["account"])

        assert client.get("/api/v1/materials").json()["items"]


class TestActing:
    def cancel(self, client: Client, intent: Intent, **body: Any) -> Any:
        return post(client, f"/api/v1/intents/{intent.pk}/cancel", {"reason": "CUSTOMER_REQUEST", **body}, If_Match='"v1"')

    def test_cancels_their_own_order(self, made: dict[str, Any]) -> None:
        _person, client = customer_of(made["account"])

        answer = self.cancel(client, made["waiting_intent"])

        assert answer.status_code == 200, answer.content
        assert Intent.objects.get(pk=made["waiting_intent"].pk).state == IntentState.CANCELED

    def test_not_another_s(self, made: dict[str, Any]) -> None:
        _person, other = customer_of(make_account())

        assert problem_of(self.cancel(other, made["waiting_intent"]))["code"] == "not-found"

    def test_not_who_may_only_look(self, made: dict[str, Any]) -> None:
        _person, viewer = customer_of(made["account"], MemberRole.VIEWER)

        assert problem_of(self.cancel(viewer, made["waiting_intent"]))["code"] == "permission-denied"

    def test_not_for_the_shop_s_reasons(self, made: dict[str, Any]) -> None:
        _person, client = customer_of(made["account"])

        assert problem_of(self.cancel(client, made["waiting_intent"], reason="FRAUD"))["params"]["fields"] == {
            "reason": "must be CUSTOMER_REQUEST"
        }

    @pytest.mark.parametrize("extra", [{"source": "storefront"}, {"state": "paid"}, {"price_minor": 1}, {"is_staff": True}])
    def test_and_says_nothing_that_is_not_asked(self, made: dict[str, Any], extra: dict[str, Any]) -> None:
        _person, client = customer_of(made["account"])

        assert problem_of(self.cancel(client, made["waiting_intent"], **extra))["code"] == "unknown-field"

    @pytest.mark.parametrize("verb", ["release", "record-payment", "request-refund"])
    def test_does_not_do_the_shop_s_work(self, made: dict[str, Any], verb: str) -> None:
        _person, client = customer_of(made["account"])

        assert problem_of(post(client, f"/api/v1/intents/{made['intent'].pk}/{verb}", {}, If_Match='"v1"'))["code"] == "permission-denied"

    def test_accepts_a_quote_without_promising_dates(self, made: dict[str, Any]) -> None:
        quote: Quote = make_sent_quote(account=made["account"])
        _person, client = customer_of(made["account"])
        body = {"sla_due_at": "2030-01-01T00:00:00Z"}

        assert "sla_due_at" in problem_of(post(client, f"/api/v1/quotes/{quote.pk}/accept", body, If_Match='"v1"'))["params"]["fields"]

    def test_is_quoted_only_for_themselves(self, made: dict[str, Any]) -> None:
        _person, client = customer_of(make_account())
        lines = [{"part_revision_id": str(made["part_revision"].pk), "quantity": 1, "material_id": str(made["material"].pk)}]
        body = {"site_id": str(shop().pk), "account_id": str(made["account"].pk), "lines": lines}

        assert problem_of(post(client, "/api/v1/quotes/issue", body))["code"] == "not-found"


class TestSendingFiles:
    def send(self, client: Client, **fields: Any) -> Any:
        from django.core.files.uploadedfile import SimpleUploadedFile

        file = SimpleUploadedFile("bracket.stl", b"solid bracket\nendsolid bracket\n")
        return client.post("/api/v1/uploads/send", {"file": file, **fields}, headers={"Idempotency-Key": "one"})

    def test_is_for_their_own_account(self) -> None:
        account = make_account()
        _person, client = customer_of(account)

        answer = self.send(client, site_id=str(shop().pk), account_id=str(account.pk))

        assert answer.status_code == 201, answer.content
        assert Upload.objects.get().account_id == account.pk
        again = self.send(client, site_id=str(shop().pk), account_id=str(account.pk))
        assert (again.json(), Upload.objects.count()) == (answer.json(), 1)

    @pytest.mark.parametrize("whose", ["nobody's", "another's"])
    def test_not_for_the_shop_or_another(self, whose: str) -> None:
        _person, client = customer_of(make_account())
        fields = {} if whose == "nobody's" else {"account_id": str(make_account().pk)}

        assert problem_of(self.send(client, site_id=str(shop().pk), **fields))["code"] == "not-found"
        assert not Upload.objects.exists()

    def test_staff_send_for_the_shop_at_their_site_only(self) -> None:
        client = signed_in(make_user(Role.OPERATOR))

        assert self.send(client, site_id=str(shop().pk)).status_code == 201
        assert problem_of(self.send(client, site_id=str(make_site().pk)))["code"] == "not-found"

    def test_takes_the_bytes_alone_too(self) -> None:
        client = signed_in(make_user(Role.OPERATOR))
        address = f"/api/v1/uploads/send?name=part.stl&site_id={shop().pk}"

        answer = client.generic("POST", address, b"solid x\nendsolid x\n", "application/octet-stream", headers={"Idempotency-Key": "k"})

        assert answer.status_code == 201, answer.content
        assert Upload.objects.get().original_name == "part.stl"

    @pytest.mark.parametrize(
        ("fields", "status"), [({}, 404), ({"site_id": "x"}, 422), ({"unit": "parsec"}, 422), ({"state": "checked"}, 400)]
    )
    def test_refuses_what_cannot_be(self, fields: dict[str, str], status: int) -> None:
        client = signed_in(make_user(Role.OPERATOR))
        base = {} if "site_id" in fields or not fields else {"site_id": str(shop().pk)}

        assert problem_of(self.send(client, **base, **fields))["status"] == status
        assert not Upload.objects.exists()


def test_looking_again_in_another_unit_makes_another_upload(made: dict[str, Any]) -> None:
    _person, client = customer_of(made["account"])

    answer = post(client, f"/api/v1/uploads/{made['upload'].pk}/look-again", {"unit": "inch"})

    assert answer.status_code == 201, answer.content
    assert Upload.objects.get(pk=answer.json()["id"]).artifact_id == made["upload"].artifact_id
