"""``POST /hooks/payments/<provider>``: who cannot prove whom they are leaves nothing; the rest is kept raw and answered at once."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any
from unittest.mock import patch
from uuid import uuid4

import pytest
from django.db import OperationalError
from django.test import Client

from apps.journal import clock
from apps.journal.models import Event
from apps.orders import commands, queries
from apps.orders.models import LedgerEntry, WebhookMessage
from apps.orders.payments import pretend
from apps.orders.payments.signing import signature
from tests.asking import problem_of
from tests.orders.selling import Shop, fresh, message, open_checkout, work
from tests.writers import Writers

pytestmark = pytest.mark.django_db(transaction=True)
HOOK = "/hooks/payments/test"


@pytest.fixture
def time_stands_still(monkeypatch: pytest.MonkeyPatch) -> None:
    """Send and receive at the same moment, a whole second as headers have it, however long the first request of a process takes."""
    moment = clock.now().replace(microsecond=0)
    monkeypatch.setattr(clock, "now", lambda: moment)


def send(body: bytes, *, header: str | None = None, late_s: float = 0, to: str = HOOK) -> Any:
    now = clock.now() - timedelta(seconds=late_s)
    proof = pretend.signed(body, now=now)[pretend.HEADER] if header is None else header
    return Client(raise_request_exception=False).generic(
        "POST", to, body, "application/json", headers={pretend.HEADER: proof} if proof else {}
    )


def some(**values: Any) -> bytes:
    about = pretend.Ticket(checkout=uuid4(), order=uuid4(), number="A-1", session="cs", amount=5, currency="EUR")
    return pretend.message_about(about, "checkout.paid", now=clock.now(), **values)


class TestAMessage:
    def test_is_kept_as_it_came_and_then_applied(self) -> None:
        checkout = open_checkout(Shop().order(2))
        body = message(checkout)

        answer = send(body)

        assert (answer.status_code, answer.content) == (200, b"")
        kept = WebhookMessage.objects.get()
        assert (bytes(kept.body), kept.state, list(kept.headers)) == (body, "stored", [pretend.HEADER])
        work()
        assert fresh(checkout.intent).state == "paid"

    def test_sent_again_is_answered_alike_and_kept_once(self) -> None:
        body = some()

        assert [send(body).status_code for _ in range(3)] == [200] * 3
        assert WebhookMessage.objects.count() == 1

    def test_of_an_unknown_kind_is_kept(self) -> None:
        assert send(some(type="customer.sneezed")).status_code == 200
        assert WebhookMessage.objects.get().kind == "customer.sneezed"

    def test_signed_with_two_secrets_passes_by_either(self) -> None:
        body, now = some(), int(time.time())
        _, _, good = signature(pretend.secret(), body, at=now).partition(",")

        assert send(body, header=f"t={now},v1={'0' * 64},{good}").status_code == 200

    @pytest.mark.usefixtures("time_stands_still")
    @pytest.mark.parametrize("late_s", [-300, 0, 300])
    def test_within_five_minutes_is_taken(self, late_s: float) -> None:
        assert send(some(), late_s=late_s).status_code == 200

    def test_is_refused_for_a_while_when_the_database_is_away(self) -> None:
        with patch.object(commands, "store_webhook", side_effect=OperationalError("database is locked")):
            answer = send(some())

        assert answer.status_code >= 500
        assert not WebhookMessage.objects.exists()


class TestAMessageNobodyCanTrust:
    @pytest.mark.parametrize(
        "header",
        [
            "",
            "nonsense",
            "t=1,v1=abc",
            "t=abc,v1=abc",
            f"t=99999999999999999999,v1={'0' * 64}",
            "v1=abc",
            "t=1",
            "t=1,t=2,v1=abc",
            f"t=NOW,v0={'0' * 64}",
            "t=NOW,v1=\u00e9\u00e9",
            "," * 1000,
        ],
    )
    def test_has_no_good_signature(self, header: str) -> None:
        self.refused(send(some(), header=header.replace("NOW", str(int(time.time()))) or "x"))

    def test_has_none_at_all(self) -> None:
        self.refused(send(some(), header=""))

    @pytest.mark.usefixtures("time_stands_still")
    @pytest.mark.parametrize(("late_s", "reason"), [(301, "signature-old"), (-301, "signature-early"), (-86_400, "signature-early")])
    def test_is_not_of_now(self, late_s: float, reason: str) -> None:
        assert self.refused(send(some(), late_s=late_s))["params"] == {"reason": reason}

    def test_was_changed_on_the_way(self) -> None:
        body = some()
        proof = pretend.signed(body, now=clock.now())[pretend.HEADER]

        self.refused(send(body.replace(b'"amount":5', b'"amount":6'), header=proof))

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"\xff\xfe\x00",
            b"[]",
            b"{}",
            b"nul",
            b'{"id": "x", "type": "y", "created": 1e400}',
            b'{"id": "x", "type": "y", "created": 99999999999999}',
            b'{"id": "", "type": "y", "created": 1}',
            b'{"id": "x", "type": "y", "created": 1, "amount": 99999999999999999999999}',
            b'{"id": "x", "type": "y", "created": 1, "checkout": "not a uuid"}',
            b'{"id": "x", "type": "y", "created": 1, "amount": 1000000000000001}',
            b'{"id": "x\\u0000", "type": "y", "created": 1}',
            b'{"id": "x", "type": "y\\u202e", "created": 1}',
            b'{"id": "x", "type": "y", "created": 1, "payment": "p\\r\\nSet-Cookie: a=b"}',
            b"[" * 10_000,
        ],
        ids=repr,
    )
    def test_cannot_be_read_although_it_is_signed(self, body: bytes) -> None:
        assert self.refused(send(body))["params"] == {"reason": "message-unreadable"}

    def refused(self, answer: Any) -> dict[str, Any]:
        document = problem_of(answer)
        assert (document["status"], document["code"]) == (400, "webhook-unverified")
        assert not WebhookMessage.objects.exists()
        assert not Event.objects.exists()
        return document


class TestTheAddress:
    def test_takes_no_more_than_its_limit(self) -> None:
        document = problem_of(send(b"{" + b" " * 262_144 + b"}"))

        assert (document["status"], document["code"]) == (413, "webhook-too-large")

    @pytest.mark.parametrize("name", ["manual", "stripe", "x" * 300])
    def test_of_another_provider_refuses(self, name: str) -> None:
        assert problem_of(send(some(), to=f"/hooks/payments/{name}"))["status"] in (400, 422)
        assert not WebhookMessage.objects.exists()

    def test_of_test_payments_refuses_where_they_are_off(self, settings: Any) -> None:
        settings.FARMOS_TEST_PAYMENTS = False

        assert problem_of(send(some()))["code"] == "provider-unavailable"

    def test_is_for_post_only(self) -> None:
        assert Client().get(HOOK).status_code == 405


@pytest.mark.both_engines
class TestTheSameMessageTenTimesAtOnce:
    def test_is_answered_ten_times_and_pays_once(self, writers: Writers) -> None:
        checkout = open_checkout(Shop().order(2))
        body = message(checkout)

        answers = writers.in_threads(lambda _n: send(body).status_code, 10)
        work()

        assert [outcome.value for outcome in answers] == [200] * 10
        assert (WebhookMessage.objects.count(), LedgerEntry.objects.count()) == (1, 1)
        assert Event.objects.filter(type="IntentPaid").count() == 1
        assert queries.payment_status(fresh(checkout.intent)) == "paid"
