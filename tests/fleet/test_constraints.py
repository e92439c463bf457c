"""What the database refuses about printers, what is loaded, and what they printed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from apps.catalog.states import BedShape, Enclosure, Reason
from apps.fleet.models import MachineSession, Printer
from apps.fleet.states import CalibrationKind, ConfidenceSource, Connection, FeedContent, Health, Occupancy, SessionOutcome
from tests.factories.accounts import make_site
from tests.factories.context import NOW
from tests.factories.fleet import make_calibration, make_capability, make_feed, make_occupied_printer, make_printer, make_session
from tests.factories.inventory import make_spool
from tests.violations import Violation, missing, refused, unknown_codes

pytestmark = [pytest.mark.both_engines, pytest.mark.django_db]

ADDRESS = "http://192.168.1.20:7125"
ENDED = {"ended_at": NOW + timedelta(hours=1), "outcome": SessionOutcome.COMPLETED}
FOREIGN = {"is_foreign": True, "run_id": None}
CLAIM = {"claimed_for_id": uuid4(), "claimed_at": NOW + timedelta(hours=2), "claimed_by": "service:tests"}


def two_printers_at_one_address() -> None:
    make_printer(address=ADDRESS)
    make_printer(address=ADDRESS)


def one_run_on_two_printers() -> None:
    run_id = uuid4()
    make_occupied_printer(current_run_id=run_id)
    make_occupied_printer(current_run_id=run_id)


def two_capabilities() -> None:
    make_capability(printer=make_capability().printer)


def one_spool_in_two_feeds() -> None:
    spool = make_spool()
    make_feed(spool=spool)
    make_feed(spool=spool)


def one_machine_job_twice() -> None:
    printer = make_printer()
    make_session(printer=printer, external_job_id="00001A", **ENDED)
    make_session(printer=printer, external_job_id="00001A", **ENDED)


def two_open_sessions() -> None:
    printer = make_printer()
    make_session(printer=printer)
    make_session(printer=printer, started_at=NOW + timedelta(minutes=1))


def make_worn_printer(**given: Any) -> Printer:
    """Return a printer with a known confidence and a reason to be degraded, so that an unknown code contradicts nothing else."""
    known = {"confidence": 0.4, "confidence_source": ConfidenceSource.OUTCOMES, "health": Health.DEGRADED, "health_reason": Reason.CLOG}
    return make_printer(**{**known, **given})


def make_ended_session(**given: Any) -> MachineSession:
    return make_session(**{**ENDED, **given})


def same_code() -> None:
    make_printer(code="V3")
    make_printer(code="V3")


PRINTERS = [
    Violation("one_printer_per_code", "printer-code-taken", same_code),
    Violation("one_printer_per_address", "printer-address-taken", two_printers_at_one_address),
    Violation("one_printer_per_open_run", "run-on-another-printer", one_run_on_two_printers),
    Violation("printers_have_a_code_and_a_name", "printer-unnamed", lambda: make_printer(name="")),
    Violation("degraded_printers_say_why", "degraded-without-reason", lambda: make_printer(health=Health.DEGRADED)),
    Violation("our_printers_name_their_run", "printer-occupancy-contradiction", lambda: make_printer(occupancy=Occupancy.OURS)),
    Violation("retired_printers_are_free", "retired-printer-busy", lambda: make_occupied_printer(retired_at=NOW)),
    Violation("bed_notes_say_when_and_by_whom", "bed-note-incomplete", lambda: make_printer(bed_note_at=NOW)),
    Violation("online_printers_were_seen", "online-without-sighting", lambda: make_printer(last_seen_at=None)),
    Violation("printer_nozzle_diameter_um_in_range", "printer-nozzle-invalid", lambda: make_printer(nozzle_diameter_um=0)),
    Violation(
        "printer_confidence_in_range",
        "confidence-out-of-range",
        lambda: make_printer(confidence=1.1, confidence_source=ConfidenceSource.OUTCOMES),
    ),
    Violation("confidence_says_where_from", "confidence-without-source", lambda: make_printer(confidence=0.9)),
    Violation(
        "manual_confidence_says_why",
        "confidence-without-reason",
        lambda: make_printer(confidence=0.9, confidence_source=ConfidenceSource.MANUAL),
    ),
    Violation("printer_printed_s_at_least_0", "printed-time-negative", lambda: make_printer(printed_s=-1)),
    Violation("printer_nozzle_s_at_least_0", "nozzle-time-negative", lambda: make_printer(nozzle_s=-1)),
    Violation("printer_service_every_s_at_least_1", "maintenance-interval-invalid", lambda: make_printer(service_every_s=0)),
    Violation("printer_serviced_s_at_least_0", "maintenance-hours-negative", lambda: make_printer(serviced_s=-1)),
    Violation("services_say_when_and_by_whom", "maintenance-unsigned", lambda: make_printer(serviced_by="service:x")),
    Violation("machines_say_when_and_by_whom", "machine-unsigned", lambda: make_printer(machine_noted_by="service:x")),
    Violation("printer_filament_mm_at_least_0", "printer-filament-negative", lambda: make_printer(filament_mm=-1)),
]
MACHINES = [
    Violation("fleet_capability.printer_id", "capability-exists", two_capabilities),
    Violation("capability_volume_is_positive", "printer-volume-invalid", lambda: make_capability(volume_x_um=0)),
    Violation(
        "capability_round_beds_have_one_diameter",
        "printer-round-bed-uneven",
        lambda: make_capability(bed_shape=BedShape.ROUND, volume_y_um=1),
    ),
    Violation("capability_feeds_at_least_1", "printer-feeds-invalid", lambda: make_capability(feeds=0)),
    Violation("capability_max_nozzle_c_in_range", "printer-nozzle-temperature-invalid", lambda: make_capability(max_nozzle_c=601)),
    Violation("capability_max_bed_c_in_range", "printer-bed-temperature-invalid", lambda: make_capability(max_bed_c=-1)),
    Violation(
        "capability_max_chamber_c_in_range",
        "printer-chamber-temperature-invalid",
        lambda: make_capability(enclosure=Enclosure.HEATED, max_chamber_c=999),
    ),
    Violation("capability_heated_chambers_have_a_limit", "printer-chamber-contradiction", lambda: make_capability(max_chamber_c=60)),
    Violation("calibrations_say_by_whom", "calibration-unsigned", lambda: make_calibration(by="")),
    Violation("measured_calibrations_have_a_value", "calibration-without-value", lambda: make_calibration(value=None)),
    Violation("calibration_value_at_least_0", "calibration-value-negative", lambda: make_calibration(value=-0.01)),
    Violation("calibration_nozzle_diameter_um_at_least_1", "calibration-nozzle-invalid", lambda: make_calibration(nozzle_diameter_um=0)),
    Violation("one_feed_per_position", "feed-exists", lambda: make_feed(printer=make_feed().printer)),
    Violation("one_feed_per_spool", "spool-loaded-elsewhere", one_spool_in_two_feeds),
    Violation("feed_position_at_least_0", "feed-position-invalid", lambda: make_feed(position=-1)),
    Violation("loaded_feeds_name_their_spool", "feed-contradiction", lambda: make_feed(spool=None)),
    Violation("known_feeds_say_by_whom", "feed-unsigned", lambda: make_feed(by="")),
]
SESSIONS = [
    Violation("one_session_per_machine_job", "session-seen-already", one_machine_job_twice),
    Violation("one_open_session_per_printer", "session-open-already", two_open_sessions),
    Violation(
        "machine_session_started_at_not_after_ended_at",
        "session-ends-before-start",
        lambda: make_session(ended_at=NOW - timedelta(seconds=1), outcome=SessionOutcome.ERROR),
    ),
    Violation("ended_sessions_have_an_outcome", "session-outcome-contradiction", lambda: make_session(ended_at=NOW)),
    Violation("machine_session_duration_s_at_least_0", "session-duration-negative", lambda: make_session(duration_s=-1)),
    Violation("machine_session_print_s_at_least_0", "session-print-time-negative", lambda: make_session(print_s=-1)),
    Violation(
        "machine_session_print_s_not_after_duration_s", "session-print-time-too-long", lambda: make_session(duration_s=60, print_s=61)
    ),
    Violation("machine_session_filament_mm_at_least_0", "session-filament-negative", lambda: make_session(filament_mm=-1)),
    Violation("sessions_are_ours_or_foreign", "session-ownership-contradiction", lambda: make_session(is_foreign=True)),
    Violation("only_ended_foreign_sessions_are_claimed", "session-not-claimable", lambda: make_session(**ENDED, **CLAIM)),
    Violation(
        "machine_session_ended_at_not_after_claimed_at",
        "session-claimed-before-end",
        lambda: make_session(**FOREIGN, **ENDED, **{**CLAIM, "claimed_at": NOW}),
    ),
]
VIOLATIONS = [*PRINTERS, *MACHINES, *SESSIONS]
FACTORIES = {
    "Printer": make_worn_printer,
    "Capability": make_capability,
    "Calibration": make_calibration,
    "Feed": make_feed,
    "MachineSession": make_ended_session,
}


class TestTheDatabase:
    @pytest.mark.parametrize("violation", [*VIOLATIONS, *unknown_codes("fleet", FACTORIES)], ids=str)
    def test_refuses_in_plain_words(self, violation: Violation) -> None:
        refusal = refused(violation.act)

        assert (refusal.code, refusal.params["constraint"]) == (violation.code, violation.constraint)

    def test_has_no_constraint_that_is_not_broken_here(self) -> None:
        assert missing("fleet", VIOLATIONS) == set()

    def test_lets_no_free_printer_name_a_run(self) -> None:
        refusal = refused(lambda: make_printer(current_run_id=uuid4()))

        assert refusal.code == "printer-occupancy-contradiction"

    @pytest.mark.parametrize("part", ["claimed_at", "claimed_by", "claimed_for_id"])
    def test_takes_no_half_claim(self, part: str) -> None:
        empty = "" if part == "claimed_by" else None

        refusal = refused(lambda: make_session(**FOREIGN, **ENDED, **{**CLAIM, part: empty}))

        assert refusal.code == "session-not-claimable"

    def test_lets_no_running_print_be_claimed(self) -> None:
        refusal = refused(lambda: make_session(**FOREIGN, **CLAIM))

        assert refusal.code == "session-not-claimable"


class TestWhatLooksLikeAViolation:
    def test_is_allowed_where_it_means_something_else(self) -> None:
        make_printer(address=ADDRESS, retired_at=NOW)
        make_printer(address=ADDRESS)
        make_printer(address=ADDRESS, site=make_site())
        make_printer(address="")
        make_printer(address="")
        desynced = make_printer(occupancy=Occupancy.FOREIGN, current_run_id=uuid4())
        make_printer(health=Health.MAINTENANCE, health_reason=Reason.THERMAL)
        make_printer(connection=Connection.UNKNOWN, last_seen_at=None)
        make_feed(content=FeedContent.UNKNOWN, spool=None, by="")
        make_feed(content=FeedContent.EMPTY, spool=None)
        make_calibration(kind=CalibrationKind.BED_MESH, value=None)
        make_session(printer=desynced, external_job_id="00001A", **ENDED)
        make_session(printer=desynced, external_job_id="00001A", started_at=NOW + timedelta(days=1), **FOREIGN)
        claimed = make_session(printer=desynced, **FOREIGN, **ENDED, **CLAIM)

        assert desynced.sessions.count() == 3
        assert claimed.is_foreign
