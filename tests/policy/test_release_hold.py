"""``policy.release_hold``: work may go on."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest

from apps.journal import frame
from apps.journal.context import Actor, Context
from apps.journal.models import Event
from apps.journal.refusals import NotFound, Refusal, StaleVersion
from apps.policy import commands
from apps.policy.models import Hold
from tests.factories.context import NOW, make_context
from tests.factories.policy import make_hold
from tests.violations import refused
from tests.writers import Writers

pytestmark = pytest.mark.django_db(transaction=True)


class TestReleasingAHold:
    def test_names_who_and_when(self, ctx_factory: Callable[..., Context]) -> None:
        hold, lead = make_hold(), uuid4()

        commands.release_hold(ctx_factory(actor=Actor.person(lead)), hold_id=hold.id, expected_version=1, note="New nozzle")

        hold = Hold.objects.get(pk=hold.pk)
        assert (hold.released_by, hold.released_at, hold.release_note, hold.version) == (f"person:{lead}", NOW, "New nozzle", 2)

    def test_records_it(self, ctx: Context) -> None:
        hold = make_hold()

        commands.release_hold(ctx, hold_id=hold.id, expected_version=1)

        event = Event.objects.get()
        assert (event.type, event.site_id) == ("HoldReleased", hold.site_id)
        assert {row.subject_id for row in event.subject_rows.all()} == {hold.id, hold.scope_id}

    def test_leaves_other_holds_on_the_same_thing(self, ctx: Context) -> None:
        hold = make_hold()
        other = make_hold(scope_id=hold.scope_id, placed_by="person:2")

        commands.release_hold(ctx, hold_id=hold.id, expected_version=1)

        assert list(Hold.objects.filter(released_at=None)) == [other]


class TestARefusal:
    def test_comes_for_a_hold_that_is_released_already(self, ctx_factory: Callable[..., Context]) -> None:
        hold = make_hold()
        commands.release_hold(ctx_factory(), hold_id=hold.id, expected_version=1)

        with pytest.raises(Refusal) as refusal:
            commands.release_hold(ctx_factory(), hold_id=hold.id, expected_version=2)

        assert refusal.value == Refusal("hold-released", who="service:tests")

    def test_comes_for_a_version_that_is_not_the_present_one(self, ctx: Context) -> None:
        hold = make_hold(version=3)

        with pytest.raises(StaleVersion):
            commands.release_hold(ctx, hold_id=hold.id, expected_version=2)

        assert Hold.objects.get(pk=hold.pk).released_at is None

    def test_comes_for_a_hold_nobody_knows(self, ctx: Context) -> None:
        with pytest.raises(NotFound):
            commands.release_hold(ctx, hold_id=uuid4(), expected_version=1)


@pytest.mark.both_engines
class TestAHold:
    @pytest.mark.parametrize("change", [{"reason": "SAFETY"}, {"scope_id": uuid4()}, {"placed_by": "person:2"}, {"until": NOW}])
    def test_keeps_what_it_was_placed_for(self, change: dict[str, object]) -> None:
        hold = make_hold()

        with frame.seeding("an attempt to rewrite history"):
            refusal = refused(lambda: Hold.objects.filter(pk=hold.pk).update(**change))

        assert refusal.code == "append-only"

    def test_is_never_deleted(self) -> None:
        hold = make_hold()

        with frame.seeding("an attempt to rewrite history"):
            refusal = refused(hold.delete)

        assert refusal.code == "append-only"


@pytest.mark.both_engines
class TestFourPeopleAtOnce:
    def test_release_it_once(self, writers: Writers) -> None:
        hold = make_hold()

        outcomes = writers.in_threads(lambda _n: commands.release_hold(make_context(), hold_id=hold.id, expected_version=1), 4)

        assert sorted(type(outcome.error).__name__ for outcome in outcomes) == ["NoneType", *["StaleVersion"] * 3]
        assert Event.objects.filter(type="HoldReleased").count() == 1
