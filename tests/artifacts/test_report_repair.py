"""Damage ends when the bytes are whole again."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from apps.artifacts import commands, queries
from apps.artifacts.models import Artifact, ArtifactDamage
from apps.artifacts.states import Damage
from apps.artifacts.sweep import look, sweep
from apps.journal.context import Context
from apps.journal.models import Event
from apps.journal.refusals import NotFound
from tests.factories.artifacts import make_artifact, make_file
from tests.factories.context import NOW, make_context

pytestmark = pytest.mark.django_db(transaction=True)


def damage(artifact: Artifact) -> None:
    commands.report_damage(make_context(), artifact_id=artifact.pk, damage=Damage.MISSING)


class TestARepair:
    def test_closes_the_damage(self, ctx: Context) -> None:
        artifact = make_artifact()
        damage(artifact)

        commands.report_repair(ctx, artifact_id=artifact.pk)

        assert ArtifactDamage.objects.get().repaired_at == NOW
        assert not queries.damaged().exists()
        assert Event.objects.last().type == "ArtifactRepaired"  # type: ignore[union-attr]

    def test_of_nothing_says_nothing(self, ctx: Context) -> None:
        artifact = make_artifact()

        commands.report_repair(ctx, artifact_id=artifact.pk)

        assert not Event.objects.exists()

    def test_of_an_unknown_file_is_refused(self, ctx: Context) -> None:
        with pytest.raises(NotFound):
            commands.report_repair(ctx, artifact_id=uuid4())

    def test_does_not_hide_the_next_damage(self) -> None:
        artifact = make_artifact()
        damage(artifact)
        commands.report_repair(make_context(), artifact_id=artifact.pk)

        damage(artifact)

        assert queries.damaged().get().artifact == artifact
        assert ArtifactDamage.objects.count() == 2


class TestTheSweep:
    def test_sees_that_a_lost_file_was_sent_again(self, folder: Path) -> None:
        artifact = make_file()
        (folder / artifact.key).unlink()
        assert not look(artifact, NOW)

        make_file()

        assert sweep(datetime.now(tz=UTC)).repaired == 1
        assert not queries.damaged().exists()

    def test_leaves_what_is_still_lost(self, folder: Path) -> None:
        artifact = make_file()
        (folder / artifact.key).unlink()
        assert not look(artifact, NOW)

        assert sweep(datetime.now(tz=UTC)).repaired == 0
        assert queries.damaged().get().artifact == artifact
