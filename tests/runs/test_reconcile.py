"""The table of disagreements, row by row. Each class is a row of the specification, or a lie machines were caught at."""

from __future__ import annotations

from dataclasses import replace

import pytest

from apps.runs.domain.reconcile import Action, Ruling, evidence_of, proves_start, reconcile
from tests.runs.machine import ESTIMATE_S, OTHER, OURS, PID, SIZE, job, saw, stored, thinks


def answer(ruling: Ruling) -> tuple[str, str]:
    return ruling.action.value, ruling.code


class TestAnAttemptBeingStarted:
    @pytest.mark.parametrize("step", ["requested", "uploading", "uploaded", "start_sent"])
    @pytest.mark.parametrize("state", ["printing", "paused", "complete", "cancelled", "error"])
    def test_is_adopted_when_the_machine_has_our_file_loaded(self, step: str, state: str) -> None:
        assert answer(reconcile(thinks("uploading", step=step), saw(state, OURS))) == ("adopt", "already_printing")

    @pytest.mark.parametrize("seen", [saw(history=job("in_progress")), saw(metadata=stored(print_start_time=1.0))])
    def test_is_adopted_on_any_proof_of_a_start(self, seen: object) -> None:
        assert answer(reconcile(thinks("uploading", step="start_sent"), seen)) == ("adopt", "already_printing")  # type: ignore[arg-type]

    def test_stays_while_something_else_prints_and_the_printer_is_foreign(self) -> None:
        ruling = reconcile(thinks("uploading", step="uploaded"), saw("printing", OTHER))

        assert answer(ruling) == ("foreign", "foreign_print")
        assert ruling.is_foreign

    def test_waits_while_nothing_shows(self) -> None:
        assert answer(reconcile(thinks("uploading", step="start_sent"), saw())) == ("wait", "being_started")

    def test_is_left_to_a_person_when_the_machine_restarted_after_the_start_was_sent(self) -> None:
        seen = saw(klippy_pid=PID + 1)

        assert answer(reconcile(thinks("uploading", step="start_sent"), seen)) == ("desync", "restarted_during_start")
        assert answer(reconcile(thinks("uploading", step="uploaded"), seen)) == ("wait", "being_started")

    def test_is_not_taken_for_started_by_the_complete_of_the_print_before(self) -> None:
        assert answer(reconcile(thinks("uploading", step="start_sent"), saw("complete", OTHER))) == ("wait", "being_started")

    @pytest.mark.parametrize("state", ["queued", "pending_approval"])
    def test_is_adopted_from_the_queue_when_a_start_came_late(self, state: str) -> None:
        assert answer(reconcile(thinks(state), saw("printing", OURS))) == ("adopt", "already_printing")


class TestAPrintThatGoesOn:
    def test_has_its_progress_refreshed(self) -> None:
        ruling = reconcile(thinks(), saw("printing", OURS, progress=0.42))

        assert answer(ruling) == ("progress", "printing")
        assert ruling.params["percent"] == 42

    def test_is_resumed_when_we_thought_it_paused(self) -> None:
        assert answer(reconcile(thinks("paused"), saw("printing", OURS))) == ("resume", "resumed")

    def test_is_told_by_name_whatever_its_case(self) -> None:
        assert answer(reconcile(thinks(), saw("printing", OURS.upper()))) == ("progress", "printing")

    def test_still_goes_on_while_the_machine_has_not_followed_a_stop(self) -> None:
        assert answer(reconcile(thinks(wish="abort"), saw("printing", OURS))) == ("progress", "stop_not_followed_yet")

    def test_is_doubtful_when_the_machine_was_restarted_since_we_started_it(self) -> None:
        assert answer(reconcile(thinks(), saw("printing", OURS, klippy_pid=PID + 1))) == ("desync", "started_again_at_the_machine")

    def test_is_asked_again_while_it_says_printing_without_being_active(self) -> None:
        assert answer(reconcile(thinks(), saw("printing", OURS, is_active=False))) == ("wait", "machine_unclear")


