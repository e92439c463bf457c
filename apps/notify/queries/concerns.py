"""What is true now about one cause: the concern people are to be told of, or None when nobody is needed.

Events only say where to look. A handler that comes late, twice or in another order than things happened reads the same truth here.
"""

from __future__ import annotations

from uuid import UUID

from django.db.models import Model, Q

from apps.catalog.states import FAMILY_OF, Reason, ReasonFamily
from apps.fleet.models import Printer
from apps.fleet.states import Connection, Health
from apps.journal.models import Delivery
from apps.journal.states import DeliveryState
from apps.notify.domain.concerns import Concern
from apps.notify.states import NoticeKind, Severity
from apps.orders.models import Intent, Refund, WebhookMessage
from apps.orders.states import RefundState, WebhookState
from apps.planning.models import BuildPlate, Plan, PlanReview, SliceFailure
from apps.planning.states import PlanState, PlateState, ReviewCode
from apps.policy.models import Approval, Breaker
from apps.policy.states import ApprovalState, BreakerKind, SubjectKind
from apps.runs.models import OPEN, Anomaly, Incident, Run
from apps.runs.queries import HELD, attempts_held
from apps.runs.states import AnomalySeverity, AnomalyState, IncidentState, RunState

MACHINE_TROUBLE = frozenset({ReasonFamily.THERMAL, ReasonFamily.MACHINE})
"""Families of reasons in which the machine itself is to be looked at now."""

_ASKED_ABOUT: dict[str, tuple[str, type[Model], str]] = {
    SubjectKind.PLATE: ("plate", BuildPlate, "pk"),
    SubjectKind.RUN: ("plate", BuildPlate, "runs"),
    SubjectKind.ITEM: ("plate", BuildPlate, "items"),
    SubjectKind.INTENT: ("order", Intent, "pk"),
    SubjectKind.PLAN: ("order", Intent, "lines__requirements__plans"),
}
"""What a question is about → what people call it: the plate or order, and how to get there."""

MAIL_SENDER = "notify.send_mail"
"""The subscriber whose failing means that no mail goes out."""


def about_run(run_id: UUID) -> Concern | None:
    """Does the attempt need a person: nobody knows what it did, it stands still without anybody wanting it, or it failed and is not judged?

    Those that a power cut ended are told of together (``about_power``), those of an open incident with it (``about_incident``).
    """
    run = Run.objects.select_related("printer", "plate").filter(pk=run_id).first()
    if run is None or attempts_held().filter(run=run).exists():
        return None
    family = FAMILY_OF.get(Reason(run.reason)) if run.reason else None
    params: dict[str, str | int] = {"plate": run.plate.number, "attempt": run.attempt, "printer": run.printer.code if run.printer else ""}
    params |= {"reason": run.reason} if run.reason else {}
    if run.desynced:
        kind, severity = NoticeKind.RUN_DESYNCED, Severity.URGENT
    elif run.state == RunState.PAUSED and _is_told_by_an_anomaly(run):
        return None
    elif run.state == RunState.PAUSED and family != ReasonFamily.HUMAN:
        kind, severity = NoticeKind.RUN_PAUSED, Severity.URGENT
    elif run.state == RunState.FAILED and run.judged_at is None and run.reason != Reason.POWER_LOSS:
        kind, severity = NoticeKind.RUN_FAILED, Severity.URGENT if family in MACHINE_TROUBLE else Severity.ATTENTION
    else:
        return None
    group = f"printer:{run.printer_id}" if run.printer_id else ""
    return Concern(kind, severity, ("run", run.pk), group, params)


def _is_told_by_an_anomaly(run: Run) -> bool:
    """Was somebody told of this pause by an anomaly: one notification, not two? What is for information, or was seen to before, tells nobody."""
    telling = run.anomalies.filter(OPEN).exclude(severity=AnomalySeverity.INFORMATION)
    return telling.filter(Q(state=AnomalyState.OPEN) | Q(acknowledged_at__gte=run.attention_since or run.created_at)).exists()


