"""``runs.note_progress``: coarse marks, each once."""

from __future__ import annotations

import json
from typing import Any

import pytest

from apps.journal.models import Event
from apps.runs import commands
from apps.runs.models import Run
from tests.factories.floor import make_floor
from tests.runs.driving import completed, fresh, machine, printing, sent

pytestmark = pytest.mark.django_db


def note(run: Run, percent: float, **values: Any) -> bool:
    assert run.printer_id is not None
    return commands.note_progress(machine(), run_id=run.pk, printer_id=run.printer_id, percent=percent, **values)


def marks() -> list[str]:
    return [json.loads(event.data)["mark"] for event in Event.objects.filter(type="RunProgressed").order_by("id")]


class TestProgress:
    def test_is_noted_at_the_first_layer_and_each_quarter_once(self) -> None:
        floor = make_floor()
        run = printing(floor.plate(), floor.printer())

        noted = [
            note(run, percent, layer=layer, layers_total=50) for percent, layer in ((1, 1), (4, 2), (26, 13), (27, 14), (80, 40), (99, 50))
        ]

        assert noted == [False, True, True, False, True, False]
        assert marks() == ["first_layer", "percent_25", "percent_50", "percent_75"]
        run = fresh(run)
        assert (run.progress, run.layer, run.layers_total) == (80, 40, 50)

    def test_knows_that_the_first_layer_is_over_also_where_filament_was_seen_to_move_in_it(self) -> None:
        floor = make_floor()
        run = printing(floor.plate(), floor.printer())

        noted = [
            note(run, percent, layer=layer, layers_total=3, is_hot=True) for percent, layer in ((0, 0), (1, 1), (30, 1), (34, 2), (35, 2))
        ]

        assert noted == [True, False, True, True, False]
        assert marks() == ["percent_25", "first_layer"]

    def test_never_goes_back(self) -> None:
        floor = make_floor()
        run = printing(floor.plate(), floor.printer())
        note(run, 60)

        assert not note(run, 30)

        assert fresh(run).progress == 60

    def test_beyond_the_end_or_of_layers_that_do_not_exist_is_taken_with_a_grain_of_salt(self) -> None:
        floor = make_floor()
        run = printing(floor.plate(), floor.printer())

        assert note(run, 180, layer=90, layers_total=50)

        run = fresh(run)
        assert (run.progress, run.layers_total) == (100, None)

    def test_of_an_attempt_that_does_not_print_is_none(self) -> None:
        floor = make_floor()

        assert not note(sent(floor.plate(), floor.printer()), 50)
        assert not note(completed(floor.plate(), floor.printer()), 50)
