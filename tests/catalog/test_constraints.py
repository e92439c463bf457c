"""What the database refuses about materials, colors, printer classes and reasons."""

from __future__ import annotations

import pytest

from apps.catalog.states import BedShape, Enclosure
from tests.factories.accounts import make_site, shop
from tests.factories.catalog import make_color, make_draft_class, make_material, make_printer_class, make_reason_code
from tests.factories.context import NOW
from tests.violations import Violation, missing, refused, twice, unknown_codes

pytestmark = [pytest.mark.both_engines, pytest.mark.django_db]


VIOLATIONS = [
    Violation("one_printer_class_per_version", "printer-class-version-taken", lambda: twice(make_printer_class, key="Voron")),
    Violation("printer_classes_have_a_key", "printer-class-without-key", lambda: make_printer_class(key="")),
    Violation("printer_class_class_version_at_least_1", "printer-class-version-invalid", lambda: make_printer_class(class_version=0)),
    Violation("released_classes_say_when", "printer-class-release-undated", lambda: make_draft_class(released_at=NOW)),
    Violation("printer_class_volume_is_positive", "printer-class-volume-invalid", lambda: make_printer_class(volume_z_um=0)),
    Violation(
        "printer_class_round_beds_have_one_diameter",
        "printer-class-round-bed-uneven",
        lambda: make_printer_class(bed_shape=BedShape.ROUND, volume_y_um=1),
    ),
    Violation("printer_class_feeds_at_least_1", "printer-class-feeds-invalid", lambda: make_printer_class(feeds=0)),
    Violation(
        "printer_class_max_nozzle_c_in_range", "printer-class-nozzle-temperature-invalid", lambda: make_printer_class(max_nozzle_c=0)
    ),
    Violation("printer_class_max_bed_c_in_range", "printer-class-bed-temperature-invalid", lambda: make_printer_class(max_bed_c=301)),
    Violation(
        "printer_class_max_chamber_c_in_range",
        "printer-class-chamber-temperature-invalid",
        lambda: make_printer_class(enclosure=Enclosure.HEATED, max_chamber_c=251),
    ),
    Violation(
        "printer_class_heated_chambers_have_a_limit",
        "printer-class-chamber-contradiction",
        lambda: make_printer_class(enclosure=Enclosure.HEATED),
    ),
    Violation("one_material_per_name", "material-exists", lambda: twice(make_material, site=shop(), name="PLA")),
    Violation("one_shared_material_per_name", "shared-material-exists", lambda: twice(make_material, name="PLA")),
    Violation("materials_have_a_name", "material-unnamed", lambda: make_material(name="")),
    Violation("material_density_mg_cm3_in_range", "material-density-invalid", lambda: make_material(density_mg_cm3=1)),
    Violation("material_filament_diameter_um_in_range", "material-diameter-invalid", lambda: make_material(filament_diameter_um=2)),
    Violation("material_nozzle_min_c_in_range", "material-nozzle-temperature-invalid", lambda: make_material(nozzle_min_c=0)),
    Violation("material_nozzle_min_c_not_after_nozzle_max_c", "material-nozzle-range-reversed", lambda: make_material(nozzle_max_c=180)),
    Violation("material_bed_min_c_at_least_0", "material-bed-temperature-invalid", lambda: make_material(bed_min_c=-1)),
    Violation("material_bed_min_c_not_after_bed_max_c", "material-bed-range-reversed", lambda: make_material(bed_min_c=61)),
    Violation("material_chamber_min_c_at_least_0", "material-chamber-temperature-invalid", lambda: make_material(chamber_min_c=-1)),
    Violation("material_shrink_ppm_in_range", "material-shrinkage-invalid", lambda: make_material(shrink_ppm=-1)),
    Violation("drying_has_a_temperature_and_a_time", "drying-incomplete", lambda: make_material(dry_c=50)),
    Violation("one_color_per_name", "color-exists", lambda: twice(make_color, site=shop(), name="red")),
    Violation("one_shared_color_per_name", "shared-color-exists", lambda: twice(make_color, name="red")),
    Violation("colors_have_a_name", "color-unnamed", lambda: make_color(name="")),
    Violation("colors_are_written_as_rgb", "color-invalid", lambda: make_color(hex_rgb="#1E90FF")),
    Violation("one_reason_per_code", "reason-exists", lambda: twice(make_reason_code, code="BED_SCRATCHED")),
    Violation("reason_codes_do_not_hide_canonical_ones", "reason-code-reserved", lambda: make_reason_code(code="WARP")),
    Violation("reason_codes_are_capitals", "reason-code-invalid", lambda: make_reason_code(code="warp2")),
    Violation("reason_codes_have_a_label", "reason-unlabelled", lambda: make_reason_code(label="")),
    Violation("reason_code_position_at_least_0", "reason-position-invalid", lambda: make_reason_code(position=-1)),
]
FACTORIES = {"PrinterClass": make_printer_class, "Material": make_material, "ReasonCode": make_reason_code}


class TestTheDatabase:
    @pytest.mark.parametrize("violation", [*VIOLATIONS, *unknown_codes("catalog", FACTORIES)], ids=str)
    def test_refuses_in_plain_words(self, violation: Violation) -> None:
        refusal = refused(violation.act)

        assert (refusal.code, refusal.params["constraint"]) == (violation.code, violation.constraint)

    def test_has_no_constraint_that_is_not_broken_here(self) -> None:
        assert missing("catalog", VIOLATIONS) == set()


class TestWhatLooksLikeAViolation:
    def test_is_allowed_where_it_means_something_else(self) -> None:
        make_material(name="PLA")
        make_material(name="PLA", brand="Other")
        make_material(name="PLA", site=shop())
        make_color(name="red")
        make_color(name="red", site=make_site())
        first = make_printer_class()
        second = make_printer_class(key=first.key, class_version=2)

        assert str(second) == f"{first.key} v2"
