"""What the catalog app says when the database refuses something."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.catalog.models import declare_capability_words
from apps.journal.refusals import declare

declare_capability_words("printer-class", "printer_class")
declare(
    "printer-class-version-taken",
    status=409,
    title=_("This version exists"),
    detail=_("The printer class already has this version."),
    fix=_("Use the next number."),
    constraint="one_printer_class_per_version",
)
declare(
    "printer-class-without-key",
    status=422,
    title=_("The printer class needs a key"),
    detail=_("Profiles and outputs find a printer class by its key."),
    fix=_("Give it one, such as Voron_350_Enclosed."),
    constraint="printer_classes_have_a_key",
)
declare(
    "printer-class-version-invalid",
    status=422,
    title=_("Versions start at 1"),
    detail=_("A printer class version is a whole number from 1 on."),
    fix=_("Use 1 for the first version."),
    constraint="printer_class_class_version_at_least_1",
)
declare(
    "printer-class-release-undated",
    status=422,
    title=_("When was it released?"),
    detail=_("A released printer class says when; a draft does not."),
    fix=_("Release it with the release command."),
    constraint="released_classes_say_when",
)
declare(
    "material-exists",
    status=409,
    title=_("There is such a material"),
    detail=_("This site already has a material of this brand and name."),
    fix=_("Use that one, or another name."),
    constraint="one_material_per_name",
)
declare(
    "shared-material-exists",
    status=409,
    title=_("There is such a shared material"),
    detail=_("All sites already share a material of this brand and name."),
    fix=_("Use that one, or another name."),
    constraint="one_shared_material_per_name",
)
declare(
    "material-unnamed",
    status=422,
    title=_("The material needs a name"),
    detail=_("A material without a name cannot be chosen."),
    fix=_("Give it one."),
    constraint="materials_have_a_name",
)
declare(
    "material-density-invalid",
    status=422,
    title=_("That density cannot be right"),
    detail=_("Density is milligrams per cubic centimetre, between 100 and 25000 (PLA is 1240)."),
    fix=_("Check the unit: 1.24 g/cm³ is 1240."),
    constraint="material_density_mg_cm3_in_range",
)
declare(
    "material-diameter-invalid",
    status=422,
    title=_("That filament diameter cannot be right"),
    detail=_("The diameter is micrometres, between 500 and 5000 (usually 1750)."),
    fix=_("Check the unit: 1.75 mm is 1750."),
    constraint="material_filament_diameter_um_in_range",
)
declare(
    "material-nozzle-temperature-invalid",
    status=422,
    title=_("That nozzle temperature cannot be right"),
    detail=_("The lowest nozzle temperature is between 1 and 600 °C."),
    fix=_("Use the range on the spool's label, in °C."),
    constraint="material_nozzle_min_c_in_range",
)
declare(
    "material-nozzle-range-reversed",
    status=422,
    title=_("The nozzle temperatures are the wrong way round"),
    detail=_("The lowest nozzle temperature is above the highest."),
    fix=_("Swap them."),
    constraint="material_nozzle_min_c_not_after_nozzle_max_c",
)
declare(
    "material-bed-temperature-invalid",
    status=422,
    title=_("That bed temperature cannot be right"),
    detail=_("A bed is not cooled below 0 °C."),
    fix=_("Use 0 for an unheated bed."),
    constraint="material_bed_min_c_at_least_0",
)
declare(
    "material-bed-range-reversed",
    status=422,
    title=_("The bed temperatures are the wrong way round"),
    detail=_("The lowest bed temperature is above the highest."),
    fix=_("Swap them."),
    constraint="material_bed_min_c_not_after_bed_max_c",
)
declare(
    "material-chamber-temperature-invalid",
    status=422,
    title=_("That chamber temperature cannot be right"),
    detail=_("A chamber is not cooled below 0 °C."),
    fix=_("Leave it empty where the chamber does not matter."),
    constraint="material_chamber_min_c_at_least_0",
)
declare(
    "material-shrinkage-invalid",
    status=422,
    title=_("That shrinkage cannot be right"),
    detail=_("Shrinkage is parts per million, between 0 and 200000 (20 %)."),
    fix=_("Check the unit: 0.4 % is 4000. Leave it empty when it is not known."),
    constraint="material_shrink_ppm_in_range",
)
declare(
    "drying-incomplete",
    status=422,
    title=_("Drying needs a temperature and a time"),
    detail=_("Drying is a temperature of at least 20 °C for at least a minute, or nothing."),
    fix=_("Give both or neither."),
    constraint="drying_has_a_temperature_and_a_time",
)
declare(
    "color-exists",
    status=409,
    title=_("There is such a color"),
    detail=_("This site already has a color with this name."),
    fix=_("Use that one, or another name."),
    constraint="one_color_per_name",
)
declare(
    "shared-color-exists",
    status=409,
    title=_("There is such a shared color"),
    detail=_("All sites already share a color with this name."),
    fix=_("Use that one, or another name."),
    constraint="one_shared_color_per_name",
)
declare(
    "color-unnamed",
    status=422,
    title=_("The color needs a name"),
    detail=_("A color without a name cannot be chosen."),
    fix=_("Give it one."),
    constraint="colors_have_a_name",
)
declare(
    "color-invalid",
    status=422,
    title=_("Not a color"),
    detail=_("A color is written as # and six lower-case hex digits."),
    fix=_("Use a value such as #1e90ff."),
    constraint="colors_are_written_as_rgb",
)
declare(
    "reason-exists",
    status=409,
    title=_("There is such a reason"),
    detail=_("This site already has a reason with this code."),
    fix=_("Change its label, or use another code."),
    constraint="one_reason_per_code",
)
declare(
    "reason-code-reserved",
    status=409,
    title=_("This code is built in"),
    detail=_("A reason of your own cannot use the code of a built-in one, or reports would mix them up."),
    fix=_("Use another code that maps to it."),
    constraint="reason_codes_do_not_hide_canonical_ones",
)
declare(
    "reason-code-invalid",
    status=422,
    title=_("Codes are written in capitals"),
    detail=_("A reason's code is not empty and has no lower-case letters."),
    fix=_("Use a code such as BED_SCRATCHED."),
    constraint="reason_codes_are_capitals",
)
declare(
    "reason-unlabelled",
    status=422,
    title=_("The reason needs a label"),
    detail=_("People pick reasons by their label."),
    fix=_("Give it one."),
    constraint="reason_codes_have_a_label",
)
declare(
    "reason-position-invalid",
    status=422,
    title=_("That position cannot be used"),
    detail=_("Positions in a picker count from 0."),
    fix=_("Use 0 or more."),
    constraint="reason_code_position_at_least_0",
)
