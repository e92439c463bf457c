"""``profiles.define_profile``: for which material, quality, class and nozzle."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest

from apps.catalog.states import MaterialFamily, QualityTier
from apps.journal.context import Context
from apps.journal.refusals import NotFound
from apps.profiles import commands
from apps.profiles.models import Profile
from tests.factories.catalog import make_draft_class, make_material, make_printer_class
from tests.recorded import refusal_of, the_event

pytestmark = pytest.mark.django_db(transaction=True)


def define(ctx: Context, key: str, **values: Any) -> UUID:
    given = {
        "material_family": MaterialFamily.PLA,
        "quality_tier": QualityTier.DRAFT,
        "nozzle_diameter_um": 400,
        "name": "PLA_0.4_Draft",
        **values,
    }
    return commands.define_profile(ctx, printer_class_key=key, **given)


class TestDefiningAProfile:
    def test_promises_nothing_yet(self, ctx: Context) -> None:
        key = make_printer_class().key

        profile_id = define(ctx, key)

        assert Profile.objects.get(pk=profile_id).versions.count() == 0
        data, subjects = the_event("ProfileDefined")
        assert (data["printer_class_key"], data["material_id"]) == (key, None)
        assert subjects == {("profile", profile_id)}

    def test_of_one_material_stands_beside_its_familys(self, ctx_factory: Callable[..., Context]) -> None:
        key, material = make_printer_class().key, make_material()
        define(ctx_factory(), key)

        define(ctx_factory(), key, material_id=material.pk, name="PLA_CF")

        assert Profile.objects.count() == 2

    @pytest.mark.parametrize(
        ("values", "code"),
        [
            ({"name": "Another"}, "profile-exists"),
            ({"quality_tier": QualityTier.FINE}, "profile-name-taken"),
            ({"name": "", "quality_tier": QualityTier.FINE}, "profile-unnamed"),
            ({"name": "x" * 121}, "invalid"),
            ({"nozzle_diameter_um": 4}, "profile-nozzle-invalid"),
            ({"material_family": "WOOD"}, "unknown-code"),
        ],
    )
    def test_refuses_what_cannot_be(self, ctx_factory: Callable[..., Context], values: dict[str, Any], code: str) -> None:
        key = make_printer_class().key
        define(ctx_factory(), key)

        assert refusal_of(lambda: define(ctx_factory(), key, **values)).code == code

    def test_of_a_material_of_another_family_is_refused(self, ctx: Context) -> None:
        petg = make_material(family=MaterialFamily.PETG)

        refused = refusal_of(lambda: define(ctx, make_printer_class().key, material_id=petg.pk))

        assert refused.code == "profile-material-contradiction"

    def test_without_a_released_class_or_material_is_not_found(self, ctx_factory: Callable[..., Context]) -> None:
        with pytest.raises(NotFound):
            define(ctx_factory(), make_draft_class().key)
        with pytest.raises(NotFound):
            define(ctx_factory(), make_printer_class().key, material_id=uuid4())
