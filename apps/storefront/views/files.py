"""Pictures of parts and the mesh their 3D view turns: only one's own, and never as anything a browser would run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import ClassVar
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_response_headers
from django.utils.http import quote_etag

from apps.artifacts.models import Artifact
from apps.journal.refusals import NotFound
from apps.parts import queries as parts
from apps.parts.models import PartRevision, Preflight
from apps.parts.queries import pictures
from apps.parts.states import PreflightKind

from .owning import order_in, part_of
from .page import ShopView

KEPT_S = 24 * 3600


class Look(ShopView):
    """How a part looks, in one of three forms.

    Attributes:
        draw: Returns the file, drawn if it is not there.
        media_type: What it is.
    """

    http_method_names = ["get", "head"]
    draw: Callable[[Artifact], Path]
    media_type: ClassVar[str]

    def get(self, request: HttpRequest, revision_id: UUID, token: str = "") -> HttpResponseBase:
        """Send it, unless the browser has it."""
        preflight = self._preflight(revision_id, token)
        if preflight.kind != PreflightKind.MESH or not pictures.may_be_drawn_now(preflight):
            raise NotFound("address")
        etag = quote_etag(f"{preflight.artifact.sha256}-{pictures.DRAWING}")
        if request.headers.get("If-None-Match") == etag:
            response = HttpResponse(status=304)
        else:
            response = HttpResponse(self.draw(preflight.artifact).read_bytes(), content_type=self.media_type)
            response["Content-Disposition"] = "inline"
        response["ETag"] = etag
        patch_response_headers(response, KEPT_S)
        response["Cache-Control"] = f"private, max-age={KEPT_S}"
        return response

    def _preflight(self, revision_id: UUID, token: str) -> Preflight:
        if not token:
            return part_of(self.asker, revision_id).preflight
        if not order_in(token).lines.filter(part_revision_id=revision_id).exists():
            raise NotFound(str(PartRevision._meta.verbose_name), id=str(revision_id))
        return parts.preflight_of(revision_id)


class Poster(Look):
    """The large picture."""

    draw = staticmethod(pictures.poster)
    media_type = "image/png"


class Thumb(Look):
    """The small picture."""

    draw = staticmethod(pictures.thumb)
    media_type = "image/png"


class ShownMesh(Look):
    """What the 3D view turns."""

    draw = staticmethod(pictures.shown_mesh)
    media_type = "model/stl"
