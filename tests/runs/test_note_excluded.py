"""``runs.note_excluded``: what the machine leaves out is put on record, once, whoever wanted it."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest

from apps.journal.models import Event
from apps.runs import commands
from apps.runs.connector.sides import platform_of
from apps.runs.models import Exclusion, ItemOutcome, Run
from apps.runs.states import ExclusionState, ItemResult, Ruling
from tests.factories.floor import make_floor
from tests.runs.driving import completed, fresh, judged, machine, ruled
from tests.runs.test_exclude_item import exclude, item_of, running
from tests.writers import Writers

pytestmark = pytest.mark.django_db


def noted(run: Run, *names: str, **more: Any) -> bool:
    given = {"run_id": run.pk, "printer_id": run.printer_id, "names": names, "evidence": {"print_state": "printing"}, **more}
    return commands.note_excluded(machine(), **given)


def excluded() -> list[dict[str, Any]]:
    return [json.loads(event.data) for event in Event.objects.filter(type="ItemExcluded").order_by("id")]


class TestWhatTheMachineLeavesOut:
    def test_confirms_what_was_asked_for(self) -> None:
        run = running()
        exclusion_id = exclude(run, 2)

        assert noted(run, "SLOT-2")

        exclusion = Exclusion.objects.get(pk=exclusion_id)
        assert (exclusion.state, exclusion.evidence) == (ExclusionState.EXCLUDED, {"print_state": "printing"})
        assert exclusion.settled_at is not None
        assert [(one["slot"], one["at_machine"], one["reason"]) for one in excluded()] == [(2, False, "ADHESION")]
        assert fresh(run).left_out == 1

    def test_by_somebody_at_the_machine_is_on_record_too(self) -> None:
        run = running()

        assert noted(run, "SLOT-3")

        exclusion = Exclusion.objects.get(run=run)
        assert (exclusion.item, exclusion.state, exclusion.asked_by, exclusion.reason) == (item_of(run, 3), "excluded", "", "")
        assert [(one["slot"], one["at_machine"]) for one in excluded()] == [(3, True)]

    def test_is_told_once(self) -> None:
        run = running()
        exclude(run, 2)

        assert [noted(run, "SLOT-2", "slot-3"), noted(run, "SLOT-2", "SLOT-3"), noted(run)] == [True, False, False]
        assert sorted(one["slot"] for one in excluded()) == [2, 3]
        assert fresh(run).left_out == 2

    def test_under_other_names_says_nothing_about_a_part(self) -> None:
        run = running()

        assert not noted(run, "SKIRT", "SLOT-22", "SLOT", "")
        assert not Exclusion.objects.exists()

    def test_of_another_printer_or_after_the_end_is_not_ours(self) -> None:
        run = running()
        floor = make_floor()

        assert not noted(run, "SLOT-1", printer_id=uuid4())
        over = completed(floor.plate(pieces=2), floor.printer())
        assert not noted(over, "SLOT-1")
        assert not Exclusion.objects.exists()

    def test_makes_a_shorter_print_plausible(self) -> None:
        run = running()
        assert run.printer is not None
        assert not platform_of(run.printer, run, None).leaves_out
        noted(run, "SLOT-1")

        assert platform_of(run.printer, fresh(run), None).leaves_out
        assert "slot-1" in platform_of(run.printer, fresh(run), None).parts


class TestTheOutcome:
    def test_of_a_part_left_out_carries_the_reason_why(self) -> None:
        run = running()
        exclude(run, 2, note="corner up")
        noted(run, "SLOT-2")
        ruled(run, Ruling.COMPLETE)

        assert judged(run, ItemResult.SUCCESS, ItemResult.SKIPPED, ItemResult.SKIPPED)

        said = {row.item.slot: (row.outcome, row.reason, row.note) for row in ItemOutcome.objects.filter(run=run)}
        assert said == {1: ("SUCCESS", "", ""), 2: ("SKIPPED", "ADHESION", "corner up"), 3: ("SKIPPED", "", "")}
        assert item_of(run, 2).piece.state == "owed"

    def test_said_twice_changes_nothing(self) -> None:
        run = running()
        exclude(run, 2)
        noted(run, "SLOT-2")
        ruled(run, Ruling.COMPLETE)

        for _time in range(2):
            assert judged(run, ItemResult.SUCCESS, ItemResult.SKIPPED, ItemResult.SUCCESS)
        assert ItemOutcome.objects.filter(run=run).count() == 3

    def test_may_be_another_than_the_machine_says(self) -> None:
        run = running()
        noted(run, "SLOT-2")
        ruled(run, Ruling.COMPLETE)

        assert judged(run, ItemResult.SUCCESS, ItemResult.SUCCESS, ItemResult.SUCCESS)


@pytest.mark.both_engines
@pytest.mark.django_db(transaction=True)
def test_what_connector_and_worker_see_at_once_is_told_once(writers: Writers) -> None:
    run = running(pieces=4)
    exclude(run, 2)

    told = [outcome.value for outcome in writers.in_threads(lambda _number: noted(run, "SLOT-2", "SLOT-3"), 6)]

    assert told.count(True) == 1
    assert sorted(one["slot"] for one in excluded()) == [2, 3]
    assert fresh(run).left_out == 2
