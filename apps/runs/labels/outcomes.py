"""Refusals about outcomes of parts and about incidents."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.journal.refusals import declare

declare(
    "outcome-recorded",
    status=409,
    title=_("This part has an outcome"),
    detail=_("What became of this part in this attempt is recorded already."),
    fix=_("Record a correction that names the first record."),
    constraint="one_first_outcome_per_part",
)
declare(
    "outcome-corrected",
    status=409,
    title=_("This was corrected already"),
    detail=_("Another record already corrects this one."),
    fix=_("Correct the latest record instead."),
    constraint="an_outcome_is_corrected_once",
)
declare(
    "outcome-without-reason",
    status=422,
    title=_("Why did it fail?"),
    detail=_("A failed part carries a reason."),
    fix=_('Choose the reason; "Not known" needs a note.'),
    constraint="failed_parts_carry_a_reason",
)
declare(
    "good-part-with-reason",
    status=422,
    title=_("Good, with a reason?"),
    detail=_("A good part carries no reason for failing."),
    fix=_("Leave the reason out, or choose another outcome."),
    constraint="good_parts_carry_no_reason",
)
declare(
    "outcome-without-note",
    status=422,
    title=_("What did you see?"),
    detail=_("A reason that is not known needs a note, so that somebody can find out later."),
    fix=_("Write what you saw."),
    constraint="unknown_part_reasons_carry_a_note",
)
declare(
    "outcome-reason-unmapped",
    status=422,
    title=_("What does your reason count as?"),
    detail=_("A reason of your own is kept beside the general one it counts under."),
    fix=_("Give the general reason too."),
    constraint="own_part_reasons_map_to_a_canonical_one",
)
declare(
    "outcome-corrects-itself",
    status=422,
    title=_("It corrects itself"),
    detail=_("A correction is a further record about the same part."),
    fix=_("Name the record that was wrong."),
    constraint="no_outcome_corrects_itself",
)
declare(
    "outcome-unsigned",
    status=422,
    title=_("Who said so?"),
    detail=_("An outcome names who or what recorded it."),
    fix=_("Say who."),
    constraint="outcomes_say_who",
)
declare(
    "outcome-photo-exists",
    status=409,
    title=_("There is a photo in this place"),
    detail=_("The photos of an outcome are numbered, and this number is taken."),
    fix=_("Use the next number."),
    constraint="one_outcome_photo_per_position",
)
declare(
    "outcome-photo-misplaced",
    status=422,
    title=_("Photos are counted from 0"),
    detail=_("The place of a photo is a whole number of 0 or more."),
    fix=_("Number the photos from 0."),
    constraint="outcome_photo_position_at_least_0",
)
declare(
    "outcome-photos-many",
    status=409,
    title=_("There are many photos already"),
    detail=_("An outcome has at most {most} photos."),
    fix=_("Keep those that show it best: what is there stays."),
)
declare(
    "incident-open",
    status=409,
    title=_("This incident is open already"),
    detail=_("Failures with this cause belong to the incident that is open."),
    fix=_("Add the attempt to that one."),
    constraint="one_open_incident_per_cause",
)
declare(
    "incident-ends-before-it-begins",
    status=422,
    title=_("It ends before it begins"),
    detail=_("The last sign of an incident is not before the first."),
    fix=_("Check the times."),
    constraint="incident_began_at_not_after_until",
)
declare(
    "incident-release-undated",
    status=422,
    title=_("When was it released?"),
    detail=_("A released incident says when; an open one does not."),
    fix=_("Release it with its command."),
    constraint="released_incidents_say_when",
)
declare(
    "incident-release-unsigned",
    status=422,
    title=_("Who released it?"),
    detail=_("Releasing an incident names who did it and when."),
    fix=_("Give both."),
    constraint="released_incidents_say_who",
)
declare(
    "attempt-in-incident",
    status=409,
    title=_("It belongs to this incident already"),
    detail=_("The incident already names this attempt."),
    fix=_("Nothing needs to be done."),
    constraint="an_incident_names_a_run_once",
)
declare(
    "incident-printer-twice",
    status=409,
    title=_("It belongs to this incident already"),
    detail=_("The incident already names this printer."),
    fix=_("Nothing to do."),
    constraint="an_incident_names_a_printer_once",
)
declare(
    "incident-released",
    status=409,
    title=_("It is released already"),
    detail=_("{by} let work start again on these printers."),
    fix=_("Nothing to do. What is still missing is a clear bed, printer by printer."),
)
declare(
    "printer-not-held",
    status=409,
    title=_("This incident does not hold it"),
    detail=_("{printers} is not held by this incident: it was never taken by it, or is released already."),
    fix=_("Open the incident again and tick the printers there."),
)
declare(
    "printer-still-silent",
    status=409,
    title=_("It does not answer yet"),
    detail=_("{printers} is still silent, so nobody can say that it is fit to work."),
    fix=_("Release those that are back; the others when they are."),
)
declare(
    "printer-in-incident",
    status=409,
    title=_("The printer is part of an incident"),
    detail=_("One cause stopped it together with others, and nobody has let work start again there."),
    fix=_("Open the incident, see to its printers, and release it."),
)
