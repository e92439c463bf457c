"""Leaving one part out of a running print.

Klipper keeps any name it is told to leave out, also one that no object has: so it is told only what it says it prints, and only right after it was
seen printing our file. The name stays told, so telling it again after a reply that got lost does nothing more.
"""

from __future__ import annotations

import time

from apps.fleet.domain.observation import Observation
from apps.journal import leases, power_cuts
from apps.journal.owed import Owed
from apps.runs import commands
from apps.runs.domain.machine_words import Whose, Word, whose, word
from apps.runs.domain.reconcile import evidence_of
from apps.runs.models import Exclusion
from apps.runs.states import ExclusionDrop, ExclusionState

from . import ACT_LEASE_S
from .acting import FOLLOW_S, NotFollowed, settle
from .excluded import leaves_out, tell
from .hand import LOOK_AGAIN_S, Hand
from .sides import OpenSide, side_of_run

DEFINED_S = 3.0
"""How long a print may take to say what it consists of. The lines are the first of the file; heating up comes after them."""


def exclude(owed: Owed) -> None:
    """Leave out the part of an ``ItemExclusionRequested``. Never told to a machine that is not seen printing exactly this attempt's file.

    Raises:
        MachineError: the machine could not be asked or told; it is tried again, and looked at first.
        NotFollowed: it was told, or is at something else, and does not leave the part out yet; likewise.
    """
    side, wanted = _wanted(owed)
    if side is None or wanted is None:
        return
    path = side.platform.path
    with Hand(side.printer) as hand:
        has_begun = _has_begun(hand.look(path), path)
        is_defined = _is_defined(hand, wanted.object_name)
        seen = hand.look(path)
        if whose(seen, path) is Whose.OURS and word(seen) in (Word.PRINTING, Word.PAUSED):
            why_not = _why_not(side, wanted.object_name, seen, is_defined=is_defined, has_begun=has_begun)
            if why_not is not None:
                commands.drop_exclusion(owed.context("drop"), exclusion_id=wanted.pk, because=why_not, evidence=evidence_of(seen))
                return
            if not leaves_out(seen, wanted.object_name):
                if not leases.renew(owed.delivery_id, fence=owed.fence, lease_s=ACT_LEASE_S):
                    return
                power_cuts.may_happen("exclude.before_asking")
                hand.exclude_object(wanted.object_name)
                power_cuts.may_happen("exclude.after_asking")
                seen = hand.look_until(lambda now: leaves_out(now, wanted.object_name), path, patience_s=FOLLOW_S)
            tell(side, seen, owed.context("told"))
        settle(owed, hand)
    if _wanted(owed)[1] is not None:
        raise NotFollowed(f"The printer was to leave out {wanted.object_name} and does not; it says {seen.print_state}.")


def _wanted(owed: Owed) -> tuple[OpenSide | None, Exclusion | None]:
    """Return our side while the attempt is open on this printer, and what is still to be left out of it."""
    side = side_of_run(owed.event.run_id, owed.event.printer_id)
    return side, Exclusion.objects.filter(pk=owed.event.exclusion_id, state=ExclusionState.ASKED).first()


def _has_begun(seen: Observation, path: str) -> bool:
    """Is our print past its first lines? What it has not said by then, it never will; what it had not said before it was asked, it may say now."""
    return whose(seen, path) is Whose.OURS and bool(seen.current_object or seen.layer or seen.filament_mm > 0)


def _is_defined(hand: Hand, name: str) -> bool:
    """Does the print say that it has an object of this name? It says so in its first lines, a moment after it was started."""
    deadline = time.monotonic() + DEFINED_S
    while name.casefold() not in (one.casefold() for one in hand.objects()):
        if time.monotonic() >= deadline:
            return False
        time.sleep(LOOK_AGAIN_S)
    return True


def _why_not(side: OpenSide, name: str, seen: Observation, *, is_defined: bool, has_begun: bool) -> ExclusionDrop | None:
    """Return why the machine cannot leave ``name`` out; None: it can, or does.

    Raises:
        NotFollowed: it prints nothing yet, and may say later that it has such an object.
    """
    if leaves_out(seen, name):
        return None
    if not is_defined:
        if has_begun:
            return ExclusionDrop.UNKNOWN_TO_MACHINE
        raise NotFollowed(f"The print has not said yet that it has an object {name}.")
    labelled = side.run.output.facts.get("objects", ()) if side.run.output is not None else ()
    others = any(one != name and not leaves_out(seen, one) for one in labelled)
    return None if others else ExclusionDrop.LAST_ONE
