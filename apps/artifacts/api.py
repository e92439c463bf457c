"""Files and stages in the API: what they are, where they came from, their bytes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from django.db.models import Model, QuerySet
from django.http import FileResponse
from django.urls import URLPattern, URLResolver, path
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts import rights
from apps.accounts.models import Site
from apps.journal.http.acting import act
from apps.journal.http.api_view import Answer, plain
from apps.journal.http.filters import by_code, by_id, by_text
from apps.journal.http.parameters import Parameters
from apps.journal.http.reading import read
from apps.journal.http.record_views import ShowingView
from apps.journal.http.scope import Scoped
from apps.journal.http.shown import Code, Shown, ShownVersioned, shown, spelled
from apps.journal.refusals import NotFound, Refusal

from . import commands, models, queries
from .downloading import attachment
from .lane import Lane


class ArtifactRef(Shown):
    """File: bytes that never change, found by their hash. Purged: the bytes were destroyed, the hash is kept."""

    model = models.Artifact

    store: Code
    key: str
    sha256: str
    size: int
    mime: str
    purged_at: datetime | None
    purge_reason: Code | None


class ArtifactLink(msgspec.Struct):
    """One step of a file's history: made from a parent, by a tool."""

    child_id: UUID
    parent: ArtifactRef
    role: str
    tool: str
    tool_version: str


class ArtifactLineage(msgspec.Struct):
    """Everything a file was made from, nearest first, back to what somebody sent."""

    artifact: ArtifactRef
    links: list[ArtifactLink]


class Stage(ShownVersioned):
    """Stage of a governed operation: specified, planned, decided, executed or exported."""

    model = models.StageArtifact

    site_id: UUID
    kind: str
    tool_kind: str
    stage: Code
    status: Code
    reason: Code | None
    session_id: str
    request_id: str
    created_by: str
    index_meta: dict[str, Any]
    payload_id: UUID
    attachment_id: UUID | None


class Artifacts(Scoped):
    """Files. They belong to no site themselves: somebody may know of one that a record they may know of refers to."""

    model = models.Artifact

    def visible(self, request: Request) -> QuerySet[Any]:
        """Return the files for those who look at every site; others find theirs one by one, or at the records that have them."""
        rows = super().visible(request)
        is_single = not {"record_id", "artifact_id"}.isdisjoint(self.kwargs)
        return rows if is_single or _works_everywhere(request.user) else rows.none()

    def find(self, request: Request, record_id: object) -> Any:
        """Return one file.

        Raises:
            NotFound: there is none, or nothing that the asker may know of refers to it.
        """
        row, asker = super().find(request, record_id), request.user
        if not _works_everywhere(asker) and not any(_refers(asker, model, name, row) for model, name in queries.referring()):
            raise NotFound(str(self.model._meta.verbose_name), id=str(record_id))
        return row


def _works_everywhere(asker: Any) -> bool:
    return not Site.objects.exclude(pk__in=asker.sites_where("artifacts.view_artifact")).exists()


def _refers(asker: Any, model: type[Model], field: str, row: models.Artifact) -> bool:
    return bool(asker.visible(model).filter(**{field: row}).exists())


def nobody_elses(view: Any, request: Request, row: Any, sent: Any) -> None:
    """Refuse to destroy bytes that another site's records need as well: the same file sent at two sites is there once.

    Raises:
        Refusal: ``permission-denied``.
    """
    asker: Any = request.user
    for model, name in queries.referring():
        rows = model._default_manager.filter(**{name: row})
        if rights.sight_of(model._meta.label_lower) is None:
            continue
        if rows.exclude(pk__in=asker.among(rows, view.permission).values("pk")).exists():
            raise Refusal("permission-denied")


class Lineage(Artifacts, ShowingView):
    """GET everything a file was made from."""

    permission = "artifacts.view_artifact"
    shows = ArtifactLineage
    answers = Answer(ArtifactLineage)

    def get(self, request: Request, artifact_id: UUID) -> Response:
        """Answer with the links back to the originals."""
        Parameters(plain(request), known=())
        row = self.find(request, artifact_id)
        links = [shown(ArtifactLink, link, parent=shown(ArtifactRef, link.parent)) for link in queries.lineage(row.pk)]
        return Response(spelled(ArtifactLineage(shown(ArtifactRef, row), links)))


class Content(Artifacts):
    """GET the bytes of a file, verified. G-code comes from here, too, which makes this an export."""

    permission = "artifacts.view_artifact"
    LANE = Lane.OPERATION
    answers = Answer({"type": "string", "format": "binary"}, media_type="application/octet-stream", example="")

    def get(self, request: Request, artifact_id: UUID) -> FileResponse:
        """Answer with the bytes as an attachment that no browser opens."""
        Parameters(plain(request), known=())
        row = self.find(request, artifact_id)
        return attachment(row, name=f"{row.sha256[:16]}.bin")


class Stages(Scoped, ShowingView):
    """Stages at the asker's sites."""

    model = models.StageArtifact

    def told(self, row: models.StageArtifact) -> Mapping[str, Any]:
        """Return nothing: every field is the row's own."""
        return {}


routes: list[URLPattern | URLResolver] = [
    *read("artifacts", Artifacts, ArtifactRef, filters=(by_text("sha256", "The file with this hash."),)),
    path("artifacts/<uuid:artifact_id>/lineage", Lineage.as_view(), name="artifact-lineage"),
    path("artifacts/<uuid:artifact_id>/content", Content.as_view(), name="artifact-content"),
    act("artifacts/<uuid:artifact_id>/purge", commands.purge_artifact, Artifacts, checks=(nobody_elses,)),
    *read(
        "stages",
        Stages,
        Stage,
        filters=(
            by_text("kind", "Of this kind, such as print_spec."),
            by_text("tool_kind", "Of this family of tools."),
            by_text("session", "Of this working session.", "session_id"),
            by_code(models.StageArtifact, "status"),
            by_id("parent", "parent_links__parent_id"),
        ),
    ),
]
