"""``parts.record_preflight``: what the check of an upload found becomes parts with their preflights."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from apps.artifacts.models import ArtifactParent
from apps.artifacts.store import deposit
from apps.journal.context import Context
from apps.journal.models import Event
from apps.journal.refusals import NotFound
from apps.parts import commands, queries
from apps.parts.commands import CheckedPart
from apps.parts.domain.findings import Finding
from apps.parts.models import Part, PartRevision, Preflight, Upload
from apps.parts.states import FileRole, PreflightKind, PreflightStatus, Unit, UploadKind, UploadState
from tests.factories.accounts import make_account
from tests.factories.artifacts import make_file
from tests.factories.parts import FAILURE, METRICS, NOTE, WARNING, make_upload

pytestmark = pytest.mark.django_db(transaction=True)


def checked(*findings: Finding, name: str = "bracket", content: bytes = b"mesh", **values: Any) -> CheckedPart:
    return CheckedPart(name=name, count=1, findings=findings, metrics=METRICS, mesh=deposit(io.BytesIO(content)), **values)


def keep(ctx: Context, upload: Upload, *found: CheckedPart) -> None:
    commands.record_preflight(ctx, upload_id=upload.id, analyser="farmos-mesh 1", found=found, unit=Unit.MILLIMETER)


class TestKeepingWhatWasFound:
    def test_makes_each_part_a_first_revision_of_its_own(self, ctx: Context) -> None:
        account = make_account()
        upload = make_upload(artifact=make_file(b"3mf"), account=account, original_name="set.3mf")

        commands.record_preflight(
            ctx,
            upload_id=upload.id,
            analyser="farmos-mesh 1",
            found=(checked(name="lid", content=b"1"), CheckedPart("foot", 4, (), METRICS, deposit(io.BytesIO(b"2")))),
            unit=Unit.INCH,
        )

        rows = list(upload.parts.order_by("position").select_related("part_revision__part"))
        assert [(row.position, row.name, row.count, row.part_revision.part.name) for row in rows] == [
            (0, "lid", 1, "lid"),
            (1, "foot", 4, "foot"),
        ]
        assert {row.part_revision.part.account for row in rows} == {account}
        assert {(row.part_revision.number, row.part_revision.units) for row in rows} == {(1, Unit.INCH)}
        assert {file.original_name for row in rows for file in row.part_revision.files.all()} == {"set.3mf"}
        assert Upload.objects.get(pk=upload.id).state == UploadState.CHECKED

    def test_keeps_the_normalised_mesh_and_where_it_came_from(self, ctx: Context) -> None:
        upload = make_upload(artifact=make_file(b"as it came"))

        keep(ctx, upload, checked(content=b"normalised"))

        revision = PartRevision.objects.get()
        mesh = queries.mesh_of(revision.id)
        link = ArtifactParent.objects.get(child=mesh)
        assert (link.parent, link.role, link.tool, link.tool_version) == (upload.artifact, "original", "farmos-mesh", "farmos-mesh 1")
        assert queries.gcode_of(revision.id) is None

    @pytest.mark.parametrize(
        ("findings", "status", "event"),
        [
            ((), PreflightStatus.PASS, "PreflightPassed"),
            ((NOTE,), PreflightStatus.PASS, "PreflightPassed"),
            ((NOTE, WARNING), PreflightStatus.WARN, "PreflightWarned"),
            ((WARNING, FAILURE), PreflightStatus.FAIL, "PreflightFailed"),
        ],
    )
    def test_says_what_the_findings_come_to(self, ctx: Context, findings: tuple[Finding, ...], status: str, event: str) -> None:
        keep(ctx, make_upload(artifact=make_file()), checked(*findings))

        preflight = Preflight.objects.get()
        assert (preflight.status, queries.findings_of(preflight)) == (status, list(findings))
        happened = Event.objects.get(type=event)
        revision = preflight.revision
        assert {(row.kind, row.subject_id) for row in happened.subject_rows.all()} == {
            ("upload", preflight.upload_id),
            ("part", revision.part_id),
            ("part_revision", revision.id),
        }

    def test_of_gcode_keeps_the_file_itself(self, ctx: Context) -> None:
        upload = make_upload(artifact=make_file(b"G28"), kind=UploadKind.GCODE, original_name="plate.gcode")

        keep(ctx, upload, CheckedPart(name="plate", count=1, metrics={"seconds": 60}))

        preflight = Preflight.objects.get()
        assert (preflight.kind, preflight.artifact) == (PreflightKind.GCODE, upload.artifact)
        assert queries.gcode_of(preflight.revision_id) == upload.artifact
        assert preflight.revision.files.get().role == FileRole.GCODE
        assert Part.objects.get().name == "plate"
        with pytest.raises(NotFound):
            queries.mesh_of(preflight.revision_id)

    def test_whose_normalised_mesh_is_the_file_that_came_is_fine(self, ctx: Context) -> None:
        upload = make_upload(artifact=make_file(b"normal already"))

        keep(ctx, upload, checked(content=b"normal already"))

        assert Preflight.objects.get().artifact == upload.artifact


class TestAgain:
    def test_changes_nothing_whoever_comes_second(self, ctx_factory: Callable[..., Context]) -> None:
        upload = make_upload(artifact=make_file())
        keep(ctx_factory(), upload, checked())

        keep(ctx_factory(), upload, checked(name="another"), checked(content=b"more"))
        commands.refuse_upload(ctx_factory(), upload_id=upload.id, code="upload-empty", params={})

        assert Part.objects.count() == Preflight.objects.count() == 1
        assert Upload.objects.get().state == UploadState.CHECKED
        assert Event.objects.filter(type="PreflightPassed").count() == 1
        assert not Event.objects.filter(type="UploadRefused").exists()


class TestBadInput:
    def test_of_an_upload_nobody_knows_is_not_found(self, ctx: Context) -> None:
        with pytest.raises(NotFound):
            commands.record_preflight(ctx, upload_id=uuid4(), analyser="x", found=(checked(),), unit=Unit.MILLIMETER)

    def test_without_a_part_is_a_bug(self, ctx: Context) -> None:
        with pytest.raises(ValueError, match="at least one part"):
            keep(ctx, make_upload())

    def test_a_long_name_fits(self, ctx: Context) -> None:
        keep(ctx, make_upload(artifact=make_file()), checked(name="x" * 400))

        assert len(Part.objects.get().name) == 200
