"""``accounts.set_time_zone``: the clock a site goes by."""

from __future__ import annotations

import pytest

from apps.accounts import commands
from apps.accounts.models import Site
from apps.journal.context import Context
from apps.journal.refusals import Invalid, StaleVersion
from tests.factories.accounts import shop
from tests.factories.context import make_context
from tests.recorded import event_types, the_event

pytestmark = pytest.mark.django_db(transaction=True)


class TestAnotherClock:
    def test_is_the_one_of_the_site_from_now_on(self, ctx: Context) -> None:
        commands.set_time_zone(ctx, site_id=shop().pk, expected_version=1, time_zone="Europe/Berlin")

        site = Site.objects.get()
        assert (site.time_zone, site.version) == ("Europe/Berlin", 2)
        data, subjects = the_event("TimeZoneSet")
        assert data == {"site_id": str(site.pk), "time_zone": "Europe/Berlin"}
        assert subjects == {("site", site.pk)}
        with pytest.raises(StaleVersion):
            commands.set_time_zone(make_context(), site_id=site.pk, expected_version=1, time_zone="UTC")

    @pytest.mark.parametrize("odd", ["", "Mars/Olympus", "../../etc/passwd", "/etc/localtime", "Europe/Berlin\x00"])
    def test_is_one_that_exists(self, odd: str) -> None:
        with pytest.raises(Invalid):
            commands.set_time_zone(make_context(), site_id=shop().pk, expected_version=1, time_zone=odd)
        assert event_types() == []
