"""What slicers send to: enough of OctoPrint's API that "send to printer" in PrusaSlicer, OrcaSlicer and Cura means "send to the farm".

The file becomes an upload of supplied G-code that waits for a quantity and a customer. It is checked as every upload is; nothing is printed from
here, whatever the slicer asks: which printer, when, and for whom is decided in farmos.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.http import HttpRequest
from django.urls import URLPattern, path
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.models import Site
from apps.artifacts.lane import Lane
from apps.artifacts.store import deposit
from apps.journal.http.api_view import ApiView, plain
from apps.journal.http.context import context_for
from apps.journal.http.sending import sent_file
from apps.journal.refusals import Refusal
from apps.parts import commands
from apps.parts.domain.naming import clean_name, is_gcode
from apps.parts.models import Upload

API = "0.1"
SERVER = "1.10.3"
"""The OctoPrint whose shapes these are; slicers look at it."""

RIGHT = "parts.ingest_upload"
ALSO_SENT = ("path", "print", "select", "userdata", "foldername")
"""Fields of OctoPrint's form that say where the file is put and that it is printed at once: neither is for a slicer to say here."""


class Version(ApiView):
    """GET which OctoPrint this is like: how a slicer tests the connection and its key."""

    permission = RIGHT

    def get(self, request: Request) -> Response:
        """Answer as OctoPrint does."""
        return Response({"api": API, "server": SERVER, "text": f"OctoPrint {SERVER} (farmos)"})


class Server(ApiView):
    """GET the same, as newer slicers ask."""

    permission = RIGHT

    def get(self, request: Request) -> Response:
        """Answer as OctoPrint does."""
        return Response({"version": SERVER, "safemode": None})


class Files(ApiView):
    """POST: take a sliced file. It waits for a quantity and a customer; it is never printed blindly."""

    permission = RIGHT
    LANE = Lane.UTILITY

    def post(self, request: Request) -> Response:
        """Answer as OctoPrint does, ``effectivePrint`` always false.

        Raises:
            Refusal: ``media-type-unsupported``: no G-code; and what taking files may be refused with.
        """
        sender = plain(request)
        file = sent_file(sender, fields=(), also=ALSO_SENT)
        name = clean_name(file.name)
        if not is_gcode(name):
            raise Refusal("media-type-unsupported", expected="G-code", given=name[-20:])
        site_id = _site_of(request)
        stored = deposit(file.content, mime="text/x.gcode")
        key = sha256(f"{name}\0{stored.sha256}".encode()).hexdigest()
        upload_id = commands.ingest_upload(
            context_for(sender, key=f"octoprint:{key}"), site_id=site_id, original_name=file.name, stored=stored
        )
        upload = Upload.objects.get(pk=upload_id)
        return Response(_answer(sender, upload), status=201, headers={"Location": f"/api/v1/uploads/{upload_id}"})


def _site_of(request: Request) -> UUID:
    """Return the site the file is for: the one where the sender may send files, the default one of several.

    Raises:
        Refusal: ``permission-denied``.
    """
    asker: Any = request.user
    sites = Site.objects.filter(pk__in=asker.sites_where(RIGHT)).order_by("-is_default", "id")
    if (found := sites.values_list("pk", flat=True).first()) is None:
        raise Refusal("permission-denied")
    return found


def _answer(request: HttpRequest, upload: Upload) -> dict[str, Any]:
    name = upload.original_name
    refs = {"resource": request.build_absolute_uri(f"/api/v1/uploads/{upload.pk}"), "download": None}
    local = {"name": name, "display": name, "path": quote(name), "type": "machinecode", "typePath": ["machinecode", "gcode"]}
    return {
        "files": {"local": {**local, "origin": "local", "refs": refs}},
        "done": True,
        "effectiveSelect": False,
        "effectivePrint": False,
        "farmos": {"upload_id": str(upload.pk), "waits_for": ["quantity", "customer"]},
    }


urlpatterns: list[URLPattern] = [
    path("version", Version.as_view(), name="octoprint-version"),
    path("server", Server.as_view(), name="octoprint-server"),
    path("files/local", Files.as_view(), name="octoprint-files"),
]
