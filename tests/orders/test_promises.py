"""promised + added = canceled + shipped + allocated + open, at every instant, whatever happens."""

from __future__ import annotations

import os
from collections import Counter
from uuid import uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings

from apps.journal import frame
from apps.orders.models import Piece
from tests.orders.promises import Promises
from tests.orders.selling import Shop, pieces_of
from tests.orders.test_cancel_intent import PRICES
from tests.walks import walk

pytestmark = pytest.mark.django_db(transaction=True)

STEPS = int(os.environ.get("FARMOS_PROMISE_STEPS", "2080"))
A_WALK = 40
LONG = 10_000
KINDS = ("order", "provider", "again", "refund", "work", "less", "cancel", "allocate", "unallocate", "move", "any")


def in_a_shop() -> type[Promises]:
    """Return the machine with a shop of this test."""
    return type("Walk", (Promises,), {"shop": Shop(**PRICES), "steps": Counter()})


class TestAnyWalk:
    def test_keeps_every_promise(self) -> None:
        machine = in_a_shop()

        def missing() -> list[str]:
            return [kind for kind in KINDS if machine.steps[kind] <= STEPS / 250] + ["steps"] * (machine.steps.total() < STEPS * 0.7)

        walk(
            machine,
            settings(
                max_examples=STEPS // A_WALK,
                stateful_step_count=A_WALK,
                deadline=None,
                database=None,
                phases=[Phase.generate] if STEPS < LONG else list(Phase),  # looking for the shortest way to a failure takes minutes
                suppress_health_check=list(HealthCheck),
            ),
            missing,
            by_chance="FARMOS_PROMISE_STEPS" in os.environ,
        )

        print(f"{machine.steps.total()} steps: {dict(machine.steps)}")


class TestTheInvariants:
    """Each is broken once, so that it is known to see something."""

    @pytest.fixture
    def walk(self) -> Promises:
        return in_a_shop()()

    def test_see_a_piece_that_vanished(self, walk: Promises) -> None:
        intent = walk.shop.order(2)
        walk.intents.append(intent.pk)
        walk.every_promised_piece_stands_in_exactly_one_place()

        with transaction.atomic(), frame.seeding("a piece too many"):
            piece = pieces_of(intent)[0]
            Piece(requirement=piece.requirement, number=9, since=piece.since, created_at=piece.created_at).add()

        with pytest.raises(AssertionError):
            walk.every_promised_piece_stands_in_exactly_one_place()

    def test_see_a_piece_that_moved_without_a_fact(self, walk: Promises) -> None:
        intent = walk.shop.order(2)
        walk.intents.append(intent.pk)
        walk.every_piece_is_where_its_facts_say()

        with transaction.atomic(), frame.seeding("a silent move"):
            piece = pieces_of(intent)[0]
            piece.allocated_to = uuid4()
            piece.save_changes("allocated_to")

        with pytest.raises(AssertionError):
            walk.every_piece_is_where_its_facts_say()
