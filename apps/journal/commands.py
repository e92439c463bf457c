"""``@command``: one verb, one function, one transaction. And the journal's own commands: what a person does with a dead letter."""

from __future__ import annotations

import functools
import inspect
import json
import logging
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, TypeVar
from uuid import UUID

from django.db import Error, connection, transaction
from django.utils.translation import gettext as _
from django_fsm import TransitionNotAllowed, get_available_FIELD_transitions

from . import actions, canonical, events, frame, integrity, leases, logs, raw, recording, results, sequencer, wakeups
from .context import Context
from .event import Subject
from .models import ActionRequest, Delivery
from .refusals import IllegalTransition, Invalid, NotFound, Refusal, StaleVersion
from .states import DeliveryState

P = ParamSpec("P")
R = TypeVar("R")

ATTEMPTS = 3
"""How often a transaction is tried when the database chose it as the victim of a deadlock."""

log = logging.getLogger("farmos.commands")
_KIND = "owed effect"
_registered: dict[str, Callable[..., Any]] = {}


def all_commands() -> dict[str, Callable[..., Any]]:
    """Return every command by its public name."""
    return dict(_registered)


def command(name: str) -> Callable[[Callable[Concatenate[Context, P], R]], Callable[Concatenate[Context, P], R]]:
    """Make a function the one way to do ``name``.

    The function runs in one durable transaction of its own. The same actor, name and ``ctx.key`` happen once: a repeat gets the first answer, a
    concurrent repeat waits for it. What it records is written last, with the effects owed from it. A ``Refusal`` it returns is a stored answer;
    one that it raises leaves nothing behind.

    Args:
        name: ``<app>.<verb>``.

    Raises (from the decorated function):
        Refusal: what was refused: stale versions, illegal moves, violated constraints (by their declared words), ``key-reused``, ``busy``,
            ``unavailable``.
        RuntimeError: called inside a transaction or another command, or it changed rows without recording an event. Both are bugs.
    """

    def decorate(function: Callable[Concatenate[Context, P], R]) -> Callable[Concatenate[Context, P], R]:
        if name in _registered:
            raise ValueError(f"command {name} is declared twice")
        signature = inspect.signature(function)

        @functools.wraps(function)
        def run(ctx: Context, /, *args: P.args, **kwargs: P.kwargs) -> R:
            if frame.current() is not None:
                raise RuntimeError(f"{name} was called inside {frame.current().command}; use a function in changes.py")  # type: ignore[union-attr]
            bound = signature.bind(ctx, *args, **kwargs)
            bound.apply_defaults()
            arguments = {key: value for key, value in bound.arguments.items() if key != "ctx"}
            fingerprint = canonical.digest(arguments)
            with logs.bound(command=name, request_id=ctx.request_id or None, correlation_id=ctx.correlation_id):
                answer: R = _attempt_until_settled(name, ctx, fingerprint, lambda: function(ctx, *args, **kwargs))
            return answer

        _registered[name] = run
        run.command_name = name  # type: ignore[attr-defined]
        return run

    return decorate


def _attempt_until_settled(name: str, ctx: Context, fingerprint: bytes, body: Callable[[], Any]) -> Any:
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return _once(name, ctx, fingerprint, body)
        except Error as error:
            if integrity.may_retry(error) and attempt < ATTEMPTS:
                log.info("command %s lost a deadlock, trying again", name)
                continue
            refusal = integrity.refusal_for(error)
            if refusal is None:
                raise
            if refusal.code == "unavailable":
                connection.close()  # so that the next attempt connects anew
            log.info("command %s refused: %s (%s)", name, refusal.code, type(error).__name__)  # the error's text may quote the row
            raise refusal from error
    raise AssertionError("unreachable")


def _once(name: str, ctx: Context, fingerprint: bytes, body: Callable[[], Any]) -> Any:
    with transaction.atomic(durable=True):
        receipt = raw.claim_receipt(actor=ctx.actor.who, command=name, key=ctx.key, fingerprint=fingerprint, now=ctx.now)
        if receipt is None:
            return _replay(name, ctx, fingerprint)
        with frame.entered(frame.Frame(command=name, ctx=ctx)) as running:
            result = _run(body)
        if running.wrote and not running.recorded:
            raise RuntimeError(f"{name} changed {sorted(running.wrote)} without recording an event")
        statements, lanes = recording.writing(running.recorded, command=name)
        raw.execute([*statements, raw.finishing_receipt(receipt, results.dump(result))])
        if running.recorded:
            sequencer.place_in_transaction()
        wakeups.wake_after_commit(lanes)
    return result


