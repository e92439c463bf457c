"""Lanes: hand out what is owed, one effect at a time, and decide what a failure means.

The database decides who does what (``leases.py``); the broker only wakes workers up. An effect may therefore run twice when a worker dies
between doing it and saying so: handlers are written for that.
"""

from __future__ import annotations

import json
import logging
import os
import random
import traceback
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from . import clock, commands, event, leases, logs, owners, power_cuts, raw, subscriptions
from .context import Actor, Context
from .event import Subject
from .models import Delivery
from .owed import Later, Owed
from .refusals import Refusal
from .states import Lane

LANES = tuple(Lane.values)
DEFAULT_LEASE_S = 30
FIRST_WAIT_S = 1.0
LONGEST_WAIT_S = float(os.environ.get("FARMOS_LONGEST_WAIT_S", "600"))

log = logging.getLogger("farmos.lanes")


class UnknownSubscriber(LookupError):
    """An owed effect names a reaction this version of farmos no longer has."""


def backoff_s(attempt: int) -> float:
    """Return how long to wait after failed attempt ``attempt`` (1, 2, …): four times longer each, at most ten minutes, ± 20 % chance."""
    wait: float = min(FIRST_WAIT_S * 4 ** (attempt - 1), LONGEST_WAIT_S)
    return wait * random.uniform(0.8, 1.2)  # noqa: S311 - spreads load, keeps no secret


def hand_out_next(lane: str, *, before: Callable[[], object] | None = None) -> bool:
    """Do the next due effect of ``lane``, and call ``before`` when it is claimed and not begun; return False when nothing is due."""
    claimed = leases.claim(lane, owner=owners.name(), lease_s=DEFAULT_LEASE_S)
    if claimed is None:
        return False
    if before is not None:
        before()
    with logs.bound(delivery=claimed[0]):
        _take_up(*claimed)
    return True


def _take_up(delivery_id: int, attempt: int, fence: int) -> None:
    try:
        owed, subscription = _prepare(delivery_id, attempt, fence)
    except (UnknownSubscriber, KeyError, ValueError) as error:
        _give_up(delivery_id, attempt, fence, _in_words(error))
        return
    if attempt > subscription.max_attempts:
        _give_up(delivery_id, attempt, fence, _("Each attempt ended without an answer: doing it seems to end the worker that does it."))
        return
    if subscription.lease_s != DEFAULT_LEASE_S:
        leases.renew(delivery_id, fence=fence, lease_s=subscription.lease_s)
    _do(owed, subscription)


def _prepare(delivery_id: int, attempt: int, fence: int) -> tuple[Owed, subscriptions.Subscription]:
    delivery = Delivery.objects.select_related("event").get(pk=delivery_id)
    name, happened = delivery.subscriber, delivery.event
    subscription = subscriptions.named(name)
    if subscription is None:
        raise UnknownSubscriber(f"farmos no longer has a reaction named {name}")
    kind = event.find(happened.type, happened.schema_version)
    about = tuple(Subject(kind_, UUID(id_)) for kind_, id_ in json.loads(happened.subjects))
    owed = Owed(
        delivery_id=delivery_id,
        attempt=attempt,
        fence=fence,
        subscriber=name,
        event=kind.decoder.decode(happened.data),
        event_id=happened.event_id,
        subjects=about,
        site_id=happened.site_id,
        correlation_id=happened.correlation_id,
    )
    return owed, subscription


def _do(owed: Owed, subscription: subscriptions.Subscription) -> None:
    try:
        with leases.Keeper(owed.delivery_id, fence=owed.fence, lease_s=subscription.lease_s):
            power_cuts.may_happen(f"{owed.subscriber}.before")
            subscription.handler(owed)
            power_cuts.may_happen(f"{owed.subscriber}.after")
    except Later as early:
        leases.postpone(owed.delivery_id, fence=owed.fence, wait_s=early.wait_s)
        return
    except Exception as error:
        log.warning("effect %s of delivery %s failed (attempt %s)", owed.subscriber, owed.delivery_id, owed.attempt, exc_info=True)
        if owed.attempt >= subscription.max_attempts:
            _give_up(owed.delivery_id, owed.attempt, owed.fence, _in_words(error))
        else:
            leases.put_back(owed.delivery_id, fence=owed.fence, error=_in_words(error), wait_s=backoff_s(owed.attempt))
        return
    leases.finish(owed.delivery_id, fence=owed.fence)


def _give_up(delivery_id: int, attempt: int, fence: int, error: str) -> None:
    log.error("delivery %s is given up after %s attempts: %s", delivery_id, attempt, error)
    ctx = Context(
        actor=Actor.service("journal.lanes"),
        now=clock.now(),
        key=f"{delivery_id}:{fence}:give-up",
        request_id=f"delivery-{delivery_id}-{attempt}",
        is_automatic=True,
    )
    commands.give_up_delivery(ctx, delivery_id=delivery_id, fence=fence, error=error)


def _in_words(error: Exception) -> str:
    if isinstance(error, Refusal):
        return str(error)[:2000]
    where = traceback.extract_tb(error.__traceback__)
    at = f" (at {where[-1].name}, line {where[-1].lineno})" if where else ""
    return f"{type(error).__name__}: {error}{at}"[:2000]


def lanes_with_due_work() -> list[str]:
    """Return the lanes that have something due now, also what a dead worker left behind."""
    now = clock.database_now()
    with connection.cursor() as cursor:
        sql = f"SELECT DISTINCT lane FROM journal_delivery WHERE state IN ('pending', 'leased') AND {leases.DUE}"  # noqa: S608
        cursor.execute(sql, raw.values((now, now)))
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return sorted(row[0] for row in rows)
