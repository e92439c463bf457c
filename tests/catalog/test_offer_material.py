"""``catalog.offer_material``: can it be chosen for new work?"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from apps.catalog import commands
from apps.catalog.models import Material
from apps.journal.context import Context
from tests.factories.catalog import make_material
from tests.recorded import event_types, refusal_of, the_event

pytestmark = pytest.mark.django_db(transaction=True)


class TestOfferingAMaterial:
    def test_no_longer_leaves_it_where_it_is_used(self, ctx: Context) -> None:
        material = make_material()

        commands.offer_material(ctx, material_id=material.pk, expected_version=1, is_offered=False)

        assert Material.objects.get(pk=material.pk).is_offered is False
        assert the_event("OfferChanged") == (
            {"kind": "material", "subject_id": str(material.pk), "is_offered": False},
            {("material", material.pk)},
        )

    def test_that_is_offered_changes_nothing(self, ctx: Context) -> None:
        material = make_material()

        commands.offer_material(ctx, material_id=material.pk, expected_version=1, is_offered=True)

        assert event_types() == []

    def test_is_refused_when_it_changed_meanwhile(self, ctx_factory: Callable[..., Context]) -> None:
        material = make_material()
        commands.offer_material(ctx_factory(), material_id=material.pk, expected_version=1, is_offered=False)

        refused = refusal_of(lambda: commands.offer_material(ctx_factory(), material_id=material.pk, expected_version=1, is_offered=True))

        assert refused.code == "stale-version"
