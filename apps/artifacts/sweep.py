"""House-keeping of the store: bytes nobody registered, half-written files, damage that has been repaired."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from apps.journal.context import Actor, Context
from apps.journal.refusals import Refusal

from . import commands, queries
from .models import Artifact
from .states import Damage, StoreKind
from .store import FoundBytes, open_verified, place
from .store.places import incoming, kind_in_use
from .store.spool import SUFFIX, disk_errors
from .store.values import sha256_in

GRACE = timedelta(days=1)
"""How long bytes may wait for their row, and a file for its last byte. Far longer than any upload takes; nothing is lost if one takes longer."""

AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep did."""

    collected: int
    destroyed_again: int
    unfinished: int
    repaired: int


def sweep(now: datetime, *, grace: timedelta = GRACE) -> Swept:
    """Collect orphans older than ``grace`` and files unfinished for a day; look again at damaged files. Any number may run at once."""
    collected = destroyed = 0
    for kind in {StoreKind.FILES, kind_in_use()}:
        for batch in _batches(kind, before=now - grace):
            given_up, again = _settle(kind, batch, now)
            collected += given_up
            destroyed += again
    return Swept(collected, destroyed, _remove_unfinished(now - GRACE), _look_again(now))


def verify_all(now: datetime) -> tuple[int, int]:
    """Read every living artifact, report what is damaged or whole again; return how many were read and how many are damaged."""
    read = broken = 0
    for artifact in Artifact.objects.filter(purged_at=None).order_by("id").iterator(AT_ONCE):
        read += 1
        broken += not look(artifact, now)
    return read, broken


def look(artifact: Artifact, now: datetime) -> bool:
    """Are this artifact's bytes whole? Whatever is found is reported by a command."""
    try:
        open_verified(artifact).close()
    except Refusal as refused:
        damage = {"artifact-missing": Damage.MISSING, "artifact-corrupt": Damage.CORRUPT}.get(refused.code)
        if damage is None:
            raise
        commands.report_damage(_context(now), artifact_id=artifact.pk, damage=damage)
        return False
    if artifact.damages.filter(repaired_at=None).exists():
        commands.report_repair(_context(now), artifact_id=artifact.pk)
    return True


def _context(now: datetime) -> Context:
    return Context(actor=Actor.service("artifacts.sweep"), now=now, key=uuid4().hex, request_id="sweep", is_automatic=True)


def _batches(kind: StoreKind, *, before: datetime) -> Iterator[list[FoundBytes]]:
    old = (found for found in place(kind).everything() if found.since < before and sha256_in(found.key))
    while batch := list(itertools.islice(old, AT_ONCE)):
        yield batch


def _settle(kind: StoreKind, batch: list[FoundBytes], now: datetime) -> tuple[int, int]:
    """Give up the orphans of a batch; destroy again what was purged and came back (a writer that was slow, a restored backup)."""
    rows = dict(Artifact.objects.filter(store=kind, key__in=[found.key for found in batch]).values_list("key", "purged_at"))
    back = [found for found in batch if rows.get(found.key) is not None]
    for found in back:
        place(kind).remove(found.key)
    orphans = tuple(commands.Orphan(found.key, found.size) for found in batch if found.key not in rows)
    collected = commands.collect_orphans(_context(now), store=kind, orphans=orphans) if orphans else 0
    return collected, len(back)


def _remove_unfinished(before: datetime) -> int:
    removed = 0
    with disk_errors():
        for part in incoming().glob(f"*{SUFFIX}"):
            with suppress(FileNotFoundError):  # finished while we look
                if datetime.fromtimestamp(part.stat().st_mtime, tz=UTC) < before:
                    part.unlink()
                    removed += 1
    return removed


def _look_again(now: datetime) -> int:
    return sum(look(damage.artifact, now) for damage in queries.damaged().filter(artifact__purged_at=None)[:AT_ONCE])
