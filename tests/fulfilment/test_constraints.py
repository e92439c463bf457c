"""What the database refuses about shipments."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from apps.fulfilment.states import ShipmentState
from tests.factories.context import NOW
from tests.factories.fulfilment import make_sent_shipment, make_shipment, make_shipment_piece
from tests.violations import Violation, missing, refused, unknown_codes

pytestmark = [pytest.mark.both_engines, pytest.mark.django_db]


def a_piece_in_a_shipment_twice() -> None:
    first = make_shipment_piece()
    make_shipment_piece(shipment=first.shipment, piece=first.piece)


VIOLATIONS = [
    Violation("shipments_say_who_packed_them", "shipment-unsigned", lambda: make_shipment(packed_by="")),
    Violation("sent_shipments_say_when_who_and_how", "shipment-carrier-missing", lambda: make_sent_shipment(carrier="")),
    Violation("sent_shipments_say_when", "shipment-undated", lambda: make_shipment(state=ShipmentState.SHIPPED)),
    Violation("a_shipment_holds_a_piece_once", "piece-in-shipment", a_piece_in_a_shipment_twice),
]
FACTORIES: dict[str, Callable[..., Any]] = {"Shipment": make_shipment}


class TestTheDatabase:
    @pytest.mark.parametrize("violation", [*VIOLATIONS, *unknown_codes("fulfilment", FACTORIES)], ids=str)
    def test_refuses_in_plain_words(self, violation: Violation) -> None:
        refusal = refused(violation.act)

        assert (refusal.code, refusal.params["constraint"]) == (violation.code, violation.constraint)

    def test_has_no_constraint_that_is_not_broken_here(self) -> None:
        assert missing("fulfilment", VIOLATIONS) == set()

    def test_lets_a_piece_into_a_shipment_again_that_was_taken_out(self) -> None:
        first = make_shipment_piece(removed_at=NOW)

        again = make_shipment_piece(shipment=first.shipment, piece=first.piece)

        assert again.pk != first.pk
