"""Money goes back: asked for, sent once, or not."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from apps.journal import locks
from apps.journal.commands import command
from apps.journal.context import Context
from apps.journal.event import Subject
from apps.journal.recording import record
from apps.journal.refusals import Invalid, NotFound
from apps.orders import changes, events
from apps.orders.labels.payments import AMOUNT_INVALID, NOTE_MISSING
from apps.orders.models import Intent, Refund
from apps.orders.states import Provider, RefundReason, RefundState


@command("orders.request_refund")
def request_refund(ctx: Context, *, intent_id: UUID, expected_version: int, amount_minor: int, note: str) -> tuple[UUID, ...]:
    """Give money back without changing what was promised, and return the refunds (one for each payment it is taken from). Sending is owed.

    Raises:
        NotFound: no such order.
        StaleVersion: the order changed since the asker looked, also by somebody else's refund.
        Invalid: less than the smallest coin, or no reason given.
        Refusal: ``refund-too-much``: never more than what came in and is still here.
    """
    locks.intent(intent_id)
    intent = Intent.at_version(intent_id, expected_version)
    if isinstance(amount_minor, bool) or not isinstance(amount_minor, int) or amount_minor < 1:
        raise Invalid({"amount_minor": str(AMOUNT_INVALID)})
    if not note.strip():
        raise Invalid({"note": str(NOTE_MISSING)})
    refunds = changes.request_refunds(ctx, intent, amount_minor=amount_minor, reason=RefundReason.GOODWILL, note=note.strip())
    intent.save_changes()  # its version: of two who give the same money back one must look again
    return tuple(refund.pk for refund in refunds)


@command("orders.issue_refund")
def issue_refund(ctx: Context, *, refund_id: UUID, external_id: str, occurred_at: datetime | None = None) -> None:
    """Book that a refund was sent: by the provider, or (``manual``) by the person who says so. Does nothing when it was booked already.

    Raises:
        NotFound: no such refund.
        Refusal: ``money-booked``: this id belongs to another refund.
        IllegalTransition: it failed before.
    """
    refund, intent = _locked(refund_id)
    if refund.state == RefundState.ISSUED:
        return
    entry = changes.book_refund(
        ctx,
        intent,
        payment=refund.payment,
        amount_minor=refund.amount_minor,
        provider=Provider(refund.provider),
        external_id=external_id,
        occurred_at=occurred_at or ctx.now,
    )
    refund.issue(external_id=external_id, entry=entry, now=ctx.now)
    refund.save_changes("state", "external_id", "entry", "settled_at")


@command("orders.fail_refund")
def fail_refund(ctx: Context, *, refund_id: UUID, code: str) -> None:
    """Note that the provider would not send a refund, so that a person sees to it; does nothing when it is settled.

    Raises:
        NotFound: no such refund.
    """
    refund, intent = _locked(refund_id)
    if refund.state != RefundState.REQUESTED:
        return
    refund.fail(code=code, now=ctx.now)
    refund.save_changes("state", "code", "settled_at")
    failed = events.RefundFailed(intent_id=intent.pk, refund_id=refund.pk, code=code)
    about = ctx.about(correlation_id=intent.pk, site_id=intent.site_id)
    record(about, event=failed, subjects=[Subject("intent", intent.pk), Subject("refund", refund.pk)])


def _locked(refund_id: UUID) -> tuple[Refund, Intent]:
    found = Refund.objects.filter(pk=refund_id).first()
    if found is None:
        raise NotFound(str(Refund._meta.verbose_name), id=str(refund_id))
    intent: Intent = locks.intent(found.intent_id)
    return Refund.objects.select_related("payment").get(pk=refund_id), intent
