"""What the database refuses about lots, spools and weighings."""

from __future__ import annotations

import pytest

from apps.inventory.states import Amount, SpoolState
from tests.factories.accounts import make_site
from tests.factories.catalog import make_material
from tests.factories.context import NOW
from tests.factories.inventory import make_lot, make_sealed_spool, make_spool, make_weighing
from tests.violations import Violation, missing, refused, unknown_codes

pytestmark = [pytest.mark.both_engines, pytest.mark.django_db]


def twice_the_same_lot() -> None:
    material = make_material()
    make_lot(material=material, code="L1")
    make_lot(material=material, code="L1")


def twice_the_same_code() -> None:
    make_spool(code="S1")
    make_spool(code="S1")


VIOLATIONS = [
    Violation("one_lot_per_code", "lot-exists", twice_the_same_lot),
    Violation("lots_have_a_code", "lot-without-code", lambda: make_lot(code="")),
    Violation("lot_price_per_kg_minor_at_least_0", "lot-price-negative", lambda: make_lot(price_per_kg_minor=-1)),
    Violation("lot_currency_is_a_currency", "lot-currency-invalid", lambda: make_lot(currency="")),
    Violation("one_spool_per_code", "spool-code-taken", twice_the_same_code),
    Violation("spools_have_a_code", "spool-without-code", lambda: make_spool(code="")),
    Violation("spool_full_mg_at_least_1", "spool-full-weight-invalid", lambda: make_spool(full_mg=0)),
    Violation("spool_tare_mg_at_least_0", "spool-tare-negative", lambda: make_spool(tare_mg=-1)),
    Violation("spool_remaining_mg_at_least_0", "spool-below-empty", lambda: make_spool(remaining_mg=-1)),
    Violation("known_amounts_say_how_and_when", "spool-amount-incomplete", lambda: make_spool(remaining_basis=Amount.UNKNOWN)),
    Violation("sealed_spools_were_never_opened", "sealed-spool-opened", lambda: make_sealed_spool(opened_at=NOW)),
    Violation("ended_spools_say_when", "spool-end-undated", lambda: make_spool(ended_at=NOW)),
    Violation("weighing_tare_mg_at_least_0", "weighing-tare-negative", lambda: make_weighing(tare_mg=-1)),
    Violation("weighing_is_not_under_the_tare", "weighing-under-tare", lambda: make_weighing(gross_mg=179_999)),
    Violation("weighings_say_by_whom", "weighing-unsigned", lambda: make_weighing(by="")),
]


class TestTheDatabase:
    @pytest.mark.parametrize("violation", [*VIOLATIONS, *unknown_codes("inventory", {"Spool": make_spool})], ids=str)
    def test_refuses_in_plain_words(self, violation: Violation) -> None:
        refusal = refused(violation.act)

        assert (refusal.code, refusal.params["constraint"]) == (violation.code, violation.constraint)

    def test_has_no_constraint_that_is_not_broken_here(self) -> None:
        assert missing("inventory", VIOLATIONS) == set()

    @pytest.mark.parametrize("half", [{"remaining_at": None}, {"remaining_mg": None}, {"remaining_mg": None, "remaining_at": None}])
    def test_takes_no_amount_that_is_half_known(self, half: dict[str, None]) -> None:
        refusal = refused(lambda: make_spool(**half))

        assert refusal.code == "spool-amount-incomplete"


class TestWhatLooksLikeAViolation:
    def test_is_allowed_where_it_means_something_else(self) -> None:
        make_spool(code="S1")
        make_spool(code="S1", site=make_site())
        unknown = make_sealed_spool()
        thrown_away_sealed = make_sealed_spool(state=SpoolState.DISCARDED, ended_at=NOW)
        make_weighing(gross_mg=180_000)

        assert unknown.remaining_mg is None
        assert thrown_away_sealed.opened_at is None
