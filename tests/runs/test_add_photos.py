"""``runs.add_photos``: photos of a part, numbered, each once, kept for as long as the outcome."""

from __future__ import annotations

import io
import json
from uuid import uuid4

import pytest

from apps.artifacts import commands as artifacts
from apps.artifacts.models import Artifact
from apps.artifacts.states import PurgeReason
from apps.artifacts.store import Stored, deposit
from apps.journal.models import Event
from apps.journal.refusals import Invalid, NotFound, Refusal
from apps.runs import commands, queries
from apps.runs.commands import MOST_PHOTOS
from apps.runs.models import ItemOutcome, OutcomePhoto
from apps.runs.states import ItemResult
from tests.factories.floor import make_floor
from tests.runs.driving import completed, first_outcome, judged, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def outcome() -> ItemOutcome:
    floor = make_floor()
    run = completed(floor.plate(), floor.printer())
    judged(run, ItemResult.FAILED)
    return first_outcome(run)


def pictures(*names: str) -> tuple[Stored, ...]:
    return tuple(deposit(io.BytesIO(name.encode()), mime="image/jpeg") for name in names)


class TestPhotos:
    def test_are_kept_in_order_and_told(self, outcome: ItemOutcome) -> None:
        first = commands.add_photos(person(), outcome_id=outcome.pk, photos=pictures("front"))
        second = commands.add_photos(person(), outcome_id=outcome.pk, photos=pictures("left", "right"))

        assert [photo.pk for photo in queries.photos_of(outcome.run_id)[outcome.item_id]] == [*first, *second]
        assert list(OutcomePhoto.objects.order_by("position").values_list("position", flat=True)) == [0, 1, 2]
        told = Event.objects.filter(type="OutcomePhotosAdded").order_by("id")
        assert [json.loads(event.data)["photos"] for event in told] == [[str(one) for one in first], [str(one) for one in second]]

    def test_that_are_there_are_not_added_again(self, outcome: ItemOutcome) -> None:
        commands.add_photos(person(), outcome_id=outcome.pk, photos=pictures("front"))

        assert commands.add_photos(person(), outcome_id=outcome.pk, photos=pictures("front", "front")) == ()
        assert OutcomePhoto.objects.count() == 1

    def test_beyond_the_most_are_refused_together(self, outcome: ItemOutcome) -> None:
        names = [f"photo {number}" for number in range(MOST_PHOTOS + 1)]

        with pytest.raises(Refusal) as refused:
            commands.add_photos(person(), outcome_id=outcome.pk, photos=pictures(*names))

        assert (refused.value.code, OutcomePhoto.objects.count()) == ("outcome-photos-many", 0)

    def test_are_not_collected(self, outcome: ItemOutcome) -> None:
        commands.add_photos(person(), outcome_id=outcome.pk, photos=pictures("front"))

        artifact = Artifact.objects.get(mime="image/jpeg")
        assert OutcomePhoto.objects.get().artifact == artifact
        with pytest.raises(Refusal):
            artifacts.purge_artifact(person(), artifact_id=artifact.pk, expected_sha256=artifact.sha256, reason=PurgeReason.UNCLAIMED)


class TestARefusal:
    def test_of_none(self, outcome: ItemOutcome) -> None:
        with pytest.raises(Invalid):
            commands.add_photos(person(), outcome_id=outcome.pk, photos=())

    def test_of_an_outcome_nobody_knows(self) -> None:
        with pytest.raises(NotFound):
            commands.add_photos(person(), outcome_id=uuid4(), photos=pictures("front"))
