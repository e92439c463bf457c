"""``inventory.use_up_spool``: nothing is left."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from apps.inventory import commands
from apps.inventory.models import Spool
from apps.inventory.states import SpoolState
from apps.journal.context import Context
from tests.factories.context import NOW
from tests.factories.inventory import make_spool
from tests.recorded import refusal_of, the_event

pytestmark = pytest.mark.django_db(transaction=True)


class TestUsingUpASpool:
    def test_ends_it(self, ctx: Context) -> None:
        spool = make_spool()

        commands.use_up_spool(ctx, spool_id=spool.pk, expected_version=1)

        ended = Spool.objects.get(pk=spool.pk)
        assert (ended.state, ended.ended_at) == (SpoolState.EMPTY, NOW)
        assert the_event("SpoolStateChanged")[0]["to_state"] == SpoolState.EMPTY

    def test_twice_is_refused(self, ctx_factory: Callable[..., Context]) -> None:
        spool = make_spool()
        commands.use_up_spool(ctx_factory(), spool_id=spool.pk, expected_version=1)

        refused = refusal_of(lambda: commands.use_up_spool(ctx_factory(), spool_id=spool.pk, expected_version=2))

        assert refused.code == "illegal-transition"