def _run(body: Callable[[], Any]) -> Any:
    try:
        return body()
    except TransitionNotAllowed as refused:
        raise _illegal(refused) from refused


def _illegal(refused: TransitionNotAllowed) -> IllegalTransition:
    """Say which move was not possible, from where, and which are."""
    row, method = refused.object, refused.method
    meta = method._django_fsm
    field = meta.field if hasattr(meta.field, "attname") else row._meta.get_field(meta.field)
    allowed = sorted({move.name for move in get_available_FIELD_transitions(row, field)})
    state = str(getattr(row, field.attname))
    return IllegalTransition(str(row._meta.verbose_name), str(row.pk), move=method.__name__, state=state, allowed=allowed)


def _replay(name: str, ctx: Context, fingerprint: bytes) -> Any:
    found = raw.read_receipt(actor=ctx.actor.who, command=name, key=ctx.key)
    if found is None:
        raise Refusal("busy")
    kept, result = found
    if kept != fingerprint:
        raise Refusal("key-reused", command=name)
    return results.load(result)


@command("journal.give_up_delivery")
def give_up_delivery(ctx: Context, *, delivery_id: int, fence: int, error: str) -> bool:
    """Stop trying an owed effect and show it to a person; return False when someone else holds it by now.

    Args:
        ctx: The lane's own context.
        delivery_id: The effect.
        fence: The claim under which it failed; a newer claim wins.
        error: What went wrong, in words, for the card.
    """
    if not leases.bury(delivery_id, fence=fence, error=error):
        return False
    delivery = Delivery.objects.select_related("event").get(pk=delivery_id)
    gave_up = events.EffectGaveUp(
        delivery=delivery_id, subscriber=delivery.subscriber, attempts=delivery.attempts, caused_by=delivery.event.type
    )
    recording.record(_in_its_story(ctx, delivery), event=gave_up, subjects=_subjects(delivery))
    return True


@command("journal.retry_delivery")
def retry_delivery(ctx: Context, *, delivery_id: int, expected_version: int) -> None:
    """Try a given-up effect again, from its first attempt.

    Raises:
        NotFound: no such effect.
        StaleVersion: it changed since the asker looked.
        IllegalTransition: it was not given up.
    """
    delivery = _dead(delivery_id, expected_version, move="try again")
    change = {"state": DeliveryState.PENDING, "attempts": 0, "available_at": ctx.now, "ended_at": None}
    _change(delivery, **change)
    recording.record(
        _in_its_story(ctx, delivery),
        event=events.EffectRetried(delivery=delivery_id, subscriber=delivery.subscriber),
        subjects=_subjects(delivery),
    )
    wakeups.wake_after_commit({delivery.lane})


@command("journal.abandon_delivery")
def abandon_delivery(ctx: Context, *, delivery_id: int, expected_version: int, note: str) -> None:
    """Close a given-up effect for good, with a reason: it will not be done.

    Raises:
        Invalid: no reason given.
        NotFound, StaleVersion, IllegalTransition: as for ``retry_delivery``.
    """
    if not note.strip():
        raise Invalid({"note": str(_("Say why it need not be done."))})
    delivery = _dead(delivery_id, expected_version, move="close")
    _change(delivery, state=DeliveryState.ABANDONED, note=note.strip()[:2000], ended_at=ctx.now)
    recording.record(
        _in_its_story(ctx, delivery),
        event=events.EffectAbandoned(delivery=delivery_id, subscriber=delivery.subscriber),
        subjects=_subjects(delivery),
    )


