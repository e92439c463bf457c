"""One print attempt's page: both sides of a doubt, and what can be asked of it."""

from __future__ import annotations

import pytest
from django.test import Client

from apps.accounts.states import Role
from apps.journal import frame
from apps.journal.models import Event
from apps.runs.models import Run
from apps.runs.states import Ruling, RunState, Wish
from tests.asking import signed_in
from tests.factories.accounts import make_site, make_user
from tests.factories.floor import make_floor
from tests.factories.planning import make_approved_plate
from tests.factories.runs import make_run
from tests.pages import form_on, headings, press
from tests.runs.driving import printing, queued, ruled

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def lead() -> Client:
    return signed_in(make_user(Role.ADMIN))


def running() -> Run:
    floor = make_floor()
    return printing(floor.plate(pieces=2), floor.printer())


def doubtful() -> Run:
    run = running()
    ruled(run, Ruling.DESYNC, evidence={"print_state": "standby", "klippy_state": "ready"})
    return Run.objects.get(pk=run.pk)


def page_of(run: Run) -> str:
    return f"/admin/runs/{run.pk}/"


class TestThePage:
    def test_tells_what_is_known(self, lead: Client) -> None:
        page = lead.get(page_of(run := running()))

        assert (page.status_code, headings(page)) == (200, 1)
        assert run.plate.number in page.content.decode()

    def test_of_a_waiting_attempt_says_what_is_in_its_way(self, lead: Client) -> None:
        run = queued(make_floor().plate())

        assert "There is no printer." in lead.get(page_of(run)).content.decode()

    def test_of_another_site_is_not_there(self) -> None:
        theirs = make_run(plate=make_approved_plate(site=make_site()))

        assert signed_in(make_user(Role.OPERATOR)).get(page_of(theirs)).status_code == 404

    def test_shows_both_sides_of_a_doubt(self, lead: Client) -> None:
        html = lead.get(page_of(doubtful())).content.decode()

        assert "Record and machine disagree" in html
        assert "<b>Printing</b>" in html
        assert "<b>Standby</b>" in html

    def test_says_what_the_machine_said_in_words(self, lead: Client) -> None:
        run = doubtful()
        said = {"print_state": "standby", "progress": 0.62, "print_s": 4695.0, "observed_at": "2026-03-04T08:40:00.5+00:00"}
        with frame.seeding("a doubt"):
            Run.objects.filter(pk=run.pk).update(desync_evidence=said)

        html = lead.get(page_of(run)).content.decode()

        for words in ("<dt>Its print</dt>", ">62%<", ">1 h 18 min<", 'datetime="2026-03-04T08:40:00.500000+00:00"'):
            assert words in html, words
        assert "print_s" not in html

    def test_leads_to_the_orders_on_it(self, lead: Client) -> None:
        run = running()
        order = run.plate.items.get(slot=1).piece.requirement.line.intent

        assert f'href="/admin/orders/{order.number}/"' in lead.get(page_of(run)).content.decode()


class TestButtons:
    def test_pause_asks_with_a_reason(self, lead: Client) -> None:
        run = running()

        assert press(lead, page_of(run), f"{page_of(run)}pause/", reason="SPAGHETTI").status_code == 303

        asked = Run.objects.get(pk=run.pk)
        assert (asked.wish, asked.wish_reason) == (Wish.PAUSE, "SPAGHETTI")

    def test_resume_and_abort(self, lead: Client) -> None:
        run = running()
        ruled(run, Ruling.PAUSE)

        press(lead, page_of(run), f"{page_of(run)}resume/")
        assert Run.objects.get(pk=run.pk).wish == Wish.RESUME
        press(lead, page_of(run), f"{page_of(run)}abort/")

        assert Run.objects.get(pk=run.pk).wish == Wish.ABORT

    def test_an_unknown_reason_needs_a_note(self, lead: Client) -> None:
        run = running()

        assert press(lead, page_of(run), f"{page_of(run)}abort/", reason="UNKNOWN").status_code == 422
        assert Run.objects.get(pk=run.pk).wish == ""

    def test_refresh_only_asks_the_printer(self, lead: Client) -> None:
        run = running()

        press(lead, page_of(run), f"{page_of(run)}refresh/")

        assert Event.objects.filter(type="RunRefreshRequested").count() == 1
        assert Run.objects.get(pk=run.pk).state == RunState.PRINTING

    def test_adopt_ends_the_attempt(self, lead: Client) -> None:
        run = doubtful()

        press(lead, page_of(run), f"{page_of(run)}adopt/")

        assert Run.objects.get(pk=run.pk).state == RunState.FAILED

    def test_keep_is_for_admins(self, lead: Client) -> None:
        run = doubtful()
        operator = signed_in(make_user(Role.OPERATOR))

        assert f"{page_of(run)}keep/" not in operator.get(page_of(run)).content.decode()
        assert operator.post(f"{page_of(run)}keep/", {"key": "k", "version": str(run.version)}).status_code == 403
        assert press(lead, page_of(run), f"{page_of(run)}keep/").status_code == 303
        assert Run.objects.get(pk=run.pk).desynced is False

    def test_of_an_old_page_are_refused(self, lead: Client) -> None:
        run = running()
        form = form_on(lead.get(page_of(run)), f"{page_of(run)}abort/")

        assert lead.post(f"{page_of(run)}abort/", {**form, "version": "1"}).status_code == 412
