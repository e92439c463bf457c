"""One printer's page: the tag and its checklist, spools, nozzle, hold, access, and leaving the farm."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from apps.accounts.states import Role
from apps.board.queries.spools import Fit, spools_for
from apps.catalog.states import Reason
from apps.fleet.models import Calibration, Feed, Printer
from apps.fleet.states import Connection, FeedContent, Health, checks_for
from apps.inventory.states import Amount
from apps.journal.models import Event
from apps.policy.models import Hold
from apps.runs.states import Ruling
from tests.asking import signed_in
from tests.factories.accounts import make_site, make_user
from tests.factories.context import NOW
from tests.factories.fleet import make_calibration, make_capability, make_feed, make_printer, make_session
from tests.factories.floor import make_floor
from tests.factories.inventory import make_sealed_spool, make_spool
from tests.factories.runs import make_failed_run, make_run
from tests.pages import form_on, headings, press
from tests.runs.driving import printing, ruled

pytestmark = pytest.mark.django_db(transaction=True)

CHECKS = [check.value for check in checks_for(Reason.THERMAL)]


@pytest.fixture
def lead() -> Client:
    return signed_in(make_user(Role.ADMIN))


def page_of(printer: Printer) -> str:
    return f"/admin/printers/{printer.code}/"


def act(printer: Printer, verb: str) -> str:
    return f"/admin/printers/{printer.pk}/{verb}/"


class TestThePage:
    def test_tells_everything_known_of_it(self, lead: Client) -> None:
        printer = make_printer(code="V4", name="Voron 350", build_sheet="Smooth PEI")
        make_capability(printer=printer)
        make_calibration(printer=printer, value=0.97)
        make_session(printer=printer, is_foreign=True, run_id=None, file_name="benchy.gcode")
        make_failed_run(printer=printer)

        page = lead.get(page_of(printer))
        html = page.content.decode()

        assert (page.status_code, headings(page)) == (200, 1)
        for words in ("V4, Voron 350", "Smooth PEI", "0.97", "benchy.gcode", "failed: spaghetti", "Since when, and why"):
            assert words in html

    def test_says_what_answers_where_it_is_not_what_the_record_says(self, lead: Client) -> None:
        said = {
            "code": "access-rejected",
            "trouble": "not_understood",
            "message": "This is OctoPrint 1.11.8, and the printer is set up as Moonraker.",
        }
        printer = make_printer(connection=Connection.MISCONFIGURED, connection_evidence=said)

        html = lead.get(page_of(printer)).content.decode()

        assert "Something answers there that is not what its record says. “This is OctoPrint 1.11.8" in html
        assert "does not let farmos in" not in html

    @pytest.mark.parametrize("is_paused", [False, True])
    def test_shows_the_print_on_it_and_what_can_be_asked_of_it(self, lead: Client, is_paused: bool) -> None:
        floor = make_floor()
        printer = floor.printer(code="V5")
        run = printing(floor.plate(), printer)
        if is_paused:
            ruled(run, Ruling.PAUSE)

        html = lead.get(page_of(printer)).content.decode()

        assert f"/admin/runs/{run.pk}/abort/" in html
        assert (f"/admin/runs/{run.pk}/resume/" in html) == is_paused

    def test_of_another_site_or_of_none_is_not_there(self) -> None:
        operator = signed_in(make_user(Role.OPERATOR))
        theirs = make_printer(site=make_site())

        assert operator.get(page_of(theirs)).status_code == 404
        assert operator.get("/admin/printers/nowhere/").status_code == 404
        assert operator.post(act(theirs, "hold"), {"key": "k"}).status_code == 404

    def test_never_shows_the_key(self, lead: Client) -> None:
        printer = make_printer(access_key_sealed="sealed-secret")

        assert "sealed-secret" not in lead.get(page_of(printer)).content.decode()

    def test_pages_its_history(self, lead: Client) -> None:
        printer = make_printer(code="V6")
        for _ in range(12):
            make_failed_run(printer=printer)

        first = lead.get(page_of(printer))
        second = lead.get(page_of(printer), {"before": first.context["past"].before})

        assert (len(first.context["past"].runs), len(second.context["past"].runs)) == (10, 2)
        assert lead.get(page_of(printer), {"before": "nonsense"}).status_code == 200

    def test_asks_the_database_a_bounded_number_of_times(self, lead: Client, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
        printer = make_printer(code="V7")
        make_feed(printer=printer)
        for _ in range(5):
            make_failed_run(printer=printer)
        lead.get(page_of(printer))

        with django_assert_max_num_queries(28):
            lead.get(page_of(printer))


class TestTheSafetyTag:
    def tagged(self) -> Printer:
        return make_printer(health=Health.DEGRADED, health_reason=Reason.THERMAL)

    def test_is_cleared_when_everything_is_checked_and_said(self, lead: Client) -> None:
        printer = self.tagged()

        answer = press(lead, page_of(printer), act(printer, "acknowledge"), check=CHECKS, note="Lead was pinched")

        assert answer.status_code == 303
        cleared = Printer.objects.get(pk=printer.pk)
        assert (cleared.health, cleared.health_evidence["checked"]) == (Health.OK, CHECKS)

    @pytest.mark.parametrize("entered", [{"check": CHECKS[1:], "note": "x"}, {"check": CHECKS, "note": " "}])
    def test_stays_while_a_check_or_the_note_is_missing(self, lead: Client, entered: dict[str, object]) -> None:
        printer = self.tagged()

        answer = press(lead, page_of(printer), act(printer, "acknowledge"), **entered)

        assert answer.status_code == 422
        assert Printer.objects.get(pk=printer.pk).health == Health.DEGRADED

    def test_can_lead_to_maintenance_and_back(self, lead: Client) -> None:
        printer = self.tagged()

        press(lead, page_of(printer), act(printer, "maintenance"))
        assert Printer.objects.get(pk=printer.pk).health == Health.MAINTENANCE
        press(lead, page_of(printer), act(printer, "acknowledge"), check=CHECKS, note="New heater")

        assert Printer.objects.get(pk=printer.pk).health == Health.OK


class TestLoading:
    def test_offers_the_smallest_spool_that_is_enough_first(self) -> None:
        shop = make_floor()
        printer = make_printer(printer_class=shop.printer_class)
        make_run(plate=shop.plate())
        amounts = {"much": 900_000, "enough": 40_000, "little": 4_000}
        for code, mg in amounts.items():
            make_spool(material=shop.material, code=code, remaining_mg=mg, remaining_basis=Amount.MEASURED, remaining_at=NOW)
        make_sealed_spool(material=shop.material, code="unknown")
        make_spool(code="other", remaining_mg=500_000, remaining_basis=Amount.MEASURED, remaining_at=NOW)

        found = spools_for(printer)

        assert [(one.spool.code, one.fit) for one in found] == [
            ("enough", Fit.ENOUGH),
            ("much", Fit.ENOUGH),
            ("unknown", Fit.NOT_KNOWN),
            ("little", Fit.TOO_LITTLE),
            ("other", Fit.OTHER),
        ]

    def test_a_spool_by_its_button(self, lead: Client) -> None:
        printer, spool = make_printer(), make_spool()
        make_feed(printer=printer, content=FeedContent.EMPTY, spool=None)

        answer = press(lead, page_of(printer), act(printer, "load"), spool=str(spool.pk))

        assert answer.status_code == 303
        assert Feed.objects.get(printer=printer).spool_id == spool.pk

    @pytest.mark.parametrize("content", ["empty", "unknown"])
    def test_nothing_is_said_too(self, lead: Client, content: str) -> None:
        printer = make_printer()
        make_feed(printer=printer)

        press(lead, page_of(printer), act(printer, "empty"), content=content)

        assert Feed.objects.get(printer=printer).content == content


class TestOtherButtons:
    def test_fit_a_nozzle(self, lead: Client) -> None:
        printer = make_printer()

        answer = press(lead, page_of(printer), act(printer, "nozzle"), diameter_um="400", material="hardened")

        assert answer.status_code == 303
        assert Printer.objects.get(pk=printer.pk).nozzle_material == "hardened"

    def test_record_a_check(self, lead: Client) -> None:
        printer = make_printer()

        press(lead, page_of(printer), act(printer, "calibration"), kind="flow_factor", value="0,97", passed="yes")

        assert Calibration.objects.get(printer=printer).value == 0.97
        assert press(lead, page_of(printer), act(printer, "calibration"), kind="flow_factor", value="much").status_code == 422

    def test_hold_on_purpose_and_release(self, lead: Client) -> None:
        printer = make_printer()

        assert press(lead, page_of(printer), act(printer, "hold"), reason="MAINTENANCE").status_code == 303
        hold = Hold.objects.get(scope_id=printer.pk)
        assert press(lead, page_of(printer), f"/admin/printers/holds/{hold.pk}/release/").status_code == 303

        assert Hold.objects.get(pk=hold.pk).released_at is not None

    def test_correct_the_address_and_keep_the_key(self, lead: Client) -> None:
        printer = make_printer(access_key_sealed="as-it-was", address="http://192.168.7.7:80")

        answer = press(lead, page_of(printer), act(printer, "access"), address="http://192.168.7.7:7125")

        assert answer.status_code == 303
        kept = Printer.objects.get(pk=printer.pk)
        assert (kept.address, kept.access_key_sealed, kept.connection) == ("http://192.168.7.7:7125", "as-it-was", Connection.UNKNOWN)

    def test_refuse_an_address_no_printer_has(self, lead: Client) -> None:
        answer = press(lead, page_of(printer := make_printer()), act(printer, "access"), address="http://169.254.169.254/")

        assert answer.status_code == 422

    def test_retire_only_with_the_typed_code(self, lead: Client) -> None:
        printer = make_printer(code="OLD")

        assert press(lead, page_of(printer), act(printer, "retire"), typed="NEW").status_code == 422
        assert press(lead, page_of(printer), act(printer, "retire"), typed="old").status_code == 303
        assert Printer.objects.get(pk=printer.pk).retired_at is not None

    def test_are_not_there_for_whoever_may_only_look(self) -> None:
        printer = make_printer()
        viewer = signed_in(make_user(Role.VIEWER))

        html = viewer.get(page_of(printer)).content.decode()

        assert act(printer, "retire") not in html
        assert act(printer, "hold") not in html
        assert viewer.post(act(printer, "retire"), {"key": "k", "version": "1", "typed": printer.code}).status_code == 403

    def test_of_a_page_that_is_old_are_refused(self, lead: Client) -> None:
        printer = make_printer()
        form = form_on(lead.get(page_of(printer)), act(printer, "nozzle"))

        answer = lead.post(act(printer, "nozzle"), {**form, "diameter_um": "400", "version": "9"})

        assert answer.status_code == 412


class TestStoppingAtOnce:
    def test_is_two_taps_away_and_says_what_it_costs(self, lead: Client) -> None:
        printer = make_printer(code="V9", address="http://127.0.0.1:7125")
        page = f"/admin/printers/{printer.code}/"

        html = lead.get(page).content.decode()
        answer = press(lead, page, f"/admin/printers/{printer.pk}/emergency-stop/")

        assert "Stop V9 now" in html
        assert "What it prints is lost" in html
        assert answer.status_code == 303
        assert Event.objects.filter(type="EmergencyStopRequested").count() == 1

    def test_is_followed_by_a_restart_of_the_firmware(self, lead: Client) -> None:
        printer = make_printer(code="V9", address="http://127.0.0.1:7125")

        answer = press(lead, f"/admin/printers/{printer.code}/", f"/admin/printers/{printer.pk}/restart-firmware/")

        assert answer.status_code == 303
        assert Event.objects.filter(type="FirmwareRestartRequested").count() == 1

    def test_is_not_offered_to_who_only_looks(self) -> None:
        printer = make_printer(code="V9", address="http://127.0.0.1:7125")
        viewer = signed_in(make_user(Role.VIEWER))

        assert "emergency-stop" not in viewer.get(f"/admin/printers/{printer.code}/").content.decode()
        assert viewer.post(f"/admin/printers/{printer.pk}/emergency-stop/", {"key": "k"}).status_code == 403
