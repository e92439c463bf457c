"""Every rule a database can hold about files is violated once, on both engines, and answered by its own words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from apps.artifacts.models import Artifact, ArtifactDamage, ArtifactParent, InlineContent, StageArtifact, StageParent
from apps.artifacts.states import Damage, PurgeReason, Stage, StageStatus, StoreKind
from apps.journal import frame
from apps.journal.refusals import Refusal
from apps.journal.versioned import Record
from tests.factories.artifacts import make_artifact, make_stage
from tests.factories.context import NOW
from tests.violations import refused

pytestmark = [pytest.mark.both_engines, pytest.mark.django_db]

Violation = Callable[[], Any]


def artifact(**overrides: Any) -> Violation:
    return lambda: make_artifact(**overrides)


def stage(**overrides: Any) -> Violation:
    return lambda: make_stage(**overrides)


def link(**overrides: Any) -> None:
    fields: dict[str, Any] = {"role": "original", "tool": "slicer", "tool_version": "1", **overrides}
    child, parent = (fields.pop(end, None) or make_artifact() for end in ("child", "parent"))
    add(ArtifactParent(created_at=NOW, child=child, parent=parent, **fields))


def add(row: Record) -> None:
    with frame.seeding("test"):
        row.add()


def same_content_twice() -> None:
    first = make_artifact()
    make_artifact(sha256=first.sha256, key="elsewhere")


def same_place_twice() -> None:
    make_artifact(key=make_artifact().key)


def content_twice() -> None:
    row = make_artifact(store=StoreKind.INLINE)
    for _time in range(2):
        add(InlineContent(created_at=NOW, artifact=row, content=b"{}"))


def linked_twice() -> None:
    child, parent = make_artifact(), make_artifact()
    for _time in range(2):
        link(child=child, parent=parent)


def own_parent() -> None:
    row = make_artifact()
    link(child=row, parent=row)


def damaged_twice() -> None:
    row = make_artifact()
    for damage in Damage:
        add(ArtifactDamage(created_at=NOW, artifact=row, damage=damage))


def stage_linked_twice() -> None:
    child, parent = make_stage(), make_stage()
    for _time in range(2):
        add(StageParent(created_at=NOW, child=child, parent=parent, role=Stage.SPEC))


def stage_own_parent() -> None:
    row = make_stage()
    add(StageParent(created_at=NOW, child=row, parent=row, role=Stage.SPEC))


VIOLATIONS: dict[str, tuple[Violation, str]] = {
    "artifact_store_is_known": (artifact(store="floppy"), "unknown-code"),
    "artifact_purge_reason_is_known": (artifact(purged_at=NOW, purge_reason="BORED"), "unknown-code"),
    "artifact_size_at_least_0": (artifact(size=-1), "artifact-size-negative"),
    "artifact_sha256_is_a_sha256": (artifact(sha256="abc"), "artifact-hash-invalid"),
    "purged_artifacts_say_why": (artifact(purged_at=NOW), "purge-incomplete"),
    "one_living_artifact_per_content": (same_content_twice, "artifact-exists"),
    "one_artifact_per_place": (same_place_twice, "artifact-collected"),
    "one_content_per_artifact": (content_twice, "artifact-content-exists"),
    "one_artifact_link_per_role": (linked_twice, "artifact-link-exists"),
    "no_artifact_is_its_own_parent": (own_parent, "artifact-own-parent"),
    "artifact_links_name_their_tool": (lambda: link(tool_version=""), "artifact-tool-missing"),
    "artifactdamage_damage_is_known": (
        lambda: add(ArtifactDamage(created_at=NOW, artifact=make_artifact(), damage="SCRATCHED")),
        "unknown-code",
    ),
    "one_open_damage_per_artifact": (damaged_twice, "damage-reported-already"),
    "stageartifact_stage_is_known": (stage(stage="daydream"), "unknown-code"),
    "stageartifact_status_is_known": (stage(status="MAYBE"), "unknown-code"),
    "stageartifact_reason_is_known": (stage(status=StageStatus.BLOCKED, reason="BORED"), "unknown-code"),
    "unhappy_stages_carry_a_reason": (stage(status=StageStatus.FAILED), "unhappy-stage-without-reason"),
    "stages_name_their_request": (stage(request_id=""), "stage-request-missing"),
    "stageparent_role_is_known": (
        lambda: add(StageParent(created_at=NOW, child=make_stage(), parent=make_stage(), role="muse")),
        "unknown-code",
    ),
    "one_link_per_stage_parent": (stage_linked_twice, "stage-link-exists"),
    "no_stage_is_its_own_parent": (stage_own_parent, "stage-own-parent"),
}


@pytest.mark.parametrize("constraint", VIOLATIONS)
def test_a_violated_constraint_is_answered_in_its_own_words(constraint: str) -> None:
    violate, code = VIOLATIONS[constraint]

    refusal = refused(violate)

    assert (refusal.code, refusal.params["constraint"]) == (code, constraint)


def test_no_constraint_is_left_out() -> None:
    models = apps.get_app_config("artifacts").get_models()

    assert set(VIOLATIONS) == {constraint.name for model in models for constraint in model._meta.constraints}


def change(table: str, sql: str, row: Record) -> Callable[[], None]:
    def run() -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"{sql.format(table=table)} WHERE id = %s", [row.pk.hex if connection.vendor == "sqlite" else row.pk])

    return run


class TestARowChangedBehindOurBack:
    @pytest.mark.parametrize(
        "assignment",
        [f"sha256 = '{'0' * 64}'", "size = 4", "mime = 'text/html'", "key = 'x'", "store = 's3'", "created_at = '2020-01-01 00:00:00+00'"],
    )
    def test_is_refused_for_a_file(self, assignment: str) -> None:
        self.refused(change("artifacts_artifact", f"UPDATE {{table}} SET {assignment}", make_artifact()), "artifacts_artifact")

    def test_is_refused_for_a_tombstone(self) -> None:
        tombstone = make_artifact(purged_at=NOW, purge_reason=PurgeReason.ERASURE)

        self.refused(
            change("artifacts_artifact", "UPDATE {table} SET purged_at = NULL, purge_reason = NULL", tombstone), "artifacts_artifact"
        )

    @pytest.mark.parametrize(
        "assignment",
        [
            "kind = 'x'",
            "session_id = 'x'",
            "request_id = 'x'",
            "created_by = 'x'",
            "index_meta = '[]'",
            "attachment_id = payload_id",
        ],
    )
    def test_is_refused_for_what_a_stage_produced(self, assignment: str) -> None:
        self.refused(change("artifacts_stageartifact", f"UPDATE {{table}} SET {assignment}", make_stage()), "artifacts_stageartifact")

    def test_is_possible_for_a_stage_status_only(self) -> None:
        row = make_stage()

        change("artifacts_stageartifact", "UPDATE {table} SET status = 'APPROVED'", row)()

        assert StageArtifact.objects.get().status == StageStatus.APPROVED

    @pytest.mark.parametrize("make", [make_artifact, make_stage])
    def test_is_refused_when_it_is_deleted(self, make: Callable[[], Record]) -> None:
        row = make()

        self.refused(change(row._meta.db_table, "DELETE FROM {table}", row), row._meta.db_table)

    def test_is_refused_for_a_document_until_it_is_erased(self) -> None:
        row = InlineContent(created_at=NOW, artifact=make_artifact(store=StoreKind.INLINE), content=b"{}")
        add(row)
        table = row._meta.db_table

        self.refused(change(table, "UPDATE {table} SET content = ''", row), table)
        self.refused(change(table, "DELETE FROM {table}", row), table)
        change(table, "UPDATE {table} SET erased_at = '2026-01-01 00:00:00+00'", row)()
        change(table, "DELETE FROM {table}", row)()

        assert not InlineContent.objects.exists()

    def test_is_refused_for_lineage(self) -> None:
        link()
        row = ArtifactParent.objects.get()

        self.refused(change("artifacts_artifactparent", "UPDATE {table} SET tool = 'x'", row), "artifacts_artifactparent")
        self.refused(change("artifacts_artifactparent", "DELETE FROM {table}", row), "artifacts_artifactparent")

    def refused(self, act: Callable[[], None], table: str) -> None:
        assert refused(act) == Refusal("append-only", table=table)


def test_writing_outside_a_command_fails_where_it_is_made() -> None:
    with pytest.raises(frame.OutsideCommand):
        Artifact(created_at=NOW, store=StoreKind.FILES, key="k", sha256="a" * 64, size=1, mime="x/y").add()
