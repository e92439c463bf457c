"""What this person was told, and how they want to be told. Everybody sees and changes their own only."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.accounts.models import User
from apps.board.badges import Badge
from apps.console.views.hours import time_of_day
from apps.console.views.page import Act, Page
from apps.journal.http.page_command import Form
from apps.journal.refusals import Invalid
from apps.notify import commands, queries
from apps.notify.models import Notice, Notification
from apps.notify.states import MailWish, Severity

SHOWN = 30
"""Notifications a page shows; earlier ones are one press away."""

BADGES = {
    Severity.URGENT: Badge(Severity.URGENT.label, "octagon-alert", "red"),
    Severity.ATTENTION: Badge(Severity.ATTENTION.label, "triangle-alert", "amber"),
    Severity.INFORMATION: Badge(Severity.INFORMATION.label, "info"),
}
SETTLED = Badge(gettext_lazy("Settled"), "circle-check", "dash")


class Notifications(Page):
    """What this person was told, newest first."""

    title = gettext_lazy("Notifications")
    permission = ""
    template_name = "console/notifications.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add a page of what they were told, and the ids of what is unread on it."""
        told = queries.notifications_of(self._person)
        before = self.request.GET.get("before", "")
        if before:
            told = told.filter(pk__lt=_id(before))
        rows = list(told[: SHOWN + 1])
        shown = rows[:SHOWN]
        return {
            **super().get_context_data(**kwargs),
            "cards": _cards(shown),
            "unread_ids": [row.pk for row in shown if row.read_at is None],
            "earlier": shown[-1].pk if len(rows) > SHOWN else None,
            "is_first": not before,
        }

    @property
    def _person(self) -> UUID:
        return _person(self.request)


def _cards(rows: list[Notification]) -> list[dict[str, Any]]:
    helpers = {helper for row in rows if (helper := row.notice.acknowledged_by_id) is not None}
    names = {user.pk: str(user) for user in User.objects.filter(pk__in=helpers)}
    return [_card(row, row.notice, names) for row in rows]


def _card(row: Notification, notice: Notice, names: dict[UUID, str]) -> dict[str, Any]:
    is_open = notice.closed_at is None
    return {
        "row": row,
        "notice": notice,
        "said": queries.shown(notice),
        "badge": BADGES[Severity(notice.severity)] if is_open else SETTLED,
        "is_open": is_open,
        "helper": names.get(notice.acknowledged_by_id) if notice.acknowledged_by_id else None,
        "may_take": is_open and notice.acknowledged_at is None,
        "may_mute": is_open and row.muted_at is None,
    }


class Preferences(Page):
    """How this person wants to be told."""

    title = gettext_lazy("How you are told")
    permission = ""
    template_name = "console/notification_preferences.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add what they said so far, or what holds until they say something."""
        wanted = queries.preference_of(_person(self.request))
        choices = [
            (Severity.URGENT, "mail_urgent", _("A machine stands still or is hot, or nobody knows what it does.")),
            (Severity.ATTENTION, "mail_attention", _("Work waits for a person: an approval, a review, a failed print.")),
            (Severity.INFORMATION, "mail_information", _("Nothing is asked of you.")),
        ]
        return {
            **super().get_context_data(**kwargs),
            "wanted": wanted,
            "rows": [(BADGES[severity], name, about, getattr(wanted, name)) for severity, name, about in choices],
            "wishes": MailWish.choices,
            "quiet_from": time_of_day(wanted.quiet_from_minute),
            "quiet_until": time_of_day(wanted.quiet_until_minute),
        }


class Own(Act):
    """A button about one's own notifications: whoever works here may press it, and the command lets nobody touch what others were told."""

    home = reverse_lazy("console:notifications")  # type: ignore[assignment]
    refused_template = "console/refused.html"

    def allow(self, request: HttpRequest, place: dict[str, Any]) -> None:
        """Let everybody in who works here."""
        if not request.user.is_staff:
            super().allow(request, place)

    def arguments(self, form: Form) -> dict[str, Any]:
        """Act for the person who is signed in, whatever the form says."""
        return {"person_id": _person(form.request)}


class Acknowledge(Own):
    """I see to it."""

    command = staticmethod(commands.acknowledge)
    receipt = gettext_lazy("You see to it. Nobody else is told because of silence.")


class Mute(Own):
    """Tell me nothing more of this one."""

    command = staticmethod(commands.mute)
    receipt = gettext_lazy("You hear nothing more of this one. A new cause is told as ever.")


class MarkRead(Own):
    """I have read these."""

    command = staticmethod(commands.mark_read)
    versioned = False

    def arguments(self, form: Form) -> dict[str, Any]:
        """Add which: those the page showed."""
        return {**super().arguments(form), "notification_ids": form.uuids("id")}

    def receipt_for(self, result: Any) -> str:
        """Say how many were unread."""
        return ngettext("%(n)d marked as read.", "%(n)d marked as read.", result) % {"n": result}


class SetPreferences(Own):
    """This is how I want to be told."""

    command = staticmethod(commands.set_preferences)
    receipt = gettext_lazy("Kept. Mails that are owed already go out as they were.")

    def arguments(self, form: Form) -> dict[str, Any]:
        """Read wishes and times of day."""
        wishes = {name: MailWish(form.one_of(name, MailWish)) for name in ("mail_urgent", "mail_attention", "mail_information")}
        minutes = {name: form.minute(name) for name in ("quiet_from_minute", "quiet_until_minute")}
        return {**super().arguments(form), **wishes, **minutes, "urgent_breaks_quiet": form.text("urgent_breaks_quiet") == "1"}


def _person(request: HttpRequest) -> UUID:
    person_id: UUID = request.user.pk  # type: ignore[assignment]
    return person_id


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Invalid({"before": _("is not an id")}) from None
