"""Why is this not printing? Everything in the way, in the order to solve it: who can, and one button that leads there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.accounts.models import Site
from apps.board.badges import order_badge, run_badge
from apps.console.labels.rules import Reason, reasons_of
from apps.console.labels.solving import SOLVING, Solving
from apps.fleet.models import Printer
from apps.fleet.states import MisfitCode, PrinterWait
from apps.journal import clock
from apps.journal.refusals import NotFound
from apps.orders.models import Intent, Piece, Requirement
from apps.planning.models import PlateItem
from apps.policy.models import Approval, Hold
from apps.policy.states import ApprovalState, HoldReason, HoldScope, SubjectKind
from apps.runs import queries
from apps.runs.domain.scheduling import Fit
from apps.runs.models import Run
from apps.runs.queries import Blocker
from apps.runs.states import RunState

from .order import name_of, newest_plans
from .record import RecordPage

PRINTS = "PRINTING"
"""The code of a blocker that is none: it prints already."""

BY_HOURS = frozenset({"UNWATCHED", "ENDS_ALONE", "NO_SHIFT_FITS"})
"""The codes of what working hours keep back."""

BY_HAND = BY_HOURS | {"AUTOMATION_OFF"}
"""The codes of what keeps automation from a start that a person may make."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing in the way: its words, who can solve it, and where. ``reasons``: why the policy stopped it, where it did."""

    number: int
    blocker: Blocker
    solving: Solving
    url: str
    label: str
    solves_itself: bool
    reasons: list[Reason]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the elimination: how many printers are left after it, and who it took out."""

    name: Any
    left: int
    gone: str


class Why(RecordPage):
    """The blockers of an order, a piece or a print attempt."""

    permission = "orders.view_intent"
    title = gettext_lazy("Why is this not printing?")
    template_name = "console/why.html"
    commands = ("runs.dispatch_run", "policy.place_hold", "policy.release_hold", "runs.clear_bed", "orders.release_intent")

    def find(self, sites: QuerySet[Site]) -> tuple[Any, Site] | None:
        """Return what is asked about."""
        kind, id_ = self.kwargs["kind"], self.kwargs["record_id"]
        if kind == "intent":
            intent = Intent.objects.filter(pk=id_, site__in=sites).select_related("site").first()
            return (intent, intent.site) if intent else None
        if kind == "piece":
            line = "requirement__line"
            piece = Piece.objects.filter(pk=id_, **{f"{line}__intent__site__in": sites})
            found = piece.select_related(f"{line}__intent__site", f"{line}__part_revision__part").first()
            return (found, found.requirement.line.intent.site) if found else None
        if kind == "run":
            run = Run.objects.filter(pk=id_, plate__site__in=sites).select_related("plate__site", "plate__printer_class", "printer").first()
            return (run, run.plate.site) if run else None
        raise NotFound("address")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the steps, the elimination of printers, and what a hold would be on."""
        now, kind = clock.now(), self.kwargs["kind"]
        blockers = queries.why_not_printing(kind, self.record.pk, now=now)
        steps = self.steps(blockers)
        run = self._queued_run(blockers)
        suited = queries.suited(run, now=now) if run else []
        return {
            **super().get_context_data(**kwargs),
            **self._named(),
            "steps": steps,
            "heading": self._heading(steps),
            "needs_somebody": any(not step.solves_itself for step in steps),
            "rules": elimination(suited) if run else [],
            "waiting_run": run,
            "ready": [fit.candidate for fit in suited if fit.is_ready] if run and self._may_start(run, blockers, now) else [],
            "hold_reasons": HoldReason.choices,
            "kind": kind,
            "now": now,
        }

    def steps(self, blockers: list[Blocker]) -> list[Step]:
        """Return each thing in the way with who can solve it and where."""
        found, solved = [], Solved(blockers)
        for number, blocker in enumerate(blockers, start=1):
            solving = SOLVING[blocker.code]
            url = solved.address(solving.page, blocker)
            reasons = reasons_of(blocker.params["why"], currency=self.site.currency) if "rules" in blocker.params else []
            found.append(Step(number, blocker, solving, url, str(solving.label) if url else "", solving.by_itself, reasons))
        return found

    def _named(self) -> dict[str, Any]:
        """Return what the page is about, and its order."""
        record, kind = self.record, self.kwargs["kind"]
        if kind == "intent":
            badge = order_badge(record.state, record.cancel_reason)
            thing = _("order %(number)s") % {"number": record.number}
            return {"thing": thing, "order": record, "badge": badge, "hold_scope": "order", "hold_id": record.pk}
        if kind == "piece":
            line = record.requirement.line
            thing = _("piece %(n)d of %(name)s") % {"n": record.number, "name": name_of(line)}
            return {"thing": thing, "order": line.intent, "badge": None, "hold_scope": "line", "hold_id": line.pk}
        thing = _("plate %(number)s, Print Attempt %(n)d") % {"number": record.plate.number, "n": record.attempt}
        badge = run_badge(record.state, desynced=record.desynced)
        return {"thing": thing, "order": None, "badge": badge, "hold_scope": "plate", "hold_id": record.plate_id, "run": record}

    def _heading(self, steps: list[Step]) -> str:
        thing = self._named()["thing"]
        real = [step for step in steps if not step.solves_itself]
        if not steps:
            return _("Nothing keeps %(thing)s from printing.") % {"thing": thing}
        if {step.blocker.code for step in steps} == {PRINTS}:
            return _("%(thing)s is printing. Nothing needs you.") % {"thing": capfirst(thing)}
        if not real:
            return _("Why is %(thing)s not printing? Nothing needs you.") % {"thing": thing}
        words = ngettext(
            "Why is %(thing)s not printing? %(n)d thing is in the way.",
            "Why is %(thing)s not printing? %(n)d things are in the way.",
            len(real),
        )
        return words % {"thing": thing, "n": len(real)}

    def _may_start(self, run: Run, blockers: list[Blocker], now: datetime) -> bool:
        """May a person start what automation waits with? Not where something else is in the way of this very attempt too."""
        codes = {one.code for one in blockers}
        if codes & BY_HAND and self.kwargs["kind"] != "run":
            codes = {one.code for one in queries.why_not_printing("run", run.pk, now=now)}
        return bool(codes) and codes <= BY_HAND and not (codes & BY_HOURS and queries.hours_bind_people(run.plate.site_id))

    def _queued_run(self, blockers: list[Blocker]) -> Run | None:
        """Return the attempt that waits for a printer, whose printers are then shown rule by rule."""
        if self.kwargs["kind"] == "run":
            run: Run = self.record
            return run if run.state == RunState.QUEUED else None
        ids = [one.id for one in blockers if one.kind == "run"]
        rows = Run.objects.filter(pk__in=ids, state=RunState.QUEUED).select_related("plate__printer_class", "printer")
        return rows.order_by("id").first()


