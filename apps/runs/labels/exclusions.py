"""Refusals about leaving single parts out of a print."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.journal.refusals import declare

declare(
    "part-left-out",
    status=409,
    title=_("It is left out already"),
    detail=_("Part {slot} is left out of this print, or somebody has asked for it."),
    fix=_("Nothing to do. Watch the page until the printer was seen doing it."),
)
declare(
    "part-left-out-twice",
    status=409,
    title=_("It is left out already"),
    detail=_("A part of an attempt is left out once."),
    fix=_("Nothing to do: look at the attempt again."),
    constraint="a_part_is_left_out_once",
)
declare(
    "last-part-left",
    status=409,
    title=_("Nothing would be left to print"),
    detail=_("It is the last part that this print still makes."),
    fix=_("Stop the print instead."),
)
declare(
    "run-in-doubt",
    status=409,
    title=_("Record and machine disagree"),
    detail=_("Nobody can tell what the printer prints, so no part of it can be left out."),
    fix=_("Settle the doubt first, on the page of the attempt."),
)
declare(
    "printer-cannot-exclude",
    status=409,
    title=_("The printer cannot leave out single parts"),
    detail=_("Printer {printer} is connected by {software}, which cannot do that."),
    fix=_("Let the print go on and say afterwards what became of each part, or stop it."),
)
declare(
    "printer-not-heard",
    status=409,
    title=_("The printer is not heard from"),
    detail=_("Printer {printer} is not online ({state}): what it is told now, nobody can see it do."),
    fix=_("Check power and network, then ask again."),
)
declare(
    "file-names-no-parts",
    status=409,
    title=_("The file names no parts"),
    detail=_(
        "Nothing in the G-code tells the printer where one part ends and another begins, so none can be left out without touching the others."
    ),
    fix=_("Let the print go on, or stop it. Plates that farmos slices name their parts; ready-made G-code does not."),
)
declare(
    "parts-not-recorded",
    status=409,
    title=_("Nobody noted what the printer calls the parts"),
    detail=_("This plate was sliced before farmos kept the names of its parts with the file, so none can be left out without guessing."),
    fix=_("Let the print go on, or stop it and have the parts made again: what is sliced from now on can leave parts out."),
)
declare(
    "part-not-labelled",
    status=409,
    title=_("The file does not name this part"),
    detail=_(
        "Nothing in the G-code tells the printer where part {slot} begins and ends, so it cannot be left out without touching the others."
    ),
    fix=_("Let the print go on, or stop it. Plates that farmos slices name their parts; ready-made G-code does not."),
)
declare(
    "exclusion-unsigned",
    status=422,
    title=_("Who wants it left out, when and why?"),
    detail=_("Leaving a part out names who asked, when, and the reason; what was done at the printer names none of these."),
    fix=_("Give all three."),
    constraint="wanted_exclusions_say_who_when_and_why",
)
declare(
    "exclusion-unasked",
    status=422,
    title=_("Who asked for it?"),
    detail=_("A part that nobody asked to leave out is on record only when the printer was seen to leave it out."),
    fix=_("Say who asked."),
    constraint="only_the_machine_excludes_unasked",
)
declare(
    "exclusion-without-note",
    status=422,
    title=_("What did you see?"),
    detail=_("A reason that is not known needs a note, so that somebody can find out later."),
    fix=_("Write what you saw."),
    constraint="unknown_exclusion_reasons_carry_a_note",
)
declare(
    "exclusion-unsettled",
    status=422,
    title=_("Is it done, and since when?"),
    detail=_("A part that was left out, or that nobody tries to leave out any more, says since when; one that is only asked for does not."),
    fix=_("Settle it with its command."),
    constraint="settled_exclusions_say_when",
)
declare(
    "exclusion-dropped-without-cause",
    status=422,
    title=_("Why was it not done?"),
    detail=_("A part that was wanted left out and was not says why; any other does not."),
    fix=_("Give the cause."),
    constraint="dropped_exclusions_say_why",
)
declare(
    "left-out-negative",
    status=422,
    title=_("Fewer than none?"),
    detail=_("The number of parts that are left out is not negative."),
    fix=_("Count them again."),
    constraint="run_left_out_at_least_0",
)
