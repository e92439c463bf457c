"""What one person sees of their notifications."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from apps.notify.models import MailOut, Notification
from apps.notify.states import MailPlan


def unread_count(person_id: UUID, *, at_most: int = 99) -> int:
    """Return how many notifications this person has not read, counted no further than ``at_most``: one bounded index scan."""
    unread = Notification.objects.filter(person_id=person_id, read_at__isnull=True)
    return len(unread.order_by().values_list("pk")[:at_most])


def notifications_of(person_id: UUID) -> QuerySet[Notification]:
    """Return what this person was told, newest first, each with its notice and site."""
    return Notification.objects.filter(person_id=person_id).select_related("notice__site").order_by("-id")


def digest_rows(mail: MailOut) -> list[Notification]:
    """Return what a summary tells of: all that waits for one and is still open, unread and wanted; most pressing first, then oldest."""
    waiting = Notification.objects.filter(
        person_id=mail.person_id,
        mail=MailPlan.DIGEST,
        mailed_at__isnull=True,
        muted_at__isnull=True,
        read_at__isnull=True,
        notice__site_id=mail.site_id,
        notice__closed_at__isnull=True,
    )
    return list(waiting.select_related("notice__site").order_by("id"))
