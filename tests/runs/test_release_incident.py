"""``runs.release_incident``: work may start again, where beds are clear."""

from __future__ import annotations

from typing import Any

import pytest

from apps.catalog.states import Reason
from apps.fleet.states import Bed, SafetyCheck, checks_for
from apps.journal.refusals import Refusal, StaleVersion
from apps.runs import commands, queries
from apps.runs.models import Incident
from apps.runs.states import IncidentKind, IncidentState
from tests.factories.accounts import shop
from tests.factories.context import NOW
from tests.factories.floor import Floor, make_floor
from tests.recorded import refusal_of, the_event
from tests.runs.driving import PERSON, fresh, machine, person, queued
from tests.runs.incidents import hits_of, the_incident

pytestmark = pytest.mark.django_db


@pytest.fixture
def floor() -> Floor:
    return make_floor()


@pytest.fixture
def incident(floor: Floor) -> Incident:
    printers = [floor.printer() for _ in range(3)]
    commands.open_incident(
        machine(),
        site_id=shop().pk,
        kind=IncidentKind.NETWORK,
        cause_ref="",
        reason=Reason.PRINTER_OFFLINE,
        hits=hits_of(printers),
        evidence={},
    )
    return the_incident()


def release(incident: Incident, *, checklist: tuple[SafetyCheck, ...] = (SafetyCheck.LOOKED_AT,), **given: Any) -> None:
    commands.release_incident(person(), incident_id=incident.pk, checklist=checklist, **given)


class TestReleasing:
    def test_says_who_and_leaves_beds_to_be_cleared_one_by_one(self, incident: Incident) -> None:
        release(incident, expected_version=1, note=" Fuse is back in ")

        incident = the_incident()
        assert (incident.state, incident.released_by, incident.released_at) == (IncidentState.RELEASED, PERSON.who, NOW)
        assert incident.release_note == "Fuse is back in"
        data, _subjects = the_event("IncidentReleased")
        assert data["beds_to_clear"] == 3
        assert {row.printer.bed for row in incident.incident_printers.all()} == {Bed.UNKNOWN}

    def test_then_work_starts_where_a_bed_is_clear(self, floor: Floor, incident: Incident) -> None:
        printer = incident.incident_printers.all()[0].printer
        run = queued(floor.plate())
        commands.clear_bed(person(), printer_id=printer.pk)
        give: dict[str, Any] = {"run_id": run.pk, "printer_id": printer.pk, "expected_version": run.version}
        with pytest.raises(Refusal, match="printer-in-incident"):
            commands.dispatch_run(machine(), **give)

        release(incident, expected_version=1)

        assert queries.open_incident_of([printer.pk]) == {}
        assert commands.dispatch_run(machine(), **give) == run.pk

    def test_is_refused_twice_and_on_an_older_sight(self, incident: Incident) -> None:
        release(incident, expected_version=1)

        refused = refusal_of(lambda: release(incident, expected_version=2))
        assert refused.code == "incident-released"
        with pytest.raises(StaleVersion):
            release(incident, expected_version=1)
        assert fresh(incident).state == IncidentState.RELEASED

    def test_needs_what_its_printers_need_one_by_one(self, floor: Floor, incident: Incident) -> None:
        """Machines that lost power need their whole list; those that only fell silent a look."""
        assert refusal_of(lambda: release(incident, checklist=(), expected_version=1)).code == "checklist-incomplete"
        values: dict[str, Any] = {"kind": IncidentKind.CIRCUIT, "cause_ref": "", "reason": Reason.POWER_LOSS, "evidence": {}}
        commands.open_incident(machine(), site_id=shop().pk, hits=hits_of([floor.printer(), floor.printer()]), **values)
        cut, needed = Incident.objects.get(kind=IncidentKind.CIRCUIT), checks_for(Reason.POWER_LOSS)
        assert refusal_of(lambda: release(cut, checklist=needed[1:], expected_version=1)).code == "checklist-incomplete"

        release(cut, checklist=needed, expected_version=1, note="Fuse replaced")

        (said,) = fresh(cut).evidence["releases"]
        assert (said["by"], said["checked"], said["note"]) == (PERSON.who, [one.value for one in needed], "Fuse replaced")
        assert said["printers"] == sorted(row.printer.code for row in cut.incident_printers.all())
