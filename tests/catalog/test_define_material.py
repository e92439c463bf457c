"""``catalog.define_material``: something parts can be made of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest

from apps.catalog import commands
from apps.catalog.models import Material
from apps.catalog.states import MaterialFamily, MaterialFlag
from apps.journal.context import Context
from apps.journal.refusals import NotFound
from tests.factories.accounts import make_site
from tests.recorded import event_types, refusal_of, the_event

pytestmark = pytest.mark.django_db(transaction=True)

PLA: dict[str, Any] = {
    "family": MaterialFamily.PLA,
    "name": "PLA",
    "density_mg_cm3": 1240,
    "nozzle_min_c": 190,
    "nozzle_max_c": 230,
    "bed_min_c": 0,
    "bed_max_c": 60,
}


def define(ctx: Context, **values: Any) -> UUID:
    return commands.define_material(ctx, **{**PLA, **values})


class TestDefiningAMaterial:
    def test_keeps_what_was_said_and_leaves_unknown_unknown(self, ctx: Context) -> None:
        material_id = define(ctx, name=" PLA-CF ", brand="Acme", flags=(MaterialFlag.ABRASIVE, MaterialFlag.ABRASIVE))

        material = Material.objects.get(pk=material_id)
        assert (material.name, material.brand, material.flags, material.shrink_ppm, material.site_id) == (
            "PLA-CF",
            "Acme",
            ["abrasive"],
            None,
            None,
        )
        data, subjects = the_event("MaterialDefined")
        assert data["family"] == "PLA"
        assert subjects == {("material", material_id)}

    def test_is_done_once_when_it_is_sent_twice(self, ctx: Context) -> None:
        assert define(ctx) == define(ctx)
        assert event_types() == ["MaterialDefined"]

    def test_at_a_site_may_repeat_a_name_of_another_site(self, ctx_factory: Callable[..., Context]) -> None:
        define(ctx_factory(), site_id=make_site().pk)
        define(ctx_factory(), site_id=make_site().pk)

        assert Material.objects.count() == 2

    def test_is_refused_where_the_name_is_taken(self, ctx_factory: Callable[..., Context]) -> None:
        define(ctx_factory())

        assert refusal_of(lambda: define(ctx_factory())).code == "shared-material-exists"

    @pytest.mark.parametrize(
        ("values", "code"),
        [
            ({"name": "  "}, "material-unnamed"),
            ({"name": "x" * 121}, "invalid"),
            ({"name": "P\x00LA"}, "invalid"),
            ({"density_mg_cm3": -1240}, "material-density-invalid"),
            ({"density_mg_cm3": 1}, "material-density-invalid"),
            ({"density_mg_cm3": 10**12}, "invalid"),
            ({"nozzle_min_c": 240}, "material-nozzle-range-reversed"),
            ({"bed_min_c": -1}, "material-bed-temperature-invalid"),
            ({"family": "WOOD"}, "unknown-code"),
            ({"flags": ("explosive",)}, "invalid"),
            ({"dry_c": 45}, "drying-incomplete"),
        ],
    )
    def test_refuses_what_cannot_be_in_plain_words(self, ctx: Context, values: dict[str, Any], code: str) -> None:
        assert refusal_of(lambda: define(ctx, **values)).code == code
        assert not Material.objects.exists()

    def test_at_a_site_nobody_knows_is_not_found(self, ctx: Context) -> None:
        with pytest.raises(NotFound):
            define(ctx, site_id=uuid4())
