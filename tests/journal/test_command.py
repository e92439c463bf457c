"""What ``@command`` promises: once per key, one transaction, nothing silent, nothing half."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from apps.journal import results
from apps.journal.commands import command
from apps.journal.context import Actor, Context
from apps.journal.frame import OutsideCommand
from apps.journal.models import Event, Receipt
from apps.journal.recording import record
from apps.journal.refusals import Refusal, StaleVersion
from apps.journal.results import Parked
from tests.factories.toy import make_jar
from tests.toy import commands
from tests.toy.models import Jar


@pytest.fixture
def silent() -> Callable[..., Any]:
    """A badly written command: it changes a row and records nothing."""

    @command(f"tests.silent_{uuid4().hex}")
    def change_silently(ctx: Context, *, jar_id: UUID) -> None:
        jar = Jar.objects.get(pk=jar_id)
        jar.bolts = 5
        jar.save_changes("bolts")

    return change_silently


@pytest.mark.django_db
class TestTheSameKey:
    def test_with_the_same_request_gets_the_first_answer(self, ctx: Context) -> None:
        jar = make_jar()

        first = commands.add_bolts(ctx, jar_id=jar.id, bolts=2, expected_version=1)
        second = commands.add_bolts(ctx, jar_id=jar.id, bolts=2, expected_version=1)

        assert first == second == 2
        assert Jar.objects.get(pk=jar.pk).bolts == 2
        assert Event.objects.count() == 1

    def test_with_another_request_is_refused_and_changes_nothing(self, ctx: Context) -> None:
        jar = make_jar()
        commands.add_bolts(ctx, jar_id=jar.id, bolts=2, expected_version=1)

        with pytest.raises(Refusal) as refused:
            commands.add_bolts(ctx, jar_id=jar.id, bolts=3, expected_version=2)

        assert (refused.value.code, refused.value.status) == ("key-reused", 422)
        assert Jar.objects.get(pk=jar.pk).bolts == 2

    def test_of_another_actor_is_another_key(self, ctx_factory: Callable[..., Context]) -> None:
        jar = make_jar()
        mine, theirs = ctx_factory(key="k"), ctx_factory(key="k", actor=Actor.service("other"))

        commands.add_bolts(mine, jar_id=jar.id, bolts=2, expected_version=1)
        commands.add_bolts(theirs, jar_id=jar.id, bolts=3, expected_version=2)

        assert Jar.objects.get(pk=jar.pk).bolts == 5

    def test_of_another_command_is_another_key(self, ctx: Context) -> None:
        jar = make_jar()

        commands.add_bolts(ctx, jar_id=jar.id, bolts=2, expected_version=1)
        commands.seal_jar(ctx, jar_id=jar.id, expected_version=2)

        assert Event.objects.count() == 2

    def test_repeats_a_returned_refusal_even_when_it_would_now_succeed(self, ctx: Context, ctx_factory: Callable[..., Context]) -> None:
        jar = make_jar(bolts=9, capacity=10)
        first = commands.add_bolts(ctx, jar_id=jar.id, bolts=4, expected_version=1)
        commands.empty_jar(ctx_factory(), jar_id=jar.id, expected_version=1)

        again = commands.add_bolts(ctx, jar_id=jar.id, bolts=4, expected_version=1)

        assert first == again == Refusal("jar-full", bolts=4, room=1)
        assert Jar.objects.get(pk=jar.pk).bolts == 0

    def test_runs_again_after_a_raised_refusal(self, ctx: Context) -> None:
        jar = make_jar(version=2)
        with pytest.raises(StaleVersion):
            commands.add_bolts(ctx, jar_id=jar.id, bolts=1, expected_version=1)

        result = commands.add_bolts(ctx, jar_id=jar.id, bolts=1, expected_version=2)

        assert result == 1


class TestAKey:
    @pytest.mark.parametrize("key", ["a b", "ä", "x" * 201, "line\nbreak", "\x00"])
    def test_that_cannot_be_used_is_refused(self, key: str, ctx_factory: Callable[..., Context]) -> None:
        with pytest.raises(Refusal) as refused:
            ctx_factory(key=key)

        assert (refused.value.code, refused.value.status) == ("key-invalid", 422)

    def test_that_is_absent_is_refused(self, ctx_factory: Callable[..., Context]) -> None:
        with pytest.raises(Refusal) as refused:
            ctx_factory(key="")

        assert (refused.value.code, refused.value.status) == ("key-missing", 400)

    def test_may_be_two_hundred_visible_characters(self, ctx_factory: Callable[..., Context]) -> None:
        assert ctx_factory(key="~" * 200).key == "~" * 200


@pytest.mark.django_db(transaction=True)
class TestACommand:
    def test_inside_a_transaction_is_a_bug(self, ctx: Context) -> None:
        jar = make_jar()

        with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
            commands.seal_jar(ctx, jar_id=jar.id, expected_version=1)

    def test_inside_another_command_is_a_bug(self, ctx: Context, ctx_factory: Callable[..., Context]) -> None:
        jar = make_jar()

        @command(f"tests.outer_{uuid4().hex}")
        def outer(ctx: Context) -> None:
            commands.seal_jar(ctx_factory(), jar_id=jar.id, expected_version=1)

        with pytest.raises(RuntimeError, match=r"use a function in changes\.py"):
            outer(ctx)

    def test_that_changes_rows_without_an_event_is_a_bug_and_leaves_nothing(self, ctx: Context, silent: Callable[..., Any]) -> None:
        jar = make_jar()

        with pytest.raises(RuntimeError, match="without recording an event"):
            silent(ctx, jar_id=jar.id)

        assert Jar.objects.get(pk=jar.pk).bolts == 0
        assert not Receipt.objects.exists()

    def test_that_fails_leaves_nothing(self, ctx: Context) -> None:
        jar = make_jar()

        @command(f"tests.failing_{uuid4().hex}")
        def fail_late(ctx: Context) -> None:
            fresh = Jar.objects.get(pk=jar.pk)
            fresh.bolts = 7
            fresh.save_changes("bolts")
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            fail_late(ctx)

        assert Jar.objects.get(pk=jar.pk).bolts == 0
        assert not Receipt.objects.exists()
        assert not Event.objects.exists()


@pytest.mark.django_db
class TestOutsideACommand:
    def test_an_aggregate_cannot_be_saved(self) -> None:
        jar = make_jar()
        jar.bolts = 9

        with pytest.raises(OutsideCommand):
            jar.save()

    def test_an_aggregate_cannot_be_changed_through_a_query_set(self) -> None:
        make_jar()

        with pytest.raises(OutsideCommand):
            Jar.objects.update(bolts=9)

    def test_nothing_can_be_deleted_or_inserted(self) -> None:
        jar = make_jar()

        with pytest.raises(OutsideCommand):
            jar.delete()
        with pytest.raises(OutsideCommand):
            Jar.objects.bulk_create([Jar(label="x")])

    def test_nothing_can_be_recorded(self, ctx: Context) -> None:
        with pytest.raises(OutsideCommand):
            record(ctx, event=object(), subjects=[])


class TestAStoredResult:
    @given(
        st.recursive(
            st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=20) | st.uuids() | st.builds(Parked, st.uuids()),
            lambda inner: st.lists(inner, max_size=3).map(tuple),
            max_leaves=6,
        )
    )
    def test_comes_back_as_it_was(self, result: Any) -> None:
        back = results.load(results.dump(result))

        assert back == result
        assert type(back) is type(result)

    def test_keeps_refusals_with_their_parameters(self) -> None:
        refusal = Refusal("jar-full", bolts=3, room=0)

        assert results.load(results.dump(refusal)) == refusal

    def test_of_an_unknown_kind_is_a_bug(self) -> None:
        with pytest.raises(TypeError):
            results.dump(object())


class TestContexts:
    def test_need_a_time_zone(self, ctx: Context) -> None:
        with pytest.raises(ValueError, match="time zone"):
            Context(actor=Actor.service("x"), now=ctx.now.replace(tzinfo=None), key="k")

    def test_know_the_larger_story_they_are_put_into_and_keep_the_rest(self, ctx: Context) -> None:
        story = uuid4()

        within = ctx.about(correlation_id=story)

        assert (within.correlation_id, within.key, within.actor) == (story, ctx.key, ctx.actor)
        assert within.about() == within
