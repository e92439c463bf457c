"""Pictures of a print by its printer's camera."""

from __future__ import annotations

from uuid import UUID

from apps.artifacts import changes as artifacts
from apps.artifacts.store import Stored
from apps.journal.commands import command
from apps.journal.context import Context
from apps.journal.event import Subject
from apps.runs import changes, events, queries
from apps.runs.models import RunSnapshot
from apps.runs.states import SnapshotMoment


@command("runs.keep_snapshot")
def keep_snapshot(ctx: Context, *, run_id: UUID, moment: SnapshotMoment, stored: Stored, anomaly_id: UUID | None = None) -> UUID:
    """Keep a picture of a moment of a print and return its id; the first one of a moment stays.

    Args:
        ctx: Who took it, when.
        run_id: The attempt.
        moment: What it shows.
        stored: Receipt of ``keep_photo``: drawn anew, without anything that is not seen.
        anomaly_id: The anomaly it shows, where it shows one.

    Raises:
        NotFound: no such attempt.
    """
    attempt = changes.lock_run(ctx, run_id)
    there = queries.snapshot_of(run_id, moment, anomaly_id)
    if there is not None:
        return there.pk
    artifact = artifacts.register(ctx, stored)
    kept = RunSnapshot(created_at=ctx.now, run=attempt.run, anomaly_id=anomaly_id, moment=moment, artifact=artifact).add()
    taken = events.SnapshotTaken(run_id=run_id, snapshot_id=kept.pk, moment=moment, anomaly_id=anomaly_id)
    attempt.record(ctx, taken, *([Subject("anomaly", anomaly_id)] if anomaly_id is not None else []))
    return kept.pk
