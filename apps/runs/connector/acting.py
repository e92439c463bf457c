"""Pausing, resuming and stopping a print on the machine. A reply proves nothing: the truth is the state after a tick."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta

from apps.fleet.domain.observation import Observation
from apps.journal import clock, leases
from apps.journal.owed import Owed
from apps.runs import commands
from apps.runs.domain.machine_words import ACTIVE, Whose, Word, whose, word
from apps.runs.domain.reconcile import TO_CONFIRM, Action, Ruling, reconcile
from apps.runs.states import DispatchStep, RunState, Wish

from . import ACT_LEASE_S
from .applying import apply
from .excluded import tell
from .hand import Hand
from .sides import OpenSide, printer_in_service, side_of_run

FOLLOW_S = 60.0
"""How long a machine may take to follow: it first finishes what it is at, such as heating up. Longer is for the next attempt."""

SETTLE_S = 1.5
READY = "ready"


STOP_WITHIN = timedelta(seconds=60)


class TooLate(RuntimeError):
    """What was to be done at once was not, and must not be done any more."""


class NotFollowed(RuntimeError):
    """The machine was asked and has not done it yet; it is asked again, and a person sees it when that does not help."""


def pause(owed: Owed) -> None:
    """Pause the print of a ``RunPauseRequested``. Never sent to a machine that is not printing it: that would spoil its next print."""
    _act(owed, Wish.PAUSE, when=Word.PRINTING, until=lambda seen: word(seen) is not Word.PRINTING, ask=Hand.pause)


def resume(owed: Owed) -> None:
    """Let the print of a ``RunResumeRequested`` go on."""
    _act(owed, Wish.RESUME, when=Word.PAUSED, until=lambda seen: word(seen) is not Word.PAUSED, ask=Hand.resume)


def abort(owed: Owed) -> None:
    """Stop the print of a ``RunAbortRequested``; an attempt that was not started yet simply ends."""
    side = _wished(owed, Wish.ABORT)
    if side is None:
        return
    if side.run.state == RunState.UPLOADING:
        _call_off(owed, side)
        return
    _act(owed, Wish.ABORT, when=None, until=lambda seen: word(seen) not in ACTIVE, ask=Hand.cancel)


def refresh(owed: Owed) -> None:
    """Look at the machine of a ``RunRefreshRequested`` now, and do what follows."""
    side = side_of_run(owed.event.run_id, owed.event.printer_id)
    if side is not None:
        with Hand(side.printer) as hand:
            settle(owed, hand)


def emergency_stop(owed: Owed) -> None:
    """Stop the machine of an ``EmergencyStopRequested`` at once. What became of our attempt, the connector hears and judges.

    Raises:
        MachineError: it could not be told; it is tried again, a few times, then a person hears of it.
        TooLate: nobody got around to it for a minute. By then somebody pulled the plug, and stopping it would spoil what it does now.
    """
    if clock.now() - owed.event.asked_at > STOP_WITHIN:
        raise TooLate("The machine was not told to stop: nobody got around to it within a minute.")
    printer = printer_in_service(owed.event.printer_id)
    if printer is None:
        return
    with Hand(printer) as hand:
        hand.emergency_stop()


def restart_firmware(owed: Owed) -> None:
    """Start the firmware of the machine of a ``FirmwareRestartRequested`` again. Not while something prints: that would be lost.

    Raises:
        MachineError: it could not be told.
    """
    printer = printer_in_service(owed.event.printer_id)
    if printer is None:
        return
    with Hand(printer) as hand:
        seen = hand.look()
        if seen.klippy_state != READY or word(seen) not in ACTIVE:
            hand.restart_firmware()


def _act(owed: Owed, wish: Wish, *, when: Word | None, until: Callable[[Observation], bool], ask: Callable[[Hand], None]) -> None:
    """Ask the machine while our file is in state ``when`` (None: printing or paused), wait ``until`` it followed, and record what it does then."""
    side = _wished(owed, wish)
    if side is None:
        return
    path = side.platform.path
    with Hand(side.printer) as hand:
        seen = hand.look(path)
        found = word(seen)
        if whose(seen, path) is Whose.OURS and (found is when or (when is None and found in (Word.PRINTING, Word.PAUSED))):
            if not leases.renew(owed.delivery_id, fence=owed.fence, lease_s=ACT_LEASE_S):
                return
            ask(hand)
            seen = hand.look_until(until, path, patience_s=FOLLOW_S)
            if not until(seen):
                raise NotFollowed(f"The printer was asked to {wish} and still says {seen.print_state}.")
        settle(owed, hand)


def _call_off(owed: Owed, side: OpenSide) -> None:
    """Nothing was started, or nobody knows: then whoever starts it finds the wish, and comes back to it."""
    done = commands.requeue_run(owed.context("call-off"), run_id=side.run.pk, printer_id=side.printer.pk, code="STOPPED", evidence={})
    still = _wished(owed, Wish.ABORT)
    if not done and still is not None and still.run.dispatch_step == DispatchStep.START_SENT:
        raise NotFollowed("The start was sent; whether it runs is being found out first.")


def _wished(owed: Owed, wish: Wish) -> OpenSide | None:
    """Return our side while that wish is still open on this printer."""
    side = side_of_run(owed.event.run_id, owed.event.printer_id)
    return side if side is not None and side.run.wish == wish else None


def settle(owed: Owed, hand: Hand) -> None:
    """Judge what the machine does now, and record it; what ends an attempt is looked at twice."""
    before: Ruling | None = None
    for look in range(3):
        side = side_of_run(owed.event.run_id, owed.event.printer_id)
        if side is None:
            return
        seen = hand.look(side.platform.path)
        tell(side, seen, owed.context(f"excluded:{look}"))
        side = side_of_run(owed.event.run_id, owed.event.printer_id, seen) or side
        ruling = reconcile(side.platform, seen)
        if ruling.action not in TO_CONFIRM or (before is not None and before.code == ruling.code):
            if ruling.action not in (Action.NOTHING, Action.WAIT):
                apply(side, seen, ruling, owed.context)
            return
        before = ruling
        time.sleep(SETTLE_S)
