"""Every kind of card, from the record behind it."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from apps.board import queries
from apps.board.domain.cards import Cause
from apps.board.domain.today import Today
from apps.board.labels import sentence, told, words_of
from apps.fleet.models import Printer
from apps.journal import frame
from apps.orders.models import Intent
from apps.runs.models import Run
from tests.board.morning import Morning, busy_morning
from tests.factories.accounts import make_site, shop
from tests.factories.context import NOW
from tests.factories.floor import make_floor
from tests.runs.driving import completed, printing

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

        assert found == set(Cause) - {Cause.REWORK}

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


class TestAnotherSite:
    def test_sees_nothing_of_it(self, morning: Morning) -> None:
        elsewhere = queries.today(make_site().pk, now=LATER)

        told_there = {card.cause for card in elsewhere.cards}
        assert told_there <= {Cause.DEAD_LETTER}, "what belongs to no site is everybody's, nothing else"
