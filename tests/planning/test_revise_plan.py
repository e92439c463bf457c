"""``planning.revise_plan``: the next revision, with what changed and what that affects."""

from __future__ import annotations

import pytest

from apps.journal.models import Event
from apps.journal.refusals import Refusal, StaleVersion
from apps.planning import commands
from apps.planning.domain.recipes import ReviewNeeded
from apps.planning.models import Plan
from tests.factories.context import make_context
from tests.planning.workshop import Workshop, make_order, make_recipe, set_up

pytestmark = pytest.mark.django_db(transaction=True)


def approved(floor: Workshop, quantity: int = 1) -> Plan:
    requirement = make_order(floor, quantity=quantity)
    plan_id = commands.draft_plan(make_context(), requirement_id=requirement.pk, recipe=make_recipe(floor))
    assert plan_id is not None
    commands.approve_plan(make_context(), plan_id=plan_id)
    return Plan.objects.get(pk=plan_id)


class TestRevising:
    def test_keeps_what_changed_and_what_that_affects(self) -> None:
        floor = set_up()
        plan = approved(floor, quantity=3)
        stronger = make_recipe(floor, slicing={"infill": "40%", "overrides": {"fill_density": "40%"}}, estimated_minutes=75)

        revision_id = commands.revise_plan(make_context(), plan_id=plan.pk, expected_version=2, recipe=stronger)

        revision = Plan.objects.get(pk=revision_id)
        assert (revision.revision, revision.based_on_id, revision.state) == (2, plan.pk, "draft")
        assert revision.diff is not None
        assert revision.impact is not None
        assert [one["path"] for one in revision.diff] == ["estimated_minutes", "slicing.infill", "slicing.overrides.fill_density"]
        assert revision.impact["estimated_minutes"] == {"before": 60, "after": 75, "per_piece": 15, "in_total": 45}
        assert revision.impact["filament_mg"]["in_total"] == 0
        assert Event.objects.get(type="PlanRevised").subject_rows.filter(kind="intent").exists()

    def test_leaves_the_approved_one_in_use(self) -> None:
        floor = set_up()
        plan = approved(floor)

        commands.revise_plan(make_context(), plan_id=plan.pk, expected_version=2, recipe=make_recipe(floor, estimated_minutes=1))

        assert Plan.objects.get(pk=plan.pk).state == "approved"

    def test_a_draft_makes_it_give_way(self) -> None:
        floor = set_up()
        recipe = make_recipe(floor, profile_version_id=None, reviews=(ReviewNeeded("NO_MATCH"),))
        draft = commands.draft_plan(make_context(), requirement_id=make_order(floor).pk, recipe=recipe)
        assert draft is not None

        commands.revise_plan(make_context(), plan_id=draft, expected_version=1, recipe=make_recipe(floor))

        assert list(Plan.objects.order_by("revision").values_list("state", "void_reason")) == [("void", "SUPERSEDED"), ("draft", "")]


class TestItIsRefused:
    def test_when_nothing_is_different(self) -> None:
        floor = set_up()
        plan = approved(floor)

        with pytest.raises(Refusal) as refused:
            commands.revise_plan(make_context(), plan_id=plan.pk, expected_version=2, recipe=make_recipe(floor))

        assert refused.value.code == "plan-unchanged"
        assert Plan.objects.count() == 1

    def test_while_another_draft_waits(self) -> None:
        floor = set_up()
        plan = approved(floor)
        commands.revise_plan(make_context(), plan_id=plan.pk, expected_version=2, recipe=make_recipe(floor, estimated_minutes=1))

        with pytest.raises(Refusal) as refused:
            commands.revise_plan(make_context(), plan_id=plan.pk, expected_version=2, recipe=make_recipe(floor, estimated_minutes=2))

        assert refused.value.code == "plan-draft-open"

    def test_of_a_void_plan(self) -> None:
        floor = set_up()
        plan = approved(floor)
        commands.void_plan(make_context(), plan_id=plan.pk, reason="MODEL_DEFECT", expected_version=2)  # type: ignore[arg-type]

        with pytest.raises(Refusal) as refused:
            commands.revise_plan(make_context(), plan_id=plan.pk, expected_version=3, recipe=make_recipe(floor, estimated_minutes=1))

        assert refused.value.code == "plan-is-void"

    def test_of_a_plan_that_changed_meanwhile(self) -> None:
        floor = set_up()

        with pytest.raises(StaleVersion):
            commands.revise_plan(make_context(), plan_id=approved(floor).pk, expected_version=1, recipe=make_recipe(floor))
