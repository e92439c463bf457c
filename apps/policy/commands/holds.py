"""What can be done with holds."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from apps.accounts.models import Site
from apps.journal.commands import command
from apps.journal.context import Actor, Context
from apps.journal.event import Subject
from apps.journal.recording import record
from apps.journal.refusals import NotFound, Refusal
from apps.policy import events
from apps.policy.models import Hold
from apps.policy.states import HoldReason, HoldScope

EVENT_KINDS = {HoldScope.ORDER: "intent", HoldScope.GROUP: "site"}
"""How timelines call what a hold is on, where it is not the scope's own name."""

ITSELF = Actor.service("policy").who
"""Who released a hold whose time was over."""


@command("policy.place_hold")
def place_hold(
    ctx: Context,
    *,
    site_id: UUID,
    scope: HoldScope,
    scope_id: UUID,
    reason: HoldReason,
    group: str = "",
    note: str = "",
    until: datetime | None = None,
) -> UUID:
    """Keep something from starting, by hand and by itself, and return the hold's id. What already runs goes on.

    Args:
        ctx: Who asks, when.
        site_id: Where it is.
        scope: What kind of thing is held.
        scope_id: The thing; for a site or a printer group the site.
        reason: Why.
        group: Name of the printer group.
        note: What it waits for; a must for ``OTHER``.
        until: When it ends by itself; None: when somebody releases it.

    Raises:
        NotFound: no such site.
        Refusal: ``hold-exists`` while this person's hold on the same thing for the same reason is on, ``hold-without-note``,
            ``hold-over-already``, ``hold-group-missing``, ``hold-on-another-site``, ``unknown-code``.
    """
    if not Site.objects.filter(pk=site_id).exists():
        raise NotFound("site", id=str(site_id))
    here = ctx.about(site_id=site_id)
    same = Hold.objects.filter(scope=scope, scope_id=scope_id, group=group, reason=reason, placed_by=ctx.actor.who)
    for lapsed in same.filter(released_at__isnull=True, until__lte=ctx.now):
        _release(here, lapsed, by=ITSELF, at=lapsed.until or ctx.now)
    hold = Hold(
        site_id=site_id,
        scope=scope,
        scope_id=scope_id,
        group=group,
        reason=reason,
        note=note,
        placed_by=ctx.actor.who,
        placed_at=ctx.now,
        until=until,
        created_at=ctx.now,
    ).add()
    placed = events.HoldPlaced(hold_id=hold.id, scope=scope, scope_id=scope_id, group=group, reason=reason, until=until)
    record(here, event=placed, subjects=_subjects(hold))
    return hold.id


@command("policy.release_hold")
def release_hold(ctx: Context, *, hold_id: UUID, expected_version: int, note: str = "") -> None:
    """End a hold. What it kept waiting may start unless something else holds it.

    Raises:
        NotFound: no such hold.
        StaleVersion: the hold changed since ``expected_version`` was read.
        Refusal: ``hold-released`` when it is over already.
    """
    hold = Hold.at_version(hold_id, expected_version)
    if hold.released_at is not None:
        raise Refusal("hold-released", who=hold.released_by)
    _release(ctx.about(site_id=hold.site_id), hold, by=ctx.actor.who, at=ctx.now, note=note)


@command("policy.lapse_hold")
def lapse_hold(ctx: Context, *, hold_id: UUID) -> bool:
    """Close a hold whose time is over, so that what it kept waiting goes on; return False when it is closed, or its time has not come."""
    hold = Hold.objects.filter(pk=hold_id).first()
    if hold is None or hold.released_at is not None or hold.until is None or hold.until > ctx.now:
        return False
    _release(ctx.about(site_id=hold.site_id), hold, by=ITSELF, at=hold.until)
    return True


def _release(ctx: Context, hold: Hold, *, by: str, at: datetime, note: str = "") -> None:
    hold.released_by = by
    hold.released_at = at
    hold.release_note = note
    hold.save_changes("released_by", "released_at", "release_note")
    released = events.HoldReleased(
        hold_id=hold.id, scope=hold.scope, scope_id=hold.scope_id, group=hold.group, reason=hold.reason, by_itself=by == ITSELF
    )
    record(ctx, event=released, subjects=_subjects(hold))


def _subjects(hold: Hold) -> list[Subject]:
    kind = EVENT_KINDS.get(HoldScope(hold.scope), hold.scope)
    return [Subject("hold", hold.id), Subject(kind, hold.scope_id)]
