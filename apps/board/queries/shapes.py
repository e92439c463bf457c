"""What parts look like and what their check found, for many at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from apps.parts.domain.findings import Answers, Finding, from_record, status_of
from apps.parts.models import Preflight
from apps.parts.states import AnswerKind, PreflightStatus

Outline = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """One part as its newest check saw it: the verdict with the answers given so far, what was found, and its outline seen from above (µm)."""

    preflight: Preflight
    status: PreflightStatus
    findings: tuple[Finding, ...]
    reviewed: frozenset[str]
    accepted: frozenset[str]
    asked: frozenset[str]
    size_um: tuple[int, int, int] | None
    outline: Outline


def checked(revision_ids: Iterable[UUID | None]) -> dict[UUID, Checked]:
    """Return what is known of each of these revisions that was checked. Two queries."""
    wanted = {one for one in revision_ids if one is not None}
    rows = Preflight.objects.filter(revision__in=wanted).order_by("id").prefetch_related("answers") if wanted else ()
    newest = {row.revision_id: row for row in rows}
    return {revision: _checked(row) for revision, row in newest.items()}


def _checked(row: Preflight) -> Checked:
    findings = tuple(from_record(kept) for kept in row.findings)
    answers = list(row.answers.all())
    reviewed = frozenset(one.code for one in answers if one.kind == AnswerKind.REVIEWED)
    accepted = frozenset(one.code for one in answers if one.kind == AnswerKind.ACCEPTED)
    size = tuple(row.metrics.get(f"size_{axis}_um") for axis in "xyz")
    return Checked(
        row,
        PreflightStatus(status_of(findings, Answers(reviewed=reviewed, accepted=accepted))),
        findings,
        reviewed,
        accepted,
        frozenset(one.code for one in answers if one.kind == AnswerKind.ASKED),
        (size[0], size[1], size[2]) if all(isinstance(one, int) for one in size) else None,
        tuple((int(x), int(y)) for x, y in row.metrics.get("footprint_um") or ()),
    )
