"""What can be done with files: register them, destroy them, say that they are damaged or whole again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from apps.journal import recording
from apps.journal.commands import command
from apps.journal.event import Subject
from apps.journal.refusals import Refusal

from . import changes, events, queries
from .models import Artifact, ArtifactDamage, InlineContent
from .states import Damage, PurgeReason, StoreKind
from .store import Stored
from .store.values import UNKNOWN_TYPE, sha256_in

if TYPE_CHECKING:
    from apps.journal.context import Context


@dataclass(frozen=True, slots=True)
class Orphan:
    """Bytes in a store that no row knows."""

    key: str
    size: int


def about(artifact: Artifact) -> list[Subject]:
    """Return the subjects of an event about this artifact."""
    return [Subject("artifact", artifact.pk)]


@command("artifacts.store_artifact")
def store_artifact(ctx: Context, *, stored: Stored, parents: tuple[changes.Origin, ...] = ()) -> UUID:
    """Register deposited bytes and return the artifact's id; content that is known already keeps its id and its parents.

    Raises:
        NotFound: a parent does not exist.
        Refusal: ``artifact-collected``: the bytes were destroyed since they were deposited.
    """
    artifact, is_new = changes.register_or_find(ctx, stored, parents=parents)
    if is_new:
        happened = events.ArtifactStored(
            artifact_id=artifact.pk,
            sha256=artifact.sha256,
            size=artifact.size,
            mime=artifact.mime,
            parents=[one.parent_id for one in parents],
        )
        recording.record(ctx, event=happened, subjects=about(artifact))
    return artifact.pk


@command("artifacts.purge_artifact")
def purge_artifact(ctx: Context, *, artifact_id: UUID, expected_sha256: str, reason: PurgeReason) -> None:
    """Mark the bytes as destroyed for good and owe their destruction. Hash, lineage and events stay.

    Pinned files are destroyed for retention and erasure only; whether the asker may is checked at the edge.

    Raises:
        NotFound: no such artifact.
        Refusal: ``artifact-not-the-expected``, ``artifact-purged`` (already), ``artifact-pinned``.
    """
    artifact = changes.living(ctx, artifact_id, alone=True)
    if artifact.sha256 != expected_sha256:
        raise Refusal("artifact-not-the-expected", id=str(artifact_id))
    if reason == PurgeReason.UNCLAIMED and (pins := queries.pins(artifact)):
        raise Refusal("artifact-pinned", id=str(artifact_id), by=", ".join(sorted({pin.kind for pin in pins})))
    Artifact.objects.filter(pk=artifact.pk, purged_at=None).update(purged_at=ctx.now, purge_reason=reason)
    if artifact.store == StoreKind.INLINE:
        InlineContent.objects.filter(artifact=artifact).update(erased_at=ctx.now)
        InlineContent.objects.filter(artifact=artifact).delete()
    _record_erased(ctx, artifact, reason)


def _record_erased(ctx: Context, artifact: Artifact, reason: PurgeReason) -> None:
    happened = events.ArtifactErased(artifact_id=artifact.pk, sha256=artifact.sha256, size=artifact.size, reason=reason.value)
    recording.record(ctx, event=happened, subjects=about(artifact))


@command("artifacts.collect_orphans")
def collect_orphans(ctx: Context, *, store: StoreKind, orphans: tuple[Orphan, ...]) -> int:
    """Give up bytes that nobody registered: each gets a tombstone, so its key can never be registered any more, and its destruction is owed.

    Returns how many were given up; those registered meanwhile are left alone.
    """
    collected = 0
    for orphan in orphans:
        sha256 = sha256_in(orphan.key)
        if sha256 is None:
            continue
        tombstone = Artifact(
            created_at=ctx.now,
            store=store,
            key=orphan.key,
            sha256=sha256,
            size=orphan.size,
            mime=UNKNOWN_TYPE,
            purged_at=ctx.now,
            purge_reason=PurgeReason.UNCLAIMED,
        )
        if changes.add_unless_there(ctx, tombstone):
            _record_erased(ctx, tombstone, PurgeReason.UNCLAIMED)
            collected += 1
    return collected


@command("artifacts.report_damage")
def report_damage(ctx: Context, *, artifact_id: UUID, damage: Damage) -> None:
    """Note that stored bytes are missing or changed. Reported once until they are whole again.

    Raises:
        NotFound: no such artifact.
        Refusal: ``artifact-purged``: nothing is expected to be there.
    """
    artifact = changes.living(ctx, artifact_id)
    if ArtifactDamage.objects.filter(artifact=artifact, repaired_at=None).exists():
        return
    ArtifactDamage(created_at=ctx.now, artifact=artifact, damage=damage).add()
    happened = events.ArtifactDamaged(artifact_id=artifact.pk, sha256=artifact.sha256, damage=damage.value)
    recording.record(ctx, event=happened, subjects=about(artifact))


@command("artifacts.report_repair")
def report_repair(ctx: Context, *, artifact_id: UUID) -> None:
    """Note that bytes reported as damaged are whole again; does nothing when no damage is open.

    Raises:
        NotFound: no such artifact.
    """
    artifact = queries.get(artifact_id)
    damage = ArtifactDamage.objects.select_for_update().filter(artifact=artifact, repaired_at=None).first()
    if damage is None:
        return
    ArtifactDamage.objects.filter(pk=damage.pk).update(repaired_at=ctx.now)
    happened = events.ArtifactRepaired(artifact_id=artifact.pk, sha256=artifact.sha256)
    recording.record(ctx, event=happened, subjects=about(artifact))
