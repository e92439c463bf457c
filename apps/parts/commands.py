"""What can be done with uploads and with what was found in them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from apps.accounts.models import Account, Site
from apps.artifacts import changes as artifacts
from apps.artifacts.changes import Origin
from apps.artifacts.models import Artifact
from apps.artifacts.store import Stored
from apps.journal.commands import command
from apps.journal.context import Context
from apps.journal.event import Subject
from apps.journal.recording import record
from apps.journal.refusals import WORDS, Invalid, NotFound, Refusal

from . import events
from .domain.findings import Finding, Offer, Severity, as_record, from_record, status_of
from .domain.naming import clean_name, is_gcode
from .labels.uploads import TOO_LONG
from .models import FindingAnswer, Part, PartRevision, Preflight, RevisionFile, Upload, UploadPart
from .states import AnswerKind, FileRole, PreflightKind, PreflightStatus, Unit, UploadKind, UploadState

MOST_ASKED = 2_000
"""Characters of a customer's question about a finding."""

TOOL = "farmos-mesh"
"""The program that normalises meshes, as lineage names it."""


@dataclass(frozen=True, slots=True)
class CheckedPart:
    """One part as the check found it in an upload.

    Args:
        name: What the file calls it; the file's own name where it calls it nothing.
        count: How often the file places it.
        findings: What there is to say about it.
        metrics: What was measured.
        mesh: Its normalised mesh, deposited; None for G-code, which is kept as it came.
    """

    name: str
    count: int
    findings: tuple[Finding, ...] = ()
    metrics: dict[str, Any] = field(default_factory=dict)
    mesh: Stored | None = None


@command("parts.ingest_upload")
def ingest_upload(
    ctx: Context,
    *,
    site_id: UUID,
    original_name: str,
    account_id: UUID | None = None,
    stored: Stored | None = None,
    artifact_id: UUID | None = None,
    unit: Unit = Unit.MILLIMETER,
) -> UUID:
    """Take a file in as it came, owe its check, and return the upload's id.

    Args:
        ctx: Who asks, when.
        site_id: Where it is to be made.
        original_name: What the file is called; any text, made safe here. Its ending says whether it is G-code.
        account_id: Whose it is; None: the shop's own.
        stored: The deposited bytes.
        artifact_id: A file that is kept already, instead: to have it looked at again, in another unit.
        unit: The unit of the numbers in a file that names none.

    Raises:
        NotFound: no such site, account of this site, or file.
        Refusal: ``artifact-collected``, ``artifact-purged``, ``unknown-code``.
        ValueError: neither or both of ``stored`` and ``artifact_id`` are given. A bug.
    """
    _require_owner(site_id, account_id)
    artifact = _artifact(ctx, stored, artifact_id)
    name = clean_name(original_name)
    kind = UploadKind.GCODE if is_gcode(name) else UploadKind.MODEL
    upload = Upload(
        site_id=site_id, account_id=account_id, artifact=artifact, original_name=name, kind=kind, unit=unit, created_at=ctx.now
    ).add()
    ingested = events.ModelIngested(upload_id=upload.id, artifact_id=artifact.id, sha256=artifact.sha256, size=artifact.size, kind=kind)
    record(ctx.about(site_id=site_id), event=ingested, subjects=[Subject("upload", upload.id), Subject("artifact", artifact.id)])
    return upload.id


def _require_owner(site_id: UUID, account_id: UUID | None) -> None:
    if not Site.objects.filter(pk=site_id).exists():
        raise NotFound(str(Site._meta.verbose_name), id=str(site_id))
    if account_id is not None and not Account.objects.filter(pk=account_id, site_id=site_id).exists():
        raise NotFound(str(Account._meta.verbose_name), id=str(account_id))


def _artifact(ctx: Context, stored: Stored | None, artifact_id: UUID | None) -> Artifact:
    if stored is not None and artifact_id is None:
        return artifacts.register(ctx, stored)
    if stored is None and artifact_id is not None:
        return artifacts.living(ctx, artifact_id)
    raise ValueError("ingest_upload takes deposited bytes or the id of a known file, one of them")


