"""Refusals about print attempts."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.journal.refusals import declare

declare(
    "attempt-exists",
    status=409,
    title=_("This attempt exists"),
    detail=_("The plate already has an attempt with this number."),
    fix=_("Use the next number."),
    constraint="one_run_per_attempt",
)
declare(
    "printer-taken",
    status=409,
    title=_("The printer is taken"),
    detail=_("Another print attempt is on this printer, and a printer does one at a time."),
    fix=_("Wait until it has ended, or choose another printer."),
    constraint="one_active_run_per_printer",
)
declare(
    "plate-has-an-attempt",
    status=409,
    title=_("The plate is being made already"),
    detail=_("An attempt of this plate waits or prints; a second one would make the same pieces twice."),
    fix=_("Let it end, or abort it first."),
    constraint="one_live_run_per_plate",
)
declare(
    "attempt-number-invalid",
    status=422,
    title=_("Attempts start at 1"),
    detail=_("An attempt number is a whole number from 1 on."),
    fix=_("Use 1 for the first one."),
    constraint="run_attempt_at_least_1",
)
declare(
    "progress-out-of-range",
    status=422,
    title=_("That is not a percentage"),
    detail=_("Progress is between 0 and 100 percent."),
    fix=_("Send the machine's value as percent."),
    constraint="run_progress_in_range",
)
declare(
    "layer-out-of-range",
    status=422,
    title=_("That layer does not exist"),
    detail=_("The layer is between 0 and the number of layers, and there is at least one."),
    fix=_("Read layer and total from the machine again."),
    constraint="run_layers_are_within_the_print",
)
declare(
    "run-unsigned",
    status=422,
    title=_("Who asked for it?"),
    detail=_("A print attempt names who or what asked for it."),
    fix=_("Say who."),
    constraint="runs_say_who_asked_for_them",
)
declare(
    "run-without-printer",
    status=409,
    title=_("On which printer, with which file?"),
    detail=_("An attempt that uploads, prints or is paused names its printer, what that printer was like, and the exact file."),
    fix=_("Start it through dispatch, which fixes all three."),
    constraint="runs_on_a_printer_pin_it_and_the_output",
)
declare(
    "waiting-run-with-printer",
    status=409,
    title=_("It has no printer yet"),
    detail=_("A queued attempt is on no printer; it gets one when it starts."),
    fix=_("Give the printer back, or start the attempt on it."),
    constraint="waiting_runs_have_no_printer",
)
declare(
    "run-approval-missing",
    status=409,
    title=_("Which approval does it wait for?"),
    detail=_("An attempt that waits for a person names the question that was asked."),
    fix=_("Ask for the approval first."),
    constraint="pending_runs_name_their_approval",
)
declare(
    "run-start-missing",
    status=409,
    title=_("When and where did it start?"),
    detail=_("An attempt that printed says when it started, on which printer, with which file."),
    fix=_("Record its start first."),
    constraint="printed_runs_say_when_and_where",
)
declare(
    "run-start-unsigned",
    status=422,
    title=_("Who started it?"),
    detail=_("A started attempt names who or what started it and when."),
    fix=_("Give both."),
    constraint="started_runs_say_who_started_them",
)
declare(
    "intervention-unsigned",
    status=422,
    title=_("Who helped, and when?"),
    detail=_("An attempt a person helped along names that person and the time; any other names neither."),
    fix=_("Give both."),
    constraint="interventions_say_when_and_by_whom",
)
declare(
    "run-without-reason",
    status=422,
    title=_("Why did it stop?"),
    detail=_("A paused, failed or aborted attempt carries a reason."),
    fix=_('Choose the reason; "Not known" needs a note.'),
    constraint="unhappy_runs_carry_a_reason",
)
declare(
    "run-without-cause",
    status=422,
    title=_("Who or what stopped it?"),
    detail=_("A paused, failed or aborted attempt names who or what caused it."),
    fix=_("Say who, or which machine or service."),
    constraint="unhappy_runs_say_what_caused_them",
)
declare(
    "run-reason-unmapped",
    status=422,
    title=_("What does your reason count as?"),
    detail=_("A reason of your own is kept beside the general one it counts under."),
    fix=_("Give the general reason too."),
    constraint="own_run_reasons_map_to_a_canonical_one",
)
declare(
    "run-reason-without-note",
    status=422,
    title=_("What did you see?"),
    detail=_("A reason that is not known needs a note, so that somebody can find out later."),
    fix=_("Write what you saw."),
    constraint="unknown_run_reasons_carry_a_note",
)
declare(
    "run-end-undated",
    status=422,
    title=_("When did it end?"),
    detail=_("An attempt that is over says when it ended; one that is not over does not."),
    fix=_("End it with its command."),
    constraint="ended_runs_say_when",
)
declare(
    "desync-without-evidence",
    status=422,
    title=_("What do the two sides say?"),
    detail=_("A desynced attempt shows since when, what farmos thought and what the machine says."),
    fix=_("Record both sides."),
    constraint="desynced_runs_show_their_evidence",
)
declare(
    "attention-undated",
    status=422,
    title=_("Since when does it need somebody?"),
    detail=_("An attempt that needs attention says since when."),
    fix=_("Give the time."),
    constraint="attention_has_a_beginning",
)
declare(
    "bed-clearing-unsigned",
    status=422,
    title=_("Who cleared the bed?"),
    detail=_("Clearing the bed names who did it and when."),
    fix=_("Give both."),
    constraint="cleared_beds_say_when_and_by_whom",
)
declare(
    "judgement-unsigned",
    status=422,
    title=_("Who judged it?"),
    detail=_("Judging a plate names who did it and when."),
    fix=_("Give both."),
    constraint="judged_runs_say_when_and_by_whom",
)
declare(
    "run-not-over",
    status=409,
    title=_("It is not over yet"),
    detail=_("The bed of an attempt is cleared, and its parts are judged, after it has ended."),
    fix=_("End the attempt first."),
    constraint="only_ended_runs_are_cleared_and_judged",
)
declare(
    "telemetry-exists",
    status=409,
    title=_("Kept already"),
    detail=_("The numbers of this hour of the attempt have a row already."),
    fix=_("Nothing to do: they are appended to it."),
    constraint="one_telemetry_per_hour",
)
