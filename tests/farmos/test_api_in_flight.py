"""One key, several requests at once."""

from __future__ import annotations

import pytest

from apps.accounts.states import Role
from apps.policy.models import Hold
from tests.asking import post, signed_in
from tests.factories.accounts import make_user, shop
from tests.writers import Writers

pytestmark = [pytest.mark.both_engines, pytest.mark.django_db(transaction=True)]


def test_42_the_same_key_in_flight_waits_and_gets_the_one_answer(writers: Writers) -> None:
    """Stricter than a 409: whoever comes second gets what the first got, not a riddle."""
    site = str(shop().pk)
    body = {"site_id": site, "scope": "site", "scope_id": site, "reason": "SAFETY"}
    person = make_user(Role.ADMIN)
    clients = [signed_in(person) for _ in range(4)]

    outcomes = writers.in_threads(lambda i: post(clients[i], "/api/v1/holds/place", body, Idempotency_Key="one-wish"), 4)

    answers = [outcome.value for outcome in outcomes]
    assert {answer.status_code for answer in answers} <= {201, 503}
    assert len({answer.content for answer in answers if answer.status_code == 201}) == 1
    assert Hold.objects.count() == 1
