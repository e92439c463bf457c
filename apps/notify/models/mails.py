"""Mails that are owed or went out."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Site, User
from apps.journal.constraints import known
from apps.journal.immutable import Frozen
from apps.journal.versioned import Versioned
from apps.notify.states import CUSTOMER_LETTERS, DropCode, Letter, MailState
from apps.orders.models import Intent

from .notices import Notification


class MailOut(Versioned):
    """Mail: that one is owed to one person, or to the customer of one order, and what became of it.

    It holds neither an address nor a word of its text: both are made when it is sent, from what is true then. ``occasion`` makes it one and
    the same mail however often somebody asks for it.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="mails", db_index=False)
    letter = models.CharField(max_length=16, choices=Letter.choices)
    occasion = models.CharField(max_length=160, help_text=_("One mail per occasion"))
    person = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="mails", db_index=False)
    notification = models.ForeignKey(Notification, on_delete=models.PROTECT, null=True, blank=True, related_name="mails", db_index=False)
    intent = models.ForeignKey(Intent, on_delete=models.PROTECT, null=True, blank=True, related_name="mails", db_index=False)
    params = models.JSONField(default=dict, blank=True, help_text=_("Ids and codes the text needs"))
    due_at = models.DateTimeField(help_text=_("Not before: the end of quiet hours, or when summaries go out"))
    state = models.CharField(max_length=8, choices=MailState.choices, default=MailState.OWED)
    drop_code = models.CharField(max_length=12, choices=DropCode.choices, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    immutable = Frozen(fields=("site", "letter", "occasion", "person", "notification", "intent", "params", "due_at", "created_at"))

    class Meta(Versioned.Meta):
        verbose_name = _("mail")
        constraints = [
            models.UniqueConstraint(fields=["occasion"], name="one_mail_per_occasion"),
            models.UniqueConstraint(
                fields=["person", "site"],
                condition=Q(letter=Letter.DIGEST, state=MailState.OWED),
                name="one_summary_at_a_time",
            ),
            known("mail_out", "letter", Letter.values),
            known("mail_out", "state", MailState.values),
            known("mail_out", "drop_code", DropCode.values, blank=True),
            models.CheckConstraint(
                condition=Q(letter__in=CUSTOMER_LETTERS, intent__isnull=False, person__isnull=True)
                | (~Q(letter__in=CUSTOMER_LETTERS) & Q(person__isnull=False, intent__isnull=True)),
                name="mails_go_to_a_person_or_a_customer",
            ),
            models.CheckConstraint(
                condition=Q(state=MailState.OWED, ended_at__isnull=True) | (~Q(state=MailState.OWED) & Q(ended_at__isnull=False)),
                name="ended_mails_say_when",
            ),
            models.CheckConstraint(
                condition=(Q(state=MailState.DROPPED) & ~Q(drop_code="")) | (~Q(state=MailState.DROPPED) & Q(drop_code="")),
                name="dropped_mails_say_why",
            ),
        ]
        indexes = [models.Index(fields=["intent", "id"], condition=Q(intent__isnull=False), name="mail_by_order")]

    def __str__(self) -> str:
        return f"{self.get_letter_display()} ({self.get_state_display()})"

    def sent(self, *, now: datetime) -> None:
        """The mail server took it."""
        self.state = MailState.SENT
        self.ended_at = now

    def drop(self, *, code: DropCode, now: datetime) -> None:
        """It is not sent after all."""
        self.state = MailState.DROPPED
        self.drop_code = code
        self.ended_at = now