def about_anomaly(anomaly_id: UUID) -> Concern | None:
    """Does an anomaly wait for somebody who sees to it? What is for information only is on the page of its attempt."""
    anomaly = Anomaly.objects.select_related("run__plate", "printer").get(pk=anomaly_id)
    if anomaly.state != AnomalyState.OPEN or anomaly.severity == AnomalySeverity.INFORMATION:
        return None
    severity = Severity.URGENT if anomaly.severity == AnomalySeverity.URGENT else Severity.ATTENTION
    run = anomaly.run
    params: dict[str, str | int] = {
        "plate": run.plate.number,
        "attempt": run.attempt,
        "printer": anomaly.printer.code,
        "anomaly": anomaly.kind,
    }
    return Concern(NoticeKind.ANOMALY, severity, ("run", run.pk), f"printer:{anomaly.printer_id}", params)


def about_power(site_id: UUID) -> Concern | None:
    """Are there attempts at this site that a power cut ended and nobody judged yet? Those of an open incident are told of with it."""
    cut = Run.objects.filter(ended_at__isnull=False, judged_at__isnull=True, state=RunState.FAILED, reason=Reason.POWER_LOSS)
    cut = cut.exclude(pk__in=attempts_held().values("run_id"))
    count = cut.filter(plate__site_id=site_id).count()
    if not count:
        return None
    return Concern(NoticeKind.POWER_CUT, Severity.URGENT, ("site", site_id), params={"count": count})


def about_incident(incident_id: UUID) -> Concern | None:
    """Did one cause stop several printers, and nobody has let work start again there?"""
    incident = Incident.objects.filter(pk=incident_id, state=IncidentState.OPEN).first()
    if incident is None:
        return None
    params: dict[str, str | int] = {"count": incident.incident_printers.values("printer").distinct().count(), "reason": incident.reason}
    return Concern(NoticeKind.INCIDENT, Severity.URGENT, ("incident", incident.pk), params=params)


def about_health(printer_id: UUID) -> Concern | None:
    """Is the printer out of service until somebody has looked at it?"""
    printer = Printer.objects.get(pk=printer_id)
    if printer.health != Health.DEGRADED or printer.retired_at is not None:
        return None
    hot = bool(printer.health_reason) and FAMILY_OF[Reason(printer.health_reason)] == ReasonFamily.THERMAL
    severity = Severity.URGENT if hot else Severity.ATTENTION
    params: dict[str, str | int] = {"printer": printer.code, "reason": printer.health_reason}
    return _of_printer(printer, NoticeKind.PRINTER_DEGRADED, severity, params)


def about_connection(printer_id: UUID) -> Concern | None:
    """Is the printer silent, or does it refuse us, while an attempt is open on it? One of an open incident is told of with it."""
    printer = Printer.objects.get(pk=printer_id)
    if printer.incident_printers.filter(HELD).exists():
        return None
    unheard = printer.connection in (Connection.OFFLINE, Connection.MISCONFIGURED)
    if not unheard or printer.current_run_id is None or printer.retired_at is not None:
        return None
    return _of_printer(printer, NoticeKind.PRINTER_OFFLINE, Severity.URGENT, {"printer": printer.code})


def _of_printer(printer: Printer, kind: NoticeKind, severity: Severity, params: dict[str, str | int]) -> Concern:
    return Concern(kind, severity, ("printer", printer.pk), f"printer:{printer.pk}", params)


def about_approval(approval_id: UUID) -> Concern | None:
    """Does the question still wait for an answer?"""
    asked = Approval.objects.filter(pk=approval_id, state=ApprovalState.PENDING).first()
    if asked is None:
        return None
    params: dict[str, str | int] = {"transition": asked.transition, **_asked_about(asked)}
    return Concern(NoticeKind.APPROVAL_NEEDED, Severity.ATTENTION, ("approval", approval_id), params=params)


def _asked_about(asked: Approval) -> dict[str, str]:
    """Return the plate or order a question is about, as people call it; nothing where it has none."""
    name, model, path = _ASKED_ABOUT.get(asked.subject_kind, ("", Intent, ""))
    found = model._default_manager.filter(**{path: asked.subject_id}).values_list("number", flat=True).first() if name else None
    return {name: str(found)} if found else {}


