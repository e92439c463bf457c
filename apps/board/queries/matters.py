"""Everything else that waits for a person at a site, in one statement: questions, plans, breakers, money, shipments, what was given up.

Where the site is only known through an order it is selected, not filtered by: a planner without statistics would start at the site's orders and
read the whole archive. What is open anywhere is little.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.db.models import (
    CharField,
    Count,
    DateTimeField,
    Expression,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
)
from django.db.models.functions import Cast, Coalesce

from apps.board.domain.known import Matter
from apps.fulfilment.models import Shipment, ShipmentPiece
from apps.fulfilment.states import ShipmentState
from apps.journal.models import Delivery
from apps.journal.states import DeliveryState
from apps.orders.models import Intent, WebhookMessage
from apps.orders.states import WebhookState
from apps.planning.models import BuildPlate, Plan, PlanReview
from apps.planning.states import PlanState
from apps.policy.models import Approval, Breaker
from apps.policy.states import ApprovalState

from . import kept

LIVE_PLANS = (PlanState.DRAFT, PlanState.APPROVED)
_COLUMNS = (
    "m_kind",
    "m_id",
    "m_version",
    "m_since",
    "m_code",
    "m_about_kind",
    "m_about",
    "m_order",
    "m_name",
    "m_due",
    "m_count",
    "m_note",
    "m_site",
)
_PART = "requirement__part_revision__part__name"
_INTENT = "requirement__line__intent__"


def matters(site_id: UUID) -> tuple[Matter, ...]:
    """Return what waits for a person at a site. Each source is read from an index of what is open, so the archive costs nothing."""
    ours = ("", str(site_id))
    return tuple(_one_per_plan(_matter(row[:-1]) for row in kept.rows(_everything, site_id) if kept.as_id(row[-1]) in ours))


def _everything(site_id: UUID) -> QuerySet[Any, Any]:
    first, *others = (_approvals(site_id), _locked(), _reviews(), _breakers(site_id), _dead(site_id), _payments(site_id))
    everything: QuerySet[Any, Any] = first.union(*others, _shipments(site_id), all=True)
    return everything


def _columns(rows: QuerySet[Any], kind: str, since: str, **given: Any) -> QuerySet[Any, Any]:
    """Select the columns every source has; what a source does not say is empty."""
    empty = _text(Value(""))
    nobody_knows = Cast(Value(None), DateTimeField())
    said = {
        "id": _text(F("pk")),
        "version": F("version"),
        "since": F(since),
        "code": empty,
        "about_kind": empty,
        "about": empty,
        "order": empty,
        "name": empty,
        "due": nobody_knows,
        "count": Value(0, IntegerField()),
        "note": Cast(Value(""), TextField()),
        "site": empty,
        **given,
    }
    named = rows.order_by().annotate(m_kind=_text(Value(kind)), **{f"m_{name}": value for name, value in said.items()})
    selected: QuerySet[Any, Any] = named.values_list(*_COLUMNS)
    return selected


def _approvals(site_id: UUID) -> QuerySet[Any, Any]:
    """Questions, with the order or part they are about where that is one."""
    asked = Approval.objects.filter(site_id=site_id, state=ApprovalState.PENDING)
    subject = OuterRef("subject_id")
    plan, intent, plate = Plan.objects.filter(pk=subject), Intent.objects.filter(pk=subject), BuildPlate.objects.filter(pk=subject)
    number = Coalesce(
        Subquery(intent.values("number")[:1]), Subquery(plan.values(f"{_INTENT}number")[:1]), Value(""), output_field=CharField()
    )
    name = Coalesce(Subquery(plan.values(_PART)[:1]), Subquery(plate.values("number")[:1]), Value(""), output_field=CharField())
    due = Coalesce(Subquery(intent.values("due_at")[:1]), Subquery(plan.values(f"{_INTENT}due_at")[:1]), output_field=DateTimeField())
    about = {"code": _text(F("transition")), "about_kind": _text(F("subject_kind")), "about": _text(F("subject_id"))}
    return _columns(asked, "approval", "created_at", **about, order=_text(number), name=_text(name), due=due)


def _locked() -> QuerySet[Any, Any]:
    plans = Plan.objects.filter(dispatch_blocked=True, state__in=LIVE_PLANS)
    return _columns(plans, "plan", "blocked_since", about=_text(F("pk")), **_of_the_plan(""))


def _reviews() -> QuerySet[Any, Any]:
    open_ones = PlanReview.objects.filter(resolved_at__isnull=True, plan__state__in=LIVE_PLANS)
    plan = {"id": _text(F("plan_id")), "about": _text(F("plan_id")), "version": F("plan__version"), "code": _text(F("code"))}
    return _columns(open_ones, "review", "created_at", **plan, count=Value(1, IntegerField()), **_of_the_plan("plan__"))


def _of_the_plan(path: str) -> dict[str, Expression | F]:
    intent = f"{path}{_INTENT}"
    return {
        "order": _text(F(f"{intent}number")),
        "name": _text(F(f"{path}{_PART}")),
        "due": F(f"{intent}due_at"),
        "site": _text(F(f"{intent}site_id")),
    }


def _breakers(site_id: UUID) -> QuerySet[Any, Any]:
    tripped = Breaker.objects.filter(site_id=site_id, acknowledged_at__isnull=True)
    return _columns(
        tripped, "breaker", "tripped_at", code=_text(F("kind")), about=_text(F("subject_id")), note=Cast(F("family"), TextField())
    )


def _dead(site_id: UUID) -> QuerySet[Any, Any]:
    """What farmos gave up. What belongs to no site is everybody's."""
    ours = Q(event__site_id=site_id) | Q(event__site_id=None)
    given_up = Delivery.objects.filter(ours, state=DeliveryState.DEAD)
    return _columns(given_up, "delivery", "created_at", code=_text(F("subscriber")), note=Cast(F("last_error"), TextField()))


