"""Getting a file onto a printer and starting it exactly once, whatever dies on the way.

The attempt's path on the machine is its own, so anything the machine knows of that path proves a start. Each step is committed before it is done;
whoever takes over reads first what the machine proves, and adopts it. ``docs/decisions/dispatch.md`` tells why each step is there.
"""

from __future__ import annotations

import logging
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from apps.artifacts.store import open_verified
from apps.fleet import commands as fleet
from apps.fleet.domain.observation import Observation
from apps.fleet.drivers import (
    AccessRejected,
    BadAddress,
    Capability,
    LostReply,
    MachineError,
    NotUnderstood,
    OtherMachine,
    Refused,
    StorageFull,
    UploadCorrupt,
)
from apps.fleet.states import Bed, Connection
from apps.journal import clock, leases, power_cuts
from apps.journal.owed import Owed
from apps.journal.refusals import Refusal
from apps.planning.models import PlateItem
from apps.planning.states import PlateState
from apps.policy import queries as policy
from apps.runs import commands, facts
from apps.runs.domain.machine_words import ACTIVE, Word, word
from apps.runs.domain.reconcile import Action, evidence_of, proves_start, reconcile
from apps.runs.models import Run
from apps.runs.states import DispatchStep, Ruling, Wish

from . import ACT_ATTEMPTS, ACT_LEASE_S
from .applying import apply, tell_connection
from .hand import Hand
from .sides import OpenSide, side_of_run

UPLOAD_TRIES = 3
READY_FOR_S = 3.0
"""Klippy must have been ready this long: Moonraker misses what is started right after a restart (measured)."""

CONFIRM_S = 3.0
"""How long to look for proof after a start was answered. Moonraker lags a quarter of a second; the rest is for the next attempt."""

AFTER_BARRIER_S = 0.6
KEPT_FILES, CLEARED_AT_ONCE = 2, 4
"""So many files of attempts that are over stay on a printer, for whoever wants to look; so many older ones are deleted with each new one."""

CLOSED = (AccessRejected, NotUnderstood, BadAddress, OtherMachine)
"""The printer's record is wrong, or its key, or another machine answers: trying again does not help."""

log = logging.getLogger("farmos.dispatch")


class LeaseLost(RuntimeError):
    """Somebody else has taken over: nothing more may be sent."""


class NotReady(RuntimeError):
    """The machine cannot take a start now; it is tried again."""


class StartUnproven(RuntimeError):
    """The start was sent and nothing shows yet whether it ran; the next attempt finds out."""


def dispatch(owed: Owed) -> None:
    """Bring the attempt of a ``RunDispatchRequested`` onto its printer and start it, or find that it was started, or give it back."""
    side = side_of_run(owed.event.run_id, owed.event.printer_id)
    if side is None or not side.run.dispatch_step:
        return
    try:
        with Hand(side.printer) as hand:
            _Dispatch(owed, side, hand).go()
    except CLOSED as problem:
        _close(owed, side, problem)
    except StorageFull as problem:
        _give_up(owed, side, problem)
    except (MachineError, NotReady, StartUnproven, Refusal) as problem:
        if owed.attempt >= ACT_ATTEMPTS:
            _give_up(owed, side, problem)
        raise


