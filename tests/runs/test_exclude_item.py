"""``runs.exclude_item``: leaving one part out of a print is asked for and owed; what may not be is refused in words."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from apps.catalog.states import Reason
from apps.fleet.models import Printer
from apps.fleet.states import Connection, ConnectorKind
from apps.journal import frame
from apps.journal.models import Delivery, Event
from apps.journal.refusals import IllegalTransition, Invalid, NotFound, Refusal, StaleVersion
from apps.planning.models import PlateItem
from apps.runs import commands
from apps.runs.models import Exclusion, Run
from apps.runs.states import ExclusionState, Ruling, RunState
from tests.factories.floor import make_floor
from tests.factories.planning import make_output
from tests.runs.driving import PERSON, completed, fresh, machine, person, printing, ruled, sent
from tests.writers import Writers

pytestmark = pytest.mark.django_db


def running(pieces: int = 3, **printer: object) -> Run:
    floor = make_floor()
    return printing(floor.plate(pieces=pieces), floor.printer(**printer))


def item_of(run: Run, slot: int) -> PlateItem:
    return PlateItem.objects.get(plate=run.plate, slot=slot)


def exclude(run: Run, slot: int, *, reason: Reason = Reason.ADHESION, note: str = "") -> UUID:
    version = fresh(run).version
    return commands.exclude_item(person(), run_id=run.pk, item_id=item_of(run, slot).pk, expected_version=version, reason=reason, note=note)


class TestAskingForAPartToBeLeftOut:
    def test_is_kept_with_who_when_and_why(self) -> None:
        run = running()

        exclusion = Exclusion.objects.get(pk=exclude(run, 2, note="corner up"))

        assert (exclusion.item.slot, exclusion.object_name, exclusion.state) == (2, "slot-2", ExclusionState.ASKED)
        assert (exclusion.asked_by, exclusion.reason, exclusion.note) == (PERSON.who, "ADHESION", "corner up")
        assert exclusion.asked_at is not None

    def test_is_owed_to_the_machine_and_not_done_yet(self) -> None:
        run = running()
        exclude(run, 2)

        asked = Event.objects.get(type="ItemExclusionRequested")
        assert Delivery.objects.filter(event=asked, lane="dispatch").count() == 1
        assert {row.kind for row in asked.subject_rows.all()} >= {"run", "item", "piece", "printer", "intent"}
        assert (fresh(run).state, fresh(run).left_out) == (RunState.PRINTING, 0)

    def test_counts_as_help_by_a_person(self) -> None:
        run = running()
        exclude(run, 1)

        assert fresh(run).intervened_by == PERSON.who

    def test_works_while_it_is_paused(self) -> None:
        run = running()
        ruled(run, Ruling.PAUSE)

        assert exclude(run, 1)

    def test_with_the_same_key_asks_once(self) -> None:
        run = running()
        given: dict[str, Any] = {
            "run_id": run.pk,
            "item_id": item_of(run, 1).pk,
            "expected_version": run.version,
            "reason": Reason.SPAGHETTI,
        }

        first = commands.exclude_item(person(key="once"), **given)
        again = commands.exclude_item(person(key="once"), **given)

        assert first == again
        assert Exclusion.objects.count() == Event.objects.filter(type="ItemExclusionRequested").count() == 1


class TestWhatIsRefused:
    def code(self, run: Run, slot: int = 1) -> str:
        with pytest.raises(Refusal) as refused:
            exclude(run, slot)
        assert refused.value.detail
        return refused.value.code

    def test_a_printer_that_cannot(self) -> None:
        assert self.code(running(connector=ConnectorKind.OCTOPRINT)) == "printer-cannot-exclude"

    def test_a_file_that_names_no_parts(self) -> None:
        floor = make_floor()
        output = make_output(printer_class=floor.printer_class, slicer_digest="", profile_version=None, facts={})
        plate = floor.plate(pieces=2, layout=output.layout, slice_key=output.slice_key, output=output)

        assert self.code(printing(plate, floor.printer())) == "file-names-no-parts"

    def test_a_plate_that_was_sliced_before_names_were_kept(self) -> None:
        floor = make_floor()
        output = make_output(printer_class=floor.printer_class, slicer_digest="prusaslicer 2.5.0", facts={"max_nozzle_c": 215})
        plate = floor.plate(pieces=2, layout=output.layout, slice_key=output.slice_key, output=output)

        assert self.code(printing(plate, floor.printer())) == "parts-not-recorded"

    def test_a_part_that_the_file_does_not_name(self) -> None:
        floor = make_floor()
        output = make_output(printer_class=floor.printer_class, facts={"objects": ["slot-2", "slot-11"]})
        run = printing(floor.plate(pieces=2, layout=output.layout, slice_key=output.slice_key, output=output), floor.printer())

        assert self.code(run, 1) == "part-not-labelled"
        assert exclude(run, 2)

    def test_the_last_part_left(self) -> None:
        run = running(pieces=2)
        exclude(run, 1)

        assert self.code(run, 2) == "last-part-left"

    def test_the_only_part(self) -> None:
        assert self.code(running(pieces=1)) == "last-part-left"

    def test_a_part_that_is_left_out_already(self) -> None:
        run = running()
        exclude(run, 1)

        assert self.code(run, 1) == "part-left-out"
        assert Exclusion.objects.count() == 1

    def test_a_printer_that_is_not_heard_from(self) -> None:
        run = running()
        with frame.seeding("it fell silent"):
            Printer.objects.filter(current_run_id=run.pk).update(connection=Connection.OFFLINE)

        assert self.code(run) == "printer-not-heard"

    def test_an_attempt_in_doubt(self) -> None:
        run = running()
        ruled(run, Ruling.DESYNC)

        assert self.code(run) == "run-in-doubt"

    def test_an_attempt_that_is_only_being_sent_or_over(self) -> None:
        floor = make_floor()
        for run in (sent(floor.plate(pieces=2), floor.printer()), completed(floor.plate(pieces=2), floor.printer())):
            with pytest.raises(IllegalTransition):
                exclude(run, 1)

    def test_an_old_look(self) -> None:
        run = running()
        exclude(run, 1)

        with pytest.raises(StaleVersion):
            commands.exclude_item(person(), run_id=run.pk, item_id=item_of(run, 2).pk, expected_version=run.version, reason=Reason.ADHESION)

    def test_a_part_of_another_plate(self) -> None:
        run, other = running(), running()

        with pytest.raises(NotFound):
            commands.exclude_item(
                person(), run_id=run.pk, item_id=item_of(other, 1).pk, expected_version=run.version, reason=Reason.ADHESION
            )

    def test_an_attempt_that_is_not_there(self) -> None:
        with pytest.raises(NotFound):
            commands.exclude_item(person(), run_id=uuid4(), item_id=uuid4(), expected_version=1, reason=Reason.ADHESION)

    def test_a_reason_nobody_knows_without_a_note(self) -> None:
        run = running()

        with pytest.raises(Invalid):
            exclude(run, 1, reason=Reason.UNKNOWN, note="  ")


class TestTheEndOfAnAttempt:
    @pytest.mark.parametrize("ruling", [Ruling.COMPLETE, Ruling.FAIL, Ruling.ABORT])
    def test_gives_up_what_was_not_seen_done(self, ruling: Ruling) -> None:
        run = running()
        exclusion_id = exclude(run, 1)
        ruled(run, ruling)

        exclusion = Exclusion.objects.get(pk=exclusion_id)
        assert (exclusion.state, exclusion.dropped_because) == (ExclusionState.DROPPED, "run_ended")
        assert Event.objects.filter(type="ItemExclusionDropped").count() == 1

    def test_keeps_what_was_left_out(self) -> None:
        run = running()
        exclusion_id = exclude(run, 1)
        assert run.printer_id is not None
        commands.note_excluded(machine(), run_id=run.pk, printer_id=run.printer_id, names=("SLOT-1",), evidence={})
        ruled(run, Ruling.COMPLETE)

        assert Exclusion.objects.get(pk=exclusion_id).state == ExclusionState.EXCLUDED
        assert fresh(run).left_out == 1


@pytest.mark.both_engines
@pytest.mark.django_db(transaction=True)
def test_of_three_who_each_leave_out_another_part_at_once_one_is_heard(writers: Writers) -> None:
    run = running(pieces=3)
    items = [item_of(run, slot).pk for slot in (1, 2, 3)]

    def ask(number: int) -> bool:
        given: dict[str, Any] = {"run_id": run.pk, "item_id": items[number], "expected_version": run.version, "reason": Reason.WARP}
        try:
            commands.exclude_item(person(key=f"ask-{number}"), **given)
        except StaleVersion:
            return False
        return True

    assert [outcome.value for outcome in writers.in_threads(ask, 3)].count(True) == 1
    assert Exclusion.objects.count() == Delivery.objects.filter(event__type="ItemExclusionRequested").count() == 1
