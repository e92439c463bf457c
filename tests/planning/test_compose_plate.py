"""``planning.compose_plate``: pieces onto a plate, each once, whoever composes at the same time."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from apps.artifacts.models import Artifact, ArtifactParent
from apps.journal.models import Event
from apps.journal.refusals import Invalid, NotFound, Refusal
from apps.orders.models import Piece, PieceFact
from apps.orders.queries import piece_counts
from apps.planning import commands
from apps.planning.domain.recipes import ItemDraft
from apps.planning.models import BuildPlate, Layout, Plan, PlateItem
from tests.factories.artifacts import make_artifact, make_stored
from tests.factories.context import NOW, make_context
from tests.factories.planning import make_approved_plan, make_plan
from tests.planning.workshop import Workshop, cancel, composing, items, make_order, make_slots, set_up
from tests.writers import Writers

pytestmark = pytest.mark.django_db(transaction=True)


def work_to_do(quantity: int = 2, **plan: Any) -> tuple[Workshop, Plan, list[Piece], Artifact]:
    floor = set_up()
    requirement = make_order(floor, quantity=quantity)
    approved = make_approved_plan(requirement=requirement, profile_version=floor.profile, **plan)
    return floor, approved, list(Piece.objects.order_by("number")), make_artifact()


class TestComposing:
    def test_puts_each_piece_into_its_slot_and_allocates_it(self) -> None:
        floor, plan, pieces, mesh = work_to_do()

        plate_id = commands.compose_plate(make_context(), **composing(floor, plan, pieces, mesh, reasons=({"choice": "plate"},)))

        plate = BuildPlate.objects.get(pk=plate_id)
        assert (plate.state, plate.number, plate.auto_choices) == ("draft", "P-0001", [{"choice": "plate"}])
        assert [(one.slot, one.piece_id, one.plan_revision, one.live) for one in items(plate)] == [
            (1, pieces[0].pk, 1, True),
            (2, pieces[1].pk, 1, True),
        ]
        assert {piece.allocated_to for piece in Piece.objects.all()} == {one.pk for one in items(plate)}
        assert PieceFact.objects.filter(kind="allocated").count() == 2
        assert piece_counts(plan.requirement_id).balanced

    def test_tells_every_order_concerned(self) -> None:
        floor, plan, pieces, mesh = work_to_do(1)
        other = make_order(floor)
        others = make_approved_plan(requirement=other, profile_version=floor.profile)
        given = composing(floor, plan, [*pieces, other.pieces.get()], mesh)
        given["items"] = (ItemDraft(1, pieces[0].pk, plan.pk), ItemDraft(2, other.pieces.get().pk, others.pk))

        commands.compose_plate(make_context(), **given)

        event = Event.objects.get(type="BuildPlateComposed")
        assert event.subject_rows.filter(kind="intent").count() == 2
        assert event.correlation_id is None

    def test_keeps_the_layout_with_its_meshes_as_its_origin(self) -> None:
        floor, plan, pieces, mesh = work_to_do()

        commands.compose_plate(make_context(), **composing(floor, plan, pieces, mesh))

        layout = Layout.objects.get()
        assert layout.places.count() == 2
        assert ArtifactParent.objects.get(child=layout.artifact).parent_id == mesh.pk

    def test_the_same_places_again_are_the_same_layout(self) -> None:
        floor, plan, pieces, mesh = work_to_do(2)
        stored = make_stored()
        commands.compose_plate(make_context(), **composing(floor, plan, pieces[:1], mesh, stored=stored))

        commands.compose_plate(make_context(), **composing(floor, plan, pieces[1:], mesh, stored=stored))

        assert BuildPlate.objects.count() == 2
        assert Layout.objects.count() == 1


class TestItIsRefused:
    def test_when_a_piece_is_on_a_plate_already_and_leaves_nothing(self) -> None:
        floor, plan, pieces, mesh = work_to_do(3)
        commands.compose_plate(make_context(), **composing(floor, plan, pieces[:1], mesh))

        with pytest.raises(Refusal) as refused:
            commands.compose_plate(make_context(), **composing(floor, plan, pieces, mesh))

        assert refused.value.code == "piece-not-open"
        assert BuildPlate.objects.count() == 1
        assert PlateItem.objects.count() == 1

    def test_when_a_piece_was_canceled_meanwhile(self) -> None:
        floor, plan, pieces, mesh = work_to_do()
        cancel(make_context(), piece_ids=(pieces[1].pk,), intent_id=plan.requirement.line.intent_id)

        with pytest.raises(Refusal) as refused:
            commands.compose_plate(make_context(), **composing(floor, plan, pieces, mesh))

        assert refused.value.code == "piece-not-open"

    def test_for_an_order_that_is_not_released(self) -> None:
        floor = set_up()
        requirement = make_order(floor, is_released=False)
        plan = make_approved_plan(requirement=requirement)

        with pytest.raises(Refusal) as refused:
            commands.compose_plate(make_context(), **composing(floor, plan, [requirement.pieces.get()], make_artifact()))

        assert refused.value.code == "piece-not-open"

    def test_with_a_plan_that_is_locked_a_draft_or_of_another_component(self) -> None:
        floor, plan, pieces, mesh = work_to_do(1, dispatch_blocked=True, blocked_since=NOW)
        draft = make_plan(requirement=plan.requirement, revision=2, based_on=plan, diff={})

        for wrong in (plan, draft, make_approved_plan()):
            with pytest.raises(Refusal) as refused:
                commands.compose_plate(make_context(), **composing(floor, wrong, pieces, mesh))
            assert refused.value.code == "plan-not-usable"

    def test_with_slots_and_items_that_do_not_belong_together(self) -> None:
        floor, plan, pieces, mesh = work_to_do()
        given = composing(floor, plan, pieces, mesh)
        twice = (ItemDraft(1, pieces[0].pk, plan.pk), ItemDraft(2, pieces[0].pk, plan.pk))

        for wrong in ({"items": ()}, {"slots": make_slots(mesh, 3)}, {"slots": make_slots(mesh, 3)[1:]}, {"items": twice}):
            with pytest.raises(Invalid):
                commands.compose_plate(make_context(), **{**given, **wrong})

    def test_for_pieces_of_another_site_or_nobody(self) -> None:
        floor, plan, pieces, mesh = work_to_do(1)
        given = composing(floor, plan, pieces, mesh, items=(ItemDraft(1, plan.pk, plan.pk),))

        with pytest.raises(NotFound):
            commands.compose_plate(make_context(), **given)


@pytest.mark.both_engines
class TestTwoComposers:
    def test_never_put_a_piece_on_two_plates(self, writers: Writers) -> None:
        floor, plan, pieces, mesh = work_to_do(6)
        shared = [pieces[0:3], pieces[2:5], pieces[3:6], pieces[0:2], pieces[4:6], pieces[1:4]]
        stored = [make_stored() for _ in shared]

        outcomes = writers.in_threads(partial(compose_some, floor, plan, shared, mesh, stored), len(shared))

        refused = [one.error.code for one in outcomes if isinstance(one.error, Refusal)]
        made = [one.value for one in outcomes if one.error is None]
        assert made
        assert len(refused) + len(made) == len(shared), [one.error for one in outcomes]
        assert set(refused) <= {"piece-not-open", "busy"}
        live = list(PlateItem.objects.filter(live=True).values_list("piece_id", flat=True))
        assert len(live) == len(set(live))
        counts = piece_counts(plan.requirement_id)
        assert counts.balanced
        assert counts.allocated == len(live)
        numbers = sorted(BuildPlate.objects.values_list("number", flat=True))
        assert numbers == [f"P-{n:04d}" for n in range(1, len(numbers) + 1)]


def compose_some(floor: Workshop, plan: Plan, shared: list[list[Piece]], mesh: Artifact, stored: list[Any], index: int) -> Any:
    given = composing(floor, plan, shared[index], mesh, stored=stored[index])
    given["slots"] = make_slots(mesh, len(shared[index]), y_um=index)
    return commands.compose_plate(make_context(), **given)
