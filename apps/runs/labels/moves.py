"""Refusals of what cannot be done with a print attempt just now."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.journal.refusals import declare

declare(
    "step-outside-upload",
    status=409,
    title=_("It is not being started"),
    detail=_("Only an attempt that is being given to a printer says how far that has come, and it always does."),
    fix=_("Start it through dispatch."),
    constraint="uploading_runs_alone_have_a_step",
)
declare(
    "start-undated",
    status=422,
    title=_("When was the start sent?"),
    detail=_("An attempt whose start was sent says when."),
    fix=_("Record the start before it is sent."),
    constraint="sent_starts_say_when",
)
declare(
    "wish-without-printer",
    status=409,
    title=_("There is nothing to tell the machine"),
    detail=_("Only an attempt that is on a printer can be asked to pause, go on or stop."),
    fix=_("Abort a waiting attempt instead."),
    constraint="wishes_are_for_runs_on_a_printer",
)
declare(
    "wish-unsigned",
    status=422,
    title=_("Who wants it, and when?"),
    detail=_("Asking an attempt to pause, go on or stop names who asked and when."),
    fix=_("Give both."),
    constraint="wishes_say_who_and_when",
)
declare(
    "file-differs",
    status=409,
    title=_("The printer holds another file"),
    detail=_("What was read back from the printer is not, byte for byte, the file to print ({found} instead of {expected})."),
    fix=_("Send the file again; if it happens again, check the printer's storage and network."),
)
declare(
    "no-file-to-print",
    status=409,
    title=_("There is no file to print"),
    detail=_("Plate {plate} was not sliced, or its file was retired."),
    fix=_("Have it sliced, then queue it."),
)
declare(
    "nothing-to-make",
    status=409,
    title=_("There is nothing to make"),
    detail=_(
        "Plate {plate} cannot be printed as a whole: some of its parts were made, canceled or put on another plate, or await a verdict."
    ),
    fix=_("Record what became of its parts and have the failed ones printed again; they go on a new plate."),
)
declare(
    "printer-not-online",
    status=409,
    title=_("The printer is not online"),
    detail=_("Printer {printer} is not heard from ({state}); nobody can tell what it does, so nothing is started on it."),
    fix=_("Check power, network and address. The attempt stays in the queue meanwhile."),
)
declare(
    "printer-not-free",
    status=409,
    title=_("The printer is not free"),
    detail=_("Nothing can be started on printer {printer} now: {why}."),
    fix=_("Wait until it is free, or choose another printer."),
)
declare(
    "bed-not-clear",
    status=409,
    title=_("The bed is not clear"),
    detail=_("Nobody said that the bed of printer {printer} is empty. Printing onto something breaks parts and machines."),
    fix=_('Take off what is there and tap "Bed is clear".'),
)
declare(
    "bed-in-use",
    status=409,
    title=_("The bed is in use"),
    detail=_("Printer {printer} is at work: {why}. Its bed cannot be clear."),
    fix=_("Wait until it has ended."),
)
declare(
    "printer-has-no-address",
    status=409,
    title=_("There is no way to this printer"),
    detail=_("Printer {printer} has no address, or is out of the farm. Nothing was sent."),
    fix=_("Press the stop at the machine itself."),
)
declare(
    "printer-does-not-fit",
    status=409,
    title=_("The printer does not fit"),
    detail=_("Printer {printer} cannot make this plate: {misses}."),
    fix=_("Choose a printer that fits, or slice the plate for this kind of printer."),
)
declare(
    "run-not-doubtful",
    status=409,
    title=_("There is no doubt about it"),
    detail=_("Record and machine agree about this attempt ({state})."),
    fix=_("Nothing needs to be decided."),
)
declare(
    "correction-too-late",
    status=409,
    title=_("It is too late to correct this"),
    detail=_("The piece has moved on ({state}): it is or was made again, put on another plate, packed or sent."),
    fix=_("Take that back first, or record a claim."),
)
