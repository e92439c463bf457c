"""When the slicer itself is the trouble."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.journal.refusals import declare

declare(
    "slicer-missing",
    status=503,
    title=_("PrusaSlicer is not installed"),
    detail=_("Nothing can be sliced: {program} was not found, or may not be run."),
    fix=_("Install it (sudo apt-get install prusa-slicer), or set FARMOS_PRUSA_SLICER to where it is; then slice again."),
)
declare(
    "slicer-unknown",
    status=503,
    title=_("This is not PrusaSlicer"),
    detail=_("{program} runs, but does not say that it is PrusaSlicer and which version."),
    fix=_("Set FARMOS_PRUSA_SLICER to a PrusaSlicer; then slice again."),
)
declare(
    "slicer-crashed",
    status=502,
    title=_("The slicer crashed"),
    detail=_("It was ended by {signal} while it worked on this plate. Nothing of it was kept."),
    fix=_("Slice again. If it crashes again, slice the parts one at a time: one of the models is the cause."),
)
declare(
    "slicer-timed-out",
    status=504,
    title=_("Slicing took too long"),
    detail=_("The slicer had not finished after {seconds} seconds and was stopped."),
    fix=_("Put fewer parts on the plate or simplify the models; then slice again."),
)
declare(
    "slicer-out-of-memory",
    status=507,
    title=_("The slicer ran out of memory"),
    detail=_("The plate needs more memory than one slice may take."),
    fix=_("Put fewer parts on the plate or simplify the models; then slice again."),
)
declare(
    "slicer-disk-full",
    status=507,
    title=_("The disk is full"),
    detail=_("There was no room for the G-code. Nothing half-written was kept."),
    fix=_("Free some space in the data directory; then slice again."),
)
declare(
    "slice-refused",
    status=422,
    title=_("The slicer refused the plate"),
    detail=_("It said: {said}"),
    fix=_("Change what it names; then slice again."),
)
declare(
    "slice-model-unreadable",
    status=422,
    title=_("The slicer cannot read the plate"),
    detail=_("It said: {said}"),
    fix=_("Repair the model and upload it again."),
)
declare(
    "slice-nothing-to-print",
    status=422,
    title=_("Nothing would be printed"),
    detail=_("With these settings no layer has anything in it: the model is too thin or too small."),
    fix=_("Check the unit of the model, or use a finer nozzle and profile."),
)
declare(
    "slice-does-not-fit",
    status=422,
    title=_("It does not fit on the bed"),
    detail=_("The slicer found no way to keep the plate on the bed."),
    fix=_("Use a bigger printer class, or fewer parts on the plate."),
)
declare(
    "slice-custom-gcode-invalid",
    status=422,
    title=_("The profile's own G-code has an error"),
    detail=_("The slicer could not fill in the start, end or layer G-code of the profile. It said: {said}"),
    fix=_("Correct the placeholder in a new profile version."),
)
declare(
    "slice-settings-refused",
    status=422,
    title=_("The slicer refuses a setting"),
    detail=_("A setting of the profile, or two that contradict each other. It said: {said}"),
    fix=_("Correct it in a new profile version."),
)
declare(
    "slice-settings-unfit",
    status=422,
    title=_("A setting cannot be used here"),
    detail=_("{key} is {value}; slices made here need {wanted}."),
    fix=_("Change it in a new profile version, or leave it out."),
)
declare(
    "slice-settings-not-applied",
    status=422,
    title=_("The slicer ignored settings"),
    detail=_("These settings of the profile did not take effect: {keys}. The slicer does not know them or took other values."),
    fix=_("Correct or remove them in a new profile version."),
)
