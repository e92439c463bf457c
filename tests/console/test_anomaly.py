"""Anomalies on pages: what was seen, one thing to do first, and saying what was done, by forms that need no scripts."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from apps.accounts.states import Role
from apps.catalog.states import Reason
from apps.runs.models import Anomaly
from apps.runs.states import AnomalyState, Ruling, Wish
from tests.asking import signed_in
from tests.factories.accounts import make_site, make_user
from tests.factories.floor import make_floor
from tests.factories.inventory import make_sealed_spool
from tests.factories.planning import make_approved_plate
from tests.factories.runs import make_anomaly, make_printing_run
from tests.pages import form_on, headings, press
from tests.runs.driving import fresh, printing, ruled

pytestmark = pytest.mark.django_db(transaction=True)
HEAT = {"heater": "nozzle", "measured": 180.2, "target": 215.0, "limit_c": 15, "percent": 40.0}


def found(**values: Any) -> Anomaly:
    floor = make_floor()
    run = printing(floor.plate(pieces=2), floor.printer())
    about = {"kind": "FIRST_LAYER_RISK", "severity": "attention", "reason": "FIRST_LAYER", **values}
    return make_anomaly(run=run, printer=run.printer, **about)


def page_of(anomaly: Anomaly) -> str:
    return f"/admin/runs/{anomaly.run_id}/"


@pytest.fixture
def operator() -> Client:
    return signed_in(make_user(Role.OPERATOR))


class TestThePageOfTheAttempt:
    def test_says_what_was_seen(self, operator: Client) -> None:
        page = operator.get(page_of(found(kind="TEMP_DRIFT", severity="urgent", reason="THERMAL", evidence=HEAT)))
        html = page.content.decode()

        assert (page.status_code, headings(page)) == (200, 1)
        assert "The nozzle has 180 °C, it should have 215 °C. Seen at 40 %." in html
        assert "Pause and notify operator" in html

    def test_pauses_for_the_reason_of_the_kind(self, operator: Client) -> None:
        anomaly = found()

        answer = press(operator, page_of(anomaly), f"/admin/runs/{anomaly.run_id}/pause/")

        assert answer.status_code == 303
        assert (fresh(anomaly.run).wish, fresh(anomaly.run).wish_reason) == (Wish.PAUSE, "FIRST_LAYER")

    def test_aborts_and_requeues(self, operator: Client) -> None:
        anomaly = found()

        press(operator, page_of(anomaly), f"/admin/runs/{anomaly.run_id}/requeue/")

        assert (fresh(anomaly.run).wish, fresh(anomaly.run).wish_reason) == (Wish.ABORT, "FIRST_LAYER")

    def test_takes_what_was_done(self, operator: Client) -> None:
        anomaly = found()
        place = f"/admin/anomalies/{anomaly.pk}/complete/"
        assert "Cleaned the plate" in operator.get(page_of(anomaly)).content.decode()

        sent = form_on(operator.get(page_of(anomaly)), place)
        answer = operator.post(place, {**sent, "answer": ["CLEANED_PLATE", "OTHER"], "note": "Isopropanol."})

        assert answer.status_code == 303
        assert (fresh(anomaly).state, fresh(anomaly).answers) == (AnomalyState.RESOLVED, ["CLEANED_PLATE", "OTHER"])
        assert "Cleaned the plate, Something else" in operator.get(page_of(anomaly)).content.decode()

    def test_without_an_answer_says_what_is_missing(self, operator: Client) -> None:
        anomaly = found()

        answer = press(operator, page_of(anomaly), f"/admin/anomalies/{anomaly.pk}/complete/")

        assert answer.status_code == 422
        assert "Mark what was done." in answer.content.decode()

    def test_gives_it_to_somebody(self, operator: Client) -> None:
        anomaly, other = found(), make_user(Role.LEAD)

        press(operator, page_of(anomaly), f"/admin/anomalies/{anomaly.pk}/assign/", to=str(other.pk))

        assert fresh(anomaly).assigned_to == f"person:{other.pk}"

    def test_shows_a_viewer_no_buttons(self) -> None:
        html = signed_in(make_user(Role.VIEWER)).get(page_of(found())).content.decode()

        assert "First layer in doubt" in html
        assert "/complete/" not in html
        assert "/requeue/" not in html


class TestAnAnomalyOfAnotherSite:
    def test_is_not_there(self, operator: Client) -> None:
        theirs = make_anomaly(run=make_printing_run(plate=make_approved_plate(site=make_site())))

        answer = operator.post(f"/admin/anomalies/{theirs.pk}/acknowledge/", {"key": "k", "version": "1"})

        assert answer.status_code == 404
        assert fresh(theirs).state == AnomalyState.OPEN


class TestOtherPages:
    def test_the_printer_leads_to_it(self, operator: Client) -> None:
        anomaly = found()

        html = operator.get(f"/admin/printers/{anomaly.printer.code}/").content.decode()

        assert f"/admin/runs/{anomaly.run_id}/#anomaly-{anomaly.pk}" in html
        assert "Somebody or something doubts its first layer." in html

    def test_today_leads_with_it(self, operator: Client) -> None:
        anomaly = found()

        html = operator.get("/admin/").content.decode()

        assert f"{anomaly.printer.code}: First layer in doubt" in html
        sent = form_on(operator.get("/admin/"), f"/admin/runs/{anomaly.run_id}/pause/")
        assert sent["reason"] == "FIRST_LAYER"
        assert f"/admin/runs/{anomaly.run_id}/requeue/" in html


def primaries(page: Any) -> list[str]:
    """Return the words on the filled buttons of a page: there is to be one."""
    return [
        " ".join(re.sub(r"<[^>]+>", " ", words).split())
        for words in re.findall(r'class="btn p[ "].*?>(.*?)</(?:a|button)>', page.content.decode(), re.DOTALL)
    ]


class TestAPrintThatRanOutOfFilament:
    @pytest.fixture
    def anomaly(self) -> Anomaly:
        anomaly = found(kind="FILAMENT_RUNOUT", severity="urgent", reason="FILAMENT_RUNOUT", evidence={"percent": 71.0})
        assert ruled(anomaly.run, Ruling.PAUSE, reason=Reason.FILAMENT_RUNOUT)
        make_sealed_spool(material=anomaly.run.printer.feeds.get().spool.material)  # type: ignore[union-attr]
        return anomaly

    def test_has_one_first_thing_to_do_and_leads_to_the_spool(self, operator: Client, anomaly: Anomaly) -> None:
        page = operator.get(page_of(anomaly))

        assert primaries(page) == ["Go on printing"]
        assert "Put filament in first" in page.content.decode()
        assert f'href="/admin/printers/{anomaly.printer.code}/?load=1#load"' in page.content.decode()

    def test_shows_the_spools_on_its_printer_at_once(self, operator: Client, anomaly: Anomaly) -> None:
        address = f"/admin/printers/{anomaly.printer.code}/"
        page = operator.get(address)

        assert primaries(page) == ["See to it"]
        assert '<details class="card fold" id="load" open>' in page.content.decode()
        assert press(operator, address, f"/admin/printers/{anomaly.printer_id}/load/").status_code == 303

    def test_offers_no_spool_to_whoever_may_load_none(self, anomaly: Anomaly) -> None:
        assert "?load=1" not in signed_in(make_user(Role.VIEWER)).get(page_of(anomaly)).content.decode()
