"""What OctoPrint's answers are taken for, state by state; and that nothing it could answer breaks the reading."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.fleet.domain.observation import Observation
from apps.fleet.drivers import AccessRejected, NotUnderstood, Refused, Unreachable
from apps.fleet.drivers.octoprint.client import refusal
from apps.fleet.drivers.octoprint.reading import file_facts, firmware_state, read
from apps.runs.domain.machine_words import Past, Whose, Word, fault, has_started, past, whose, word
from apps.runs.domain.reconcile import evidence_of
from tests.factories.context import NOW
from tests.runs.machine import OURS

SUCCEEDED = {"success": 1, "failure": 0, "last": {"date": 1_796_066_890.5, "printTime": 10.8, "success": True}}
STOPPED = {"success": 0, "failure": 1, "last": {"date": 1_796_066_894.9, "success": False}}


def job(state: str, path: str | None = OURS, completion: float | None = None, *, error: str = "") -> dict[str, Any]:
    """Return an answer of ``/api/job``."""
    file = {"path": path, "origin": "local" if path else None, "size": 100 if path else None}
    progress = {"completion": completion, "printTime": None if completion is None else 5}
    return {"job": {"file": file}, "progress": progress, "state": state, **({"error": error} if error else {})}


def seen(answer: dict[str, Any], prints: dict[str, Any] | None = None, printer: dict[str, Any] | None = None) -> Observation:
    """Return what is read when the loaded file has this record."""
    record = file_facts({"size": 100, "hash": "h", **({"prints": prints} if prints else {})})
    return read(answer, printer or {}, record=record, asked=record, now=NOW)


class TestAState:
    @pytest.mark.parametrize("state", ["Printing", "Starting", "Pausing", "Resuming", "Finishing", "Cancelling"])
    def test_that_moves_is_printing(self, state: str) -> None:
        found = seen(job(state, completion=12.5))

        assert (word(found), whose(found, OURS), found.progress, found.print_s) == (Word.PRINTING, Whose.OURS, 0.125, 5.0)
        assert has_started(found, OURS)

    def test_paused_is_paused(self) -> None:
        assert word(seen(job("Paused", completion=50.0))) is Word.PAUSED

    def test_operational_with_a_chosen_file_is_idle_and_no_start(self) -> None:
        found = seen(job("Operational"))

        assert (word(found), found.filename, found.chosen) == (Word.IDLE, "", OURS)
        assert not has_started(found, OURS)

    def test_operational_after_a_print_is_complete_before_and_after_the_record_says_so(self) -> None:
        at_once, later = seen(job("Operational", completion=100.0)), seen(job("Operational"), SUCCEEDED)

        assert word(at_once) is word(later) is Word.COMPLETE
        assert (later.progress, later.print_s) == (1.0, 10.8)
        assert has_started(later, OURS)

    def test_operational_after_a_stop_is_cancelled(self) -> None:
        found = seen(job("Operational"), STOPPED)

        assert (word(found), whose(found, OURS)) == (Word.CANCELLED, Whose.OURS)

    @pytest.mark.parametrize("state", ["Offline", "Closed", "Opening serial connection", "Detecting serial connection", "Connecting"])
    def test_without_its_printer_proves_nothing(self, state: str) -> None:
        assert word(seen(job(state, None))) is Word.STARTING

    @pytest.mark.parametrize("state", ["Offline after error", "Error", "Error: Printer halted", "Offline (Error: Connection lost)"])
    def test_of_an_error_is_broken(self, state: str) -> None:
        assert word(seen(job(state, None))) is Word.BROKEN

    def test_after_an_emergency_stop_says_why(self) -> None:
        found = seen(job("Offline after error", None, error="Closing serial port due to emergency stop M112."))

        assert fault(found.message, found.klippy_state) == "EMERGENCY_STOP"

    @pytest.mark.parametrize("state", ["Sending file to SD", "Transferring file to SD"])
    def test_that_sends_to_the_card_is_unclear_and_takes_no_start(self, state: str) -> None:
        assert word(seen(job(state))) is Word.UNCLEAR

    @pytest.mark.parametrize("state", ["", "Something newer"])
    def test_nobody_knows_is_waited_for(self, state: str) -> None:
        assert firmware_state(state) == ""
        assert word(seen(job(state))) is Word.STARTING


class TestARecord:
    def test_says_how_the_last_print_ended_and_when_it_began(self) -> None:
        facts = file_facts({"size": 7, "hash": "abc", "prints": SUCCEEDED})

        assert (facts.outcome, facts.print_s) == ("completed", 10.8)
        assert facts.print_start_time == pytest.approx(1_796_066_879.7)

    @pytest.mark.parametrize(("prints", "then"), [(SUCCEEDED, Past.COMPLETED), (STOPPED, Past.UNSUCCESSFUL), (None, Past.NOTHING)])
    def test_is_the_past_of_a_file_that_is_no_longer_loaded(self, prints: dict[str, Any] | None, then: Past) -> None:
        asked = file_facts({"size": 7, "hash": "abc", **({"prints": prints} if prints else {})})
        found = read(job("Operational", None), {}, record=None, asked=asked, now=NOW)

        assert past(found, OURS) is then


class TestARefusal:
    @pytest.mark.parametrize(
        ("status", "body", "kind"),
        [
            (403, {"error": "You don't have the permission"}, AccessRejected),
            (400, {"error": "CSRF validation failed"}, AccessRejected),
            (401, {}, AccessRejected),
            (409, {"error": "Printer is already printing, cannot select a new file"}, Refused),
            (500, {"error": "The server encountered an internal error"}, Refused),
            (404, "<!doctype html>", NotUnderstood),
            (503, "", Unreachable),
        ],
    )
    def test_is_told_apart_by_what_follows(self, status: int, body: Any, kind: type[Exception]) -> None:
        assert type(refusal(status, json.dumps(body).encode())) is kind


NAMES = [
    "job",
    "file",
    "path",
    "progress",
    "completion",
    "printTime",
    "state",
    "error",
    "prints",
    "last",
    "success",
    "date",
    "temperature",
    "tool0",
]
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.just("Operational") | st.just("Printing"),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=3),
    max_leaves=6,
)


class TestAnyAnswer:
    @given(answer=st.dictionaries(st.sampled_from(NAMES), anything, max_size=4), record=st.dictionaries(st.sampled_from(NAMES), anything))
    def test_can_be_read_and_kept(self, answer: dict[str, Any], record: dict[str, Any]) -> None:
        facts = file_facts(record)
        found = read(answer, record, record=facts, asked=facts, now=NOW)

        assert word(found) in Word
        assert 0.0 <= found.progress <= 1.0
        json.dumps(evidence_of(found), allow_nan=False)