def _dead(delivery_id: int, expected_version: int, *, move: str) -> Delivery:
    delivery = Delivery.objects.select_related("event").filter(pk=delivery_id).first()
    if delivery is None:
        raise NotFound(_KIND, id=str(delivery_id))
    if delivery.version != expected_version:
        raise StaleVersion(_KIND, str(delivery_id), expected=expected_version, current=delivery.version)
    if delivery.state != DeliveryState.DEAD:
        raise IllegalTransition(_KIND, str(delivery_id), move=move, state=delivery.state, allowed=[])
    return delivery


def _change(delivery: Delivery, **values: Any) -> None:
    frame.note_write(Delivery)
    rows = Delivery.objects.filter(pk=delivery.pk, version=delivery.version)
    if rows.update(version=delivery.version + 1, **values) != 1:
        raise StaleVersion(_KIND, str(delivery.pk), expected=delivery.version, current=None)


def _in_its_story(ctx: Context, delivery: Delivery) -> Context:
    return ctx.about(correlation_id=delivery.event.correlation_id, site_id=delivery.event.site_id)


def _subjects(delivery: Delivery) -> list[Subject]:
    """Return what the event that owed it is about, so that the order's timeline shows it too, and the event itself."""
    about = [Subject(kind, UUID(id_)) for kind, id_ in json.loads(delivery.event.subjects)]
    return [*about, Subject("event", delivery.event.event_id)]


@command("journal.request_action")
def request_action(ctx: Context, *, action: str, target_id: UUID, reason: str = "", params: dict[str, Any] | None = None) -> UUID:
    """Ask farmos to do something, and return the request's id. Doing it is owed; what came of it is kept with the request.

    Args:
        ctx: Who asks, when. With their rights it is done.
        action: What, such as ``PAUSE_RUN``.
        target_id: To what.
        reason: Why, in words; the command gets it as its note.
        params: What else the action takes: a ``reason`` by code to pause or stop, ``evidence`` of an anomaly.

    Raises:
        NotFound: no such target.
        Refusal: ``action-unknown``, ``unknown-field``.
    """
    wanted = actions.named(action)
    for name in set(params or {}) - wanted.takes:
        raise Refusal("unknown-field", field=f"params.{name[:200]}")
    target = actions.target_of(wanted, target_id)
    request = ActionRequest(
        site_id=wanted.site_of(target),
        type=wanted.code,
        target_kind=wanted.kind,
        target_id=target_id,
        reason=reason.strip(),
        params=params or {},
        requested_by=ctx.actor.who,
        created_at=ctx.now,
    ).add()
    asked = events.ActionRequested(request_id=request.pk, action=wanted.code, target_kind=wanted.kind, target_id=target_id)
    _record_request(ctx, request, asked)
    return request.pk


@command("journal.accept_action")
def accept_action(ctx: Context, *, request_id: UUID, approval_id: UUID | None = None) -> None:
    """Note that what was asked was done by its command, or waits for a person's approval.

    Raises:
        NotFound: no such request.
        IllegalTransition: it was answered already.
    """
    request = _request(request_id)
    request.accept(answer={"approval": str(approval_id)} if approval_id else {}, now=ctx.now)
    request.save_changes("state", "answer", "settled_at")
    _record_request(ctx, request, events.ActionRequestAccepted(request_id=request.pk, action=request.type, approval_id=approval_id))


@command("journal.reject_action")
def reject_action(ctx: Context, *, request_id: UUID, code: str, params: dict[str, Any]) -> None:
    """Note that what was asked was not done, and why: by the code of the refusal and what its words name.

    Raises:
        NotFound: no such request.
        IllegalTransition: it was answered already.
    """
    request = _request(request_id)
    request.reject(code=code, params=params, now=ctx.now)
    request.save_changes("state", "code", "answer", "settled_at")
    _record_request(ctx, request, events.ActionRequestRejected(request_id=request.pk, action=request.type, code=code))


def _request(request_id: UUID) -> ActionRequest:
    found = ActionRequest.objects.filter(pk=request_id).first()
    if found is None:
        raise NotFound(str(ActionRequest._meta.verbose_name), id=str(request_id))
    return found


def _record_request(ctx: Context, request: ActionRequest, happened: Any) -> None:
    about = [Subject("request", request.pk), Subject(request.target_kind, request.target_id)]
    recording.record(ctx.about(site_id=request.site_id), event=happened, subjects=about)
