"""What was measured while an attempt printed, on its page and as CSV."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from apps.accounts.states import Role
from apps.console.views.runs.measured import clock_text
from apps.fleet.domain.telemetry import Sample
from apps.journal import clock
from apps.runs.connector import keeping
from apps.runs.models import Run
from apps.runs.states import AnomalyKind, Ruling
from tests.asking import signed_in
from tests.factories.accounts import make_site, make_user
from tests.factories.context import NOW
from tests.factories.floor import make_floor
from tests.factories.planning import make_approved_plate
from tests.factories.runs import make_anomaly, make_completed_run, make_run, make_run_snapshot
from tests.pages import headings
from tests.runs.driving import printing, ruled

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def lead() -> Client:
    return signed_in(make_user(Role.ADMIN))


def measured(run: Run, *minutes: float, **numbers: Any) -> None:
    """Keep samples so many minutes after the start."""
    assert run.started_at
    start = run.started_at.timestamp() // 1
    usual = {"nozzle_c": 214.6, "nozzle_target_c": 215.0, "bed_c": 59.9, "bed_target_c": 60.0, "progress": 0.25, "layer": 7}
    keeping.keep((run.pk, Sample(start + 60 * one, **{**usual, **numbers})) for one in minutes)


def html_of(client: Client, run: Run) -> str:
    page = client.get(f"/admin/runs/{run.pk}/")
    assert (page.status_code, headings(page)) == (200, 1)
    return page.content.decode()


def running() -> Run:
    floor = make_floor()
    return printing(floor.plate(pieces=2), floor.printer())


def long_ago(**ages: float) -> Run:
    """Return a completed attempt that ended so long ago and took an hour."""
    ended = clock.now() - timedelta(**ages)
    return make_completed_run(started_at=ended - timedelta(hours=1), ended_at=ended)


class TestTheDrawing:
    def test_has_words_for_who_cannot_see_it(self, lead: Client) -> None:
        measured(run := long_ago(hours=2), *(n / 2 for n in range(120)))

        html = html_of(lead, run)

        assert '<svg class="chart" width="100%" height="424" role="img" aria-labelledby="chart-t chart-d">' in html
        assert "Nozzle from 215 to 215 °C. Bed from 60 to 60 °C. Progress from 25 to 25 %." in html
        assert "last 215, target 215" in html

    def test_needs_no_style_and_no_script(self, lead: Client) -> None:
        measured(run := long_ago(hours=2), *range(60))

        section = html_of(lead, run).partition('id="run-chart"')[2].partition("</section>")[0]

        assert "<path" in section
        assert not [bad for bad in ("style=", "<style", "<script", "onload") if bad in section]

    def test_says_where_nothing_was_heard(self, lead: Client) -> None:
        measured(run := long_ago(hours=2), *(n / 2 for n in range(40)), *(n / 2 for n in range(80, 120)))

        html = html_of(lead, run)

        assert "Hatched: nothing was heard for 21 min in all" in html
        assert "Nothing was heard</td>" in html

    def test_says_the_same_in_numbers(self, lead: Client) -> None:
        run = long_ago(hours=2)
        measured(run, *(n / 2 for n in range(60)))
        measured(run, *(n / 2 for n in range(60, 121)), nozzle_c=180.4, progress=0.999, layer=88)

        rows = re.findall(r'<th scope="row" class="nw">\d\d:\d\d</th>(.*?)</tr>', html_of(lead, run))

        assert 12 <= len(rows) <= 24
        assert re.findall("<td[^>]*>(.*?)</td>", rows[0]) == ["215", "215", "60", "60", "25%", "7"]
        assert re.findall("<td[^>]*>(.*?)</td>", rows[-1]) == ["180", "215", "60", "60", "100%", "88"]

    def test_marks_what_happened(self, lead: Client) -> None:
        run = running()
        measured(run, 0)
        ruled(run, Ruling.PAUSE, reason="FILAMENT_RUNOUT")
        make_anomaly(run=run, kind=AnomalyKind.TEMP_DRIFT, since=clock.now())
        make_run_snapshot(run=run)

        told = html_of(lead, run).partition('<ol class="marks">')[2].partition("</ol>")[0]

        for words in ("Started", "Paused: Ran out of filament", "Temperature off its target", "Picture: First layer"):
            assert words in told, words

    def test_says_how_it_ended(self, lead: Client) -> None:
        measured(run := long_ago(hours=2), 1)

        assert "<span>Completed, " in html_of(lead, run)

    def test_of_a_quantity_that_was_never_said(self, lead: Client) -> None:
        measured(run := long_ago(hours=2), *range(60), bed_c=None, bed_target_c=None, progress=None)

        html = html_of(lead, run)

        assert "Bed, °C: nothing was said." in html
        assert html.count("not said</text>") == 2

    def test_has_plain_numbers_in_every_language(self, lead: Client, settings: Any) -> None:
        settings.LANGUAGE_CODE = "de"
        measured(run := long_ago(hours=2), *range(60))

        drawing = html_of(lead, run).partition("</desc>")[2].partition("<ol")[0]

        assert 'y1="0.00%"' in drawing
        assert not re.search(r'"[^"]*\d,\d[^"]*"', drawing)


@pytest.mark.parametrize(("hours", "said"), [(5, "09:00"), (30, "Mon 09:00"), (200, "2 Mar 09:00")])
def test_a_moment_is_said_as_the_length_of_the_print_needs_it(hours: int, said: str) -> None:
    assert clock_text(NOW.timestamp(), 3600 * hours) == said


class TestNothingMeasured:
    def test_of_a_waiting_attempt_is_not_mentioned(self, lead: Client) -> None:
        assert "run-chart" not in html_of(lead, make_run())

    def test_of_one_that_just_started_is_said(self, lead: Client) -> None:
        assert "Nothing was measured yet." in html_of(lead, running())

    def test_of_one_that_is_over_is_said(self, lead: Client) -> None:
        html = html_of(lead, long_ago(hours=1))

        assert "Nothing was measured while it printed" in html
        assert "measured.csv" not in html

    def test_that_is_forgotten_is_said(self, lead: Client, settings: Any) -> None:
        settings.FARMOS_TELEMETRY_DAYS = 30

        assert "is kept for 30 days" in html_of(lead, long_ago(days=31))


class TestTheCsv:
    def test_has_every_sample_and_says_nothing_of_what_was_not_said(self, lead: Client) -> None:
        run = long_ago(hours=2)
        measured(run, 0, nozzle_c=-5.5)
        measured(run, 0.5, bed_c=None)
        answer = lead.get(f"/admin/runs/{run.pk}/measured.csv")

        rows = list(csv.reader(io.StringIO(b"".join(answer).decode())))

        assert answer["Content-Type"] == "text/csv; charset=utf-8"
        assert f"{run.plate.number}-1-measured.csv" in answer["Content-Disposition"]
        assert rows[0] == ["at", "nozzle_c", "nozzle_target_c", "bed_c", "bed_target_c", "progress", "layer"]
        assert [row[1:] for row in rows[1:]] == [
            ["-5.5", "215.0", "59.9", "60.0", "0.25", "7"],
            ["214.6", "215.0", "", "60.0", "0.25", "7"],
        ]
        assert rows[1][0].endswith("+00:00")

    def test_of_another_site_is_not_there(self) -> None:
        theirs = make_run(plate=make_approved_plate(site=make_site()))

        assert signed_in(make_user(Role.OPERATOR)).get(f"/admin/runs/{theirs.pk}/measured.csv").status_code == 404

    def test_is_for_who_may_see_measurements(self, client: Client) -> None:
        assert client.get(f"/admin/runs/{make_run().pk}/measured.csv").status_code == 302
