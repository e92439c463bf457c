"""What is said about supplied G-code."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from .findings import say

_OTHER_FILE = _("We can make it from the model instead: then we choose the settings and answer for them.")
_LOOK = _("We can look at the file and let it through if it is all right.")

say(
    "EXTERNAL_GCODE",
    wrong=_("The print was prepared by you, not by us: we did not see the shape, only the movements."),
    why=_("We can check where the printer goes and how hot it gets, but not whether the part comes out right."),
    fix=_("Send the model itself to have its shape checked too."),
    we_can=_("We print it as it is if you accept that the result is as good as the file."),
)
say(
    "GCODE_TRUNCATED",
    wrong=_("The file breaks off: the end that its slicer always writes is missing."),
    why=_("The print would stop somewhere in the middle, perhaps with the heaters on."),
    fix=_("Export the G-code again and check that saving and sending finished."),
    we_can=_LOOK,
)
say(
    "GCODE_BAD_NUMBER",
    wrong=_("The file holds numbers that are none (first seen: {is})."),
    why=_("Nobody can tell where the printer would go."),
    fix=_("Export the G-code again."),
    we_can=_OTHER_FILE,
)
say(
    "GCODE_INCHES",
    wrong=_("The file moves in inches."),
    why=_("Our printers are driven in millimetres; a mistake here drives the head into the frame."),
    fix=_("Export the G-code in millimetres."),
    we_can=_OTHER_FILE,
)
say(
    "GCODE_UNREADABLE_MOVE",
    wrong=_("The file holds movements we cannot follow ({is})."),
    why=_("What we cannot follow we cannot check against the printer's limits."),
    fix=_("Export the G-code without special movements, for a Klipper or Marlin printer."),
    we_can=_OTHER_FILE,
)
say(
    "GCODE_PLACEHOLDER",
    wrong=_("The file still holds placeholders of the slicer ({is})."),
    why=_("The printer does not understand them and stops or skips something important."),
    fix=_("Correct the start and end G-code in your slicer's settings and export again."),
    we_can=_LOOK,
)
say(
    "GCODE_FORBIDDEN_COMMAND",
    wrong=_("The file contains commands that change the printer itself ({is})."),
    why=_("They could alter settings, save them or run programs on the printer, for everybody who comes after you."),
    fix=_("Remove them from your slicer's start and end G-code."),
    we_can=_OTHER_FILE,
)
say(
    "GCODE_TOOL_CHANGE",
    wrong=_("The file changes between several tools or filaments ({is})."),
    why=_("The printer would take one filament for all, or wait for a change nobody makes."),
    fix=_("Export it for a single tool."),
    we_can=_LOOK,
)
say(
    "GCODE_NO_EXTRUSION",
    wrong=_("The file moves the printer but lays down no material."),
    why=_("Nothing would be printed."),
    fix=_("Export the G-code of the print itself."),
    we_can=_OTHER_FILE,
)
say(
    "GCODE_NO_TEMPERATURE",
    wrong=_("The file prints without ever setting the nozzle's temperature."),
    why=_("A cold nozzle lays down nothing and may be damaged; what was set before cannot be relied on."),
    fix=_("Set the temperatures in your slicer and export again."),
    we_can=_OTHER_FILE,
)
say(
    "GCODE_OFF_BED",
    wrong=_("The file prints beside the bed, at {is} mm; the bed is {most} mm."),
    why=_("The head would run into the frame."),
    fix=_("Choose a printer with our size of bed in your slicer, place the part on it and export again."),
    we_can=_OTHER_FILE,
)
say(
    "GCODE_BELOW_BED",
    wrong=_("The file moves below the bed, to {is} mm."),
    why=_("The nozzle would be driven into the bed."),
    fix=_("Check the Z offset in your slicer and export again."),
    we_can=_OTHER_FILE,
)
say(
    "GCODE_TOO_TALL",
    wrong=_("The print is {is} mm tall; our printers reach {most} mm."),
    why=_("The head cannot go higher and the rest would be printed into the part."),
    fix=_("Make it lower, turn it or split it."),
    we_can=_OTHER_FILE,
)
say(
    "GCODE_TOO_HOT",
    wrong=_("The file heats the nozzle to {is} °C; our printers may go to {most} °C."),
    why=_("Beyond that the hot end is damaged and gives off fumes."),
    fix=_("Lower the temperature in your slicer, or choose another material."),
    we_can=_OTHER_FILE,
)
say(
    "GCODE_BED_TOO_HOT",
    wrong=_("The file heats the bed to {is} °C; our printers may go to {most} °C."),
    why=_("The bed would never get there, and the print would never start."),
    fix=_("Lower the temperature in your slicer, or choose another material."),
    we_can=_OTHER_FILE,
)
say(
    "GCODE_TRAVEL_OFF_BED",
    wrong=_("The file moves the head beside the bed, to {is} mm, without printing there."),
    why=_("Some printers have room there (to prime or park), others do not."),
    fix=_("If you do not need it, remove it from the start and end G-code."),
    we_can=_("We can print it on a printer that has the room."),
)
say(
    "GCODE_PAUSES",
    wrong=_("The file stops {times} times and waits for somebody."),
    why=_("Nobody may be there at that moment, and the printer stands still until then."),
    fix=_("Remove the pauses if they are not meant."),
    we_can=_("We can attend to them in working hours; it takes longer."),
)
say(
    "GCODE_NO_TIME",
    wrong=_("The file does not say how long it takes."),
    why=_("We reckon with the bare movements, which is always too short, so it may cost and take more."),
    fix=_("Export it with a slicer that writes its estimate into the file."),
    we_can=_OTHER_FILE,
)
say(
    "GCODE_STAYS_HOT",
    wrong=_("The file ends with the nozzle still at {is} °C."),
    why=_("The printer would stay hot after the print, and material burns in the nozzle."),
    fix=_("Turn the heaters off in your slicer's end G-code."),
    we_can=_("We turn them off ourselves when the print is over."),
)
say(
    "GCODE_PRIMING_CROSSES",
    wrong=_("The lines that prime the nozzle run through where the part is printed."),
    why=_("The part would be printed onto them: its underside gets a ridge, or it comes loose."),
    fix=_("Place the part elsewhere on the bed, or move the priming lines in your start G-code."),
    we_can=_OTHER_FILE,
)