class TestAPausedPrint:
    def test_is_put_down_to_who_asked(self) -> None:
        ruling = reconcile(thinks(wish="pause", wish_reason="SPAGHETTI", wish_by="person:1"), saw("paused", OURS))

        assert (ruling.action, ruling.code, ruling.reason, ruling.cause) == (Action.PAUSE, "paused_as_asked", "SPAGHETTI", "person:1")

    def test_is_put_down_to_the_machine_otherwise(self) -> None:
        ruling = reconcile(thinks(), saw("paused", OURS))

        assert (ruling.action, ruling.code, ruling.reason, ruling.cause) == (Action.PAUSE, "paused_at_the_machine", "UNKNOWN", "machine")
        assert ruling.note

    def test_names_filament_that_ran_out(self) -> None:
        assert reconcile(thinks(), saw("paused", OURS, print_message="Filament runout on T0")).reason == "FILAMENT_RUNOUT"

    def test_because_the_sensor_sees_no_filament_is_a_runout_though_klipper_says_no_word(self) -> None:
        ruling = reconcile(thinks(), saw("paused", OURS, filament=(("runout", False),)))

        assert (ruling.code, ruling.reason, ruling.evidence["filament_missing"]) == ("paused_at_the_machine", "FILAMENT_RUNOUT", True)

    def test_is_not_put_down_to_an_empty_lane_beside_another(self) -> None:
        ruling = reconcile(thinks(), saw("paused", OURS, filament=(("lane 1", True), ("lane 2", False))))

        assert (ruling.reason, ruling.evidence["filament_missing"]) == ("UNKNOWN", False)

    def test_is_nothing_new_when_we_know(self) -> None:
        assert answer(reconcile(thinks("paused"), saw("paused", OURS))) == ("nothing", "still_paused")

    def test_has_failed_when_only_the_word_says_paused(self) -> None:
        ruling = reconcile(thinks(), saw("paused", OURS, is_paused=False))

        assert (ruling.action, ruling.code, ruling.reason) == (Action.FAIL, "file_unreadable", "GCODE_ERROR")


@pytest.mark.parametrize("state", ["printing", "paused"])
class TestACompletePrint:
    def test_is_completed_when_plausible(self, state: str) -> None:
        assert answer(reconcile(thinks(state), saw("complete", OURS))) == ("complete", "completed")

    @pytest.mark.parametrize(
        "wrong",
        [
            {"progress": 0.0, "print_s": 0.0},  # an empty file
            {"progress": 0.98},  # cut off
            {"print_s": ESTIMATE_S * 0.4},  # too fast
            {"print_s": 0.0},
            {"file_size": SIZE - 1},
        ],
    )
    def test_is_left_to_a_person_when_not(self, state: str, wrong: dict[str, float]) -> None:
        assert answer(reconcile(thinks(state), saw("complete", OURS, **wrong))) == ("desync", "complete_but_implausible")

    def test_may_be_short_when_parts_were_left_out(self, state: str) -> None:
        ours = thinks(state, parts=frozenset({"slot-1", "slot-2"}))

        assert answer(reconcile(ours, saw("complete", OURS, print_s=100.0, excluded_objects=("SLOT-1",)))) == ("complete", "completed")
        past = saw(history=job("completed", print_s=1.0), excluded_objects=("SLOT-2",))
        assert answer(reconcile(ours, past)) == ("complete", "history_says_completed")

    @pytest.mark.parametrize("parts", [frozenset(), frozenset({"slot-1"})])
    def test_is_not_excused_by_names_that_are_no_part_of_it(self, state: str, parts: frozenset[str]) -> None:
        """Klipper takes any name, also one that no object of the print has."""
        ours = thinks(state, parts=parts)

        for seen in (saw("complete", OURS, print_s=100.0), saw(history=job("completed", print_s=1.0))):
            ghosts = replace(seen, excluded_objects=("GHOST", "SLOT-11"))
            assert answer(reconcile(ours, ghosts)) == ("desync", "complete_but_implausible")

    def test_keeps_as_evidence_what_was_left_out(self, state: str) -> None:
        kept = reconcile(thinks(state), saw("complete", OURS, excluded_objects=("A", "SLOT-1"))).evidence

        assert kept["excluded_objects"] == ["A", "SLOT-1"]
        assert "excluded_objects" not in reconcile(thinks(state), saw("complete", OURS)).evidence

    def test_may_be_short_when_it_is_on_record_that_parts_were_left_out(self, state: str) -> None:
        ours = thinks(state, leaves_out=True)

        assert answer(reconcile(ours, saw("complete", OURS, print_s=100.0))) == ("complete", "completed")
        assert answer(reconcile(ours, saw(history=job("completed", print_s=1.0)))) == ("complete", "history_says_completed")

    @pytest.mark.parametrize("wrong", [{"progress": 0.5}, {"print_s": 0.0}, {"file_size": SIZE - 1}])
    def test_with_parts_left_out_is_no_excuse_for_the_rest(self, state: str, wrong: dict[str, float]) -> None:
        seen = saw("complete", OURS, **wrong)

        assert answer(reconcile(thinks(state, leaves_out=True), seen)) == ("desync", "complete_but_implausible")

    @pytest.mark.parametrize("history", ["server_exit", "interrupted", "in_progress", "klippy_shutdown"])
    def test_is_believed_over_the_history(self, state: str, history: str) -> None:
        assert answer(reconcile(thinks(state), saw("complete", OURS, history=job(history)))) == ("complete", "completed")

    def test_is_known_from_the_history_after_missed_events(self, state: str) -> None:
        assert answer(reconcile(thinks(state), saw(history=job("completed")))) == ("complete", "history_says_completed")
        assert answer(reconcile(thinks(state), saw("printing", OTHER, history=job("completed"))))[0] == "complete"
        assert answer(reconcile(thinks(state), saw(history=job("completed", print_s=1.0)))) == ("desync", "complete_but_implausible")

    def test_is_known_from_the_files_record_where_there_is_no_history(self, state: str) -> None:
        assert answer(reconcile(thinks(state), saw(metadata=stored(outcome="completed")))) == ("complete", "history_says_completed")
        too_short = saw(metadata=stored(outcome="completed", print_s=1.0))
        assert answer(reconcile(thinks(state), too_short)) == ("desync", "complete_but_implausible")

    def test_needs_no_estimate_to_be_believed(self, state: str) -> None:
        assert answer(reconcile(thinks(state, estimated_s=0.0), saw("complete", OURS, print_s=1.0))) == ("complete", "completed")


