"""What a provider's message came to: applied, nothing to do, waiting, or for a person."""

from __future__ import annotations

from apps.journal import recording
from apps.journal.context import Context
from apps.journal.event import Subject
from apps.orders import events
from apps.orders.models import Intent, WebhookMessage
from apps.orders.payments import Message
from apps.orders.states import WebhookState


def leave(ctx: Context, message: WebhookMessage, state: WebhookState, code: str) -> str:
    """Leave a message ignored, parked or for a person, say why, and return its state."""
    if message.state == state:
        return str(message.state)
    match state:
        case WebhookState.IGNORED:
            message.ignore(code=code, now=ctx.now)
        case WebhookState.PARKED:
            message.park(code=code)
        case _:
            message.ask(code=code)
    message.save_changes("state", "code", "attempts", "settled_at", "intent", "entry")
    left = events.WebhookLeft(webhook_id=message.pk, state=message.state, code=code)
    about = ctx if message.intent is None else ctx.about(correlation_id=message.intent.pk, site_id=message.intent.site_id)
    subjects = [Subject("webhook", message.pk)]
    if message.intent is not None:
        subjects.append(Subject("intent", message.intent.pk))
    recording.record(about, event=left, subjects=subjects)
    return str(message.state)


def ask(ctx: Context, message: WebhookMessage, said: Message, intent: Intent, code: str) -> str:
    """Let a person decide about money that does not fit, and return the message's state."""
    message.ask(code=code)
    message.save_changes("state", "code", "attempts", "intent", "entry")
    required = events.PaymentReviewRequired(intent_id=intent.pk, code=code, amount_minor=said.amount_minor, currency=said.currency)
    about = ctx.about(correlation_id=intent.pk, site_id=intent.site_id)
    recording.record(about, event=required, subjects=[Subject("intent", intent.pk), Subject("webhook", message.pk)])
    return str(message.state)


def finish(ctx: Context, message: WebhookMessage) -> str:
    """Mark a message as applied and return its state. What it did is recorded by whoever did it."""
    message.apply(now=ctx.now)
    message.save_changes("state", "attempts", "settled_at", "intent", "entry")
    return str(message.state)