@command("parts.record_preflight")
def record_preflight(ctx: Context, *, upload_id: UUID, analyser: str, found: tuple[CheckedPart, ...], unit: Unit) -> None:
    """Keep what the check of an upload found: each part as a first revision with its preflight. Does nothing when the check ended before.

    Args:
        ctx: Who asks, when.
        upload_id: What was checked.
        analyser: Version of the program that checked.
        found: The parts in it, at least one.
        unit: The unit the file's numbers were read in.

    Raises:
        NotFound: no such upload.
        StaleVersion: another worker ended the check in this very moment.
        ValueError: nothing was found; refuse the upload instead. A bug.
    """
    if not found:
        raise ValueError("a checked upload holds at least one part")
    upload = _upload(upload_id)
    if upload.state != UploadState.RECEIVED:
        return
    upload.end_check(now=ctx.now)
    upload.save_changes("state", "ended_at")
    for position, part in enumerate(found):
        revision = _first_revision(ctx, upload, part, unit)
        UploadPart(
            upload=upload, position=position, part_revision=revision, count=part.count, name=clean_name(part.name), created_at=ctx.now
        ).add()
        _judge(ctx, upload, revision, part, analyser)


def _upload(upload_id: UUID) -> Upload:
    upload = Upload.objects.filter(pk=upload_id).select_related("artifact").first()
    if upload is None:
        raise NotFound(str(Upload._meta.verbose_name), id=str(upload_id))
    return upload


def _first_revision(ctx: Context, upload: Upload, found: CheckedPart, unit: Unit) -> PartRevision:
    name = clean_name(found.name, longest=Part._meta.get_field("name").max_length or 1)
    part = Part(site_id=upload.site_id, account_id=upload.account_id, name=name, created_at=ctx.now).add()
    revision = PartRevision(part=part, number=1, units=unit, created_by=ctx.actor.who, created_at=ctx.now).add()
    role = FileRole.GCODE if upload.kind == UploadKind.GCODE else FileRole.MODEL
    RevisionFile(
        revision=revision, artifact=upload.artifact, role=role, original_name=upload.original_name, position=0, created_at=ctx.now
    ).add()
    return revision


def _judge(ctx: Context, upload: Upload, revision: PartRevision, found: CheckedPart, analyser: str) -> None:
    """Keep and record the preflight of one revision."""
    preflight = Preflight(
        upload=upload,
        revision=revision,
        artifact=_checked_file(ctx, upload, found, analyser),
        kind=PreflightKind.GCODE if found.mesh is None else PreflightKind.MESH,
        status=PreflightStatus(status_of(found.findings)),
        findings=[as_record(finding) for finding in found.findings],
        metrics=found.metrics,
        analyser=analyser,
        created_at=ctx.now,
    ).add()
    about = [Subject("upload", upload.id), Subject("part", revision.part_id), Subject("part_revision", revision.id)]
    record(ctx.about(site_id=upload.site_id), event=_verdict(preflight), subjects=about)


def _checked_file(ctx: Context, upload: Upload, found: CheckedPart, analyser: str) -> Artifact:
    if found.mesh is None:
        return upload.artifact
    origin = Origin(parent_id=upload.artifact_id, role="original", tool=TOOL, tool_version=analyser)
    return artifacts.register(ctx, found.mesh, parents=[origin])


def _verdict(preflight: Preflight) -> events.PreflightPassed | events.PreflightWarned | events.PreflightFailed:
    ids = {"upload_id": preflight.upload_id, "revision_id": preflight.revision_id, "preflight_id": preflight.id}
    codes = [finding["code"] for finding in preflight.findings if finding["severity"] != Severity.NOTE]
    match preflight.status:
        case PreflightStatus.PASS:
            return events.PreflightPassed(**ids)
        case PreflightStatus.WARN:
            return events.PreflightWarned(**ids, codes=codes)
        case _:
            return events.PreflightFailed(**ids, codes=codes)


@command("parts.refuse_upload")
def refuse_upload(ctx: Context, *, upload_id: UUID, code: str, params: dict[str, Any]) -> None:
    """Say that an upload cannot be used at all. Does nothing when its check ended before.

    Args:
        ctx: Who asks, when.
        upload_id: Which.
        code: A declared code, whose words say why.
        params: What those words name.

    Raises:
        NotFound: no such upload.
        StaleVersion: another worker ended the check in this very moment.
        ValueError: the code has no words. A bug.
    """
    if code not in WORDS:
        raise ValueError(f"nobody would understand {code!r}: declare its words")
    upload = _upload(upload_id)
    if upload.state != UploadState.RECEIVED:
        return
    upload.refuse(code=code, params=params, now=ctx.now)
    upload.save_changes("state", "code", "params", "ended_at")
    refused = events.UploadRefused(upload_id=upload.id, code=code)
    record(ctx.about(site_id=upload.site_id), event=refused, subjects=[Subject("upload", upload.id)])