class _Dispatch:
    """One attempt at it. ``run`` is as it was when this began; commands look at the record as it is."""

    def __init__(self, owed: Owed, side: OpenSide, hand: Hand) -> None:
        run = side.run
        self.owed = owed
        self.side = side
        self.run = run
        self.hand = hand
        self.path = run.remote_path
        self.sha256 = run.output.artifact.sha256 if run.output else ""
        self.who = {"run_id": run.pk, "printer_id": side.printer.pk}

    def go(self) -> None:
        seen = self.hand.look(self.path)
        if proves_start(self.side.platform, seen):
            self.confirm(seen)
        elif self.run.dispatch_step == DispatchStep.START_SENT:
            self.recover(seen)
        elif not commands.begin_upload(self.owed.context("upload"), **self.who):
            return
        elif self.has_file() or self.send_file():
            self.start(seen)

    # -- the file -----------------------------------------------------------------------------------------------------------------------

    def has_file(self) -> bool:
        """Does the machine hold exactly our file already, from an earlier attempt?"""
        try:
            return self.run.dispatch_step == DispatchStep.UPLOADED and self.hand.read_back(self.path) == self.sha256
        except Refused:
            return False

    def send_file(self) -> bool:
        """Upload until what is read back is right, and say so; return whether to go on."""
        power_cuts.may_happen("dispatch.before_upload")
        self.clear_out()
        with _local_file(self.run) as local:
            for _attempt in range(UPLOAD_TRIES):
                self.require_lease()
                if self.is_stored(local):
                    break
                self.hand.delete(self.path)
            else:
                raise UploadCorrupt("The machine stored something else each time the file was sent.")
        seen = self.hand.look(self.path)
        kept = {"metadata_uuid": seen.metadata.uuid if seen.metadata else "", "klippy_pid": seen.klippy_pid}
        goes_on = commands.record_upload(self.owed.context("uploaded"), **self.who, sha256=self.sha256, evidence=kept)
        power_cuts.may_happen("dispatch.after_record_upload")
        return goes_on

    def clear_out(self) -> None:
        """Delete our files of attempts that are long over: a printer's storage is small. What is loaded refuses; nobody else's is touched."""
        over = Run.objects.filter(printer=self.side.printer, ended_at__isnull=False, desynced=False).exclude(remote_path="")
        for path in list(over.order_by("-id").values_list("remote_path", flat=True)[KEPT_FILES : KEPT_FILES + CLEARED_AT_ONCE]):
            with suppress(Refused):
                self.hand.delete(path)

    def is_stored(self, local: Path) -> bool:
        try:
            self.hand.upload(self.path, local, self.sha256)
        except UploadCorrupt:
            return False
        except StorageFull:
            with suppress(MachineError):
                self.hand.delete(self.path)
            raise
        power_cuts.may_happen("dispatch.after_upload")
        return self.hand.read_back(self.path) == self.sha256

    # -- the start ----------------------------------------------------------------------------------------------------------------------

    def start(self, before: Observation) -> None:
        """Check everything that must still be so, write that the start is sent, send it, and look for proof."""
        seen = self.look_when_ready(before)
        if proves_start(self.side.platform, seen):
            self.confirm(seen)
        elif (code := self.machine_objection(seen)) or (code := self.own_objection(seen)):
            self.give_back(code, seen)
        else:
            self.send_start(seen)

    def look_when_ready(self, before: Observation) -> Observation:
        """Return what is seen once Klippy has been ready for a while, as far as we or the connector know."""
        printer = self.side.printer
        known = printer.connection == Connection.ONLINE and (clock.now() - printer.connection_since).total_seconds() >= READY_FOR_S
        pid, since = before.klippy_pid, time.monotonic() - (READY_FOR_S if known else 0.0)
        while True:
            seen = self.hand.look(self.path)
            if seen.klippy_state != "ready":
                return seen
            if seen.klippy_pid != pid:
                pid, since = seen.klippy_pid, time.monotonic()
            if time.monotonic() - since >= READY_FOR_S:
                return seen
            time.sleep(0.3)

    def machine_objection(self, seen: Observation) -> str:
        """Return why the machine may not be started now, empty when nothing speaks against it.

        Raises:
            NotReady: it cannot tell yet.
        """
        found = word(seen)
        if found is Word.BROKEN:
            return "MACHINE_STOPPED"
        if found in (Word.STARTING, Word.UNCLEAR):
            raise NotReady(f"The printer is not ready: {seen.klippy_state} {seen.print_state}")
        return "FOREIGN" if found in ACTIVE or seen.is_paused or seen.is_active else ""

    def own_objection(self, seen: Observation) -> str:
        """Return what has changed on our side since it was given to this printer, empty when nothing has."""
        side = side_of_run(self.run.pk, self.side.printer.pk, seen)
        if side is None:
            return "TAKEN_BACK"
        if side.run.wish == Wish.ABORT:
            return "STOPPED"
        if side.run.plate.state != PlateState.APPROVED:
            return "PLATE_TAKEN_BACK"
        ruling = reconcile(side.platform, seen)
        if ruling.action is Action.UNSEEN:  # also where the connector was faster in noting it: what lies there, lies there
            apply(side, seen, ruling, self.owed.context)
        if side.printer.bed != Bed.CLEAR or ruling.action is Action.UNSEEN:
            return "BED_NOT_CLEAR"
        return "ON_HOLD" if _is_held(side) else ""

    def send_start(self, seen: Observation) -> None:
        self.require_lease()
        self.hand.choose(self.path)
        if not commands.record_start_sent(self.owed.context("start"), **self.who, evidence={"klippy_pid": seen.klippy_pid}):
            self.give_back("STOPPED", seen)
            return
        power_cuts.may_happen("dispatch.after_start_sent")
        self.require_lease()
        answer = ""
        try:
            self.hand.start(self.path)
        except (LostReply, Refused) as problem:
            answer = str(problem)
        power_cuts.may_happen("dispatch.after_start")
        self.look_for_proof(answer)

    def look_for_proof(self, answer: str) -> None:
        seen = self.hand.look_until(lambda one: proves_start(self.side.platform, one), self.path, patience_s=CONFIRM_S)
        if not proves_start(self.side.platform, seen):
            raise StartUnproven(f"The start was sent and nothing shows that it ran. The printer says: {answer or seen.print_state}")
        self.confirm(seen)

    def recover(self, seen: Observation) -> None:
        """The start may have been sent by somebody who is gone. Find out whether it ran or never will, before anything is sent again."""
        if reconcile(self.side.platform, seen).action is Action.DESYNC:
            self.ask_a_person(seen, "restarted_during_start")
            return
        if word(seen) in (Word.BROKEN, Word.STARTING):
            raise NotReady(f"Nothing shows whether the start ran, and the printer is not ready: {seen.klippy_state}")
        self.hand.barrier()
        time.sleep(AFTER_BARRIER_S)
        seen = self.hand.look(self.path)
        if proves_start(self.side.platform, seen):
            self.confirm(seen)
        elif reconcile(self.side.platform, seen).action is Action.DESYNC or not self.would_show_a_restart(seen):
            self.ask_a_person(seen, "restarted_during_start")
        else:
            self.start(seen)

    def would_show_a_restart(self, seen: Observation) -> bool:
        """Would it show if the machine had been restarted since the start was sent, and forgotten it? Else nothing may be sent a second time."""
        return self.hand.can(Capability.PROCESS) or seen.chosen.casefold() == self.path.casefold()

    def confirm(self, seen: Observation) -> None:
        """Say that it was started. Which process was asked is known already; the one that runs now may be another."""
        power_cuts.may_happen("dispatch.before_confirm")
        kept = {name: value for name, value in evidence_of(seen).items() if name != "klippy_pid" or self.side.platform.klippy_pid is None}
        job_ref = seen.history.job_id if seen.history else ""
        commands.confirm_start(self.owed.context("confirm"), **self.who, job_ref=job_ref, evidence=kept)

    # -- what else can come of it ---------------------------------------------------------------------------------------------------------

    def give_back(self, code: str, seen: Observation) -> None:
        """Put the attempt back into the queue. Whoever comes here has just proved that no start ran."""
        self.require_lease()
        log.info("run %s goes back into the queue: %s", self.run.pk, code)
        with suppress(MachineError):
            self.hand.delete(self.path)
        if code == "MACHINE_STOPPED":
            tell_connection(self.side.printer.pk, seen, self.owed.context("stopped"))
        commands.requeue_run(
            self.owed.context("give-back"),
            **self.who,
            code=code,
            is_foreign=code == "FOREIGN",
            is_proven=True,
            evidence={**evidence_of(seen), "code": code},
        )

    def ask_a_person(self, seen: Observation, code: str) -> None:
        _desync(self.owed, self.side, code, evidence_of(seen))

    def require_lease(self) -> None:
        if not leases.renew(self.owed.delivery_id, fence=self.owed.fence, lease_s=ACT_LEASE_S):
            raise LeaseLost("Another worker has taken this over.")


