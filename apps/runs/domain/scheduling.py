"""Which waiting attempt goes to which printer, with reasons and the other choices. Pure: what is known goes in, assignments come out.

Nothing is assigned to a machine that misses anything that is wanted, that is not ready by itself (online, fit, free, bed clear), or that is held; a
printer gets one attempt, an attempt one printer, and no circuit more heating printers than it carries: what finds no place there takes a printer of
another circuit, or waits without keeping others back. So does what working hours let start later only. Changeovers are avoided by asking for exactly
what is loaded; among machines that fit, the one fewest others of the queue could use is taken, so that flexible machines stay free.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from apps.fleet.domain.matching import Machine, Misfit, Wanted, misfits

PATIENCE = timedelta(days=7)
"""Work without a promised date is treated as if it were promised this long after it came in: it ages upward and never starves."""

PRIORITIES = ("rush", "normal", "filler")


@dataclass(frozen=True, slots=True)
class Waiting:
    """An attempt in the queue.

    Args:
        run_id: Which.
        wanted: What its plate asks of a machine.
        since: Waiting since.
        due_at: The earliest promise on its plate; None: undated.
        priority: The most urgent order on its plate.
        only_printer: The one printer its plate is for; None: any that fits.
        blocked: Why it may not start wherever it goes: ``hold``, ``plan_locked``, ``automation_off``, ``no_file``,
            ``plate_taken_back``, ``hours``; empty: nothing does.
        not_before: When working hours let it start; None: now, or nobody can tell.
    """

    run_id: UUID
    wanted: Wanted
    since: datetime
    due_at: datetime | None = None
    priority: str = "normal"
    only_printer: UUID | None = None
    blocked: str = ""
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A printer.

    Args:
        printer_id: Which.
        code: What people call it.
        machine: What is known about it.
        waits: What about itself keeps it from starting the next print; nothing: it may.
        confidence: 0 to 1; None: not known yet.
        circuit: The circuit it heats up on, where only some may at once.
        room: How many more may heat up there now.
    """

    printer_id: UUID
    code: str
    machine: Machine
    waits: tuple[str, ...] = ()
    confidence: float | None = None
    circuit: UUID | None = None
    room: int = 0


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another printer that fits, and why it was not taken."""

    printer_id: UUID
    code: str
    why_not: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Assignment:
    """An attempt, the printer it goes to, why there, what else there was, and how sure the choice is (high, medium)."""

    run_id: UUID
    printer_id: UUID
    reasons: tuple[str, ...]
    alternatives: tuple[Alternative, ...]
    confidence: str


@dataclass(frozen=True, slots=True)
class Fit:
    """How well one printer suits one attempt: what it misses, and what keeps it from starting now."""

    candidate: Candidate
    misfits: tuple[Misfit, ...]

    @property
    def is_eligible(self) -> bool:
        """Could it print this, once it is ready?"""
        return not self.misfits

    @property
    def is_ready(self) -> bool:
        """Could it print this now?"""
        return not self.misfits and not self.candidate.waits


def fits(waiting: Waiting, printers: Sequence[Candidate]) -> list[Fit]:
    """Return how each printer suits an attempt."""
    return [Fit(one, tuple(_misfits(waiting, one))) for one in printers]


def _misfits(waiting: Waiting, one: Candidate) -> list[Misfit]:
    if waiting.only_printer not in (None, one.printer_id):
        return [Misfit("other_printer", str(waiting.only_printer), str(one.printer_id))]
    return misfits(waiting.wanted, one.machine)


def urgency(waiting: Waiting) -> tuple[int, datetime, datetime, str]:
    """Return the order of work: rush first, then by date (undated work by its age), then first come."""
    rank = PRIORITIES.index(waiting.priority) if waiting.priority in PRIORITIES else 1
    return rank, waiting.due_at or waiting.since + PATIENCE, waiting.since, str(waiting.run_id)


def assign(queue: Sequence[Waiting], printers: Sequence[Candidate]) -> list[Assignment]:
    """Give waiting attempts to printers that can start them now, the most urgent first."""
    may_start = sorted((one for one in queue if not one.blocked), key=urgency)
    suited = {one.run_id: fits(one, printers) for one in may_start}
    demand = {printer.printer_id: sum(_is_eligible(suited[one.run_id], printer.printer_id) for one in may_start) for printer in printers}
    taken: set[UUID] = set()
    room = {printer.circuit: printer.room for printer in printers if printer.circuit is not None}
    made: list[Assignment] = []
    for one in may_start:
        ready = [
            fit
            for fit in suited[one.run_id]
            if fit.is_ready and fit.candidate.printer_id not in taken and _finds_place(fit.candidate, room)
        ]
        if not ready:
            continue
        chosen = min(ready, key=lambda fit: _cost(fit, one, demand))
        taken.add(chosen.candidate.printer_id)
        if chosen.candidate.circuit is not None:
            room[chosen.candidate.circuit] -= 1
        made.append(_assignment(one, chosen, ready, suited[one.run_id], demand))
    return made


def _finds_place(one: Candidate, room: dict[UUID, int]) -> bool:
    return one.circuit is None or room[one.circuit] > 0


def _is_eligible(found: Sequence[Fit], printer_id: UUID) -> bool:
    return any(fit.is_eligible for fit in found if fit.candidate.printer_id == printer_id)


def _cost(fit: Fit, waiting: Waiting, demand: dict[UUID, int]) -> tuple[int, float, int, str]:
    """Return what speaks against a printer that is ready, strongest first."""
    one = fit.candidate
    unsure = 1.0 if one.confidence is None else 1.0 - one.confidence
    return demand[one.printer_id], round(unsure, 1), _left_over(fit, waiting), one.code


def _left_over(fit: Fit, waiting: Waiting) -> int:
    """Return how much filament stays on the spools: the fullest spool is kept for work that needs it."""
    feeds = fit.candidate.machine.feeds[: len(waiting.wanted.materials)]
    return sum(feed.remaining_mg or 0 for feed in feeds)


def _assignment(waiting: Waiting, chosen: Fit, ready: Sequence[Fit], all_fits: Sequence[Fit], demand: dict[UUID, int]) -> Assignment:
    best = _cost(chosen, waiting, demand)
    others = [fit for fit in ready if fit is not chosen]
    alternatives = [
        Alternative(fit.candidate.printer_id, fit.candidate.code, _against(_cost(fit, waiting, demand), best)) for fit in others
    ]
    for fit in all_fits:
        one = fit.candidate
        if fit.is_eligible and fit not in ready:
            alternatives.append(Alternative(one.printer_id, one.code, one.waits or ("taken_just_now",)))
    is_clear = all(_cost(fit, waiting, demand)[:3] != best[:3] for fit in others)
    reasons = ("material_loaded", *(("only_one_ready",) if not others else _speaks_for(best, others, waiting, demand)))
    return Assignment(waiting.run_id, chosen.candidate.printer_id, reasons, tuple(alternatives), "high" if is_clear else "medium")


_POINTS = ("fewest_others_need_it", "most_reliable", "uses_up_a_spool")


def _speaks_for(best: tuple[int, float, int, str], others: Sequence[Fit], waiting: Waiting, demand: dict[UUID, int]) -> tuple[str, ...]:
    costs = [_cost(fit, waiting, demand) for fit in others]
    found = tuple(point for index, point in enumerate(_POINTS) if all(cost[index] > best[index] for cost in costs))  # type: ignore[operator]
    return found or ("first_by_code",)


def _against(cost: tuple[int, float, int, str], best: tuple[int, float, int, str]) -> tuple[str, ...]:
    for point, theirs, ours in zip(("others_need_it", "less_reliable", "fuller_spool"), cost, best, strict=False):
        if theirs != ours:
            return (point,)
    return ("later_by_code",)
