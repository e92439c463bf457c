"""The demo's operators: they look at every printer and every card, do the next right thing, and let automation do the rest."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen
from uuid import UUID

from django.db.models import QuerySet

from apps.catalog.states import Reason
from apps.fleet.models import Printer
from apps.fleet.simulator.physical import Print, physical_account
from apps.fleet.states import Bed, Health, Occupancy, checks_for
from apps.fulfilment import commands as fulfilment
from apps.fulfilment.models import Shipment
from apps.journal import clock
from apps.journal import commands as journal
from apps.journal.models import Delivery
from apps.journal.refusals import Refusal
from apps.journal.results import Parked
from apps.journal.states import DeliveryState
from apps.orders.models import Intent, Piece
from apps.orders.states import PieceState
from apps.planning import commands as planning
from apps.planning.models import Plan, PlanReview, PlateItem
from apps.planning.states import PlanState
from apps.policy import commands as policy
from apps.policy.models import Approval
from apps.policy.states import ApprovalState
from apps.runs import commands as runs
from apps.runs import queries as asked
from apps.runs.models import Incident, Run
from apps.runs.states import IncidentState, ItemResult, RunState

from .acting import Person, pieces, say
from .filament import Filament


class Operators:
    """Everything people do on the floor of the demo. Each round looks anew; nothing is remembered between rounds.

    Args:
        person: Who acts.
        printers: The state directory of the simulated printers: their physical account is what an operator sees with their own eyes.
        control: Address of the simulator's control, to take things off a bed.
        filament: Who sees to prints that ran out of filament, where anybody does.
    """

    def __init__(self, person: Person, printers: Path, control: str, filament: Filament | None = None) -> None:
        self.person = person
        self.printers = printers
        self.control = control
        self.filament = filament

    def beside_the_printers(self) -> int:
        """Do only what waits for somebody beside a printer: look where the record is in doubt, clear beds, look after what broke, try again."""
        return self._do(self._settle_desyncs, self._judge, self._release, self._clear_beds, self._acknowledge, self._retry)

    def round(self) -> int:
        """Do everything that waits for a person now; return how many things were done."""
        return self._do(
            self._answer_questions,
            self._look_at_plans,
            self._settle_desyncs,
            self._see_to_filament,
            self._judge,
            self._reprint,
            self._release,
            self._clear_beds,
            self._acknowledge,
            self._cool,
            self._check,
            self._pack,
            self._ship,
            self._retry,
        )

    def _do(self, *jobs: Callable[[], Iterator[str]]) -> int:
        done = 0
        for job in jobs:
            for what in job():
                say("{what}", what=what)
                done += 1
        return done

    def _try(self, act: Callable[[], object], what: str) -> Iterator[str]:
        """Do one thing; somebody (or the machine) being faster is normal and is looked at again in the next round."""
        try:
            answer = act()
        except Refusal as refused:
            if refused.code in ("stale-version", "illegal-transition", "busy", "unavailable"):
                return
            raise
        if not isinstance(answer, Refusal | Parked):
            yield what

    def _answer_questions(self) -> Iterator[str]:
        for approval in Approval.objects.filter(state=ApprovalState.PENDING).order_by("id"):
            ctx = self.person.does(f"grant-{approval.pk}")
            yield from self._try(
                lambda approval=approval, ctx=ctx: policy.grant_approval(  # type: ignore[misc]
                    ctx, approval_id=approval.pk, expected_version=approval.version, reason="Looked at it in the demo"
                ),
                f"approved: {approval.transition}",
            )

    def _look_at_plans(self) -> Iterator[str]:
        """Read what was raised about plans and say that it is all right; unlock those that kept failing."""
        for review in PlanReview.objects.filter(
            resolved_at=None, plan__state__in=[PlanState.DRAFT, PlanState.APPROVED], plan__dispatch_blocked=False
        ):
            ctx = self.person.does(f"review-{review.pk}-{review.version}")
            yield from self._try(
                lambda review=review, ctx=ctx: planning.resolve_review(  # type: ignore[misc]
                    ctx, review_id=review.pk, expected_version=review.version, note="Looked at in the demo"
                ),
                f"looked at a plan: {review.get_code_display()}",
            )
        for plan in Plan.objects.filter(dispatch_blocked=True, state=PlanState.APPROVED):
            ctx = self.person.does(f"unlock-{plan.pk}-{plan.version}")
            yield from self._try(
                lambda plan=plan, ctx=ctx: planning.acknowledge_plan(  # type: ignore[misc]
                    ctx, plan_id=plan.pk, expected_version=plan.version, note="Looked at in the demo"
                ),
                "unlocked a plan that kept failing",
            )

    def _settle_desyncs(self) -> Iterator[str]:
        """Go to the machine and look: what it says it does is what it does, for nobody else is there."""
        for run in Run.objects.filter(desynced=True, ended_at=None).select_related("printer"):
            ctx = self.person.does(f"adopt-{run.pk}-{run.version}")
            yield from self._try(
                lambda run=run, ctx=ctx: runs.adopt_machine_state(ctx, run_id=run.pk, expected_version=run.version),  # type: ignore[misc]
                f"{run.printer}: took the machine's word",
            )

    def _see_to_filament(self) -> Iterator[str]:
        """Change spools that ran out in the middle of a print."""
        if self.filament is not None:
            yield from self.filament.see_to_it()

    def _judge(self) -> Iterator[str]:
        """Look at what lies on the bed after an attempt and say what became of each part."""
        for run in _waiting_for_judgement():
            seen = self._seen(run)
            verdicts = tuple(_verdict(run, item, seen) for item in PlateItem.objects.filter(plate=run.plate).order_by("slot"))
            if not verdicts:
                continue
            good = sum(one.outcome == ItemResult.SUCCESS for one in verdicts)
            ctx = self.person.does(f"outcomes-{run.pk}")
            yield from self._try(
                lambda run=run, ctx=ctx, verdicts=verdicts: runs.record_outcomes(  # type: ignore[misc]
                    ctx, run_id=run.pk, outcomes=verdicts, expected_version=run.version
                ),
                f"{run.printer or 'no printer'}: {good} of {len(verdicts)} parts are good",
            )

    def _seen(self, run: Run) -> Print | None:
        """Return what physically happened in an attempt, as whoever stands before the printer sees it; None: nothing."""
        if run.printer is None or not run.remote_path:
            return None
        prints = physical_account(self.printers).get(run.printer.code, [])
        return next((one for one in reversed(prints) if one.path == run.remote_path), None)

    def _release(self) -> Iterator[str]:
        """Let work start again after an incident, once what became of its plates was written down."""
        waiting = _waiting_for_judgement()
        for incident in Incident.objects.filter(state=IncidentState.OPEN).exclude(incident_runs__run__in=waiting):
            ctx = self.person.does(f"release-{incident.pk}-{incident.version}")
            yield from self._try(
                lambda incident=incident, ctx=ctx: runs.release_incident(  # type: ignore[misc]
                    ctx,
                    incident_id=incident.pk,
                    expected_version=incident.version,
                    checklist=asked.checks_of(incident),
                    note="Looked at in the demo",
                ),
                f"{incident}: released",
            )

    def _clear_beds(self) -> Iterator[str]:
        """Take the parts off and say so, once what became of them was written down."""
        for printer in Printer.objects.filter(retired_at=None, occupancy=Occupancy.FREE).exclude(bed=Bed.CLEAR):
            if _waiting_for_judgement().filter(printer=printer).exists():
                continue
            if not self._take_off(printer):
                continue
            ctx = self.person.does(f"clear-{printer.pk}-{printer.version}")
            yield from self._try(
                lambda printer=printer, ctx=ctx: runs.clear_bed(  # type: ignore[misc]
                    ctx, printer_id=printer.pk, expected_version=printer.version
                ),
                f"{printer}: bed is clear",
            )

    def _reprint(self) -> Iterator[str]:
        """Have printed again what automation may not repeat by itself."""
        for intent in Intent.objects.filter(
            fulfilled_at=None, canceled_at=None, lines__requirements__pieces__state=PieceState.OWED
        ).distinct():
            now = clock.now()
            for run_id in {blocker.id for blocker in asked.why_not_printing("intent", intent.pk, now=now) if blocker.code == "REPRINT"}:
                ctx = self.person.does(f"reprint-{run_id}-{now:%H%M%S}", correlation_id=intent.pk)
                yield from self._try(
                    lambda run_id=run_id, ctx=ctx: runs.reprint_items(ctx, run_id=UUID(run_id)),  # type: ignore[misc]
                    f"order {intent.number}: what failed is printed again",
                )

    def _take_off(self, printer: Printer) -> bool:
        """Take everything off a simulated printer's bed; False when it cannot be reached now."""
        hand = f"{self.control}/sim/printers/{printer.code}/clear-bed"
        request = Request(hand, data=b"{}", headers={"Content-Type": "application/json"}, method="POST")  # noqa: S310 - the simulator's
        try:
            with urlopen(request, timeout=5) as answer:  # noqa: S310
                json.load(answer)
        except (URLError, OSError, ValueError):
            return False
        return True

    def _acknowledge(self) -> Iterator[str]:
        """Look after degraded printers, as the checklist asks."""
        from apps.fleet import commands as fleet

        for printer in Printer.objects.filter(retired_at=None, health=Health.DEGRADED, occupancy=Occupancy.FREE):
            ctx = self.person.does(f"fit-{printer.pk}-{printer.version}")
            yield from self._try(
                lambda printer=printer, ctx=ctx: fleet.acknowledge_printer(  # type: ignore[misc]
                    ctx,
                    printer_id=printer.pk,
                    expected_version=printer.version,
                    checklist=checks_for(printer.health_reason),
                    note="Looked at in the demo",
                ),
                f"{printer}: looked at, fit again",
            )

    def _cool(self) -> Iterator[str]:
        yield from self._each(PieceState.COOLING, lambda ctx, ids: fulfilment.cool_pieces(ctx, piece_ids=ids), "cooled")

    def _check(self) -> Iterator[str]:
        yield from self._each(PieceState.QA, lambda ctx, ids: fulfilment.pass_qa(ctx, piece_ids=ids), "passed QA")

    def _each(self, state: PieceState, act: Callable[..., object], what: str) -> Iterator[str]:
        """Do it to the pieces of each order that are there, all at once."""
        there_now = Piece.objects.filter(state=state).select_related("requirement__line__intent").order_by("id")
        for intent, group in groupby(sorted(there_now, key=_order_of), key=lambda piece: piece.requirement.line.intent):
            there = list(group)
            ids = tuple(piece.pk for piece in there)
            key = f"{what.replace(' ', '-')}-{ids[0]}-{there[0].version}-{len(ids)}"
            ctx = self.person.does(key, correlation_id=intent.pk)
            yield from self._try(lambda ids=ids, ctx=ctx: act(ctx, ids), f"order {intent.number}: {pieces(len(ids))} {what}")  # type: ignore[misc]

    def _pack(self) -> Iterator[str]:
        """Pack an order when all that is left of it has passed."""
        for intent in Intent.objects.filter(fulfilled_at=None, canceled_at=None):
            left = Piece.objects.filter(requirement__line__intent=intent).exclude(
                state__in=[PieceState.PACKED, PieceState.SHIPPED, PieceState.CLOSED, PieceState.CANCELED]
            )
            ids = tuple(piece.pk for piece in left.order_by("id") if piece.state == PieceState.PASSED)
            if not ids or len(ids) < left.count():
                continue
            ctx = self.person.does(f"pack-{intent.pk}-{ids[0]}-{len(ids)}", correlation_id=intent.pk)
            yield from self._try(
                lambda ctx=ctx, ids=ids: fulfilment.pack_pieces(ctx, site_id=self.person.site_id, piece_ids=ids),  # type: ignore[misc]
                f"order {intent.number}: {pieces(len(ids))} packed",
            )

    def _ship(self) -> Iterator[str]:
        for shipment in Shipment.objects.filter(shipped_at=None).order_by("id"):
            ctx = self.person.does(f"ship-{shipment.pk}-{shipment.version}")
            yield from self._try(
                lambda shipment=shipment, ctx=ctx: fulfilment.ship(  # type: ignore[misc]
                    ctx, shipment_id=shipment.pk, expected_version=shipment.version, carrier="Demo Post", tracking="DEMO"
                ),
                f"order {_orders_in(shipment)}: the package left the house",
            )

    def _retry(self) -> Iterator[str]:
        """Let what was given up be tried again, as the page of given-up work offers."""
        for delivery in Delivery.objects.filter(state=DeliveryState.DEAD):
            ctx = self.person.does(f"retry-{delivery.pk}-{delivery.version}")
            yield from self._try(
                lambda delivery=delivery, ctx=ctx: journal.retry_delivery(  # type: ignore[misc]
                    ctx, delivery_id=delivery.pk, expected_version=delivery.version
                ),
                f"tries again: {delivery.subscriber} ({delivery.last_error[:120]})",
            )


def _order_of(piece: Piece) -> str:
    return str(piece.requirement.line.intent.number)


def _orders_in(shipment: Shipment) -> str:
    inside = Piece.objects.filter(shipment_pieces__shipment=shipment)
    return ", ".join(sorted(set(inside.values_list("requirement__line__intent__number", flat=True))))


def _waiting_for_judgement() -> QuerySet[Run]:
    ended = Run.objects.filter(ended_at__isnull=False, judged_at=None, state__in=[RunState.COMPLETED, RunState.FAILED, RunState.ABORTED])
    return ended.select_related("printer", "plate").order_by("ended_at")


def _verdict(run: Run, item: PlateItem, seen: Print | None) -> runs.ItemVerdict:
    name = f"SLOT-{item.slot}"
    if seen is None or not seen.has_material or name in seen.excluded:
        return runs.ItemVerdict(item.pk, ItemResult.SKIPPED)
    if name in seen.printed or (not seen.objects and seen.outcome == "complete"):
        return runs.ItemVerdict(item.pk, ItemResult.SUCCESS)
    return runs.ItemVerdict(item.pk, ItemResult.FAILED, run.reason or Reason.MACHINE_FAULT, "Seen on the bed")
