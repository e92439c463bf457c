"""``inventory.receive_spool``: filament on the shelf."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest

from apps.inventory import commands
from apps.inventory.models import Spool
from apps.inventory.states import Amount, SpoolState
from apps.journal.context import Context
from apps.journal.refusals import NotFound
from tests.factories.accounts import make_site, shop
from tests.factories.catalog import make_color, make_material
from tests.factories.context import NOW
from tests.factories.inventory import make_lot
from tests.recorded import refusal_of, the_event

pytestmark = pytest.mark.django_db(transaction=True)


def receive(ctx: Context, **values: Any) -> UUID:
    given = {"site_id": shop().pk, "code": "S-1", **values}
    return commands.receive_spool(ctx, **{"material_id": given.pop("material_id", None) or make_material().pk, **given})


class TestReceivingASpool:
    def test_that_is_sealed_believes_its_label(self, ctx: Context) -> None:
        lot = make_lot()

        spool_id = receive(ctx, material_id=lot.material_id, lot_id=lot.pk, full_mg=1_000_000, tare_mg=200_000, location="Shelf 2")

        spool = Spool.objects.get(pk=spool_id)
        assert (spool.state, spool.remaining_mg, spool.remaining_basis, spool.remaining_at) == (
            SpoolState.SEALED,
            1_000_000,
            Amount.ESTIMATED,
            NOW,
        )
        assert the_event("SpoolReceived")[1] == {("spool", spool_id), ("lot", lot.pk)}

    def test_that_was_opened_does_not_know_how_much_is_on_it(self, ctx: Context) -> None:
        spool_id = receive(ctx, full_mg=1_000_000, is_sealed=False)

        spool = Spool.objects.get(pk=spool_id)
        assert (spool.state, spool.remaining_mg, spool.remaining_basis) == (SpoolState.OPEN, None, Amount.UNKNOWN)

    def test_is_refused_where_the_code_is_taken(self, ctx_factory: Callable[..., Context]) -> None:
        receive(ctx_factory())

        assert refusal_of(lambda: receive(ctx_factory())).code == "spool-code-taken"

    def test_of_another_material_or_color_than_its_lot_is_refused(self, ctx_factory: Callable[..., Context]) -> None:
        lot = make_lot(color=make_color())

        other_material = refusal_of(lambda: receive(ctx_factory(), lot_id=lot.pk))
        other_color = refusal_of(lambda: receive(ctx_factory(), lot_id=lot.pk, material_id=lot.material_id, color_id=make_color().pk))

        assert (other_material.code, other_color.code) == ("spool-lot-contradiction", "spool-lot-contradiction")

    @pytest.mark.parametrize(
        ("values", "code"),
        [
            ({"code": ""}, "spool-without-code"),
            ({"code": "x" * 41}, "invalid"),
            ({"full_mg": 0}, "spool-full-weight-invalid"),
            ({"full_mg": 2**31}, "invalid"),
            ({"tare_mg": -1}, "spool-tare-negative"),
        ],
    )
    def test_refuses_what_cannot_be(self, ctx: Context, values: dict[str, Any], code: str) -> None:
        assert refusal_of(lambda: receive(ctx, **values)).code == code
        assert not Spool.objects.exists()

    @pytest.mark.parametrize("unknown", ["site_id", "material_id", "color_id", "lot_id"])
    def test_of_something_nobody_knows_is_not_found(self, ctx: Context, unknown: str) -> None:
        with pytest.raises(NotFound):
            receive(ctx, **{unknown: uuid4()})

    def test_of_another_sites_lot_is_not_found(self, ctx: Context) -> None:
        theirs = make_lot(site=make_site())

        with pytest.raises(NotFound):
            receive(ctx, material_id=theirs.material_id, lot_id=theirs.pk)
