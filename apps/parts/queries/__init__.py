"""What others ask about parts: what was found in them, what it comes to, which file to make them from, and how they look (``pictures``)."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from apps.artifacts.models import Artifact
from apps.catalog.models import PrinterClass
from apps.catalog.states import BedShape, ClassState
from apps.journal.refusals import NotFound, Refusal
from apps.parts.domain.findings import Answers, Finding, from_record, status_of
from apps.parts.domain.volumes import PrinterVolume
from apps.parts.labels.findings import Sentences, speak
from apps.parts.models import Preflight, RevisionFile, Upload
from apps.parts.states import AnswerKind, FileRole, PreflightKind, PreflightStatus, UploadState

from .quota import require_room as require_room


def preflight_of(revision_id: UUID) -> Preflight:
    """Return the newest preflight of a revision.

    Raises:
        NotFound: it was never checked.
    """
    found = Preflight.objects.filter(revision_id=revision_id).select_related("artifact").order_by("-id").first()
    if found is None:
        raise NotFound(str(Preflight._meta.verbose_name), revision=str(revision_id))
    return found


def findings_of(preflight: Preflight) -> list[Finding]:
    """Return what a preflight found; ``labels.findings.speak`` says each in words."""
    return [from_record(kept) for kept in preflight.findings]


def sentences_of(finding: Finding) -> Sentences:
    """Return what a finding says, in the reader's language: what is wrong, why it matters, how to fix it, what we can do."""
    return speak(finding)


def effective_status(preflight: Preflight) -> PreflightStatus:
    """Return what a preflight comes to with the answers given so far."""
    given = preflight.answers.all()
    answers = Answers(
        reviewed=frozenset(answer.code for answer in given if answer.kind == AnswerKind.REVIEWED),
        accepted=frozenset(answer.code for answer in given if answer.kind == AnswerKind.ACCEPTED),
    )
    return PreflightStatus(status_of(findings_of(preflight), answers))


def effective_statuses(revision_ids: Iterable[UUID]) -> dict[UUID, PreflightStatus]:
    """Return what the newest preflight of each revision comes to; nothing for one that was never checked. Two statements."""
    rows = Preflight.objects.filter(revision_id__in=revision_ids).prefetch_related("answers").order_by("id")
    newest = {preflight.revision_id: preflight for preflight in rows}
    return {revision_id: effective_status(preflight) for revision_id, preflight in newest.items()}


def mesh_of(revision_id: UUID) -> Artifact:
    """Return the normalised mesh of a revision: binary STL in millimetres, its box starting at the origin.

    Raises:
        NotFound: it has none, because it was never checked or came as G-code.
    """
    found = Preflight.objects.filter(revision_id=revision_id, kind=PreflightKind.MESH).select_related("artifact").order_by("-id").first()
    if found is None:
        raise NotFound(str(Preflight._meta.verbose_name), revision=str(revision_id))
    return found.artifact


def gcode_of(revision_id: UUID) -> Artifact | None:
    """Return the G-code a customer supplied for a revision, or None."""
    file = RevisionFile.objects.filter(revision_id=revision_id, role=FileRole.GCODE).select_related("artifact").order_by("position").first()
    return None if file is None else file.artifact


def refusal_of(upload: Upload) -> Refusal | None:
    """Return why an upload cannot be used, with its words; None while it can."""
    return Refusal(upload.code, **upload.params) if upload.state == UploadState.REFUSED else None


def upload(upload_id: UUID) -> Upload:
    """Return an upload with its file.

    Raises:
        NotFound: there is none.
    """
    found = Upload.objects.filter(pk=upload_id).select_related("artifact").first()
    if found is None:
        raise NotFound(str(Upload._meta.verbose_name), id=str(upload_id))
    return found


def printer_volumes(site_id: UUID) -> list[PrinterVolume]:
    """Return what kinds of printers a part of this site may be made on: those in service there, all released ones before there are any."""
    classes = PrinterClass.objects.filter(printers__site_id=site_id, printers__retired_at=None).distinct()
    if not classes.exists():
        classes = PrinterClass.objects.filter(state=ClassState.RELEASED)
    return [_volume(one) for one in classes.order_by("key", "class_version")]


def _volume(printer_class: PrinterClass) -> PrinterVolume:
    return PrinterVolume(
        key=f"{printer_class.key}@{printer_class.class_version}",
        x_um=printer_class.volume_x_um,
        y_um=printer_class.volume_y_um,
        z_um=printer_class.volume_z_um,
        is_round=printer_class.bed_shape == BedShape.ROUND,
        max_nozzle_c=printer_class.max_nozzle_c,
        max_bed_c=printer_class.max_bed_c,
    )