class Solved:
    """Where blockers are solved: the records behind all of them are looked up together, each kind when the first blocker needs it."""

    def __init__(self, blockers: Iterable[Blocker]) -> None:
        self._ids: dict[str, set[UUID]] = {}
        for blocker in blockers:
            if blocker.kind in _LOOKED_UP:
                self._ids.setdefault(blocker.kind, set()).add(UUID(blocker.id))

    def address(self, page: str, blocker: Blocker) -> str:
        """Return where a blocker is solved; empty where no page of ours does that."""
        try:
            return _ADDRESSES[page](self, blocker) if page in _ADDRESSES else ""
        except NoReverseMatch:
            return ""

    def _of(self, kind: str) -> set[UUID]:
        return self._ids.get(kind, set())

    @cached_property
    def _orders(self) -> dict[UUID, str]:
        """Numbers of orders, by the id of an order or of a component."""
        intents = self._of("intent") | {hold.scope_id for hold in self._holds.values() if hold.scope == HoldScope.ORDER}
        numbers = dict(Intent.objects.filter(pk__in=intents).values_list("pk", "number"))
        return numbers | dict(Requirement.objects.filter(pk__in=self._of("requirement")).values_list("pk", "line__intent__number"))

    @cached_property
    def _plans(self) -> dict[UUID, UUID]:
        """The plan to look at, by the id of a component or of a plate."""
        on_plates = PlateItem.objects.filter(plate__in=self._of("plate")).order_by("-id").values_list("plate_id", "plan_id")
        return {key: plan.pk for key, plan in newest_plans(self._of("requirement")).items()} | dict(on_plates)

    @cached_property
    def _questions(self) -> dict[UUID, UUID]:
        """The question that waits for a person, by the id of what it is about."""
        about = {one for ids in self._ids.values() for one in ids}
        waiting = Approval.objects.filter(subject_kind__in=SubjectKind.values, subject_id__in=about, state=ApprovalState.PENDING)
        return dict(waiting.values_list("subject_id", "pk"))

    @cached_property
    def _holds(self) -> dict[UUID, Hold]:
        return Hold.objects.in_bulk(self._of("hold"))

    @cached_property
    def _printers(self) -> dict[UUID, str]:
        """Codes of printers, by the id of a printer or of an attempt on it."""
        codes = dict(Printer.objects.filter(pk__in=self._of("printer")).values_list("pk", "code"))
        return codes | dict(Run.objects.filter(pk__in=self._of("run"), printer__isnull=False).values_list("pk", "printer__code"))

    def order(self, blocker: Blocker) -> str:
        """Return the page of the order."""
        return self._order(UUID(blocker.id))

    def _order(self, key: UUID) -> str:
        number = self._orders.get(key)
        return reverse("console:order", args=[number]) if number else ""

    def plan(self, blocker: Blocker) -> str:
        """Return the page of the plan; of the order while there is none."""
        plan = blocker.id if blocker.kind == "plan" else self._plans.get(UUID(blocker.id))
        return reverse("console:plan", args=[plan]) if plan else self.order(blocker)

    def approval(self, blocker: Blocker) -> str:
        """Return the sheet of the question; the list of questions when none is known."""
        if blocker.kind == "approval":
            return reverse("console:approval", args=[blocker.id])
        found = self._questions.get(UUID(blocker.id))
        return reverse("console:approval", args=[found]) if found else reverse("console:approvals")

    def decision(self, blocker: Blocker) -> str:
        """Return the page of the decision, else the timeline it is in."""
        decision = blocker.id if blocker.kind == "decision" else blocker.params.get("decision")
        return reverse("console:decision", args=[decision]) if decision else reverse("console:trace", args=[blocker.kind, blocker.id])

    def hold(self, blocker: Blocker) -> str:
        """Return where a hold is released: on the page of what it is on."""
        hold = self._holds.get(UUID(blocker.id))
        if hold is None:
            return ""
        if hold.scope == HoldScope.ORDER:
            return self._order(hold.scope_id)
        if hold.scope == HoldScope.PLAN:
            return reverse("console:plan", args=[hold.scope_id])
        return reverse("console:trace", args=["hold", hold.pk])

    def printer(self, blocker: Blocker) -> str:
        """Return the page of the printer; of all printers when none is known."""
        code = self._printers.get(UUID(blocker.id))
        return reverse("console:printer", args=[code]) if code else reverse("console:printers")


