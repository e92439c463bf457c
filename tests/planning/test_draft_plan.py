"""``planning.draft_plan``: the first recipe of a component."""

from __future__ import annotations

import pytest

from apps.journal.models import Event
from apps.journal.refusals import NotFound
from apps.planning import commands
from apps.planning.domain.recipes import ReviewNeeded
from apps.planning.models import Plan, PlanReview
from tests.factories.context import make_context
from tests.factories.orders import make_canceled_intent, make_intent, make_line_item, make_requirement
from tests.planning.workshop import make_order, make_recipe, set_up

pytestmark = pytest.mark.django_db(transaction=True)


class TestDrafting:
    def test_keeps_the_recipe_as_revision_1_and_says_so_to_its_order(self) -> None:
        floor = set_up()
        requirement = make_order(floor)

        plan_id = commands.draft_plan(make_context(), requirement_id=requirement.pk, recipe=make_recipe(floor))

        plan = Plan.objects.get()
        assert plan.pk == plan_id
        assert (plan.revision, plan.state, plan.profile_version_id) == (1, "draft", floor.profile.pk)
        assert (plan.estimated_minutes, plan.created_by) == (60, "service:tests")
        event = Event.objects.get(type="PlanDrafted")
        assert event.correlation_id == requirement.line.intent_id
        assert {row.kind for row in event.subject_rows.all()} == {"plan", "requirement", "line", "intent"}

    def test_opens_every_review_the_recipe_asks_for(self) -> None:
        floor = set_up()
        recipe = make_recipe(floor, reviews=(ReviewNeeded("COSMETIC_FACE", {"face": 3}), ReviewNeeded("CUSTOM")))

        plan_id = commands.draft_plan(make_context(), requirement_id=make_order(floor).pk, recipe=recipe)

        assert list(PlanReview.objects.filter(plan__pk=str(plan_id)).order_by("id").values_list("code", flat=True)) == [
            "COSMETIC_FACE",
            "CUSTOM",
        ]
        assert '"needs_review":true' in Event.objects.get(type="PlanDrafted").data

    def test_twice_keeps_the_first(self) -> None:
        floor = set_up()
        requirement = make_order(floor)
        first = commands.draft_plan(make_context(), requirement_id=requirement.pk, recipe=make_recipe(floor))

        again = commands.draft_plan(make_context(), requirement_id=requirement.pk, recipe=make_recipe(floor, estimated_minutes=1))

        assert again == first
        assert Plan.objects.get().estimated_minutes == 60


class TestNothingIsDrafted:
    def test_for_an_order_that_is_not_released(self) -> None:
        floor = set_up()
        requirement = make_order(floor, is_released=False)

        assert commands.draft_plan(make_context(), requirement_id=requirement.pk, recipe=make_recipe(floor)) is None
        assert not Plan.objects.exists()

    @pytest.mark.parametrize("make", [make_intent, make_canceled_intent])
    def test_for_an_order_that_is_unpaid_or_canceled(self, make: type[object]) -> None:
        floor = set_up()
        requirement = make_requirement(line=make_line_item(intent=make()))

        assert commands.draft_plan(make_context(), requirement_id=requirement.pk, recipe=make_recipe(floor)) is None

    def test_for_a_component_nobody_knows(self) -> None:
        floor = set_up()

        with pytest.raises(NotFound):
            commands.draft_plan(make_context(), requirement_id=floor.site.pk, recipe=make_recipe(floor))
