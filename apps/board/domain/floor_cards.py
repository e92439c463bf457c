"""Cards of print attempts and printers: what stands still, what is in doubt, what runs, what comes next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from apps.runs.domain.anomaly import PLAYBOOKS, Step
from apps.runs.domain.hours import Keeping, Kept

from .cards import Action, Card, Cause, Section
from .known import Attempt, Known, Machine, Trouble
from .promises import Promise, done_about, is_tight, promise_of

SAFETY_REASONS = frozenset({"THERMAL", "EMERGENCY_STOP"})
"""Reasons that put a card before every promise: something may be too hot, or somebody hit the stop."""

SEVERITY_RANK = {"urgent": 0, "attention": 1}
"""How soon an anomaly needs a person; those that are for information only need nobody."""

BED_LIMIT = timedelta(minutes=30)
"""How long a bed may wait for a person while no work waits for it."""

FOLLOW_LIMIT = timedelta(minutes=5)
"""How long a machine may take to pause or stop before a person is asked: it first finishes what it is at, and heating up takes minutes."""

ON_PRINTER = ("uploading", "printing", "paused")
OVER = ("completed", "failed", "aborted")
SILENT = ("OFFLINE", "UNKNOWN")
LOW_CONFIDENCE = 0.5


@dataclass(frozen=True, slots=True)
class Floor:
    """The attempts and printers of a site, and what waits for which of them."""

    known: Known
    now: datetime

    def cards(self) -> Iterator[Card]:
        """Return a card for each attempt that is not settled, and for each printer that a person must see to."""
        machines = {machine.id: machine for machine in self.known.machines}
        told: set[str] = set()
        for attempt in self.known.attempts:
            card = _of_attempt(attempt, machines.get(attempt.printer_id), self.known.hours, self.now)
            if card is not None:
                if card.section is Section.ATTENTION:
                    told.add(attempt.printer_id)
                yield card
        waiting = _Waiting(self.known.attempts, self.now)
        for machine in self.known.machines:
            card = None if machine.id in told else _of_machine(machine, waiting, self.now)
            if card is not None:
                yield card


class _Waiting:
    """What waits for a printer: how much, and the earliest promise among it. Worked out once, not for every printer."""

    def __init__(self, attempts: tuple[Attempt, ...], now: datetime) -> None:
        self._for_class: dict[str, _Work] = {}
        self._for_printer: dict[str, _Work] = {}
        for attempt in attempts:
            if attempt.state == "queued" and attempt.ended_at is None:
                home, name = (self._for_printer, attempt.only_printer) if attempt.only_printer else (self._for_class, attempt.class_id)
                home[name] = home.get(name, _Work()).with_one(promise_of(attempt, now))

    def for_machine(self, machine: Machine) -> _Work:
        """Return the work that could start on it, were it ready."""
        for_it, for_its_class = self._for_printer.get(machine.id, _Work()), self._for_class.get(machine.class_id, _Work())
        return _Work(for_it.count + for_its_class.count, _earliest(for_it.promise, for_its_class.promise))


@dataclass(frozen=True, slots=True)
class _Work:
    """So many plates, and the earliest promise among them."""

    count: int = 0
    promise: Promise | None = None

    def with_one(self, promise: Promise | None) -> _Work:
        """Return this with one more plate."""
        return _Work(self.count + 1, _earliest(self.promise, promise))


def _earliest(one: Promise | None, other: Promise | None) -> Promise | None:
    promises = [promise for promise in (one, other) if promise is not None]
    return min(promises, key=lambda promise: (promise.lost_at, promise.order), default=None)


# -- attempts ---------------------------------------------------------------------------------------------------------------------------


def _of_attempt(attempt: Attempt, machine: Machine | None, hours: Keeping | None, now: datetime) -> Card | None:
    """Return the one card an attempt has: what is most wrong with it decides."""
    if attempt.desynced_since is not None:
        return _desynced(attempt, machine, now)
    if attempt.state in OVER:
        return _not_judged(attempt, machine, now) if attempt.judged_at is None else None
    is_heard = machine is not None and machine.connection not in SILENT
    if is_heard and attempt.state in ("printing", "paused") and (trouble := worst(attempt.troubles)) is not None:
        return _anomaly(attempt, machine, trouble, now)
    if is_heard and is_not_followed(attempt, now):
        return _not_followed(attempt, machine, now)
    if attempt.state == "paused":
        return _paused(attempt, machine, now)
    if attempt.state in ON_PRINTER and machine is not None and machine.connection in SILENT:
        return _offline(attempt, machine, now)
    if attempt.state == "pending_approval":
        return _pending(attempt, now)
    kept = _kept(attempt, hours, now)
    if why := risks(attempt, machine, now if kept is None or kept.start is None else kept.start):
        return _at_risk(attempt, machine, why, kept, now)
    if attempt.state == "queued":
        facts = {"kept": kept} if kept is not None else None
        return _card(attempt, None, Section.NEXT, Cause.QUEUED, attempt.created_at, now, primary=_page("why", attempt), facts=facts)
    return _card(attempt, machine, Section.RUNNING, Cause.RUNNING, attempt.started_at, now, primary=_page_of(machine, attempt))


def _kept(attempt: Attempt, hours: Keeping | None, now: datetime) -> Kept | None:
    """Return how working hours keep an attempt from starting; None: they do not."""
    if hours is None or attempt.minutes is None or attempt.state != "queued":
        return None
    return hours.kept(minutes=attempt.minutes, now=now)


def risks(attempt: Attempt, machine: Machine | None, now: datetime) -> tuple[str, ...]:
    """Return why an attempt that goes on, or starts, at ``now`` may still fail its promise: codes, the strongest first."""
    found = ["RISK_HIGH"] if attempt.risk_level == "HIGH" else []
    if is_tight(promise_of(attempt, now), attempt):
        found.append("SLA_TIGHT")
    if machine is not None and machine.health == "DEGRADED":
        found.append("PRINTER_DEGRADED")
    if machine is not None and machine.confidence is not None and machine.confidence < LOW_CONFIDENCE:
        found.append("LOW_PRINTER_CONFIDENCE")
    return tuple(found)


def _desynced(attempt: Attempt, machine: Machine | None, now: datetime) -> Card:
    """Nobody can tell. Looking again is safe; settling it is for a person who went there. One that prints after its end is a matter of safety."""
    settle = Action("form:doubt", "run", attempt.id, attempt.version)
    prints_on = attempt.state in OVER
    return _card(
        attempt,
        machine,
        Section.ATTENTION,
        Cause.DESYNCED,
        attempt.desynced_since,
        now,
        is_safety=prints_on,
        primary=Action("runs.refresh_run", "run", attempt.id, attempt.version),
        secondary=settle,
        from_start=True,
        facts={"prints_on": prints_on},
    )


def worst(troubles: tuple[Trouble, ...]) -> Trouble | None:
    """Return the anomaly that a person is needed for first; None: for none of them."""
    needed = [one for one in troubles if one.severity in SEVERITY_RANK]
    return min(needed, key=lambda one: (SEVERITY_RANK[one.severity], one.since, one.id), default=None)


def _anomaly(attempt: Attempt, machine: Machine | None, trouble: Trouble, now: datetime) -> Card:
    """Something looks wrong while it goes on, or made it pause: its playbook says what to do first."""
    first, other = PLAYBOOKS[trouble.kind].steps(state=attempt.state, wish=attempt.wish, can_exclude=attempt.can_leave_out)
    secondary = _step(other, attempt, machine, trouble) if other is not None else None
    return _card(
        attempt,
        machine,
        Section.ATTENTION,
        Cause.ANOMALY,
        trouble.since,
        now,
        is_safety=trouble.reason in SAFETY_REASONS,
        primary=_step(first, attempt, machine, trouble),
        secondary=_stop_at_once(machine, attempt) if is_not_followed(attempt, now) else secondary,
        facts={"trouble": trouble, "others": len(attempt.troubles) - 1},
    )


def is_not_followed(attempt: Attempt, now: datetime) -> bool:
    """Was it asked to pause or to stop so long ago that the machine should have done it?"""
    is_asked = attempt.state in ("printing", "paused") and attempt.wish in ("pause", "abort") and attempt.wish_at is not None
    return is_asked and attempt.wish_at is not None and now - attempt.wish_at >= FOLLOW_LIMIT


def _not_followed(attempt: Attempt, machine: Machine | None, now: datetime) -> Card:
    """The machine does not do what it was asked for. Asking again does no harm; what helps for certain costs the print, and is a person's choice."""
    return _card(
        attempt,
        machine,
        Section.ATTENTION,
        Cause.NOT_FOLLOWED,
        attempt.wish_at,
        now,
        primary=Action("runs.refresh_run", "run", attempt.id, attempt.version),
        secondary=_stop_at_once(machine, attempt),
        from_start=attempt.wish == "abort",
    )


