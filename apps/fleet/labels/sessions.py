"""What is said when something about a print that was seen on a machine is refused."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.journal.refusals import declare

declare(
    "session-seen-already",
    status=409,
    title=_("This print was seen already"),
    detail=_("The print with this machine job id and start time is recorded."),
    fix=_("Update that record."),
    constraint="one_session_per_machine_job",
)
declare(
    "session-open-already",
    status=409,
    title=_("A print is open on this printer"),
    detail=_("A machine prints one thing at a time, and another print is still open."),
    fix=_("End that one first."),
    constraint="one_open_session_per_printer",
)
declare(
    "session-ends-before-start",
    status=422,
    title=_("It ends before it starts"),
    detail=_("The end of this print is before its start."),
    fix=_("Check the machine's clock."),
    constraint="machine_session_started_at_not_after_ended_at",
)
declare(
    "session-outcome-contradiction",
    status=422,
    title=_("How did it end?"),
    detail=_("A print that ended says how; one that runs has no end."),
    fix=_("Give the end and the outcome together."),
    constraint="ended_sessions_have_an_outcome",
)
declare(
    "session-duration-negative",
    status=422,
    title=_("A duration cannot be negative"),
    detail=_("A print lasts 0 seconds or more."),
    fix=_("Leave it empty when it is not known."),
    constraint="machine_session_duration_s_at_least_0",
)
declare(
    "session-print-time-negative",
    status=422,
    title=_("A print time cannot be negative"),
    detail=_("The time spent printing is 0 seconds or more."),
    fix=_("Leave it empty when it is not known."),
    constraint="machine_session_print_s_at_least_0",
)
declare(
    "session-print-time-too-long",
    status=422,
    title=_("Printing took longer than the whole"),
    detail=_("The time spent printing is longer than the time from start to end."),
    fix=_("Check both numbers."),
    constraint="machine_session_print_s_not_after_duration_s",
)
declare(
    "session-filament-negative",
    status=422,
    title=_("Filament cannot be negative"),
    detail=_("A print uses 0 millimetres or more."),
    fix=_("Leave it empty when it is not known."),
    constraint="machine_session_filament_mm_at_least_0",
)
declare(
    "session-ownership-contradiction",
    status=422,
    title=_("Ours or not?"),
    detail=_("A print of ours names its attempt; a foreign one names none."),
    fix=_("Name the attempt, or mark the print as foreign."),
    constraint="sessions_are_ours_or_foreign",
)
declare(
    "session-not-claimable",
    status=409,
    title=_("This print cannot be claimed"),
    detail=_("Only a foreign print that has ended can be claimed for an order, and the claim says for what, when and by whom."),
    fix=_("Wait until it has ended; prints of ours belong to their order already."),
    constraint="only_ended_foreign_sessions_are_claimed",
)
declare(
    "session-claimed-before-end",
    status=422,
    title=_("Claimed before it ended"),
    detail=_("A print can be claimed only after its end."),
    fix=_("Check the times."),
    constraint="machine_session_ended_at_not_after_claimed_at",
)
declare(
    "session-claimed",
    status=409,
    title=_("This print was claimed already"),
    detail=_(
        "A claim is kept as it was made, with who made it. A piece that was claimed wrongly is rejected in QA, and is then owed again."
    ),
    fix=_("Reject the pieces in QA that this print did not make."),
)
