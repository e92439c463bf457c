"""Registering deposited bytes."""

from __future__ import annotations

import io
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from apps.artifacts import changes, commands, queries
from apps.artifacts.models import Artifact, ArtifactParent, InlineContent
from apps.artifacts.states import StoreKind
from apps.artifacts.store import deposit, read_verified
from apps.journal import frame
from apps.journal.context import Context
from apps.journal.models import Event
from apps.journal.refusals import NotFound, Refusal
from tests.factories.artifacts import make_artifact, make_file, make_origin, make_stored
from tests.factories.context import NOW, make_context
from tests.writers import Writers


@pytest.mark.django_db(transaction=True)
class TestNewContent:
    def test_becomes_a_row_and_an_event(self, ctx: Context) -> None:
        stored = make_stored()

        artifact_id = commands.store_artifact(ctx, stored=stored)

        artifact = Artifact.objects.get(pk=artifact_id)
        assert (artifact.store, artifact.key, artifact.sha256) == (stored.store, stored.key, stored.sha256)
        assert (artifact.size, artifact.mime, artifact.created_at, artifact.purged_at) == (3, "model/stl", NOW, None)
        assert Event.objects.get().type == "ArtifactStored"

    def test_keeps_what_it_was_made_from(self, ctx: Context) -> None:
        original = make_artifact()

        artifact_id = commands.store_artifact(ctx, stored=make_stored(), parents=(make_origin(original), make_origin(original)))

        link = ArtifactParent.objects.get(child=artifact_id)
        assert (link.parent_id, link.role, link.tool, link.tool_version) == (original.pk, "original", "mesh-repair", "1.0")

    def test_made_from_nothing_known_is_refused_whole(self, ctx: Context) -> None:
        unknown = changes.Origin(parent_id=uuid4(), role="original", tool="slicer", tool_version="1")

        with pytest.raises(NotFound):
            commands.store_artifact(ctx, stored=make_stored(), parents=(unknown,))

        assert not Artifact.objects.exists()


@pytest.mark.django_db(transaction=True)
class TestKnownContent:
    def test_keeps_its_row_and_its_parents(self, ctx: Context) -> None:
        stored = make_stored()
        first = commands.store_artifact(make_context(), stored=stored)

        again = commands.store_artifact(ctx, stored=stored, parents=(make_origin(make_artifact()),))

        assert again == first
        assert not ArtifactParent.objects.filter(child_id=first).exists()
        assert Event.objects.count() == 1

    def test_can_never_close_a_circle(self, ctx: Context) -> None:
        first = make_file(b"a")
        second = make_file(b"b", parents=(make_origin(first),))

        make_file(b"a", parents=(make_origin(second),))

        assert [link.parent_id for link in queries.lineage(second.pk)] == [first.pk]
        assert queries.lineage(first.pk) == []


@pytest.mark.django_db(transaction=True)
class TestBytesDestroyedSinceTheyWereDeposited:
    def test_are_refused(self, ctx: Context) -> None:
        stored = make_stored()
        commands.collect_orphans(make_context(), store=StoreKind.FILES, orphans=(commands.Orphan(stored.key, 3),))

        with pytest.raises(Refusal) as refused:
            commands.store_artifact(ctx, stored=stored)

        assert (refused.value.code, refused.value.status) == ("artifact-collected", 409)


@pytest.mark.both_engines
@pytest.mark.django_db(transaction=True)
class TestTwelveAtOnce:
    def test_agree_on_one_row(self, writers: Writers) -> None:
        stored = make_stored()

        outcomes = writers.in_threads(lambda _i: commands.store_artifact(make_context(), stored=stored), 12)

        assert {type(outcome.error) for outcome in outcomes} == {type(None)}
        assert {outcome.value for outcome in outcomes} == {Artifact.objects.get().pk}
        assert Event.objects.count() == 1

    def test_or_are_all_told_that_it_is_gone(self, writers: Writers) -> None:
        """Whoever comes first, the row or the tombstone, the other sees it: never both."""
        stored = make_stored()
        orphan = commands.Orphan(stored.key, stored.size)

        def act(index: int) -> UUID | int:
            if index % 2:
                return commands.store_artifact(make_context(), stored=stored)
            return commands.collect_orphans(make_context(), store=StoreKind.FILES, orphans=(orphan,))

        outcomes = writers.in_threads(act, 8)

        artifact = Artifact.objects.get()
        registered = [outcome for outcome in outcomes[1::2] if outcome.error is None]
        assert len(registered) == (4 if artifact.purged_at is None else 0)
        assert all(outcome.error is None for outcome in outcomes[::2])
        assert sum(outcome.value for outcome in outcomes[::2]) == (0 if artifact.purged_at is None else 1)


@pytest.mark.django_db
class TestASmallDocument:
    def test_lives_in_the_database_in_canonical_form(self, ctx: Context) -> None:
        with frame.seeding("test"):
            artifact = changes.register_document(ctx, {"b": 1, "a": [1.5, None]})
            again = changes.register_document(ctx, {"a": [1.5, None], "b": 1})

        assert again == artifact
        assert (artifact.store, artifact.mime) == (StoreKind.INLINE, "application/json")
        assert read_verified(artifact) == b'{"a":[1.5,null],"b":1}'

    def test_sent_as_a_file_stays_where_it_is(self, ctx: Context, folder: Path) -> None:
        with frame.seeding("test"):
            artifact = changes.register_document(ctx, {"a": 1})

        stored = deposit(io.BytesIO(b'{"a":1}'))

        assert (stored.store, stored.key) == (StoreKind.INLINE, artifact.key)
        assert not (folder / "sha256").exists()

    def test_that_is_not_small_is_refused(self, ctx: Context) -> None:
        with frame.seeding("test"), pytest.raises(Refusal) as refused:
            changes.register_document(ctx, "x" * changes.INLINE_LIMIT)

        assert refused.value.code == "file-too-large"
        assert not InlineContent.objects.exists()

    def test_whose_row_was_edited_is_corrupt(self, ctx: Context) -> None:
        with frame.seeding("test"):
            artifact = changes.register_document(ctx, {"a": 1})
            InlineContent.objects.filter(artifact=artifact).update(erased_at=NOW)
            InlineContent.objects.filter(artifact=artifact).update(content=b'{"a":2}', erased_at=None)

        with pytest.raises(Refusal) as refused:
            read_verified(artifact)

        assert refused.value.code == "artifact-corrupt"