def _stop_at_once(machine: Machine | None, attempt: Attempt) -> Action:
    return _page("run", attempt) if machine is None else Action("page:stop", "printer", machine.id, params={"code": machine.code})


def _step(step: Step, attempt: Attempt, machine: Machine | None, trouble: Trouble) -> Action:
    about = {"reason": trouble.reason}
    match step:
        case Step.PAUSE:
            return Action("runs.pause_run", "run", attempt.id, attempt.version, {"form": about})
        case Step.RESUME:
            return Action("runs.resume_run", "run", attempt.id, attempt.version)
        case Step.ABORT:
            return Action("form:abort", "run", attempt.id, attempt.version, {"form": about})
        case Step.REQUEUE:
            return Action("form:requeue", "run", attempt.id, attempt.version, {"form": about})
        case Step.EXCLUDE:
            return Action("page:leave-out", "run", attempt.id, attempt.version)
        case Step.ACKNOWLEDGE:
            return Action("runs.acknowledge_anomaly", "anomaly", trouble.id, trouble.version)
        case Step.LOOK:
            return _page_of(machine, attempt)
        case Step.REFRESH:
            return Action("runs.refresh_run", "run", attempt.id, attempt.version)


def _paused(attempt: Attempt, machine: Machine | None, now: datetime) -> Card:
    """It stands still. Was it asked to go on or to stop, nothing is left to press: the machine does it, or is asked again."""
    if attempt.wish:
        primary, secondary = Action("runs.refresh_run", "run", attempt.id, attempt.version), None
    elif attempt.reason == "FIRST_LAYER":
        primary, secondary = _page_of(machine, attempt), Action("runs.resume_run", "run", attempt.id, attempt.version)
    else:
        primary = Action("runs.resume_run", "run", attempt.id, attempt.version)
        secondary = Action("page:run", "run", attempt.id, attempt.version)
    is_safety = attempt.reason in SAFETY_REASONS
    since = attempt.attention_since
    return _card(attempt, machine, Section.ATTENTION, Cause.PAUSED, since, now, is_safety=is_safety, primary=primary, secondary=secondary)


