"""Lineage, pins, and files that do not exist."""

from __future__ import annotations

from uuid import uuid4

import pytest

from apps.artifacts import changes, queries
from apps.artifacts.models import Artifact
from apps.artifacts.states import PurgeReason, StoreKind
from apps.journal import frame
from apps.journal.refusals import NotFound, Refusal
from tests.factories.artifacts import make_artifact, make_origin, make_stage, make_stored
from tests.factories.context import NOW, make_context

pytestmark = pytest.mark.django_db


def made_from(*parents: Artifact) -> Artifact:
    with frame.seeding("test"):
        return changes.register(make_context(), make_stored(), parents=[make_origin(parent) for parent in parents])


class TestLineage:
    def test_goes_back_to_every_original_once(self) -> None:
        upload, drawing = make_artifact(), make_artifact()
        mesh = made_from(upload)
        repaired = made_from(mesh)
        layout = made_from(repaired, mesh, drawing)
        gcode = made_from(layout)

        links = queries.lineage(gcode.pk)

        pairs = [(link.child_id, link.parent_id) for link in links]
        assert pairs[0] == (gcode.pk, layout.pk), "nearest first"
        assert set(pairs) == {
            (gcode.pk, layout.pk),
            (layout.pk, repaired.pk),
            (layout.pk, mesh.pk),
            (layout.pk, drawing.pk),
            (repaired.pk, mesh.pk),
            (mesh.pk, upload.pk),
        }
        assert len(pairs) == 6

    def test_of_an_original_is_empty(self) -> None:
        assert queries.lineage(make_artifact().pk) == []


class TestPins:
    def test_count_who_refers_to_a_file(self) -> None:
        artifact = make_artifact()
        make_stage(payload=artifact)
        make_stage(payload=artifact, attachment=artifact)

        pins = {(pin.field, pin.count) for pin in queries.pins(artifact)}

        assert pins == {("payload", 2), ("attachment", 1)}

    def test_do_not_count_lineage(self) -> None:
        artifact = make_artifact()
        made_from(artifact)

        assert queries.pins(artifact) == []


class TestGenerations:
    def test_count_tombstones_of_that_store_only(self) -> None:
        tombstone = make_artifact(purged_at=NOW, purge_reason=PurgeReason.ERASURE)

        assert queries.generation(tombstone.sha256, store=StoreKind.FILES) == 2
        assert queries.generation(tombstone.sha256, store=StoreKind.S3) == 1


class TestAFileForACommand:
    def test_that_does_not_exist_is_not_found(self) -> None:
        with pytest.raises(NotFound):
            queries.get(uuid4())
        with pytest.raises(NotFound):
            changes.living(make_context(), uuid4())

    def test_that_was_purged_cannot_be_referred_to(self) -> None:
        tombstone = make_artifact(purged_at=NOW, purge_reason=PurgeReason.ERASURE)

        with pytest.raises(Refusal) as refused:
            changes.living(make_context(), tombstone.pk)

        assert refused.value.code == "artifact-purged"
