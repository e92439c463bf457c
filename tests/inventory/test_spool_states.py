"""Which moves a spool can make, and what each leaves behind."""

from __future__ import annotations

import pytest

from apps.inventory.models import Spool, Weighing
from apps.inventory.states import Amount, SpoolState
from apps.journal import frame
from tests.factories.context import NOW
from tests.factories.inventory import make_sealed_spool, make_spool, make_weighing
from tests.moves import allowed_moves
from tests.violations import refused

MOVES = {
    SpoolState.SEALED: {"open": "open", "discard": "discarded"},
    SpoolState.OPEN: {"use_up": "empty", "discard": "discarded"},
    SpoolState.EMPTY: {"find_more": "open"},
    SpoolState.DISCARDED: {},
}


class TestASpool:
    @pytest.mark.parametrize("state", SpoolState)
    def test_can_make_exactly_these_moves(self, state: SpoolState) -> None:
        assert allowed_moves(Spool, "state", state) == MOVES[state]

    @pytest.mark.django_db
    def test_leaves_rows_the_database_accepts(self) -> None:
        spool = make_sealed_spool()

        with frame.seeding("the commands come with their behaviour"):
            spool.open(now=NOW)
            spool.save_changes("state", "opened_at")
            spool.use_up(now=NOW)
            spool.save_changes("state", "ended_at", "remaining_mg", "remaining_basis", "remaining_at")

        kept = Spool.objects.get(pk=spool.pk)
        assert (kept.state, kept.remaining_mg, kept.remaining_basis, kept.version) == (SpoolState.EMPTY, 0, Amount.MEASURED, 3)

    @pytest.mark.django_db
    def test_that_was_not_empty_after_all_holds_an_unknown_amount(self) -> None:
        spool = make_spool(state=SpoolState.EMPTY, remaining_mg=0, ended_at=NOW)

        with frame.seeding("the commands come with their behaviour"):
            spool.find_more()
            spool.save_changes("state", "ended_at", "remaining_mg", "remaining_basis", "remaining_at")

        kept = Spool.objects.get(pk=spool.pk)
        assert (kept.state, kept.remaining_mg, kept.remaining_basis) == (SpoolState.OPEN, None, Amount.UNKNOWN)

    @pytest.mark.django_db
    def test_may_be_open_since_nobody_knows_when(self) -> None:
        assert make_spool(opened_at=None).state == SpoolState.OPEN

    @pytest.mark.django_db
    def test_can_be_thrown_away_sealed_or_open(self) -> None:
        for spool in (make_sealed_spool(), make_spool()):
            with frame.seeding("the commands come with their behaviour"):
                spool.discard(now=NOW)
                spool.save_changes("state", "ended_at")

        assert Spool.objects.filter(state=SpoolState.DISCARDED, ended_at=NOW).count() == 2


@pytest.mark.both_engines
@pytest.mark.django_db
class TestAWeighing:
    def test_gives_the_filament_alone(self) -> None:
        assert make_weighing(gross_mg=680_000, tare_mg=180_000).net_mg == 500_000

    def test_is_never_changed_or_deleted(self) -> None:
        weighing = make_weighing()

        with frame.seeding("an attempt to rewrite history"):
            changed = refused(lambda: Weighing.objects.filter(pk=weighing.pk).update(gross_mg=1_000_000))
            deleted = refused(weighing.delete)

        assert changed.code == deleted.code == "append-only"
