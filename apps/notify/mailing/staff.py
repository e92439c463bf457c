"""Mails to those who work here: one notice, or a summary of those that wait."""

from __future__ import annotations

from collections.abc import Sequence

from django.template.defaultfilters import date as written
from django.utils import timezone

from apps.notify import links, queries
from apps.notify.labels import letters
from apps.notify.labels.letters import Item, Text
from apps.notify.models import MailOut, Notice, Notification

NOTIFICATIONS = "/admin/notifications/"


def text(mail: MailOut, told: Sequence[Notification]) -> Text:
    """Return what the mail says: about its notification, or about all of ``told`` in a summary."""
    if mail.notification is not None:
        return _of_one(mail, mail.notification.notice)
    return _of_many(mail, [row.notice for row in told])


def item(notice: Notice) -> Item:
    """Return one notice as a mail tells of it."""
    words = queries.shown(notice)
    return Item(words.title, words.detail, links.absolute(words.path))


def _of_one(mail: MailOut, notice: Notice) -> Text:
    words, about = queries.shown(notice), item(notice)
    paragraphs = [words.detail]
    if notice.escalated_at is not None:
        since = written(timezone.localtime(notice.created_at, mail.site.zone), "H:i")
        paragraphs.append(str(letters.ESCALATED).format(since=since))
    return Text(words.title, words.title, paragraphs, (), words.action, about.url, _footer(mail))


def _of_many(mail: MailOut, notices: Sequence[Notice]) -> Text:
    template = letters.DIGEST_SUBJECT_ONE if len(notices) == 1 else letters.DIGEST_SUBJECT
    subject = str(template).format(shop=mail.site.name, count=len(notices))
    items = [item(notice) for notice in notices]
    link = links.absolute(NOTIFICATIONS)
    return Text(subject, str(letters.DIGEST_HEADING), (), items, str(letters.OPEN_NOTIFICATIONS), link, _footer(mail))


def _footer(mail: MailOut) -> str:
    return str(letters.STAFF_FOOTER).format(shop=mail.site.name)
