"""The build plan page and its buttons; the list of plans."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from apps.accounts.states import Role
from apps.catalog.states import Reason
from apps.planning import commands as planning
from apps.planning.models import Plan, PlanReview
from apps.planning.queries.revising import Wish, revised
from apps.planning.states import PlanState, ReviewCode
from apps.policy import commands as policy
from apps.policy.domain.default import default_body
from apps.policy.models import Approval
from tests.console.office import HOSTILE, assert_fit_for_people, browser, form, forms_of, owner, press, queries, text_of
from tests.factories.accounts import make_site
from tests.factories.context import make_context
from tests.planning.workshop import Workshop, make_model, make_order, make_recipe, set_up

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def floor() -> Workshop:
    return set_up()


@pytest.fixture
def admin(floor: Workshop) -> Client:
    return owner()


def drafted(floor: Workshop, **recipe: Any) -> Plan:
    """Return a draft of a plan for two pieces of an order in production."""
    requirement = make_order(floor, make_model(), quantity=2)
    plan_id = planning.draft_plan(make_context(), requirement_id=requirement.pk, recipe=make_recipe(floor, **recipe))
    assert plan_id is not None
    return Plan.objects.get(pk=plan_id)


def page_of(client: Client, plan: Plan) -> Any:
    return client.get(f"/admin/plans/{plan.pk}/")


class TestThePage:
    def test_says_what_the_plan_is_made_from_and_how_risky_it_is(self, floor: Workshop, admin: Client) -> None:
        factors = ({"factor": "HIGH_OVERHANG", "value": 34.5, "threshold": 20, "source": "preflight"},)
        plan = drafted(floor, risk_level="MEDIUM", risk_factors=factors)

        page = page_of(admin, plan)

        assert_fit_for_people(page)
        said = text_of(page)
        assert "Medium risk" in said
        assert "34.5 % of the surface, says the model&#x27;s check; the limit is 20." in page.content.decode()
        assert "Usually affects: supports, time, surface below" in page.content.decode()
        assert "Approve Plan" in said

    def test_says_what_changed_and_what_it_affects(self, floor: Workshop, admin: Client) -> None:
        plan = drafted(floor)
        fields = form(page_of(admin, plan), "/revise")

        answer = press(admin, fields, supports="off", layer_height="0.28", fill_density="40")

        assert answer.status_code == 303
        newer = Plan.objects.get(revision=2)
        assert answer["Location"] == f"/admin/plans/{newer.pk}/"
        assert newer.slicing["overrides"] == {
            "layer_height": "0.28",
            "fill_density": "40%",
            "support_material": "0",
            "support_material_auto": "0",
        }
        assert newer.estimated_minutes is None  # nobody knows before it is sliced
        said = text_of(page_of(admin, newer))
        assert "What changed since revision 1" in said
        assert "0.28" in said
        assert "not known" in said

    def test_asks_no_more_for_more_revisions(self, floor: Workshop, admin: Client) -> None:
        plan = drafted(floor)
        page_of(admin, plan)
        with queries() as few:
            page_of(admin, plan)
        for height in ("0.1", "0.12", "0.14"):
            recipe = revised(plan, Wish(plan.profile_version_id, "auto", {"layer_height": height}))
            plan = Plan.objects.get(pk=planning.revise_plan(make_context(), plan_id=plan.pk, expected_version=plan.version, recipe=recipe))
        with queries() as many:
            page_of(admin, plan)

        assert len(many) <= len(few) + 2
        assert len(few) <= 60

    def test_of_another_site_is_not_there(self, floor: Workshop) -> None:
        stranger, plan = browser(Role.ADMIN, site=make_site()), drafted(floor)

        assert page_of(stranger, plan).status_code == 404
        for button in ("approve", "revise", "void", "acknowledge", "review"):
            assert stranger.post(f"/admin/plans/{plan.pk}/{button}", {"key": "k", "version": "1"}).status_code == 404

    @pytest.mark.parametrize(
        ("role", "may"), [(Role.ADMIN, True), (Role.PLANNER, True), (Role.LEAD, True), (Role.OPERATOR, False), (Role.VIEWER, False)]
    )
    def test_offers_the_buttons_to_those_who_may(self, floor: Workshop, role: Role, may: bool) -> None:
        client, plan = browser(role), drafted(floor)

        assert ({"approve", "revise", "void"} <= set(forms_of(page_of(client, plan)))) == may
        answer = client.post(f"/admin/plans/{plan.pk}/approve", {"key": "k", "version": str(plan.version)})
        assert answer.status_code == (303 if may else 403)

    def test_lets_no_words_become_markup(self, floor: Workshop, admin: Client) -> None:
        plan = drafted(floor)
        planning.request_review(make_context(), plan_id=plan.pk, note=HOSTILE)

        page = page_of(admin, plan)
        assert_fit_for_people(page)
        assert "&lt;script&gt;" in page.content.decode()


class TestApproving:
    def test_pins_it_once(self, floor: Workshop, admin: Client) -> None:
        plan = drafted(floor)
        fields = form(page_of(admin, plan), "/approve")

        assert [press(admin, fields).status_code for _press in range(2)] == [303, 303]

        assert Plan.objects.get(pk=plan.pk).state == PlanState.APPROVED
        assert "/approve" not in page_of(admin, plan).content.decode()

    def test_waits_while_a_person_must_look_first(self, floor: Workshop, admin: Client) -> None:
        plan = drafted(floor)
        review = PlanReview.objects.get(pk=planning.request_review(make_context(), plan_id=plan.pk, note="Look", code=ReviewCode.CUSTOM))
        page = page_of(admin, plan)
        assert "1 review must be answered first." in text_of(page)
        assert "approve" not in forms_of(page)

        assert press(admin, form(page, "/acknowledge"), note="Looked, it is fine").status_code == 303

        assert PlanReview.objects.get(pk=review.pk).note == "Looked, it is fine"
        assert "approve" in forms_of(page_of(admin, plan))

    def test_of_a_stale_page_changes_nothing(self, floor: Workshop, admin: Client) -> None:
        plan = drafted(floor)
        fields = form(page_of(admin, plan), "/approve")
        planning.void_plan(make_context(), plan_id=plan.pk, reason=Reason.SUPERSEDED, expected_version=plan.version)

        answer = press(admin, fields)

        assert answer.status_code == 412
        assert "Someone else was first" in text_of(answer)

    def test_where_policy_asks_a_person_automation_is_parked_and_the_question_leads_to_its_sheet(
        self, floor: Workshop, admin: Client
    ) -> None:
        body = default_body()
        body["auto"]["auto_approve"] = False
        policy.activate_policy(make_context(), site_id=floor.site.pk, body=body, key="strict")
        plan = drafted(floor)
        planning.approve_plan(make_context(is_automatic=True), plan_id=plan.pk)
        approval = Approval.objects.get()

        page = page_of(admin, plan)
        assert "Approving this plan needs a person" in text_of(page)
        assert f"/admin/approvals/{approval.pk}/" in page.content.decode()

    def test_shows_a_block_and_whether_it_may_be_passed(self, floor: Workshop, admin: Client) -> None:
        body = default_body()
        body["rules"].append(
            {
                "id": "never-by-anybody",
                "transitions": ["plan.approve"],
                "predicate": "never",
                "params": {},
                "otherwise": "BLOCK",
                "only_automatic": False,
            }
        )
        policy.activate_policy(make_context(), site_id=floor.site.pk, body=body, key="strict")
        plan = drafted(floor)

        refused = press(admin, form(page_of(admin, plan), "/approve"))
        page = page_of(admin, plan)

        assert refused.status_code == 409
        assert "This plan may not be approved" in text_of(page)
        number = plan.requirement.line.intent.number
        passed = admin.post(
            f"/admin/plans/{plan.pk}/approve", {"key": "k9", "version": str(plan.version), "override": "Tested", "typed": number}
        )
        assert passed.status_code == 303
        assert Plan.objects.get(pk=plan.pk).state == PlanState.APPROVED


class TestRevising:
    @pytest.mark.parametrize(
        "wrong",
        [
            {"layer_height": "7"},
            {"layer_height": "0.2; post_process = x"},
            {"fill_density": "400"},
            {"perimeters": "-1"},
            {"supports": "sometimes"},
            {"profile_version": "01a22d10-7d58-7186-a740-7091bdf5120f"},
            {"profile_version": "none"},
        ],
    )
    def test_refuses_what_cannot_be_meant(self, floor: Workshop, admin: Client, wrong: dict[str, str]) -> None:
        plan = drafted(floor)

        answer = press(admin, form(page_of(admin, plan), "/revise"), **{"supports": "auto", **wrong})

        assert answer.status_code == 422
        assert Plan.objects.count() == 1

    def test_into_the_same_is_refused_in_words(self, floor: Workshop, admin: Client) -> None:
        plan = drafted(floor)
        first = press(admin, form(page_of(admin, plan), "/revise"), supports="auto")
        newer = Plan.objects.order_by("-revision").first()
        assert newer is not None
        answer = press(admin, form(page_of(admin, newer), "/revise"), supports="auto")

        assert (first.status_code, answer.status_code) == (303, 409)
        assert "plan-unchanged" in answer.content.decode()

    def test_keeps_what_a_person_must_still_look_at(self, floor: Workshop, admin: Client) -> None:
        plan = drafted(floor)
        planning.request_review(make_context(), plan_id=plan.pk, note="Look", code=ReviewCode.COSMETIC_FACE)

        press(admin, form(page_of(admin, plan), "/revise"), supports="off")

        newer = Plan.objects.get(revision=2)
        assert [one.code for one in newer.reviews.all()] == [ReviewCode.COSMETIC_FACE]


class TestTheListOfPlans:
    def test_shows_what_waits_and_what_is_locked(self, floor: Workshop, admin: Client) -> None:
        plan = drafted(floor)
        assert [row["plan"].pk for row in admin.get("/admin/plans/", {"state": "waiting"}).context["plans"]] == [plan.pk]
        assert admin.get("/admin/plans/", {"state": "locked"}).context["plans"] == []
        planning.request_review(make_context(), plan_id=plan.pk, note="Look")

        page = admin.get("/admin/plans/", {"state": "locked"})
        assert_fit_for_people(page)
        assert "Waits for a person" in text_of(page)
        assert browser(Role.ADMIN, site=make_site()).get("/admin/plans/").context["plans"] == []

    @pytest.mark.parametrize("before", ["x", "7"])
    def test_survives_nonsense(self, floor: Workshop, admin: Client, before: str) -> None:
        assert admin.get("/admin/plans/", {"before": before, "q": HOSTILE}).status_code == 200
