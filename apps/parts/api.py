"""Files as they came in, the parts found in them and what their check says, in the API."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from django.urls import URLPattern, URLResolver, path
from rest_framework.request import Request

from apps.accounts.models import Account
from apps.artifacts.store import deposit
from apps.journal import clock
from apps.journal.http.acting import Act, act
from apps.journal.http.api_view import plain
from apps.journal.http.filters import by_code, by_id, by_text
from apps.journal.http.reading import read
from apps.journal.http.record_views import ShowingView
from apps.journal.http.scope import Scoped, require_at
from apps.journal.http.sending import FILE_REFUSALS, SentFile, file_content, sent_file
from apps.journal.http.shown import Code, Shown, ShownVersioned
from apps.journal.refusals import NotFound

from . import commands, models, queries
from .labels.findings import speak
from .states import PreflightStatus, Unit


class Part(ShownVersioned):
    """Part: something that can be made again and again. What exactly, its revisions say."""

    model = models.Part

    site_id: UUID
    account_id: UUID | None
    name: str
    sku: str
    archived_at: datetime | None


class RevisionFile(Shown):
    """One file of a revision."""

    model = models.RevisionFile

    artifact_id: UUID
    role: Code
    original_name: str
    position: int


class PartRevision(ShownVersioned):
    """Revision of a part. It never changes; orders and plans name the revision."""

    model = models.PartRevision

    part_id: UUID
    number: int
    units: Code
    orientation_constraints: list[Any]
    tolerance_class: Code
    tolerance_notes: str
    part_class: str
    notes: str
    known_good_plan_id: UUID | None
    created_by: str
    files: list[RevisionFile]


class UploadPart(Shown):
    """A part found in an upload, and how often the file places it."""

    model = models.UploadPart

    position: int
    part_revision_id: UUID
    count: int
    name: str


class Why(msgspec.Struct):
    """Why something cannot be used, and how to get on."""

    code: str
    label: str
    detail: str
    fix: str


class Upload(ShownVersioned):
    """Upload: a file as somebody sent it. Its check says which parts are in it, or why it cannot be used."""

    model = models.Upload

    site_id: UUID
    account_id: UUID | None
    artifact_id: UUID
    original_name: str
    kind: Code
    unit: Code
    state: Code
    refused_because: Why | None
    ended_at: datetime | None
    parts: list[UploadPart]


class Finding(msgspec.Struct):
    """One thing to know about a part: what is wrong, why it matters, how to fix it, what we can do."""

    code: str
    severity: str
    wrong: str
    why: str
    fix: str
    we_can: str
    measured: dict[str, Any]
    limit: dict[str, Any]
    place: dict[str, int] | None
    offers: list[str]


class FindingAnswer(Shown):
    """What the customer accepted, or staff let through."""

    model = models.FindingAnswer

    code: str
    kind: Code
    answered_by: str
    reason: str


class Preflight(Shown):
    """Preflight: what the check of one part found. ``status_now`` counts the answers given since."""

    model = models.Preflight

    upload_id: UUID
    revision_id: UUID
    artifact_id: UUID
    kind: Code
    status: Code
    status_now: Code
    findings: list[Finding]
    metrics: dict[str, Any]
    analyser: str
    answers: list[FindingAnswer]


class Parts(Scoped):
    """Parts of the asker's sites, and customers' own."""

    model = models.Part


class PartRevisions(Scoped):
    """Their revisions."""

    model = models.PartRevision
    fetches = ("files",)


class Uploads(Scoped, ShowingView):
    """What came in at the asker's sites, and what customers sent."""

    model = models.Upload
    fetches = ("parts",)

    def told(self, row: models.Upload) -> Mapping[str, Any]:
        """Return why it cannot be used, if so, in words."""
        refusal = queries.refusal_of(row)
        return {"refused_because": refusal and Why(refusal.code, str(refusal.words.title), refusal.detail, refusal.fix)}


class Preflights(Scoped, ShowingView):
    """What checks found."""

    model = models.Preflight
    fetches = ("answers",)

    def told(self, row: models.Preflight) -> Mapping[str, Any]:
        """Return the findings in words, and what they come to with the answers given."""
        status = queries.effective_status(row)
        return {
            "findings": [_spoken(one) for one in queries.findings_of(row)],
            "status_now": Code(status, str(PreflightStatus(status).label)),
        }


def _spoken(finding: Any) -> Finding:
    said = speak(finding)
    return Finding(
        code=finding.code,
        severity=str(finding.severity),
        wrong=said.wrong,
        why=said.why,
        fix=said.fix,
        we_can=said.we_can,
        measured=dict(finding.measured),
        limit=dict(finding.limit),
        place=None if finding.place is None else dict(finding.place),
        offers=[str(offer) for offer in finding.offers],
    )


QUOTA = ("upload-quota-files", "upload-quota-bytes")
"""What sending may be refused with besides, to customers."""


