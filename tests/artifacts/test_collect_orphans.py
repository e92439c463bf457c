"""Bytes that nobody registered are collected; bytes with a row never are."""

from __future__ import annotations

import io
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from apps.artifacts import commands
from apps.artifacts.models import Artifact
from apps.artifacts.states import PurgeReason, StoreKind
from apps.artifacts.store import deposit, read_verified
from apps.artifacts.sweep import AT_ONCE, GRACE, Swept, sweep
from apps.journal import lanes
from apps.journal.context import Context
from apps.journal.models import Event
from tests.factories.artifacts import make_artifact, make_file, make_stage
from tests.factories.context import make_context

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime.now(tz=UTC)
LATER = NOW + GRACE + timedelta(days=30)
"""When all that these tests deposit is old, however long after this file was read its tests come."""


def drain() -> None:
    """Hand out what is owed, also what only falls due when the sweep's clock is reached."""
    from apps.journal.models import Delivery

    Delivery.objects.filter(state="pending").update(available_at=NOW - timedelta(days=1))
    while lanes.hand_out_next("default"):
        pass


def stored_in(folder: Path) -> set[str]:
    return {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}


class TestTheCommand:
    def test_leaves_a_tombstone_for_each_and_an_event(self, ctx: Context) -> None:
        stored = deposit(io.BytesIO(b"orphan"))

        collected = commands.collect_orphans(ctx, store=StoreKind.FILES, orphans=(commands.Orphan(stored.key, stored.size),))

        tombstone = Artifact.objects.get()
        assert collected == 1
        assert (tombstone.sha256, tombstone.key, tombstone.purge_reason) == (stored.sha256, stored.key, PurgeReason.UNCLAIMED)
        assert Event.objects.get().type == "ArtifactErased"

    def test_passes_over_what_has_a_row_and_what_is_not_ours(self, ctx: Context) -> None:
        known = make_artifact()
        orphans = (commands.Orphan(known.key, 3), commands.Orphan("sha256/notes.txt", 3))

        assert commands.collect_orphans(ctx, store=StoreKind.FILES, orphans=orphans) == 0
        assert Artifact.objects.get().purged_at is None


class TestTheSweep:
    def test_destroys_old_orphans_and_nothing_else(self, folder: Path) -> None:
        deposit(io.BytesIO(b"orphan"))
        used, unused = make_file(b"used"), make_file(b"registered, used by nothing")
        make_stage(payload=used)

        swept = sweep(LATER)
        drain()

        assert swept == Swept(collected=1, destroyed_again=0, unfinished=0, repaired=0)
        assert stored_in(folder) == {used.key, unused.key}

    def test_leaves_fresh_bytes_to_the_command_that_will_register_them(self, folder: Path) -> None:
        stored = deposit(io.BytesIO(b"fresh"))

        swept = sweep(NOW + GRACE - timedelta(minutes=5))

        assert swept.collected == 0
        artifact_id = commands.store_artifact(make_context(), stored=stored)
        assert read_verified(Artifact.objects.get(pk=artifact_id)) == b"fresh"

    def test_run_again_does_nothing_more(self, folder: Path) -> None:
        deposit(io.BytesIO(b"orphan"))
        sweep(LATER)
        drain()

        assert sweep(LATER) == Swept(0, 0, 0, 0)
        assert Event.objects.count() == 1

    def test_destroys_purged_bytes_that_came_back(self, folder: Path) -> None:
        """As a restored backup, or a writer slower than the grace period, would bring them."""
        artifact = make_file(b"erased")
        content = (folder / artifact.key).read_bytes()
        commands.purge_artifact(make_context(), artifact_id=artifact.pk, expected_sha256=artifact.sha256, reason=PurgeReason.ERASURE)
        drain()
        (folder / artifact.key).write_bytes(content)

        swept = sweep(LATER)

        assert swept.destroyed_again == 1
        assert stored_in(folder) == set()

    def test_removes_unfinished_files_once_they_are_old(self, folder: Path) -> None:
        (folder / "incoming").mkdir(parents=True)
        for name, age in (("old.part", timedelta(days=3)), ("new.part", timedelta(0))):
            (folder / "incoming" / name).write_bytes(b"half")
            os.utime(folder / "incoming" / name, ((NOW - age).timestamp(),) * 2)

        swept = sweep(NOW)

        assert swept.unfinished == 1
        assert stored_in(folder) == {"incoming/new.part"}

    def test_leaves_foreign_files_alone(self, folder: Path) -> None:
        (folder / "sha256" / "ab").mkdir(parents=True)
        (folder / "sha256" / "ab" / "readme.txt").write_text("somebody's")

        assert sweep(LATER).collected == 0
        assert stored_in(folder) == {"sha256/ab/readme.txt"}

    def test_works_where_nothing_was_ever_stored(self) -> None:
        assert sweep(LATER) == Swept(0, 0, 0, 0)

    def test_goes_on_beyond_one_batch(self, folder: Path) -> None:
        for number in range(AT_ONCE + 5):
            deposit(io.BytesIO(b"orphan %d" % number))

        assert sweep(LATER).collected == AT_ONCE + 5
