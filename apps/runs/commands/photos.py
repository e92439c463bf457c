"""Photos that show what became of a part."""

from __future__ import annotations

from uuid import UUID

from apps.artifacts import changes as artifacts
from apps.artifacts.store import Stored
from apps.journal.commands import command
from apps.journal.context import Context
from apps.journal.event import Subject
from apps.journal.refusals import Invalid, NotFound, Refusal
from apps.runs import changes, events
from apps.runs.models import ItemOutcome, OutcomePhoto

MOST_PHOTOS = 6
"""Of one outcome."""


@command("runs.add_photos")
def add_photos(ctx: Context, *, outcome_id: UUID, photos: tuple[Stored, ...]) -> tuple[UUID, ...]:
    """Keep photos with what was said of a part, after those that are there, and return the ids of the new ones. One that is there is not added again.

    Args:
        ctx: Who took them, when.
        outcome_id: What was said of the part.
        photos: Receipts of ``keep_photo``: drawn anew, without anything that is not seen.

    Raises:
        NotFound: no such outcome.
        Invalid: no photo.
        Refusal: ``outcome-photos-many``.
    """
    if not photos:
        raise Invalid({"photos": "must be at least one photo"})
    outcome = ItemOutcome.objects.filter(pk=outcome_id).first()
    if outcome is None:
        raise NotFound(str(ItemOutcome._meta.verbose_name), id=str(outcome_id))
    attempt = changes.lock_attempt(ctx, outcome.run_id)
    kept = list(OutcomePhoto.objects.filter(outcome=outcome).order_by("position"))
    known = {photo.artifact_id for photo in kept}
    added: list[UUID] = []
    for stored in photos:
        artifact = artifacts.register(ctx, stored)
        if artifact.pk in known:
            continue
        known.add(artifact.pk)
        photo = OutcomePhoto(outcome=outcome, artifact=artifact, position=len(known) - 1, created_at=ctx.now).add()
        added.append(photo.pk)
    if len(known) > MOST_PHOTOS:
        raise Refusal("outcome-photos-many", most=MOST_PHOTOS)
    if added:
        happened = events.OutcomePhotosAdded(run_id=attempt.run.pk, outcome_id=outcome.pk, item_id=outcome.item_id, photos=added)
        item = next(one for one in attempt.items if one.pk == outcome.item_id)
        attempt.record(ctx, happened, Subject("item", item.pk), Subject("piece", item.piece_id))
    return tuple(added)
