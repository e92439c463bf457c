"""Bring the notice of one cause in line with what is true now."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from apps.journal.owed import Owed
from apps.notify import commands
from apps.notify.domain.concerns import Concern
from apps.notify.states import NoticeKind, Severity

Look = Callable[[], Concern | None]


def bring_in_line(owed: Owed, *, site_id: UUID, cause: str, look: Look) -> None:
    """Tell people of what ``look`` finds, or close what was told when it finds nothing. Done as often as anything happens to the cause.

    It looks again after telling: what ended meanwhile had nothing to close yet.
    """
    concern = look()
    if concern is not None:
        tell(owed, site_id, concern)
        concern = look()
    if concern is None:
        commands.close_notice(owed.context(f"close:{cause}"), site_id=site_id, cause=cause)


def tell(owed: Owed, site_id: UUID, concern: Concern) -> None:
    """Tell people of ``concern``."""
    kind, subject_id = concern.subject
    commands.raise_notice(
        owed.context(f"raise:{concern.cause}"),
        site_id=site_id,
        kind=NoticeKind(concern.kind),
        severity=Severity(concern.severity),
        cause=concern.cause,
        subject_kind=kind,
        subject_id=subject_id,
        group=concern.group,
        params=dict(concern.params),
    )