def _close(owed: Owed, side: OpenSide, problem: MachineError) -> None:
    """The machine does not let us in: say so, and give the attempt back while nothing was started."""
    evidence = {"trouble": problem.trouble, "message": str(problem)[:300]}
    machine = problem.machine.as_kept() if isinstance(problem, OtherMachine) else None
    fleet.observe_connection(
        owed.context("closed"), printer_id=side.printer.pk, reachable=True, access_ok=False, machine=machine, evidence=evidence
    )
    who = {"run_id": owed.event.run_id, "printer_id": side.printer.pk}
    if commands.requeue_run(owed.context("closed-give-back"), **who, code="MISCONFIGURED", evidence=evidence):
        return
    if side_of_run(owed.event.run_id, side.printer.pk) is None:
        return
    if owed.attempt >= ACT_ATTEMPTS:
        _desync(owed, side, "start_unproven", evidence)
    raise problem


_GIVEN_UP: dict[type[Exception], str] = {
    UploadCorrupt: "UPLOAD_FAILED",
    StorageFull: "STORAGE_FULL",
    NotReady: "NOT_READY",
    Refusal: "NO_FILE",
}


def _give_up(owed: Owed, side: OpenSide, problem: Exception) -> None:
    """Trying again does not help: give the attempt back if nothing can have started, else leave it to a person."""
    evidence = {"message": str(problem)[:300]}
    who = {"run_id": owed.event.run_id, "printer_id": side.printer.pk}
    code = next((code for kind, code in _GIVEN_UP.items() if isinstance(problem, kind)), "PRINTER_OFFLINE")
    if not commands.requeue_run(owed.context("give-up"), **who, code=code, evidence=evidence):
        _desync(owed, side, "start_unproven", evidence)


