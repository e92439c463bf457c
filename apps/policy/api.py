"""What governs, in the API: holds, policies, decisions, approvals and breakers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import Q, QuerySet
from django.urls import URLPattern, URLResolver
from rest_framework.request import Request

from apps.accounts import rights
from apps.accounts.models.users import at_sites
from apps.journal import clock
from apps.journal.http.acting import act
from apps.journal.http.filters import Filter, by_code, by_flag, by_id, by_subject
from apps.journal.http.parameters import Parameters
from apps.journal.http.reading import read
from apps.journal.http.record_views import ShowingView
from apps.journal.http.scope import Scoped, at_site
from apps.journal.http.shown import Code, Shown, ShownVersioned
from apps.journal.refusals import NotFound

from . import commands, models
from .states import HoldScope


class Hold(ShownVersioned):
    """On hold: something that may not start, by hand or by itself, until somebody releases it or its time is over."""

    model = models.Hold

    is_active: bool
    site_id: UUID
    scope: Code
    scope_id: UUID
    group: str
    reason: Code
    note: str
    placed_by: str
    placed_at: datetime
    until: datetime | None
    released_by: str
    released_at: datetime | None
    release_note: str


class Policy(ShownVersioned):
    """Policy: what happens by itself at a site, what needs an approval, and the limits. A version never changes; one is in force."""

    model = models.Policy

    site_id: UUID
    key: str
    policy_version: int
    state: Code
    body: dict[str, Any]
    sha256: str
    note: str
    created_by: str
    activated_by: str
    activated_at: datetime | None
    retired_at: datetime | None


class Decision(Shown):
    """Decision: what the policy said about one move, and every fact it saw. It can be replayed for ever with the same outcome."""

    model = models.Decision

    site_id: UUID
    policy_id: UUID | None
    policy_version: int | None
    policy_unavailable: bool
    transition: Code
    subject_kind: Code
    subject_id: UUID
    subjects: dict[str, Any]
    inputs: dict[str, Any]
    outcome: Code
    explanations: list[Any]
    rule_ids: list[str]
    actor: str
    is_automatic: bool
    command: str


class Approval(ShownVersioned):
    """Approval: a question to a person about one move of exactly one version of something, and the answer."""

    model = models.Approval

    site_id: UUID
    decision_id: UUID
    transition: Code
    subject_kind: Code
    subject_id: UUID
    subject_version: int
    asked_by: str
    expires_at: datetime | None
    state: Code
    decided_by: str
    decided_at: datetime | None
    reason: str
    revoked_by: str
    revoked_at: datetime | None
    revoke_reason: str


class Breaker(ShownVersioned):
    """Breaker that tripped: after so many failures something stops by itself until a person looked."""

    model = models.Breaker

    site_id: UUID
    kind: Code
    subject_id: UUID
    family: str
    tripped_at: datetime
    evidence: dict[str, Any]
    acknowledged_by: str
    acknowledged_at: datetime | None
    note: str


class Holds(Scoped, ShowingView):
    """Holds at the asker's sites."""

    model = models.Hold

    def told(self, row: models.Hold) -> Mapping[str, Any]:
        """Return whether it holds now."""
        return {"is_active": row.released_at is None and (row.until is None or row.until > clock.now())}


def _holding(rows: QuerySet[models.Hold], parameters: Parameters) -> QuerySet[models.Hold]:
    asked = parameters.one_of("active", ("yes", "no"))
    holding = Q(released_at=None) & (Q(until=None) | Q(until__gt=clock.now()))
    return rows.filter(holding if asked == "yes" else ~holding) if asked else rows


class Policies(Scoped):
    """Policies of the asker's sites."""

    model = models.Policy


class Decisions(Scoped, ShowingView):
    """Decisions at the asker's sites."""

    model = models.Decision
    reads = ("policy",)

    def told(self, row: models.Decision) -> Mapping[str, Any]:
        """Return the facts, which are kept as text, and which version decided."""
        return {"inputs": json.loads(row.inputs), "policy_version": row.policy.policy_version if row.policy else None}


class Approvals(Scoped):
    """Questions at the asker's sites."""

    model = models.Approval


class Breakers(Scoped):
    """Breakers at the asker's sites."""

    model = models.Breaker


_HELD = {
    HoldScope.PRINTER: "fleet.printer",
    HoldScope.ORDER: "orders.intent",
    HoldScope.LINE: "orders.lineitem",
    HoldScope.PLAN: "planning.plan",
    HoldScope.PLATE: "planning.buildplate",
    HoldScope.SPOOL: "inventory.spool",
    HoldScope.LOT: "inventory.lot",
}
"""The records that can be held. A site or a printer group is held at its own site, which the hold's constraints see to."""


def held_is_there(view: Any, request: Request, row: Any, sent: Any) -> None:
    """Refuse to hold what is not at the site where the asker may: whoever works at one site must not stop another's printers.

    Raises:
        NotFound: there is no such thing at that site.
    """
    label = _HELD.get(HoldScope(sent.scope))
    if label is None:
        return
    model, sight = apps.get_model(label), rights.sight_of(label)
    lookups = sight.sites if sight is not None else ()
    found = at_sites(model._default_manager.filter(pk=sent.scope_id), lookups, frozenset({sent.site_id}))
    if not found.exists():
        raise NotFound(str(model._meta.verbose_name), id=str(sent.scope_id))


_SUBJECT = (by_id("subject", "subject_id"),)
_ACTIVE = Filter("active", "", "Whether they hold now.", how=_holding, shape={"type": "string", "enum": ["yes", "no"]})

routes: list[URLPattern | URLResolver] = [
    *read("holds", Holds, Hold, filters=(_ACTIVE, by_subject("on", "scope", "scope_id", "Those on this: scope/id."))),
    act("holds/place", commands.place_hold, checks=(at_site, held_is_there), creates=models.Hold, location="api:hold"),
    act("holds/<uuid:hold_id>/release", commands.release_hold, Holds),
    *read("policies", Policies, Policy, single="policy", filters=(by_code(models.Policy, "state"), by_id("site"))),
    *read(
        "decisions",
        Decisions,
        Decision,
        filters=(by_code(models.Decision, "transition"), by_code(models.Decision, "outcome"), *_SUBJECT),
    ),
    *read("approvals", Approvals, Approval, filters=(by_code(models.Approval, "state"), by_code(models.Approval, "transition"), *_SUBJECT)),
    *read(
        "breakers",
        Breakers,
        Breaker,
        filters=(
            by_code(models.Breaker, "kind"),
            by_flag("open", "acknowledged_at__isnull", "Whether nobody put it back in yet."),
            *_SUBJECT,
        ),
    ),
    act("policies/activate", commands.activate_policy, checks=(at_site,), location="api:policy"),
    act("policies/<uuid:policy_id>/set-hours-rules", commands.set_hours_rules, Policies, location="api:policy"),
    act("approvals/<uuid:approval_id>/grant", commands.grant_approval, Approvals),
    act("approvals/<uuid:approval_id>/deny", commands.deny_approval, Approvals),
    act("approvals/<uuid:approval_id>/revoke", commands.revoke_approval, Approvals),
    act("breakers/<uuid:breaker_id>/acknowledge", commands.acknowledge_breaker, Breakers),
]
