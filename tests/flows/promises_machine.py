"""A farm in which anything may happen, in any order and twice, and what must hold at every instant all the same.

``PromisesMachine`` adds plates, attempts, printers, checks and shipments to the shop of ``tests/orders/promises.py``: pieces move by real commands
only. Machines are played here; whatever they might say, they say.
"""

from __future__ import annotations

from collections import Counter
from typing import Any
from uuid import uuid4

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from apps.catalog.states import Reason
from apps.fleet import commands as fleet
from apps.fleet.models import Printer
from apps.fleet.states import Health, Occupancy, SafetyCheck, SessionOutcome
from apps.fulfilment import commands as fulfilment
from apps.fulfilment.models import Shipment
from apps.orders import commands as orders
from apps.orders import queries as money
from apps.orders.models import Intent, Piece, Refund
from apps.orders.states import IntentState, PieceState, RefundState
from apps.planning import commands as planning
from apps.planning.models import BuildPlate, Plan, PlanReview
from apps.planning.queries import composing, drafting
from apps.planning.states import PlanState
from apps.policy import commands as policy
from apps.policy.models import Approval, Breaker, Hold
from apps.policy.states import HoldReason, HoldScope
from apps.runs import commands as runs
from apps.runs.models import ItemOutcome, Run
from apps.runs.states import LIVE, ON_PRINTER, TERMINAL, WAITING, ItemResult, Ruling, RunState
from tests.factories.artifacts import make_stored
from tests.flows import balances
from tests.flows.farm import MACHINES, PERSON, PLANNER, Farm
from tests.flows.good_days import SEEN, GoodDays
from tests.orders.promises import SOME
from tests.orders.selling import HOME
from tests.planning.workshop import SLICER
from tests.planning.workshop import composing as on_one_plate

HOW = st.sampled_from(["once", "once", "once", "same key", "twice", "stale"])
WHO = st.sampled_from([PERSON, MACHINES])
FAULTS = st.sampled_from([Reason.WARP, Reason.SPAGHETTI, Reason.QA_COSMETIC, Reason.THERMAL, Reason.MOONRAKER_ERROR, Reason.OPERATOR_ABORT])
RESULTS = st.sampled_from([*ItemResult, ItemResult.FAILED, ItemResult.SKIPPED])
OVERRIDE = st.sampled_from(["", "", "I looked at it"])


