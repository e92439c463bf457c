"""``catalog.draft_printer_class``: the next version of what a kind of printer can do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from apps.catalog import commands
from apps.catalog.commands import CapabilityValues, KeepOut
from apps.catalog.models import PrinterClass
from apps.catalog.states import BedShape, ClassState, Enclosure, MaterialFlag
from apps.journal.context import Context
from tests.recorded import refusal_of, the_event

pytestmark = pytest.mark.django_db(transaction=True)

VALUES = CapabilityValues(
    volume_x_um=250_000,
    volume_y_um=210_000,
    volume_z_um=210_000,
    nozzle_diameters_um=(600, 400, 400),
    max_nozzle_c=300,
    max_bed_c=110,
    keep_outs=(KeepOut(0, 0, 120_000, 6_000),),
    material_flags=(MaterialFlag.FLEXIBLE,),
    tags=(" quiet ", ""),
)


class TestDraftingAClass:
    def test_keeps_its_capability_in_one_spelling(self, ctx: Context) -> None:
        class_id = commands.draft_printer_class(ctx, key="Voron_350", name="Voron", capability=VALUES)

        drafted = PrinterClass.objects.get(pk=class_id)
        assert (str(drafted), drafted.state, drafted.released_at) == ("Voron_350 v1", ClassState.DRAFT, None)
        assert drafted.nozzle_diameters_um == [400, 600]
        assert drafted.keep_outs == [{"x_um": 0, "y_um": 0, "width_um": 120_000, "depth_um": 6_000}]
        assert (drafted.material_flags, drafted.tags) == (["flexible"], ["quiet"])
        data, subjects = the_event("PrinterClassDrafted")
        assert (data["key"], data["class_version"]) == ("Voron_350", 1)
        assert subjects == {("printer_class", class_id)}

    def test_of_a_known_key_is_its_next_version(self, ctx_factory: Callable[..., Context]) -> None:
        commands.draft_printer_class(ctx_factory(), key="Voron_350", capability=VALUES)

        second = commands.draft_printer_class(ctx_factory(), key="Voron_350", capability=VALUES, notes="Hotter bed")

        assert PrinterClass.objects.get(pk=second).class_version == 2

    @pytest.mark.parametrize(
        ("change", "code"),
        [
            ({"volume_x_um": 0, "keep_outs": ()}, "printer-class-volume-invalid"),
            ({"volume_z_um": -1}, "printer-class-volume-invalid"),
            ({"volume_x_um": 2**40}, "invalid"),
            ({"bed_shape": BedShape.ROUND, "keep_outs": ()}, "printer-class-round-bed-uneven"),
            ({"max_nozzle_c": 5_000}, "printer-class-nozzle-temperature-invalid"),
            ({"max_bed_c": -1}, "printer-class-bed-temperature-invalid"),
            ({"enclosure": Enclosure.HEATED}, "printer-class-chamber-contradiction"),
            ({"feeds": 0}, "printer-class-feeds-invalid"),
            ({"nozzle_diameters_um": ()}, "invalid"),
            ({"nozzle_diameters_um": (0,)}, "invalid"),
            ({"keep_outs": (KeepOut(200_000, 0, 60_000, 6_000),)}, "invalid"),
            ({"keep_outs": (KeepOut(-1, 0, 5, 5),)}, "invalid"),
            ({"keep_outs": (KeepOut(0, 0, 0, 5),)}, "invalid"),
            ({"material_flags": ("explosive",)}, "invalid"),
            ({"bed_shape": "star"}, "unknown-code"),
        ],
    )
    def test_refuses_what_no_machine_is(self, ctx: Context, change: dict[str, Any], code: str) -> None:
        capability = replace(VALUES, **change)

        assert refusal_of(lambda: commands.draft_printer_class(ctx, key="Odd", capability=capability)).code == code
        assert not PrinterClass.objects.exists()

    @pytest.mark.parametrize("key", ["", "Voron 350", "x" * 81, "../etc", "Voron\n"])
    def test_refuses_a_key_profiles_could_not_find(self, ctx: Context, key: str) -> None:
        refused = refusal_of(lambda: commands.draft_printer_class(ctx, key=key, capability=VALUES))

        assert "key" in refused.params["fields"]
