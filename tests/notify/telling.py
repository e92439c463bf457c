"""Telling people in tests, and what they were told."""

from __future__ import annotations

import itertools
from typing import Any
from uuid import UUID, uuid4

from apps.accounts.models import Site, User
from apps.journal.event import Subject
from apps.journal.owed import Owed
from apps.notify import commands
from apps.notify.models import MailOut, Notice, Notification
from apps.notify.states import NoticeKind, Severity
from tests.factories.accounts import shop
from tests.factories.context import make_context


def told(cause: str = "run:1", *, ctx: dict[str, Any] | None = None, site: Site | None = None, **overrides: Any) -> Notice:
    """Raise a notice by its command and return it."""
    values: dict[str, Any] = {"kind": NoticeKind.RUN_PAUSED, "severity": Severity.URGENT, "subject_kind": "run", "subject_id": uuid4()}
    notice_id = commands.raise_notice(make_context(**(ctx or {})), site_id=(site or shop()).pk, cause=cause, **{**values, **overrides})
    return Notice.objects.get(pk=notice_id)


def people_told(notice: Notice) -> set[User]:
    """Return who was told of a notice."""
    return {row.person for row in Notification.objects.filter(notice=notice).select_related("person")}


def mails() -> list[tuple[str, UUID | None]]:
    """Return every mail that is or was owed: its letter and its person."""
    return list(MailOut.objects.order_by("id").values_list("letter", "person_id"))


def happened(event: Any, *, subjects: tuple[Subject, ...] = (), site_id: UUID | None = None) -> Owed:
    """Return an owed effect of ``event``, as a lane hands it to a subscriber; each is another delivery."""
    number = next(_numbers)
    return Owed(
        delivery_id=number,
        attempt=1,
        fence=1,
        subscriber="notify.tests",
        event=event,
        event_id=uuid4(),
        subjects=subjects,
        site_id=site_id,
        correlation_id=None,
    )


def open_notices() -> list[tuple[str, str]]:
    """Return kind and severity of every open notice, oldest first."""
    return list(Notice.objects.filter(closed_at__isnull=True).order_by("id").values_list("kind", "severity"))


_numbers = itertools.count(1_000_000)
