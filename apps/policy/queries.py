"""What others ask about policies and holds."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from .domain import engine
from .models import Decision, Hold, Policy
from .states import HoldScope, PolicyState


@dataclass(frozen=True, slots=True)
class HoldTarget:
    """Something a hold can be on.

    Args:
        scope: What kind of thing.
        id: The thing; for a printer group its site.
        group: Name of the printer group, else empty.
    """

    scope: HoldScope
    id: UUID
    group: str = ""


def active_holds(*, on: Iterable[HoldTarget], now: datetime) -> list[Hold]:
    """Return the holds that keep any of these things from starting at ``now``, oldest first.

    Whoever asks names everything wider as well: a run asks for its plate, plans, orders and lines, its printer with group, spools and lots, and
    its site. One query.
    """
    targets = list(on)
    if not targets:
        return []
    wanted = Q()
    for scope, group in sorted({(target.scope, target.group) for target in targets}):
        ids = {target.id for target in targets if (target.scope, target.group) == (scope, group)}
        wanted |= Q(scope=scope, group=group, scope_id__in=ids)
    lasting = Q(until__isnull=True) | Q(until__gt=now)
    return list(Hold.objects.filter(wanted, lasting, released_at__isnull=True).order_by("id"))


def held_of(on: Iterable[HoldTarget], *, now: datetime) -> frozenset[HoldTarget]:
    """Return which of these things are held at ``now``. One query, for whoever asks about many at once."""
    return frozenset(HoldTarget(HoldScope(one.scope), one.scope_id, one.group) for one in active_holds(on=on, now=now))


def policy_in_force(site_id: UUID) -> Policy | None:
    """Return the version of the site's policy that decides now; None: none does, and nothing happens by itself."""
    return Policy.objects.filter(site_id=site_id, state=PolicyState.ACTIVE).first()


def rules_of(site_id: UUID, *, transition: str, predicate: str) -> list[engine.Rule]:
    """Return the rules by which the site's policy asks this condition before a move; none: it does not ask. For those who plan ahead of the gate."""
    policy = policy_in_force(site_id)
    return rules_in(policy.body, transition=transition, predicate=predicate) if policy is not None else []


def rules_in(body: Mapping[str, object], *, transition: str, predicate: str) -> list[engine.Rule]:
    """Return the rules by which a policy asks this condition before a move; none: it does not, or cannot be read."""
    try:
        rules = engine.rules_of(body)
    except engine.PolicyInvalid:
        return []
    return [rule for rule in rules if rule.predicate == predicate and transition in rule.transitions]


def is_automatic(site_id: UUID, switch: str) -> bool:
    """Does the policy in force at a site switch this on (``auto_pause`` …)? Where nothing is said, nothing happens by itself."""
    return _in_force(site_id, "auto").get(switch) is True


def limit_of(site_id: UUID, name: str) -> int | None:
    """Return a number among the limits of the policy in force at a site; None: none is set."""
    found = _in_force(site_id, "limits").get(name)
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def _in_force(site_id: UUID, part: str) -> Mapping[str, object]:
    policy = policy_in_force(site_id)
    return policy.body.get(part) or {} if policy is not None else {}


def replay(decision: Decision, *, body: Mapping[str, object] | None = None) -> engine.Ruling:
    """Return what the decision's own policy version says to the same facts again, or what another ``body`` would have said.

    Raises:
        ValueError: it was made without a policy.
    """
    if body is None and decision.policy is None:
        raise ValueError("this decision was made without a policy; there is nothing to ask again")
    given = body if body is not None else decision.policy.body  # type: ignore[union-attr]
    return engine.replay(given, transition=decision.transition, inputs=json.loads(decision.inputs))
