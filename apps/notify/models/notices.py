"""Notices: one per cause, and who was told."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Site, User
from apps.journal.constraints import known, signed
from apps.journal.immutable import Frozen
from apps.journal.versioned import Versioned
from apps.notify.states import CloseCode, MailPlan, NoticeKind, Severity


class Notice(Versioned):
    """Notice: something people are needed for, told once however often it is seen. ``cause`` is what makes it one and the same thing.

    It is closed by what ends its cause, never by being read. Sentences are made when somebody reads: it holds codes and short names only.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="notices", db_index=False)
    kind = models.CharField(max_length=24, choices=NoticeKind.choices)
    severity = models.CharField(max_length=12, choices=Severity.choices)
    cause = models.CharField(max_length=120, help_text=_("One open notice per site and cause"))
    group = models.CharField(max_length=120, blank=True, help_text=_("Causes that come together: one mail tells of all"))
    subject_kind = models.CharField(max_length=40)
    subject_id = models.UUIDField()
    params = models.JSONField(default=dict, blank=True, help_text=_("Codes and short names for the sentence"))
    changed_at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by_id = models.UUIDField(null=True, blank=True, help_text=_("The person who sees to it"))
    escalated_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_code = models.CharField(max_length=12, choices=CloseCode.choices, blank=True)

    immutable = Frozen(fields=("site", "cause", "created_at"))

    class Meta(Versioned.Meta):
        verbose_name = _("notice")
        constraints = [
            models.UniqueConstraint(fields=["site", "cause"], condition=Q(closed_at__isnull=True), name="one_open_notice_per_cause"),
            known("notice", "kind", NoticeKind.values),
            known("notice", "severity", Severity.values),
            known("notice", "closed_code", CloseCode.values, blank=True),
            models.CheckConstraint(condition=~Q(cause=""), name="notices_have_a_cause"),
            models.CheckConstraint(
                condition=Q(acknowledged_at__isnull=True, acknowledged_by_id__isnull=True)
                | Q(acknowledged_at__isnull=False, acknowledged_by_id__isnull=False),
                name="acknowledged_notices_say_by_whom",
            ),
            signed("closed_notices_say_why", "closed_at", "closed_code"),
        ]
        indexes = [models.Index(fields=["site", "group", "id"], condition=Q(closed_at__isnull=True), name="notice_open_by_group")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.cause})"

    def acknowledge(self, *, by: UUID, now: datetime) -> None:
        """Somebody sees to it."""
        self.acknowledged_by_id = by
        self.acknowledged_at = now

    def close(self, *, code: CloseCode, now: datetime) -> None:
        """Nobody is needed for it any more."""
        self.closed_code = code
        self.closed_at = now


class Notification(Versioned):
    """Notification: that one person was told of one notice, what they made of it, and how mail about it goes."""

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="notifications", db_index=False)
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="notifications", db_index=False)
    read_at = models.DateTimeField(null=True, blank=True, help_text=_("Read, or settled before it was read"))
    muted_at = models.DateTimeField(null=True, blank=True)
    mail = models.CharField(max_length=8, choices=MailPlan.choices, default=MailPlan.NONE)
    mailed_at = models.DateTimeField(null=True, blank=True)

    immutable = Frozen(fields=("notice", "person", "created_at"))

    class Meta(Versioned.Meta):
        verbose_name = _("notification")
        constraints = [
            models.UniqueConstraint(fields=["notice", "person"], name="a_person_is_told_of_a_notice_once"),
            known("notification", "mail", MailPlan.values),
            models.CheckConstraint(
                condition=~Q(mail=MailPlan.NONE) | Q(mailed_at__isnull=True), name="unmailed_notifications_have_no_mail"
            ),
        ]
        indexes = [
            models.Index(fields=["person", "id"], name="notification_by_person"),
            models.Index(fields=["person"], condition=Q(read_at__isnull=True), name="notification_unread"),
        ]

    def __str__(self) -> str:
        return f"{self.notice_id} to {self.person_id}"
