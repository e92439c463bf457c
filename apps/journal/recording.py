"""``record``: say what happened. The command wrapper writes it last, together with everything that is owed because of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from . import canonical, envelope, event, frame, raw, subscriptions
from .context import Context
from .event import SUBJECT_KINDS, EventType, Subject
from .identity import new_id


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event noted during a command, not yet written."""

    event_id: UUID
    kind: EventType
    subjects: list[Subject]
    ctx: Context
    data: str


def record(ctx: Context, *, event: Any, subjects: Iterable[Subject]) -> UUID:
    """Note that ``event`` happened to ``subjects`` and return its id. It is written, with what is owed from it, after the command's last save.

    Raises:
        OutsideCommand: no command is running.
        ValueError: the event is about nothing or about a kind of thing nobody declared, or its values do not fit its declared types.
    """
    running = frame.require(f"recording {type(event).__name__}")
    about = list(subjects)
    if not about:
        raise ValueError(f"{type(event).__name__} must name at least one subject")
    if unknown := {subject.kind for subject in about} - set(SUBJECT_KINDS):
        raise ValueError(f"{type(event).__name__} is about {sorted(unknown)}: declare it with subject_kind() in the app's events.py")
    kind = _type_of(event)
    data = canonical.text(event)
    kind.decoder.decode(data)
    noted = Recorded(new_id(), kind, about, ctx, data)
    running.recorded.append(noted)
    return noted.event_id


def _type_of(value: Any) -> EventType:
    return event.type_of(type(value))


def writing(recorded: list[Recorded], *, command: str) -> tuple[list[raw.Statement], set[str]]:
    """Return what writes noted events, their subjects and what is owed because of them; and the lanes that get new work."""
    envelopes = [_envelope(noted, command) for noted in recorded]
    rows = [(*_columns(one), one.content_hash()) for one in envelopes]
    subjects = [(n.event_id, subject.kind, subject.id) for n in recorded for subject in dict.fromkeys(n.subjects)]
    owed = [
        (n.event_id, s.name, s.lane, "pending", n.ctx.now, n.ctx.now, 0, 0, "", "", "", 1)
        for n in recorded
        for s in subscriptions.to(n.kind.cls)
    ]
    statements = [
        *raw.inserting("journal_event", raw.EVENT_COLUMNS, rows),
        *raw.inserting("journal_eventsubject", raw.SUBJECT_COLUMNS, subjects),
        *raw.inserting("journal_delivery", raw.DELIVERY_COLUMNS, owed),
    ]
    return statements, {str(row[2]) for row in owed}


def _columns(one: envelope.Envelope) -> tuple[Any, ...]:
    return tuple(getattr(one, name) for name in raw.EVENT_COLUMNS[:-1])


def _envelope(noted: Recorded, command: str) -> envelope.Envelope:
    ctx = noted.ctx
    return envelope.Envelope(
        event_id=noted.event_id,
        type=noted.kind.name,
        schema_version=noted.kind.version,
        at=ctx.now,
        site_id=ctx.site_id,
        actor=ctx.actor.who,
        device=ctx.actor.device,
        on_behalf_of=ctx.actor.on_behalf_of,
        command=command,
        request_id=ctx.request_id,
        correlation_id=ctx.correlation_id,
        causation_id=ctx.causation_id,
        subjects=envelope.subjects_text(noted.subjects),
        data=noted.data,
    )
