"""The pattern of a command's tests, on the toy app: what it does, what it refuses, what it leaves behind."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from apps.journal.context import Context
from apps.journal.models import Delivery, Event, Receipt
from apps.journal.refusals import IllegalTransition, Invalid, Refusal, StaleVersion
from tests.factories.toy import make_jar
from tests.toy import commands
from tests.toy.models import Jar
from tests.toy.states import JarState

pytestmark = pytest.mark.django_db


class TestAddingBolts:
    def test_changes_the_jar_and_raises_its_version(self, ctx: Context) -> None:
        jar = make_jar(bolts=3)

        result = commands.add_bolts(ctx, jar_id=jar.id, bolts=4, expected_version=1)

        jar = Jar.objects.get(pk=jar.pk)
        assert (result, jar.bolts, jar.version) == (7, 7, 2)

    def test_records_one_event_about_the_jar_and_owes_one_note(self, ctx: Context) -> None:
        jar = make_jar()

        commands.add_bolts(ctx, jar_id=jar.id, bolts=4, expected_version=1)

        event = Event.objects.get()
        assert (event.type, event.command, event.actor) == ("BoltsAdded", "toy.add_bolts", "service:tests")
        assert event.subject_rows.get().subject_id == jar.id
        assert event.deliveries.get().subscriber == "tests.toy.tell_the_world"


class TestAStaleVersion:
    def test_changes_nothing_and_leaves_no_receipt(self, ctx: Context) -> None:
        jar = make_jar(bolts=3, version=5)

        with pytest.raises(StaleVersion) as refused:
            commands.add_bolts(ctx, jar_id=jar.id, bolts=4, expected_version=4)

        assert refused.value.params["current"] == 5
        assert Jar.objects.get(pk=jar.pk).bolts == 3
        assert not Receipt.objects.exists()
        assert not Event.objects.exists()


class TestAFullJar:
    def test_is_refused_with_a_stored_answer(self, ctx: Context) -> None:
        jar = make_jar(bolts=9, capacity=10)

        result = commands.add_bolts(ctx, jar_id=jar.id, bolts=4, expected_version=1)

        assert result == Refusal("jar-full", bolts=4, room=1)
        assert str(result) == "jar-full: 4 more bolts do not fit: there is room for 1."
        assert Receipt.objects.count() == 1
        assert not Delivery.objects.exists()


class TestSealing:
    def test_closes_the_jar(self, ctx: Context) -> None:
        jar = make_jar()

        commands.seal_jar(ctx, jar_id=jar.id, expected_version=1)

        assert Jar.objects.get(pk=jar.pk).state == JarState.SEALED

    def test_twice_is_an_illegal_move(self, ctx_factory: Callable[..., Context]) -> None:
        jar = make_jar()
        commands.seal_jar(ctx_factory(), jar_id=jar.id, expected_version=1)

        with pytest.raises(IllegalTransition) as refused:
            commands.seal_jar(ctx_factory(), jar_id=jar.id, expected_version=2)

        assert refused.value.params == {"kind": "jar", "id": str(jar.id), "move": "seal", "state": "sealed", "allowed": []}


class TestOpeningAJarWithATakenLabel:
    def test_gets_the_words_of_the_violated_constraint(self, ctx_factory: Callable[..., Context]) -> None:
        commands.open_jar(ctx_factory(), label="M3")

        with pytest.raises(Refusal) as refused:
            commands.open_jar(ctx_factory(), label="M3")

        assert refused.value.code == "jar-open-already"
        assert refused.value.status == 409
        assert Jar.objects.count() == 1


class TestAddingNothing:
    def test_is_invalid(self, ctx: Context) -> None:
        jar = make_jar()

        with pytest.raises(Invalid):
            commands.add_bolts(ctx, jar_id=jar.id, bolts=0, expected_version=1)
