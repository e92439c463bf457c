"""Prove that the log is what was recorded: no event edited, inserted, removed or cut off."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass

from . import heads
from .envelope import GENESIS, Envelope, next_link
from .models import Event, EventSubject

CHUNK = 1000
_NOT_AN_EVENT = (ValueError, TypeError, AttributeError, OverflowError)
"""How Python fails over values that were not written by ``record``: no UUID, no time, no JSON, a negative sequence."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with the log: ``kind`` is edited, missing, inserted, subjects, tail-cut, rewritten or heads."""

    kind: str
    sequence: int | None
    explanation: str


@dataclass(frozen=True, slots=True)
class Report:
    """What a verification found: events read, the last sequence, heads compared, and every problem."""

    events: int
    last_sequence: int
    heads: int
    problems: tuple[Problem, ...]

    @property
    def ok(self) -> bool:
        """Is the log sound?"""
        return not self.problems


def envelope_of(row: Event) -> Envelope:
    """Return the envelope of a stored event, to hash it again."""
    return Envelope(
        event_id=row.event_id,
        type=row.type,
        schema_version=row.schema_version,
        at=row.at,
        site_id=row.site_id,
        actor=row.actor,
        device=row.device,
        on_behalf_of=row.on_behalf_of,
        command=row.command,
        request_id=row.request_id,
        correlation_id=row.correlation_id,
        causation_id=row.causation_id,
        subjects=row.subjects,
        data=row.data,
    )


def verify_log(*, most: int = 20) -> Report:
    """Read the whole log and the exported heads; return what was found, at most ``most`` problems.

    Rows that hold what no event can (garbage written by hand) are named first, alone: until they are repaired the rest cannot be followed.
    """
    try:
        return _follow(most)
    except _NOT_AN_EVENT:
        unreadable = tuple(itertools.islice(_unreadable(), most))
        if not unreadable:
            raise
        return Report(0, 0, 0, unreadable)


def edited_lately(*, newest: int = CHUNK) -> Problem | None:
    """Hash the newest events again; return the first that is not as it was recorded. A quick look: ``verify_log`` reads everything."""
    for row in reversed(Event.objects.order_by("-id")[:newest]):
        if envelope_of(row).content_hash() != bytes(row.content_hash):
            return Problem("edited", row.feed_seq, f"Event {row.feed_seq} ({row.type} {row.event_id}) was edited after it was recorded.")
    return None


def _follow(most: int) -> Report:
    problems: list[Problem] = []
    chain_at: dict[int, str] = {}
    wanted, heads_problem = _read_heads()
    problems += heads_problem
    count, expected, chain = 0, 1, GENESIS
    for rows in _chunks():
        problems += _subject_problems(rows)
        for row in rows:
            sequence = int(row.feed_seq or 0)
            link = next_link(chain, sequence, bytes(row.content_hash))
            problems += _row_problems(row, sequence, expected, sound=link == bytes(row.chain_hash or b""))
            chain, expected, count = bytes(row.chain_hash or b""), sequence + 1, count + 1
            if sequence in wanted:
                chain_at[sequence] = chain.hex()
        if len(problems) >= most:
            break
    problems += _waiting_problems()
    if len(problems) < most:
        problems += _head_problems(wanted, chain_at, last=expected - 1)
    return Report(count, expected - 1, len(wanted), tuple(problems[:most]))


def _unreadable() -> Iterator[Problem]:
    for row_id in Event.objects.order_by("id").values_list("pk", flat=True):
        try:
            row = Event.objects.get(pk=row_id)
            next_link(bytes(row.chain_hash or b""), int(row.feed_seq or 0), bytes(row.content_hash))
            envelope_of(row).content_hash()
            _subjects_of(row)
        except _NOT_AN_EVENT as error:
            yield Problem("edited", None, f"The event in row {row_id} was edited by hand: it cannot be read any more ({error}).")


def _subjects_of(row: Event) -> set[tuple[str, str]]:
    return {(kind, id_) for kind, id_ in json.loads(row.subjects)}


def _chunks() -> Iterator[list[Event]]:
    after = -(2**62)
    while rows := list(Event.objects.filter(feed_seq__gt=after).order_by("feed_seq")[:CHUNK]):
        yield rows
        after = int(rows[-1].feed_seq or 0)


def _row_problems(row: Event, sequence: int, expected: int, *, sound: bool) -> Iterator[Problem]:
    if sequence != expected:
        gap = f"{expected}" if sequence == expected + 1 else f"{expected} to {sequence - 1}"
        yield Problem("missing", expected, f"Event {gap} is missing: it was removed after it was recorded.")
    if envelope_of(row).content_hash() != bytes(row.content_hash):
        yield Problem("edited", sequence, f"Event {sequence} ({row.type} {row.event_id}) was edited after it was recorded.")
    elif not sound and sequence == expected:
        yield Problem(
            "inserted", sequence, f"Event {sequence} ({row.type} {row.event_id}) does not belong here: it was inserted or replaced."
        )


def _subject_problems(rows: list[Event]) -> Iterator[Problem]:
    """Compare the index of subjects (which serves timelines) with what the hashed events say."""
    found: dict[int, set[tuple[str, str]]] = {}
    links = EventSubject.objects.filter(event_id__gte=min(row.pk for row in rows), event_id__lte=max(row.pk for row in rows))
    for event_id, kind, subject_id in links.values_list("event_id", "kind", "subject_id"):
        found.setdefault(event_id, set()).add((kind, str(subject_id)))
    for row in rows:
        if found.get(row.pk, set()) != _subjects_of(row):
            yield Problem("subjects", row.feed_seq, f"The list of what event {row.feed_seq} ({row.type}) is about was changed.")


def _waiting_problems() -> Iterator[Problem]:
    for row in Event.objects.filter(feed_seq__isnull=True).order_by("id")[:CHUNK]:
        if envelope_of(row).content_hash() != bytes(row.content_hash):
            yield Problem("edited", None, f"{row.type} {row.event_id}, not yet in sequence, was edited or inserted by hand.")


def _read_heads() -> tuple[dict[int, heads.Head], list[Problem]]:
    found: dict[int, heads.Head] = {}
    problems: list[Problem] = []
    for head in heads.read():
        if isinstance(head, heads.HeadsDamaged):
            problems.append(Problem("heads", None, f"The exported heads cannot be trusted: {head}."))
        elif found.setdefault(head.seq, head).chain_hash != head.chain_hash:
            text = f"Event {head.seq} was the last of two different logs, at {found[head.seq].at} and at {head.at}."
            problems.append(Problem("rewritten", head.seq, text))
    return found, problems


def _head_problems(wanted: dict[int, heads.Head], chain_at: dict[int, str], *, last: int) -> Iterator[Problem]:
    for sequence, head in sorted(wanted.items()):
        if sequence > last:
            text = f"The log ends at event {last}, but at {head.at} it reached event {sequence}: its tail was cut off."
            yield Problem("tail-cut", last + 1, text)
            return
        if chain_at.get(sequence) not in (None, head.chain_hash):
            yield Problem("rewritten", sequence, f"Up to event {sequence} the log is not the one whose head was exported at {head.at}.")
            return
