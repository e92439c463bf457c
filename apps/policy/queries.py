"""What others ask about policies and holds."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from .domain import engine
from .models import Decision, Hold
from .states import HoldScope


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


def replay(decision: Decision, *, body: Mapping[str, object] | None = None) -> engine.Ruling:
    """Return what the decision's own policy version says to the same facts again, or what another ``body`` would have said.

    Raises:
        ValueError: it was made without a policy.
    """
    if body is None and decision.policy is None:
        raise ValueError("this decision was made without a policy; there is nothing to ask again")
    given = body if body is not None else decision.policy.body  # type: ignore[union-attr]
    return engine.replay(given, transition=decision.transition, inputs=json.loads(decision.inputs))
