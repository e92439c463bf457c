"""What people are to be told, as a value: what is true now about one cause, such as ``run:<id>``."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Concern:
    """Something a person is needed for.

    Args:
        kind: A code of ``NoticeKind``.
        severity: A code of ``Severity``.
        group: What several causes have in common that come together, such as ``printer:<id>``: one mail tells of them all.
        subject: Kind and id of the record to look at.
        params: Codes and short names the sentence needs; never what a customer wrote.
    """

    kind: str
    severity: str
    subject: tuple[str, UUID]
    group: str = ""
    params: dict[str, str | int] = field(default_factory=dict)
