"""A lead at a phone: cancels an order and lets another one go on, also without scripts, pressed twice."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from apps.orders.models import Intent
from apps.orders.states import IntentState
from apps.policy import commands as policy
from apps.policy.domain.default import default_body
from apps.policy.models import Approval
from apps.policy.states import ApprovalState
from tests.browser.conftest import Look, shoot
from tests.factories.context import make_context
from tests.orders.selling import Shop, fresh, open_checkout, pay

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(params=[True, False], ids=["scripts", "no-scripts"])
def look(request: pytest.FixtureRequest) -> Look:
    return Look(size="phone", scripts=request.param)


def asking() -> Shop:
    """Return a shop where a person looks at every order."""
    shop = Shop()
    body = default_body()
    next(rule for rule in body["rules"] if rule["id"] == "big-orders-are-looked-at")["params"] = {"minor": 1}
    policy.activate_policy(make_context(), site_id=shop.site.pk, body=body, key="strict")
    return shop


def test_an_order_is_cancelled_with_a_reason(sign_in: Callable[[Look], Page], live_server: LiveServer, look: Look) -> None:
    intent = Shop().paid_order(3)
    page = sign_in(look)
    page.goto(f"{live_server.url}/admin/orders/")
    page.get_by_role("link", name=intent.number).first.click()
    shoot(page, f"order-{look.name}")

    page.get_by_role("link", name="Cancel Order").click()
    page.wait_for_url("**/cancel/")
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"Cancel order {intent.number}?")
    expect(page.get_by_text("3 pieces are cancelled")).to_be_visible()
    page.get_by_label("Why").select_option("CUSTOMER_REQUEST")
    shoot(page, f"order-cancel-{look.name}")
    page.get_by_role("button", name="Cancel Order for good").click()

    expect(page.get_by_text("The order is cancelled")).to_be_visible()
    assert fresh(intent).state == IntentState.CANCELED
    page.go_back()  # the page is asked for anew: there is nothing left to press
    expect(page.get_by_text("there is nothing to cancel")).to_be_visible()
    assert Intent.objects.get().amendments.count() == 1


def test_a_question_is_answered_below_its_reasons(sign_in: Callable[[Look], Page], live_server: LiveServer, look: Look) -> None:
    shop = asking()
    pay(open_checkout(shop.order(2)))
    approval = Approval.objects.get()
    page = sign_in(look)
    page.goto(f"{live_server.url}/admin/approvals/")
    shoot(page, f"approvals-{look.name}")

    reason = page.get_by_text("It is a big order").bounding_box()
    button = page.get_by_role("button", name="Approve and release").bounding_box()
    assert reason is not None
    assert button is not None
    assert reason["y"] < button["y"]
    page.locator("form[action$=grant] [name=reason]").fill("Known customer")
    page.get_by_role("button", name="Approve and release").click()

    expect(page.get_by_text("Approved. It goes on by itself")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_contain_text("No decision waits for you.")
    assert Approval.objects.get(pk=approval.pk).state == ApprovalState.GRANTED
