"""Damaged files become known once, and stay known until they are whole."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command

from apps.artifacts import commands, queries
from apps.artifacts.models import ArtifactDamage
from apps.artifacts.states import Damage, PurgeReason
from apps.journal.context import Context
from apps.journal.models import Event
from apps.journal.refusals import NotFound, Refusal
from tests.factories.artifacts import make_artifact, make_file
from tests.factories.context import NOW, make_context
from tests.writers import Writers

pytestmark = pytest.mark.django_db(transaction=True)


class TestAReport:
    def test_is_listed_and_recorded(self, ctx: Context) -> None:
        artifact = make_artifact()

        commands.report_damage(ctx, artifact_id=artifact.pk, damage=Damage.CORRUPT)

        found = queries.damaged().get()
        assert (found.artifact, found.damage, found.created_at, found.repaired_at) == (artifact, Damage.CORRUPT, NOW, None)
        assert Event.objects.get().type == "ArtifactDamaged"

    def test_of_the_same_damage_is_kept_once(self) -> None:
        artifact = make_artifact()

        for _reader in range(3):
            commands.report_damage(make_context(), artifact_id=artifact.pk, damage=Damage.MISSING)

        assert (ArtifactDamage.objects.count(), Event.objects.count()) == (1, 1)

    def test_of_a_purged_file_is_refused(self, ctx: Context) -> None:
        artifact = make_artifact(purged_at=NOW, purge_reason=PurgeReason.RETENTION)

        with pytest.raises(Refusal) as refused:
            commands.report_damage(ctx, artifact_id=artifact.pk, damage=Damage.MISSING)

        assert refused.value.code == "artifact-purged"

    def test_of_an_unknown_file_is_refused(self, ctx: Context) -> None:
        with pytest.raises(NotFound):
            commands.report_damage(ctx, artifact_id=uuid4(), damage=Damage.MISSING)


@pytest.mark.both_engines
class TestTwelveReadersAtOnce:
    def test_report_one_damage(self, writers: Writers) -> None:
        artifact = make_artifact()

        outcomes = writers.in_threads(lambda _i: commands.report_damage(make_context(), artifact_id=artifact.pk, damage=Damage.CORRUPT), 12)

        assert [outcome.error for outcome in outcomes] == [None] * 12
        assert (ArtifactDamage.objects.count(), Event.objects.count()) == (1, 1)


class TestReadingEverything:
    def test_is_content_with_sound_files(self, capsys: pytest.CaptureFixture[str]) -> None:
        make_file(b"a")
        make_file(b"b")

        call_command("verify_artifacts")

        assert "2 files are all as they were stored." in capsys.readouterr().out

    def test_names_how_many_are_damaged_and_reports_them(self, folder: Path) -> None:
        missing, changed, _sound = make_file(b"a"), make_file(b"b"), make_file(b"c")
        (folder / missing.key).unlink()
        (folder / changed.key).chmod(0o600)
        (folder / changed.key).write_bytes(b"B")

        with pytest.raises(CommandError, match="2 of 3 files"):
            call_command("verify_artifacts")

        assert {(found.artifact_id, found.damage) for found in queries.damaged()} == {
            (missing.pk, Damage.MISSING),
            (changed.pk, Damage.CORRUPT),
        }

    def test_passes_over_purged_files(self) -> None:
        make_artifact(purged_at=NOW, purge_reason=PurgeReason.RETENTION)

        call_command("verify_artifacts")

        assert not queries.damaged().exists()
