"""The codes of policy and their labels."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class GatedTransition(models.TextChoices):
    """The moves a policy may stop, one name each. Starting a print is part of ``run.dispatch``."""

    PLAN_APPROVE = "plan.approve", _("Approve a build plan")
    PLATE_SLICE = "plate.slice", _("Slice a plate")
    RUN_QUEUE = "run.queue", _("Queue a print attempt")
    RUN_DISPATCH = "run.dispatch", _("Start a print attempt")
    RUN_PAUSE = "run.pause", _("Pause by automation")
    RUN_RESUME = "run.resume", _("Resume a print attempt")
    ITEM_REPRINT = "item.reprint", _("Print a failed part again")
    INTENT_RELEASE = "intent.release", _("Release an order to production")
    OPERATION_APPROVE = "operation.approve", _("Approve an operation")
    OPERATION_EXECUTE = "operation.execute", _("Make an operation's toolpaths")


class SubjectKind(models.TextChoices):
    """What a decision or an approval is about."""

    INTENT = "intent", _("Order")
    PLAN = "plan", _("Build Plan")
    PLATE = "plate", _("Plate")
    RUN = "run", _("Print Attempt")
    ITEM = "item", _("Part on a plate")
    OPERATION = "operation", _("Operation")


class PolicyState(models.TextChoices):
    """How far one version of a policy has come."""

    DRAFT = "draft", _("Draft")
    ACTIVE = "active", _("In force")
    RETIRED = "retired", _("Retired")


class Outcome(models.TextChoices):
    """What the gate answered."""

    ALLOW = "ALLOW", _("Allowed")
    BLOCK = "BLOCK", _("Blocked")
    REQUIRE_APPROVAL = "REQUIRE_APPROVAL", _("Asked a person")


class ApprovalState(models.TextChoices):
    """What became of a question to a person."""

    PENDING = "pending", _("Waiting for an answer")
    GRANTED = "granted", _("Granted")
    DENIED = "denied", _("Denied")
    EXPIRED = "expired", _("Not answered in time")
    REVOKED = "revoked", _("Taken back")


class HoldScope(models.TextChoices):
    """What a hold keeps from starting. A hold on something wide holds everything in it."""

    SITE = "site", _("Site")
    GROUP = "group", _("Printer group")
    PRINTER = "printer", _("Printer")
    ORDER = "order", _("Order")
    LINE = "line", _("Line")
    PLAN = "plan", _("Build Plan")
    PLATE = "plate", _("Plate")
    SPOOL = "spool", _("Spool")
    LOT = "lot", _("Material lot")


class HoldReason(models.TextChoices):
    """Why something is kept from starting."""

    CUSTOMER_REQUEST = "CUSTOMER_REQUEST", _("Customer's wish")
    CUSTOMER_ANSWER = "CUSTOMER_ANSWER", _("Waiting for the customer's answer")
    PAYMENT = "PAYMENT", _("Payment to be settled")
    DISPUTE = "DISPUTE", _("Payment disputed")
    QUALITY = "QUALITY", _("Quality in doubt")
    MATERIAL = "MATERIAL", _("Material in doubt")
    MAINTENANCE = "MAINTENANCE", _("Maintenance")
    SAFETY = "SAFETY", _("Safety")
    INCIDENT = "INCIDENT", _("Part of an incident")
    CAPACITY = "CAPACITY", _("Kept free for other work")
    OTHER = "OTHER", _("Something else")


class BreakerKind(models.TextChoices):
    """The circuit breakers."""

    PLAN_LOOP = "plan_loop", _("The same plan keeps failing")
    PRINTER = "printer", _("The same printer keeps failing")
    RUNAWAY = "runaway", _("Too many automatic starts")


class RiskLevel(models.TextChoices):
    """How risky something is; always shown with its factors."""

    LOW = "LOW", _("Low risk")
    MEDIUM = "MEDIUM", _("Medium risk")
    HIGH = "HIGH", _("High risk")


class RiskFactor(models.TextChoices):
    """What makes something risky."""

    THIN_WALL = "THIN_WALL", _("Thin walls")
    SMALL_FEATURE = "SMALL_FEATURE", _("Small details")
    HIGH_OVERHANG = "HIGH_OVERHANG", _("High overhangs")
    LONG_BRIDGE = "LONG_BRIDGE", _("Long bridges")
    TALL_NARROW = "TALL_NARROW", _("Tall and narrow")
    WARP_PRONE = "WARP_PRONE", _("Likely to warp")
    NOT_WATERTIGHT = "NOT_WATERTIGHT", _("Holes in the model")
    REPAIRED_MODEL = "REPAIRED_MODEL", _("Repaired model")
    NEAR_BED_LIMIT = "NEAR_BED_LIMIT", _("Close to the printer's limits")
    SUPPORT_CONFLICT = "SUPPORT_CONFLICT", _("Supports against the wish")
    MATERIAL_DIFFICULT = "MATERIAL_DIFFICULT", _("Difficult material")
    EXTERNAL_GCODE = "EXTERNAL_GCODE", _("Ready-made G-code")
    NEW_PROFILE = "NEW_PROFILE", _("New profile version")
    NEW_SLICER = "NEW_SLICER", _("New slicer version")
    REPEAT_FAILURE = "REPEAT_FAILURE", _("Earlier failures of this plan")
    LOW_PRINTER_CONFIDENCE = "LOW_PRINTER_CONFIDENCE", _("Printer confidence: Low")
    PRINTER_DEGRADED = "PRINTER_DEGRADED", _("Printer: Degraded")
    RECENT_FAILURES = "RECENT_FAILURES", _("Printer: recent failures")
    NOZZLE_WORN = "NOZZLE_WORN", _("Worn nozzle")
    SLA_TIGHT = "SLA_TIGHT", _("Tight due time")
    LONG_RUN = "LONG_RUN", _("Long print")
