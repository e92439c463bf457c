"""Uploads, purges, destruction and sweeps of the same few contents, all at once: no living file ever loses its bytes, no purged one keeps them."""

from __future__ import annotations

import io
import itertools
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from apps.artifacts import commands
from apps.artifacts.models import Artifact
from apps.artifacts.states import PurgeReason
from apps.artifacts.store import deposit, read_verified
from apps.artifacts.sweep import sweep
from apps.journal import lanes
from apps.journal.refusals import Refusal
from tests.factories.context import make_context
from tests.processes.running import PATIENCE_S
from tests.writers import Writers

pytestmark = [pytest.mark.both_engines, pytest.mark.django_db(transaction=True)]

CONTENTS = (b"cube", b"cone")
SECONDS = 3.0
ENOUGH = 5
AT_ONCE = timedelta(minutes=-1)
"""A grace period that spares nobody."""


def now() -> datetime:
    return datetime.now(tz=UTC)


def upload(turn: int) -> None:
    stored = deposit(io.BytesIO(CONTENTS[turn % 2]))
    artifact_id = commands.store_artifact(make_context(now=now()), stored=stored)
    read_verified(Artifact.objects.get(pk=artifact_id))


def deposit_only(turn: int) -> None:
    deposit(io.BytesIO(CONTENTS[turn % 2]))


def purge(_turn: int) -> None:
    artifact = Artifact.objects.filter(purged_at=None).first()
    if artifact is not None:
        commands.purge_artifact(
            make_context(now=now()), artifact_id=artifact.pk, expected_sha256=artifact.sha256, reason=PurgeReason.ERASURE
        )


def destroy(_turn: int) -> None:
    lanes.hand_out_next("default")


def collect(_turn: int) -> None:
    sweep(now(), grace=AT_ONCE)


PARTS: tuple[Callable[[int], None], ...] = (upload, upload, upload, deposit_only, purge, destroy, collect)


def purged() -> int:
    return Artifact.objects.filter(purged_at__isnull=False).count()


def play(index: int) -> None:
    """Play one part for a while, and on a slow machine until enough was purged; being told "send it again" or "it is gone" is part of the game."""
    end = time.monotonic() + SECONDS
    for turn in itertools.count(index):
        if time.monotonic() > end and (purged() > ENOUGH or time.monotonic() > end + PATIENCE_S):
            return
        try:
            PARTS[index](turn)
        except Refusal as refused:
            if refused.code not in {"artifact-collected", "artifact-purged"}:
                raise


class TestEverythingAtOnce:
    def test_keeps_the_living_whole_and_the_purged_gone(self, writers: Writers, folder: Path) -> None:
        outcomes = writers.in_threads(play, len(PARTS))
        collect(0)
        while lanes.hand_out_next("default"):
            pass

        assert [outcome.error for outcome in outcomes] == [None] * len(PARTS)
        living = Artifact.objects.filter(purged_at=None)
        assert {artifact.key for artifact in living} == {
            str(file.relative_to(folder)) for file in (folder / "sha256").rglob("*") if file.is_file()
        }
        assert all(read_verified(artifact) in CONTENTS for artifact in living)
        assert purged() > ENOUGH, "hardly anything was purged: this showed nothing"
