"""``planning.approve_plate``: pin the exact set."""

from __future__ import annotations

import pytest

from apps.journal.models import Event
from apps.journal.refusals import IllegalTransition, Refusal, StaleVersion
from apps.planning import commands
from apps.planning.models import BuildPlate, PlateItem
from tests.factories.catalog import make_printer_class
from tests.factories.context import make_context
from tests.factories.planning import make_layout, make_plate, make_plate_item

pytestmark = pytest.mark.django_db(transaction=True)


def composed() -> BuildPlate:
    plate = make_plate(layout=make_layout(), printer_class=make_printer_class())
    make_plate_item(plate=plate)
    return plate


def test_pins_items_and_their_hash() -> None:
    plate = composed()

    assert commands.approve_plate(make_context(), plate_id=plate.pk) == plate.pk

    plate = BuildPlate.objects.get()
    assert (plate.state, plate.approved_by, len(plate.items_sha256)) == ("approved", "service:tests", 64)
    assert PlateItem.objects.get().is_pinned
    assert Event.objects.get(type="BuildPlateApproved").subject_rows.filter(kind="intent").exists()


def test_again_is_nothing_to_automation_and_illegal_to_a_person() -> None:
    plate = composed()
    commands.approve_plate(make_context(), plate_id=plate.pk)

    assert commands.approve_plate(make_context(), plate_id=plate.pk) is None
    with pytest.raises(StaleVersion):
        commands.approve_plate(make_context(), plate_id=plate.pk, expected_version=1)
    with pytest.raises(IllegalTransition):
        commands.approve_plate(make_context(), plate_id=plate.pk, expected_version=2)
    assert Event.objects.count() == 1


def test_without_a_layout_is_refused() -> None:
    plate = make_plate(printer_class=make_printer_class())

    with pytest.raises(Refusal):
        commands.approve_plate(make_context(), plate_id=plate.pk)

    assert BuildPlate.objects.get().state == "draft"
