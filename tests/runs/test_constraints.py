"""What the database refuses about print attempts, outcomes and incidents."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from apps.catalog.states import Reason
from apps.journal.identity import new_id
from apps.runs.models import Telemetry
from apps.runs.states import AnomalyState, DispatchStep, ExclusionState, IncidentState, ItemResult, RunState, SnapshotMoment, Wish
from tests.factories.catalog import make_reason_code
from tests.factories.context import NOW
from tests.factories.fleet import make_printer
from tests.factories.planning import make_approved_plate
from tests.factories.runs import (
    make_anomaly,
    make_completed_run,
    make_exclusion,
    make_failed_run,
    make_incident,
    make_incident_printer,
    make_incident_run,
    make_item_outcome,
    make_outcome_photo,
    make_paused_run,
    make_pending_run,
    make_printing_run,
    make_run,
    make_run_snapshot,
    make_uploading_run,
)
from tests.violations import Violation, missing, refused, twice, unknown_codes

pytestmark = [pytest.mark.both_engines, pytest.mark.django_db]


def two_live_attempts_of_a_plate() -> None:
    first = make_run()
    make_run(plate=first.plate, attempt=2)


def two_first_outcomes_of_a_part() -> None:
    first = make_item_outcome()
    make_item_outcome(run=first.run, item=first.item)


def two_corrections_of_one_record() -> None:
    first = make_item_outcome()
    twice(make_item_outcome, run=first.run, item=first.item, corrects=first)


def an_outcome_that_corrects_itself() -> None:
    its_own = new_id()
    make_item_outcome(id=its_own, corrects_id=its_own)


def a_part_left_out_twice() -> None:
    first = make_exclusion()
    make_exclusion(run=first.run, item=first.item)


def two_rows_for_an_hour_of_an_attempt() -> None:
    run = make_printing_run()
    for _ in range(2):
        Telemetry.objects.create(run=run, hour=500_000, samples="")


def an_incident_with_a_printer_twice() -> None:
    first = make_incident_printer()
    make_incident_printer(incident=first.incident, printer=first.printer)


def an_incident_with_an_attempt_twice() -> None:
    first = make_incident_run()
    make_incident_run(incident=first.incident, run=first.run)


def two_pictures_of_an_anomaly() -> None:
    anomaly = make_anomaly()
    twice(make_run_snapshot, run=anomaly.run, anomaly=anomaly, moment=SnapshotMoment.ANOMALY)


ATTEMPTS = [
    Violation("one_run_per_attempt", "attempt-exists", lambda: twice(make_failed_run, plate=make_approved_plate())),
    Violation("one_active_run_per_printer", "printer-taken", lambda: twice(make_printing_run, printer=make_printer())),
    Violation("one_live_run_per_plate", "plate-has-an-attempt", two_live_attempts_of_a_plate),
    Violation("run_attempt_at_least_1", "attempt-number-invalid", lambda: make_run(attempt=0)),
    Violation("run_progress_in_range", "progress-out-of-range", lambda: make_run(progress=100.1)),
    Violation("run_layers_are_within_the_print", "layer-out-of-range", lambda: make_printing_run(layer=101, layers_total=100)),
    Violation("runs_say_who_asked_for_them", "run-unsigned", lambda: make_run(requested_by="")),
    Violation("runs_on_a_printer_pin_it_and_the_output", "run-without-printer", lambda: make_uploading_run(printer=None)),
    Violation("waiting_runs_have_no_printer", "waiting-run-with-printer", lambda: make_run(printer=make_printer())),
    Violation("pending_runs_name_their_approval", "run-approval-missing", lambda: make_pending_run(approval=None)),
    Violation("printed_runs_say_when_and_where", "run-start-missing", lambda: make_printing_run(started_at=None, started_by="")),
    Violation("started_runs_say_who_started_them", "run-start-unsigned", lambda: make_printing_run(started_by="")),
    Violation("interventions_say_when_and_by_whom", "intervention-unsigned", lambda: make_printing_run(intervened_at=NOW)),
    Violation("unhappy_runs_carry_a_reason", "run-without-reason", lambda: make_paused_run(reason="")),
    Violation("unhappy_runs_say_what_caused_them", "run-without-cause", lambda: make_failed_run(caused_by="")),
    Violation(
        "own_run_reasons_map_to_a_canonical_one", "run-reason-unmapped", lambda: make_run(local_reason=make_reason_code(), reason="")
    ),
    Violation("unknown_run_reasons_carry_a_note", "run-reason-without-note", lambda: make_paused_run(reason=Reason.UNKNOWN)),
    Violation("ended_runs_say_when", "run-end-undated", lambda: make_completed_run(ended_at=None)),
    Violation("desynced_runs_show_their_evidence", "desync-without-evidence", lambda: make_printing_run(desynced=True)),
    Violation("attention_has_a_beginning", "attention-undated", lambda: make_run(needs_attention=True)),
    Violation("cleared_beds_say_when_and_by_whom", "bed-clearing-unsigned", lambda: make_completed_run(bed_cleared_at=NOW)),
    Violation("judged_runs_say_when_and_by_whom", "judgement-unsigned", lambda: make_completed_run(judged_by="person:1")),
    Violation("uploading_runs_alone_have_a_step", "step-outside-upload", lambda: make_uploading_run(dispatch_step="")),
    Violation("sent_starts_say_when", "start-undated", lambda: make_uploading_run(dispatch_step=DispatchStep.START_SENT)),
    Violation(
        "wishes_are_for_runs_on_a_printer",
        "wish-without-printer",
        lambda: make_run(wish=Wish.ABORT, wish_by="person:1", wish_at=NOW),
    ),
    Violation("wishes_say_who_and_when", "wish-unsigned", lambda: make_printing_run(wish=Wish.PAUSE)),
    Violation(
        "only_ended_runs_are_cleared_and_judged",
        "run-not-over",
        lambda: make_printing_run(bed_cleared_at=NOW, bed_cleared_by="person:1"),
    ),
]
OUTCOMES = [
    Violation("one_first_outcome_per_part", "outcome-recorded", two_first_outcomes_of_a_part),
    Violation("an_outcome_is_corrected_once", "outcome-corrected", two_corrections_of_one_record),
    Violation("failed_parts_carry_a_reason", "outcome-without-reason", lambda: make_item_outcome(outcome=ItemResult.FAILED)),
    Violation("good_parts_carry_no_reason", "good-part-with-reason", lambda: make_item_outcome(reason=Reason.WARP)),
    Violation(
        "unknown_part_reasons_carry_a_note",
        "outcome-without-note",
        lambda: make_item_outcome(outcome=ItemResult.FAILED, reason=Reason.UNKNOWN),
    ),
    Violation(
        "own_part_reasons_map_to_a_canonical_one",
        "outcome-reason-unmapped",
        lambda: make_item_outcome(outcome=ItemResult.SKIPPED, local_reason=make_reason_code()),
    ),
    Violation("no_outcome_corrects_itself", "outcome-corrects-itself", an_outcome_that_corrects_itself),
    Violation("outcomes_say_who", "outcome-unsigned", lambda: make_item_outcome(recorded_by="")),
    Violation("one_outcome_photo_per_position", "outcome-photo-exists", lambda: twice(make_outcome_photo, outcome=make_item_outcome())),
    Violation("outcome_photo_position_at_least_0", "outcome-photo-misplaced", lambda: make_outcome_photo(position=-1)),
    Violation("one_open_incident_per_cause", "incident-open", lambda: twice(make_incident, cause_ref="B")),
    Violation(
        "incident_began_at_not_after_until", "incident-ends-before-it-begins", lambda: make_incident(until=NOW - timedelta(seconds=1))
    ),
    Violation("released_incidents_say_when", "incident-release-undated", lambda: make_incident(state=IncidentState.RELEASED)),
    Violation(
        "released_incidents_say_who",
        "incident-release-unsigned",
        lambda: make_incident(state=IncidentState.RELEASED, released_at=NOW),
    ),
    Violation("an_incident_names_a_printer_once", "incident-printer-twice", an_incident_with_a_printer_twice),
    Violation("an_incident_names_a_run_once", "attempt-in-incident", an_incident_with_an_attempt_twice),
]
ANOMALIES = [
    Violation("one_open_anomaly_of_a_kind", "anomaly-told-already", lambda: twice(make_anomaly, run=make_printing_run())),
    Violation("anomalies_say_who_raised_them", "anomaly-unsigned", lambda: make_anomaly(raised_by="")),
    Violation("anomaly_assignments_say_when", "anomaly-assignment-undated", lambda: make_anomaly(assigned_to="person:1")),
    Violation("acknowledged_anomalies_say_who", "anomaly-acknowledgement-unsigned", lambda: make_anomaly(acknowledged_at=NOW)),
    Violation(
        "resolved_anomalies_say_who_and_how",
        "anomaly-resolution-unsigned",
        lambda: make_anomaly(state=AnomalyState.RESOLVED, resolved_at=NOW),
    ),
    Violation("resolved_anomalies_say_when", "anomaly-end-undated", lambda: make_anomaly(state=AnomalyState.RESOLVED)),
    Violation("one_telemetry_per_hour", "telemetry-exists", two_rows_for_an_hour_of_an_attempt),
    Violation("one_snapshot_of_a_moment", "snapshot-exists", lambda: twice(make_run_snapshot, run=make_printing_run())),
    Violation("one_snapshot_of_an_anomaly", "anomaly-snapshot-exists", two_pictures_of_an_anomaly),
    Violation("snapshots_of_anomalies_name_them", "snapshot-without-anomaly", lambda: make_run_snapshot(moment=SnapshotMoment.ANOMALY)),
]
EXCLUSIONS = [
    Violation("run_left_out_at_least_0", "left-out-negative", lambda: make_printing_run(left_out=-1)),
    Violation("a_part_is_left_out_once", "part-left-out-twice", a_part_left_out_twice),
    Violation("wanted_exclusions_say_who_when_and_why", "exclusion-unsigned", lambda: make_exclusion(asked_at=None)),
    Violation("only_the_machine_excludes_unasked", "exclusion-unasked", lambda: make_exclusion(asked_by="", asked_at=None, reason="")),
    Violation("unknown_exclusion_reasons_carry_a_note", "exclusion-without-note", lambda: make_exclusion(reason=Reason.UNKNOWN)),
    Violation("settled_exclusions_say_when", "exclusion-unsettled", lambda: make_exclusion(state=ExclusionState.EXCLUDED)),
    Violation(
        "dropped_exclusions_say_why",
        "exclusion-dropped-without-cause",
        lambda: make_exclusion(state=ExclusionState.DROPPED, settled_at=NOW),
    ),
]
VIOLATIONS = [*ATTEMPTS, *OUTCOMES, *ANOMALIES, *EXCLUSIONS]


def make_coded_outcome(**code: Any) -> object:
    return make_item_outcome(**{"outcome": ItemResult.FAILED, "reason": Reason.WARP, **code})


def make_coded_exclusion(**code: Any) -> object:
    dropped = {"state": ExclusionState.DROPPED, "settled_at": NOW} if "dropped_because" in code else {}
    return make_exclusion(**{**dropped, **code})


FACTORIES: dict[str, Callable[..., Any]] = {
    "Run": make_run,
    "ItemOutcome": make_coded_outcome,
    "Incident": make_incident,
    "IncidentPrinter": make_incident_printer,
    "Anomaly": make_anomaly,
    "RunSnapshot": make_run_snapshot,
    "Exclusion": make_coded_exclusion,
}


class TestTheDatabase:
    @pytest.mark.parametrize("violation", [*VIOLATIONS, *unknown_codes("runs", FACTORIES)], ids=str)
    def test_refuses_in_plain_words(self, violation: Violation) -> None:
        refusal = refused(violation.act)

        assert (refusal.code, refusal.params["constraint"]) == (violation.code, violation.constraint)

    def test_has_no_constraint_that_is_not_broken_here(self) -> None:
        assert missing("runs", VIOLATIONS) == set()

    @pytest.mark.parametrize("pinned", ["output", "printer_snapshot"])
    def test_refuses_an_attempt_on_a_printer_that_pins_too_little(self, pinned: str) -> None:
        refusal = refused(lambda: make_uploading_run(**{pinned: None}))

        assert refusal.code == "run-without-printer"

    @pytest.mark.parametrize("state", [RunState.QUEUED, RunState.PENDING_APPROVAL, RunState.UPLOADING, RunState.PAUSED])
    def test_keeps_one_live_attempt_per_plate_in_every_live_state(self, state: RunState) -> None:
        make = {
            RunState.QUEUED: make_run,
            RunState.PENDING_APPROVAL: make_pending_run,
            RunState.UPLOADING: make_uploading_run,
            RunState.PAUSED: make_paused_run,
        }[state]
        first = make()

        refusal = refused(lambda: make_printing_run(plate=first.plate, attempt=2))

        assert refusal.code == "plate-has-an-attempt"


class TestWhatLooksLikeAViolation:
    def test_is_allowed_where_it_means_something_else(self) -> None:
        failed = make_failed_run()
        make_failed_run(printer=failed.printer)
        make_run(plate=failed.plate, attempt=2)
        first = make_item_outcome()
        make_item_outcome(run=first.run, item=first.item, corrects=first, outcome=ItemResult.FAILED, reason=Reason.WARP)
        make_incident(state=IncidentState.RELEASED, released_at=NOW, released_by="person:1", cause_ref="B")

        again = make_incident(cause_ref="B")

        assert again.state == IncidentState.OPEN
