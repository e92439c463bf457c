"""Every kind of card, from the record behind it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from apps.board import queries
from apps.board.domain.cards import Cause, Section
from apps.board.domain.today import Today
from apps.board.labels import sentence, told, words_of
from apps.console.views.board.links import address_of
from apps.fleet.commands import observe_connection, record_maintenance
from apps.fleet.models import Printer
from apps.fleet.states import Health
from apps.journal import frame
from apps.orders.models import Intent
from apps.policy.states import BreakerKind
from apps.runs.commands import abort_run, pause_run
from apps.runs.models import Run
from apps.runs.states import Ruling
from tests.board.morning import Morning, busy_morning
from tests.factories.accounts import make_site, shop
from tests.factories.context import NOW
from tests.factories.floor import make_floor
from tests.factories.policy import make_breaker
from tests.factories.runs import make_anomaly
from tests.runs.driving import completed, machine, person, printing, ruled

pytestmark = [pytest.mark.both_engines, pytest.mark.django_db]

LATER = NOW + timedelta(minutes=31)
UTC = ZoneInfo("UTC")


@pytest.fixture
def morning() -> Morning:
    """A shop with one of everything."""
    return busy_morning()


def board(morning: Morning) -> Today:
    """Return the board of the shop half an hour later."""
    return queries.today(morning.site.pk, now=LATER)


class TestEveryCause:
    def test_is_on_the_board_of_a_busy_morning(self, morning: Morning) -> None:
        found = {card.cause for card in board(morning).cards}

        assert found == set(Cause) - {Cause.REWORK, Cause.NOT_FOLLOWED}

    def test_is_said_in_words_with_a_badge_and_an_action(self, morning: Morning) -> None:
        for card in board(morning).cards:
            said = told(card, now=LATER, zone=UTC)

            assert said.title, card
            assert "%(" not in said.title + said.detail + said.note + said.promise, card
            assert str(said.badge.label), card
            assert card.primary is not None, card
            assert str(words_of(card.primary).label), card
            assert not {"job", "—"} & set(f"{said.title} {said.detail} {said.note}".lower().split()), card

    def test_is_about_the_record_as_it_is(self, morning: Morning) -> None:
        desynced = morning.records["desynced"]

        card = board(morning).card("run", str(desynced.pk))

        assert card is not None
        assert card.cause is Cause.DESYNCED
        assert card.version == type(desynced).objects.get(pk=desynced.pk).version


class TestADoubt:
    def test_shows_both_sides(self, morning: Morning) -> None:
        card = board(morning).card("run", str(morning.records["desynced"].pk))
        assert card is not None

        evidence = told(card, now=LATER, zone=UTC).evidence

        assert evidence is not None
        assert evidence.ours == "Printing, 0 %"
        assert (evidence.theirs, evidence.theirs_at) == ("Idle", "09:11")
        assert "idle" in evidence.finding

    def test_says_what_is_lost_and_when(self, morning: Morning) -> None:
        card = board(morning).card("run", str(morning.records["desynced"].pk))
        assert card is not None

        assert told(card, now=LATER, zone=UTC).promise == "Order 1042 is due 12:20. A restart after 11:20 misses it."


class TestTheForeman:
    def test_says_how_much_and_what_is_lost_first(self, morning: Morning) -> None:
        today = board(morning)

        said = sentence(today.foreman, now=LATER, zone=UTC)

        assert said.startswith(f"{len(today.attention)} things need you. Order 1042 misses 12:20 unless V3 restarts by 11:20.")

    def test_names_the_hand_off_that_comes_next_though_it_is_at_risk(self) -> None:
        floor = make_floor()
        first = printing(floor.plate(), floor.printer(code="E1"))
        printing(floor.plate(), floor.printer(code="E2"))
        with frame.seeding("a risk"):
            Run.objects.filter(pk=first.pk).update(risk_level="HIGH", progress=50)

        today = queries.today(shop().pk, now=NOW)

        assert [card.cause for card in today.at_risk] == [Cause.AT_RISK]
        assert f"The next hand-off is {first.plate.number} on E1" in sentence(today.foreman, now=NOW, zone=UTC)

    def test_does_not_say_that_all_is_well_while_a_print_comes_too_late(self) -> None:
        floor = make_floor()
        printing(floor.plate(), floor.printer())
        with frame.seeding("a promise"):
            Intent.objects.update(due_at=NOW + timedelta(minutes=1))

        today = queries.today(shop().pk, now=NOW)
        said = sentence(today.foreman, now=NOW, zone=UTC)

        assert today.attention == ()
        assert said.startswith("Nothing waits for you, but a print comes too late: order ")

    def test_does_not_ask_for_a_reprint_of_what_nobody_judged_yet(self) -> None:
        floor = make_floor()
        completed(floor.plate(), floor.printer(bed="CLEAR"))
        with frame.seeding("a promise, and a bed that was cleared"):
            Intent.objects.update(due_at=NOW + timedelta(hours=2))
            Printer.objects.update(bed="CLEAR")

        today = queries.today(shop().pk, now=NOW)

        assert [card.cause for card in today.attention] == [Cause.NOT_JUDGED]
        assert sentence(today.foreman, now=NOW, zone=UTC).endswith("is due 11:00, and nobody said yet what came of its print.")

    def test_of_an_empty_shop_asks_for_a_printer(self) -> None:
        today = queries.today(make_site().pk, now=NOW)

        assert sentence(today.foreman, now=NOW, zone=UTC) == "There is no printer yet. Add one, and it can print."


class TestEqualCauses:
    def test_are_told_once(self, morning: Morning) -> None:
        cards = [card for card in board(morning).attention if card.cause is Cause.BED_NOT_CLEAR]

        assert len(cards) == 1
        assert told(cards[0], now=LATER, zone=UTC).title == "2 beds are not clear: E1 and M2"
        assert [member.machine.code for member in cards[0].members if member.machine] == ["E1", "M2"]

    def test_are_found_by_each_of_their_records(self, morning: Morning) -> None:
        for printer in morning.records["bed_not_clear"]:
            found = board(morning).card("printer", str(printer.pk))

            assert found is not None
            assert found.kind == "group"


class TestADueService:
    def test_comes_last_and_leads_to_the_maintenance_of_its_printer(self, morning: Morning) -> None:
        found = board(morning)

        card = found.card("printer", str(morning.records["service_due"].pk))

        assert card is not None
        assert (card.section, card.cause, card.promise, card.is_safety) == (Section.ATTENTION, Cause.SERVICE_DUE, None, False)
        assert card.primary is not None
        assert address_of(card.primary) == "/admin/printers/Q7/#service"
        assert not [one for one in found.attention[found.attention.index(card) :] if one.promise]

    def test_of_several_printers_is_one_card(self) -> None:
        floor = make_floor()
        for code in ("E1", "E2", "E3"):
            floor.printer(code=code, service_due_at=NOW)

        (card,) = queries.today(shop().pk, now=LATER).attention

        assert told(card, now=LATER, zone=UTC).title == "3 printers are due for maintenance: E1, E2 and E3"

    def test_is_said_while_the_printer_works_and_not_beside_what_needs_somebody_there(self) -> None:
        floor = make_floor()
        printer = floor.printer(service_due_at=NOW)
        run = printing(floor.plate(), printer)
        assert [card.cause for card in queries.today(shop().pk, now=LATER).attention] == [Cause.SERVICE_DUE]

        ruled(run, Ruling.PAUSE)

        assert [card.cause for card in queries.today(shop().pk, now=LATER).attention] == [Cause.PAUSED]

    @pytest.mark.parametrize("health", [Health.DEGRADED, Health.MAINTENANCE])
    def test_is_not_said_of_a_printer_somebody_looks_after_anyway(self, health: Health) -> None:
        make_floor().printer(service_due_at=NOW, health=health, health_reason="CLOG" if health == Health.DEGRADED else "")

        assert queries.today(shop().pk, now=LATER).attention == ()

    def test_hides_no_breaker_of_its_printer(self) -> None:
        printer = make_floor().printer(service_due_at=NOW)
        make_breaker(kind=BreakerKind.PRINTER, subject_id=printer.pk)

        assert {card.cause for card in queries.today(shop().pk, now=LATER).attention} == {Cause.BREAKER, Cause.SERVICE_DUE}

    def test_is_gone_when_somebody_serviced_it(self) -> None:
        printer = make_floor().printer(service_every_s=3600, printed_s=3600, service_due_at=NOW)

        record_maintenance(person(), printer_id=printer.pk, note="Belts tightened", expected_version=printer.version)

        assert queries.today(shop().pk, now=LATER).attention == ()


class TestAnotherSite:
    def test_sees_nothing_of_it(self, morning: Morning) -> None:
        elsewhere = queries.today(make_site().pk, now=LATER)

        told_there = {card.cause for card in elsewhere.cards}
        assert told_there <= {Cause.DEAD_LETTER}, "what belongs to no site is everybody's, nothing else"


class TestAWishThatIsNotFollowed:
    @pytest.mark.parametrize(
        ("ask", "title"),
        [(pause_run, "V1 was asked to pause and still prints"), (abort_run, "V1 was asked to stop and has not yet")],
        ids=["pause", "stop"],
    )
    def test_offers_to_stop_at_once_when_the_machine_had_its_time(self, ask: Callable[..., Any], title: str) -> None:
        floor = make_floor()
        run = printing(floor.plate(), floor.printer(code="V1"))
        ask(person(), run_id=run.pk, expected_version=run.version)

        soon, later = (queries.today(shop().pk, now=NOW + timedelta(minutes=n)) for n in (4, 5))

        assert [card.cause for card in soon.attention] == []
        (card,) = later.attention
        assert card.cause is Cause.NOT_FOLLOWED
        assert told(card, now=later.now, zone=UTC).title == title
        assert card.primary is not None
        assert card.secondary is not None
        assert (card.primary.code, address_of(card.secondary)) == ("runs.refresh_run", "/admin/printers/V1/#stop-now")
        assert sentence(later.foreman, now=later.now, zone=UTC)

    def test_about_something_that_looks_wrong_keeps_that_card_with_the_way_out(self) -> None:
        floor = make_floor()
        run = printing(floor.plate(), floor.printer(code="V1"))
        make_anomaly(run=run, printer=run.printer, kind="NO_EXTRUSION", reason="CLOG")
        pause_run(person(), run_id=run.pk, expected_version=run.version)

        (card,) = queries.today(shop().pk, now=NOW + timedelta(minutes=9)).attention

        assert card.cause is Cause.ANOMALY
        assert card.secondary is not None
        assert card.secondary.code == "page:stop"

    def test_by_a_machine_that_is_not_heard_is_about_the_silence(self) -> None:
        floor = make_floor()
        run = printing(floor.plate(), floor.printer())
        abort_run(person(), run_id=run.pk, expected_version=run.version)
        assert run.printer_id is not None
        observe_connection(machine(), printer_id=run.printer_id, reachable=False, seen_at=NOW, evidence={})

        (card,) = queries.today(shop().pk, now=NOW + timedelta(minutes=9)).attention

        assert card.cause is Cause.OFFLINE_RUN


class TestAnAnomaly:
    def test_leads_with_what_was_seen_and_one_thing_to_do(self, morning: Morning) -> None:
        card = board(morning).card("run", str(morning.records["anomaly"].pk))
        assert card is not None
        said = told(card, now=LATER, zone=UTC)

        assert said.title == "R4: No filament comes out"
        assert said.note == "The print goes on, and no filament was pushed for 3 minutes (limit 3 minutes). Seen at 12 %."
        assert card.primary is not None
        assert (card.primary.code, card.primary.params) == ("runs.pause_run", {"form": {"reason": "CLOG"}})
        assert card.secondary is not None
        assert card.secondary.code == "form:abort"

    def test_for_information_only_is_no_card(self) -> None:
        floor = make_floor()
        run = printing(floor.plate(), floor.printer())
        make_anomaly(run=run, printer=run.printer, kind="CAMERA_LOST", severity="information", reason="MOONRAKER_ERROR")

        card = queries.today(shop().pk, now=LATER).card("run", str(run.pk))

        assert card is not None
        assert card.cause is not Cause.ANOMALY

    def test_that_is_dangerous_comes_before_every_promise(self) -> None:
        floor = make_floor()
        run = printing(floor.plate(), floor.printer())
        make_anomaly(run=run, printer=run.printer, kind="THERMAL_RUNAWAY", reason="THERMAL")

        card = queries.today(shop().pk, now=LATER).attention[0]

        assert (card.cause, card.is_safety) == (Cause.ANOMALY, True)

    def test_of_a_paused_print_asks_whether_it_goes_on(self) -> None:
        floor = make_floor()
        run = printing(floor.plate(), floor.printer())
        make_anomaly(run=run, printer=run.printer, kind="FIRST_LAYER_RISK", severity="attention", reason="FIRST_LAYER")
        assert ruled(run, Ruling.PAUSE, reason="FIRST_LAYER")

        card = queries.today(shop().pk, now=LATER).card("run", str(run.pk))

        assert card is not None
        assert card.primary is not None
        assert card.secondary is not None
        assert (card.cause, card.primary.code, card.secondary.code) == (Cause.ANOMALY, "runs.resume_run", "form:requeue")
