"""``runs.open_incident`` and what leads to it: one incident for one cause, with everything that belongs to it, whatever came first."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from apps.catalog.states import Reason
from apps.fleet import commands as fleet
from apps.fleet.models import Printer
from apps.fleet.states import Bed, Health
from apps.journal.models import Event, Heartbeat
from apps.journal.refusals import Invalid, NotFound, Refusal
from apps.policy.models import Breaker, BreakerCount
from apps.policy.states import BreakerKind
from apps.runs import commands, facts, queries
from apps.runs.models import Incident, IncidentPrinter, IncidentRun, Run
from apps.runs.states import IncidentKind, ItemResult, Ruling, RunState
from tests.factories.accounts import make_circuit, shop
from tests.factories.context import NOW
from tests.factories.floor import Floor, make_floor
from tests.runs.driving import fresh, judged, machine, printing, queued, ruled
from tests.runs.incidents import come_back, hits_of, notice_what_happened, silence, the_incident
from tests.writers import Writers

pytestmark = pytest.mark.django_db


def work(floor: Floor, number: int, **overrides: Any) -> list[tuple[Run, Printer]]:
    """Return so many prints that run, each on a printer of its own."""
    printers = [floor.printer(**overrides) for _ in range(number)]
    return [(printing(floor.plate(), printer), printer) for printer in printers]


def opened(printers: list[Printer], *, cause_ref: str = "", ctx: Any = None) -> UUID | None:
    return commands.open_incident(
        ctx or machine(),
        site_id=shop().pk,
        kind=IncidentKind.NETWORK,
        cause_ref=cause_ref,
        reason=Reason.PRINTER_OFFLINE,
        hits=hits_of(printers),
        evidence={},
    )


class TestRecognising:
    def test_printers_of_a_circuit_that_fall_silent_together_are_one_incident(self) -> None:
        floor = make_floor()
        circuit = make_circuit(name="B", max_heating=9)
        at_work = work(floor, 3, circuit=circuit)
        idle, elsewhere = floor.printer(circuit=circuit), floor.printer()

        silence([*(printer for _run, printer in at_work), idle])
        notice_what_happened()

        incident = the_incident()
        assert (incident.kind, incident.cause_ref, incident.reason) == ("circuit", str(circuit.pk), "POWER_LOSS")
        assert IncidentPrinter.objects.count() == 4
        assert set(IncidentRun.objects.values_list("run_id", flat=True)) == {run.pk for run, _printer in at_work}
        assert Event.objects.filter(type="IncidentOpened").count() == 1
        idle, elsewhere = fresh(idle), fresh(elsewhere)
        assert (idle.bed, elsewhere.bed) == (Bed.UNKNOWN, Bed.CLEAR)

    @pytest.mark.parametrize(
        ("detail", "kind"),
        [({}, IncidentKind.NETWORK), ({"woken_for_s": 33.0}, IncidentKind.SERVER_GAP), ({"woken_for_s": 4000.0}, IncidentKind.NETWORK)],
    )
    def test_right_after_this_computer_slept_it_is_farmos_that_was_away(self, detail: dict[str, float], kind: IncidentKind) -> None:
        began = NOW - timedelta(days=2)
        Heartbeat.objects.create(role="connectors", instance="a:1", pid=7, host="a", started_at=began, beat_at=NOW, detail=detail)

        silence([printer for _run, printer in work(make_floor(), 3)])
        notice_what_happened()

        assert the_incident().kind == kind

    def test_one_who_died_before_watched_nothing(self) -> None:
        began, died = NOW - timedelta(days=2), NOW - timedelta(hours=1)
        Heartbeat.objects.create(role="connectors", instance="a:1", pid=7, host="a", started_at=began, beat_at=died)
        Heartbeat.objects.create(role="connectors", instance="b:1", pid=8, host="b", started_at=NOW - timedelta(seconds=40), beat_at=NOW)

        silence([printer for _run, printer in work(make_floor(), 3)])
        notice_what_happened()

        assert the_incident().kind == IncidentKind.SERVER_GAP

    def test_two_are_told_one_by_one(self) -> None:
        floor = make_floor()
        at_work = work(floor, 3)

        silence([printer for _run, printer in at_work[:2]])
        notice_what_happened()

        assert not Incident.objects.exists()

    def test_a_shop_that_switches_its_idle_printers_off_finds_no_incident_and_starts_in_the_morning(self) -> None:
        floor = make_floor()
        circuit = make_circuit(name="B", max_heating=9)
        printers = [floor.printer(circuit=circuit) for _ in range(4)]
        going_on = work(floor, 1)[0][0]

        silence(printers)
        notice_what_happened()
        for printer in printers:
            fleet.observe_connection(machine(), printer_id=printer.pk, reachable=True, klippy_state="ready", evidence={})
        run = queued(floor.plate())
        given = commands.dispatch_run(machine(), run_id=run.pk, printer_id=printers[0].pk, expected_version=run.version)

        assert given == run.pk
        assert not Incident.objects.exists()
        assert {fresh(one).bed for one in printers[1:]} == {Bed.CLEAR}
        assert fresh(going_on).state == RunState.PRINTING

    def test_a_late_one_joins_and_what_fails_when_power_is_back_opens_no_second(self) -> None:
        floor = make_floor()
        at_work = work(floor, 4)
        silence([printer for _run, printer in at_work[:3]])
        notice_what_happened()
        late, printer = at_work[3]

        silence([printer], now=NOW + timedelta(seconds=80))
        notice_what_happened()
        for run, one in at_work:
            come_back(run, one)
        notice_what_happened()

        assert the_incident().until == NOW + timedelta(seconds=80)
        assert IncidentRun.objects.filter(run=late).exists()
        assert Event.objects.filter(type="IncidentJoined").count() == 1

    def test_circuits_that_fail_one_after_the_other_are_the_building_and_no_incident_each(self) -> None:
        floor = make_floor()
        circuits = [make_circuit(name=name, max_heating=9) for name in ("A", "B", "C", "D")]
        for number, circuit in enumerate(circuits):
            at_work = work(floor, 3, circuit=circuit)
            silence([printer for _run, printer in at_work], now=NOW + timedelta(seconds=20 * number))
            notice_what_happened()

        of_the_first, of_the_others = Incident.objects.order_by("id")

        assert (of_the_first.kind, of_the_first.cause_ref) == ("circuit", str(circuits[0].pk))
        assert (of_the_others.kind, of_the_others.cause_ref, of_the_others.incident_printers.count()) == ("network", "", 9)

    def test_a_printer_elsewhere_stays_its_own_matter_beside_an_open_incident(self) -> None:
        floor = make_floor()
        (circuit, other) = (make_circuit(name=name, max_heating=9) for name in ("A", "B"))
        at_work = work(floor, 3, circuit=circuit)
        silence([printer for _run, printer in at_work])
        notice_what_happened()

        silence([work(floor, 9, circuit=other)[0][1]], now=NOW + timedelta(seconds=20))
        notice_what_happened()

        assert the_incident().incident_printers.count() == 3

    def test_one_that_falls_silent_much_later_is_its_own_matter(self) -> None:
        floor = make_floor()
        at_work = work(floor, 4)
        silence([printer for _run, printer in at_work[:3]])
        notice_what_happened()

        silence([at_work[3][1]], now=NOW + timedelta(minutes=5))
        notice_what_happened()

        assert IncidentPrinter.objects.count() == 3


class TestWhatItTakes:
    def test_its_failures_count_for_no_breaker_and_no_ceiling_and_beds_are_not_known(self) -> None:
        floor = make_floor()
        at_work = work(floor, 3)
        silence([printer for _run, printer in at_work])
        notice_what_happened()
        run, printer = at_work[0]
        pieces = {item.piece_id for item in run.plate.items.all()}
        assert facts.attempts_of(pieces, now=NOW) == (1, 1)

        come_back(run, printer)
        assert judged(run, ItemResult.FAILED, reason="POWER_LOSS")

        run, printer = fresh(run), fresh(printer)
        assert (run.state, run.reason) == (RunState.FAILED, "POWER_LOSS")
        assert printer.bed == Bed.UNKNOWN
        assert not BreakerCount.objects.filter(breaker=BreakerKind.PRINTER).exists()
        assert facts.attempts_of(pieces, now=NOW) == (0, 0)

    def test_what_was_counted_before_it_was_recognised_is_taken_back(self) -> None:
        floor = make_floor()
        at_work = work(floor, 3)
        run, printer = at_work[0]
        for _ in range(2):
            _fail_of_its_own(floor, printer, run)
            run = printing(floor.plate(), _clear(printer))
        assert ruled(run, Ruling.FAIL, reason="POWER_LOSS")
        printer = fresh(printer)
        assert printer.health == Health.DEGRADED

        for other, _printer in at_work[1:]:
            assert ruled(other, Ruling.FAIL, reason="POWER_LOSS")
        notice_what_happened()

        printer = fresh(printer)
        assert (printer.health, printer.bed) == (Health.OK, Bed.UNKNOWN)
        assert Breaker.objects.filter(acknowledged_at=None).count() == 0
        counted = BreakerCount.objects.filter(breaker=BreakerKind.PRINTER, subject_id=printer.pk)
        assert (counted.count(), counted.filter(taken_back_at=None).count()) == (3, 2)

    def test_nothing_starts_there_and_everybody_is_told_why(self) -> None:
        floor = make_floor()
        (_run, printer), *_others = at_work = work(floor, 3)
        silence([one for _run, one in at_work])
        notice_what_happened()
        for run, one in at_work:
            come_back(run, one)
            commands.clear_bed(machine(), printer_id=one.pk)
        waiting = queued(floor.plate())

        with pytest.raises(Refusal) as refused:
            commands.dispatch_run(machine(), run_id=waiting.pk, printer_id=printer.pk, expected_version=waiting.version)

        assert refused.value.code == "printer-in-incident"
        (blocker, *_more) = queries.why_not_printing("run", waiting.pk, now=NOW)
        assert (blocker.code, blocker.kind, blocker.id) == ("INCIDENT", "incident", str(the_incident().pk))
        assert printer.code in blocker.words


class TestTheCommand:
    def test_the_same_again_changes_nothing(self) -> None:
        floor = make_floor()
        printers = [floor.printer() for _ in range(3)]

        first, again = opened(printers), opened(printers)

        assert first == again
        assert Event.objects.filter(type__startswith="Incident").count() == 1

    def test_a_printer_is_in_one_open_incident_only(self) -> None:
        floor = make_floor()
        printers = [floor.printer() for _ in range(3)]
        opened(printers)

        assert opened(printers, cause_ref=str(uuid4())) is None

    def test_an_attempt_whose_start_was_never_sent_is_not_taken(self) -> None:
        floor = make_floor()
        printer = floor.printer()
        run = queued(floor.plate())
        commands.dispatch_run(machine(), run_id=run.pk, printer_id=printer.pk, expected_version=run.version)

        opened([printer])

        assert not IncidentRun.objects.exists()

    def test_needs_printers_that_exist(self) -> None:
        with pytest.raises(Invalid):
            opened([])
        with pytest.raises(NotFound):
            opened([Printer(pk=uuid4())])

    @pytest.mark.both_engines
    def test_two_openers_at_once_make_one(self, writers: Writers) -> None:
        floor = make_floor()
        printers = [floor.printer() for _ in range(6)]

        outcomes = writers.in_threads(lambda n: opened(printers[n:] if n % 2 else printers[: 6 - n]), 4)

        assert [one.error for one in outcomes if one.error is not None] == []
        assert {one.value for one in outcomes} == {the_incident().pk}
        assert IncidentPrinter.objects.count() == 6


def _fail_of_its_own(floor: Floor, printer: Printer, run: Run) -> None:
    assert ruled(run, Ruling.FAIL, reason="MCU_LOST")
    judged(run, ItemResult.FAILED, reason="MCU_LOST")


def _clear(printer: Printer) -> Printer:
    commands.clear_bed(machine(), printer_id=printer.pk)
    return fresh(printer)
