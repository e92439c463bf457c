"""``planning.request_slice``: ask for G-code, once, by policy; use what was made from the same."""

from __future__ import annotations

import pytest

from apps.journal.context import Context
from apps.journal.models import Event
from apps.journal.refusals import Refusal, StaleVersion
from apps.journal.results import Parked
from apps.planning import commands, queries
from apps.planning.models import BuildPlate
from apps.policy import commands as policy
from apps.policy.models import Approval, Decision
from apps.policy.states import HoldReason, HoldScope
from tests.factories.context import make_context
from tests.factories.planning import make_approved_plan, make_approved_plate, make_output, make_plate, make_plate_item
from tests.planning.workshop import Workshop, make_order, set_up

pytestmark = pytest.mark.django_db(transaction=True)


def automation() -> Context:
    return make_context(is_automatic=True)


def approved(floor: Workshop) -> BuildPlate:
    requirement = make_order(floor)
    plan = make_approved_plan(requirement=requirement, profile_version=floor.profile, risk_level="LOW")
    plate = make_approved_plate(site=floor.site, printer_class=floor.printer_class)
    make_plate_item(plate=plate, piece=requirement.pieces.get(), plan=plan)
    return plate


class TestAsking:
    def test_owes_the_slice_under_the_key_of_all_that_goes_in(self) -> None:
        plate = approved(set_up())

        assert commands.request_slice(automation(), plate_id=plate.pk) is None

        plate = BuildPlate.objects.get()
        assert plate.slice_key == queries.slice_key_of(plate)
        assert Decision.objects.get(transition="plate.slice").outcome == "ALLOW"
        event = Event.objects.get(type="SliceRequested")
        assert event.deliveries.get().lane == "slice"

    def test_twice_asks_once(self) -> None:
        plate = approved(set_up())
        commands.request_slice(automation(), plate_id=plate.pk)

        commands.request_slice(automation(), plate_id=plate.pk)

        assert Event.objects.filter(type="SliceRequested").count() == 1

    def test_again_by_a_person_asks_again(self) -> None:
        plate = approved(set_up())
        commands.request_slice(automation(), plate_id=plate.pk)

        commands.request_slice(make_context(), plate_id=plate.pk, expected_version=2)

        assert Event.objects.filter(type="SliceRequested").count() == 2

    def test_for_what_was_made_before_uses_that(self) -> None:
        plate = approved(set_up())
        made = make_output(layout=plate.layout, printer_class=plate.printer_class, slice_key=queries.slice_key_of(plate))

        assert commands.request_slice(automation(), plate_id=plate.pk) == made.pk

        assert BuildPlate.objects.get().output_id == made.pk
        assert '"reused":true' in Event.objects.get(type="Sliced").data
        assert not Event.objects.filter(type="SliceRequested").exists()

    def test_does_not_use_what_was_retired(self) -> None:
        plate = approved(set_up())
        key = queries.slice_key_of(plate)
        make_output(layout=plate.layout, printer_class=plate.printer_class, slice_key=key, retired_at=make_context().now)

        assert commands.request_slice(automation(), plate_id=plate.pk) is None
        assert Event.objects.filter(type="SliceRequested").count() == 1


class TestItIsNotAllowed:
    def test_while_the_plate_is_on_hold(self) -> None:
        floor = set_up()
        plate = approved(floor)
        policy.place_hold(make_context(), site_id=floor.site.pk, scope=HoldScope.PLATE, scope_id=plate.pk, reason=HoldReason.QUALITY)

        refusal = commands.request_slice(automation(), plate_id=plate.pk)

        assert isinstance(refusal, Refusal)
        assert refusal.code == "policy-blocked"
        assert BuildPlate.objects.get().slice_key == ""
        assert Decision.objects.filter(transition="plate.slice", outcome="BLOCK").exists()

    def test_when_automation_may_not_slice_a_person_is_asked(self) -> None:
        plate = approved(set_up(rules={"auto_slice": False}))

        parked = commands.request_slice(automation(), plate_id=plate.pk)

        assert parked == Parked(Approval.objects.get().pk)

    def test_before_it_is_approved(self) -> None:
        plate = make_plate()

        assert commands.request_slice(automation(), plate_id=plate.pk) is None
        with pytest.raises(StaleVersion):
            commands.request_slice(make_context(), plate_id=plate.pk, expected_version=7)
        with pytest.raises(Refusal) as refused:
            commands.request_slice(make_context(), plate_id=plate.pk, expected_version=1)
        assert refused.value.code == "plate-not-approved"
