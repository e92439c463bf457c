"""Which version new plans use."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from apps.catalog.states import MaterialFamily, QualityTier
from apps.journal.refusals import NotFound
from apps.profiles import queries
from apps.profiles.states import ProfileState
from tests.factories.catalog import make_material
from tests.factories.profiles import make_draft_version, make_profile, make_profile_version

pytestmark = pytest.mark.django_db

ASKED: dict[str, Any] = {"material_family": MaterialFamily.PLA, "quality_tier": QualityTier.STANDARD, "nozzle_um": 400}


class TestTheReleasedVersion:
    def test_of_exactly_this_material_goes_before_its_familys(self) -> None:
        material, other = make_material(), make_material()
        of_family = make_profile_version(profile=make_profile(printer_class_key="V"))
        own = make_profile_version(profile=make_profile(printer_class_key="V", material=material, name="Own"))

        found = [queries.released_version(**ASKED, material_id=one, printer_class_key="V") for one in (material.pk, other.pk, None)]

        assert found == [own, of_family, of_family]

    def test_of_a_material_whose_own_profile_is_only_a_draft_is_its_familys(self) -> None:
        material = make_material()
        of_family = make_profile_version(profile=make_profile(printer_class_key="V"))
        make_draft_version(profile=make_profile(printer_class_key="V", material=material, name="Own"))

        assert queries.released_version(**ASKED, material_id=material.pk, printer_class_key="V") == of_family

    @pytest.mark.parametrize(
        "differs",
        [
            {"material_family": MaterialFamily.PETG},
            {"quality_tier": QualityTier.FINE},
            {"nozzle_um": 600},
            {"printer_class_key": "W"},
        ],
    )
    def test_is_none_for_anything_else(self, differs: dict[str, Any]) -> None:
        make_profile_version(profile=make_profile(printer_class_key="V"))

        assert queries.released_version(**{**ASKED, "material_id": None, "printer_class_key": "V", **differs}) is None

    @pytest.mark.parametrize("state", [ProfileState.PREVIOUS, ProfileState.RETIRED])
    def test_is_none_that_was_replaced(self, state: ProfileState) -> None:
        make_profile_version(profile=make_profile(printer_class_key="V"), state=state)

        assert queries.released_version(**ASKED, material_id=None, printer_class_key="V") is None


class TestAVersion:
    def test_that_does_not_exist_is_not_found(self) -> None:
        with pytest.raises(NotFound):
            queries.get(uuid4())

    def test_without_settings_says_so(self) -> None:
        with pytest.raises(ValueError, match="no settings"):
            queries.settings_of(make_draft_version(settings=None, content_sha256=""))
