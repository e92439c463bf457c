"""Reads of files, their lineage, and the stages of operations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Model, QuerySet

from apps.journal.refusals import Invalid, NotFound

from .models import Artifact, ArtifactDamage, ArtifactParent, StageArtifact
from .states import StageStatus

STAGES_LIMIT = 500
"""Most stages one read returns."""

LINEAGE_LIMIT = 2_000
"""Most links one lineage read follows; a farm's chains have about ten."""

_OWN_TABLES = frozenset({"artifacts_inlinecontent", "artifacts_artifactparent", "artifacts_artifactdamage"})


@dataclass(frozen=True, slots=True)
class Pin:
    """Something that refers to an artifact, such as a run to its G-code."""

    kind: str
    field: str
    count: int


@dataclass(frozen=True, slots=True)
class StagePage:
    """Stages, newest first, and where to go on (None at the end)."""

    items: list[StageArtifact]
    before: UUID | None


def get(artifact_id: UUID) -> Artifact:
    """Return the artifact, purged or not.

    Raises:
        NotFound: there is none.
    """
    found = Artifact.objects.filter(pk=artifact_id).first()
    if found is None:
        raise NotFound(str(Artifact._meta.verbose_name), id=str(artifact_id))
    return found


def living(sha256: str) -> Artifact | None:
    """Return the artifact that holds this content now, or None."""
    return Artifact.objects.filter(sha256=sha256, purged_at=None).first()


def generation(sha256: str, *, store: str) -> int:
    """Return which use of this content's key is the next in ``store``: 1, or one more than it was purged there."""
    return Artifact.objects.filter(sha256=sha256, store=store, purged_at__isnull=False).count() + 1


def referring() -> Iterator[tuple[type[Model], str]]:
    """Yield every model that refers to artifacts, and by which foreign key, except this app's own bookkeeping."""
    for relation in Artifact._meta.related_objects:
        if relation.related_model._meta.db_table not in _OWN_TABLES:
            yield relation.related_model, relation.field.name


def pins(artifact: Artifact) -> list[Pin]:
    """Return what refers to ``artifact``, of every app."""
    found = []
    for model, name in referring():
        if count := model._default_manager.filter(**{name: artifact}).count():
            found.append(Pin(str(model._meta.verbose_name), name, count))
    return found


def lineage(artifact_id: UUID) -> list[ArtifactParent]:
    """Return every link from this artifact back to its originals, nearest first, each once; parents are loaded."""
    links: list[ArtifactParent] = []
    seen, frontier = {artifact_id}, {artifact_id}
    while frontier and len(links) < LINEAGE_LIMIT:
        found = list(ArtifactParent.objects.filter(child_id__in=frontier).select_related("parent").order_by("id"))
        links += found
        frontier = {link.parent_id for link in found} - seen
        seen |= frontier
    return links


def damaged() -> QuerySet[ArtifactDamage]:
    """Return the files whose bytes are missing or changed and not yet repaired, newest first."""
    return ArtifactDamage.objects.filter(repaired_at=None).select_related("artifact").order_by("-id")


def stages(
    *,
    site_id: UUID | None = None,
    kind: str = "",
    session_id: str = "",
    status: str = "",
    parent_id: UUID | None = None,
    before: UUID | None = None,
    limit: int = 50,
) -> StagePage:
    """Return stages, newest first; every filter given must match.

    Args:
        site_id: Only of this site.
        kind: ``{tool}_{stage}[_{sub}]``.
        session_id: The working session they belong to.
        status: A ``StageStatus`` code.
        parent_id: Only stages that rest on this one.
        before: The ``before`` of the previous page.
        limit: 1 to ``STAGES_LIMIT``.

    Raises:
        Invalid: an unknown status or a limit out of range.
    """
    if not 1 <= limit <= STAGES_LIMIT:
        raise Invalid({"limit": f"must be between 1 and {STAGES_LIMIT}"})
    if status and status not in StageStatus.values:
        raise Invalid({"status": f"must be one of {', '.join(StageStatus.values)}"})
    wanted = {
        "site_id": site_id,
        "kind": kind,
        "session_id": session_id,
        "status": status,
        "parent_links__parent_id": parent_id,
        "id__lt": before,
    }
    rows = StageArtifact.objects.filter(**{name: value for name, value in wanted.items() if value})
    found = list(rows.select_related("payload", "attachment").order_by("-id")[: limit + 1])
    return StagePage(found[:limit], found[limit - 1].pk if len(found) > limit else None)


def stage(stage_id: UUID) -> StageArtifact:
    """Return one stage with its payload.

    Raises:
        NotFound: there is none.
    """
    found = StageArtifact.objects.filter(pk=stage_id).select_related("payload", "attachment").first()
    if found is None:
        raise NotFound(str(StageArtifact._meta.verbose_name), id=str(stage_id))
    return found
