"""What is said when something about a printer is refused."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.catalog.models import declare_capability_words
from apps.journal.refusals import declare

NOTE_NEEDED = _("is needed: say what you found")

declare_capability_words("printer", "capability")
declare(
    "printer-code-taken",
    status=409,
    title=_("This printer code is taken"),
    detail=_("The site already has a printer with this code."),
    fix=_("Choose another code."),
    constraint="one_printer_per_code",
)
declare(
    "printer-address-taken",
    status=409,
    title=_("There is a printer at this address"),
    detail=_("Another printer of this site in service has this address; two records of one machine would both send it work."),
    fix=_("Use that printer, correct its address, or retire it first."),
    constraint="one_printer_per_address",
)
declare(
    "run-on-another-printer",
    status=409,
    title=_("This attempt is on another printer"),
    detail=_("A print attempt runs on one printer, and this one is open on another."),
    fix=_("End it there first."),
    constraint="one_printer_per_open_run",
)
declare(
    "printer-unnamed",
    status=422,
    title=_("The printer needs a code and a name"),
    detail=_("A printer without a code or a name could not be told from others."),
    fix=_("Give it both."),
    constraint="printers_have_a_code_and_a_name",
)
declare(
    "degraded-without-reason",
    status=422,
    title=_("Why is it degraded?"),
    detail=_("A degraded printer carries a reason; one that is OK carries none."),
    fix=_("Give the reason."),
    constraint="degraded_printers_say_why",
)
declare(
    "printer-occupancy-contradiction",
    status=409,
    title=_("Whose work is on it?"),
    detail=_("A printer that prints for us names the attempt; a free one names none."),
    fix=_("Refresh the printer's state."),
    constraint="our_printers_name_their_run",
)
declare(
    "retired-printer-busy",
    status=409,
    title=_("Something is on this printer"),
    detail=_("A printer can leave the farm only when nothing is printing on it."),
    fix=_("Wait for the print to end, or stop it, then retire the printer."),
    constraint="retired_printers_are_free",
)
declare(
    "bed-note-incomplete",
    status=422,
    title=_("Who said the bed is clear?"),
    detail=_('A kept "bed is clear" says when and by whom.'),
    fix=_("Give both or neither."),
    constraint="bed_notes_say_when_and_by_whom",
)
declare(
    "online-without-sighting",
    status=422,
    title=_("When was it seen?"),
    detail=_("A printer that is online has been heard from at some time."),
    fix=_("Give the time it was last seen."),
    constraint="online_printers_were_seen",
)
declare(
    "printer-nozzle-invalid",
    status=422,
    title=_("That nozzle cannot be right"),
    detail=_("A nozzle's diameter is micrometres, between 50 and 5000."),
    fix=_("Check the unit: 0.4 mm is 400. Leave it empty when it is not known."),
    constraint="printer_nozzle_diameter_um_in_range",
)
declare(
    "confidence-out-of-range",
    status=422,
    title=_("Confidence is between 0 and 1"),
    detail=_("0 is none, 1 is full confidence."),
    fix=_("Use a number from 0 to 1."),
    constraint="printer_confidence_in_range",
)
declare(
    "confidence-without-source",
    status=422,
    title=_("Where does the confidence come from?"),
    detail=_("A confidence comes from recent prints or from a person; without either it is not known."),
    fix=_("Say where it comes from, or leave it unknown."),
    constraint="confidence_says_where_from",
)
declare(
    "confidence-without-reason",
    status=422,
    title=_("Why this confidence?"),
    detail=_("A confidence set by a person carries their reason."),
    fix=_("Give the reason."),
    constraint="manual_confidence_says_why",
)
declare(
    "printed-time-negative",
    status=422,
    title=_("Printed time cannot be negative"),
    detail=_("A printer cannot have printed less than nothing."),
    fix=_("Check the seconds."),
    constraint="printer_printed_s_at_least_0",
)
declare(
    "nozzle-time-negative",
    status=422,
    title=_("Nozzle time cannot be negative"),
    detail=_("A nozzle cannot have printed less than nothing."),
    fix=_("Check the seconds."),
    constraint="printer_nozzle_s_at_least_0",
)
declare(
    "printer-filament-negative",
    status=422,
    title=_("Filament cannot be negative"),
    detail=_("A printer cannot have pushed less than nothing."),
    fix=_("Check the millimetres."),
    constraint="printer_filament_mm_at_least_0",
)
declare(
    "capability-exists",
    status=409,
    title=_("The printer has a capability record"),
    detail=_("Each printer has one capability record, and this one has it."),
    fix=_("Change that record."),
    constraint="fleet_capability.printer_id",
)
declare(
    "calibration-unsigned",
    status=422,
    title=_("Who calibrated it?"),
    detail=_("A calibration says who did it."),
    fix=_("Name the person or service."),
    constraint="calibrations_say_by_whom",
)
declare(
    "calibration-without-value",
    status=422,
    title=_("What was measured?"),
    detail=_("Extruder steps, flow factor and pressure advance are numbers."),
    fix=_("Give the measured value."),
    constraint="measured_calibrations_have_a_value",
)
declare(
    "calibration-value-negative",
    status=422,
    title=_("That value cannot be right"),
    detail=_("A measured calibration value is 0 or more."),
    fix=_("Check the value and its unit."),
    constraint="calibration_value_at_least_0",
)
declare(
    "calibration-nozzle-invalid",
    status=422,
    title=_("That nozzle cannot be right"),
    detail=_("A nozzle's diameter is micrometres and more than nothing."),
    fix=_("Check the unit: 0.4 mm is 400."),
    constraint="calibration_nozzle_diameter_um_at_least_1",
)
declare(
    "feed-exists",
    status=409,
    title=_("There is such a feed"),
    detail=_("The printer already has a feed at this position."),
    fix=_("Load that one."),
    constraint="one_feed_per_position",
)
declare(
    "spool-loaded-elsewhere",
    status=409,
    title=_("This spool is loaded elsewhere"),
    detail=_("A spool is in one feed at a time, and this one is in another."),
    fix=_("Unload it there first, or check the code."),
    constraint="one_feed_per_spool",
)
declare(
    "feed-position-invalid",
    status=422,
    title=_("That feed position cannot be used"),
    detail=_("Feeds are counted from 0."),
    fix=_("Use 0 for the first feed."),
    constraint="feed_position_at_least_0",
)
declare(
    "feed-contradiction",
    status=422,
    title=_("Which spool is in it?"),
    detail=_("A loaded feed names its spool; an empty or unknown one names none."),
    fix=_("Say which spool is loaded, or that the feed is empty or not known."),
    constraint="loaded_feeds_name_their_spool",
)
declare(
    "feed-unsigned",
    status=422,
    title=_("Who looked?"),
    detail=_("What is in a feed is known because somebody or something looked."),
    fix=_("Name them, or leave the feed unknown."),
    constraint="known_feeds_say_by_whom",
)
declare(
    "printer-busy",
    status=409,
    title=_("Another attempt has this printer"),
    detail=_("{printer} is taken by an attempt that has not ended."),
    fix=_("Wait until it has ended, or end it, then try again."),
)
declare(
    "printer-retired",
    status=409,
    title=_("This printer left the farm"),
    detail=_("{printer} was retired; its history stays, it takes no work."),
    fix=_("Register it anew if it is back."),
)
declare(
    "printer-class-not-released",
    status=409,
    title=_("This printer class is not released"),
    detail=_("{printer_class} is {state}; a printer belongs to a released version, which never changes."),
    fix=_("Release it, or choose a released version."),
)
declare(
    "access-key-unreadable",
    status=409,
    title=_("The kept access key cannot be read"),
    detail=_("The access key of {printer} was encrypted with another secret key than the farm has now."),
    fix=_("Enter the printer's access key again, or bring the old secret key back."),
)
declare(
    "degraded-without-note",
    status=422,
    title=_("What is wrong with it?"),
    detail=_("The reason is not known, so whoever checks the printer needs a note."),
    fix=_("Say in a few words what you saw, or choose a reason."),
)
declare(
    "checklist-incomplete",
    status=422,
    title=_("Not everything is checked yet"),
    detail=_("{printer} was taken out of work; it comes back when somebody looked at everything on its list. Left: {left}."),
    fix=_("Look at what is left, then tick it."),
)
declare(
    "print-on-bed",
    status=409,
    title=_("Something prints on it"),
    detail=_("{printer} is at a print, so its bed cannot be clear."),
    fix=_("Wait until the print has ended, take it off, then say that the bed is clear."),
)
declare(
    "maintenance-interval-invalid",
    status=422,
    title=_("That is no number of hours"),
    detail=_("A service is due after some time of printing."),
    fix=_("Give whole hours, or leave it empty."),
    constraint="printer_service_every_s_at_least_1",
)
declare(
    "maintenance-hours-negative",
    status=422,
    title=_("Printed hours cannot be negative"),
    detail=_("The hours at a service are those the machine had printed by then."),
    fix=_("Record the service with its command."),
    constraint="printer_serviced_s_at_least_0",
)
declare(
    "maintenance-unsigned",
    status=422,
    title=_("Who serviced it, and when?"),
    detail=_("A service says when and by whom."),
    fix=_("Record it with its command."),
    constraint="services_say_when_and_by_whom",
)
