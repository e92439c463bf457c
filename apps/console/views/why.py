"""Why is this not printing? Everything in the way, in the order to solve it: who can, and one button that leads there."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.accounts.models import Site
from apps.board.badges import order_badge, run_badge
from apps.console.labels.solving import SOLVING, Solving
from apps.fleet.models import Printer
from apps.fleet.states import MisfitCode, PrinterWait
from apps.journal import clock
from apps.journal.refusals import NotFound
from apps.orders.models import Intent, Piece
from apps.planning.models import Plan
from apps.policy.models import Approval, Hold
from apps.policy.states import HoldReason
from apps.runs import queries
from apps.runs.domain.scheduling import Fit
from apps.runs.models import Run
from apps.runs.queries import Blocker
from apps.runs.states import RunState

from .order import name_of, newest_plans
from .record import RecordPage

PRINTS = "PRINTING"
"""The code of a blocker that is none: it prints already."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing in the way: its words, who can solve it, and where."""

    number: int
    blocker: Blocker
    solving: Solving
    url: str
    label: str
    solves_itself: bool


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
    commands = ("policy.place_hold", "policy.release_hold", "runs.clear_bed", "orders.release_intent")

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
        return {
            **super().get_context_data(**kwargs),
            **self._named(),
            "steps": steps,
            "heading": self._heading(steps),
            "needs_somebody": any(not step.solves_itself for step in steps),
            "rules": elimination(run, now=now) if run else [],
            "hold_reasons": HoldReason.choices,
            "kind": kind,
            "now": now,
        }

    def steps(self, blockers: list[Blocker]) -> list[Step]:
        """Return each thing in the way with who can solve it and where."""
        found = []
        for number, blocker in enumerate(blockers, start=1):
            solving = SOLVING[blocker.code]
            url = address_of(solving.page, blocker)
            found.append(Step(number, blocker, solving, url, str(solving.label) if url else "", solving.by_itself))
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

    def _queued_run(self, blockers: list[Blocker]) -> Run | None:
        """Return the attempt that waits for a printer, whose printers are then shown rule by rule."""
        if self.kwargs["kind"] == "run":
            run: Run = self.record
            return run if run.state == RunState.QUEUED else None
        ids = [one.id for one in blockers if one.kind == "run"]
        rows = Run.objects.filter(pk__in=ids, state=RunState.QUEUED).select_related("plate__printer_class", "printer")
        return rows.order_by("id").first()


def address_of(page: str, blocker: Blocker) -> str:
    """Return where a blocker is solved; empty where no page of ours does that."""
    try:
        return _ADDRESSES[page](blocker) if page in _ADDRESSES else ""
    except (NoReverseMatch, ValueError):
        return ""


def _order_of(blocker: Blocker) -> str:
    rows = Intent.objects.all()
    found = {
        "intent": lambda: rows.filter(pk=blocker.id),
        "requirement": lambda: rows.filter(lines__requirements=UUID(blocker.id)),
        "piece": lambda: rows.filter(lines__requirements__pieces=UUID(blocker.id)),
    }.get(blocker.kind)
    number = found().values_list("number", flat=True).first() if found else None
    return reverse("console:order", args=[number]) if number else ""


def _plan_of(blocker: Blocker) -> str:
    if blocker.kind == "plan":
        return reverse("console:plan", args=[blocker.id])
    if blocker.kind == "plate":
        plan = Plan.objects.filter(plate_items__plate=UUID(blocker.id)).values_list("pk", flat=True).first()
        return reverse("console:plan", args=[plan]) if plan else ""
    plans = newest_plans([blocker.id]) if blocker.kind == "requirement" else {}
    return reverse("console:plan", args=[plans[UUID(blocker.id)].pk]) if UUID(blocker.id) in plans else _order_of(blocker)


def _approval_of(blocker: Blocker) -> str:
    if blocker.kind == "approval":
        return reverse("console:approval", args=[blocker.id])
    found = Approval.objects.filter(subject_id=blocker.id, state="pending").values_list("pk", flat=True).first()
    return reverse("console:approval", args=[found]) if found else reverse("console:approvals")


def _decision_of(blocker: Blocker) -> str:
    decision = blocker.id if blocker.kind == "decision" else blocker.params.get("decision")
    return reverse("console:decision", args=[decision]) if decision else reverse("console:trace", args=[blocker.kind, blocker.id])


def _held(blocker: Blocker) -> str:
    """Return where a hold is released: on the page of what it is on."""
    hold = Hold.objects.filter(pk=blocker.id).first()
    if hold is None:
        return ""
    if hold.scope == "order":
        return _order_of(Blocker("ON_HOLD", "intent", str(hold.scope_id)))
    if hold.scope == "plan":
        return reverse("console:plan", args=[hold.scope_id])
    return reverse("console:trace", args=["hold", hold.pk])


def _printers(_blocker: Blocker) -> str:
    return reverse("console:printers")


def _printer_of(blocker: Blocker) -> str:
    code = Printer.objects.filter(pk=blocker.id).values_list("code", flat=True).first() if blocker.kind == "printer" else None
    code = code or (Printer.objects.filter(runs=UUID(blocker.id)).values_list("code", flat=True).first() if blocker.kind == "run" else None)
    return reverse("console:printer", args=[code]) if code else _printers(blocker)


def _outcome_of(blocker: Blocker) -> str:
    return reverse("console:outcome", args=[blocker.id])


def _plate_of(blocker: Blocker) -> str:
    return reverse("console:plate", args=[blocker.id])


def _given_up(_blocker: Blocker) -> str:
    return reverse("dead-letters")


_ADDRESSES = {
    "order": _order_of,
    "plan": _plan_of,
    "approval": _approval_of,
    "decision": _decision_of,
    "hold": _held,
    "printers": _printers,
    "printer": _printer_of,
    "outcome": _outcome_of,
    "plate": _plate_of,
    "given-up": _given_up,
}


def elimination(run: Run, *, now: Any) -> list[Rule]:
    """Return which printers could print an attempt, one rule after another: what each rule leaves, and who it takes out by what."""
    suited = queries.suited(run, now=now)
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


_WAITS = [*PrinterWait.values, "hold"]


def _misfit(code: str) -> str:
    return str(MisfitCode(code).label) if code in MisfitCode.values else _("Another printer was named")


def _wait(code: str) -> str:
    return str(PrinterWait(code).label) if code in PrinterWait.values else _("On hold")


def _codes(suited: list[Fit]) -> str:
    codes = [fit.candidate.code for fit in suited]
    return ", ".join(codes[:4]) + (_(" and %(n)d more") % {"n": len(codes) - 4} if len(codes) > 4 else "")
