"""What can be done with policies: put the next version in force."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from apps.accounts.models import Site
from apps.journal import canonical, locks
from apps.journal.commands import command
from apps.journal.context import Context
from apps.journal.event import Subject
from apps.journal.recording import record
from apps.journal.refusals import NotFound, Refusal
from apps.policy import events
from apps.policy.domain.engine import problems_of
from apps.policy.models import Policy
from apps.policy.states import PolicyState


@command("policy.activate_policy")
def activate_policy(ctx: Context, *, site_id: UUID, body: dict[str, Any], note: str = "", key: str = "shop") -> UUID:
    """Make ``body`` the next version of the site's policy, put it in force and retire the one before; return its id.

    The same body as the version in force changes nothing and returns that version.

    Raises:
        NotFound: no such site.
        Refusal: ``policy-invalid`` with the places that cannot be evaluated.
    """
    if problems := problems_of(body):
        raise Refusal("policy-invalid", problems=problems)
    if not Site.objects.filter(pk=site_id).exists():
        raise NotFound("site", id=str(site_id))
    locks.site(site_id)
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
    record(ctx.about(site_id=site_id), event=happened, subjects=[Subject("policy", policy.pk), Subject("site", site_id)])
    return policy.pk
