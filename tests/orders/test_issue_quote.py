"""``orders.issue_quote``: a price with everything it was calculated from."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from apps.journal import canonical
from apps.journal.models import Event
from apps.journal.refusals import Invalid, NotFound, Refusal
from apps.orders import commands
from apps.orders.models import NumberSeries, PriceList, Quote
from apps.parts.states import AnswerKind, PreflightKind, PreflightStatus
from tests.factories.accounts import make_account, make_site
from tests.factories.catalog import make_color, make_material
from tests.factories.context import NOW, make_context
from tests.factories.parts import FAILURE, NOTE, WARNING, make_finding_answer, make_part, make_part_revision, make_preflight
from tests.orders.selling import BODY, Shop

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop() -> Shop:
    return Shop()


def refusal_of(shop: Shop, **values: Any) -> str:
    with pytest.raises(Refusal) as refused:
        shop.quote(**values)
    assert not Quote.objects.exists()
    assert not Event.objects.filter(type="QuoteSent").exists()
    assert refused.value.detail
    assert "?" not in refused.value.detail
    return refused.value.code


class TestAQuote:
    def test_offers_a_price_until_its_end(self, shop: Shop) -> None:
        quote = shop.quote(4)

        line = quote.lines.get()
        assert (quote.number, quote.state, quote.currency, quote.account) == ("Q-0001", "sent", "EUR", shop.account)
        assert quote.valid_until == NOW + timedelta(days=30)
        assert (line.quantity, line.is_sealed) == (4, True)
        assert quote.total_minor == line.total_minor + 490 == quote.shipping_minor + line.total_minor

    def test_says_so_without_saying_what(self, shop: Shop) -> None:
        quote = shop.quote(lines=(shop.line(title="Secret bracket"),))

        event = Event.objects.get(type="QuoteSent")
        assert event.subject_rows.get().subject_id == quote.pk
        assert (quote.quote_hash in event.data, "Secret" in event.data) == (True, False)

    def test_pins_what_it_was_calculated_from(self, shop: Shop) -> None:
        quote = shop.quote(2)

        assert hashlib.sha256(canonical.encode(quote.pinned_inputs)).hexdigest() == quote.quote_hash
        assert quote.pinned_inputs["price_list"] == {"key": "standard", "version": 1, "sha256": PriceList.objects.get().sha256}
        assert quote.pinned_inputs["price"]["total_minor"] == quote.total_minor

    def test_of_the_same_is_the_same_to_the_byte(self, shop: Shop) -> None:
        lines = (shop.line(2), shop.line(7))

        first, second = shop.quote(lines=lines), shop.quote(lines=lines)

        assert first.quote_hash == second.quote_hash
        assert canonical.encode(first.pinned_inputs) == canonical.encode(second.pinned_inputs)

    def test_of_anything_else_has_another_hash(self, shop: Shop) -> None:
        line = shop.line(2)
        changed = [replace(line, quantity=3), replace(line, material_id=make_material(density_mg_cm3=1250).id)]

        hashes = {shop.quote(lines=(one,)).quote_hash for one in (line, *changed)} | {shop.quote(lines=(line,), pickup=True).quote_hash}

        assert len(hashes) == 4

    def test_stays_as_it_is_when_prices_change(self, shop: Shop) -> None:
        before = shop.quote(2)

        commands.release_price_list(make_context(), site_id=shop.site.id, currency="EUR", body={**BODY, "setup_minor": 5000})

        kept = Quote.objects.get(pk=before.pk)
        assert shop.quote(2).total_minor > kept.total_minor == before.total_minor
        assert shop.accept(kept).price_minor == before.total_minor

    def test_for_a_customer_with_prices_of_their_own_uses_them(self, shop: Shop) -> None:
        cheap = commands.release_price_list(
            make_context(), site_id=shop.site.id, currency="EUR", key="friends", body={**BODY, "setup_minor": 0}
        )
        line = shop.line()

        ordinary, friendly = shop.quote(lines=(line,)), shop.quote(lines=(line,), account_id=make_account(price_list_id=cheap).id)

        assert ordinary.total_minor - friendly.total_minor == 100

    def test_shows_staff_how_the_price_came_about(self, shop: Shop) -> None:
        codes = [item["code"] for item in shop.quote().lines.get().breakdown]

        assert codes == ["material", "machine_time", "labour", "finish", "failure_allowance", "margin_and_break", "setup"]

    def test_costs_more_when_it_is_made_finer(self, shop: Shop) -> None:
        from apps.catalog.states import QualityTier
        from tests.factories.profiles import make_profile, make_profile_version

        make_profile_version(profile=make_profile(quality_tier=QualityTier.FINE, name="PLA fine"))
        line = shop.line(10)

        assert shop.quote(lines=(replace(line, quality_tier="fine"),)).total_minor > shop.quote(lines=(line,)).total_minor

    def test_of_ready_made_gcode_takes_what_it_says_and_needs_no_profile(self, shop: Shop) -> None:
        part = shop.part(kind=PreflightKind.GCODE, metrics={"seconds": 36_000, "filament_mg": 50_000})

        quote = shop.quote(lines=(shop.line(part_revision_id=part.id, quality_tier="draft"),))

        assert quote.lines.get().total_minor == 10 * 200 + 50 * 10 + 100

    def test_of_a_visitor_names_nobody(self, shop: Shop) -> None:
        assert shop.quote(account_id=None).account is None


class TestAModelWithFindings:
    def test_is_quoted_when_it_only_informs(self, shop: Shop) -> None:
        assert shop.quote(lines=(shop.line(part_revision_id=shop.part(NOTE).id),)).state == "sent"

    def test_that_cannot_be_made_has_no_price(self, shop: Shop) -> None:
        part = shop.part(FAILURE, status=PreflightStatus.FAIL)

        assert refusal_of(shop, lines=(shop.line(part_revision_id=part.id),)) == "model-cannot-be-made"

    def test_waits_for_the_customer_s_choice(self, shop: Shop) -> None:
        part = shop.part(WARNING, status=PreflightStatus.WARN)

        assert refusal_of(shop, lines=(shop.line(part_revision_id=part.id),)) == "findings-unanswered"

    def test_is_quoted_once_the_customer_accepted_them(self, shop: Shop) -> None:
        revision = make_part_revision()
        preflight = make_preflight(WARNING, revision=revision, status=PreflightStatus.WARN)
        make_finding_answer(preflight=preflight, kind=AnswerKind.ACCEPTED)

        assert shop.quote(lines=(shop.line(part_revision_id=revision.id),)).state == "sent"

    def test_that_was_never_checked_is_not_found(self, shop: Shop) -> None:
        with pytest.raises(NotFound):
            shop.quote(lines=(shop.line(part_revision_id=make_part_revision().id),))


class TestWhatCannotBeQuoted:
    @pytest.mark.parametrize("quantity", [0, -1, True, 1.5, "3", None])
    def test_is_no_number_of_pieces(self, shop: Shop, quantity: Any) -> None:
        with pytest.raises(Invalid) as refused:
            shop.quote(lines=(shop.line(quantity),))

        assert list(refused.value.params["fields"]) == ["lines.1.quantity"]

    @pytest.mark.parametrize("quantity", [51, 10**9, 10**30])
    def test_is_more_than_a_formula_answers_for(self, shop: Shop, quantity: int) -> None:
        assert refusal_of(shop, lines=(shop.line(quantity),)) == "quote-quantity-too-large"

    def test_weighs_more_than_is_sent(self) -> None:
        assert refusal_of(Shop(shipping=[{"up_to_g": 1, "minor": 1}])) == "quote-too-heavy"

    def test_is_worth_more_than_a_formula_answers_for(self) -> None:
        assert refusal_of(Shop(limits={"order_minor": 1})) == "quote-too-large"

    def test_is_fetched_where_nothing_can_be(self) -> None:
        assert refusal_of(Shop(pickup=False), pickup=True) == "pickup-not-offered"

    def test_is_of_a_material_without_a_rate(self) -> None:
        assert refusal_of(Shop(materials={"PETG": {"gram_minor": "1", "hour_minor": "1"}})) == "material-without-price"

    def test_is_of_a_material_nobody_knows(self, shop: Shop) -> None:
        for wrong in (uuid4(), make_material(is_offered=False).id, make_material(site=make_site()).id):
            assert refusal_of(shop, lines=(shop.line(material_id=wrong),)) == "material-not-offered"

    def test_is_of_a_colour_nobody_knows(self, shop: Shop) -> None:
        for wrong in (uuid4(), make_color(is_offered=False).id):
            assert refusal_of(shop, lines=(shop.line(color_id=wrong),)) == "material-not-offered"

    def test_is_of_a_quality_nobody_prints_here(self, shop: Shop) -> None:
        assert refusal_of(shop, lines=(shop.line(quality_tier="fine"),)) == "no-released-profile"

    def test_is_of_a_quality_nobody_knows(self, shop: Shop) -> None:
        with pytest.raises(Refusal) as refused:
            shop.quote(lines=(shop.line(quality_tier="gorgeous"),))

        assert refused.value.code == "unknown-code"

    def test_asks_for_something_of_no_known_kind(self, shop: Shop) -> None:
        for wrong in (
            {"kind": "free_of_charge"},
            {},
            "watertight",
            {"kind": "watertight", "off": "1"},
            {"kind": "custom", "text": "x" * 4001},
        ):
            with pytest.raises(Invalid):
                shop.quote(lines=(shop.line(constraints=(wrong,)),))

    def test_is_somebody_else_s_part(self, shop: Shop) -> None:
        revision = make_part_revision(part=make_part(account=make_account()))
        make_preflight(revision=revision)

        with pytest.raises(NotFound):
            shop.quote(lines=(shop.line(part_revision_id=revision.id),))

    @pytest.mark.parametrize("count", [0, 201])
    def test_has_no_lines_or_too_many(self, shop: Shop, count: int) -> None:
        line = shop.line()

        with pytest.raises(Invalid):
            commands.issue_quote(make_context(), site_id=shop.site.id, account_id=None, lines=(line,) * count)

    def test_is_at_a_shop_without_prices(self, shop: Shop) -> None:
        line = shop.line()

        with pytest.raises(Refusal) as refused:
            commands.issue_quote(make_context(), site_id=make_site().id, account_id=None, lines=(line,))

        assert refused.value.code == "no-price-list"

    def test_is_for_a_customer_who_is_stopped(self, shop: Shop) -> None:
        assert refusal_of(shop, account_id=make_account(stopped_at=NOW, stop_reason="Does not pay").id) == "account-stopped"

    def test_is_for_a_customer_nobody_knows(self, shop: Shop) -> None:
        with pytest.raises(NotFound):
            shop.quote(account_id=uuid4())

    def test_takes_no_number(self, shop: Shop) -> None:
        refusal_of(shop, lines=(shop.line(51),))

        assert shop.quote().number == "Q-0001"
        assert NumberSeries.objects.get(kind="quote").next_value == 2
