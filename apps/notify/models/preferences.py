"""How one person wants to be told."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.journal.constraints import between, known
from apps.journal.versioned import Versioned
from apps.notify.states import MailWish, Severity

LAST_MINUTE = 24 * 60 - 1


class Preference(Versioned):
    """How one person wants to be told. Who has none gets what the columns default to."""

    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="notification_preferences", db_index=False)
    mail_urgent = models.CharField(max_length=8, choices=MailWish.choices, default=MailWish.NOW)
    mail_attention = models.CharField(max_length=8, choices=MailWish.choices, default=MailWish.DIGEST)
    mail_information = models.CharField(max_length=8, choices=MailWish.choices, default=MailWish.NEVER)
    quiet_from_minute = models.PositiveSmallIntegerField(default=22 * 60, help_text=_("Minutes after midnight, site time"))
    quiet_until_minute = models.PositiveSmallIntegerField(default=6 * 60, help_text=_("The same minute as it begins: never quiet"))
    urgent_breaks_quiet = models.BooleanField(default=True, help_text=_("Urgent mail goes out in quiet hours too"))

    class Meta(Versioned.Meta):
        verbose_name = _("notification preferences")
        verbose_name_plural = _("notification preferences")
        constraints = [
            models.UniqueConstraint(fields=["person"], name="one_set_of_preferences_per_person"),
            known("preference", "mail_urgent", MailWish.values),
            known("preference", "mail_attention", MailWish.values),
            known("preference", "mail_information", MailWish.values),
            between("preference", "quiet_from_minute", 0, LAST_MINUTE),
            between("preference", "quiet_until_minute", 0, LAST_MINUTE),
        ]

    def __str__(self) -> str:
        return str(self.person_id)

    def mail_wish(self, severity: str) -> MailWish:
        """Return how mail about ``severity`` is wanted."""
        wishes = {
            Severity.URGENT: self.mail_urgent,
            Severity.ATTENTION: self.mail_attention,
            Severity.INFORMATION: self.mail_information,
        }
        return MailWish(wishes[Severity(severity)])
