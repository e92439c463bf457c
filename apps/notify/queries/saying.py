"""A notice as a person reads it: in their language, with the place where they see to it."""

from __future__ import annotations

from dataclasses import dataclass

from apps.notify import links
from apps.notify.labels.notices import said
from apps.notify.models import Notice


@dataclass(frozen=True, slots=True)
class Shown:
    """What happened, the strongest reason, and the one thing to do about it with the path where it is done."""

    title: str
    detail: str
    action: str
    path: str


def shown(notice: Notice) -> Shown:
    """Return the notice in words."""
    words = said(notice)
    path = links.notice_path(notice.subject_kind, notice.subject_id, notice.params)
    return Shown(words.title, words.detail, words.action, path)
