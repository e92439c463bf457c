"""What the database refuses about visitors and baskets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.factories.storefront import make_basket_line, make_visitor
from tests.violations import Violation, missing, refused, twice, unknown_codes

pytestmark = [pytest.mark.both_engines, pytest.mark.django_db]

VIOLATIONS = [
    Violation("one_visitor_per_guest", "visitor-known", lambda: twice(make_visitor, account=make_visitor().account)),
    Violation("basket_line_quantity_at_least_1", "basket-quantity-invalid", lambda: make_basket_line(quantity=0)),
]
FACTORIES: dict[str, Callable[..., Any]] = {"BasketLine": make_basket_line}


class TestTheDatabase:
    @pytest.mark.parametrize("violation", [*VIOLATIONS, *unknown_codes("storefront", FACTORIES)], ids=str)
    def test_refuses_in_plain_words(self, violation: Violation) -> None:
        refusal = refused(violation.act)

        assert (refusal.code, refusal.params["constraint"]) == (violation.code, violation.constraint)

    def test_has_no_constraint_that_is_not_broken_here(self) -> None:
        assert missing("storefront", VIOLATIONS) == set()