def _require_room(request: Request, permission: str, site_id: UUID, account_id: UUID | None) -> None:
    """Hold customers to what one may send within a day, as the shop's pages do. Whoever sends for the shop is not counted."""
    asker: Any = request.user
    if account_id is not None and not asker.has_perm(permission, site_id):
        declared = plain(request).META.get("CONTENT_LENGTH") or "0"
        queries.require_room(account_id, coming=int(declared) if declared.isdigit() else 0, now=clock.now())


def room_to_look_again(view: Any, request: Request, row: Any, sent: Any) -> None:
    """Refuse customers more checks than files they may send within a day."""
    upload = row if row is not None else models.Upload.objects.get(pk=view.kwargs["upload_id"])
    _require_room(request, view.permission, upload.site_id, upload.account_id)


class OtherUnit(msgspec.Struct, forbid_unknown_fields=True):
    """The unit in which a file's numbers are to be read."""

    unit: Unit


class SendFile(Act):
    """POST: take a file in, a model or what a slicer made. Its check is owed; look at the upload until its state is ``checked`` or ``refused``."""

    permission = "parts.ingest_upload"
    open_to_customers = True
    command = staticmethod(commands.ingest_upload)
    creates = models.Upload
    location = "api:upload"
    refuses = (*FILE_REFUSALS, *QUOTA)

    @classmethod
    def body_content(cls) -> dict[str, Any]:
        """Return the two ways to send a file, for OpenAPI."""
        return file_content(
            {"site_id": {"type": "string", "format": "uuid"}, "account_id": {"type": "string", "format": "uuid"}}, ("site_id",)
        )

    def sent(self, request: Request) -> SentFile:
        """Return the file that is in the body, deposited, once it is known that the sender may send it there."""
        found = sent_file(plain(request), fields=("site_id", "account_id", "unit"))
        site_id, account_id = found.identifier("site_id"), found.identifier("account_id")
        if site_id is None:
            raise NotFound("site")
        self.require_buyer(request, site_id, account_id)
        _require_room(request, self.permission, site_id, account_id)
        return found

    def arguments(self, sent: SentFile) -> dict[str, Any]:
        """Return the command's arguments; the bytes go into the store first."""
        return {
            "site_id": sent.identifier("site_id"),
            "account_id": sent.identifier("account_id"),
            "unit": sent.choice("unit", Unit, Unit.MILLIMETER),
            "original_name": sent.name,
            "stored": deposit(sent.content, mime=sent.media_type),
        }

    def require_buyer(self, request: Request, site_id: UUID, account_id: UUID | None) -> None:
        """Go on only if this is for a customer the asker acts for, or they work at the site."""
        for_customer_or_site(self, request, site_id, account_id)


def for_customer_or_site(view: Any, request: Request, site_id: UUID, account_id: UUID | None) -> None:
    """Go on only if the asker has the right at the site, or acts for the customer, who buys there.

    Raises:
        NotFound: a site or a customer that the asker does not know.
        Refusal: ``permission-denied``.
    """
    asker: Any = request.user
    if (
        account_id is not None
        and asker.may_for(view.permission, account_id)
        and Account.objects.filter(pk=account_id, site_id=site_id).exists()
    ):
        return
    require_at(request, view.permission, site_id)


class LookAgain(Uploads, Act):
    """POST: have the file of an upload looked at again, its numbers read in another unit. That makes another upload."""

    permission = "parts.ingest_upload"
    open_to_customers = True
    command = staticmethod(commands.ingest_upload)
    shape = OtherUnit
    target = "upload_id"
    creates = models.Upload
    location = "api:upload"

    refuses = QUOTA
    checks = (room_to_look_again,)

    def asked(self, place: dict[str, Any]) -> dict[str, Any]:
        """Return nothing of the address: the upload says whose file it is."""
        return {}

    def arguments(self, sent: OtherUnit) -> dict[str, Any]:
        """Return the arguments of the same file in another unit."""
        row = models.Upload.objects.get(pk=self.kwargs["upload_id"])
        kept = {name: getattr(row, name) for name in ("site_id", "account_id", "artifact_id", "original_name")}
        return {**kept, "unit": sent.unit}


routes: list[URLPattern | URLResolver] = [
    *read("parts", Parts, Part, customers=True, filters=(by_id("account"), by_text("sku", "With this SKU."))),
    *read("part-revisions", PartRevisions, PartRevision, customers=True, filters=(by_id("part"),)),
    *read(
        "uploads",
        Uploads,
        Upload,
        customers=True,
        filters=(by_code(models.Upload, "state"), by_code(models.Upload, "kind"), by_id("account")),
    ),
    *read(
        "preflights",
        Preflights,
        Preflight,
        customers=True,
        filters=(by_code(models.Preflight, "status"), by_id("upload"), by_id("revision")),
    ),
    path("uploads/send", SendFile.as_view(), name="uploads-send"),
    path("uploads/<uuid:upload_id>/look-again", LookAgain.as_view(), name="uploads-look-again"),
    act("preflights/<uuid:preflight_id>/accept-finding", commands.accept_finding, Preflights, customers=True),
    act("preflights/<uuid:preflight_id>/request-review", commands.request_review, Preflights, customers=True),
    act("preflights/<uuid:preflight_id>/review-finding", commands.review_finding, Preflights),
]
