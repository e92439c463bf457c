"""Parts, their revisions, the files they came in and what was found in them."""

from __future__ import annotations

from typing import Any

from apps.parts.domain.findings import Finding, Offer, Severity, as_record
from apps.parts.models import FindingAnswer, Part, PartRevision, Preflight, RevisionFile, Upload, UploadPart
from apps.parts.states import AnswerKind, PreflightKind, PreflightStatus, UploadKind, UploadState
from tests.factories.accounts import shop
from tests.factories.artifacts import make_artifact
from tests.factories.context import NOW
from tests.factories.filling import filled, stored

METRICS: dict[str, Any] = {
    "triangles": 12,
    "size_x_um": 20_000,
    "size_y_um": 20_000,
    "size_z_um": 20_000,
    "volume_mm3": 8_000,
    "area_mm2": 2_400,
    "side_area_mm2": 1_600,
    "horiz_area_mm2": 800,
    "overhang_area_mm2": 0,
    "support_mm3": 0,
    "base_area_mm2": 400,
    "bodies": 1,
    "cavities": 0,
    "fits": [],
    "footprint_um": [[-10_000, -10_000], [10_000, -10_000], [10_000, 10_000], [-10_000, 10_000]],
}
"""What is measured of a cube with edges of 20 mm."""

WARNING = Finding("THIN_WALLS", Severity.WARN, measured={"wall_um": 500}, limit={"wall_um": 800}, offers=(Offer.CHANGE_SIZE,))
FAILURE = Finding("OPEN", Severity.FAIL, measured={"edges": 3}, offers=(Offer.REQUEST_REVIEW,))
NOTE = Finding("OVERHANGS", Severity.NOTE, measured={"area_mm2": 120})


def make_part(**overrides: Any) -> Part:
    """Return a part of the shop's own."""
    return stored(Part, filled({"name": "Bracket", **overrides}, site=shop))


def make_part_revision(**overrides: Any) -> PartRevision:
    """Return the first revision of a part."""
    return stored(PartRevision, filled({"number": 1, "created_by": "service:tests", **overrides}, part=make_part))


def make_revision_file(**overrides: Any) -> RevisionFile:
    """Return the model of a revision."""
    return stored(RevisionFile, filled({"original_name": "bracket.stl", **overrides}, revision=make_part_revision, artifact=make_artifact))


def make_upload(**overrides: Any) -> Upload:
    """Return a model that was taken in and is being checked."""
    values = {"original_name": "bracket.stl", "kind": UploadKind.MODEL, **overrides}
    return stored(Upload, filled(values, site=shop, artifact=make_artifact))


def make_checked_upload(**overrides: Any) -> Upload:
    """Return a model whose check is over."""
    return make_upload(**{"state": UploadState.CHECKED, "ended_at": NOW, **overrides})


def make_upload_part(**overrides: Any) -> UploadPart:
    """Return the one part of an upload."""
    values = {"position": 0, "count": 1, "name": "bracket", **overrides}
    return stored(UploadPart, filled(values, upload=make_checked_upload, part_revision=make_part_revision))


def make_preflight(*findings: Finding, **overrides: Any) -> Preflight:
    """Return the preflight of a cube with nothing against it, or with these findings; its status is the one given."""
    values = {
        "kind": PreflightKind.MESH,
        "status": PreflightStatus.PASS,
        "findings": [as_record(finding) for finding in findings],
        "metrics": METRICS,
        "analyser": "farmos-mesh 1",
        **overrides,
    }
    return stored(Preflight, filled(values, upload=make_checked_upload, revision=make_part_revision, artifact=make_artifact))


def make_finding_answer(**overrides: Any) -> FindingAnswer:
    """Return a customer's choice about a warning."""
    values = {"code": WARNING.code, "kind": AnswerKind.ACCEPTED, "answered_by": "service:tests", **overrides}
    return stored(FindingAnswer, filled(values, preflight=lambda: make_preflight(WARNING, status=PreflightStatus.WARN)))