def _offline(attempt: Attempt, machine: Machine, now: datetime) -> Card:
    primary = Action("runs.refresh_run", "run", attempt.id, attempt.version)
    return _card(
        attempt,
        machine,
        Section.ATTENTION,
        Cause.OFFLINE_RUN,
        machine.connection_since,
        now,
        primary=primary,
        secondary=_page_of(machine, attempt),
        from_start=True,
    )


def _pending(attempt: Attempt, now: datetime) -> Card:
    primary = Action("page:approval", "approval", attempt.approval_id, attempt.approval_version)
    since = attempt.approval_since or attempt.created_at
    return _card(attempt, None, Section.ATTENTION, Cause.NEEDS_APPROVAL, since, now, primary=primary, secondary=_page("why", attempt))


def _not_judged(attempt: Attempt, machine: Machine | None, now: datetime) -> Card:
    """It is over, and nobody said what came of its parts; its printer waits for that too, so its bed is asked about in the same place."""
    secondary = None
    if machine is not None and machine.bed != "CLEAR" and machine.occupancy == "FREE":
        secondary = Action("runs.clear_bed", "printer", machine.id, machine.version, {"code": machine.code})
    is_safety = attempt.reason in SAFETY_REASONS
    return _card(
        attempt,
        machine,
        Section.ATTENTION,
        Cause.NOT_JUDGED,
        attempt.ended_at,
        now,
        is_safety=is_safety,
        primary=Action("page:outcome", "run", attempt.id, attempt.version),
        secondary=secondary,
        from_start=attempt.state != "completed",
    )


