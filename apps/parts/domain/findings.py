"""Findings: what a check has to say about a part, and what they come to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Severity(StrEnum):
    """How much a finding weighs. A note informs and asks nothing."""

    NOTE = "NOTE"
    WARN = "WARN"
    FAIL = "FAIL"


class Status(StrEnum):
    """What all findings together come to."""

    PASS = "PASS"  # noqa: S105 - a verdict, not a word to get in with
    WARN = "WARN"
    FAIL = "FAIL"


class Offer(StrEnum):
    """What we can do about a finding."""

    FIX_INCLUDED = "FIX_INCLUDED"
    REQUEST_REVIEW = "REQUEST_REVIEW"
    CHANGE_SIZE = "CHANGE_SIZE"
    CHANGE_ORIENTATION = "CHANGE_ORIENTATION"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to know about a part.

    Args:
        code: What it is; words of its own say it in four sentences.
        severity: How much it weighs.
        measured: What was measured: names with units, whole numbers, lists of codes.
        limit: What would have been right, likewise.
        place: Where on the part, in micrometres, where there is one place.
        offers: What we can do about it.
    """

    code: str
    severity: Severity
    measured: Mapping[str, Any] = field(default_factory=dict)
    limit: Mapping[str, Any] = field(default_factory=dict)
    place: Mapping[str, int] | None = None
    offers: tuple[Offer, ...] = ()


@dataclass(frozen=True, slots=True)
class Answers:
    """The codes that staff let through, and those that the customer accepted."""

    reviewed: frozenset[str] = frozenset()
    accepted: frozenset[str] = frozenset()


def as_record(finding: Finding) -> dict[str, Any]:
    """Return the finding as it is kept."""
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "measured": dict(finding.measured),
        "limit": dict(finding.limit),
        "place": None if finding.place is None else dict(finding.place),
        "offers": [offer.value for offer in finding.offers],
    }


def from_record(kept: Mapping[str, Any]) -> Finding:
    """Return the finding that ``as_record`` kept."""
    return Finding(
        code=kept["code"],
        severity=Severity(kept["severity"]),
        measured=kept["measured"],
        limit=kept["limit"],
        place=kept["place"],
        offers=tuple(Offer(offer) for offer in kept["offers"]),
    )


def status_of(findings: Iterable[Finding], answers: Answers | None = None) -> Status:
    """Return what the findings come to: the worst counts, notes do not.

    A failure that staff reviewed weighs as a warning; a warning that the customer accepted weighs nothing. So a reviewed failure still needs
    the customer's own word.
    """
    given = answers or Answers()
    weights = {_weight(finding, given) for finding in findings}
    if Severity.FAIL in weights:
        return Status.FAIL
    return Status.WARN if Severity.WARN in weights else Status.PASS


def _weight(finding: Finding, answers: Answers) -> Severity:
    weight = finding.severity
    if weight is Severity.FAIL and finding.code in answers.reviewed:
        weight = Severity.WARN
    if weight is Severity.WARN and finding.code in answers.accepted:
        weight = Severity.NOTE
    return weight
