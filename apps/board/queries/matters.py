"""Everything else that Today needs to know of a site, in one statement: what waits for a person, what looks wrong with attempts, working hours.

Where the site is only known through an order it is selected, not filtered by: a planner without statistics would start at the site's orders and
read the whole archive. What is open anywhere is little.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import (
    CharField,
    Count,
    DateTimeField,
    Exists,
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
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce, JSONObject

from apps.accounts.domain.hours import Calendar, WeeklyShift
from apps.accounts.models import Holiday, Shift
from apps.board.domain.known import Matter, Trouble
from apps.fulfilment.models import Shipment, ShipmentPiece
from apps.fulfilment.states import ShipmentState
from apps.journal.models import Delivery
from apps.journal.states import DeliveryState
from apps.orders.models import Intent, WebhookMessage
from apps.orders.states import WebhookState
from apps.planning.models import BuildPlate, Plan, PlanReview
from apps.planning.states import PlanState
from apps.policy.models import Approval, Breaker, Policy
from apps.policy.states import ApprovalState, PolicyState
from apps.runs.models import OPEN, Anomaly, Incident, IncidentPrinter
from apps.runs.states import IncidentState

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
TROUBLE = "trouble"
HOURS = "hours"
_PART = "requirement__part_revision__part__name"
_INTENT = "requirement__line__intent__"


@dataclass(frozen=True, slots=True)
class Told:
    """What the one statement tells.

    Args:
        matters: What waits for a person.
        troubles: The anomalies that are not done, by attempt, oldest first.
        calendar: When somebody is at the site.
        policy: What its policy says; empty where no hours are kept, or there is none.
    """

    matters: tuple[Matter, ...]
    troubles: dict[str, tuple[Trouble, ...]]
    calendar: Calendar
    policy: dict[str, Any]


def matters(site_id: UUID) -> Told:
    """Return what waits for a person at a site, and when somebody is there. Each source is read from an index, so the archive costs nothing."""
    ours = ("", str(site_id))
    by_kind: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for row in kept.rows(_everything, site_id):
        if kept.as_id(row[-1]) in ours:
            by_kind[row[0]].append(row)
    troubles: dict[str, list[Trouble]] = defaultdict(list)
    for row in sorted(by_kind.pop(TROUBLE, []), key=lambda row: kept.as_id(row[1])):
        troubles[kept.as_id(row[6])].append(_trouble(row))
    calendar, policy = _working_hours(by_kind.pop(HOURS, []))
    told = _one_per_plan(_matter(row[:-1]) for rows in by_kind.values() for row in rows)
    return Told(tuple(told), {run_id: tuple(some) for run_id, some in troubles.items()}, calendar, policy)


def _working_hours(rows: list[tuple[Any, ...]]) -> tuple[Calendar, dict[str, Any]]:
    said = {code: [row[11] for row in rows if row[4] == code] for code in ("shift", "holiday", "policy")}
    shifts = [kept.as_json(one) for one in said["shift"]]
    policy = [kept.as_json(one) for one in said["policy"]]
    zone = ZoneInfo(shifts[0]["zone"]) if shifts else UTC
    week = tuple(WeeklyShift(*one) for one in sorted((one["weekday"], one["starts_minute"], one["minutes"]) for one in shifts))
    return Calendar(zone, week, frozenset(date.fromisoformat(day) for day in said["holiday"])), policy[0] if policy else {}


def _trouble(row: tuple[Any, ...]) -> Trouble:
    more = kept.as_json(row[11])
    evidence = kept.as_json(more.pop("evidence")) or {}
    return Trouble(kept.as_id(row[1]), row[2], row[4], since=kept.as_moment(row[3]), evidence=evidence, **more)


def _troubles() -> QuerySet[Any, Any]:
    """What looks wrong with attempts and is not done: of all sites, they are few."""
    more = JSONObject(**{name: name for name in ("severity", "reason", "state", "evidence", "note", "assigned_to")})
    given = {"code": _text(F("kind")), "about": _text(F("run_id")), "note": Cast(more, TextField())}
    return _columns(Anomaly.objects.filter(OPEN), TROUBLE, "since", **given)


def _everything(site_id: UUID) -> QuerySet[Any, Any]:
    first, *others = (_approvals(site_id), _locked(), _reviews(), _breakers(site_id), _dead(site_id), _payments(site_id))
    more = (_shipments(site_id), _incidents(site_id), _troubles(), *_hours(site_id))
    everything: QuerySet[Any, Any] = first.union(*others, *more, all=True)
    return everything


def _hours(site_id: UUID) -> Iterator[QuerySet[Any, Any]]:
    """When somebody is there, and the policy that may ask for it; nothing where no hours are kept."""
    here = Shift.objects.filter(site_id=site_id)
    span = JSONObject(weekday="weekday", starts_minute="starts_minute", minutes="minutes", zone="site__time_zone")
    yield _columns(here, HOURS, "created_at", code=_text(Value("shift")), note=Cast(span, TextField()))
    days = Holiday.objects.filter(Exists(here), site_id=site_id)
    yield _columns(days, HOURS, "created_at", code=_text(Value("holiday")), note=Cast(F("day"), TextField()))
    policy = Policy.objects.filter(Exists(here), site_id=site_id, state=PolicyState.ACTIVE)
    yield _columns(policy, HOURS, "created_at", code=_text(Value("policy")), note=Cast(F("body"), TextField()))


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


def _incidents(site_id: UUID) -> QuerySet[Any, Any]:
    """What one cause stopped and nobody has released: how many printers it took in all, and on which circuit."""
    open_ones = Incident.objects.filter(site_id=site_id, state=IncidentState.OPEN)
    printers = (
        IncidentPrinter.objects.filter(incident=OuterRef("pk"))
        .order_by()
        .values("incident")
        .annotate(many=Count("printer", distinct=True))
        .values("many")
    )
    given = {
        "code": _text(F("reason")),
        "about_kind": _text(F("kind")),
        "name": _text(Coalesce(KT("evidence__circuit"), Value(""), output_field=CharField())),
        "count": Coalesce(Subquery(printers, output_field=IntegerField()), Value(0)),
    }
    return _columns(open_ones, "incident", "began_at", **given)


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
