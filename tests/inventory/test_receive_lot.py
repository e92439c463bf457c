"""``inventory.receive_lot``: what came from one production run."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from apps.inventory import commands
from apps.inventory.models import Lot
from apps.journal.context import Context
from apps.journal.refusals import NotFound
from tests.factories.accounts import make_site, shop
from tests.factories.catalog import make_color, make_material
from tests.recorded import refusal_of, the_event

pytestmark = pytest.mark.django_db(transaction=True)


def receive(ctx: Context, **values: Any) -> UUID:
    given = {"site_id": shop().pk, "code": "L-17", **values}
    return commands.receive_lot(ctx, **{"material_id": given.pop("material_id", None) or make_material().pk, **given})


class TestReceivingALot:
    def test_keeps_where_it_is_from_and_takes_the_sites_currency(self, ctx: Context) -> None:
        material, color = make_material(), make_color()

        lot_id = receive(
            ctx, material_id=material.pk, color_id=color.pk, supplier="Acme", received_on=date(2026, 3, 1), price_per_kg_minor=1990
        )

        lot = Lot.objects.get(pk=lot_id)
        assert (lot.material, lot.color, lot.code, lot.price_per_kg_minor, lot.currency) == (material, color, "L-17", 1990, "EUR")
        assert the_event("LotReceived")[1] == {("lot", lot_id)}

    def test_is_refused_when_it_is_there_already(self, ctx_factory: Callable[..., Context]) -> None:
        material = make_material()
        receive(ctx_factory(), material_id=material.pk)

        assert refusal_of(lambda: receive(ctx_factory(), material_id=material.pk)).code == "lot-exists"

    @pytest.mark.parametrize(
        ("values", "code"),
        [
            ({"code": " "}, "lot-without-code"),
            ({"code": "x" * 81}, "invalid"),
            ({"price_per_kg_minor": -1}, "lot-price-negative"),
            ({"currency": "euro"}, "invalid"),
            ({"currency": "eur"}, "lot-currency-invalid"),
        ],
    )
    def test_refuses_what_cannot_be(self, ctx: Context, values: dict[str, Any], code: str) -> None:
        assert refusal_of(lambda: receive(ctx, **values)).code == code
        assert not Lot.objects.exists()

    @pytest.mark.parametrize("unknown", ["site_id", "material_id", "color_id"])
    def test_of_something_nobody_knows_is_not_found(self, ctx: Context, unknown: str) -> None:
        with pytest.raises(NotFound):
            receive(ctx, **{unknown: uuid4()})

    def test_of_another_sites_own_material_is_not_found(self, ctx: Context) -> None:
        theirs = make_material(site=make_site())

        with pytest.raises(NotFound):
            receive(ctx, material_id=theirs.pk)