@pytest.mark.parametrize("state", ["printing", "paused"])
class TestAStoppedPrint:
    def test_is_aborted_by_who_asked(self, state: str) -> None:
        ruling = reconcile(thinks(state, wish="abort", wish_reason="CUSTOMER_CANCELED", wish_by="person:1"), saw("cancelled", OURS))

        assert (ruling.action, ruling.code, ruling.reason) == (Action.ABORT, "stopped_as_asked", "CUSTOMER_CANCELED")
        assert ruling.cause == "person:1"

    def test_is_aborted_at_the_machine_otherwise(self, state: str) -> None:
        ruling = reconcile(thinks(state), saw("cancelled", OURS))

        assert (ruling.action, ruling.code, ruling.cause) == (Action.ABORT, "stopped_at_the_machine", "machine")

    def test_is_known_from_the_history_when_it_was_reset(self, state: str) -> None:
        assert answer(reconcile(thinks(state), saw(history=job("cancelled")))) == ("abort", "stopped_at_the_machine")


@pytest.mark.parametrize("state", ["printing", "paused"])
class TestABrokenPrint:
    @pytest.mark.parametrize(
        ("message", "reason"),
        [
            ("Move out of range: 999.0 0.0", "GCODE_ERROR"),
            ("Extrude below minimum temp", "GCODE_ERROR"),
            ("Heater extruder not heating at expected rate", "THERMAL"),
        ],
    )
    def test_has_failed_with_its_reason(self, state: str, message: str, reason: str) -> None:
        ruling = reconcile(thinks(state), saw("error", OURS, print_message=message))

        assert (ruling.action, ruling.code, ruling.reason) == (Action.FAIL, "print_error", reason)
        assert message in ruling.note

    @pytest.mark.parametrize("klippy", ["shutdown", "error"])
    @pytest.mark.parametrize("print_state", ["printing", "paused", "complete", "standby", "cancelled"])
    @pytest.mark.parametrize(
        ("message", "reason"),
        [
            ("Lost communication with MCU 'mcu'", "MCU_LOST"),
            ("MCU 'mcu' shutdown: ADC out of range", "THERMAL"),
            ("Heater heater_bed not heating at expected rate. See verify_heater", "THERMAL"),
            ("Shutdown due to webhooks request", "EMERGENCY_STOP"),
        ],
    )
    def test_has_failed_by_a_shutdown_whatever_the_print_claims(
        self, state: str, klippy: str, print_state: str, message: str, reason: str
    ) -> None:
        ruling = reconcile(thinks(state), saw(print_state, OURS, klippy_state=klippy, message=message))

        assert (ruling.action, ruling.code, ruling.reason) == (Action.FAIL, "machine_stopped", reason)

    def test_by_an_unknown_shutdown_keeps_its_words(self, state: str) -> None:
        ruling = reconcile(thinks(state), saw("printing", OURS, klippy_state="shutdown", message="Timer too close"))

        assert (ruling.reason, ruling.note) == ("KLIPPER_SHUTDOWN", "Timer too close")

    def test_had_ended_before_the_shutdown_when_the_history_says_so(self, state: str) -> None:
        seen = saw("standby", klippy_state="shutdown", history=job("completed"))

        assert answer(reconcile(thinks(state), seen)) == ("complete", "history_says_completed")

    @pytest.mark.parametrize(
        ("history", "reason"), [("klippy_shutdown", "KLIPPER_SHUTDOWN"), ("klippy_disconnect", "POWER_LOSS"), ("error", "GCODE_ERROR")]
    )
    def test_is_known_from_the_history(self, state: str, history: str, reason: str) -> None:
        ruling = reconcile(thinks(state), saw(history=job(history)))

        assert (ruling.action, ruling.reason) == (Action.FAIL, reason)

    def test_is_known_from_the_files_record_which_keeps_no_reason(self, state: str) -> None:
        seen = saw(metadata=stored(outcome="unsuccessful"))
        ruling = reconcile(thinks(state), seen)

        assert (ruling.action, ruling.code, ruling.reason) == (Action.FAIL, "record_says_unsuccessful", "UNKNOWN")
        assert ruling.note
        assert reconcile(thinks(state, wish="abort"), seen).action is Action.ABORT

    def test_is_known_from_another_process(self, state: str) -> None:
        ruling = reconcile(thinks(state), saw(klippy_pid=PID + 1))

        assert (ruling.action, ruling.code, ruling.reason) == (Action.FAIL, "machine_restarted", "POWER_LOSS")


