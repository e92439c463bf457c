"""Destroying bytes for good: the tombstone, what is owed, and the same content sent again."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest

from apps.artifacts import changes, commands, queries
from apps.artifacts.models import Artifact, InlineContent
from apps.artifacts.states import PurgeReason, StoreKind
from apps.artifacts.store import open_verified, read_verified
from apps.journal import frame, lanes, sequencer, verification
from apps.journal.context import Context
from apps.journal.models import Delivery, Event
from apps.journal.refusals import NotFound, Refusal
from tests.factories.artifacts import make_artifact, make_file, make_origin, make_stage
from tests.factories.context import NOW, make_context

pytestmark = pytest.mark.django_db(transaction=True)


def purge(artifact: Artifact, reason: PurgeReason = PurgeReason.ERASURE) -> None:
    commands.purge_artifact(make_context(), artifact_id=artifact.pk, expected_sha256=artifact.sha256, reason=reason)


class TestAPurge:
    def test_leaves_a_tombstone_and_owes_the_destruction(self, ctx: Context, folder: Path) -> None:
        artifact = make_file()

        commands.purge_artifact(ctx, artifact_id=artifact.pk, expected_sha256=artifact.sha256, reason=PurgeReason.RETENTION)

        tombstone = Artifact.objects.get()
        assert (tombstone.sha256, tombstone.purged_at, tombstone.purge_reason) == (artifact.sha256, NOW, PurgeReason.RETENTION)
        assert Event.objects.last().type == "ArtifactErased"  # type: ignore[union-attr]
        assert Delivery.objects.get().subscriber == "artifacts.destroy_bytes"
        assert (folder / artifact.key).exists(), "bytes are destroyed by what is owed, not by the command"

    def test_destroys_the_bytes_once_the_lane_runs_any_number_of_times(self, folder: Path) -> None:
        artifact = make_file()
        purge(artifact)

        assert lanes.hand_out_next("default")
        Delivery.objects.update(state="pending", ended_at=None)
        assert lanes.hand_out_next("default")

        assert not (folder / artifact.key).exists()
        assert Delivery.objects.get().state == "done"

    def test_refuses_the_bytes_from_the_moment_it_is_recorded(self) -> None:
        artifact = make_file()
        purge(artifact)

        with pytest.raises(Refusal) as refused:
            open_verified(queries.get(artifact.pk))

        assert (refused.value.code, refused.value.status) == ("artifact-purged", 410)

    def test_keeps_the_lineage(self) -> None:
        original = make_file(b"original")
        repaired = make_file(b"repaired", parents=(make_origin(original),))

        purge(original)

        assert [link.parent.sha256 for link in queries.lineage(repaired.pk)] == [original.sha256]

    def test_leaves_a_log_that_verifies_and_holds_no_contents(self) -> None:
        artifact = make_file(b"a person's face")
        purge(artifact)

        sequencer.sequence_batch()

        assert not verification.verify_log().problems
        assert all("a person" not in event.data for event in Event.objects.all())


class TestARefusedPurge:
    def test_of_something_unknown(self, ctx: Context) -> None:
        with pytest.raises(NotFound):
            commands.purge_artifact(ctx, artifact_id=uuid4(), expected_sha256="a" * 64, reason=PurgeReason.ERASURE)

    def test_of_another_file_than_the_asker_saw(self, ctx: Context) -> None:
        artifact = make_artifact()

        with pytest.raises(Refusal) as refused:
            commands.purge_artifact(ctx, artifact_id=artifact.pk, expected_sha256="a" * 64, reason=PurgeReason.ERASURE)

        assert (refused.value.code, refused.value.status) == ("artifact-not-the-expected", 412)
        assert queries.get(artifact.pk).purged_at is None

    def test_a_second_time_changes_nothing(self) -> None:
        artifact = make_artifact()
        purge(artifact, PurgeReason.ERASURE)

        with pytest.raises(Refusal) as refused:
            purge(artifact, PurgeReason.RETENTION)

        assert refused.value.code == "artifact-purged"
        assert queries.get(artifact.pk).purge_reason == PurgeReason.ERASURE


class TestAPinnedFile:
    def test_is_not_cleaned_up_as_unused(self) -> None:
        artifact = make_artifact()
        make_stage(payload=artifact)

        with pytest.raises(Refusal) as refused:
            purge(artifact, PurgeReason.UNCLAIMED)

        assert (refused.value.code, refused.value.params["by"]) == ("artifact-pinned", "stage of an operation")
        assert queries.get(artifact.pk).purged_at is None

    @pytest.mark.parametrize("reason", [PurgeReason.RETENTION, PurgeReason.ERASURE])
    def test_is_destroyed_where_nobody_may_keep_it(self, reason: PurgeReason) -> None:
        artifact = make_artifact()
        make_stage(attachment=artifact)

        purge(artifact, reason)

        assert queries.get(artifact.pk).purge_reason == reason

    def test_is_unused_when_only_its_lineage_names_it(self) -> None:
        artifact = make_file(b"original")
        make_file(b"repaired", parents=(make_origin(artifact),))

        purge(artifact, PurgeReason.UNCLAIMED)

        assert queries.get(artifact.pk).purge_reason == PurgeReason.UNCLAIMED


class TestTheSameContentSentAgain:
    def test_is_a_new_file_that_the_old_destruction_cannot_hit(self, folder: Path) -> None:
        first = make_file()
        purge(first)

        second = make_file()
        while lanes.hand_out_next("default"):
            pass

        assert (second.sha256, second.pk != first.pk) == (first.sha256, True)
        assert second.key == f"{first.key}.2"
        assert read_verified(second) == b"solid part"
        assert not (folder / first.key).exists()

    def test_as_often_as_one_likes(self) -> None:
        for _time in range(3):
            purge(make_file())

        assert make_file().key.endswith(".4")


class TestADocumentInTheDatabase:
    def test_is_gone_with_the_command(self, ctx: Context) -> None:
        with frame.seeding("test"):
            artifact = changes.register_document(ctx, {"notes": "Ada called"})

        purge(artifact)

        assert not InlineContent.objects.exists()
        assert lanes.hand_out_next("default")
        assert Delivery.objects.get().state == "done"

    def test_may_come_again(self, ctx: Context) -> None:
        with frame.seeding("test"):
            purged = changes.register_document(ctx, {"a": 1})
        purge(purged)

        with frame.seeding("test"):
            again = changes.register_document(ctx, {"a": 1})

        assert again.pk != purged.pk
        assert again.store == StoreKind.INLINE
        assert read_verified(again) == b'{"a":1}'
