"""The first page: files come in here."""

from __future__ import annotations

import hashlib
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.accounts.models import Account
from apps.artifacts.store import Stored, deposit
from apps.journal import clock
from apps.journal.http.page_command import Form
from apps.journal.refusals import Refusal
from apps.parts import commands as parts
from apps.parts import queries as models
from apps.parts.models import Upload
from apps.parts.states import Unit

from .page import ShopView

MOST_FILES = 20
"""Files sent at once."""

UNITS = (Unit.MILLIMETER, Unit.CENTIMETER, Unit.INCH)
"""Units people draw in, offered for files that name none."""


class Start(ShopView):
    """What the shop makes, where files go, and what one sent before."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show where files go in."""
        return self.show("shop/start.html", **upload_form(), recent=recent_uploads(self.asker.account, 5))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Take files in and lead to what becomes of them."""
        try:
            kept = self._take(request)
        except Refusal as refusal:
            if not _is_script(request):
                raise
            return JsonResponse({"detail": refusal.detail, "fix": refusal.fix}, status=refusal.status)
        to = reverse("shop-upload", args=[kept[0]]) if len(kept) == 1 else reverse("shop-uploads")
        if _is_script(request):
            return JsonResponse({"next": to, "upload": str(kept[0])}, status=201)
        return self.go(to)

    def _take(self, request: HttpRequest) -> list[UUID]:
        files = request.FILES.getlist("files")
        if not files:
            raise Refusal("upload-nothing-chosen")
        if len(files) > MOST_FILES:
            raise Refusal("upload-too-many", count=len(files), most=MOST_FILES)
        form = Form(request)
        unit = Unit(form.one_of("unit", UNITS)) if form.text("unit") else Unit.MILLIMETER
        self.become_somebody()
        return [self._ingest(file, unit, form) for file in files]

    def _ingest(self, file: UploadedFile[Any], unit: Unit, form: Form) -> UUID:
        account = self.asker.owner
        models.require_room(account.pk, coming=file.size or 0, now=clock.now())
        stored = deposit(file, mime=file.content_type or "", limit=settings.MAX_UPLOAD_BYTES)
        upload_id: UUID = parts.ingest_upload(
            self.ctx(form, f"-{_print_of(stored, file.name or '')}-{unit}"),
            site_id=self.asker.site.pk,
            account_id=account.pk,
            stored=stored,
            original_name=file.name or _("model"),
            unit=unit,
        )
        return upload_id


def upload_form() -> dict[str, Any]:
    """Return what the form for files shows."""
    return {"most_mb": settings.MAX_UPLOAD_BYTES // 1024**2, "most_files": MOST_FILES, "units": UNITS}


def recent_uploads(account: Account | None, most: int) -> list[Upload]:
    """Return what a customer sent last, the newest first."""
    if account is None:
        return []
    return list(Upload.objects.filter(account=account).prefetch_related("parts").order_by("-id")[:most])


def _print_of(stored: Stored, name: str) -> str:
    """Return what tells the files of one form apart, so that sending the form again is the same request."""
    return hashlib.sha256(f"{stored.sha256} {name}".encode("utf-8", "replace")).hexdigest()[:20]


def _is_script(request: HttpRequest) -> bool:
    """Did our own script send it, file by file, and wait for JSON?"""
    return request.headers.get("Accept", "") == "application/json"
