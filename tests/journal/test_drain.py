"""Draining a lane: one message puts all threads to work, and a long queue keeps nothing else out."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest

from apps.journal import tasks, wakeups
from apps.journal.context import Context
from apps.journal.models import Delivery
from tests.factories.toy import make_jar
from tests.toy import commands

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def woken(monkeypatch: pytest.MonkeyPatch) -> list[tuple[list[str], int]]:
    """What was woken while draining, and how much was not done yet."""
    noted: list[tuple[list[str], int]] = []

    def note(lanes: Iterable[str]) -> None:
        noted.append((sorted(lanes), Delivery.objects.exclude(state="done").count()))

    monkeypatch.setattr(wakeups, "wake", note)
    return noted


@pytest.mark.parametrize(("owed", "wakes"), [(0, []), (1, []), (3, ["default"])])
def test_wakes_another_at_its_first_effect_only_while_more_is_due(
    woken: list[tuple[list[str], int]], ctx_factory: Callable[..., Context], owed: int, wakes: list[str]
) -> None:
    jar = make_jar(capacity=100)
    for number in range(owed):
        commands.add_bolts(ctx_factory(), jar_id=jar.id, bolts=1, expected_version=number + 1)
    woken.clear()

    tasks.drain("default")

    assert [one for one in woken if one[0]] == ([(wakes, owed)] if wakes else [])
    assert not Delivery.objects.exclude(state="done").exists()


@pytest.mark.parametrize(("owed", "left"), [(1, 0), (2, 1), (3, 2)])
def test_ends_its_turn_and_leaves_the_rest_to_one_other_message(
    woken: list[tuple[list[str], int]], ctx_factory: Callable[..., Context], monkeypatch: pytest.MonkeyPatch, owed: int, left: int
) -> None:
    monkeypatch.setattr(tasks, "TURN_S", 0.0)
    jar = make_jar(capacity=100)
    for number in range(owed):
        commands.add_bolts(ctx_factory(), jar_id=jar.id, bolts=1, expected_version=number + 1)
    woken.clear()

    tasks.drain("default")

    assert Delivery.objects.exclude(state="done").count() == left
    assert len([lanes for lanes, _left in woken if lanes]) == 1


def test_asks_for_another_turn_when_more_came_while_it_had_its_first(
    woken: list[tuple[list[str], int]], ctx_factory: Callable[..., Context], monkeypatch: pytest.MonkeyPatch
) -> None:
    jar = make_jar(capacity=100)
    commands.add_bolts(ctx_factory(), jar_id=jar.id, bolts=1, expected_version=1)
    monkeypatch.setattr(tasks, "TURN_S", 0.0)
    woken.clear()

    tasks.drain("default")

    assert [lanes for lanes, _left in woken] == [[], ["default"]]
