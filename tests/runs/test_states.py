"""Which moves print attempts and incidents can make, and what each leaves behind."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import models
from hypothesis import given
from hypothesis import strategies as st

from apps.catalog.models import ReasonCode
from apps.catalog.states import Reason
from apps.runs.models import Incident, Run
from apps.runs.states import LIVE, ON_PRINTER, TERMINAL, UNHAPPY, WAITING, IncidentState, RunState
from tests.factories.context import NOW
from tests.factories.fleet import make_printer
from tests.factories.planning import make_output
from tests.factories.policy import WHO, make_approval
from tests.factories.runs import make_incident, make_run
from tests.state_machines import WALKS, Table, assert_all_others_are_refused, dead_ends, table_of, walk

STOP = {"fail": "failed", "abort": "aborted"}
RUN: Table = {
    RunState.QUEUED: {"park": "pending_approval", "dispatch": "uploading", "adopt": "printing", "abort": "aborted"},
    RunState.PENDING_APPROVAL: {"unpark": "queued", "abort": "aborted"},
    RunState.UPLOADING: {"start": "printing", "requeue": "queued", **STOP},
    RunState.PRINTING: {"pause": "paused", "complete": "completed", **STOP},
    RunState.PAUSED: {"resume": "printing", "complete": "completed", **STOP},
    RunState.COMPLETED: {},
    RunState.FAILED: {},
    RunState.ABORTED: {},
}
INCIDENT: Table = {IncidentState.OPEN: {"release": "released"}, IncidentState.RELEASED: {}}
MACHINES = [(Run, RunState, RUN), (Incident, IncidentState, INCIDENT)]
KNOWN_REASONS = st.sampled_from([reason for reason in Reason if reason != Reason.UNKNOWN])
VALUES: dict[str, Any] = {
    "by": "device:printer",
    "now": NOW,
    "reason": Reason.SPAGHETTI,
    "to": None,
    "output": None,
    "snapshot": {},
    "approval": None,
}


class TestAStateMachine:
    @pytest.mark.parametrize(("model", "states", "table"), MACHINES)
    def test_has_exactly_these_moves(self, model: type[models.Model], states: type[models.TextChoices], table: Table) -> None:
        assert table_of(model, states) == table

    @pytest.mark.parametrize(("model", "states", "table"), MACHINES)
    def test_refuses_every_other(self, model: type[models.Model], states: type[models.TextChoices], table: Table) -> None:
        assert_all_others_are_refused(model, table, VALUES)

    def test_ends_where_it_ends(self) -> None:
        assert dead_ends(RUN) == set(TERMINAL)
        assert dead_ends(INCIDENT) == {"released"}

    def test_of_an_attempt_has_every_state_in_one_group(self) -> None:
        assert sorted([*WAITING, *ON_PRINTER, *TERMINAL]) == sorted(RunState)
        assert sorted([*LIVE, *TERMINAL]) == sorted(RunState)


@pytest.mark.django_db
class TestAnyWalk:
    @WALKS
    @given(data=st.data())
    def test_leaves_attempts_the_database_accepts(self, data: st.DataObject) -> None:
        values = {**VALUES, "reason": KNOWN_REASONS, "to": make_printer(), "output": make_output(), "approval": make_approval()}

        walk(data, make_run, values, self.is_as_it_must_be)

    def is_as_it_must_be(self, run: Run) -> None:
        assert (run.reason != "" and run.caused_by != "") == (run.state in UNHAPPY)
        assert (run.ended_at is not None) == (run.state in TERMINAL)
        assert run.state not in WAITING or run.printer_id is None
        assert run.state not in ON_PRINTER or (run.printer_id and run.output_id)

    @WALKS
    @given(data=st.data())
    def test_leaves_incidents_the_database_accepts(self, data: st.DataObject) -> None:
        walk(data, make_incident, VALUES, self.says_who_released_it)

    def says_who_released_it(self, incident: Incident) -> None:
        assert (incident.released_by, incident.released_at) == ("device:printer", NOW)


class TestResuming:
    def test_forgets_why_it_was_paused(self) -> None:
        run = Run(state=RunState.PAUSED, reason=Reason.CLOG, reason_note="left nozzle", caused_by=WHO, evidence={"e": 0})

        run.resume()

        assert (run.reason, run.reason_note, run.caused_by, run.evidence) == ("", "", "", {})


class TestFailingOutOfAPause:
    def test_forgets_the_farms_own_word_for_the_pause(self) -> None:
        run = Run(state=RunState.PAUSED, reason=Reason.CLOG, local_reason=ReasonCode(code="LEFT_NOZZLE"), caused_by=WHO)

        run.fail(reason=Reason.THERMAL, by="device:printer", now=NOW)

        assert (run.reason, run.local_reason) == (Reason.THERMAL, None)


class TestHelpingAnAttempt:
    def test_names_the_last_person_who_did(self) -> None:
        run = Run(state=RunState.PRINTING)

        run.intervene(by=WHO, now=NOW)

        assert (run.intervened_by, run.intervened_at, run.state) == (WHO, NOW, RunState.PRINTING)


class TestCompleting:
    def test_from_a_pause_we_missed_the_end_of_leaves_no_reason(self) -> None:
        run = Run(state=RunState.PAUSED, reason=Reason.CLOG, caused_by=WHO)

        run.complete(now=NOW)

        assert (run.reason, run.caused_by, run.progress, run.ended_at) == ("", "", 100, NOW)


class TestGoingBackIntoTheQueue:
    def test_gives_the_printer_back(self) -> None:
        run = Run(state=RunState.UPLOADING, printer_snapshot={}, slot_feeds={"1": 3}, dispatched_at=NOW, remote_path="farmos/x.gcode")

        run.requeue()

        assert (run.printer, run.output, run.printer_snapshot, run.dispatched_at, run.remote_path) == (None, None, None, None, "")
        assert run.slot_feeds == {}
