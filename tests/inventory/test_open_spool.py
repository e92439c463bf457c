"""``inventory.open_spool``: the seal is broken."""

from __future__ import annotations

from uuid import uuid4

import pytest

from apps.inventory import commands
from apps.inventory.models import Spool
from apps.inventory.states import SpoolState
from apps.journal.context import Context
from apps.journal.refusals import NotFound
from tests.factories.context import NOW
from tests.factories.inventory import make_sealed_spool, make_spool
from tests.recorded import refusal_of, the_event

pytestmark = pytest.mark.django_db(transaction=True)


class TestOpeningASpool:
    def test_says_since_when_it_takes_up_moisture(self, ctx: Context) -> None:
        spool = make_sealed_spool()

        commands.open_spool(ctx, spool_id=spool.pk, expected_version=1)

        opened = Spool.objects.get(pk=spool.pk)
        assert (opened.state, opened.opened_at) == (SpoolState.OPEN, NOW)
        data, subjects = the_event("SpoolStateChanged")
        assert (data["from_state"], data["to_state"]) == ("sealed", "open")
        assert subjects == {("spool", spool.pk)}

    def test_that_is_open_is_refused(self, ctx: Context) -> None:
        spool = make_spool()

        refused = refusal_of(lambda: commands.open_spool(ctx, spool_id=spool.pk, expected_version=1))

        assert refused.code == "illegal-transition"

    def test_that_does_not_exist_is_not_found(self, ctx: Context) -> None:
        with pytest.raises(NotFound):
            commands.open_spool(ctx, spool_id=uuid4(), expected_version=1)
