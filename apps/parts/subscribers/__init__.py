"""What is owed because of uploads: their check."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.artifacts import commands as artifacts
from apps.artifacts.states import Damage
from apps.artifacts.store import deposit, open_verified
from apps.journal.owed import Owed
from apps.journal.refusals import Refusal
from apps.journal.states import Lane
from apps.journal.subscriptions import subscribe
from apps.parts import commands, events, queries
from apps.parts.commands import CheckedPart
from apps.parts.domain.findings import from_record
from apps.parts.domain.naming import stem
from apps.parts.models import Upload
from apps.parts.states import Unit, UploadKind, UploadState

from . import pictures
from .checker import CheckDied, CheckTooLong, run, workplace

__all__ = ["check_upload", "pictures"]

ANALYSER = "1"
"""Version of what finds and measures; part of every preflight and of the lineage of every normalised mesh."""

GIVES_UP_AFTER = 3
"""Attempts after which a check that keeps dying is taken to be the file's fault."""

_DAMAGES = {"artifact-corrupt": Damage.CORRUPT, "artifact-missing": Damage.MISSING}


@subscribe(events.ModelIngested, label=_("Check an uploaded file"), lane=Lane.DEFAULT, lease_s=60)
def check_upload(owed: Owed) -> None:
    """Look at the file in a process of its own and tell what was found. A check that was cut short leaves nothing and is done again."""
    upload = queries.upload(owed.event.upload_id)
    if upload.state != UploadState.RECEIVED:
        return
    with workplace(upload.id, owed.fence) as folder:
        try:
            report = _report(owed, upload, folder)
        except CheckTooLong:
            report = {"refused": {"code": "check-too-heavy", "params": {}}}
        except CheckDied:
            if owed.attempt < GIVES_UP_AFTER:
                raise
            report = {"refused": {"code": "check-failed", "params": {}}}
        _tell(owed, upload, report, folder)


def _report(owed: Owed, upload: Upload, folder: Path) -> dict[str, Any]:
    request = {
        "is_gcode": upload.kind == UploadKind.GCODE,
        "unit": upload.unit,
        "name": stem(upload.original_name),
        "volumes": queries.printer_volumes(upload.site_id),
    }
    try:
        with open_verified(upload.artifact) as file:
            return run(file, request, folder)
    except Refusal as refusal:
        if refusal.code == "artifact-purged":
            return {"refused": {"code": refusal.code, "params": refusal.params}}
        if refusal.code in _DAMAGES:
            artifacts.report_damage(owed.context("damage"), artifact_id=upload.artifact_id, damage=_DAMAGES[refusal.code])
        raise


def _tell(owed: Owed, upload: Upload, report: dict[str, Any], folder: Path) -> None:
    if refused := report.get("refused"):
        commands.refuse_upload(owed.context("refuse"), upload_id=upload.id, code=refused["code"], params=refused["params"])
        return
    found = tuple(_checked(part, folder) for part in report["parts"])
    commands.record_preflight(owed.context("record"), upload_id=upload.id, analyser=ANALYSER, found=found, unit=Unit(report["unit"]))


def _checked(part: dict[str, Any], folder: Path) -> CheckedPart:
    """Return a part of the report as the command takes it, its mesh deposited."""
    stored = None
    if part["mesh"] is not None:
        with (folder / part["mesh"]).open("rb") as mesh:
            stored = deposit(mesh, mime="model/stl")
    findings = tuple(from_record(kept) for kept in part["findings"])
    return CheckedPart(name=part["name"], count=part["count"], findings=findings, metrics=part["metrics"], mesh=stored)
