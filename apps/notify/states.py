"""The codes of notifications and mails, and their labels."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Severity(models.TextChoices):
    """How soon a person is needed."""

    URGENT = "urgent", _("Now")
    ATTENTION = "attention", _("Soon")
    INFORMATION = "information", _("For information")


RANK = {Severity.INFORMATION: 0, Severity.ATTENTION: 1, Severity.URGENT: 2}
"""Severities from the least to the most pressing."""


class NoticeKind(models.TextChoices):
    """What people are told about."""

    ANOMALY = "anomaly", _("A print looks wrong")
    RUN_PAUSED = "run_paused", _("A print stands still")
    RUN_FAILED = "run_failed", _("A print failed")
    RUN_DESYNCED = "run_desynced", _("Nobody knows what a printer did")
    POWER_CUT = "power_cut", _("A power cut stopped prints")
    INCIDENT = "incident", _("One cause stopped several printers")
    PRINTER_DEGRADED = "printer_degraded", _("A printer was taken out of service")
    PRINTER_OFFLINE = "printer_offline", _("A printer with a print on it is silent")
    APPROVAL_NEEDED = "approval_needed", _("Work waits for an approval")
    PLAN_REVIEW = "plan_review", _("A build plan waits for a review")
    PLAN_LOCKED = "plan_locked", _("A build plan keeps failing")
    SLICE_FAILED = "slice_failed", _("A plate could not be sliced")
    AUTOMATION_OFF = "automation_off", _("Automation stopped itself")
    PAYMENT_REVIEW = "payment_review", _("A payment does not fit")
    REFUND_FAILED = "refund_failed", _("A refund did not go out")
    EFFECT_GAVE_UP = "effect_gave_up", _("farmos gave up on something")
    MAIL_GAVE_UP = "mail_gave_up", _("Mail does not go out")


class CloseCode(models.TextChoices):
    """Why nobody needs to be told any more."""

    SETTLED = "settled", _("Settled")


class MailWish(models.TextChoices):
    """How somebody wants mail about one severity."""

    NOW = "now", _("At once")
    DIGEST = "digest", _("Once a day, together")
    NEVER = "never", _("Never")


class MailPlan(models.TextChoices):
    """How one notification reaches somebody by mail."""

    NONE = "none", _("Not by mail")
    NOW = "now", _("In a mail of its own")
    DIGEST = "digest", _("In the next summary")


class MailState(models.TextChoices):
    """What became of a mail."""

    OWED = "owed", _("To be sent")
    SENT = "sent", _("Sent")
    DROPPED = "dropped", _("Not sent")


class DropCode(models.TextChoices):
    """Why a mail was not sent after all."""

    SETTLED = "settled", _("It was settled before")
    NO_ADDRESS = "no_address", _("There is no address")
    NOT_WANTED = "not_wanted", _("It is not wanted any more")
    BAD_ADDRESS = "bad_address", _("The mail server knows no such address")


class Letter(models.TextChoices):
    """The mails farmos writes."""

    NOTICE = "notice", _("One notification")
    DIGEST = "digest", _("Summary of notifications")
    ORDER_RECEIVED = "order_received", _("Order received")
    ORDER_PAID = "order_paid", _("Payment received")
    ORDER_SHIPPED = "order_shipped", _("Order sent")
    ORDER_CHANGED = "order_changed", _("Order changed")
    ORDER_CANCELED = "order_canceled", _("Order cancelled")
    ORDER_REFUNDED = "order_refunded", _("Money returned")


CUSTOMER_LETTERS = (
    Letter.ORDER_RECEIVED,
    Letter.ORDER_PAID,
    Letter.ORDER_SHIPPED,
    Letter.ORDER_CHANGED,
    Letter.ORDER_CANCELED,
    Letter.ORDER_REFUNDED,
)
"""Mails to those who ordered; the others go to those who work here."""