_LOOKED_UP = frozenset({"intent", "requirement", "plan", "plate", "hold", "printer", "run"})
"""Kinds of records behind a blocker of which something is looked up."""

_ADDRESSES: dict[str, Callable[[Solved, Blocker], str]] = {
    "order": Solved.order,
    "plan": Solved.plan,
    "approval": Solved.approval,
    "decision": Solved.decision,
    "hold": Solved.hold,
    "printers": lambda _solved, _blocker: reverse("console:printers"),
    "printer": Solved.printer,
    "incident": lambda _solved, blocker: reverse("console:incident", args=[blocker.id]) if blocker.kind == "incident" else "",
    "hours": lambda _solved, _blocker: reverse("console:hours"),
    "building": lambda _solved, _blocker: reverse("console:building"),
    "outcome": lambda _solved, blocker: reverse("console:outcome", args=[blocker.id]),
    "plate": lambda _solved, blocker: reverse("console:plate", args=[blocker.id]),
    "given-up": lambda _solved, _blocker: reverse("dead-letters"),
}


def elimination(suited: list[Fit]) -> list[Rule]:
    """Return which printers could print an attempt, one rule after another: what each rule leaves, and who it takes out by what."""
    rules = [Rule(_("All printers"), len(suited), _("at this site"))]
    left = suited
    missed = Counter(miss.code for fit in suited for miss in fit.misfits)
    for code, _many in missed.most_common():
        out = [fit for fit in left if any(miss.code == code for miss in fit.misfits)]
        if out:
            left = [fit for fit in left if fit not in out]
            rules.append(Rule(_misfit(code), len(left), _codes(out)))
    for code in _WAITS:
        out = [fit for fit in left if code in fit.candidate.waits]
        if out:
            left = [fit for fit in left if fit not in out]
            rules.append(Rule(_wait(code), len(left), _codes(out)))
    rules.append(Rule(_("Ready now"), len(left), _codes(left)))
    return rules


_WAITS = [queries.IN_INCIDENT, *PrinterWait.values, "hold", queries.CIRCUIT_IS_FULL]
_OWN_WAITS = {
    "hold": gettext_lazy("On hold"),
    queries.IN_INCIDENT: gettext_lazy("Part of an incident"),
    queries.CIRCUIT_IS_FULL: gettext_lazy("Its circuit is heating already"),
}


def _misfit(code: str) -> str:
    return str(MisfitCode(code).label) if code in MisfitCode.values else _("Another printer was named")


def _wait(code: str) -> str:
    return str(PrinterWait(code).label) if code in PrinterWait.values else str(_OWN_WAITS[code])


def _codes(suited: list[Fit]) -> str:
    codes = [fit.candidate.code for fit in suited]
    return ", ".join(codes[:4]) + (_(" and %(n)d more") % {"n": len(codes) - 4} if len(codes) > 4 else "")
