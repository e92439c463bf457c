"""What can be done with policies: put the next version in force."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, count
from typing import Any
from uuid import UUID

from apps.accounts.models import Site
from apps.accounts.models.sites import MINUTES_PER_DAY
from apps.journal import canonical, locks
from apps.journal.commands import command
from apps.journal.context import Context
from apps.journal.event import Subject
from apps.journal.recording import record
from apps.journal.refusals import Invalid, NotFound, Refusal
from apps.policy import events
from apps.policy.domain.default import met_end, watched_start
from apps.policy.domain.engine import BLOCK, problems_of
from apps.policy.domain.predicates import MET, WATCHED
from apps.policy.models import Policy
from apps.policy.states import GatedTransition, PolicyState


@command("policy.activate_policy")
def activate_policy(ctx: Context, *, site_id: UUID, body: dict[str, Any], note: str = "", key: str = "shop") -> UUID:
    """Make ``body`` the next version of the site's policy, put it in force and retire the one before; return its id.

    The same body as the version in force changes nothing and returns that version.

    Raises:
        NotFound: no such site.
        Refusal: ``policy-invalid`` with the places that cannot be evaluated.
    """
    if not Site.objects.filter(pk=site_id).exists():
        raise NotFound("site", id=str(site_id))
    locks.site(site_id)
    return _put_in_force(ctx, site_id, body, note=note, key=key)


@command("policy.set_hours_rules")
def set_hours_rules(
    ctx: Context, *, policy_id: UUID, watched_minutes: int | None, grace_minutes: int | None, expected_version: int
) -> UUID:
    """Say what automation does by working hours, in the next version of the policy that was seen; all else in it stays. Return its id.

    A rule that bound people too still does, and one that asks a person stays as it is.

    Args:
        ctx: Who asks, when.
        policy_id: The version of the policy that was in force when the asker looked.
        watched_minutes: Automation starts a print only while somebody is there, and for so long; None: at any time.
        grace_minutes: Automation starts what ends while somebody is there, or at most so long after; None: it may end at any time.
        expected_version: Of the row that was seen; another policy in force since has retired it, which is a write.

    Raises:
        NotFound: no such policy.
        StaleVersion: another one has come into force since.
        Refusal: ``no-policy-in-force`` (this one is not), ``policy-invalid``.
    """
    limits = {"watched_minutes": watched_minutes, "grace_minutes": grace_minutes}
    if bad := {
        name: f"must be 0 to {MINUTES_PER_DAY}" for name, value in limits.items() if value is not None and not 0 <= value <= MINUTES_PER_DAY
    }:
        raise Invalid(bad)
    site_id = Policy.objects.filter(pk=policy_id).values_list("site_id", flat=True).first()
    if site_id is None:
        raise NotFound("policy", id=str(policy_id))
    locks.site(site_id)
    in_force = Policy.at_version(policy_id, expected_version)
    if in_force.state != PolicyState.ACTIVE:
        raise Refusal("no-policy-in-force")
    before = in_force.body.get("rules", [])
    rules = list(_but_by_hours(before))
    for minutes, made in ((watched_minutes, watched_start), (grace_minutes, met_end)):
        if minutes is not None:
            rule = made(minutes)
            binds_people = any(
                _is_by_hours(one) and one["predicate"] == rule["predicate"] and not one.get("only_automatic") for one in before
            )
            rules.append({**rule, "id": _free(rule["id"], rules), "only_automatic": not binds_people})
    return _put_in_force(ctx, site_id, {**in_force.body, "rules": rules}, note="", key=in_force.key)


def _but_by_hours(rules: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield all rules but those that block a start by working hours."""
    for rule in rules:
        if not _is_by_hours(rule):
            yield rule
        elif moves := [move for move in rule["transitions"] if move != GatedTransition.RUN_DISPATCH]:
            yield {**rule, "transitions": moves}


def _is_by_hours(rule: dict[str, Any]) -> bool:
    """Does a rule block a start by working hours? One that asks a person instead is for who writes policies."""
    return rule["predicate"] in (WATCHED, MET) and rule["otherwise"] == BLOCK and GatedTransition.RUN_DISPATCH in rule["transitions"]


def _free(name: str, rules: list[dict[str, Any]]) -> str:
    """Return a name that none of the rules has: this one, or with the next number that is free."""
    taken = {rule["id"] for rule in rules}
    return next(one for one in chain([name], (f"{name}-{number}" for number in count(2))) if one not in taken)


def _put_in_force(ctx: Context, site_id: UUID, body: dict[str, Any], *, note: str, key: str) -> UUID:
    """Make this body the next version and retire the one before. The caller has locked the site."""
    if problems := problems_of(body):
        raise Refusal("policy-invalid", problems=problems)
    digest = canonical.digest(body).hex()
    in_force = Policy.objects.filter(site_id=site_id, state=PolicyState.ACTIVE).first()
    if in_force is not None and (in_force.key, in_force.sha256) == (key, digest):
        return in_force.pk
    if in_force is not None:
        in_force.retire(now=ctx.now)
        in_force.save_changes("state", "retired_at")
    newest = Policy.objects.filter(site_id=site_id, key=key).order_by("-policy_version").values_list("policy_version", flat=True).first()
    policy = Policy(
        created_at=ctx.now,
        site_id=site_id,
        key=key,
        policy_version=(newest or 0) + 1,
        body=body,
        sha256=digest,
        note=note,
        created_by=ctx.actor.who,
    )
    policy.activate(by=ctx.actor.who, now=ctx.now)
    policy.add()
    happened = events.PolicyActivated(policy_id=policy.pk, key=key, policy_version=policy.policy_version, sha256=digest)
    concerned = [Subject("policy", one.pk) for one in (policy, in_force) if one is not None]
    record(ctx.about(site_id=site_id), event=happened, subjects=[*concerned, Subject("site", site_id)])
    return policy.pk
