"""The four independent facts of a printer: which moves there are, and what each leaves behind."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from apps.catalog.states import Reason
from apps.fleet.models import Calibration, MachineSession, Printer
from apps.fleet.states import Bed, Connection, Health, Occupancy, PrinterState, SessionOutcome, printer_state
from apps.journal import frame
from tests.factories.context import NOW
from tests.factories.fleet import make_calibration, make_occupied_printer, make_printer, make_session
from tests.moves import allowed_moves
from tests.violations import refused

MOVES: dict[str, dict[str, dict[str, str]]] = {
    "health": {
        Health.OK: {"degrade": "DEGRADED", "begin_maintenance": "MAINTENANCE"},
        Health.DEGRADED: {"degrade": "DEGRADED", "begin_maintenance": "MAINTENANCE", "acknowledge": "OK"},
        Health.MAINTENANCE: {"degrade": "DEGRADED", "acknowledge": "OK"},
    },
    "connection": {
        Connection.ONLINE: {
            "come_online": "ONLINE",
            "go_offline": "OFFLINE",
            "reject_access": "MISCONFIGURED",
            "lose_sight": "UNKNOWN",
        },
        Connection.OFFLINE: {"come_online": "ONLINE", "reject_access": "MISCONFIGURED", "lose_sight": "UNKNOWN"},
        Connection.MISCONFIGURED: {"come_online": "ONLINE", "go_offline": "OFFLINE", "lose_sight": "UNKNOWN"},
        Connection.UNKNOWN: {"come_online": "ONLINE", "go_offline": "OFFLINE", "reject_access": "MISCONFIGURED"},
    },
    "bed": {
        Bed.CLEAR: {"dirty_bed": "NOT_CLEAR", "doubt_bed": "UNKNOWN"},
        Bed.NOT_CLEAR: {"clear_bed": "CLEAR", "doubt_bed": "UNKNOWN"},
        Bed.UNKNOWN: {"clear_bed": "CLEAR", "dirty_bed": "NOT_CLEAR"},
    },
    "occupancy": {
        Occupancy.FREE: {"occupy": "OURS", "see_foreign": "FOREIGN"},
        Occupancy.OURS: {"release": "FREE", "see_foreign": "FOREIGN"},
        Occupancy.FOREIGN: {"occupy": "OURS", "release": "FREE"},
    },
}
LATER = NOW + timedelta(minutes=6)


class TestAPrinter:
    @pytest.mark.parametrize(("fact", "state"), [(fact, state) for fact, table in MOVES.items() for state in table])
    def test_can_make_exactly_these_moves(self, fact: str, state: str) -> None:
        assert allowed_moves(Printer, fact, state) == MOVES[fact][state]

    @pytest.mark.parametrize(("fact", "codes"), [("health", Health), ("connection", Connection), ("bed", Bed), ("occupancy", Occupancy)])
    def test_has_moves_for_every_state(self, fact: str, codes: type[Health]) -> None:
        assert set(MOVES[fact]) == set(codes)


class TestReconnecting:
    def test_never_clears_degraded(self) -> None:
        printer = Printer(health=Health.DEGRADED, health_reason=Reason.THERMAL, connection=Connection.OFFLINE)

        printer.come_online(evidence={"source": "poll"}, now=LATER)

        assert (printer.health, printer.health_reason) == (Health.DEGRADED, Reason.THERMAL)
        assert (printer.connection, printer.connection_since, printer.last_seen_at) == (Connection.ONLINE, LATER, LATER)
        assert printer.state == PrinterState.DEGRADED


class TestMaintenance:
    def test_keeps_why_it_was_degraded_until_somebody_acknowledges(self) -> None:
        printer = Printer()
        printer.degrade(reason=Reason.THERMAL, evidence={"message": "ADC out of range"}, now=NOW)

        printer.begin_maintenance(evidence={"task": "thermistor"}, now=LATER)
        kept = printer.health_reason
        printer.acknowledge(evidence={"checklist": ["wiring"]}, now=LATER)

        assert kept == Reason.THERMAL
        assert (printer.health, printer.health_reason, printer.health_evidence) == (Health.OK, "", {"checklist": ["wiring"]})


class TestAnEarlyTapOnBedIsClear:
    def test_is_kept_as_a_note_and_used_up_by_the_next_change_of_the_bed(self) -> None:
        printer = Printer(bed=Bed.NOT_CLEAR)

        printer.note_bed_clear(by="person:1", now=NOW)
        noted = (printer.bed, printer.bed_note_at, printer.bed_note_by)
        printer.clear_bed(evidence={"by": "person:1"}, now=LATER)

        assert noted == (Bed.NOT_CLEAR, NOW, "person:1")
        assert (printer.bed, printer.bed_since, printer.bed_note_at, printer.bed_note_by) == (Bed.CLEAR, LATER, None, "")


@pytest.mark.both_engines
@pytest.mark.django_db
class TestOccupancy:
    def test_leaves_rows_the_database_accepts_on_every_way(self) -> None:
        printer, run_id = make_printer(), uuid4()
        fields = ("occupancy", "occupancy_since", "occupancy_evidence", "current_run_id")

        with frame.seeding("the commands come with their behaviour"):
            printer.occupy(run_id=run_id, evidence={}, now=NOW)
            printer.save_changes(*fields)
            printer.see_foreign(evidence={"file": "other.gcode"}, now=NOW)
            printer.save_changes(*fields)
            during = printer.current_run_id
            printer.release(evidence={}, now=LATER)
            printer.save_changes(*fields)

        kept = Printer.objects.get(pk=printer.pk)
        assert during == run_id
        assert (kept.occupancy, kept.current_run_id, kept.version) == (Occupancy.FREE, None, 4)

    def test_of_ours_is_not_taken_by_a_second_run(self) -> None:
        first = make_occupied_printer()

        refusal = refused(lambda: make_occupied_printer(current_run_id=first.current_run_id))

        assert refusal.code == "run-on-another-printer"


class TestPrinterState:
    @pytest.mark.parametrize(
        ("health", "connection", "worst"),
        [
            ("OK", "ONLINE", "OK"),
            ("DEGRADED", "ONLINE", "DEGRADED"),
            ("DEGRADED", "UNKNOWN", "UNKNOWN"),
            ("MAINTENANCE", "ONLINE", "MAINTENANCE"),
            ("MAINTENANCE", "OFFLINE", "OFFLINE"),
            ("OK", "MISCONFIGURED", "MISCONFIGURED"),
        ],
    )
    def test_is_the_worst_of_health_and_connection(self, health: str, connection: str, worst: str) -> None:
        assert printer_state(health, connection) == worst

    def test_of_unknown_codes_is_an_error(self) -> None:
        with pytest.raises(ValueError, match="BROKEN"):
            printer_state("BROKEN", "ONLINE")


@pytest.mark.both_engines
@pytest.mark.django_db
class TestWhatWasMeasured:
    def test_is_never_changed_or_deleted_for_calibrations(self) -> None:
        calibration = make_calibration()

        with frame.seeding("an attempt to rewrite history"):
            changed = refused(lambda: Calibration.objects.filter(pk=calibration.pk).update(value=1.0))
            deleted = refused(calibration.delete)

        assert changed.code == deleted.code == "append-only"

    def test_is_fixed_once_a_print_has_ended_but_the_print_can_still_be_claimed(self) -> None:
        seen = make_session(is_foreign=True, run_id=None, duration_s=60)
        ended = {"ended_at": LATER, "outcome": SessionOutcome.COMPLETED, "duration_s": 360}
        rows = MachineSession.objects.filter(pk=seen.pk)

        with frame.seeding("the commands come with their behaviour"):
            rows.update(**ended)
            changed = refused(lambda: rows.update(duration_s=1))
            deleted = refused(seen.delete)
            rows.update(claimed_for_id=uuid4(), claimed_at=LATER, claimed_by="person:1")

        assert changed.code == deleted.code == "append-only"
        assert rows.get().claimed_by == "person:1"