def _at_risk(attempt: Attempt, machine: Machine | None, why: tuple[str, ...], kept: Kept | None, now: datetime) -> Card:
    since = attempt.started_at or attempt.created_at
    primary = _page("why", attempt) if attempt.state == "queued" else _page_of(machine, attempt)
    return _card(attempt, machine, Section.RISK, Cause.AT_RISK, since, now, primary=primary, facts={"why": why, "kept": kept})


def _card(
    attempt: Attempt,
    machine: Machine | None,
    section: Section,
    cause: Cause,
    since: datetime | None,
    now: datetime,
    *,
    is_safety: bool = False,
    primary: Action | None = None,
    secondary: Action | None = None,
    from_start: bool = False,
    facts: Mapping[str, Any] | None = None,
) -> Card:
    done = done_about(attempt, now) if attempt.state in ("printing", "uploading") else None
    return Card(
        section,
        cause,
        "run",
        attempt.id,
        attempt.version,
        since,
        is_safety=is_safety,
        promise=promise_of(attempt, now, from_start=from_start),
        primary=primary,
        secondary=secondary,
        facts={"done_about": done, **(facts or {})},
        attempt=attempt,
        machine=machine,
        risk_level=attempt.risk_level,
        risk_factors=attempt.risk_factors,
    )


def _page(name: str, attempt: Attempt) -> Action:
    return Action(f"page:{name}", "run", attempt.id, attempt.version)


def _page_of(machine: Machine | None, attempt: Attempt) -> Action:
    return _page("why", attempt) if machine is None else Action("page:printer", "printer", machine.id, params={"code": machine.code})


# -- printers ---------------------------------------------------------------------------------------------------------------------------


def _of_machine(machine: Machine, waiting: _Waiting, now: datetime) -> Card | None:
    """Return the one card a printer has when a person must see to it; attempts on it speak for themselves.

    A service that is due comes last and touches no promise: work goes on without it. A degraded printer is looked at anyway.
    """
    work = waiting.for_machine(machine)
    page = Action("page:printer", "printer", machine.id, params={"code": machine.code})
    is_safety = machine.health == "DEGRADED" and machine.health_reason in SAFETY_REASONS
    if machine.connection == "MISCONFIGURED":
        cause = Cause.OTHER_MACHINE if machine.connection_code == "other-machine" else Cause.MISCONFIGURED
        return _machine_card(machine, cause, machine.connection_since, work, page)
    if machine.health == "DEGRADED" and (work.count or is_safety):
        return _machine_card(machine, Cause.DEGRADED, machine.health_since, work, page, is_safety=is_safety)
    if machine.occupancy == "FOREIGN" and work.count:
        return _machine_card(machine, Cause.FOREIGN, machine.occupancy_since, work, page)
    if asks_for_its_bed(machine) and (work.count or now - machine.bed_since >= BED_LIMIT):
        cause = Cause.BED_NOT_CLEAR if machine.bed == "NOT_CLEAR" else Cause.BED_UNKNOWN
        clear = Action("runs.clear_bed", "printer", machine.id, machine.version, {"code": machine.code})
        return _machine_card(machine, cause, machine.bed_since, work, clear)
    if machine.service_due_at is not None and machine.health == "OK":
        service = Action("page:service", "printer", machine.id, params={"code": machine.code})
        return _machine_card(machine, Cause.SERVICE_DUE, machine.service_due_at, _Work(), service)
    return None


def asks_for_its_bed(machine: Machine) -> bool:
    """Would a tap on "bed is clear" open this printer for the next print?"""
    return machine.health == "OK" and machine.occupancy == "FREE" and machine.bed != "CLEAR"


def _machine_card(machine: Machine, cause: Cause, since: datetime, work: _Work, primary: Action, *, is_safety: bool = False) -> Card:
    return Card(
        Section.ATTENTION,
        cause,
        "printer",
        machine.id,
        machine.version,
        since,
        is_safety=is_safety,
        promise=work.promise,
        primary=primary,
        facts={"code": machine.code, "reason": machine.health_reason},
        machine=machine,
        waiting=work.count,
    )
