"""``planning.reuse_output``: what another plate's slice gave meanwhile."""

from __future__ import annotations

import pytest

from apps.journal.models import Event
from apps.planning import commands
from apps.planning.models import BuildPlate
from tests.factories.context import make_context
from tests.factories.planning import make_output
from tests.planning.test_record_output import asked

pytestmark = pytest.mark.django_db(transaction=True)


def test_gives_the_plate_what_was_made_from_the_same_once() -> None:
    plate = asked()
    made = make_output(layout=plate.layout, printer_class=plate.printer_class, slice_key=plate.slice_key)

    for _ in range(2):
        assert commands.reuse_output(make_context(), plate_id=plate.pk, slice_key=plate.slice_key) == made.pk

    assert BuildPlate.objects.get(pk=plate.pk).output_id == made.pk
    assert Event.objects.filter(type="Sliced").count() == 1


def test_without_anything_made_does_nothing() -> None:
    plate = asked()

    assert commands.reuse_output(make_context(), plate_id=plate.pk, slice_key=plate.slice_key) is None
    assert BuildPlate.objects.get(pk=plate.pk).output_id is None