@pytest.mark.parametrize("state", ["printing", "paused"])
class TestAPrintThatVanished:
    @pytest.mark.parametrize("history", ["server_exit", "interrupted", "in_progress", "something new"])
    def test_is_left_to_a_person_without_proof(self, state: str, history: str) -> None:
        assert answer(reconcile(thinks(state), saw(history=job(history)))) == ("desync", "idle_without_proof")
        assert answer(reconcile(thinks(state), saw())) == ("desync", "idle_without_proof")

    def test_is_left_to_a_person_when_another_file_is_loaded(self, state: str) -> None:
        ruling = reconcile(thinks(state), saw("printing", OTHER))

        assert answer(ruling) == ("desync", "other_file_loaded")
        assert ruling.is_foreign
        assert not reconcile(thinks(state), saw("complete", OTHER)).is_foreign

    def test_is_not_judged_by_a_job_without_a_name(self, state: str) -> None:
        assert answer(reconcile(thinks(state), saw(history=job("completed", filename="")))) == ("desync", "idle_without_proof")

    def test_is_not_judged_by_a_process_nobody_noted(self, state: str) -> None:
        assert reconcile(thinks(state, klippy_pid=None), saw()).action is Action.DESYNC
        assert reconcile(thinks(state), saw(klippy_pid=None)).action is Action.DESYNC


@pytest.mark.parametrize("state", ["", "queued", "uploading", "printing", "paused", "completed", "failed", "aborted"])
class TestAMachineThatSaysNothing:
    def test_leaves_everything_as_it_is(self, state: str) -> None:
        assert answer(reconcile(thinks(state), saw(reachable=False))) == ("wait", "machine_silent")

    def test_or_does_not_let_us_in(self, state: str) -> None:
        assert answer(reconcile(thinks(state), saw(access_ok=False))) == ("wait", "machine_locked_out")

    @pytest.mark.parametrize("klippy", ["startup", "disconnected", ""])
    def test_or_is_starting(self, state: str, klippy: str) -> None:
        assert answer(reconcile(thinks(state), saw("printing", OURS, klippy_state=klippy))) == ("wait", "machine_starting")

    def test_or_answers_with_an_error_of_its_own(self, state: str) -> None:
        assert answer(reconcile(thinks(state), saw(access_ok=False, trouble="refused"))) == ("wait", "machine_starting")


