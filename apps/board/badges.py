"""What a state looks like: its word, the shape of its icon and its tone. One table, so that no two pages disagree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from apps.fleet.states import Bed, Connection, Health, Occupancy
from apps.orders.states import CancelReason, IntentState, PaymentStatus, PieceState
from apps.parts.states import PreflightStatus
from apps.planning.states import PlanState, PlateState
from apps.policy.states import ApprovalState, Outcome, RiskLevel
from apps.runs.states import AnomalyState, ExclusionState, ItemResult, RunState

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class Badge:
    """A state as a person sees it. Tone is one of ``red amber green violet blue dash`` or empty (plain); it never speaks alone."""

    label: StrOrPromise
    icon: str
    tone: str = ""


DESYNCED = Badge(_("Desynced"), "unplug", "red")
ANOTHER_ANSWERS = Badge(_("Another machine"), "fingerprint", "red")
ANOMALY = Badge(_("Anomaly"), "triangle-alert", "red")
PLAN_LOCKED = Badge(_("Plan locked"), "lock", "red")
NEEDS_APPROVAL = Badge(_("Needs approval"), "hourglass", "violet")
FREE = Badge(_("Free"), "circle-dashed", "dash")
SERVICE_DUE = Badge(_("Maintenance due"), "clock", "amber")
PRINTING = Badge(_("Printing"), "play")

BADGES: dict[tuple[str, str], Badge] = {
    ("intent", IntentState.CREATED): Badge(IntentState.CREATED.label, "package"),
    ("intent", IntentState.AWAITING_PAYMENT): Badge(IntentState.AWAITING_PAYMENT.label, "credit-card"),
    ("intent", IntentState.PAID): Badge(IntentState.PAID.label, "factory"),
    ("intent", IntentState.FULFILLED): Badge(IntentState.FULFILLED.label, "truck", "green"),
    ("intent", IntentState.CANCELED): Badge(IntentState.CANCELED.label, "circle-x", "dash"),
    ("payment", PaymentStatus.UNPAID): Badge(PaymentStatus.UNPAID.label, "credit-card", "dash"),
    ("payment", PaymentStatus.PENDING): Badge(PaymentStatus.PENDING.label, "clock"),
    ("payment", PaymentStatus.REVIEW): Badge(PaymentStatus.REVIEW.label, "scan-eye", "violet"),
    ("payment", PaymentStatus.PAID): Badge(PaymentStatus.PAID.label, "circle-check", "green"),
    ("payment", PaymentStatus.PARTIALLY_REFUNDED): Badge(PaymentStatus.PARTIALLY_REFUNDED.label, "undo-2"),
    ("payment", PaymentStatus.REFUNDED): Badge(PaymentStatus.REFUNDED.label, "undo-2"),
    ("payment", PaymentStatus.DISPUTED): Badge(PaymentStatus.DISPUTED.label, "octagon-alert", "red"),
    ("plan", PlanState.DRAFT): Badge(PlanState.DRAFT.label, "pencil", "dash"),
    ("plan", PlanState.APPROVED): Badge(PlanState.APPROVED.label, "circle-check", "green"),
    ("plan", PlanState.SUPERSEDED): Badge(PlanState.SUPERSEDED.label, "archive", "dash"),
    ("plan", PlanState.VOID): Badge(PlanState.VOID.label, "circle-off", "dash"),
    ("plate", PlateState.DRAFT): Badge(PlateState.DRAFT.label, "pencil", "dash"),
    ("plate", PlateState.APPROVED): Badge(PlateState.APPROVED.label, "circle-check", "green"),
    ("plate", PlateState.SUPERSEDED): Badge(PlateState.SUPERSEDED.label, "archive", "dash"),
    ("plate", PlateState.VOID): Badge(PlateState.VOID.label, "circle-off", "dash"),
    ("anomaly", AnomalyState.OPEN): ANOMALY,
    ("anomaly", AnomalyState.ACKNOWLEDGED): Badge(AnomalyState.ACKNOWLEDGED.label, "scan-eye", "amber"),
    ("anomaly", AnomalyState.RESOLVED): Badge(AnomalyState.RESOLVED.label, "circle-check", "green"),
    ("run", RunState.QUEUED): Badge(RunState.QUEUED.label, "circle-dashed", "dash"),
    ("run", RunState.UPLOADING): Badge(RunState.UPLOADING.label, "upload"),
    ("run", RunState.PRINTING): Badge(RunState.PRINTING.label, "play"),
    ("run", RunState.PAUSED): Badge(RunState.PAUSED.label, "circle-pause", "red"),
    ("run", RunState.FAILED): Badge(RunState.FAILED.label, "circle-x", "red"),
    ("run", RunState.ABORTED): Badge(RunState.ABORTED.label, "circle-x", "dash"),
    ("run", RunState.COMPLETED): Badge(RunState.COMPLETED.label, "circle-check", "green"),
    ("run", RunState.PENDING_APPROVAL): Badge(RunState.PENDING_APPROVAL.label, "hourglass", "violet"),
    ("health", Health.OK): FREE,
    ("health", Health.DEGRADED): Badge(Health.DEGRADED.label, "wrench", "amber"),
    ("health", Health.MAINTENANCE): Badge(Health.MAINTENANCE.label, "construction", "dash"),
    ("connection", Connection.ONLINE): Badge(Connection.ONLINE.label, "wifi"),
    ("connection", Connection.OFFLINE): Badge(Connection.OFFLINE.label, "wifi-off", "dash"),
    ("connection", Connection.MISCONFIGURED): Badge(_("Needs login"), "key-round", "red"),
    ("connection", Connection.UNKNOWN): Badge(_("Not known yet"), "circle-help", "dash"),
    ("bed", Bed.CLEAR): Badge(Bed.CLEAR.label, "check"),
    ("bed", Bed.NOT_CLEAR): Badge(_("Clear the bed"), "brush", "amber"),
    ("bed", Bed.UNKNOWN): Badge(_("Check the bed"), "scan-eye", "amber"),
    ("occupancy", Occupancy.FREE): FREE,
    ("occupancy", Occupancy.OURS): PRINTING,
    ("occupancy", Occupancy.FOREIGN): Badge(_("Foreign print"), "user-x"),
    ("piece", PieceState.OWED): Badge(PieceState.OWED.label, "circle-dashed", "dash"),
    ("piece", PieceState.PRINTING): Badge(PieceState.PRINTING.label, "play"),
    ("piece", PieceState.COOLING): Badge(PieceState.COOLING.label, "snowflake"),
    ("piece", PieceState.QA): Badge(PieceState.QA.label, "scan-eye"),
    ("piece", PieceState.PASSED): Badge(PieceState.PASSED.label, "check", "green"),
    ("piece", PieceState.REWORK): Badge(PieceState.REWORK.label, "wrench", "amber"),
    ("piece", PieceState.SCRAPPED): Badge(PieceState.SCRAPPED.label, "x", "red"),
    ("piece", PieceState.PACKED): Badge(PieceState.PACKED.label, "package"),
    ("piece", PieceState.SHIPPED): Badge(PieceState.SHIPPED.label, "truck", "green"),
    ("piece", PieceState.CLOSED): Badge(PieceState.CLOSED.label, "archive", "dash"),
    ("piece", PieceState.CANCELED): Badge(PieceState.CANCELED.label, "circle-x", "dash"),
    ("decision", Outcome.ALLOW): Badge(Outcome.ALLOW.label, "check", "green"),
    ("decision", Outcome.BLOCK): Badge(Outcome.BLOCK.label, "ban", "red"),
    ("decision", Outcome.REQUIRE_APPROVAL): Badge(Outcome.REQUIRE_APPROVAL.label, "hourglass", "violet"),
    ("approval", ApprovalState.PENDING): NEEDS_APPROVAL,
    ("approval", ApprovalState.GRANTED): Badge(ApprovalState.GRANTED.label, "check", "green"),
    ("approval", ApprovalState.DENIED): Badge(ApprovalState.DENIED.label, "ban", "red"),
    ("approval", ApprovalState.EXPIRED): Badge(ApprovalState.EXPIRED.label, "clock", "dash"),
    ("approval", ApprovalState.REVOKED): Badge(ApprovalState.REVOKED.label, "undo-2", "dash"),
    ("preflight", PreflightStatus.PASS): Badge(_("Passed"), "circle-check", "green"),
    ("preflight", PreflightStatus.WARN): Badge(_("Passed with notes"), "triangle-alert", "amber"),
    ("preflight", PreflightStatus.FAIL): Badge(_("Cannot be made yet"), "octagon-alert", "red"),
    ("outcome", ItemResult.SUCCESS): Badge(ItemResult.SUCCESS.label, "check", "green"),
    ("outcome", ItemResult.FAILED): Badge(ItemResult.FAILED.label, "x", "red"),
    ("outcome", ItemResult.UNKNOWN): Badge(ItemResult.UNKNOWN.label, "circle-dashed"),
    ("outcome", ItemResult.SKIPPED): Badge(ItemResult.SKIPPED.label, "minus"),
    ("exclusion", ExclusionState.ASKED): Badge(_("Asked to leave out"), "hourglass", "amber"),
    ("exclusion", ExclusionState.EXCLUDED): Badge(ExclusionState.EXCLUDED.label, "minus"),
    ("exclusion", ExclusionState.DROPPED): Badge(ExclusionState.DROPPED.label, "circle-x", "dash"),
    ("risk", RiskLevel.LOW): Badge(RiskLevel.LOW.label, "check"),
    ("risk", RiskLevel.MEDIUM): Badge(RiskLevel.MEDIUM.label, "triangle-alert", "amber"),
    ("risk", RiskLevel.HIGH): Badge(RiskLevel.HIGH.label, "octagon-alert", "red"),
}
"""(kind of state, its code) → how it looks. A printer's four facts are kinds of their own."""


