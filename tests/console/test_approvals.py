"""The queue of questions, the sheet of one, the answers, and the decision behind it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from apps.accounts.states import Role
from apps.journal import clock
from apps.orders import commands as orders
from apps.orders.models import Intent
from apps.policy import commands as policy
from apps.policy.domain.default import default_body
from apps.policy.models import Approval, Decision
from apps.policy.states import ApprovalState
from tests.console.office import HOSTILE, assert_fit_for_people, browser, form, forms_of, owner, press, queries, text_of
from tests.factories.accounts import make_site
from tests.factories.context import make_context
from tests.factories.policy import make_approval
from tests.orders.selling import Shop, open_checkout, pay

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop() -> Shop:
    """A shop where a person looks at every order."""
    opened = Shop()
    body = default_body()
    for rule in body["rules"]:
        if rule["id"] == "big-orders-are-looked-at":
            rule["params"] = {"minor": 1}
    policy.activate_policy(make_context(), site_id=opened.site.pk, body=body, key="strict")
    return opened


def asked(shop: Shop) -> Approval:
    """Return the question whether a paid order may be released."""
    intent = shop.order(2)
    pay(open_checkout(intent))
    return Approval.objects.get(subject_id=intent.pk)


def sheet(client: Client, approval: Approval) -> Any:
    return client.get(f"/admin/approvals/{approval.pk}/")


class TestTheQueue:
    def test_leads_with_what_runs_out_first(self, shop: Shop) -> None:
        now = clock.now()
        late = make_approval(expires_at=now + timedelta(hours=3))
        soon = make_approval(expires_at=now + timedelta(minutes=18))
        never = make_approval(expires_at=None)

        page = owner().get("/admin/approvals/")

        assert_fit_for_people(page)
        assert [row["approval"].pk for row in page.context["queue"]] == [soon.pk, late.pk, never.pk]
        assert page.context["sheet"]["approval"].pk == soon.pk
        assert "3 decisions wait." in text_of(page)

    def test_is_quiet_when_nobody_is_asked(self, shop: Shop) -> None:
        page = owner().get("/admin/approvals/")

        assert_fit_for_people(page)
        assert "No decision waits for you." in text_of(page)

    def test_asks_the_same_for_one_and_for_many(self, shop: Shop) -> None:
        admin = owner()
        asked(shop)
        admin.get("/admin/approvals/")
        with queries() as few:
            admin.get("/admin/approvals/")
        for _more in range(4):
            asked(shop)
        with queries() as many:
            admin.get("/admin/approvals/")

        assert len(many) == len(few) <= 25


class TestTheSheet:
    def test_says_why_above_the_button_and_names_the_rule(self, shop: Shop) -> None:
        approval = asked(shop)

        page = sheet(owner(), approval)

        assert_fit_for_people(page)
        said = text_of(page)
        assert said.index("It is a big order") < said.index("Approve and release")
        assert "Rule: big orders are looked at." in said
        assert "Policy version 1." in said

    def test_lets_it_go_on_once_with_a_reason(self, shop: Shop) -> None:
        admin, approval = owner(), asked(shop)
        fields = form(sheet(admin, approval), "/grant")

        empty = press(admin, fields, reason="")
        answers = [press(admin, {**fields, "key": "one"}, reason="Known customer") for _press in range(2)]

        assert [empty.status_code, *(answer.status_code for answer in answers)] == [422, 303, 303]
        approval = Approval.objects.get(pk=approval.pk)
        assert (approval.state, approval.reason) == (ApprovalState.GRANTED, "Known customer")
        assert "Known customer" in text_of(sheet(admin, approval))

    def test_says_no_and_tells_the_order_who_did(self, shop: Shop) -> None:
        admin, approval = owner(), asked(shop)
        fields = form(sheet(admin, approval), "/grant")

        answer = press(admin, {**fields, "_action": f"/admin/approvals/{approval.pk}/deny"}, reason=HOSTILE)

        assert answer.status_code == 303
        number = Intent.objects.get(pk=approval.subject_id).number
        orders.release_intent(make_context(is_automatic=True), intent_id=approval.subject_id)
        page = admin.get(f"/admin/orders/{number}/")
        assert_fit_for_people(page)
        assert "Somebody was asked and said no:" in text_of(page)

    def test_after_somebody_else_answered_says_who_was_first(self, shop: Shop) -> None:
        admin, approval = owner(), asked(shop)
        fields = form(sheet(admin, approval), "/grant")
        policy.deny_approval(make_context(), approval_id=approval.pk, expected_version=approval.version, reason="No")

        answer = press(admin, fields, reason="Yes")

        assert answer.status_code == 412
        assert "A person said no" in text_of(answer)
        assert Approval.objects.get(pk=approval.pk).state == ApprovalState.DENIED

    def test_takes_a_yes_back(self, shop: Shop) -> None:
        admin, approval = owner(), asked(shop)
        policy.grant_approval(make_context(), approval_id=approval.pk, expected_version=approval.version, reason="Yes")

        assert press(admin, form(sheet(admin, approval), "/revoke"), reason="Mistake").status_code == 303
        assert Approval.objects.get(pk=approval.pk).state == ApprovalState.REVOKED

    def test_of_another_site_is_not_there(self, shop: Shop) -> None:
        stranger, approval = browser(Role.ADMIN, site=make_site()), asked(shop)

        assert sheet(stranger, approval).status_code == 404
        assert stranger.get(f"/admin/decisions/{approval.decision_id}/").status_code == 404
        for answer in ("grant", "deny", "revoke"):
            assert stranger.post(f"/admin/approvals/{approval.pk}/{answer}", {"key": "k", "version": "1", "reason": "x"}).status_code == 404

    @pytest.mark.parametrize(
        ("role", "may"), [(Role.ADMIN, True), (Role.LEAD, True), (Role.OPERATOR, False), (Role.PLANNER, False), (Role.VIEWER, False)]
    )
    def test_is_answered_by_leads(self, shop: Shop, role: Role, may: bool) -> None:
        client, approval = browser(role), asked(shop)

        assert ("grant" in forms_of(sheet(client, approval))) == may
        sent = {"key": "k", "version": str(approval.version), "reason": "x"}
        assert client.post(f"/admin/approvals/{approval.pk}/grant", sent).status_code == (303 if may else 403)


class TestTheDecision:
    def test_shows_what_was_seen_and_gives_the_same_answer_again(self, shop: Shop) -> None:
        approval = asked(shop)

        page = owner().get(f"/admin/decisions/{approval.decision_id}/")

        assert_fit_for_people(page)
        said = text_of(page)
        assert "intent.value" in said
        assert "The same facts give the same answer." in said

    def test_says_what_the_policy_in_force_would_say(self, shop: Shop) -> None:
        approval = asked(shop)
        policy.activate_policy(make_context(), site_id=shop.site.pk, body={}, key="strict")

        page = owner().get(f"/admin/decisions/{approval.decision_id}/")

        assert page.context["today"].label == "Allowed"
        assert Decision.objects.get(pk=approval.decision_id).outcome == "REQUIRE_APPROVAL"
