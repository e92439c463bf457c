"""The printers' page: what needs a person first, beds by one tap, several at once."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from apps.accounts.states import Role
from apps.board.queries.printers import Need, tiles
from apps.catalog.states import Reason
from apps.console.views.printers import listing
from apps.fleet.models import Printer
from apps.fleet.states import Bed, Connection, Health, Occupancy
from apps.journal.models import Event
from apps.runs.models import Run
from tests.asking import signed_in
from tests.factories.accounts import make_site, make_user
from tests.factories.context import NOW
from tests.factories.fleet import make_feed, make_occupied_printer, make_printer
from tests.factories.runs import make_paused_run, make_printing_run
from tests.pages import form_on, headings, press

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = "/admin/printers/"


@pytest.fixture
def operator() -> Client:
    return signed_in(make_user(Role.OPERATOR))


def clear_of(printer: Printer) -> str:
    return f"{PAGE}{printer.pk}/bed-clear/"


class TestThePage:
    def test_says_what_to_do_first(self, operator: Client) -> None:
        make_printer(code="E1", bed=Bed.NOT_CLEAR)
        make_printer(code="M1", connection=Connection.MISCONFIGURED)
        make_printer(code="V4")

        page = operator.get(PAGE)

        assert page.status_code == 200
        assert headings(page) == 1
        assert "3 printers. 1 bed to clear, then 1 more needs a look." in page.content.decode()
        assert "Clearing E1 gives 1 free printer at once." in page.content.decode()

    def test_tells_a_machine_that_lets_nobody_in_from_one_that_is_another(self, operator: Client) -> None:
        make_printer(code="M1", connection=Connection.MISCONFIGURED, connection_evidence={"code": "access-rejected"})
        html = operator.get(PAGE).content.decode()
        assert "Its key is missing or wrong, or another machine has its address now." in html
        assert "Enter its key" in html
        other = {"code": "other-machine", "machine": {"board": "bb22"}}
        make_printer(code="M2", connection=Connection.MISCONFIGURED, connection_evidence=other)

        html = operator.get(PAGE).content.decode()

        assert "Another machine answers at its address." in html
        assert "See which machine it is" in html

    def test_shows_all_four_facts_of_every_printer(self, operator: Client) -> None:
        make_printer(code="V4")

        html = operator.get(PAGE).content.decode()

        for fact in ("Health", "Connection", "Bed", "In use"):
            assert f"<dt>{fact}</dt>" in html

    def test_of_a_shop_without_printers_says_how_to_begin(self) -> None:
        page = signed_in(make_user(Role.ADMIN)).get(PAGE)

        assert "There is no printer yet." in page.content.decode()
        assert "/admin/printers/add/" in page.content.decode()

    def test_shows_nothing_of_another_site(self, operator: Client) -> None:
        make_printer(code="THEIRS", site=make_site())

        assert "THEIRS" not in operator.get(PAGE).content.decode()

    def test_sends_strangers_to_sign_in_and_refuses_those_who_work_nowhere(self) -> None:
        assert Client().get(PAGE).status_code == 302
        assert signed_in(make_user()).get(PAGE).status_code in (302, 403, 404)

    @pytest.mark.parametrize(("show", "seen"), [("needs", {"E1"}), ("free", {"V4"}), ("printing", {"P1"}), ("all", {"E1", "V4", "P1"})])
    def test_can_be_narrowed(self, operator: Client, show: str, seen: set[str]) -> None:
        make_printer(code="E1", bed=Bed.NOT_CLEAR)
        make_printer(code="V4")
        make_occupied_printer(code="P1")

        tiles_shown = operator.get(PAGE, {"show": show}).context["tiles"]

        assert {tile.printer.code for tile in tiles_shown} == seen

    @pytest.mark.parametrize("view", ["needs", "groups", "list"])
    def test_asks_the_database_as_often_for_two_hundred_printers_as_for_one(
        self, operator: Client, view: str, django_assert_max_num_queries: DjangoAssertNumQueries
    ) -> None:
        for number in range(30):
            make_feed(printer=make_printer(code=f"P{number}", group=f"Row {number % 3}", bed_evidence={"by": "service:tests"}))

        operator.get(PAGE)

        with django_assert_max_num_queries(12):
            page = operator.get(PAGE, {"view": view})

        assert page.status_code == 200


class TestTheOrder:
    def test_is_by_what_one_tap_gives_then_by_danger(self) -> None:
        free = make_printer(code="A")
        bed = make_printer(code="Z", bed=Bed.UNKNOWN)
        degraded = make_printer(code="B", health=Health.DEGRADED, health_reason=Reason.THERMAL)
        run = make_paused_run()
        held = run.printer
        assert held is not None

        found = tiles(Printer.objects.filter(pk__in=[free.pk, bed.pk, degraded.pk, held.pk]), now=NOW)

        assert [tile.need for tile in found][:1] == [Need.BED]
        assert [tile.printer.code for tile in found if tile.need == Need.DEGRADED] == ["B"]
        assert found[-1].need == Need.NOBODY


class TestBedIsClear:
    @pytest.mark.parametrize("bed", [Bed.NOT_CLEAR, Bed.UNKNOWN])
    def test_opens_the_gate_by_one_tap(self, operator: Client, bed: Bed) -> None:
        printer = make_printer(bed=bed)

        answer = press(operator, PAGE, clear_of(printer))

        assert (answer.status_code, answer["Location"]) == (303, PAGE)
        assert Printer.objects.get(pk=printer.pk).bed == Bed.CLEAR

    def test_is_on_every_tile_that_does_not_print(self, operator: Client) -> None:
        idle = [
            make_printer(bed=Bed.NOT_CLEAR),
            make_printer(bed=Bed.UNKNOWN, connection=Connection.OFFLINE),
            make_printer(bed=Bed.NOT_CLEAR, health=Health.MAINTENANCE),
        ]
        printing = [make_occupied_printer(), make_printer(bed=Bed.NOT_CLEAR, occupancy=Occupancy.FOREIGN)]

        html = operator.get(PAGE).content.decode()

        assert all(clear_of(printer) in html for printer in idle)
        assert not any(clear_of(printer) in html for printer in printing)

    def test_pressed_twice_happens_once(self, operator: Client) -> None:
        printer = make_printer(bed=Bed.NOT_CLEAR)
        form = form_on(operator.get(PAGE), clear_of(printer))

        answers = [operator.post(clear_of(printer), form) for _ in range(2)]

        assert [answer.status_code for answer in answers] == [303, 303]
        assert Event.objects.filter(type="BedCleared").count() == 1

    def test_of_a_printer_that_changed_meanwhile_is_refused_in_words(self, operator: Client) -> None:
        printer = make_printer(bed=Bed.NOT_CLEAR)
        form = form_on(operator.get(PAGE), clear_of(printer))

        answer = operator.post(clear_of(printer), {**form, "version": "7"})

        assert answer.status_code == 412
        assert b'id="refusal"' in answer.content
        assert Printer.objects.get(pk=printer.pk).bed == Bed.NOT_CLEAR

    def test_of_another_site_is_not_there(self, operator: Client) -> None:
        printer = make_printer(bed=Bed.NOT_CLEAR, site=make_site())

        assert operator.post(clear_of(printer), {"key": "k", "version": "1"}).status_code == 404

    def test_is_not_for_viewers(self) -> None:
        printer = make_printer(bed=Bed.NOT_CLEAR)
        viewer = signed_in(make_user(Role.VIEWER))

        assert clear_of(printer) not in viewer.get(PAGE).content.decode()
        assert viewer.post(clear_of(printer), {"key": "k", "version": "1"}).status_code == 403

    def test_is_taken_back_by_not_clear(self, operator: Client) -> None:
        printer = make_printer()

        answer = press(operator, PAGE, f"{PAGE}{printer.pk}/bed-not-clear/")

        assert answer.status_code == 303
        assert Printer.objects.get(pk=printer.pk).bed == Bed.NOT_CLEAR

    def test_on_a_silent_printer_with_an_open_attempt_is_kept_as_a_note(self, operator: Client) -> None:
        run = make_printing_run(desynced=True, desynced_since=NOW, desync_evidence={"we_thought": "printing"})
        printer = make_occupied_printer(current_run_id=run.pk)
        moved = Run.objects.get(pk=run.pk)
        assert moved.ended_at is None

        answer = operator.post(clear_of(printer), {"key": "k", "version": "1", "next": PAGE})

        assert answer.status_code == 303
        assert Printer.objects.get(pk=printer.pk).bed_note_at is not None


class TestSeveralBeds:
    def test_are_cleared_at_once_and_one_that_changed_is_named(self, operator: Client) -> None:
        first, second, moved = make_printer(bed=Bed.NOT_CLEAR), make_printer(bed=Bed.UNKNOWN), make_printer(bed=Bed.NOT_CLEAR, code="MOVED")
        address = f"{PAGE}beds-clear/"
        chosen = [f"{first.pk}:1", f"{second.pk}:1", f"{moved.pk}:9"]

        answer = press(operator, f"{PAGE}?view=list", address, printer=chosen)

        assert answer.status_code == 303
        assert [Printer.objects.get(pk=one.pk).bed for one in (first, second, moved)] == [Bed.CLEAR, Bed.CLEAR, Bed.NOT_CLEAR]
        assert "MOVED" in operator.get(answer["Location"]).content.decode()

    @pytest.mark.parametrize("chosen", [[], ["x"], ["x:1"]])
    def test_need_a_sensible_choice(self, operator: Client, chosen: list[str]) -> None:
        assert operator.post(f"{PAGE}beds-clear/", {"key": "k", "printer": chosen}).status_code == 422

    def test_of_another_site_are_not_there(self, operator: Client) -> None:
        theirs = make_printer(bed=Bed.NOT_CLEAR, site=make_site())

        assert operator.post(f"{PAGE}beds-clear/", {"key": "k", "printer": [f"{theirs.pk}:1"]}).status_code == 404
        assert Printer.objects.get(pk=theirs.pk).bed == Bed.NOT_CLEAR


class TestTheList:
    def test_goes_on_where_a_page_of_it_ends(self, operator: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(listing, "MOST_ROWS", 2)
        for number in range(5):
            make_printer(code=f"R{number}")

        first = operator.get("/admin/printers/", {"view": "list"})
        second = operator.get("/admin/printers/", {"view": "list", "from": "2"})
        third = operator.get("/admin/printers/", {"view": "list", "from": "4"})

        shown = [[tile.printer.code for tile in page.context["tiles"]] for page in (first, second, third)]
        assert sorted(code for codes in shown for code in codes) == [f"R{number}" for number in range(5)]
        assert "3 more in the list" in first.content.decode()
        assert "from=4" in second.content.decode()
        assert "more in the list" not in third.content.decode()

    @pytest.mark.parametrize("start", ["-1", "x", "99999999999999999999", "²"])
    def test_that_begins_nowhere_is_still_a_page(self, operator: Client, start: str) -> None:
        make_printer(code="R1")

        assert operator.get("/admin/printers/", {"view": "list", "from": start}).status_code == 200