@pytest.mark.parametrize("state", ["completed", "failed", "aborted"])
class TestAnAttemptThatIsOver:
    @pytest.mark.parametrize("print_state", ["printing", "paused"])
    def test_is_doubtful_when_it_prints_all_the_same(self, state: str, print_state: str) -> None:
        assert answer(reconcile(thinks(state), saw(print_state, OURS))) == ("desync", "prints_after_its_end")

    @pytest.mark.parametrize("print_state", ["complete", "cancelled", "error", "standby"])
    def test_is_over(self, state: str, print_state: str) -> None:
        assert answer(reconcile(thinks(state), saw(print_state, OURS))) == ("nothing", "idle")


class TestAPrinterWithoutWork:
    @pytest.mark.parametrize("print_state", ["printing", "paused"])
    def test_is_foreign_while_it_is_busy(self, print_state: str) -> None:
        assert answer(reconcile(thinks(""), saw(print_state, OTHER))) == ("foreign", "foreign_print")
        assert answer(reconcile(thinks(""), saw("paused", OTHER, is_paused=False))) == ("foreign", "foreign_print")

    def test_is_blocked_by_a_pause_left_over(self) -> None:
        assert answer(reconcile(thinks(""), saw("complete", OTHER, is_paused=True))) == ("block", "pause_left_over")
        assert answer(reconcile(thinks("uploading", step="uploaded"), saw(is_paused=True))) == ("block", "pause_left_over")

    def test_is_blocked_by_a_shutdown_with_its_reason(self) -> None:
        ruling = reconcile(thinks(""), saw("standby", klippy_state="shutdown", message="Heater extruder not heating at expected rate"))

        assert (ruling.action, ruling.code, ruling.reason) == (Action.BLOCK, "machine_stopped", "THERMAL")

    @pytest.mark.parametrize("print_state", ["standby", "complete", "cancelled", "error"])
    def test_is_idle_whatever_was_before(self, print_state: str) -> None:
        assert answer(reconcile(thinks(""), saw(print_state, OTHER))) == ("nothing", "idle")


class TestAPrintThatNobodyWatched:
    @pytest.mark.parametrize("state", ["", "queued", "uploading", "completed", "failed", "aborted"])
    def test_shows_by_what_the_machine_tells_it_by(self, state: str) -> None:
        seen = saw("complete", OTHER, ended_print="own|900.0")

        assert answer(reconcile(thinks(state, last_print="before|1.0"), seen)) == ("unseen", "printed_unseen")
        assert reconcile(thinks(state, last_print="own|900.0"), seen).code != "printed_unseen"
        assert reconcile(thinks(state), seen).code != "printed_unseen", "nothing is known of the prints before"

    def test_was_our_own_file_once_more(self) -> None:
        seen = saw("complete", OURS, ended_print=f"{OURS}|950.0")

        assert answer(reconcile(thinks("completed", last_print=f"{OURS}|900.0"), seen)) == ("unseen", "printed_unseen")

    @pytest.mark.parametrize("state", ["printing", "paused"])
    def test_is_the_smaller_doubt_while_an_attempt_of_ours_is_missing(self, state: str) -> None:
        seen = saw("complete", OTHER, ended_print="own|900.0")

        assert answer(reconcile(thinks(state, last_print="before|1.0"), seen)) == ("desync", "other_file_loaded")


class TestProofOfAStart:
    def test_is_not_the_file_being_there(self) -> None:
        assert not proves_start(thinks("uploading"), saw(metadata=stored()))
        assert not proves_start(thinks("uploading"), saw("standby", OURS))
        assert not proves_start(thinks("uploading"), saw("printing", OTHER, history=job("completed", OTHER)))

    def test_is_nothing_while_the_machine_is_silent(self) -> None:
        assert not proves_start(thinks("uploading"), saw("printing", OURS, reachable=False))


class TestEvidence:
    def test_holds_what_was_seen_and_only_json(self) -> None:
        import json

        kept = evidence_of(saw("complete", OURS, history=job("completed"), metadata=stored()))

        assert json.loads(json.dumps(kept)) == kept
        assert kept["job_id"] == "000004"
        assert kept["metadata_uuid"] == "uuid"
        assert kept["klippy_pid"] == PID
        assert "message" not in kept
