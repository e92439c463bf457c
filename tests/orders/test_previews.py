"""Prices to look at: the same as a quote's, written nowhere; and what a change would do to the money."""

from __future__ import annotations

import pytest

from apps.journal import frame
from apps.journal.models import Event
from apps.journal.refusals import NotFound, Refusal
from apps.orders import changes, commands, queries
from apps.orders.models import Quote
from apps.parts.states import PreflightStatus
from tests.factories.accounts import make_account
from tests.factories.context import make_context
from tests.factories.parts import FAILURE, WARNING, make_part, make_part_revision, make_preflight
from tests.orders.selling import Shop, advance, fresh, pieces_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop() -> Shop:
    return Shop(breaks=[{"from": 10, "off": "0.1"}])


class TestAPreview:
    @pytest.mark.parametrize("pickup", [True, False])
    def test_is_what_a_quote_would_say(self, shop: Shop, pickup: bool) -> None:
        lines = (shop.line(2), shop.line(12))

        seen = queries.preview(shop.site.pk, shop.account.pk, lines, pickup=pickup)

        quote = shop.quote(lines=lines, pickup=pickup)
        assert (seen.price.total_minor, seen.price.shipping_minor) == (quote.total_minor, quote.shipping_minor)
        assert [one.total_minor for one in seen.price.lines] == [one.total_minor for one in quote.lines.order_by("position")]

    def test_is_written_nowhere(self, shop: Shop) -> None:
        queries.preview(shop.site.pk, shop.account.pk, (shop.line(2),))

        assert not Quote.objects.exists()
        assert not Event.objects.filter(type="QuoteSent").exists()

    def test_is_also_there_while_the_customer_still_has_to_choose(self, shop: Shop) -> None:
        line = shop.line(part_revision_id=shop.part(WARNING, status=PreflightStatus.WARN).pk)

        assert queries.preview(shop.site.pk, shop.account.pk, (line,)).price.total_minor > 0
        with pytest.raises(Refusal) as refused:
            shop.quote(lines=(line,))
        assert refused.value.code == "findings-unanswered"

    def test_is_not_there_for_what_cannot_be_made(self, shop: Shop) -> None:
        line = shop.line(part_revision_id=shop.part(FAILURE, status=PreflightStatus.FAIL).pk)

        with pytest.raises(Refusal) as refused:
            queries.preview(shop.site.pk, shop.account.pk, (line,))
        assert refused.value.code == "model-cannot-be-made"

    def test_of_somebody_elses_part_is_not_found(self, shop: Shop) -> None:
        revision = make_part_revision(part=make_part(account=make_account()))
        make_preflight(revision=revision)

        with pytest.raises(NotFound):
            queries.preview(shop.site.pk, shop.account.pk, (shop.line(part_revision_id=revision.pk),))

    def test_says_from_how_many_on_a_piece_gets_cheaper(self, shop: Shop) -> None:
        steps = queries.price_steps(shop.site.pk, shop.account.pk, shop.line())

        assert [step.quantity for step in steps] == [1, 10]
        assert steps[1].unit_minor < steps[0].unit_minor
        assert steps[1].unit_minor == shop.quote(10).lines.get().unit_minor

    def test_says_how_things_come_to_the_customer(self, shop: Shop) -> None:
        found = queries.delivery(shop.site.pk, shop.account.pk)

        assert (found.pickup, found.ships_from_minor) == (True, 490)
        assert queries.most_pieces(shop.site.pk, shop.account.pk) == 50


class TestWhatAnOrderWouldComeTo:
    def test_without_pieces_nobody_began(self, shop: Shop) -> None:
        intent = shop.paid_order(4)
        gone = [piece.pk for piece in pieces_of(intent)[2:]]

        value = queries.value_if(intent, gone)

        lines = tuple(commands.FewerPieces(requirement_id=one, pieces=2) for one in {piece.requirement_id for piece in pieces_of(intent)})
        commands.amend_cancel_qty(make_context(), intent_id=intent.pk, expected_version=fresh(intent).version, lines=lines)
        assert queries.effective_price(fresh(intent)) == value < intent.price_minor

    def test_counts_what_was_started_by_the_shop_s_rule(self, shop: Shop) -> None:
        intent = shop.paid_order(1)
        piece = advance(pieces_of(intent)[0], "start_piece")

        goods = intent.price_minor - intent.shipping_minor
        assert queries.value_if(intent, [piece.pk]) == pytest.approx(goods / 2, abs=1)
        assert queries.value_if(intent, []) == intent.price_minor


class TestAnOfferThatIsReplaced:
    def test_is_over_and_cannot_be_accepted(self, shop: Shop) -> None:
        quote = shop.quote()
        with frame.seeding("another offer"):
            assert changes.supersede_quote(make_context(), quote.pk)

        with pytest.raises(Refusal):
            shop.accept(Quote.objects.get(pk=quote.pk))
        assert Quote.objects.get(pk=quote.pk).state == "superseded"

    def test_stands_when_it_was_accepted(self, shop: Shop) -> None:
        intent = shop.order()
        assert intent.quote_id is not None

        with frame.seeding("another offer"):
            assert not changes.supersede_quote(make_context(), intent.quote_id)
        assert Quote.objects.get(pk=intent.quote_id).state == "accepted"
