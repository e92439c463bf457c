"""What higher apps change about stock inside their own commands."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from apps.inventory import changes
from apps.inventory.models import Spool
from apps.inventory.states import Amount, SpoolState
from apps.journal import frame, locks
from apps.journal.context import Context
from apps.journal.refusals import Refusal
from tests.factories.context import NOW
from tests.factories.inventory import make_sealed_spool, make_spool

pytestmark = pytest.mark.django_db


@pytest.fixture
def running(ctx: Context) -> Iterator[frame.Frame]:
    """As if inside somebody's command."""
    with frame.entered(frame.Frame(command="tests.inside", ctx=ctx)) as entered:
        yield entered


class TestTakingASpoolIntoUse:
    def test_opens_a_sealed_one(self, ctx: Context, running: frame.Frame) -> None:
        spool = locks.spool(make_sealed_spool().pk)

        changes.take_into_use(ctx, spool)

        opened = Spool.objects.get(pk=spool.pk)
        assert (opened.state, opened.opened_at) == (SpoolState.OPEN, NOW)
        assert [one.kind.name for one in running.recorded] == ["SpoolStateChanged"]

    def test_leaves_an_open_one_as_it_is(self, ctx: Context, running: frame.Frame) -> None:
        changes.take_into_use(ctx, locks.spool(make_spool().pk))

        assert running.recorded == []

    def test_refuses_one_that_is_thrown_away(self, ctx: Context, running: frame.Frame) -> None:
        spool = locks.spool(make_spool(state=SpoolState.DISCARDED, ended_at=NOW).pk)

        with pytest.raises(Refusal) as refused:
            changes.take_into_use(ctx, spool)

        assert refused.value.code == "spool-not-usable"


class TestConsuming:
    def test_turns_what_was_weighed_into_an_estimate(self, ctx: Context, running: frame.Frame) -> None:
        spool = locks.spool(make_spool(remaining_mg=500_000).pk)

        changes.consume(ctx, spool, mg=12_500)

        left = Spool.objects.get(pk=spool.pk)
        assert (left.remaining_mg, left.remaining_basis) == (487_500, Amount.ESTIMATED)
        assert [one.kind.name for one in running.recorded] == ["FilamentUsed"]

    def test_never_leaves_less_than_nothing(self, ctx: Context, running: frame.Frame) -> None:
        spool = locks.spool(make_spool(remaining_mg=5).pk)

        changes.consume(ctx, spool, mg=10**6)

        assert Spool.objects.get(pk=spool.pk).remaining_mg == 0

    def test_of_an_unknown_amount_leaves_it_unknown(self, ctx: Context, running: frame.Frame) -> None:
        spool = locks.spool(make_spool(remaining_mg=None, remaining_basis=Amount.UNKNOWN, remaining_at=None).pk)

        changes.consume(ctx, spool, mg=10)

        assert Spool.objects.get(pk=spool.pk).remaining_mg is None
        assert running.recorded == []
