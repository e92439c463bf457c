"""What opens something by its address alone stands in no log line, whatever the answer and whoever writes the line."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from datetime import timedelta

import pytest
import structlog
from django.test import Client
from django.urls import reverse

from apps.accounts.links import token_for as sign_in_token
from apps.journal import clock, logs
from apps.journal.identity import new_id
from apps.orders.payments import SessionOrder, pretend
from apps.storefront.queries import token_for as order_token
from tests.factories.accounts import make_sign_in_link
from tests.factories.orders import make_intent

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """Everything that is logged meanwhile, as farmos writes it."""
    stream = io.StringIO()
    formatter = logs.configuration(as_json=True, level="INFO")["formatters"]["lines"]
    handler = logging.StreamHandler(stream)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(**{name: value for name, value in formatter.items() if name != "()"}))
    logging.getLogger().addHandler(handler)
    yield stream
    logging.getLogger().removeHandler(handler)


def payment_page() -> str:
    """Return the page of a test payment."""
    ends = clock.now() + timedelta(hours=1)
    wanted = SessionOrder(checkout_id=new_id(), intent_id=new_id(), number="A-1", amount_minor=1, currency="EUR", expires_at=ends)
    return pretend.Pretend().open_checkout(wanted).url


@pytest.mark.parametrize("kind", ["order", "sign-in", "invitation", "payment"])
@pytest.mark.parametrize("after", ["nothing/", "?next=/"])
def test_no_link_stands_in_a_line(kind: str, after: str, written: io.StringIO) -> None:
    token, page = "", ""
    match kind:
        case "order":
            token = order_token(make_intent().pk)
            page = reverse("shop-order", args=[token])
        case "sign-in" | "invitation":
            token = sign_in_token(make_sign_in_link())
            page = reverse("sign-in-link" if kind == "sign-in" else "invitation", args=[token])
        case "payment":
            page = payment_page()
            token = page.rpartition("/")[2]

    answers = [Client(enforce_csrf_checks=True).post(f"{page}{after}"), Client().put(page), Client().get(f"{page}/nothing/")]

    assert all(answer.status_code >= 400 for answer in answers), answers
    assert written.getvalue().count("\n") >= len(answers)
    assert token[:20] not in written.getvalue()
    assert logs.HIDDEN in written.getvalue()
