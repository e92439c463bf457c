"""Leaving one part out of a print, on the pages: where it is offered, what it asks, what is shown of it, and what the outcome is marked as."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from apps.accounts.states import Role
from apps.fleet.states import ConnectorKind
from apps.runs import commands
from apps.runs.models import Exclusion, Run
from apps.runs.states import AnomalyKind, ExclusionDrop, Ruling
from tests.asking import post, problem_of, signed_in
from tests.factories.accounts import make_user
from tests.factories.floor import make_floor
from tests.factories.planning import make_output
from tests.pages import form_on, headings, press
from tests.runs.driving import fresh, machine, printing, ruled
from tests.runs.test_exclude_item import exclude, item_of, running
from tests.runs.test_note_excluded import noted

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def operator() -> Client:
    return signed_in(make_user(Role.OPERATOR))


def run_page(run: Run) -> str:
    return f"/admin/runs/{run.pk}/"


def page_of(run: Run) -> str:
    return f"{run_page(run)}leave-out/"


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


class TestThePage:
    def test_asks_which_part_and_why(self, operator: Client) -> None:
        run = running(pieces=3)
        page = operator.get(page_of(run))
        html = page.content.decode()

        assert (page.status_code, headings(page)) == (200, 1)
        assert len(re.findall(r'name="item" value="[0-9a-f-]{36}" required', html)) == 3
        assert "Keep all parts" in html

    def test_asks_the_printer_and_shows_it_on_the_attempt(self, operator: Client) -> None:
        run = running(pieces=3)
        answer = press(operator, page_of(run), f"{page_of(run)}ask/", item=str(item_of(run, 2).pk), reason="ADHESION", note="corner up")

        assert (answer.status_code, answer.headers["Location"]) == (303, run_page(run))
        assert Exclusion.objects.get(run=run).item.slot == 2
        assert "Asked to leave out" in text_of(operator, run_page(run))

    def test_says_what_became_of_it(self, operator: Client) -> None:
        run = running(pieces=4)
        exclude(run, 2)
        noted(run, "SLOT-2", "SLOT-3")
        gone = exclude(run, 1)
        commands.drop_exclusion(machine(), exclusion_id=gone, because=ExclusionDrop.UNKNOWN_TO_MACHINE, evidence={})

        shown = text_of(operator, run_page(run))
        assert "came loose" in shown
        assert "at the printer" in shown
        assert "The printer knows no such part" in shown

    def test_offers_no_part_that_is_left_out_already(self, operator: Client) -> None:
        run = running(pieces=3)
        exclude(run, 2)

        html = operator.get(page_of(run)).content.decode()
        assert str(item_of(run, 2).pk) not in html
        assert str(item_of(run, 1).pk) in html

    def test_takes_the_reason_of_an_anomaly(self, operator: Client) -> None:
        html = operator.get(f"{page_of(running())}?reason=SPAGHETTI").content.decode()

        assert re.search(r'value="SPAGHETTI" required checked', html)

    @pytest.mark.parametrize("reason", ["%00", "x", "UNKNOWN' OR 1=1", "CUSTOMER_CANCELED"])
    def test_takes_no_other(self, operator: Client, reason: str) -> None:
        page = operator.get(f"{page_of(running())}?reason={reason}")

        assert page.status_code in (200, 400)
        assert b"checked" not in page.content

    def test_of_a_printer_that_cannot_says_so_instead(self, operator: Client) -> None:
        run = running(connector=ConnectorKind.OCTOPRINT)

        assert "cannot leave out single parts" in text_of(operator, page_of(run))
        assert b"leave-out/ask" not in operator.get(page_of(run)).content
        assert b"leave-out" not in operator.get(run_page(run)).content

    def test_of_a_file_that_names_no_parts_is_offered_nowhere(self, operator: Client) -> None:
        floor = make_floor()
        output = make_output(printer_class=floor.printer_class, slicer_digest="", profile_version=None, facts={})
        plate = floor.plate(pieces=3, layout=output.layout, slice_key=output.slice_key, output=output)
        run = printing(plate, floor.printer())
        commands.raise_anomaly(machine(), run_id=run.pk, kind=AnomalyKind.SPAGHETTI_SUSPECTED)

        for address in (run_page(run), "/admin/today/"):
            assert b"leave-out" not in operator.get(address).content, "it would lead nowhere: what helps is to stop"
        assert "The file names no parts" in text_of(operator, page_of(run))
        assert b"leave-out/ask" not in operator.get(page_of(run)).content

    def test_of_a_plate_sliced_before_names_were_kept_says_why_and_what_to_do(self, operator: Client) -> None:
        floor = make_floor()
        output = make_output(printer_class=floor.printer_class, facts={"max_nozzle_c": 215})
        run = printing(floor.plate(pieces=3, layout=output.layout, slice_key=output.slice_key, output=output), floor.printer())

        for address in (run_page(run), page_of(run)):
            assert "was sliced before farmos kept the names of its parts" in text_of(operator, address)
            assert "what is sliced from now on can leave parts out" in text_of(operator, address)

    def test_of_a_plate_with_one_part_says_to_stop_it(self, operator: Client) -> None:
        run = running(pieces=1)

        assert "Stop the print instead" in text_of(operator, page_of(run))
        assert b"leave-out" not in operator.get(run_page(run)).content

    def test_of_an_attempt_that_is_over_asks_nothing(self, operator: Client) -> None:
        run = running()
        ruled(run, Ruling.COMPLETE)

        assert "it makes no parts now" in text_of(operator, page_of(run))

    def test_tells_a_refusal_in_words(self, operator: Client) -> None:
        run = running(pieces=2)
        form = form_on(operator.get(page_of(run)), f"{page_of(run)}ask/")
        exclude(run, 1)
        sent = {**form, "item": str(item_of(run, 2).pk), "reason": "ADHESION", "version": str(fresh(run).version)}
        answer = operator.post(f"{page_of(run)}ask/", sent)

        assert answer.status_code == 409
        assert "Nothing would be left to print" in answer.content.decode()

    def test_is_for_the_floor(self) -> None:
        run = running()
        quality = signed_in(make_user(Role.QUALITY))

        assert b"leave-out/ask" not in quality.get(page_of(run)).content


class TestAnAnomaly:
    def raised(self, run: Run, kind: AnomalyKind) -> None:
        commands.raise_anomaly(machine(), run_id=run.pk, kind=kind)

    @pytest.mark.parametrize("kind", [AnomalyKind.SPAGHETTI_SUSPECTED, AnomalyKind.ADHESION_RISK])
    def test_of_one_part_offers_to_leave_it_out(self, operator: Client, kind: AnomalyKind) -> None:
        run = running()
        self.raised(run, kind)

        assert "leave-out/?reason=" in operator.get(run_page(run)).content.decode()

    def test_where_nothing_else_is_printed_offers_to_stop(self, operator: Client) -> None:
        floor = make_floor()
        run = printing(floor.plate(), floor.printer())
        self.raised(run, AnomalyKind.SPAGHETTI_SUSPECTED)

        html = operator.get(run_page(run)).content.decode()
        assert "leave-out" not in html
        assert 'value="SPAGHETTI"' in html

    def test_on_today_leads_to_the_page(self, operator: Client) -> None:
        run = running()
        self.raised(run, AnomalyKind.ADHESION_RISK)

        assert page_of(run) in operator.get("/admin/today/").content.decode()


class TestTheOutcome:
    def outcome(self, run: Run) -> str:
        return f"{run_page(run)}outcome/"

    def test_is_marked_as_not_printed_with_the_reason(self, operator: Client) -> None:
        run = running(pieces=3)
        exclude(run, 2, note="corner up")
        noted(run, "SLOT-2")
        ruled(run, Ruling.COMPLETE)

        page = operator.get(self.outcome(run))
        marked = dict(re.findall(r'name="o-([0-9a-f-]+)" value="(\w+)" checked', page.content.decode()))
        assert marked == {str(item_of(run, 1).pk): "SUCCESS", str(item_of(run, 2).pk): "SKIPPED", str(item_of(run, 3).pk): "SUCCESS"}
        assert "corner up" in page.content.decode()
        assert "Every part that nobody wanted left out is marked good" in page.content.decode()

    def test_is_nobodys_guess_where_something_else_was_left_out(self, operator: Client) -> None:
        run = running(pieces=2)
        noted(run, "SLOT-2")
        ruled(run, Ruling.COMPLETE, evidence={"excluded_objects": ["GEAR_COPY_1", "SLOT-2"]})

        marked = re.findall(r'name="o-([0-9a-f-]+)" value="(\w+)" checked', operator.get(self.outcome(run)).content.decode())
        assert marked == [(str(item_of(run, 2).pk), "SKIPPED")]
        assert "nobody can tell which part it was" in text_of(operator, self.outcome(run))

    @pytest.mark.parametrize("every", ["SUCCESS", "FAILED"])
    def test_stays_so_when_all_others_are_marked_together(self, operator: Client, every: str) -> None:
        run = running(pieces=2)
        noted(run, "SLOT-2")
        ruled(run, Ruling.FAIL, reason="SPAGHETTI")

        html = operator.get(f"{self.outcome(run)}?all={every}").content.decode()
        marked = dict(re.findall(r'name="o-([0-9a-f-]+)" value="(\w+)" checked', html))
        assert marked == {str(item_of(run, 1).pk): every, str(item_of(run, 2).pk): "SKIPPED"}

    @pytest.mark.parametrize("every", ["", "SUCCESS"])
    def test_of_one_that_was_not_seen_left_out_marks_nothing_and_says_so(self, operator: Client, every: str) -> None:
        run = running(pieces=2)
        exclude(run, 2, note="corner up")
        ruled(run, Ruling.COMPLETE)

        html = operator.get(f"{self.outcome(run)}?all={every}").content.decode()
        marked = dict(re.findall(r'name="o-([0-9a-f-]+)" value="(\w+)" checked', html))
        assert marked == {str(item_of(run, 1).pk): "SUCCESS"}, "somebody saw a fault in the other one"
        shown = text_of(operator, self.outcome(run))
        assert "The print ended before the printer was seen doing it. corner up" in shown
        assert "Every part that nobody wanted left out is marked good" in shown


class TestTheApi:
    def ask(self, client: Client, run: Run) -> Any:
        address = f"/api/v1/runs/{run.pk}"
        seen = client.get(address).headers["ETag"]
        return post(client, f"{address}/exclude-item", {"item_id": str(item_of(run, 1).pk), "reason": "WARP"}, If_Match=seen)

    def test_asks_and_shows(self, operator: Client) -> None:
        run = running()
        assert self.ask(operator, run).status_code == 200

        shown = operator.get(f"/api/v1/runs/{run.pk}").json()
        assert [(one["reason"]["code"], one["state"]["code"]) for one in shown["exclusions"]] == [("WARP", "asked")]
        assert shown["left_out"] == 0

    def test_refuses_in_words(self, operator: Client) -> None:
        assert problem_of(self.ask(operator, running(pieces=1)))["code"] == "last-part-left"
