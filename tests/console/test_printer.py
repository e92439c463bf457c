"""One printer's page: the tag and its checklist, spools, nozzle, hold, access, and leaving the farm."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from apps.accounts.states import Role
from apps.board.queries.spools import Fit, spools_for
from apps.catalog.states import Reason
from apps.fleet.models import Calibration, Capability, Feed, Printer
from apps.fleet.states import Connection, FeedContent, Health, checks_for
from apps.inventory.states import Amount
from apps.journal import clock
from apps.journal.models import Event
from apps.policy.models import Hold
from apps.runs.states import Ruling
from tests.asking import signed_in
from tests.factories.accounts import make_site, make_user
from tests.factories.catalog import make_printer_class
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

    def test_that_is_not_let_in_names_both_causes_and_offers_what_helps_with_either(self, lead: Client) -> None:
        said = {"connection": Connection.MISCONFIGURED, "connection_evidence": {"code": "access-rejected", "trouble": "access"}}
        known = {"machine": {"name": "voron-3"}, "machine_noted_at": NOW, "machine_noted_by": "service:tests"}
        printer = make_printer(**said, **known)

        html = lead.get(page_of(printer)).content.decode()

        assert "its key was changed, or another machine has this address now." in html
        assert "The one that let it in called itself “voron-3”." in html
        assert '<details class="card fold" id="access" open>' in html

    def test_says_which_machine_answers_in_its_place_and_swaps_in_one_click(self, lead: Client) -> None:
        noted = {"machine_noted_at": NOW, "machine_noted_by": "service:tests"}
        theirs = {"board": "bb22", "name": "voron-7"}
        said = {"connection": Connection.MISCONFIGURED, "connection_evidence": {"code": "other-machine", "machine": theirs}}
        three = make_printer(code="V3", address="http://192.168.1.3:80", machine={"board": "aa11", "name": "voron-3"}, **noted, **said)
        seven = make_printer(code="V7", address="http://192.168.1.7:80", machine=theirs, site=three.site, **noted)

        html = lead.get(page_of(three)).content.decode()

        assert "V3's address now answers as another machine (voron-7)." in html
        assert "We thought: voron-3." in html
        assert "That machine is V7" in html
        assert "It is the same machine with a new board" in html
        press(lead, page_of(three), act(three, "swap"))
        assert Printer.objects.get(pk=three.pk).address == seven.address

    def test_asks_about_two_that_say_the_same_until_somebody_says_why(self, lead: Client) -> None:
        same = {"machine": {"install": "0003"}, "machine_noted_at": NOW, "machine_noted_by": "service:tests"}
        three = make_printer(code="V3", **same)
        make_printer(code="V7", site=three.site, **same)
        html = lead.get(page_of(three)).content.decode()
        assert "V7 says the same of itself" in html

        press(lead, page_of(three), act(three, "machine"), reason="A copied card")

        assert "says the same of itself" not in lead.get(page_of(three)).content.decode()

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

    def test_offers_what_the_print_on_it_is_made_of_before_what_comes_next(self, lead: Client) -> None:
        """Whoever changes the spool of a print that ran out goes on with that print: another colour would spoil it."""
        shop = make_floor()
        printer = shop.printer()
        run = printing(shop.plate(), printer)
        make_spool(material=shop.material, code="this", remaining_mg=900_000, remaining_basis=Amount.MEASURED, remaining_at=NOW)
        next_floor = replace(
            shop, material=make_spool(code="next", remaining_mg=900_000, remaining_basis=Amount.MEASURED, remaining_at=NOW).material
        )
        make_run(plate=next_floor.plate(), due_at=NOW)
        assert ruled(run, Ruling.PAUSE, reason=Reason.FILAMENT_RUNOUT, evidence={"filename": run.remote_path, "progress": 0.2})

        found = spools_for(Printer.objects.get(pk=printer.pk))
        page = lead.get(page_of(printer)).content.decode()

        assert [(one.spool.code, one.fit) for one in found] == [("this", Fit.ENOUGH), ("next", Fit.OTHER)]
        assert "This print needs about" in page
        assert "The next plate needs" not in page

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

    def test_lay_another_sheet_on_it(self, lead: Client) -> None:
        printer = make_printer()

        assert press(lead, page_of(printer), act(printer, "sheet"), sheet="smooth PEI").status_code == 303

        assert "smooth PEI" in lead.get(page_of(printer)).content.decode()

    def test_correct_its_name_and_say_what_is_good_to_know(self, lead: Client) -> None:
        printer = make_printer(code="V7")

        assert (
            press(lead, page_of(printer), act(printer, "describe"), name="Left one", group="Rack B", notes="<b>loud</b>").status_code == 303
        )

        html = lead.get(page_of(printer)).content.decode()
        assert "V7, Left one" in html
        assert "&lt;b&gt;loud&lt;/b&gt;" in html

    def test_move_it_to_the_next_version_of_its_class(self, lead: Client) -> None:
        first, other = make_printer_class(key="Voron"), make_printer_class(key="Another")
        second = make_printer_class(key="Voron", class_version=2)
        printer = make_printer(printer_class=first)

        offered = form_on(lead.get(page_of(printer)), act(printer, "class"))
        assert offered["printer_class"] == str(second.pk)
        assert str(other.pk) in lead.get(page_of(printer)).content.decode()
        assert press(lead, page_of(printer), act(printer, "class")).status_code == 303

        assert Printer.objects.get(pk=printer.pk).printer_class_id == second.pk

    def test_say_what_it_can_otherwise_than_its_class_and_take_that_back(self, lead: Client) -> None:
        printer = make_printer()
        make_capability(printer=printer)
        flag = {"flag_abrasive": "yes"}

        assert press(lead, page_of(printer), act(printer, "capability")).status_code == 303  # as it is: nothing differs
        assert Capability.objects.get(printer=printer).overrides == {}
        answer = press(lead, page_of(printer), act(printer, "capability"), volume_x_um="180,5", reason="worn edge", **flag)
        assert answer.status_code == 303
        assert Capability.objects.get(printer=printer).volume_x_um == 180_500
        assert "worn edge" in lead.get(page_of(printer)).content.decode()
        assert "millimetres" in press(lead, page_of(printer), act(printer, "capability"), volume_x_um="wide").content.decode()
        assert press(lead, page_of(printer), act(printer, "capability"), **{"as": "class"}).status_code == 303

        assert Capability.objects.get(printer=printer).overrides == {}

    def test_say_how_much_to_trust_it_and_take_that_back(self, lead: Client) -> None:
        printer = make_printer()

        assert press(lead, page_of(printer), act(printer, "confidence"), percent="30", reason="warped bed").status_code == 303
        html = lead.get(page_of(printer)).content.decode()
        assert "warped bed" in html
        assert press(lead, page_of(printer), act(printer, "confidence"), by="prints").status_code == 303

        assert Printer.objects.get(pk=printer.pk).confidence is None

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


class TestCalibrationAndMaintenance:
    def test_says_how_old_a_calibration_is_and_that_it_is_too_old(self, lead: Client) -> None:
        printer = make_printer()
        make_calibration(printer=printer, kind="bed_mesh", value=None, measured_at=clock.now() - timedelta(days=41))
        make_calibration(printer=printer, kind="e_steps", value=400.0, measured_at=clock.now() - timedelta(days=41))

        html = lead.get(page_of(printer)).content.decode()

        assert html.count("older than 30 days") == 1
        assert "older than 180 days" not in html

    def test_says_how_many_of_the_last_attempts_were_good_each_with_its_link(self, lead: Client) -> None:
        receipts = [{"run": str(uuid4()), "succeeded": number > 2} for number in range(20)]
        printer = make_printer(confidence=0.8, confidence_source="outcomes", confidence_receipts=receipts)

        html = lead.get(page_of(printer)).content.decode()

        assert "17 of the last 20 attempts were good." in html
        assert all(f"/admin/runs/{one['run']}/" in html for one in receipts)

    def test_counts_hours_between_services(self, lead: Client) -> None:
        printer = make_printer(printed_s=212 * 3600)

        assert press(lead, page_of(printer), act(printer, "maintenance-interval"), hours="200").status_code == 303
        html = lead.get(page_of(printer)).content.decode()
        assert "212 h of 200 h" in html
        assert "Maintenance is due." in lead.get("/admin/printers/").content.decode()

        assert press(lead, page_of(printer), act(printer, "serviced"), note="Belts tightened").status_code == 303
        html = lead.get(page_of(printer)).content.decode()
        assert "Belts tightened" in html
        assert "0 h of 200 h" in html

    def test_hours_that_are_none_are_refused(self, lead: Client) -> None:
        printer = make_printer()

        assert press(lead, page_of(printer), act(printer, "maintenance-interval"), hours="many").status_code == 422
        assert press(lead, page_of(printer), act(printer, "serviced"), note="").status_code == 422
