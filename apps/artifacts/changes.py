"""What commands of any app may do with files and stages, inside their own transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from apps.journal import canonical, frame
from apps.journal.context import Context
from apps.journal.integrity import violated
from apps.journal.refusals import NotFound, Refusal

from . import queries
from .models import Artifact, ArtifactParent, InlineContent, StageArtifact, StageParent
from .states import Stage, StageReason, StageStatus, StoreKind, kind_of
from .store import Stored, key_for

INLINE_LIMIT = 262_144
"""Bytes of a document that may live in the database; deposit larger ones as files."""

JSON = "application/json"

_SOMEBODY_WAS_FIRST = frozenset({"one_living_artifact_per_content", "one_artifact_per_place"})


@dataclass(frozen=True, slots=True)
class Origin:
    """What an artifact was made from, and by what.

    Args:
        parent_id: The artifact it was made from.
        role: What that was to it (``original``, ``mesh``, ``layout`` …).
        tool: Name of the program.
        tool_version: Its version.
    """

    parent_id: UUID
    role: str
    tool: str
    tool_version: str


@dataclass(frozen=True, slots=True)
class StageDraft:
    """One stage to be kept.

    Args:
        tool: First part of the kind, such as ``print`` or ``saw_batch``.
        stage: Which stage.
        sub: Last part of the kind, if any.
        tool_kind: The family of tools, for queries.
        site_id: Where.
        status: The status it is born with.
        reason: Why, when born blocked or failed.
        session_id: The working session it belongs to.
        index_meta: Further small facts for lists.
        parents: The stages it rests on, by their stage.
    """

    tool: str
    stage: Stage
    tool_kind: str
    site_id: UUID
    sub: str = ""
    status: StageStatus = StageStatus.PLANNED
    reason: StageReason | None = None
    session_id: str = ""
    index_meta: dict[str, Any] = field(default_factory=dict)
    parents: tuple[UUID, ...] = ()


def register(ctx: Context, stored: Stored, *, parents: Sequence[Origin] = ()) -> Artifact:
    """Make deposited bytes a known artifact and return it. Content that is known already is returned as it is: parents are fixed at birth.

    Raises:
        NotFound: a parent does not exist.
        Refusal: ``artifact-collected``: these bytes were destroyed since they were deposited; deposit them again.
    """
    return register_or_find(ctx, stored, parents=parents)[0]


def register_or_find(ctx: Context, stored: Stored, *, parents: Sequence[Origin] = ()) -> tuple[Artifact, bool]:
    """Do what ``register`` does; also return whether the artifact is new."""
    known = queries.living(stored.sha256)
    if known is not None:
        return known, False
    artifact = Artifact(created_at=ctx.now, store=stored.store, key=stored.key, sha256=stored.sha256, size=stored.size, mime=stored.mime)
    if not add_unless_there(ctx, artifact):
        known = queries.living(stored.sha256)
        if known is None:
            raise Refusal("artifact-collected", sha256=stored.sha256)
        return known, False
    _link(ctx, artifact, parents)
    return artifact, True


def add_unless_there(ctx: Context, artifact: Artifact) -> bool:
    """Insert a row unless another command inserted one for the same content or place in this very moment; return whether it was inserted."""
    running = frame.require("registering a file")
    wrote = set(running.wrote)
    try:
        with transaction.atomic():
            artifact.add()
    except IntegrityError as error:
        if violated(error) not in _SOMEBODY_WAS_FIRST:
            raise
        running.wrote = wrote
        return False
    return True


def _link(ctx: Context, child: Artifact, parents: Sequence[Origin]) -> None:
    origins = list(dict.fromkeys(parents))
    found = Artifact.objects.in_bulk({origin.parent_id for origin in origins})
    for origin in origins:
        if origin.parent_id not in found:
            raise NotFound(str(Artifact._meta.verbose_name), id=str(origin.parent_id))
        ArtifactParent(
            created_at=ctx.now,
            child=child,
            parent=found[origin.parent_id],
            role=origin.role,
            tool=origin.tool,
            tool_version=origin.tool_version,
        ).add()


def register_document(ctx: Context, document: Any, *, parents: Sequence[Origin] = ()) -> Artifact:
    """Keep a small JSON document as an artifact, its canonical bytes in the database, and return it.

    Raises:
        Refusal: ``file-too-large`` beyond ``INLINE_LIMIT`` bytes.
        TypeError: the document holds something without a JSON form.
    """
    content = canonical.encode(document)
    if len(content) > INLINE_LIMIT:
        raise Refusal("file-too-large", limit=INLINE_LIMIT)
    sha256 = hashlib.sha256(content).hexdigest()
    key = key_for(sha256, queries.generation(sha256, store=StoreKind.INLINE))
    artifact = register(ctx, Stored(StoreKind.INLINE.value, key, sha256, len(content), JSON), parents=parents)
    if artifact.store == StoreKind.INLINE and not artifact.inline_contents.exists():
        InlineContent(created_at=ctx.now, artifact=artifact, content=content).add()
    return artifact


def living(ctx: Context, artifact_id: UUID, *, alone: bool = False) -> Artifact:
    """Return the artifact, held so that nobody purges it before this transaction ends: for commands that will refer to it.

    Args:
        ctx: The command's context.
        artifact_id: Which.
        alone: Also keep others from starting to refer to it: for the command that destroys it.

    Raises:
        NotFound: there is none.
        Refusal: ``artifact-purged``.
    """
    artifact = Artifact.objects.select_for_update(of=("self",), no_key=not alone).filter(pk=artifact_id).first()
    if artifact is None:
        raise NotFound(str(Artifact._meta.verbose_name), id=str(artifact_id))
    if artifact.purged_at is not None:
        raise Refusal("artifact-purged", id=str(artifact.pk), sha256=artifact.sha256, reason=artifact.purge_reason)
    return artifact


def keep_stage(ctx: Context, draft: StageDraft, *, payload: Artifact, attachment: Artifact | None = None) -> StageArtifact:
    """Keep what one stage produced. The command that calls this records the event.

    Raises:
        NotFound: a parent stage does not exist.
        Refusal: ``unhappy-stage-without-reason`` and the other words of the table's constraints.
    """
    parents = StageArtifact.objects.in_bulk(set(draft.parents))
    for parent_id in draft.parents:
        if parent_id not in parents:
            raise NotFound(str(StageArtifact._meta.verbose_name), id=str(parent_id))
    kept = StageArtifact(
        created_at=ctx.now,
        site_id=draft.site_id,
        kind=kind_of(draft.tool, draft.stage, draft.sub),
        tool_kind=draft.tool_kind,
        stage=draft.stage,
        status=draft.status,
        reason=draft.reason or "",
        session_id=draft.session_id,
        request_id=ctx.request_id,
        created_by=ctx.actor.who,
        index_meta=draft.index_meta,
        payload=payload,
        attachment=attachment,
    ).add()
    for parent in parents.values():
        StageParent(created_at=ctx.now, child=kept, parent=parent, role=parent.stage).add()
    return kept


def approve_stage(ctx: Context, stage: StageArtifact) -> None:
    """Move a planned stage to approved.

    Raises:
        StaleVersion: someone moved it meanwhile.
        IllegalTransition: it is not planned (as the command's answer).
    """
    stage.approve()
    stage.save_changes("status")


def execute_stage(ctx: Context, stage: StageArtifact) -> None:
    """Move an approved stage to executed. Raises like ``approve_stage``."""
    stage.execute()
    stage.save_changes("status")


def block_stage(ctx: Context, stage: StageArtifact, *, reason: StageReason) -> None:
    """Move an open stage to blocked, for good. Raises like ``approve_stage``."""
    stage.block(reason=reason)
    stage.save_changes("status", "reason")


def fail_stage(ctx: Context, stage: StageArtifact, *, reason: StageReason) -> None:
    """Move an open stage to failed, for good. Raises like ``approve_stage``."""
    stage.fail(reason=reason)
    stage.save_changes("status", "reason")
