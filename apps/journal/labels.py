"""The words of the journal's own constraints (those of the HTTP edge are in ``http/labels.py``)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from .http import labels as of_the_http_edge  # noqa: F401 - importing declares them
from .refusals import declare

declare(
    "event-recorded-already",
    status=409,
    title=_("Recorded already"),
    detail=_("An event with this id is in the log."),
    fix=_("Nothing to do: it happened once and is recorded once."),
    constraint="journal_event.event_id",
)
declare(
    "sequence-taken",
    status=409,
    title=_("The place in the log is taken"),
    detail=_("Another event has this sequence number."),
    fix=_("Let the sequencer give out sequence numbers."),
    constraint="journal_event.feed_seq",
)
declare(
    "sequence-without-hash",
    status=409,
    title=_("Sequence without hash"),
    detail=_("An event gets its sequence number and its hash together, or neither."),
    fix=_("Let the sequencer give out sequence numbers."),
    constraint="event_sequence_comes_with_its_hash",
)
declare(
    "subject-named-already",
    status=409,
    title=_("Named already"),
    detail=_("The event names this subject already."),
    fix=_("Name each subject once."),
    constraint="event_names_a_subject_once",
)
declare(
    "effect-owed-already",
    status=409,
    title=_("Owed already"),
    detail=_("This effect of this event is owed already; it is done once."),
    fix=_("Nothing to do."),
    constraint="an_effect_is_owed_once",
)
declare(
    "lease-incomplete",
    status=409,
    title=_("Lease incomplete"),
    detail=_("An effect in hand names its holder and when the lease ends; one not in hand names neither."),
    fix=_("Claim effects through the lanes."),
    constraint="a_lease_has_an_owner_and_an_end",
)
declare(
    "effect-end-incomplete",
    status=409,
    title=_("End incomplete"),
    detail=_("An effect that has ended says when; one that has not does not."),
    fix=_("End effects through the lanes."),
    constraint="ended_effects_say_when",
)
declare(
    "reason-missing",
    status=422,
    title=_("A reason is missing"),
    detail=_("An effect that a person closes needs a reason."),
    fix=_("Say why it need not be done."),
    constraint="closed_effects_say_why",
)
declare(
    "receipt-exists",
    status=409,
    title=_("Key in use"),
    detail=_("This idempotency key has a receipt already."),
    fix=_("Repeat the request with the same key to get its answer."),
    constraint="one_receipt_per_key",
)
declare(
    "heartbeat-exists",
    status=409,
    title=_("Process known already"),
    detail=_("This process has a heartbeat row already."),
    fix=_("Nothing to do: it is updated in place."),
    constraint="one_heartbeat_per_process",
)
declare(
    "heartbeat-pid",
    status=422,
    title=_("Not a process id"),
    detail=_("A process id is at least 1."),
    fix=_("Nothing to do by hand: processes report themselves."),
    constraint="heartbeat_pid_at_least_1",
)
declare(
    "request-anonymous",
    status=422,
    title=_("Nobody asks"),
    detail=_("A request names who asks."),
    fix=_("Sign in, then ask again."),
    constraint="requests_say_who_asks",
)
declare(
    "request-settled-undated",
    status=409,
    title=_("Answer without a date"),
    detail=_("A request that was answered says when; one that was not does not."),
    fix=_("Answer requests by their commands."),
    constraint="settled_requests_say_when",
)
declare(
    "request-rejected-unsaid",
    status=409,
    title=_("Rejected without a reason"),
    detail=_("A request that was rejected says why; others do not."),
    fix=_("Answer requests by their commands."),
    constraint="rejected_requests_say_why",
)
declare(
    "action-unknown",
    status=422,
    title=_("Unknown action"),
    detail=_("farmos does not know the action {action}. It knows: {known}."),
    fix=_("Ask for one of these."),
)