def _desync(owed: Owed, side: OpenSide, code: str, evidence: dict[str, Any]) -> None:
    now = side_of_run(owed.event.run_id, side.printer.pk)
    if now is None:
        return
    commands.reconcile_run(
        owed.context("ask-a-person"),
        run_id=now.run.pk,
        printer_id=side.printer.pk,
        expected_version=now.run.version,
        ruling=Ruling.DESYNC,
        code=code,
        evidence=evidence,
    )


def _is_held(side: OpenSide) -> bool:
    """Was a hold placed, or a plan locked, since it was given to this printer? What stood before was judged at the gate."""
    run = side.run
    items = list(PlateItem.objects.filter(plate_id=run.plate_id).select_related("piece__requirement__line", "plan"))
    if any(item.plan.dispatch_blocked for item in items):
        return True
    held = policy.active_holds(on=[*facts.targets_of(run.plate, items), *facts.targets_on(side.printer)], now=clock.now())
    return any(run.dispatched_at is None or one.created_at > run.dispatched_at for one in held)


@contextmanager
def _local_file(run: Run) -> Iterator[Path]:
    """Give the G-code as a file of our own, checked while it was read."""
    if run.output is None:
        raise NotReady("It has no file.")
    with tempfile.NamedTemporaryFile(prefix="farmos-", suffix=".gcode") as copy, open_verified(run.output.artifact) as content:
        shutil.copyfileobj(content, copy)
        copy.flush()
        yield Path(copy.name)
