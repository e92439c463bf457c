"""What can be wrong with G-code, whoever made it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.journal.refusals import declare

declare(
    "GCODE_TOO_LARGE",
    status=413,
    title=_("The G-code is too large"),
    detail=_("The file has {measured} MB; at most {limit} MB are read."),
    fix=_("Slice it with a coarser profile or as several plates."),
)
declare(
    "GCODE_NOT_TEXT",
    status=422,
    title=_("This is not G-code text"),
    detail=_("From line {line} on the file is binary or has a line without end, as .bgcode, .3mf and archives are."),
    fix=_("Export plain-text G-code (.gcode) from the slicer."),
)
declare(
    "GCODE_EMPTY",
    status=422,
    title=_("There is no movement in this file"),
    detail=_("Nothing in it moves a printer."),
    fix=_("Export the G-code again; this file holds something else."),
)
declare(
    "GCODE_TRUNCATED",
    status=422,
    title=_("The G-code is cut off"),
    detail=_("{measured} ends its files with a mark that is missing here: a print would stop in the middle."),
    fix=_("Export or upload the file again."),
)
declare(
    "GCODE_BAD_NUMBER",
    status=422,
    title=_("A number cannot be used"),
    detail=_("Line {line} has a number that is none, or is far beyond any printer: {measured}."),
    fix=_("Export the G-code again."),
)
declare(
    "GCODE_INCHES",
    status=422,
    title=_("The G-code is in inches"),
    detail=_("Line {line} switches to inches (G20); printers here work in millimetres."),
    fix=_("Export it in millimetres."),
)
declare(
    "GCODE_UNREADABLE_MOVE",
    status=422,
    title=_("A curve cannot be followed"),
    detail=_("Line {line} holds an arc or spline that cannot be checked: {measured}."),
    fix=_("Turn arc fitting off in the slicer, or use arcs in the plane of the bed."),
)
declare(
    "GCODE_PLACEHOLDER",
    status=422,
    title=_("A placeholder was not filled in"),
    detail=_("Line {line} still holds the slicer's placeholder: {measured}."),
    fix=_("Correct the start or end G-code in the slicer and export again."),
)
declare(
    "GCODE_FORBIDDEN_COMMAND",
    status=422,
    title=_("A command has no place in a print"),
    detail=_("Line {line}: {measured} changes the machine for good, starts something else, or stops it."),
    fix=_("Remove the command from the slicer's own G-code and export again."),
)
declare(
    "GCODE_TOOL_CHANGE",
    status=422,
    title=_("The G-code changes tools"),
    detail=_("It uses {measured}; printers here have one."),
    fix=_("Slice it for one extruder."),
)
declare(
    "GCODE_NO_EXTRUSION",
    status=422,
    title=_("Nothing is printed"),
    detail=_("The file moves the head but never lays material down."),
    fix=_("Export the G-code again."),
)
declare(
    "GCODE_NO_TEMPERATURE",
    status=422,
    title=_("The nozzle is not heated"),
    detail=_("Material is laid down in line {line}, but until then nothing says how hot the nozzle is to be, or it is too cold."),
    fix=_("Add M109, or give the temperature to the start macro, and export again."),
)
declare(
    "GCODE_OFF_BED",
    status=422,
    title=_("The G-code leaves the bed"),
    detail=_("Material would be laid down at {measured}; the bed is {limit} mm."),
    fix=_("Slice it for this printer class."),
)
declare(
    "GCODE_BELOW_BED",
    status=422,
    title=_("The nozzle would hit the bed"),
    detail=_("It goes down to {measured} mm."),
    fix=_("Check the z offset in the slicer and export again."),
)
declare(
    "GCODE_TOO_TALL",
    status=422,
    title=_("The print is too tall"),
    detail=_("It reaches {measured} mm; the printer class has {limit} mm."),
    fix=_("Use a taller printer class, or lay the part down."),
)
declare(
    "GCODE_TOO_HOT",
    status=422,
    title=_("The nozzle would be too hot"),
    detail=_("{measured} °C are asked for; the printer class takes {limit} °C."),
    fix=_("Slice it with a cooler profile, or use another printer class."),
)
declare(
    "GCODE_BED_TOO_HOT",
    status=422,
    title=_("The bed would be too hot"),
    detail=_("{measured} °C are asked for; the printer class takes {limit} °C."),
    fix=_("Slice it with a cooler profile, or use another printer class."),
)
declare(
    "GCODE_TRAVEL_OFF_BED",
    status=422,
    title=_("The head moves beyond the bed"),
    detail=_("It goes to {measured} without printing there; the bed is {limit} mm. Not every machine can."),
    fix=_("Check the start and end G-code for this printer."),
)
declare(
    "GCODE_PAUSES",
    status=422,
    title=_("The print pauses for a person"),
    detail=_("Line {line} ({measured}) waits until somebody goes on."),
    fix=_("Plan for somebody to be there, or remove the pause."),
)
declare(
    "GCODE_NO_TIME",
    status=422,
    title=_("The file does not say how long it prints"),
    detail=_("Without the slicer's estimate the schedule only knows it roughly."),
    fix=_("Export it with the slicer's comments."),
)
declare(
    "GCODE_PRIMING_CROSSES",
    status=422,
    title=_("The nozzle is filled where a part stands"),
    detail=_("Before the first layer a line is laid where {measured} is printed."),
    fix=_("Move the part, or change where the start G-code fills the nozzle."),
)
declare(
    "GCODE_STAYS_HOT",
    status=422,
    title=_("The nozzle stays hot"),
    detail=_("At the end {measured} °C are still asked for, and no end macro follows."),
    fix=_("Add M104 S0 and M140 S0 to the end G-code."),
)
