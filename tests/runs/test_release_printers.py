"""``runs.release_printers``: some printers of an incident work again before the others are back."""

from __future__ import annotations

from typing import Any

import pytest

from apps.catalog.states import Reason
from apps.fleet.models import Printer
from apps.fleet.states import Bed, checks_for
from apps.journal.refusals import StaleVersion
from apps.notify.queries.concerns import about_connection
from apps.runs import commands, queries
from apps.runs.models import Incident, IncidentPrinter
from apps.runs.states import IncidentKind, IncidentState
from tests.factories.accounts import shop
from tests.factories.floor import Floor, make_floor
from tests.recorded import event_types, refusal_of, the_event
from tests.runs.driving import PERSON, machine, person, printing, queued
from tests.runs.incidents import hits_of, silence, the_incident

pytestmark = pytest.mark.django_db

CHECKS = checks_for(Reason.POWER_LOSS)


@pytest.fixture
def floor() -> Floor:
    return make_floor()


@pytest.fixture
def printers(floor: Floor) -> list[Printer]:
    """Three printers of one power cut that answer again."""
    made = [floor.printer() for _ in range(3)]
    taken(made)
    return made


def taken(printers: list[Printer]) -> None:
    commands.open_incident(
        machine(),
        site_id=shop().pk,
        kind=IncidentKind.CIRCUIT,
        cause_ref="",
        reason=Reason.POWER_LOSS,
        hits=hits_of(printers),
        evidence={},
    )


def release(*printers: Printer, **overrides: Any) -> Any:
    incident = the_incident()
    given = {"printer_ids": tuple(one.pk for one in printers), "checklist": CHECKS, "expected_version": incident.version, **overrides}
    return commands.release_printers(person(), incident_id=incident.pk, **given)


class TestReleasingSome:
    def test_lets_work_start_there_and_keeps_the_others(self, floor: Floor, printers: list[Printer]) -> None:
        first, *others = printers
        commands.clear_bed(person(), printer_id=first.pk)

        assert release(first) == 2

        assert queries.open_incident_of([one.pk for one in printers]).keys() == {one.pk for one in others}
        run = queued(floor.plate())
        assert commands.dispatch_run(machine(), run_id=run.pk, printer_id=first.pk, expected_version=run.version) == run.pk
        data, subjects = the_event("IncidentPrintersReleased")
        assert (data["printers"], data["left"]) == ([str(first.pk)], 2)
        assert subjects == {("incident", the_incident().pk), ("printer", first.pk)}
        assert the_incident().state == IncidentState.OPEN

    def test_keeps_who_checked_what_and_what_was_found(self, printers: list[Printer]) -> None:
        release(printers[0], note="Fuse replaced")
        release(printers[1])

        first, second = the_incident().evidence["releases"]
        assert (first["by"], first["printers"], first["note"]) == (PERSON.who, [printers[0].code], "Fuse replaced")
        assert first["checked"] == second["checked"] == [one.value for one in CHECKS]

    def test_leaves_the_beds_to_be_cleared(self, printers: list[Printer]) -> None:
        release(*printers[:2])

        assert {Printer.objects.get(pk=one.pk).bed for one in printers} == {Bed.UNKNOWN}

    def test_with_the_last_ends_the_incident(self, printers: list[Printer]) -> None:
        release(*printers[:2])
        assert release(printers[2], note=" All back ") == 0

        incident = the_incident()
        assert (incident.state, incident.released_by, incident.release_note) == (IncidentState.RELEASED, PERSON.who, "All back")
        assert event_types().count("IncidentReleased") == 1
        assert set(the_event("IncidentReleased")[0]["printers"]) == {str(one.pk) for one in printers}

    @pytest.mark.parametrize("checklist", [(), CHECKS[1:]])
    def test_needs_everything_on_the_list_of_its_reason(self, printers: list[Printer], checklist: Any) -> None:
        assert refusal_of(lambda: release(printers[0], checklist=checklist)).code == "checklist-incomplete"
        assert len(queries.open_incident_of([one.pk for one in printers])) == 3

    def test_that_are_still_silent_is_refused(self, printers: list[Printer]) -> None:
        silence(printers[:1])

        refused = refusal_of(lambda: release(*printers[:2]))

        assert (refused.code, refused.params["printers"]) == ("printer-still-silent", printers[0].code)

    def test_that_it_does_not_hold_is_refused(self, floor: Floor, printers: list[Printer]) -> None:
        release(printers[0])

        assert refusal_of(lambda: release(printers[0])).code == "printer-not-held"
        assert refusal_of(lambda: release(floor.printer())).code == "printer-not-held"
        assert refusal_of(release).code == "invalid"

    def test_on_an_older_sight_or_after_all_were_is_refused(self, printers: list[Printer]) -> None:
        release(printers[0])
        with pytest.raises(StaleVersion):
            release(printers[1], expected_version=1)
        commands.release_incident(person(), incident_id=the_incident().pk, expected_version=the_incident().version, checklist=CHECKS)

        assert refusal_of(lambda: release(printers[1])).code == "incident-released"


class TestOneThatWasReleased:
    def test_and_falls_silent_again_is_taken_again(self, floor: Floor, printers: list[Printer]) -> None:
        release(printers[0])

        taken([printers[0]])

        assert queries.open_incident_of([printers[0].pk]) == {printers[0].pk: the_incident().pk}
        assert IncidentPrinter.objects.filter(printer=printers[0]).count() == 2
        assert Incident.objects.count() == 1
        assert release(*printers) == 0

    def test_is_told_of_by_itself(self, floor: Floor) -> None:
        """Its print went on through a network cut; later it falls silent alone."""
        made = [floor.printer() for _ in range(3)]
        printing(floor.plate(), made[0])
        taken(made)
        release(made[0])

        silence([made[0]])

        assert about_connection(made[0].pk) is not None