@command("parts.accept_finding")
def accept_finding(ctx: Context, *, preflight_id: UUID, code: str) -> UUID:
    """Record the customer's choice to have a part made although of a warning; return the answer's id. Asked again, the same answer.

    Raises:
        NotFound: no such preflight.
        Refusal: ``finding-unknown``, ``finding-asks-nothing`` for a note, ``finding-needs-review`` for a failure nobody let through.
    """
    preflight, finding = _finding(preflight_id, code)
    given = _answers(preflight, code)
    if AnswerKind.ACCEPTED in given:
        return given[AnswerKind.ACCEPTED]
    if finding.severity is Severity.NOTE:
        raise Refusal("finding-asks-nothing", code=code)
    if finding.severity is Severity.FAIL and AnswerKind.REVIEWED not in given:
        raise Refusal("finding-needs-review", code=code)
    return _answer(ctx, preflight, code, AnswerKind.ACCEPTED, reason="")


@command("parts.review_finding")
def review_finding(ctx: Context, *, preflight_id: UUID, code: str, reason: str) -> UUID:
    """Let a failure through for this part, by staff with a reason, so that it weighs as a warning; return the answer's id.

    Raises:
        NotFound: no such preflight.
        Refusal: ``finding-unknown``, ``finding-is-no-failure``, ``finding-not-reviewable``, ``review-without-reason``, ``finding-answered``.
    """
    preflight, finding = _finding(preflight_id, code)
    if finding.severity is not Severity.FAIL:
        raise Refusal("finding-is-no-failure", code=code)
    if Offer.REQUEST_REVIEW not in finding.offers:
        raise Refusal("finding-not-reviewable", code=code)
    return _answer(ctx, preflight, code, AnswerKind.REVIEWED, reason=reason.strip())


@command("parts.request_review")
def request_review(ctx: Context, *, preflight_id: UUID, code: str, message: str = "") -> UUID:
    """Note that the customer asks somebody of the shop to look at a failure; return the answer's id. Asked again, the same one.

    Raises:
        NotFound: no such preflight.
        Refusal: ``finding-unknown``, ``finding-is-no-failure``, ``finding-not-reviewable``.
        Invalid: the message is too long.
    """
    preflight, finding = _finding(preflight_id, code)
    given = _answers(preflight, code)
    if AnswerKind.ASKED in given:
        return given[AnswerKind.ASKED]
    if finding.severity is not Severity.FAIL:
        raise Refusal("finding-is-no-failure", code=code)
    if Offer.REQUEST_REVIEW not in finding.offers:
        raise Refusal("finding-not-reviewable", code=code)
    if len(message) > MOST_ASKED:
        raise Invalid({"message": str(TOO_LONG) % {"most": MOST_ASKED}})
    return _answer(ctx, preflight, code, AnswerKind.ASKED, reason=message.strip())


def _finding(preflight_id: UUID, code: str) -> tuple[Preflight, Finding]:
    preflight = Preflight.objects.filter(pk=preflight_id).select_related("revision", "upload").first()
    if preflight is None:
        raise NotFound(str(Preflight._meta.verbose_name), id=str(preflight_id))
    for kept in preflight.findings:
        if kept["code"] == code:
            return preflight, from_record(kept)
    raise Refusal("finding-unknown", code=code)


def _answers(preflight: Preflight, code: str) -> dict[str, UUID]:
    return {answer.kind: answer.id for answer in preflight.answers.filter(code=code)}


def _answer(ctx: Context, preflight: Preflight, code: str, kind: AnswerKind, *, reason: str) -> UUID:
    answer = FindingAnswer(preflight=preflight, code=code, kind=kind, answered_by=ctx.actor.who, reason=reason, created_at=ctx.now).add()
    ids: dict[str, Any] = {"preflight_id": preflight.id, "revision_id": preflight.revision_id, "code": code}
    is_asked = kind == AnswerKind.ASKED
    resolved = events.ReviewRequested(**ids) if is_asked else events.ReviewResolved(**ids, by_staff=kind == AnswerKind.REVIEWED)
    about = [Subject("part_revision", preflight.revision_id), Subject("part", preflight.revision.part_id)]
    record(ctx.about(site_id=preflight.upload.site_id), event=resolved, subjects=about)
    return answer.id
