"""The incident's page: what was seen, one word for all plates, the beds, and the release; and its one card on Today."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import Any
from uuid import uuid4

import pytest

from apps.accounts.states import Role
from apps.board import queries as board
from apps.board.domain.cards import Cause
from apps.catalog.states import Reason
from apps.fleet.models import Printer
from apps.fleet.states import Bed, Occupancy, checks_for
from apps.journal import clock, frame
from apps.runs import commands
from apps.runs.models import Incident, ItemOutcome, Run
from apps.runs.states import IncidentKind, IncidentState
from tests.console.office import HOSTILE, assert_fit_for_people, browser, form, forms_of, owner, press, text_of
from tests.factories.accounts import make_circuit, make_site, shop
from tests.factories.context import NOW
from tests.factories.floor import make_floor
from tests.runs.driving import fresh, machine, person, printing
from tests.runs.incidents import come_back, hits_of, notice_what_happened, silence, the_incident

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cut() -> list[tuple[Run, Printer]]:
    """Return three prints that a power cut on circuit B took, with a fourth printer that stood idle."""
    floor = make_floor()
    circuit = make_circuit(name="B", max_heating=9)
    printers = [floor.printer(circuit=circuit, code=f"V{number}") for number in range(1, 4)]
    at_work = [(printing(floor.plate(), printer), printer) for printer in printers]
    silence([*printers, floor.printer(circuit=circuit, code="V4")])
    notice_what_happened()
    return at_work


def page(client: Any = None) -> Any:
    return (client or owner()).get(f"/admin/incidents/{the_incident().pk}/")


def release_all(lead: Any, **filled: str) -> Any:
    sent = form(page(lead), "/release/")
    return lead.post(sent.pop("_action"), {**sent, **filled, "check": [one.value for one in checks_for("POWER_LOSS")]})


class TestThePage:
    def test_says_what_was_seen_and_what_it_took(self, cut: list[tuple[Run, Printer]]) -> None:
        found = page()

        assert_fit_for_people(found)
        said = text_of(found)
        assert "A power cut on circuit B took 4 printers" in said
        assert "0 of 4 are back, 4 are silent." in said
        assert "count for no printer, no plan" in said
        assert all(run.plate.number in said for run, _printer in cut)

    def test_one_word_for_all_plates_leaves_what_was_left_out_before(self, cut: list[tuple[Run, Printer]]) -> None:
        run, printer = cut[0]
        commands.note_excluded(machine(), run_id=run.pk, printer_id=printer.pk, names=("SLOT-1",), evidence={})
        for one, where in cut:
            come_back(one, where)

        lead = browser(Role.LEAD)
        assert press(lead, form(page(lead), "/judge/"), outcome="FAILED").status_code == 303

        outcomes = {one.run_id: one.outcome for one in ItemOutcome.objects.filter(run__in=[run for run, _printer in cut])}
        assert outcomes.pop(run.pk) == "SKIPPED"
        assert set(outcomes.values()) == {"FAILED"}

    def test_one_word_for_all_plates_then_the_beds_then_the_release(self, cut: list[tuple[Run, Printer]]) -> None:
        for run, printer in cut:
            come_back(run, printer)
        lead = browser(Role.LEAD)

        assert press(lead, form(page(lead), "/judge/"), outcome="FAILED").status_code == 303
        outcomes = ItemOutcome.objects.filter(run__in=[run for run, _printer in cut])
        assert {(one.outcome, one.reason) for one in outcomes} == {("FAILED", "POWER_LOSS")}
        assert outcomes.count() == 3

        ticked = form(page(lead), "/beds-clear/")
        sent = [f"{one.pk}:{one.version}" for one in Printer.objects.filter(code__in=["V1", "V2"])]
        assert lead.post(ticked.pop("_action"), {**ticked, "printer": sent}).status_code == 303
        assert set(Printer.objects.filter(code__in=["V1", "V2"]).values_list("bed", flat=True)) == {Bed.CLEAR}

        assert press(lead, form(page(lead), "/release/"), note=HOSTILE).status_code == 422, "nothing was checked"
        assert release_all(lead, note=HOSTILE).status_code == 303
        assert the_incident().state == IncidentState.RELEASED
        after = page(lead)
        assert_fit_for_people(after)
        assert "release" not in forms_of(after)

    def test_lets_the_floor_release_those_that_are_back_with_their_checklist(self, cut: list[tuple[Run, Printer]]) -> None:
        (run, first), *_others = cut
        operator = browser(Role.OPERATOR)
        assert "release-some" not in forms_of(page(operator)), "none is back"
        come_back(run, first)
        shown = page(operator)
        assert_fit_for_people(shown)
        sent = form(shown, "/release-some/")
        where = sent.pop("_action")

        assert operator.post(where, {**sent, "printer": [str(first.pk)]}).status_code == 422, "nothing was checked"
        sent = form(page(operator), "/release-some/")
        ticked = {"check": [one.value for one in checks_for("POWER_LOSS")], "printer": [str(first.pk)]}
        assert operator.post(sent.pop("_action"), {**sent, **ticked}).status_code == 303

        said = text_of(page(operator))
        assert "Released. 3 printers are still held." in said
        assert the_incident().state == IncidentState.OPEN
        found = board.today(shop().pk, now=clock.now() + timedelta(hours=1))
        assert {card.cause for card in found.attention} >= {Cause.INCIDENT, Cause.NOT_JUDGED}, "its own matters are told by themselves"

    def test_offers_the_last_one_once(self) -> None:
        floor = make_floor()
        printers = [floor.printer(code=f"L{number}") for number in range(2)]
        values: dict[str, Any] = {"kind": IncidentKind.CIRCUIT, "cause_ref": "", "reason": Reason.POWER_LOSS, "evidence": {}}
        commands.open_incident(machine(), site_id=shop().pk, hits=hits_of(printers), **values)
        lead, operator, looked = browser(Role.LEAD), browser(Role.OPERATOR), checks_for(Reason.POWER_LOSS)
        assert "release-some" in forms_of(page(lead)), "two are held"
        commands.release_printers(
            person(), incident_id=the_incident().pk, expected_version=1, printer_ids=(printers[0].pk,), checklist=looked
        )

        assert "release-some" not in forms_of(page(lead)), "releasing all is the same"
        shown = page(operator)
        assert "The last one is back" in text_of(shown)
        assert "release-some" in forms_of(shown), "it is the only way for those who may not release all"

    def test_is_released_by_leads_only_and_seen_by_those_who_work_there(self, cut: list[tuple[Run, Printer]]) -> None:
        operator = browser(Role.OPERATOR)
        shown = form(page(), "/release/")

        assert "release" not in forms_of(page(operator))
        assert press(operator, shown).status_code == 403
        assert page(browser(Role.LEAD, site=make_site())).status_code == 404
        assert the_incident().state == IncidentState.OPEN

    def test_asks_for_no_bed_on_which_the_next_print_lies(self, cut: list[tuple[Run, Printer]]) -> None:
        for run, printer in cut:
            come_back(run, printer)
        assert "0 of 4 clear" in text_of(page())
        with frame.seeding("the next print"):
            Printer.objects.filter(code="V1").update(current_run_id=uuid4(), occupancy=Occupancy.OURS, bed=Bed.NOT_CLEAR)

        found = page()

        assert "1 of 4 clear" in text_of(found)
        assert [row.printer.code for row in found.context["beds"]] == ["V2", "V3", "V4"]


class TestItsCard:
    def test_tells_of_all_in_one_and_hides_nothing_else(self, cut: list[tuple[Run, Printer]]) -> None:
        (run, printer), *_others = cut
        come_back(run, printer)
        found = board.today(shop().pk, now=clock.now() + timedelta(hours=1))

        (card,) = found.attention
        assert (card.cause, card.id) == (Cause.INCIDENT, str(the_incident().pk))
        assert {one.cause for one in card.members} == {Cause.NOT_JUDGED, Cause.OFFLINE_RUN, Cause.BED_UNKNOWN}
        assert len(card.members) == 4
        said = board.told(card, now=NOW, zone=UTC)
        assert said.title == "A power cut on circuit B took 4 printers"
        assert "2 prints are not heard from. 1 plate to judge. 1 bed to look at." in said.note
        today = owner().get("/admin/today/")
        assert f"/admin/incidents/{card.id}/" in today.content.decode()

    def test_what_is_left_after_the_release_is_told_one_by_one(self, cut: list[tuple[Run, Printer]]) -> None:
        lead = browser(Role.LEAD)
        release_all(lead)

        found = board.today(shop().pk, now=clock.now() + timedelta(hours=1))

        assert {card.cause for card in found.attention} == {Cause.OFFLINE_RUN, Cause.BED_UNKNOWN}
        assert fresh(Incident.objects.get()).released_by.startswith("person:")
