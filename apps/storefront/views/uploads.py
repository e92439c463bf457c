"""What became of files: being checked, refused with reasons, or the parts in them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from apps.journal import clock
from apps.journal.http.page_command import Form
from apps.parts import commands as parts
from apps.parts import queries as models
from apps.parts.models import Upload
from apps.parts.states import Unit, UploadState

from .owning import part_of, upload_of
from .page import ShopView
from .start import UNITS, recent_uploads, upload_form

SHOWN = 50


class Uploads(ShopView):
    """Everything one sent lately."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the files with what became of each."""
        files = recent_uploads(self.asker.owner, SHOWN)
        is_waiting = any(one.state == UploadState.RECEIVED for one in files)
        return self.show("shop/uploads.html", **upload_form(), files=[_shown(one) for one in files], is_waiting=is_waiting)


class OneUpload(ShopView):
    """One file: until its check is over, and when it holds none or several parts. One that holds one part leads on to it."""

    def get(self, request: HttpRequest, upload_id: UUID) -> HttpResponse:
        """Show what became of it."""
        upload = upload_of(self.asker, upload_id)
        found = list(upload.parts.select_related("part_revision__part").order_by("position"))
        if upload.state == UploadState.CHECKED and len(found) == 1:
            return self.go(reverse("shop-part", args=[found[0].part_revision_id]))
        shown: dict[str, Any] = {
            "upload": upload,
            "found": found,
            "refusal": models.refusal_of(upload),
            "is_waiting": upload.state == UploadState.RECEIVED,
        }
        return self.show("shop/upload.html", **upload_form(), **shown)


class ReadInUnit(ShopView):
    """Have the file of a part looked at again, its numbers meant in another unit."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, revision_id: UUID) -> HttpResponse:
        """Owe a new check of the same bytes."""
        part = part_of(self.asker, revision_id)
        form = Form(request)
        unit = Unit(form.one_of("unit", UNITS))
        models.require_room(self.asker.owner.pk, coming=0, now=clock.now())
        upload = part.preflight.upload
        again = parts.ingest_upload(
            self.ctx(form, f"-{unit}"),
            site_id=self.asker.site.pk,
            account_id=self.asker.owner.pk,
            artifact_id=upload.artifact_id,
            original_name=upload.original_name,
            unit=unit,
        )
        return self.go(reverse("shop-upload", args=[again]))


def _shown(upload: Upload) -> dict[str, Any]:
    return {"upload": upload, "parts": list(upload.parts.all()), "refusal": models.refusal_of(upload)}
