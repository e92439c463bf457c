"""No circuit heats more printers at once than it carries: in the transition, in the planning ahead of it, and in words."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given as suppose
from hypothesis import strategies as st

from apps.accounts.models import Circuit
from apps.fleet.models import Printer
from apps.fleet.states import Occupancy
from apps.journal.models import Event
from apps.journal.refusals import Refusal
from apps.policy.domain.default import default_body
from apps.policy.models import Decision
from apps.runs import commands, queries
from apps.runs.domain.heating import HEATS_FOR, Warming, heating
from apps.runs.domain.scheduling import assign
from apps.runs.models import Run
from apps.runs.states import RunState
from tests.factories.accounts import make_circuit
from tests.factories.context import NOW
from tests.factories.floor import Floor, make_floor
from tests.runs.driving import dispatched, fresh, machine, person, printing, queued
from tests.runs.test_scheduling import printer as candidate
from tests.runs.test_scheduling import waiting
from tests.writers import Writers

pytestmark = pytest.mark.django_db


def dispatch(run: Run, printer: Printer, ctx: Any = None, **values: Any) -> Any:
    return commands.dispatch_run(ctx or machine(), run_id=run.pk, printer_id=printer.pk, expected_version=run.version, **values)


def full_circuit(floor: Floor) -> tuple[Circuit, Run]:
    """Return a circuit that carries one heating printer, and the attempt that heats it."""
    circuit = make_circuit(max_heating=1)
    return circuit, dispatched(floor.plate(), floor.printer(circuit=circuit))


def hot(run: Run) -> Run:
    assert run.printer_id is not None
    assert commands.note_progress(machine(), run_id=run.pk, printer_id=run.printer_id, percent=0.2, is_hot=True)
    return fresh(run)


class TestTheGate:
    def test_a_full_circuit_takes_nothing_more(self) -> None:
        floor = make_floor()
        circuit, _first = full_circuit(floor)
        run = queued(floor.plate())

        answer = dispatch(run, floor.printer(circuit=circuit), person())

        assert isinstance(answer, Refusal)
        assert (answer.code, answer.params["rules"]) == ("policy-blocked", ["circuits-carry-it"])
        assert answer.params["why"][0] == {"code": "circuit_has_room", "rule": "circuits-carry-it", "heating": 1, "limit": 1}
        run = fresh(run)
        assert run.state == RunState.QUEUED

    def test_another_circuit_or_none_is_not_concerned(self) -> None:
        floor = make_floor()
        full_circuit(floor)

        dispatched(floor.plate(), floor.printer(circuit=make_circuit(max_heating=1)))
        dispatched(floor.plate(), floor.printer())
        dispatched(floor.plate(), floor.printer())

    def test_a_hot_printer_makes_room(self) -> None:
        floor = make_floor()
        circuit = make_circuit(max_heating=1)
        first = printing(floor.plate(), floor.printer(circuit=circuit))
        second = floor.printer(circuit=circuit)
        assert isinstance(dispatch(queued(floor.plate()), second), Refusal)

        hot(first)

        dispatched(floor.plate(), second)

    def test_a_printer_nobody_hears_of_makes_room_after_its_time(self) -> None:
        floor = make_floor()
        circuit, _silent = full_circuit(floor)
        second = floor.printer(circuit=circuit)

        just_before = dispatch(queued(floor.plate()), second, machine(now=NOW + HEATS_FOR - timedelta(seconds=1)))
        after = dispatch(queued(floor.plate()), second, machine(now=NOW + HEATS_FOR))

        assert isinstance(just_before, Refusal)
        assert isinstance(after, UUID)

    def test_a_print_that_is_not_ours_heats_too(self) -> None:
        floor = make_floor()
        circuit = make_circuit(max_heating=1)
        floor.printer(circuit=circuit, occupancy=Occupancy.FOREIGN, occupancy_since=NOW)

        assert isinstance(dispatch(queued(floor.plate()), floor.printer(circuit=circuit)), Refusal)

    def test_a_policy_without_the_rule_does_not_care(self) -> None:
        body = default_body()
        body["rules"] = [rule for rule in body["rules"] if rule["predicate"] != "circuit_has_room"]
        floor = make_floor(policy=body)
        circuit, _first = full_circuit(floor)

        dispatched(floor.plate(), floor.printer(circuit=circuit))

    def test_the_decision_keeps_the_numbers(self) -> None:
        floor = make_floor()
        full_circuit(floor)

        assert '"circuit.heating":0' in Decision.objects.filter(transition="run.dispatch").latest("id").inputs

    @pytest.mark.both_engines
    def test_eight_dispatches_at_once_never_pass_the_ceiling(self, writers: Writers) -> None:
        floor = make_floor()
        circuit = make_circuit(max_heating=3)
        pairs = [(queued(floor.plate()), floor.printer(circuit=circuit)) for _ in range(8)]

        outcomes = writers.in_threads(lambda n: dispatch(*pairs[n]), 8)

        assert [one.error for one in outcomes if one.error is not None] == []
        assert sum(isinstance(one.value, UUID) for one in outcomes) == 3
        assert {one.value.code for one in outcomes if isinstance(one.value, Refusal)} == {"policy-blocked"}
        assert Run.objects.filter(state=RunState.UPLOADING).count() == 3
        assert len(queries.warming([circuit.pk], now=NOW)) == 3


class TestPlanningAhead:
    def test_a_full_circuit_does_not_keep_the_others_back(self) -> None:
        full, free = uuid4(), uuid4()
        printers = [candidate("A", circuit=full, room=1), candidate("B", circuit=full, room=1), candidate("C", circuit=free, room=2)]

        made = assign([waiting(), waiting(), waiting()], printers)

        codes = {one.printer_id: one.code for one in printers}
        assert sorted(codes[one.printer_id] for one in made) in (["A", "C"], ["B", "C"])

    @suppose(st.lists(st.tuples(st.integers(0, 2), st.booleans()), max_size=12), st.lists(st.integers(0, 3), min_size=3, max_size=3))
    def test_never_gives_a_circuit_more_than_its_room(self, places: list[tuple[int, bool]], rooms: list[int]) -> None:
        circuits = [uuid4() for _ in rooms]
        printers = [
            candidate(f"P{index}", circuit=circuits[place] if is_on_one else None, room=rooms[place] if is_on_one else 0)
            for index, (place, is_on_one) in enumerate(places)
        ]

        made = assign([waiting() for _ in range(12)], printers)

        used = [one.circuit for one in printers if one.printer_id in {found.printer_id for found in made}]
        assert all(used.count(circuit) <= room for circuit, room in zip(circuits, rooms, strict=True))
        could = sum(
            min(room, sum(one.circuit == circuit for one in printers)) for circuit, room in zip(circuits, rooms, strict=True)
        ) + sum(one.circuit is None for one in printers)
        assert len(made) == could

    def test_a_printer_waits_for_its_circuit_in_words(self) -> None:
        floor = make_floor()
        circuit, _first = full_circuit(floor)
        floor.printer(circuit=circuit, code="V7")
        run = queued(floor.plate())

        blockers = queries.why_not_printing("run", run.pk, now=NOW)

        assert [one.code for one in blockers] == ["STAGGERED", "WAITING_FOR_PRINTER"]
        assert "V7" in blockers[0].words
        assert "hot" in blockers[0].next_action


class TestWhatIsSeen:
    def test_heating_ends_once(self) -> None:
        floor = make_floor()
        run = hot(printing(floor.plate(), floor.printer()))

        assert run.printer_id is not None
        assert not commands.note_progress(machine(), run_id=run.pk, printer_id=run.printer_id, percent=0.3, is_hot=True)
        assert Event.objects.filter(type="RunHeated").count() == 1

    def test_a_first_layer_proves_it_too(self) -> None:
        floor = make_floor()
        run = printing(floor.plate(), floor.printer())
        assert run.printer_id is not None

        commands.note_progress(machine(), run_id=run.pk, printer_id=run.printer_id, percent=1, layer=2, layers_total=20)

        run = fresh(run)
        assert run.heated_at == NOW

    def test_not_known_counts_as_heating_for_its_time(self) -> None:
        one = Warming(uuid4(), uuid4(), since=NOW)

        assert heating([one], now=NOW) == [one]
        assert heating([one], now=NOW + HEATS_FOR) == []
        assert heating([Warming(one.printer_id, one.circuit_id, NOW, is_hot=True)], now=NOW) == []
