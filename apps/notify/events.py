"""What happened to notifications and mails. Names, addresses and sentences stay out: they are made when somebody reads."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from apps.journal.event import event, subject_kind

subject_kind("notice", label=_("Notice"))
subject_kind("mail", label=_("Mail"))


@event()
@dataclass(frozen=True, kw_only=True)
class NoticeOpened:
    """People are needed and were told."""

    notice_id: UUID
    kind: str
    severity: str
    people: int


@event()
@dataclass(frozen=True, kw_only=True)
class NoticeChanged:
    """The same cause looks different now. People are told again only when it became more pressing."""

    notice_id: UUID
    kind: str
    severity: str
    people: int


@event()
@dataclass(frozen=True, kw_only=True)
class NoticeAcknowledged:
    """Somebody said that they see to it."""

    notice_id: UUID
    person_id: UUID


@event()
@dataclass(frozen=True, kw_only=True)
class NoticeEscalated:
    """Nobody said that they see to it, so more people were told."""

    notice_id: UUID
    people: int


@event()
@dataclass(frozen=True, kw_only=True)
class NoticeClosed:
    """Nobody is needed for it any more."""

    notice_id: UUID
    code: str


@event()
@dataclass(frozen=True, kw_only=True)
class NotificationsRead:
    """Somebody has read what they were told."""

    person_id: UUID
    count: int


@event()
@dataclass(frozen=True, kw_only=True)
class NotificationMuted:
    """Somebody does not want to hear of this one again."""

    notification_id: UUID
    person_id: UUID


@event()
@dataclass(frozen=True, kw_only=True)
class PreferencesChanged:
    """Somebody said how they want to be told."""

    person_id: UUID


@event()
@dataclass(frozen=True, kw_only=True)
class MailOwed:
    """A mail is to be sent."""

    mail_id: UUID
    letter: str


@event()
@dataclass(frozen=True, kw_only=True)
class MailSent:
    """The mail server took a mail."""

    mail_id: UUID
    letter: str


@event()
@dataclass(frozen=True, kw_only=True)
class MailDropped:
    """A mail was not sent, for good: ``code`` says why."""

    mail_id: UUID
    letter: str
    code: str
