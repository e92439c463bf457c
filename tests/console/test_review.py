"""Review: plans, models and money that wait for a person, and customers who owe an answer."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from apps.accounts.states import Role
from apps.journal import clock
from apps.orders.models import WebhookMessage
from apps.parts.domain.findings import Finding, Offer, Severity
from apps.parts.models import FindingAnswer
from apps.parts.states import PreflightStatus
from apps.planning.models import PlanReview
from apps.planning.states import ReviewCode
from tests.console.office import HOSTILE, assert_fit_for_people, browser, form, forms_of, owner, press, queries, text_of
from tests.factories.accounts import make_site
from tests.factories.orders import make_line_item, make_paid_intent, make_requirement, make_webhook_message
from tests.factories.parts import make_part, make_part_revision, make_preflight
from tests.factories.planning import make_approved_plan, make_plan, make_plan_review
from tests.orders.selling import Shop

pytestmark = pytest.mark.django_db(transaction=True)

OPEN = Finding("OPEN", Severity.FAIL, measured={"edges": 3}, limit={"edges": 0}, offers=(Offer.REQUEST_REVIEW,))


def review(client: Client) -> Any:
    return client.get("/admin/review/")


def waiting(code: str, days: int, **order: Any) -> PlanReview:
    due = clock.now() + timedelta(days=days)
    intent = make_paid_intent(sla_due_at=due, due_at=due, **order)
    requirement = make_requirement(line=make_line_item(intent=intent, title=order.get("number", "x")))
    return make_plan_review(plan=make_plan(requirement=requirement), code=code)


class TestPlans:
    def test_lead_with_the_promise_that_is_lost_first(self) -> None:
        waiting(ReviewCode.CUSTOM, 9, number="LATER")
        waiting(ReviewCode.EXTERNAL_GCODE, 1, number="SOON")
        make_plan()

        page = review(owner())

        assert_fit_for_people(page)
        assert page.context["lead"].name == "SOON"
        assert [one.name for one in page.context["others"]] == ["LATER"]
        assert "2 things wait for you. Order SOON is due first:" in text_of(page)

    def test_are_answered_in_place_once(self) -> None:
        admin, asked = owner(), waiting(ReviewCode.CUSTOM, 1)
        fields = form(review(admin), "/resolve")

        assert [press(admin, fields, note="Looked at it").status_code for _press in range(2)] == [303, 303]

        assert PlanReview.objects.get(pk=asked.pk).note == "Looked at it"
        assert "Nothing waits for you." in text_of(review(admin))

    def test_that_are_locked_wait_too_and_are_unlocked_with_a_word(self) -> None:
        admin = owner()
        plan = make_approved_plan(dispatch_blocked=True, blocked_since=clock.now())

        page = review(admin)

        assert page.context["lead"].title == "It kept failing and is locked"
        assert press(admin, form(page, "/acknowledge"), note="The bed was dirty").status_code == 303
        assert not type(plan).objects.get(pk=plan.pk).dispatch_blocked

    def test_of_another_site_do_not_wait_here(self) -> None:
        asked = waiting(ReviewCode.CUSTOM, 1)
        stranger = browser(Role.ADMIN, site=make_site())

        assert review(stranger).context["lead"] is None
        assert stranger.post(f"/admin/review/{asked.pk}/resolve", {"key": "k", "version": "1", "note": "x"}).status_code == 404

    @pytest.mark.parametrize(("role", "may"), [(Role.PLANNER, True), (Role.LEAD, True), (Role.OPERATOR, False), (Role.VIEWER, False)])
    def test_are_answered_by_planners_and_leads(self, role: Role, may: bool) -> None:
        asked, client = waiting(ReviewCode.CUSTOM, 1), browser(role)

        assert ("resolve" in forms_of(review(client))) == may
        answer = client.post(f"/admin/review/{asked.pk}/resolve", {"key": "k", "version": "1", "note": "x"})
        assert answer.status_code == (303 if may else 403)

    def test_ask_the_same_for_few_and_many(self) -> None:
        admin = owner()
        waiting(ReviewCode.CUSTOM, 1)
        review(admin)
        with queries() as few:
            review(admin)
        for number in range(5):
            waiting(ReviewCode.CUSTOM, number)
        with queries() as many:
            review(admin)

        assert len(many) == len(few) <= 30


class TestModels:
    def test_that_cannot_be_made_are_let_through_with_a_reason(self) -> None:
        admin = owner()
        make_preflight(OPEN, revision=make_part_revision(part=make_part(name=HOSTILE)), status=PreflightStatus.FAIL, created_at=clock.now())
        page = review(admin)
        assert_fit_for_people(page)
        assert "The surface has holes" in text_of(page)

        fields = form(page, "/let-through")
        assert press(admin, fields, reason="").status_code == 422
        assert press(admin, {**fields, "key": "again"}, reason="A vase is open by design").status_code == 303

        assert FindingAnswer.objects.get().reason == "A vase is open by design"
        assert "The surface has holes" not in text_of(review(admin))


class TestMoney:
    def test_that_does_not_fit_is_decided_with_a_reason(self) -> None:
        shop = Shop()
        admin, intent = owner(), shop.order()
        message = make_webhook_message(intent=intent, state="review", code="amount-differs")

        page = review(admin)
        assert_fit_for_people(page)
        assert "It is another amount than was asked for." in text_of(page)
        assert press(admin, form(page, "/settle"), choice="take", note="Agreed by telephone").status_code == 303

        assert WebhookMessage.objects.get(pk=message.pk).state == "applied"

    def test_is_for_leads(self) -> None:
        shop = Shop()
        message = make_webhook_message(intent=shop.order(), state="review", code="amount-differs")
        operator = browser(Role.OPERATOR)

        assert review(operator).context["payments"] == []
        sent = {"key": "k", "version": "1", "choice": "take", "note": "x"}
        assert operator.post(f"/admin/review/money/{message.pk}/settle", sent).status_code == 403
        stranger = browser(Role.ADMIN, site=make_site())
        assert stranger.post(f"/admin/review/money/{message.pk}/settle", sent).status_code == 404


class TestCustomers:
    def test_who_owe_an_answer_are_a_list_of_their_own(self) -> None:
        intent = Shop().order()

        page = review(owner())

        assert page.context["lead"] is None
        assert f"Order {intent.number}" in text_of(page)
        assert "1 customer owes an answer." in text_of(page)
