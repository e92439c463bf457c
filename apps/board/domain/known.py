"""What is known of a site at one moment, as plain values: all the board is made from. Codes are those of the apps' ``states.py``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from apps.runs.domain.hours import Keeping


@dataclass(frozen=True, slots=True)
class Part:
    """So many equal parts on a plate, for one order."""

    name: str
    count: int
    order: str = ""
    due_at: datetime | None = None
    revision: str = ""


@dataclass(frozen=True, slots=True)
class Trouble:
    """An anomaly of an attempt that is not done: what is wrong since when, what was seen, who sees to it."""

    id: str
    version: int
    kind: str
    severity: str
    reason: str
    since: datetime
    state: str = "open"
    evidence: Mapping[str, Any] = field(default_factory=dict)
    note: str = ""
    assigned_to: str = ""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A print attempt that is not settled: open, in doubt, or over and not judged."""

    id: str
    version: int
    state: str
    number: int
    plate: str
    plate_id: str
    created_at: datetime
    parts: tuple[Part, ...] = ()
    printer_id: str = ""
    class_id: str = ""
    only_printer: str = ""
    due_at: datetime | None = None
    minutes: int | None = None
    progress: float = 0.0
    started_at: datetime | None = None
    ended_at: datetime | None = None
    judged_at: datetime | None = None
    reason: str = ""
    reason_note: str = ""
    wish: str = ""
    wish_at: datetime | None = None
    step: str = ""
    attention_since: datetime | None = None
    desynced_since: datetime | None = None
    evidence: Mapping[str, Any] = field(default_factory=dict)
    risk_level: str = ""
    risk_factors: tuple[str, ...] = ()
    approval_id: str = ""
    approval_version: int = 0
    approval_since: datetime | None = None
    troubles: tuple[Trouble, ...] = ()
    can_leave_out: bool = False
    """Could one part be left out and others still be printed?"""
    incident_id: str = ""
    """The incident that took it and is not released."""

    @property
    def pieces(self) -> int:
        """How many parts are on its plate."""
        return sum(part.count for part in self.parts)


@dataclass(frozen=True, slots=True)
class Machine:
    """A printer in service: its four facts, each with since when, and since when a service is due."""

    id: str
    version: int
    code: str
    class_id: str
    health: str
    health_since: datetime
    connection: str
    connection_since: datetime
    bed: str
    bed_since: datetime
    occupancy: str
    occupancy_since: datetime
    health_reason: str = ""
    last_seen_at: datetime | None = None
    current_run_id: str = ""
    confidence: float | None = None
    bed_noted_by: str = ""
    service_due_at: datetime | None = None
    incident_id: str = ""
    """The incident that took it and is not released."""
    connection_code: str | None = ""
    """Why its connection is as it is."""


@dataclass(frozen=True, slots=True)
class Matter:
    """Something that waits for a person and is neither an attempt nor a printer.

    Args:
        kind: ``approval``, ``plan`` (locked), ``review``, ``breaker``, ``delivery`` (given up), ``payment`` (to be looked at), ``shipment`` or
            ``incident`` (not released).
        about: What it is about, where that is another record.
        code: Its code: the transition asked about, the review's code, the breaker's kind, what could not be done.
    """

    kind: str
    id: str
    version: int
    since: datetime
    code: str = ""
    about_kind: str = ""
    about: str = ""
    order: str = ""
    name: str = ""
    due_at: datetime | None = None
    count: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True)
class Batch:
    """Pieces of one component that stand at the same stage after the printer: cooling, in QA, in rework, or passed."""

    state: str
    requirement_id: str
    name: str
    order: str
    count: int
    since: datetime
    due_at: datetime | None = None
    piece_ids: tuple[str, ...] = ()
    revision: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """Everything the board of one site is made from."""

    attempts: tuple[Attempt, ...] = ()
    machines: tuple[Machine, ...] = ()
    matters: tuple[Matter, ...] = ()
    batches: tuple[Batch, ...] = ()
    hours: Keeping | None = None
    """What working hours keep back; None: nothing, or nothing is queued."""