def _payments(site_id: UUID) -> QuerySet[Any, Any]:
    """Messages about money that no rule could settle. One that names no order is everybody's."""
    ours = Q(intent__site_id=site_id) | Q(intent=None)
    to_look_at = WebhookMessage.objects.filter(ours, state=WebhookState.REVIEW)
    order = _text(Coalesce(F("intent__number"), Value("")))
    return _columns(to_look_at, "payment", "received_at", code=_text(F("code")), about=_text(F("intent_id")), order=order)


def _shipments(site_id: UUID) -> QuerySet[Any, Any]:
    """Packages that are packed and still here, with the earliest promise in them."""
    packed = Shipment.objects.filter(site_id=site_id, state=ShipmentState.PACKED)
    inside = ShipmentPiece.objects.filter(shipment=OuterRef("pk"), removed_at__isnull=True)
    order = "piece__requirement__line__intent__"
    first = inside.order_by(f"{order}due_at", f"{order}number")
    count = inside.order_by().values("shipment").annotate(many=Count("id")).values("many")
    given = {
        "order": _text(Coalesce(Subquery(first.values(f"{order}number")[:1]), Value(""), output_field=CharField())),
        "due": Subquery(first.values(f"{order}due_at")[:1], output_field=DateTimeField()),
        "count": Coalesce(Subquery(count, output_field=IntegerField()), Value(0)),
    }
    return _columns(packed, "shipment", "created_at", **given)


def _text(value: Any) -> Cast:
    """Return a value as text: ids are of different types, and all arms of one statement must agree."""
    return Cast(value, CharField())


def _matter(row: tuple[Any, ...]) -> Matter:
    kind, record_id, version, since, code, about_kind, about, order, name, due, count, note = row
    return Matter(
        kind,
        kept.as_id(record_id),
        version,
        kept.as_moment(since),
        code,
        about_kind,
        kept.as_id(about),
        order,
        name or "",
        kept.as_moment(due),
        count,
        note,
    )


def _one_per_plan(found: Iterator[Matter]) -> Iterator[Matter]:
    """Tell several reviews of one plan as one: the oldest, with how many there are."""
    reviews: dict[str, list[Matter]] = {}
    for matter in found:
        if matter.kind == "review":
            reviews.setdefault(matter.id, []).append(matter)
        else:
            yield matter
    for same in reviews.values():
        oldest = min(same, key=lambda one: one.since)
        values = {name: getattr(oldest, name) for name in Matter.__dataclass_fields__}
        yield Matter(**{**values, "count": len(same)})
