"""Reasons: every one is counted in one family, and a farm's own never change what they mean."""

from __future__ import annotations

from typing import Any

import pytest

from apps.catalog.models import ReasonCode
from apps.catalog.states import FAMILY_OF, Reason, ReasonFamily
from apps.journal import frame
from tests.factories.catalog import make_reason_code
from tests.violations import refused

FAMILIES = {
    "FIRST_LAYER": "FIRST_LAYER",
    "QUALITY": "ADHESION SPAGHETTI LAYER_SHIFT WARP STRINGING",
    "EXTRUSION": "CLOG UNDER_EXTRUSION FILAMENT_RUNOUT FILAMENT_TANGLE",
    "THERMAL": "THERMAL",
    "MACHINE": "POWER_LOSS KLIPPER_SHUTDOWN MCU_LOST EMERGENCY_STOP MACHINE_FAULT",
    "CONNECTIVITY": "MOONRAKER_ERROR PRINTER_OFFLINE DESYNC",
    "PROCESS": "MODEL_DEFECT SLICE_ERROR GCODE_ERROR PROFILE_REGRESSION",
    "HUMAN": "OPERATOR_ABORT OPERATOR_PAUSE CUSTOMER_CANCELED SUPERSEDED",
    "QA": "QA_DIMENSION QA_COSMETIC QA_STRENGTH",
    "UNKNOWN": "UNKNOWN",
}


class TestEveryReason:
    def test_is_counted_in_one_family(self) -> None:
        assert set(FAMILY_OF) == set(Reason)
        assert {family: " ".join(reason for reason in Reason if FAMILY_OF[reason] == family) for family in ReasonFamily} == FAMILIES


@pytest.mark.both_engines
@pytest.mark.django_db
class TestAReasonOfOurOwn:
    def test_is_counted_like_the_one_it_maps_to(self) -> None:
        assert make_reason_code(canonical=Reason.CLOG).family == ReasonFamily.EXTRUSION

    @pytest.mark.parametrize("change", [{"code": "OTHER_CODE"}, {"canonical": Reason.CLOG}])
    def test_never_changes_what_it_means(self, change: dict[str, Any]) -> None:
        reason = make_reason_code(canonical=Reason.WARP)

        with frame.seeding("an attempt to rewrite history"):
            changed = refused(lambda: ReasonCode.objects.filter(pk=reason.pk).update(**change))
            deleted = refused(reason.delete)

        assert changed.code == deleted.code == "append-only"

    def test_may_be_called_otherwise_and_be_offered_no_more(self) -> None:
        reason = make_reason_code()
        reason.label, reason.is_offered = "Corners came up", False

        with frame.seeding("the commands come with their behaviour"):
            reason.save_changes("label", "is_offered")

        assert (str(ReasonCode.objects.get()), ReasonCode.objects.get().is_offered) == ("Corners came up", False)