class PromisesMachine(GoodDays):
    """All that goes wrong on the way."""

    # customers and money

    @precondition(lambda self: len(self.intents) < 3)
    @rule(quantities=st.lists(st.integers(1, 4), min_size=1, max_size=2), how=HOW, is_paid=st.booleans())
    def order(self, quantities: list[int], how: str, is_paid: bool) -> None:
        self.steps["order"] += 1
        quote = self.shop.quote(*quantities)
        details = orders.CustomerDetails(account={"name": "A. Buyer"}, shipping_address=HOME)
        intent_id = self.shop.do(orders.accept_quote, how, quote_id=quote.pk, expected_version=quote.version, details=details)
        self.intents.append(intent_id)
        if is_paid:
            self._pay(Intent.objects.get(pk=intent_id), 10**9, how)

    @precondition(lambda self: self._one(0, IntentState.AWAITING_PAYMENT))
    @rule(which=SOME, amount=st.sampled_from([1, 300, 10**9]), how=HOW)
    def pay_by_hand(self, which: int, amount: int, how: str) -> None:
        self.steps["pay"] += 1
        if intent := self._one(which, IntentState.AWAITING_PAYMENT):
            self._pay(intent, amount, how)

    def _pay(self, intent: Intent, most: int, how: str) -> None:
        amount = min(most, money.money_of(intent).outstanding)
        given: dict[str, Any] = {"intent_id": intent.pk, "expected_version": intent.version, "currency": intent.currency}
        self.shop.do(orders.record_manual_payment, how, amount_minor=max(1, amount), reference=uuid4().hex, **given)

    @precondition(lambda self: Refund.objects.filter(state=RefundState.REQUESTED).exists())
    @rule(which=SOME, how=HOW, is_sent=st.booleans())
    def settle_a_refund(self, which: int, how: str, is_sent: bool) -> None:
        self.steps["settle refund"] += 1
        if refund := self._any(Refund.objects.filter(state=RefundState.REQUESTED), which):
            if is_sent:
                self.shop.do(orders.issue_refund, how, refund_id=refund.pk, external_id=uuid4().hex)
            else:
                self.shop.do(orders.fail_refund, how, MACHINES, refund_id=refund.pk, code="declined")

    # what is owed, and time

    @rule(most=st.sampled_from([1, 2, 5, 400, 400]))
    def do_what_is_owed(self, most: int) -> None:
        self.steps["work"] += 1
        self.shop.work(most)

    @rule(minutes=st.sampled_from([0.1, 2, 45, 60 * 25]))
    def wait(self, minutes: float) -> None:
        self.steps["wait"] += 1
        self.shop.clock.wait(minutes=minutes)

    @precondition(lambda self: self.shop.calls)
    @rule(which=SOME)
    def say_it_again(self, which: int) -> None:
        """A client that waited for long repeats a command that was done then."""
        self.steps["again with its key"] += 1
        answered = [call for call in self.shop.calls if not call.refused]
        if answered:
            self.shop.repeat(answered[which % len(answered)])

    @precondition(lambda self: self.shop.calls)
    @rule(which=SOME)
    def want_it_again(self, which: int) -> None:
        """Somebody gives an old command anew, as they remember it."""
        self.steps["again anew"] += 1
        call = self.shop.calls[which % len(self.shop.calls)]
        self.shop.do(call.command, "once", call.ctx.actor, **call.given)

    # plans and plates

    @rule(
        which=SOME, act=st.sampled_from(["draft", "approve", "revise", "void", "review", "resolve", "unlock", "unlock"]), how=HOW, who=WHO
    )
    def plan(self, which: int, act: str, how: str, who: Any) -> None:
        self.steps["plan"] += 1
        plan = self._any(Plan.objects.order_by("-id"), which)
        if act == "draft" and plan is not None:
            given = {"requirement_id": plan.requirement_id}
            self.shop.do(planning.draft_plan, how, PLANNER, **given, recipe=drafting.recipe_for(plan.requirement, slicer_digest=SLICER))
        elif act in ("resolve", "unlock"):
            self._answer(which, act, how)
        elif plan is not None:
            self._change_plan(plan, act, how, who)

    def _answer(self, which: int, act: str, how: str) -> None:
        if act == "unlock" and (plan := self._any(Plan.objects.filter(dispatch_blocked=True), which)):
            self.shop.do(planning.acknowledge_plan, how, plan_id=plan.pk, expected_version=plan.version, note="Looked at it")
        elif review := self._any(PlanReview.objects.filter(resolved_at=None), which):
            self.shop.do(planning.resolve_review, how, review_id=review.pk, expected_version=review.version, note="It is fine")

    def _change_plan(self, plan: Plan, act: str, how: str, who: Any) -> None:
        given = {"plan_id": plan.pk, **self._version(plan, who)}
        if act == "approve":
            self.shop.do(planning.approve_plan, how, who, **given)
        elif act == "void" and plan.state == PlanState.DRAFT:
            self.shop.do(planning.void_plan, how, who, **given, reason=Reason.SUPERSEDED)
        elif act == "review":
            self.shop.do(planning.request_review, how, plan_id=plan.pk, note="Have a look")
        elif act == "revise":
            recipe = drafting.recipe_for(plan.requirement, slicer_digest=f"PrusaSlicer 2.5.0 sha256:{uuid4().hex[:12]}")
            self.shop.do(planning.revise_plan, how, plan_id=plan.pk, expected_version=plan.version, recipe=recipe)

    @rule(which=SOME, count=st.integers(1, 4), how=HOW)
    def compose(self, which: int, count: int, how: str) -> None:
        self.steps["compose"] += 1
        found = composing.candidates(self.shop.site.pk, now=self.shop.clock.now)
        chosen = [one for one in found if one.model.pk == found[which % len(found)].model.pk][:count] if found else []
        if not chosen:
            self.shop.do(planning.request_composition, how, PLANNER, site_id=self.shop.site.pk)
            return
        kept = {"printer_class_id": chosen[0].printer_class.pk, "site_id": self.shop.site.pk}
        given = on_one_plate(self._floor(), chosen[0].plan, [one.piece for one in chosen], chosen[0].model, stored=make_stored(), **kept)
        given["items"] = tuple(type(item)(item.slot, item.piece_id, one.plan.pk) for item, one in zip(given["items"], chosen, strict=True))
        self.shop.do(planning.compose_plate, how, PLANNER, **given)

    def _floor(self) -> Any:
        return type("Floor", (), {"site": self.shop.site, "printer_class": self.shop.printers[0].printer_class})

    @precondition(lambda self: self.floor.plates)
    @rule(which=SOME, act=st.sampled_from(["approve", "slice", "output", "output", "fail", "queue", "void", "void"]), how=HOW, who=WHO)
    def plate(self, which: int, act: str, how: str, who: Any) -> None:
        self.steps["plate"] += 1
        plate = self._any(BuildPlate.objects.order_by("-id"), which)
        if plate is None:
            return
        given = {"plate_id": plate.pk, **self._version(plate, who)}
        if act == "approve":
            self.shop.do(planning.approve_plate, how, who, **given)
        elif act == "slice":
            self.shop.do(planning.request_slice, how, who, **given)
        elif act == "output":
            self._slice(plate, how)
        elif act == "fail":
            blamed = {"code": "SLICER_CRASHED", "params": {}, "blames_plan": which % 2 == 0}
            self.shop.do(planning.fail_slice, how, MACHINES, plate_id=plate.pk, slice_key=plate.slice_key or "0" * 64, **blamed)
        elif act == "queue":
            self.shop.do(runs.queue_run, how, who, plate_id=plate.pk)
        else:
            self.shop.do(planning.void_plate, how, who, **given, reason=Reason.SUPERSEDED)

    # attempts

    @precondition(lambda self: self.floor.has_runs(*WAITING))
    @rule(which=SOME, printer=SOME, how=HOW, who=WHO, override=OVERRIDE)
    def dispatch(self, which: int, printer: int, how: str, who: Any, override: str) -> None:
        self.steps["dispatch"] += 1
        if run := self._any(Run.objects.filter(state=RunState.QUEUED), which) or self._any(Run.objects.order_by("-id"), which):
            free = self._any(Printer.objects.filter(occupancy=Occupancy.FREE, bed="CLEAR"), printer) or self._printer(printer)
            given = {"run_id": run.pk, "printer_id": free.pk, "expected_version": run.version, "override": override}
            self.shop.do(runs.dispatch_run, how, who, **given)

    @precondition(lambda self: self.floor.has_runs(RunState.UPLOADING))
    @rule(which=SOME, act=st.sampled_from(["on", "on", "on", "on", "back", "back", "foreign", "proven", "no file", "fail"]), how=HOW)
    def send(self, which: int, act: str, how: str) -> None:
        """The side that sends files and starts prints goes on with an attempt, or gives it back."""
        self.steps["send"] += 1
        run = self._any(Run.objects.filter(state=RunState.UPLOADING), which)
        if run is None:
            return
        given = {"run_id": run.pk, "printer_id": run.printer_id, "evidence": SEEN}
        if act == "on":
            self._send_on(run, how)
        elif act == "fail":
            self.shop.do(runs.fail_run, how, MACHINES, **given, reason=Reason.MOONRAKER_ERROR)
        else:
            code = {"no file": "NO_FILE", "back": "UPLOAD_FAILED"}.get(act, "NOT_READY")
            self.shop.do(runs.requeue_run, how, MACHINES, **given, code=code, is_foreign=act == "foreign", is_proven=act == "proven")

    @precondition(lambda self: self.floor.has_runs(*ON_PRINTER))
    @rule(
        which=SOME, ruling=st.sampled_from([*Ruling, Ruling.COMPLETE, Ruling.PAUSE, Ruling.DESYNC, Ruling.DESYNC]), reason=FAULTS, how=HOW
    )
    def observe(self, which: int, ruling: Ruling, reason: Reason, how: str) -> None:
        """The table of disagreements rules on an attempt that is on a printer."""
        self.steps["observe"] += 1
        if run := self._any(Run.objects.filter(state__in=ON_PRINTER), which):
            self._rule_on(run, ruling, how, "" if ruling in (Ruling.COMPLETE, Ruling.ABORT) else reason)

    @precondition(lambda self: self.floor.runs)
    @rule(which=SOME, printer=SOME, act=st.sampled_from([*Ruling, "start", "upload", "progress", "fail", "back"]), how=HOW)
    def hear_late(self, which: int, printer: int, act: str, how: str) -> None:
        """Something about any attempt at all, from any printer: too late, too early, or of another's."""
        self.steps["hear late"] += 1
        run = self._any(Run.objects.order_by("-id"), which)
        if run is None:
            return
        given: dict[str, Any] = {"run_id": run.pk, "printer_id": run.printer_id or self._printer(printer).pk}
        match act:
            case "start":
                self.shop.do(runs.confirm_start, how, MACHINES, **given, job_ref="late", evidence=SEEN)
            case "upload":
                self.shop.do(runs.begin_upload, how, MACHINES, **given)
            case "progress":
                self.shop.do(runs.note_progress, how, MACHINES, **given, percent=which % 101)
            case "fail":
                self.shop.do(runs.fail_run, how, MACHINES, **given, reason=Reason.THERMAL, evidence=SEEN)
            case "back":
                self.shop.do(runs.requeue_run, how, MACHINES, **given, code="NOT_READY", evidence=SEEN)
            case _:
                version = {"expected_version": run.version, "evidence": SEEN}
                self.shop.do(runs.reconcile_run, how, MACHINES, **given, **version, ruling=Ruling(act), code="row")

    @precondition(lambda self: self.floor.has_runs(*LIVE))
    @rule(which=SOME, act=st.sampled_from(["pause", "resume", "resume", "abort", "adopt", "keep", "refresh", "unpark"]), how=HOW, who=WHO)
    def ask(self, which: int, act: str, how: str, who: Any) -> None:
        """A person, or automation, wants something of an attempt."""
        self.steps["ask"] += 1
        doubtful = {"desynced": True}
        aims: dict[str, dict[str, Any]] = {
            "adopt": doubtful,
            "keep": doubtful,
            "pause": {"state": "printing"},
            "resume": {"state": "paused"},
        }
        run = self._any(Run.objects.filter(**aims.get(act, {"ended_at": None})), which) or self._any(Run.objects.order_by("-id"), which)
        if run is None:
            return
        given = {"run_id": run.pk, "expected_version": run.version}
        if act == "abort":
            self.shop.do(runs.abort_run, how, who, run_id=run.pk, **self._version(run, who), reason=Reason.OPERATOR_ABORT)
        elif act in ("refresh", "unpark"):
            self.shop.do(runs.refresh_run if act == "refresh" else runs.unpark_run, how, MACHINES, run_id=run.pk)
        else:
            command: dict[str, Any] = {
                "pause": runs.pause_run,
                "resume": runs.resume_run,
                "adopt": runs.adopt_machine_state,
                "keep": runs.keep_platform_state,
            }
            self.shop.do(command[act], how, **given)

    @precondition(lambda self: any(run.ended_at and not run.judged_at for run in self.floor.runs))
    @rule(which=SOME, results=st.lists(RESULTS, min_size=1, max_size=4), reason=FAULTS, how=HOW)
    def judge(self, which: int, results: list[ItemResult], reason: Reason, how: str) -> None:
        self.steps["judge"] += 1
        run = self._any(Run.objects.filter(state__in=TERMINAL, judged_at=None), which) or self._any(Run.objects.all(), which)
        if run is not None:
            self._judge(run, results, reason, how)

    @precondition(lambda self: self.floor.has_runs(*TERMINAL))
    @rule(which=SOME, result=RESULTS, reason=FAULTS, how=HOW)
    def correct(self, which: int, result: ItemResult, reason: Reason, how: str) -> None:
        self.steps["correct"] += 1
        if said := self._any(ItemOutcome.objects.filter(corrections=None).order_by("-id"), which):
            given: dict[str, Any] = {"outcome": result, "reason": "" if result == ItemResult.SUCCESS else str(reason)}
            self.shop.do(runs.correct_outcome, how, outcome_id=said.pk, **given)

    @precondition(lambda self: self.floor.has_runs(*TERMINAL))
    @rule(which=SOME, how=HOW, who=WHO, override=OVERRIDE)
    def reprint(self, which: int, how: str, who: Any, override: str) -> None:
        self.steps["reprint"] += 1
        if run := self._any(Run.objects.filter(judged_at__isnull=False), which):
            self.shop.do(runs.reprint_items, how, who, run_id=run.pk, override=override)

    # the floor

    @rule(
        which=SOME, act=st.sampled_from(["clear", "clear", "confirm", "offline", "foreign", "foreign ends", "foreign ends", "fit"]), how=HOW
    )
    def printer(self, which: int, act: str, how: str) -> None:
        self.steps["printer"] += 1
        printer = self._printer(which)
        given: dict[str, Any] = {"printer_id": printer.pk}
        match act:
            case "clear":
                self.shop.do(runs.clear_bed, how, **given)
            case "confirm":
                self.shop.do(fleet.confirm_bed_clear, how, **given, expected_version=printer.version)
            case "offline":
                online = printer.connection != "ONLINE"
                self.shop.do(fleet.observe_connection, how, MACHINES, **given, reachable=online, klippy_state="ready" if online else "")
            case "foreign":
                self.shop.do(fleet.see_foreign_print, how, MACHINES, **given, started_at=self.shop.clock.now, file_name="own.gcode")
            case "foreign ends":
                self.shop.do(
                    fleet.end_foreign_print, how, MACHINES, **given, outcome=SessionOutcome.COMPLETED, ended_at=self.shop.clock.now
                )
            case _ if printer.health != Health.OK:
                self.shop.do(
                    fleet.acknowledge_printer, how, **given, expected_version=printer.version, checklist=tuple(SafetyCheck), note="Cleaned"
                )

    @rule(which=SOME, act=st.sampled_from(["hold", "let go", "let go", "grant", "grant", "deny", "breaker"]), how=HOW)
    def govern(self, which: int, act: str, how: str) -> None:
        """People hold things, let them go, and answer what they are asked."""
        self.steps["govern"] += 1
        if act == "hold":
            plate = self._any(BuildPlate.objects.order_by("-id"), which)
            scope: dict[str, Any] = {"scope": HoldScope.SITE, "scope_id": self.shop.site.pk}
            if plate is not None and which % 2:
                scope = {"scope": HoldScope.PLATE, "scope_id": plate.pk}
            self.shop.do(policy.place_hold, how, site_id=self.shop.site.pk, reason=next(iter(HoldReason)), note="Wait", **scope)
        elif act == "let go" and (hold := self._any(Hold.objects.filter(released_at=None), which)):
            self.shop.do(policy.release_hold, how, hold_id=hold.pk, expected_version=hold.version, note="Go on")
        elif act in ("grant", "deny") and (asked := self._any(Approval.objects.filter(state="pending"), which)):
            answer = policy.grant_approval if act == "grant" else policy.deny_approval
            self.shop.do(answer, how, approval_id=asked.pk, expected_version=asked.version, reason="I looked at it")
        elif act == "breaker" and (breaker := self._any(Breaker.objects.filter(acknowledged_at=None), which)):
            self.shop.do(policy.acknowledge_breaker, how, breaker_id=breaker.pk, expected_version=breaker.version, note="Fixed")

    # after the print

    @precondition(lambda self: self.floor.has_pieces(*balances.BEYOND_THE_PRINTER))
    @rule(
        which=SOME,
        act=st.sampled_from(["cool", "cool", "pass", "pass", "reject", "rework", "rework done"]),
        count=st.integers(1, 4),
        how=HOW,
    )
    def check(self, which: int, act: str, count: int, how: str) -> None:
        self.steps["check"] += 1
        ready = {"cool": [PieceState.COOLING], "pass": [PieceState.QA], "rework done": [PieceState.REWORK]}
        states = ready.get(act, [PieceState.QA, PieceState.PASSED, PieceState.PACKED])
        pieces = self._some(Piece.objects.filter(state__in=states), which, count) or self._some(Piece.objects.all(), which, 1)
        given: dict[str, Any] = {"piece_ids": tuple(piece.pk for piece in pieces)}
        match act:
            case "cool":
                self._cool(pieces, how)
            case "pass":
                self._pass(pieces, how)
            case "rework done":
                self.shop.do(fulfilment.finish_rework, how, **given)
            case _:
                command = fulfilment.reject_qa if act == "reject" else fulfilment.start_rework
                self.shop.do(command, how, **given, reason=Reason.QA_COSMETIC)

    @precondition(lambda self: self.floor.has_pieces(PieceState.PASSED, PieceState.PACKED, PieceState.SHIPPED))
    @rule(which=SOME, act=st.sampled_from(["pack", "pack", "ship", "ship", "close"]), count=st.integers(1, 4), how=HOW)
    def send_out(self, which: int, act: str, count: int, how: str) -> None:
        self.steps["send out"] += 1
        if act == "pack" and (pieces := self._some(Piece.objects.filter(state=PieceState.PASSED), which, count)):
            self._pack(pieces, how)
        elif act == "ship" and (shipment := self._any(Shipment.objects.order_by("-id"), which)):
            self._send_shipment(shipment, how)
        elif act == "close" and (intent := self._one(which)):
            self.shop.do(fulfilment.close_intent, how, intent_id=intent.pk)


def on(farm: Farm) -> type[PromisesMachine]:
    """Return the machine that walks on this farm."""
    return type("Walk", (PromisesMachine,), {"shop": farm, "steps": Counter()})
