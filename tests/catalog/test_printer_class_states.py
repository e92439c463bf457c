"""Versions of printer classes: written, released, retired, and never changed once released."""

from __future__ import annotations

from typing import Any

import pytest

from apps.catalog.models import CAPABILITY_FIELDS, PrinterClass
from apps.catalog.states import ClassState, Enclosure
from apps.journal import frame
from tests.factories.catalog import make_draft_class, make_printer_class
from tests.factories.context import NOW
from tests.moves import allowed_moves
from tests.violations import refused

MOVES = {
    ClassState.DRAFT: {"release": "released"},
    ClassState.RELEASED: {"retire": "retired"},
    ClassState.RETIRED: {},
}
CHANGES: dict[str, Any] = {
    "process": "other",
    "bed_shape": "round",
    "keep_outs": [{"x_um": 0}],
    "nozzle_diameters_um": [250],
    "extruder_type": "direct",
    "enclosure": Enclosure.CLOSED,
    "material_flags": ["abrasive"],
    "filament_sensor": "motion",
    "has_camera": True,
    "tags": ["fast"],
}


class TestAPrinterClass:
    @pytest.mark.parametrize("state", ClassState)
    def test_can_make_exactly_these_moves(self, state: ClassState) -> None:
        assert allowed_moves(PrinterClass, "state", state) == MOVES[state]


@pytest.mark.both_engines
@pytest.mark.django_db
class TestAReleasedVersion:
    @pytest.mark.parametrize("field", ["key", "class_version", "released_at", *CAPABILITY_FIELDS])
    def test_never_changes(self, field: str) -> None:
        version = make_printer_class()
        change = {field: CHANGES.get(field, "Other" if field == "key" else None if field == "released_at" else 7)}

        with frame.seeding("an attempt to rewrite history"):
            changed = refused(lambda: PrinterClass.objects.filter(pk=version.pk).update(**change))

        assert changed.code == "append-only"

    def test_is_never_deleted_but_may_be_retired(self) -> None:
        version = make_printer_class()

        with frame.seeding("the commands come with their behaviour"):
            deleted = refused(version.delete)
            version.retire()
            version.save_changes("state")

        assert deleted.code == "append-only"
        assert PrinterClass.objects.get().state == ClassState.RETIRED


@pytest.mark.both_engines
@pytest.mark.django_db
class TestADraft:
    def test_may_change_until_it_is_released(self) -> None:
        draft = make_draft_class()
        draft.max_nozzle_c = 320

        with frame.seeding("the commands come with their behaviour"):
            draft.save_changes("max_nozzle_c")
            draft.release(now=NOW)
            draft.save_changes("state", "released_at")

        kept = PrinterClass.objects.get()
        assert (kept.state, kept.max_nozzle_c, kept.released_at) == (ClassState.RELEASED, 320, NOW)