def badge_of(kind: str, state: str) -> Badge:
    """Return how a state looks.

    Raises:
        KeyError: the table has no such state.
    """
    return BADGES[kind, state]


def run_badge(state: str, *, desynced: bool) -> Badge:
    """Return the badge of an attempt: a doubt outranks its state."""
    return DESYNCED if desynced else BADGES["run", state]


def plan_badge(state: str, *, dispatch_blocked: bool) -> Badge:
    """Return the badge of a build plan: a lock outranks its state."""
    return PLAN_LOCKED if dispatch_blocked else BADGES["plan", state]


def order_badge(state: str, cancel_reason: str = "") -> Badge:
    """Return the badge of an order; a cancelled one says why."""
    if state != IntentState.CANCELED or not cancel_reason:
        return BADGES["intent", state]
    label = _("Cancelled: %(reason)s") % {"reason": CancelReason(cancel_reason).label}
    return Badge(label, "circle-x", "dash")


def printer_badge(
    *, health: str, connection: str, bed: str, occupancy: str, run_state: str = "", desynced: bool = False, is_another: bool = False
) -> Badge:
    """Return the one badge of a printer: what is most wrong with it, else what it does. ``is_another``: another machine answers in its place."""
    if desynced:
        return DESYNCED
    if is_another:
        return ANOTHER_ANSWERS
    if connection != Connection.ONLINE:
        return BADGES["connection", connection]
    if run_state == RunState.PAUSED:
        return BADGES["run", run_state]
    if health != Health.OK:
        return BADGES["health", health]
    if occupancy != Occupancy.FREE:
        return BADGES["run", run_state] if run_state and occupancy == Occupancy.OURS else BADGES["occupancy", occupancy]
    return FREE if bed == Bed.CLEAR else BADGES["bed", bed]
