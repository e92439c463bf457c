"""What the connector knows in memory: brought up to date by two statements, enough to judge by, and harmless while it is out of date."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from pytest_django.fixtures import DjangoAssertNumQueries

from apps.catalog.states import Reason
from apps.fleet import commands as fleet
from apps.fleet.domain.observation import Observation
from apps.fleet.models import Printer
from apps.fleet.states import SessionOutcome
from apps.runs import commands
from apps.runs.connector.applying import is_as_told, is_news
from apps.runs.connector.noticing import Noticer
from apps.runs.connector.roster import Roster, _replace, forget_absent
from apps.runs.connector.ticking import Ticker
from apps.runs.domain.reconcile import reconcile
from apps.runs.models import Run
from apps.runs.states import RunState
from tests.factories.fleet import make_occupied_printer, make_printer
from tests.factories.runs import make_printing_run, make_run
from tests.runs.floor import now_context
from tests.runs.machine import saw

pytestmark = pytest.mark.django_db


def all_of_them(_printer_id: UUID) -> bool:
    return True


def path_of(run_id: UUID) -> str:
    return f"farmos/{run_id}/0123456789ab.gcode"


def printing(**more: Any) -> tuple[Printer, Run]:
    printer = make_occupied_printer(address=f"http://10.0.0.{Printer.objects.count() + 1}:7125", **more)
    assert printer.current_run_id is not None
    return printer, make_printing_run(id=printer.current_run_id, printer=printer, remote_path=path_of(printer.current_run_id))


class TestARoster:
    def test_knows_what_the_record_says(self) -> None:
        printer, run = printing()
        roster = Roster()
        roster.refresh(all_of_them)
        seen = saw("printing", run.remote_path)

        known, fresh = roster.side(printer.pk, seen), Roster().fresh_side(printer.pk, seen)

        assert known is not None
        assert fresh is not None
        assert (known.printer, known.run, known.platform) == (fresh.printer, fresh.run, fresh.platform)

    @pytest.mark.parametrize("printers", [1, 4])
    def test_is_brought_up_to_date_by_two_statements_however_many_printers(
        self, printers: int, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        for _ in range(printers):
            printing()
        roster = Roster()
        roster.refresh(all_of_them)

        with django_assert_num_queries(2):
            roster.refresh(all_of_them)

    @pytest.mark.parametrize(
        "seen",
        [
            saw("printing", progress=0.6, layer=3, filament_mm=10.0),
            saw("paused"),
            saw("complete"),
            saw("cancelled"),
            saw("error"),
            saw("standby"),
            saw("standby", is_paused=True),
            saw("printing", klippy_state="shutdown", message="Heater extruder not heating at expected rate"),
        ],
        ids=lambda seen: f"{seen.print_state}-{seen.klippy_state}-{seen.is_paused}",
    )
    def test_is_enough_to_judge_by(self, seen: Observation, django_assert_num_queries: DjangoAssertNumQueries) -> None:
        printer, run = printing()
        idle = make_printer(address="http://10.0.1.1:7125")
        roster = Roster()
        roster.refresh(all_of_them)

        with django_assert_num_queries(0):
            for printer_id in (printer.pk, idle.pk):
                for told in (
                    replace(seen, filename=run.remote_path if seen.print_state != "standby" else ""),
                    replace(seen, filename="x.gcode"),
                ):
                    side = roster.side(printer_id, told)
                    assert side is not None
                    is_news(side, reconcile(side.platform, told), told)
                    is_as_told(side.printer, told)
                    Ticker().tell(side, told)
                    Noticer().look(side, told)

    def test_sees_what_changed_at_the_next_look(self) -> None:
        printer, run = printing()
        roster = Roster()
        roster.refresh(all_of_them)
        seen = saw("paused", run.remote_path)

        commands.pause_run(now_context(), run_id=run.pk, expected_version=run.version)
        roster.refresh(all_of_them)

        side = roster.side(printer.pk, seen)
        assert side is not None
        assert side.platform.wish == "pause"

    def test_forgets_a_printer_that_left_or_is_followed_by_another(self) -> None:
        gone, _run = printing()
        stays, _other = printing()
        roster = Roster()
        roster.refresh(all_of_them)

        roster.refresh(lambda printer_id: printer_id == stays.pk)

        assert set(roster.printers) == {stays.pk}
        assert roster.side(gone.pk, saw()) is None

    def test_finds_the_attempt_a_file_on_an_idle_printer_belongs_to(self) -> None:
        printer = make_printer(address="http://10.0.1.1:7125")
        waiting = make_run()
        roster = Roster()
        roster.refresh(all_of_them)
        seen = saw("printing", path_of(waiting.pk))

        assert not roster.knows(printer.pk, seen)
        roster.look_up(printer.pk, seen)

        assert roster.knows(printer.pk, seen)
        side, fresh = roster.side(printer.pk, seen), Roster().fresh_side(printer.pk, seen)
        assert side is not None
        assert fresh is not None
        assert side.run == fresh.run == waiting
        assert reconcile(side.platform, seen).code == reconcile(fresh.platform, seen).code == "already_printing"

    def test_forgets_while_other_threads_add_to_it(self) -> None:
        gone, stays, new = uuid4(), uuid4(), uuid4()
        known = {gone: "gone", stays: "stays"}

        class WhileAnotherThreadAdds:
            def __contains__(self, pk: object) -> bool:
                known[new] = "new"
                return pk == stays

        forget_absent(known, WhileAnotherThreadAdds())

        assert set(known) == {stays, new}

    def test_is_brought_up_to_date_while_other_threads_forget(self) -> None:
        printer = make_printer()

        class WhileAnotherThreadForgets(dict[UUID, Printer]):
            def __contains__(self, pk: object) -> bool:
                there = super().__contains__(pk)
                self.clear()
                return there

            def get(self, pk: UUID, default: Any = None) -> Any:
                found = super().get(pk, default)
                self.clear()
                return found

        known = WhileAnotherThreadForgets({printer.pk: printer})

        _replace(known, {printer.pk: printer.version}, lambda _ids: {printer.pk: printer})

        assert set(known) == {printer.pk}


class TestARosterThatIsOutOfDate:
    def test_changes_nothing_since_what_is_applied_is_judged_on_the_record(self) -> None:
        """It thinks the attempt prints; a person has failed it meanwhile. The machine says paused: no news for anybody who looks."""
        printer, run = printing()
        fleet.note_unseen_print(now_context(), printer_id=printer.pk, ended_print="before", file_name="", outcome=SessionOutcome.UNKNOWN)
        roster = Roster()
        roster.refresh(all_of_them)
        seen = saw("cancelled", run.remote_path)
        commands.fail_run(now_context(), run_id=run.pk, printer_id=printer.pk, reason=Reason.SPAGHETTI, evidence={})

        stale, fresh = roster.side(printer.pk, seen), roster.fresh_side(printer.pk, seen)

        assert stale is not None
        assert fresh is not None
        assert is_news(stale, reconcile(stale.platform, seen), seen)
        assert not is_news(fresh, reconcile(fresh.platform, seen), seen)
        assert Run.objects.get(pk=run.pk).state == RunState.FAILED
