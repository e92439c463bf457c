"""Cards: one thing a person sees on the board, why it is there, and what can be done about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from .known import Attempt, Machine
from .promises import Promise


class Section(StrEnum):
    """Where on the board; in reading order."""

    ATTENTION = "attention"
    RISK = "risk"
    RUNNING = "running"
    READY = "ready"
    NEXT = "next"


class Cause(StrEnum):
    """Why a card is on the board. Within a section the order here decides between cards that are equal in everything else."""

    INCIDENT = "incident"
    DESYNCED = "desynced"
    ANOMALY = "anomaly"
    NOT_FOLLOWED = "not_followed"
    PAUSED = "paused"
    OFFLINE_RUN = "offline_run"
    DEGRADED = "degraded"
    OTHER_MACHINE = "other_machine"
    MISCONFIGURED = "misconfigured"
    FOREIGN = "foreign"
    NEEDS_APPROVAL = "needs_approval"
    PLAN_LOCKED = "plan_locked"
    BREAKER = "breaker"
    PLAN_REVIEW = "plan_review"
    NOT_JUDGED = "not_judged"
    BED_NOT_CLEAR = "bed_not_clear"
    BED_UNKNOWN = "bed_unknown"
    PAYMENT_REVIEW = "payment_review"
    DEAD_LETTER = "dead_letter"
    SERVICE_DUE = "service_due"
    AT_RISK = "at_risk"
    RUNNING = "running"
    REWORK = "rework"
    IN_QA = "in_qa"
    TO_PACK = "to_pack"
    TO_SHIP = "to_ship"
    COOLING = "cooling"
    QUEUED = "queued"


@dataclass(frozen=True, slots=True)
class Action:
    """What a person can do from a card: a command (``app.verb``) or a page (``page:name``), and on which record as they see it."""

    code: str
    kind: str
    id: str
    version: int = 0
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Card:
    """One thing on the board.

    ``facts`` are what its words need. A card that stands for several of the same cause carries them in ``members``; its own values are those of
    the first of them. ``primary`` is the next right action, ``secondary`` the other one there is, if any.
    """

    section: Section
    cause: Cause
    kind: str
    id: str
    version: int
    since: datetime | None
    is_safety: bool = False
    promise: Promise | None = None
    primary: Action | None = None
    secondary: Action | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    attempt: Attempt | None = None
    machine: Machine | None = None
    risk_level: str = ""
    risk_factors: tuple[str, ...] = ()
    waiting: int = 0
    members: tuple[Card, ...] = ()

    @property
    def revision(self) -> str:
        """Which part stands for it in a picture: the most frequent one on its plate, or the one its pieces are of; empty for none."""
        if self.attempt is not None:
            return self.attempt.parts[0].revision if self.attempt.parts else ""
        return str(self.facts.get("revision", ""))

    @property
    def key(self) -> str:
        """What the card is known by on a page and to its live fragment."""
        return f"{self.kind}:{self.id}"
