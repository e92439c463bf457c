"""``inventory.weigh_spool``: what is left is known."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from apps.inventory import commands
from apps.inventory.models import Spool, Weighing
from apps.inventory.states import Amount, SpoolState
from apps.journal.context import Context
from tests.factories.context import NOW
from tests.factories.inventory import make_spool
from tests.recorded import refusal_of, the_event

pytestmark = pytest.mark.django_db(transaction=True)


class TestWeighingASpool:
    def test_takes_off_its_core(self, ctx: Context) -> None:
        spool = make_spool(tare_mg=180_000)

        weighing_id = commands.weigh_spool(ctx, spool_id=spool.pk, expected_version=1, gross_mg=430_000)

        weighed, kept = Spool.objects.get(pk=spool.pk), Weighing.objects.get(pk=weighing_id)
        assert (weighed.remaining_mg, weighed.remaining_basis, weighed.remaining_at) == (250_000, Amount.MEASURED, NOW)
        assert (kept.gross_mg, kept.tare_mg, kept.by) == (430_000, 180_000, "service:tests")
        assert the_event("SpoolWeighed")[0]["remaining_mg"] == 250_000

    def test_with_another_core_corrects_the_spools(self, ctx: Context) -> None:
        spool = make_spool(tare_mg=None)

        commands.weigh_spool(ctx, spool_id=spool.pk, expected_version=1, gross_mg=430_000, tare_mg=230_000)

        weighed = Spool.objects.get(pk=spool.pk)
        assert (weighed.tare_mg, weighed.remaining_mg) == (230_000, 200_000)

    def test_is_refused_while_the_core_is_not_known(self, ctx: Context) -> None:
        spool = make_spool(tare_mg=None)

        refused = refusal_of(lambda: commands.weigh_spool(ctx, spool_id=spool.pk, expected_version=1, gross_mg=430_000))

        assert refused.code == "spool-tare-unknown"

    @pytest.mark.parametrize(("gross_mg", "code"), [(100, "weighing-under-tare"), (-5, "weighing-under-tare"), (2**31, "invalid")])
    def test_refuses_what_no_scale_shows(self, ctx: Context, gross_mg: int, code: str) -> None:
        spool = make_spool()

        refused = refusal_of(lambda: commands.weigh_spool(ctx, spool_id=spool.pk, expected_version=1, gross_mg=gross_mg))

        assert refused.code == code
        assert Spool.objects.get(pk=spool.pk).remaining_mg == 500_000

    def test_that_is_thrown_away_is_refused(self, ctx: Context) -> None:
        spool = make_spool(state=SpoolState.DISCARDED, ended_at=NOW)

        refused = refusal_of(lambda: commands.weigh_spool(ctx, spool_id=spool.pk, expected_version=1, gross_mg=430_000))

        assert refused.code == "spool-not-usable"

    def test_is_refused_when_somebody_weighed_it_meanwhile(self, ctx_factory: Callable[..., Context]) -> None:
        spool = make_spool()
        commands.weigh_spool(ctx_factory(), spool_id=spool.pk, expected_version=1, gross_mg=430_000)

        refused = refusal_of(lambda: commands.weigh_spool(ctx_factory(), spool_id=spool.pk, expected_version=1, gross_mg=400_000))

        assert refused.code == "stale-version"
