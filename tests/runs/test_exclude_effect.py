"""Leaving a part out of a print on a simulated machine, in the file and behind a real Moonraker: the right one, once, whatever happens on the way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from apps.catalog.states import Reason
from apps.fleet.domain.observation import Observation
from apps.fleet.models import Printer
from apps.journal import leases
from apps.journal.models import Event
from apps.planning.models import PlateItem
from apps.runs import commands
from apps.runs.connector import excluding
from apps.runs.connector.hand import Hand
from apps.runs.models import Exclusion, Run
from apps.runs.states import ExclusionState, RunState
from tests.runs.floor import (
    Floor,
    forget_leases,
    fresh,
    gcode,
    give,
    hand_out,
    hand_out_all,
    make_work,
    now_context,
    owed,
    until,
    worker,
)
from tests.runs.one_printer import KINDS, as_new_afterwards, defined, one_machine, try_again_soon

pytestmark = pytest.mark.django_db(transaction=True)

THREE = ("SLOT-1", "SLOT-2", "SLOT-3")


@pytest.fixture(scope="module", params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def floor(kind: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Floor]:
    with one_machine(tmp_path_factory.mktemp("floor"), kind) as running:
        yield running


@pytest.fixture
def printer(floor: Floor) -> Iterator[Printer]:
    with as_new_afterwards(floor) as made:
        yield made


@pytest.fixture(autouse=True)
def _soon(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    try_again_soon(monkeypatch, kind)
    monkeypatch.setattr(excluding, "FOLLOW_S", 3.0)


def printing(printer: Printer, *, objects: tuple[str, ...] = THREE, seconds: int = 36_000) -> Run:
    run = make_work(printer, gcode(seconds, objects=objects), seconds=seconds, pieces=3)
    give(run, printer)
    hand_out_all()
    assert fresh(run).state == RunState.PRINTING
    return run


@pytest.fixture
def run(printer: Printer) -> Run:
    return printing(printer)


def leave_out(run: Run, slot: int) -> UUID:
    item = PlateItem.objects.get(plate=run.plate, slot=slot)
    return commands.exclude_item(
        now_context(), run_id=run.pk, item_id=item.pk, expected_version=fresh(run).version, reason=Reason.SPAGHETTI
    )


def became(exclusion_id: UUID) -> tuple[str, str]:
    now = Exclusion.objects.get(pk=exclusion_id)
    return now.state, now.dropped_because


def physically(floor: Floor) -> list[str]:
    """Return what the machine really leaves out of the print that is on it."""
    return floor.prints(0)[-1].excluded


def said_to_be_left_out(printer: Printer) -> tuple[str, ...]:
    """Return what the machine says it leaves out."""
    with Hand(printer) as hand:
        return hand.look().excluded_objects


def layer_of(printer: Printer) -> int | None:
    """Return the layer that the machine says it prints."""
    with Hand(printer) as hand:
        return hand.look().layer


class TestAPartLeftOut:
    def test_is_told_and_seen(self, floor: Floor, run: Run) -> None:
        exclusion_id = leave_out(run, 2)
        hand_out_all()

        assert became(exclusion_id) == (ExclusionState.EXCLUDED, "")
        assert physically(floor) == ["SLOT-2"]
        assert (fresh(run).state, fresh(run).left_out) == (RunState.PRINTING, 1)

    def test_may_be_another_one_afterwards(self, floor: Floor, run: Run) -> None:
        both = [leave_out(run, 2), leave_out(run, 3)]
        hand_out_all()

        assert [became(one)[0] for one in both] == ["excluded", "excluded"]
        assert sorted(physically(floor)) == ["SLOT-2", "SLOT-3"]

    def test_while_it_is_paused(self, floor: Floor, printer: Printer, run: Run) -> None:
        until(lambda: defined(printer) == THREE, "the print to say what it consists of")
        commands.pause_run(now_context(), run_id=run.pk, expected_version=fresh(run).version)
        hand_out_all()
        exclusion_id = leave_out(run, 1)
        hand_out_all()

        assert (fresh(run).state, became(exclusion_id)[0]) == (RunState.PAUSED, "excluded")
        assert physically(floor) == ["SLOT-1"]


class TestALostReply:
    def test_leaves_out_that_part_once(self, floor: Floor, run: Run) -> None:
        floor.tell(0, "fault", kind="lose_reply", method="printer.gcode.script")
        exclusion_id = leave_out(run, 2)
        hand_out_all()

        assert became(exclusion_id) == (ExclusionState.EXCLUDED, "")
        assert physically(floor) == ["SLOT-2"]
        assert Event.objects.filter(type="ItemExcluded").count() == 1

    def test_a_request_that_never_came_is_sent_again(self, floor: Floor, run: Run) -> None:
        floor.tell(0, "fault", kind="drop", method="printer.gcode.script")
        exclusion_id = leave_out(run, 2)
        hand_out_all()

        assert became(exclusion_id)[0] == "excluded"
        assert physically(floor) == ["SLOT-2"]

    @pytest.mark.parametrize("method", ["printer.objects.query", "printer.gcode.script", "server.info"])
    def test_of_a_server_that_restarts_meanwhile(self, floor: Floor, run: Run, method: str) -> None:
        exclusion_id = leave_out(run, 3)
        floor.tell(0, "fault", kind="restart_moonraker", method=method)
        hand_out_all()

        assert became(exclusion_id)[0] == "excluded"
        assert physically(floor) == ["SLOT-3"]


class TestAKilledWorker:
    @pytest.mark.parametrize("place", ["exclude.before_asking", "exclude.after_asking"])
    def test_is_replaced_and_the_part_is_left_out_once(
        self, floor: Floor, run: Run, place: str, tmp_path: Path, test_database: dict[str, str]
    ) -> None:
        exclusion_id = leave_out(run, 2)
        assert worker("dispatch", kill_at=place, marks=tmp_path, database=test_database) == -9
        assert became(exclusion_id)[0] == "asked"
        forget_leases()
        hand_out_all()

        assert became(exclusion_id)[0] == "excluded"
        assert physically(floor) == ["SLOT-2"]
        assert Event.objects.filter(type="ItemExcluded").count() == 1


class TestWhatIsNeverTold:
    def test_a_name_that_the_machine_does_not_print(self, floor: Floor, printer: Printer) -> None:
        run = printing(printer, objects=("SLOT-1", "SLOT-3"))
        exclusion_id = leave_out(run, 2)
        hand_out_all()

        assert became(exclusion_id) == (ExclusionState.DROPPED, "unknown")
        assert said_to_be_left_out(printer) == ()

    def test_it_is_told_when_the_print_said_what_it_consists_of_just_after_it_was_asked(
        self, floor: Floor, printer: Printer, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """It is asked before its first lines were read, and seen when it prints: then it is asked once more, and not taken at its old word."""
        look, objects = Hand.look, Hand.objects
        exclusion_id = leave_out(run, 2)
        until(lambda: layer_of(printer), "the first layer")
        asked: list[Hand] = []

        def looked(hand: Hand, path: str | None = None) -> Observation:
            return look(hand, path) if asked else replace(look(hand, path), current_object="", layer=None, filament_mm=0.0)

        def said(hand: Hand) -> tuple[str, ...]:
            asked.append(hand)
            return objects(hand) if len(asked) > 1 else ()

        monkeypatch.setattr(excluding, "DEFINED_S", 0.0)
        monkeypatch.setattr(Hand, "look", looked)
        monkeypatch.setattr(Hand, "objects", said)
        hand_out_all()

        assert became(exclusion_id) == (ExclusionState.EXCLUDED, "")
        assert physically(floor) == ["SLOT-2"]

    def test_the_last_part_when_the_others_were_left_out_at_the_machine(self, floor: Floor, run: Run) -> None:
        exclusion_id = leave_out(run, 1)
        for name in ("SLOT-2", "SLOT-3"):
            floor.tell(0, "at-machine", script=f"EXCLUDE_OBJECT NAME={name}")
        hand_out_all()

        assert became(exclusion_id) == (ExclusionState.DROPPED, "last_one")
        assert sorted(physically(floor)) == ["SLOT-2", "SLOT-3"]

    def test_a_machine_that_prints_something_else_by_now(self, floor: Floor, printer: Printer, run: Run) -> None:
        exclusion_id = leave_out(run, 1)
        floor.tell(0, "at-machine", script="CANCEL_PRINT")
        floor.tell(0, "foreign-print")
        hand_out()

        assert became(exclusion_id)[0] in ("asked", "dropped")
        assert said_to_be_left_out(printer) == ()

    def test_an_attempt_that_is_over(self, floor: Floor, run: Run) -> None:
        exclusion_id = leave_out(run, 1)
        floor.tell(0, "at-machine", script="CANCEL_PRINT")
        hand_out_all()

        assert fresh(run).state == RunState.ABORTED
        assert became(exclusion_id) == (ExclusionState.DROPPED, "run_ended")

    def test_by_a_worker_that_lost_its_lease(self, floor: Floor, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        exclusion_id = leave_out(run, 1)
        monkeypatch.setattr(leases, "renew", lambda *_a, **_k: False)
        hand_out()

        assert became(exclusion_id)[0] == "asked"
        assert physically(floor) == []

    def test_a_silent_machine_and_it_stays_owed(self, floor: Floor, run: Run) -> None:
        exclusion_id = leave_out(run, 1)
        floor.tell(0, "kill-moonraker")
        hand_out()

        assert became(exclusion_id)[0] == "asked"
        assert owed()
