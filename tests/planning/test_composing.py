"""What is put on plates together, when, and what is not. Slicing is left out: nothing here needs it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from apps.catalog.states import Reason
from apps.journal import lanes
from apps.journal.context import Context
from apps.journal.models import Delivery
from apps.journal.refusals import Refusal
from apps.orders.models import Piece, Requirement
from apps.orders.queries import piece_counts
from apps.planning import commands, queries
from apps.planning.models import BuildPlate, Plan, PlanReview
from apps.policy import commands as policy
from apps.policy.domain.default import default_body
from apps.policy.states import HoldReason, HoldScope
from tests.factories.catalog import make_color
from tests.factories.context import NOW, make_context
from tests.planning.workshop import Workshop, in_days, items, make_model, make_order, make_recipe, plates, release_order, set_up

pytestmark = pytest.mark.django_db(transaction=True)

DRAFTED_BY = "planning.subscribers."


def compose_all() -> None:
    """Do what is owed in the default lane only."""
    while lanes.hand_out_next("default"):
        pass
    failed = Delivery.objects.filter(subscriber__startswith=DRAFTED_BY, lane="default").exclude(last_error="")
    assert not failed.exists(), failed.values_list("subscriber", "last_error")


def released(floor: Workshop, *given: Any, **line: Any) -> Requirement:
    requirement = make_order(floor, *given, is_released=False, **line)
    release_order(requirement)
    return requirement


class TestOrdersReleasedTogether:
    def test_share_a_plate_and_the_reason_is_kept(self) -> None:
        floor = set_up()
        requirements = [released(floor, make_model(20 + n, 15, 4), quantity=2) for n in range(3)]

        compose_all()

        (plate,) = plates()
        assert {one.piece.requirement_id for one in items(plate)} == {one.pk for one in requirements}
        (why,) = plate.auto_choices
        assert why["reasons"] == ["SAME_SETUP", "SEVERAL_ORDERS"]
        assert (why["orders"], why["same"]["quality_tier"]) == (3, "standard")

    def test_of_another_color_do_not(self) -> None:
        floor = set_up()
        released(floor, make_model())
        released(floor, make_model(), color=make_color())

        compose_all()

        assert [one.items.count() for one in plates()] == [1, 1]

    def test_wait_a_little_for_more_and_hold_no_worker_meanwhile(self) -> None:
        floor = set_up(gather_s=600)
        released(floor)

        compose_all()

        assert plates() == []
        waiting = Delivery.objects.get(subscriber="planning.compose_plates", state="pending")
        assert (waiting.state, waiting.attempts) == ("pending", 0)
        (blocker,) = queries.why_waiting(Piece.objects.all(), now=NOW).values()
        assert blocker.code == "NO_PLATE"

    def test_of_the_same_shapes_are_the_same_layout_whoever_they_are_for(self) -> None:
        floor = set_up()
        box = make_model(25, 25, 3)
        released(floor, box, quantity=2)
        compose_all()
        released(floor, box, quantity=2)

        compose_all()

        first, second = plates()
        assert first.layout_id == second.layout_id


class TestManyPieces:
    def test_fill_several_plates_the_earlier_promise_first(self) -> None:
        floor = set_up()
        big = make_model(110, 95, 3)
        late = released(floor, big, quantity=3, due_at=in_days(9))
        early = released(floor, big, quantity=3, due_at=in_days(1))

        compose_all()

        first, second = plates()
        assert first.items.filter(piece__requirement=early).count() == 3
        assert second.items.filter(piece__requirement=late).count() == 2
        assert first.items.count() == 4
        assert piece_counts(late.pk).balanced


class TestWhatIsOnHold:
    def test_stays_out_so_that_the_others_can_go_on(self) -> None:
        floor = set_up(gather_s=600)
        box = make_model()
        held, free = released(floor, box), released(floor, box)
        compose_all()
        hold = policy.place_hold(
            make_context(), site_id=floor.site.pk, scope=HoldScope.ORDER, scope_id=held.line.intent_id, reason=HoldReason.QUALITY
        )
        commands.request_composition(make_context(), site_id=floor.site.pk)

        compose_all()

        assert Piece.objects.get(requirement=free).allocated_to
        assert not Piece.objects.get(requirement=held).allocated_to
        (blocker,) = queries.why_waiting(Piece.objects.filter(requirement=held), now=NOW).values()
        assert (blocker.code, blocker.params["reason"]) == ("ON_HOLD", "QUALITY")
        policy.release_hold(make_context(), hold_id=hold, expected_version=1)
        compose_all()
        assert Piece.objects.get(requirement=held).allocated_to


class TestALockedPlan:
    def test_is_put_on_no_plate_until_somebody_looked(self) -> None:
        floor = set_up(gather_s=600)
        released(floor)
        compose_all()
        plan = Plan.objects.get()
        commands.request_review(make_context(), plan_id=plan.pk, note="It broke")
        commands.request_composition(make_context(), site_id=floor.site.pk)
        compose_all()
        assert plates() == []
        plan = Plan.objects.get()

        commands.acknowledge_plan(make_context(), plan_id=plan.pk, expected_version=plan.version, note="It was dropped")
        compose_all()

        assert len(plates()) == 1


class TestAPartThatFitsOnNoBed:
    def test_is_looked_at_and_keeps_nobody_waiting(self) -> None:
        floor = set_up(keep_outs=[{"x_um": 0, "y_um": 0, "width_um": 250_000, "depth_um": 20_000}])
        large = released(floor, make_model(240, 200, 3))
        small = released(floor, make_model(20, 20, 3))

        compose_all()

        assert Piece.objects.get(requirement=small).allocated_to
        assert not Piece.objects.get(requirement=large).allocated_to
        assert PlanReview.objects.get().code == "NO_MATCH"
        (blocker,) = queries.why_waiting(Piece.objects.filter(requirement=large), now=NOW).values()
        assert blocker.code == "PLAN_LOCKED"


class TestALoser:
    def test_looks_again_and_composes_what_is_left(self, monkeypatch: pytest.MonkeyPatch) -> None:
        floor = set_up()
        released(floor, quantity=2)
        real = commands.compose_plate
        calls: list[int] = []

        def second_to_somebody(ctx: Context, **values: Any) -> UUID:
            calls.append(1)
            if len(calls) == 1:
                raise Refusal("piece-not-open", piece="x", state="To make")
            return real(ctx, **values)

        monkeypatch.setattr(commands, "compose_plate", second_to_somebody)
        compose_all()

        assert len(calls) == 2
        assert len(plates()) == 1


class TestANewPolicy:
    def test_lets_what_was_parked_go_on(self) -> None:
        floor = set_up(has_policy=False)
        released(floor)
        compose_all()
        assert Plan.objects.get().state == "draft"
        body = default_body()
        body["limits"]["gather_seconds"] = 0

        policy.activate_policy(make_context(), site_id=floor.site.pk, body=body)
        compose_all()

        assert Plan.objects.get().state == "approved"
        assert len(plates()) == 1


class TestANewRevision:
    def test_takes_over_from_plates_that_have_no_gcode(self) -> None:
        floor = set_up()
        released(floor)
        compose_all()
        plan = Plan.objects.get()
        recipe = make_recipe(
            floor,
            pins=plan.pins,
            slicer_digest=plan.slicer_digest,
            slicing={**plan.slicing, "overrides": {"fill_density": "40%"}},
        )
        commands.revise_plan(make_context(), plan_id=plan.pk, expected_version=plan.version, recipe=recipe)
        compose_all()

        assert [(one.state, one.void_reason) for one in plates()] == [("void", Reason.SUPERSEDED), ("approved", "")]
        assert BuildPlate.objects.get(state="approved").items.get().plan_revision == 2
