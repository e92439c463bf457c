"""Notices, who was told of them, preferences and mails."""

from __future__ import annotations

from typing import Any

from apps.accounts.states import Role
from apps.notify.models import MailOut, Notice, Notification, Preference
from apps.notify.states import Letter, MailPlan, NoticeKind, Severity
from tests.factories.accounts import make_user, shop
from tests.factories.context import NOW
from tests.factories.filling import filled, stored, unique
from tests.factories.fleet import make_printer


def make_notice(**overrides: Any) -> Notice:
    """Return an open, urgent notice about a printer."""
    values = {"kind": NoticeKind.RUN_PAUSED, "severity": Severity.URGENT, "changed_at": NOW, "subject_kind": "printer", **overrides}
    values = filled(values, site=shop, cause=lambda: unique("printer"), subject_id=lambda: make_printer().pk)
    return stored(Notice, values)


def make_notification(**overrides: Any) -> Notification:
    """Return that an operator was told of a notice and has not read it."""
    return stored(Notification, filled(overrides, notice=make_notice, person=lambda: make_user(Role.OPERATOR)))


def make_preference(**overrides: Any) -> Preference:
    """Return what somebody said about how they want to be told."""
    return stored(Preference, filled(overrides, person=lambda: make_user(Role.OPERATOR)))


def make_mail(**overrides: Any) -> MailOut:
    """Return a mail that is owed to somebody who was told of a notice."""
    values = {"letter": Letter.NOTICE, "due_at": NOW, **overrides}
    if values["letter"] == Letter.NOTICE and "notification" not in values:
        values["notification"] = make_notification(mail=MailPlan.NOW)
    if "person" not in values and "intent" not in values:
        values["person"] = values["notification"].person if values.get("notification") else make_user(Role.OPERATOR)
    return stored(MailOut, filled(values, site=shop, occasion=lambda: unique("mail")))
