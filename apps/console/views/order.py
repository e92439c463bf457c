"""One order: what was promised, what is expected, where its pieces stand, its money, and what may be done about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import Site
from apps.accounts.states import country_name
from apps.board.badges import Badge, badge_of, order_badge, plan_badge
from apps.board.queries import order_expected_at
from apps.board.queries.people import names_of
from apps.board.queries.pieces import Stand, printing_on, stands_of_components
from apps.board.queries.shapes import Checked, checked
from apps.journal import clock
from apps.orders import queries as money
from apps.orders.models import CustomerSnapshot, Intent, LineItem, Release, Requirement
from apps.orders.states import OPEN_INTENTS, ConstraintKind, IntentState
from apps.parts import queries as parts
from apps.planning.models import Plan
from apps.planning.states import PlanState
from apps.policy.queries import HoldTarget, active_holds
from apps.policy.states import GatedTransition, HoldReason, HoldScope, SubjectKind

from .blocking import blocking
from .happened import key_events
from .order_acts import minor_as_text, works_alone
from .record import RecordPage

PAYABLE = (IntentState.AWAITING_PAYMENT, IntentState.PAID, IntentState.FULFILLED)


@dataclass(frozen=True, slots=True)
class Component:
    """One component of a line: what it is, how it stands, and how it is made."""

    requirement: Requirement
    name: str
    stand: Stand
    plan: Plan | None
    plan_badge: Badge | None


@dataclass(frozen=True, slots=True)
class Line:
    """One line with its model's check and its components."""

    item: LineItem
    name: str
    checked: Checked | None
    check_badge: Badge | None
    findings: list[dict[str, Any]]
    wishes: list[str]
    components: list[Component]


