"""Whatever people and machines do to a small farm, in any order: the database accepts it, printers and attempts agree, pieces reconcile."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from apps.catalog.states import Reason
from apps.fleet.models import MachineSession
from apps.fleet.states import Bed, Occupancy
from apps.fulfilment import commands as fulfilment
from apps.journal.models import Event
from apps.journal.refusals import Refusal
from apps.orders.models import Piece, PieceFact, Requirement
from apps.orders.queries import piece_counts
from apps.orders.states import PieceState
from apps.planning.models import PlateItem
from apps.runs import commands
from apps.runs.models import ItemOutcome, Run
from apps.runs.states import ON_PRINTER, TERMINAL, ItemResult, Ruling, RunState
from tests.factories.accounts import shop
from tests.factories.context import make_context
from tests.factories.floor import Floor, make_floor
from tests.runs.driving import fresh, machine, person

STEPS = int(os.environ.get("FARMOS_WALK_STEPS", "40"))
WALKS = int(os.environ.get("FARMOS_WALKS", "10"))
REASONS = st.sampled_from([Reason.CLOG, Reason.SPAGHETTI, Reason.POWER_LOSS, Reason.MCU_LOST])
LOT = st.integers(0, 1_000)


class Farm(RuleBasedStateMachine):
    """Two printers, plates with pieces of several orders, and everything that can happen to them."""

    def __init__(self) -> None:
        super().__init__()
        self.undone = transaction.atomic()
        self.undone._from_testcase = True  # type: ignore[attr-defined]  # commands open durable transactions within it
        self.undone.__enter__()
        self.floor: Floor = make_floor()
        self.printers = [self.floor.printer() for _ in range(2)]
        self.plates = [self.floor.plate(pieces=3, orders=2)]

    def teardown(self) -> None:
        """Leave nothing for the next walk."""
        transaction.set_rollback(True)
        self.undone.__exit__(None, None, None)

    # -- what somebody does -------------------------------------------------------------------------------------------------------------

    @precondition(lambda self: len(self.plates) < 6)
    @rule(pieces=st.integers(1, 4), orders=st.integers(1, 2))
    def compose(self, pieces: int, orders: int) -> None:
        self.plates.append(self.floor.plate(pieces=pieces, orders=orders))

    @rule(lot=LOT, is_person=st.booleans())
    def queue(self, lot: int, is_person: bool) -> None:
        plate = self.plates[lot % len(self.plates)]
        self.attempt(lambda: commands.queue_run(person() if is_person else machine(), plate_id=plate.pk))

    @rule(lot=LOT, other=LOT, is_person=st.booleans())
    def dispatch(self, lot: int, other: int, is_person: bool) -> None:
        run, printer = self.run(lot), self.printers[other % 2]
        if run is not None:
            ctx = person() if is_person else machine()
            self.attempt(lambda: commands.dispatch_run(ctx, run_id=run.pk, printer_id=printer.pk, expected_version=run.version))

    @rule(lot=LOT, step=st.sampled_from(["upload", "uploaded", "start", "confirm", "requeue", "proven", "foreign", "no file"]))
    def act(self, lot: int, step: str) -> None:
        self.act_on(self.run(lot), step)

    def act_on(self, run: Run | None, step: str) -> None:
        if run is None or run.printer_id is None or run.output is None:
            return
        who: dict[str, Any] = {"run_id": run.pk, "printer_id": run.printer_id}
        sha256 = run.output.artifact.sha256
        back: dict[str, Any] = {**who, "code": "NO_FILE" if step == "no file" else "PRINTER_OFFLINE", "evidence": {}}
        steps: dict[str, Callable[[], Any]] = {
            "upload": lambda: commands.begin_upload(machine(), **who),
            "uploaded": lambda: commands.record_upload(machine(), **who, sha256=sha256, evidence={}),
            "start": lambda: commands.record_start_sent(machine(), **who, evidence={}),
            "confirm": lambda: commands.confirm_start(machine(), **who, job_ref=str(run.pk), evidence={}),
            "requeue": lambda: commands.requeue_run(machine(), **back),
            "no file": lambda: commands.requeue_run(machine(), **back),
            "proven": lambda: commands.requeue_run(machine(), **back, is_proven=True),
            "foreign": lambda: commands.requeue_run(machine(), **back, is_foreign=True),
        }
        self.attempt(steps[step])

    @rule(lot=LOT, steps=st.integers(1, 4))
    def start(self, lot: int, steps: int) -> None:
        """Go the usual way, some steps of it."""
        for step in ("upload", "uploaded", "start", "confirm")[:steps]:
            self.act_on(self.run(lot), step)

    @rule(lot=LOT, other=LOT, ruling=st.sampled_from(Ruling), reason=REASONS)
    def observe(self, lot: int, other: int, ruling: Ruling, reason: Reason) -> None:
        run = self.run(lot)
        if run is None:
            return
        printer_id = run.printer_id or self.printers[other % 2].pk
        given: dict[str, Any] = {"run_id": run.pk, "printer_id": printer_id, "expected_version": run.version, "code": "row", "evidence": {}}
        self.attempt(lambda: commands.reconcile_run(machine(), **given, ruling=ruling, reason=reason))

    @rule(lot=LOT, reason=REASONS)
    def fail(self, lot: int, reason: Reason) -> None:
        run = self.run(lot)
        if run is not None and run.printer_id is not None:
            printer_id = run.printer_id
            self.attempt(lambda: commands.fail_run(machine(), run_id=run.pk, printer_id=printer_id, reason=reason, evidence={}))

    @rule(lot=LOT, wish=st.sampled_from(["pause", "resume", "abort", "adopt", "keep"]))
    def ask(self, lot: int, wish: str) -> None:
        run = self.run(lot)
        if run is None:
            return
        commands_of: dict[str, Callable[..., Any]] = {
            "pause": commands.pause_run,
            "resume": commands.resume_run,
            "abort": commands.abort_run,
            "adopt": commands.adopt_machine_state,
            "keep": commands.keep_platform_state,
        }
        self.attempt(lambda: commands_of[wish](person(), run_id=run.pk, expected_version=run.version))

    @rule(lot=LOT)
    def clear(self, lot: int) -> None:
        self.attempt(lambda: commands.clear_bed(person(), printer_id=self.printers[lot % 2].pk))

    @rule(lot=LOT, results=st.lists(st.sampled_from(ItemResult), min_size=1, max_size=4), reason=REASONS)
    def judge(self, lot: int, results: list[ItemResult], reason: Reason) -> None:
        run = self.run(lot, ended=True)
        if run is None:
            return
        items = list(run.plate.items.order_by("slot"))
        pairs = zip(items, results, strict=False)
        said = tuple(commands.ItemVerdict(item.pk, one, reason if one == ItemResult.FAILED else "") for item, one in pairs)
        self.attempt(lambda: commands.record_outcomes(person(), run_id=run.pk, outcomes=said))

    @rule(lot=LOT, outcome=st.sampled_from(ItemResult), reason=REASONS)
    def correct(self, lot: int, outcome: ItemResult, reason: Reason) -> None:
        said = list(ItemOutcome.objects.order_by("id"))
        if said:
            why = "" if outcome == ItemResult.SUCCESS else reason
            chosen = said[lot % len(said)]
            self.attempt(lambda: commands.correct_outcome(person(), outcome_id=chosen.pk, outcome=outcome, reason=why))

    @rule(lot=LOT, is_person=st.booleans())
    def reprint(self, lot: int, is_person: bool) -> None:
        run = self.run(lot, ended=True)
        if run is not None:
            self.attempt(lambda: commands.reprint_items(person() if is_person else machine(), run_id=run.pk))

    @rule(lot=LOT, step=st.sampled_from(["cool", "pass", "reject", "rework", "finish", "pack"]))
    def handle(self, lot: int, step: str) -> None:
        pieces = list(Piece.objects.order_by("id").values_list("id", flat=True))
        one = (pieces[lot % len(pieces)],)
        steps: dict[str, Callable[[], Any]] = {
            "cool": lambda: fulfilment.cool_pieces(make_context(), piece_ids=one),
            "pass": lambda: fulfilment.pass_qa(make_context(), piece_ids=one),
            "reject": lambda: fulfilment.reject_qa(make_context(), piece_ids=one, reason=Reason.QA_COSMETIC),
            "rework": lambda: fulfilment.start_rework(make_context(), piece_ids=one, reason=Reason.STRINGING),
            "finish": lambda: fulfilment.finish_rework(make_context(), piece_ids=one),
            "pack": lambda: fulfilment.pack_pieces(make_context(), site_id=shop().pk, piece_ids=one),
        }
        self.attempt(steps[step])

    def attempt(self, act: Callable[[], Any]) -> None:
        """Do it; a refusal in words is an answer, anything else is a bug."""
        with contextlib.suppress(Refusal):
            act()

    def run(self, lot: int, *, ended: bool = False) -> Run | None:
        runs = list(Run.objects.filter(ended_at__isnull=not ended).order_by("id"))
        return runs[lot % len(runs)] if runs else None

    # -- what always holds ----------------------------------------------------------------------------------------------------------------

    @invariant()
    def a_printer_has_the_one_attempt_that_has_it(self) -> None:
        for printer in (fresh(one) for one in self.printers):
            on_it = list(Run.objects.filter(printer=printer, state__in=ON_PRINTER))
            assert len(on_it) <= 1
            assert printer.current_run_id == (on_it[0].pk if on_it else None)
            assert printer.occupancy != Occupancy.OURS or on_it
            assert printer.occupancy != Occupancy.FREE or not on_it

    @invariant()
    def a_bed_is_clear_only_if_nothing_was_started_since_somebody_said_so(self) -> None:
        for printer in (fresh(one) for one in self.printers):
            begun = Run.objects.filter(printer=printer, state__in=[RunState.PRINTING, RunState.PAUSED])
            assert printer.bed != Bed.CLEAR or not begun.exists()
            left = Run.objects.filter(printer=printer, state__in=TERMINAL, started_at__isnull=False, bed_cleared_at=None)
            assert printer.bed != Bed.CLEAR or not left.exists()

    @invariant()
    def every_piece_is_counted_once_and_knows_its_place(self) -> None:
        for requirement_id in Requirement.objects.values_list("pk", flat=True):
            counts = piece_counts(requirement_id)
            made = Piece.objects.filter(requirement=requirement_id).count()
            assert counts.canceled + counts.shipped + counts.allocated + counts.open == made
        for piece in Piece.objects.exclude(allocated_to=None):
            assert PlateItem.objects.filter(pk__in=[piece.allocated_to], piece=piece, live=True).exists()

    @invariant()
    def a_piece_prints_exactly_while_its_attempt_does_or_waits_for_a_verdict(self) -> None:
        for piece in Piece.objects.filter(state=PieceState.PRINTING):
            started = PieceFact.objects.filter(piece=piece, kind="started").order_by("-id")[0]
            run = Run.objects.get(pk__in=[started.run_id])
            assert run.state in (RunState.PRINTING, RunState.PAUSED) or run.judged_at is None
        for run in Run.objects.filter(state__in=[RunState.PRINTING, RunState.PAUSED]):
            assert set(run.plate.items.values_list("piece__state", flat=True)) == {"printing"}

    @invariant()
    def what_prints_is_seen_as_one_open_session(self) -> None:
        begun = set(Run.objects.filter(state__in=[RunState.PRINTING, RunState.PAUSED]).values_list("pk", flat=True))
        assert set(MachineSession.objects.filter(ended_at=None).values_list("run_id", flat=True)) == begun

    @invariant()
    def every_start_that_was_sent_was_written_first(self) -> None:
        for run in Run.objects.filter(dispatch_step="start_sent"):
            assert Event.objects.filter(type="RunStartSent", subject_rows__subject_id=run.pk).exists()


@pytest.mark.django_db
class TestAFarm:
    def test_stays_whole_whatever_happens(self) -> None:
        run_state_machine_as_test(
            Farm,
            settings=settings(
                max_examples=WALKS,
                stateful_step_count=STEPS,
                deadline=None,
                phases=[Phase.generate, Phase.shrink],
                suppress_health_check=list(HealthCheck),
            ),
        )
