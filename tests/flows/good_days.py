"""A farm that does what it should, one step of everything a day; and what is looked at after each step of a walk."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from apps.catalog.states import Reason
from apps.fleet.models import Printer
from apps.fleet.states import Occupancy
from apps.fulfilment import commands as fulfilment
from apps.fulfilment.models import Shipment
from apps.journal.verification import verify_log
from apps.orders.models import Piece, Refund
from apps.orders.states import PieceState, RefundState
from apps.planning import commands as planning
from apps.planning.commands.slices import MadeOutput
from apps.planning.models import BuildPlate, PlateItem
from apps.planning.states import PlateState
from apps.runs import commands as runs
from apps.runs.models import ItemOutcome, Run
from apps.runs.states import TERMINAL, DispatchStep, ItemResult, Ruling, RunState
from tests.factories.artifacts import make_stored
from tests.flows import balances
from tests.flows.farm import MACHINES, PERSON, Farm
from tests.orders.promises import Promises

SEEN = {"seen": "so"}


class GoodDays(Promises):
    """Orders from the quote to the door. Of what the shop's own machine does by hand, real plates and attempts take the place."""

    shop: ClassVar[Farm]

    allocate = unallocate = move_on = try_any_move = None  # type: ignore[assignment]
    every_promised_piece_stands_in_exactly_one_place = every_piece_is_where_its_facts_say = None  # type: ignore[assignment]
    money_is_conserved = an_order_is_fulfilled_only_when_nothing_of_it_is_open = None  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.looked: Any = None
        self.floor = balances.Floor({}, [], {}, [], [])

    def teardown(self) -> None:
        """Let everything that is owed be done, then look whether anything is stranded and whether the log is what was recorded."""
        self.shop.settle()
        self._look()
        balances.nothing_is_stranded(balances.read())
        report = verify_log()
        assert report.ok, report.problems

    @initialize(quantities=st.lists(st.integers(1, 4), min_size=1, max_size=2), good_days=st.integers(0, 10))
    def begin(self, quantities: list[int], good_days: int) -> None:
        """The farm has a paid order, which has come some way already."""
        self.intents = list(self.shop.start_over((*quantities, good_days), lambda: self._begin(quantities, good_days)))

    def _begin(self, quantities: list[int], good_days: int) -> list[UUID]:
        found = [self.shop.paid_order(*quantities).pk]
        for _ in range(good_days):
            self.go_on()
        return found

    @rule()
    def go_on(self) -> None:
        """A good day: everything owed is done, and everything moves on by one step."""
        self.steps["go on"] += 1
        self.shop.clock.wait(seconds=3)
        self.shop.work()
        for plate in BuildPlate.objects.filter(state=PlateState.APPROVED, output=None).exclude(slice_key=""):
            self._slice(plate, "once")
        self._finish()
        for run in Run.objects.filter(state__in=TERMINAL, judged_at=None):
            self._judge(run, [ItemResult.SUCCESS] * 3, Reason.WARP, "once")
        for run in Run.objects.filter(ended_at=None).exclude(printer=None):
            if run.state == RunState.UPLOADING:
                self._send_on(run, "once")
            elif not run.desynced:
                self._rule_on(run, Ruling.COMPLETE if run.state == RunState.PRINTING else Ruling.RESUME, "once")
        for printer in Printer.objects.filter(occupancy=Occupancy.FREE).exclude(bed="CLEAR"):
            self.shop.do(runs.clear_bed, printer_id=printer.pk)
        self.shop.work()

    def _finish(self) -> None:
        """Send, pack, pass and cool what there is, in this order: everything takes one step."""
        for shipment in Shipment.objects.filter(shipped_at=None):
            self._send_shipment(shipment, "once")
        for state, act in ((PieceState.PASSED, self._pack), (PieceState.QA, self._pass), (PieceState.COOLING, self._cool)):
            if pieces := self._some(Piece.objects.filter(state=state), 0, 9):
                act(pieces, "once")

    # what is done

    def _slice(self, plate: BuildPlate, how: str) -> None:
        facts = {"bounds_um": [[0, 0, 200], [120_000, 100_000, 8_000]], "max_nozzle_c": 215, "max_bed_c": 60}
        made = MadeOutput(
            make_stored(mime="text/x-gcode"), None, 3_600, 12_000, 4_000, facts=facts, tool="PrusaSlicer", tool_version="2.5.0"
        )
        self.shop.do(planning.record_output, how, MACHINES, plate_id=plate.pk, slice_key=plate.slice_key or "0" * 64, made=made)

    def _send_on(self, run: Run, how: str) -> None:
        given = {"run_id": run.pk, "printer_id": run.printer_id}
        assert run.output is not None
        match run.dispatch_step:
            case DispatchStep.REQUESTED:
                self.shop.do(runs.begin_upload, how, MACHINES, **given)
            case DispatchStep.UPLOADING:
                self.shop.do(runs.record_upload, how, MACHINES, **given, sha256=run.output.artifact.sha256, evidence=SEEN)
            case DispatchStep.UPLOADED:
                self.shop.do(runs.record_start_sent, "once", MACHINES, **given, evidence={"klippy_pid": 17})
            case _:
                self.shop.do(runs.confirm_start, how, MACHINES, **given, job_ref="job", evidence=SEEN)

    def _rule_on(self, run: Run, ruling: Ruling, how: str, reason: str = "") -> None:
        given = {"run_id": run.pk, "printer_id": run.printer_id, "expected_version": run.version, "evidence": SEEN}
        self.shop.do(runs.reconcile_run, how, MACHINES, **given, ruling=ruling, code="row", reason=reason)

    def _judge(self, run: Run, results: list[ItemResult], reason: Reason, how: str) -> None:
        said = set(ItemOutcome.objects.filter(run=run).values_list("item_id", flat=True))
        items = [item for item in PlateItem.objects.filter(plate=run.plate_id).order_by("slot") if item.pk not in said]
        verdicts = tuple(self._verdict(item, results[number % len(results)], reason) for number, item in enumerate(items))
        if verdicts:
            self.shop.do(runs.record_outcomes, how, run_id=run.pk, outcomes=verdicts[: 1 + len(results) % 4])

    @staticmethod
    def _verdict(item: PlateItem, result: ItemResult, reason: Reason) -> runs.ItemVerdict:
        return runs.ItemVerdict(item.pk, result, str(reason) if result == ItemResult.FAILED else "")

    def _cool(self, pieces: list[Piece], how: str) -> None:
        self.shop.do(fulfilment.cool_pieces, how, piece_ids=tuple(piece.pk for piece in pieces))

    def _pass(self, pieces: list[Piece], how: str) -> None:
        self.shop.do(fulfilment.pass_qa, how, piece_ids=tuple(piece.pk for piece in pieces))

    def _pack(self, pieces: list[Piece], how: str) -> None:
        self.shop.do(fulfilment.pack_pieces, how, site_id=self.shop.site.pk, piece_ids=tuple(piece.pk for piece in pieces))

    def _send_shipment(self, shipment: Shipment, how: str) -> None:
        self.shop.do(fulfilment.ship, how, shipment_id=shipment.pk, expected_version=shipment.version, carrier="pickup")

    # what must hold

    @invariant()
    def the_farm_is_in_order(self) -> None:
        self._look()

    def _look(self) -> None:
        """Look at everything, if anything changed since the last time."""
        now = self.shop.fingerprint()
        if now == self.looked:
            return
        self.looked = now
        Promises.every_promised_piece_stands_in_exactly_one_place(self)
        Promises.every_piece_is_where_its_facts_say(self)
        if not Refund.objects.filter(state=RefundState.FAILED).exists():  # then a person owes it
            Promises.money_is_conserved(self)
        Promises.an_order_is_fulfilled_only_when_nothing_of_it_is_open(self)
        self.floor = balances.read()
        for check in balances.AT_EVERY_INSTANT:
            check(self.floor)
        balances.nothing_was_given_up()

    # what there is

    @staticmethod
    def _any(rows: QuerySet[Any], which: int) -> Any:
        found = list(rows if rows.ordered else rows.order_by("id"))
        return found[which % len(found)] if found else None

    @staticmethod
    def _some(rows: QuerySet[Any], which: int, count: int) -> list[Any]:
        found = list(rows.order_by("id"))
        return [*found, *found][which % len(found) :][: min(count, len(found))] if found else []

    def _printer(self, which: int) -> Printer:
        return Printer.objects.get(pk=self.shop.printers[which % len(self.shop.printers)].pk)

    @staticmethod
    def _version(row: Any, who: Any) -> dict[str, int]:
        return {"expected_version": row.version} if who == PERSON else {}