class OrderPage(RecordPage):
    """Calm customer truth, and every action on the order this person may take."""

    permission = "orders.view_intent"
    title = gettext_lazy("Order")
    template_name = "console/order.html"
    commands = (
        "orders.record_manual_payment",
        "orders.release_intent",
        "orders.amend_cancel_qty",
        "orders.request_refund",
        "orders.cancel_intent",
        "orders.view_ledgerentry",
        "orders.view_customersnapshot",
        "policy.place_hold",
        "policy.release_hold",
        "policy.override",
    )

    def find(self, sites: QuerySet[Site]) -> tuple[Intent, Site] | None:
        """Return the order with this number; of several sites the one asked for, else the default one."""
        rows = Intent.objects.filter(number=self.kwargs["number"], site__in=sites).select_related("site", "account", "quote", "replaces")
        if code := self.request.GET.get("site", ""):
            rows = rows.filter(site__code=code)
        found = rows.order_by("-site__is_default", "site_id").first()
        return (found, found.site) if found else None

    @cached_property
    def intent(self) -> Intent:
        """The order."""
        found: Intent = self.record
        return found

    @cached_property
    def release(self) -> Release | None:
        """What released it to production, if anything did."""
        found: Release | None = self.intent.releases.select_related("decision").first()
        return found

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add everything that is true of the order."""
        intent, now = self.intent, clock.now()
        stands = stands_of_components(intent.pk)
        stand = sum(stands.values(), Stand())
        return {
            **super().get_context_data(**kwargs),
            "order": intent,
            "state_badge": order_badge(intent.state, intent.cancel_reason),
            **self._customer(),
            "stand": stand,
            "standing": standing_words(stand, printing_on(intent.pk)),
            "expected_at": order_expected_at(intent, now=now) if self.release and intent.state in OPEN_INTENTS else None,
            "is_made": stand.promised > 0 and not any(stand.counts.get(one) for one in ("owed", "printing", "doubt")),
            "is_waiting": self.release is None or any(stand.counts.get(one) for one in ("owed", "doubt")),
            "is_late": intent.state in OPEN_INTENTS and intent.due_at is not None and intent.due_at < now,
            "lines": lines_of(intent, stands),
            "is_open": intent.state in OPEN_INTENTS,
            **self._in_the_way(),
            **self._money(),
            **self._changes(),
            "goods_minor": intent.price_minor - intent.shipping_minor,
            "typed": "" if works_alone(self.site.pk) else intent.number,
            "events": key_events("intent", intent.pk, limit=7),
            "hold_reasons": HoldReason.choices,
        }

    def _customer(self) -> dict[str, Any]:
        """Return whom it is for, to those who may know."""
        snapshot = self.intent.snapshots.order_by("-number").first() if self.can("orders.view_customersnapshot") else None
        return {"snapshot": snapshot, "address": address_of(snapshot)}

    def _in_the_way(self) -> dict[str, Any]:
        """Return why the order is not released, and what holds it."""
        intent = self.intent
        waits = intent.state == IntentState.PAID and self.release is None
        stopped = blocking(GatedTransition.INTENT_RELEASE, SubjectKind.INTENT, intent.pk, currency=intent.currency) if waits else None
        holds = active_holds(on=[HoldTarget(HoldScope.ORDER, intent.pk)], now=clock.now())
        people = names_of([hold.placed_by for hold in holds])
        return {
            "release": self.release,
            "blocking": stopped,
            "is_unreleased": waits and stopped is None,
            "holds": [(hold, people[hold.placed_by]) for hold in holds],
        }

    def _money(self) -> dict[str, Any]:
        """Return the ledger for those who may see it; for others only whether it is paid."""
        intent = self.intent
        status = money.payment_status(intent)
        shown: dict[str, Any] = {"payment": status, "payment_badge": badge_of("payment", status)}
        if not self.can("orders.view_ledgerentry"):
            return shown
        account = money.money_of(intent)
        return {
            **shown,
            "money": account,
            "entries": list(intent.ledger_entries.order_by("id")),
            "refunds": list(intent.refunds.order_by("id")),
            "can_be_paid": intent.state in PAYABLE and account.outstanding > 0,
            "outstanding_text": minor_as_text(account.outstanding, intent.currency),
            "in_review": intent.webhook_messages.filter(state="review").exists(),
        }

    def _changes(self) -> dict[str, Any]:
        amendments = list(self.intent.amendments.order_by("number"))
        people = names_of([one.made_by for one in amendments] + [self.intent.canceled_by])
        return {"amendments": [(one, people[one.made_by]) for one in amendments], "canceled_by": people.get(self.intent.canceled_by, "")}


def standing_words(stand: Stand, printers: Mapping[str, int]) -> str:
    """Return in a sentence or two what is left to make, where it prints, and which pieces count as nothing."""
    left = stand.to_make
    said = [_("Nothing left to make.") if not left else _("%(n)d to make.") % {"n": left}]
    said += [_("%(n)d print on %(printer)s.") % {"n": many, "printer": code} for code, many in printers.items()]
    said += [
        _("%(n)d were on %(printer)s, which nobody hears from or whose state is in doubt: they count as nothing until someone looks.")
        % {"n": many, "printer": code}
        for code, many in stand.silent.items()
    ]
    return " ".join(said)


def lines_of(intent: Intent, stands: dict[UUID, Stand]) -> list[Line]:
    """Return the lines of an order with their checks, components and plans. The number of queries does not depend on how many there are."""
    items = list(intent.lines.select_related("part_revision__part", "material", "color").order_by("position"))
    requirements = list(Requirement.objects.filter(line__intent=intent).select_related("part_revision__part").order_by("line", "position"))
    checks = checked([*(one.part_revision_id for one in items), *(one.part_revision_id for one in requirements)])
    plans = newest_plans(one.pk for one in requirements)
    return [_line(item, [one for one in requirements if one.line_id == item.pk], stands, checks, plans) for item in items]


def newest_plans(requirement_ids: Any) -> dict[UUID, Plan]:
    """Return for each component the plan in use: the newest draft, else the approved one. One query."""
    rows = Plan.objects.filter(requirement__in=list(requirement_ids), state__in=(PlanState.DRAFT, PlanState.APPROVED)).order_by("revision")
    return {plan.requirement_id: plan for plan in rows}


def _line(
    item: LineItem, requirements: list[Requirement], stands: dict[UUID, Stand], checks: dict[UUID, Checked], plans: dict[UUID, Plan]
) -> Line:
    check = checks.get(item.part_revision_id) if item.part_revision_id else None
    return Line(
        item,
        name_of(item),
        check,
        badge_of("preflight", check.status) if check else None,
        findings_of(check) if check else [],
        [str(wish) for one in item.constraints if (wish := _wish(one))],
        [_component(one, stands.get(one.pk, Stand()), plans.get(one.pk)) for one in requirements],
    )


def _component(requirement: Requirement, stand: Stand, plan: Plan | None) -> Component:
    revision = requirement.part_revision
    name = str(revision.part) if revision else requirement.sku
    badge = plan_badge(plan.state, dispatch_blocked=plan.dispatch_blocked) if plan else None
    return Component(requirement, name, stand, plan, badge)


def address_of(snapshot: CustomerSnapshot | None) -> str:
    """Return where an order goes, line by line."""
    kept = {**snapshot.shipping_address} if snapshot and not snapshot.erased_at else {}
    kept["country"] = country_name(kept.get("country", ""))
    lines = (("recipient",), ("company",), ("line1",), ("line2",), ("postal_code", "city"), ("region",), ("country",))
    return "\n".join(line for names in lines if (line := " ".join(str(kept[name]) for name in names if kept.get(name))))


def name_of(item: LineItem) -> str:
    """Return what a line is called."""
    return item.title or (str(item.part_revision.part) if item.part_revision else "") or item.sku


def findings_of(check: Checked) -> list[dict[str, Any]]:
    """Return what a check found, each with its four sentences and what was answered."""
    return [
        {
            "number": number,
            "severity": finding.severity.value,
            "said": parts.sentences_of(finding),
            "reviewed": finding.code in check.reviewed,
            "accepted": finding.code in check.accepted,
            "finding": finding,
        }
        for number, finding in enumerate(check.findings, start=1)
    ]


def _wish(kept: dict[str, Any]) -> str:
    """Return what a customer asked of the part beside its shape, in words."""
    kind = str(kept.get("kind", ""))
    if kind not in ConstraintKind.values:
        return ""
    said = ", ".join(str(kept[one]) for one in ("axis", "face", "faces", "text", "note") if kept.get(one))
    return f"{ConstraintKind(kind).label}: {said}" if said else str(ConstraintKind(kind).label)
