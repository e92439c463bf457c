"""Bring the notice of one cause in line with what is true now."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from apps.journal.owed import Owed
from apps.notify import commands
from apps.notify.domain.concerns import Concern
from apps.notify.states import NoticeKind, Severity

Look = Callable[[], Concern | None]


def watch(
    owed: Owed, *, kind: str, record_id: UUID, sites: QuerySet[Any, UUID], look: Callable[[UUID], Concern | None], fact: str = ""
) -> None:
    """Bring in line what is told about one record.

    Args:
        owed: What happened to it.
        kind: What it is, as its cause begins.
        record_id: Which one it is.
        sites: The sites of all such records.
        look: What is true of it now.
        fact: What about it is watched, where more than one thing is.
    """
    cause = f"{kind}:{record_id}:{fact}" if fact else f"{kind}:{record_id}"
    bring_in_line(owed, site_id=sites.get(pk=record_id), cause=cause, look=lambda: look(record_id))


def bring_in_line(owed: Owed, *, site_id: UUID, cause: str, look: Look) -> None:
    """Tell people of what ``look`` finds, or close what was told when it finds nothing. Done as often as anything happens to the cause.

    It looks again after telling: what ended meanwhile had nothing to close yet.
    """
    concern = look()
    if concern is not None:
        tell(owed, site_id, cause, concern)
        concern = look()
    if concern is None:
        commands.close_notice(owed.context(f"close:{cause}"), site_id=site_id, cause=cause)


def tell(owed: Owed, site_id: UUID, cause: str, concern: Concern) -> None:
    """Tell people of ``concern``."""
    kind, subject_id = concern.subject
    commands.raise_notice(
        owed.context(f"raise:{cause}"),
        site_id=site_id,
        kind=NoticeKind(concern.kind),
        severity=Severity(concern.severity),
        cause=cause,
        subject_kind=kind,
        subject_id=subject_id,
        group=concern.group,
        params=dict(concern.params),
    )