def about_plan(plan_id: UUID) -> Concern | None:
    """Is the plan locked because it keeps failing, or does it wait for a person's review?"""
    plan = Plan.objects.select_related("requirement__line__intent").filter(pk=plan_id).first()
    if plan is None or plan.state not in (PlanState.DRAFT, PlanState.APPROVED):
        return None
    reviews = PlanReview.objects.filter(plan=plan, resolved_at__isnull=True).order_by("id").values_list("code", flat=True)
    params: dict[str, str | int] = {"order": plan.requirement.line.intent.number, "revision": plan.revision}
    if plan.dispatch_blocked:
        kind = NoticeKind.PLAN_LOCKED
    elif reviews:
        kind, params = NoticeKind.PLAN_REVIEW, {**params, "review": reviews[0]}
    else:
        return None
    return Concern(kind, Severity.ATTENTION, ("plan", plan_id), params=params)


def about_slice(plate_id: UUID) -> Concern | None:
    """Did slicing the plate fail for a reason that nobody reviews with its plans?"""
    plate = BuildPlate.objects.filter(pk=plate_id, state=PlateState.APPROVED, output__isnull=True).first()
    if plate is None or not SliceFailure.objects.filter(plate=plate, slice_key=plate.slice_key).exists():
        return None
    plans = plate.items.values("plan_id")
    if PlanReview.objects.filter(plan__in=plans, code=ReviewCode.SLICE_WARNING, resolved_at__isnull=True).exists():
        return None
    return Concern(NoticeKind.SLICE_FAILED, Severity.ATTENTION, ("plate", plate_id), params={"plate": plate.number})


def about_breaker(breaker_id: UUID) -> Concern | None:
    """Did automation stop itself at a site, and nobody looked into it yet? The other breakers show as locked plans and degraded printers."""
    tripped = Breaker.objects.filter(pk=breaker_id, kind=BreakerKind.RUNAWAY, acknowledged_at__isnull=True).first()
    if tripped is None:
        return None
    return Concern(NoticeKind.AUTOMATION_OFF, Severity.URGENT, ("site", tripped.site_id))


def about_payment(intent_id: UUID) -> Concern | None:
    """Is there money for the order that a person must decide about?"""
    intent = Intent.objects.get(pk=intent_id)
    if not WebhookMessage.objects.filter(intent=intent, state=WebhookState.REVIEW).exists():
        return None
    params: dict[str, str | int] = {"order": intent.number}
    return Concern(NoticeKind.PAYMENT_REVIEW, Severity.ATTENTION, ("intent", intent.pk), params=params)


def about_refund(intent_id: UUID) -> Concern | None:
    """Is the order's latest refund one that did not go out?"""
    latest = Refund.objects.filter(intent=intent_id).select_related("intent").order_by("-id").first()
    if latest is None or latest.state != RefundState.FAILED:
        return None
    params: dict[str, str | int] = {"order": latest.intent.number, "minor": latest.amount_minor, "currency": latest.currency}
    return Concern(NoticeKind.REFUND_FAILED, Severity.ATTENTION, ("intent", intent_id), params=params)


def about_given_up(delivery_id: int) -> Concern | None:
    """Does the owed effect wait for a person?"""
    delivery = Delivery.objects.select_related("event").get(pk=delivery_id)
    if delivery.state != DeliveryState.DEAD:
        return None
    about: tuple[str, UUID] = ("event", delivery.event.event_id)
    params: dict[str, str | int] = {"subscriber": delivery.subscriber}
    return Concern(NoticeKind.EFFECT_GAVE_UP, Severity.ATTENTION, about, params=params)


def about_mail(delivery_id: int) -> Concern | None:
    """Are there mails farmos could not send? They are told of together, by the example of one, and never by mail."""
    example = Delivery.objects.select_related("event").get(pk=delivery_id)
    count = Delivery.objects.filter(state=DeliveryState.DEAD, subscriber=MAIL_SENDER).count()
    if not count:
        return None
    return Concern(NoticeKind.MAIL_GAVE_UP, Severity.ATTENTION, ("event", example.event.event_id), params={"count": count})
