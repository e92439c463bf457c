"""``fleet.swap_addresses``: two printers have changed places."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from apps.fleet import commands
from apps.fleet.states import Connection
from apps.journal.context import Context
from apps.journal.refusals import NotFound
from tests.factories.accounts import make_site
from tests.factories.fleet import make_occupied_printer, make_printer
from tests.fleet.two_machines import AT_3, AT_7, NOTED, V3, V7, answers_as, now
from tests.recorded import event_types, refusal_of

pytestmark = pytest.mark.django_db(transaction=True)


class TestSwapping:
    def test_gives_each_the_address_where_it_answers_and_leaves_attempts_and_keys(self, ctx: Context) -> None:
        three = make_occupied_printer(machine=V3, address=AT_3, access_key_sealed="three", **NOTED, **answers_as(V7))
        seven = make_printer(machine=V7, address=AT_7, access_key_sealed="seven", site=three.site, **NOTED, **answers_as(V3))

        commands.swap_addresses(ctx, printer_id=three.pk, expected_version=1, other_id=seven.pk)

        assert (now(three).address, now(seven).address) == (AT_7, AT_3)
        assert (now(three).access_key_sealed, now(seven).access_key_sealed) == ("three", "seven")
        assert now(three).current_run_id == three.current_run_id
        assert {now(three).connection, now(seven).connection} == {Connection.UNKNOWN}
        assert event_types().count("AddressesSwapped") == 1

    @pytest.mark.parametrize("at_seven", [{"connection": Connection.OFFLINE}, answers_as({"board": "cc33"})])
    def test_needs_only_one_of_them_seen_at_the_other_address(self, ctx: Context, at_seven: dict[str, Any]) -> None:
        """Of three that moved in a circle, each swap puts one right."""
        three = make_printer(machine=V3, address=AT_3, **NOTED, **answers_as(V7))
        seven = make_printer(machine=V7, address=AT_7, site=three.site, **NOTED, **at_seven)

        commands.swap_addresses(ctx, printer_id=three.pk, expected_version=1, other_id=seven.pk)

        assert (now(three).address, now(seven).address) == (AT_7, AT_3)

    def test_of_two_that_did_not_change_places_is_refused(self, ctx: Context) -> None:
        three = make_printer(machine=V3, address=AT_3, **NOTED, **answers_as({"board": "cc33"}))
        seven = make_printer(machine=V7, address=AT_7, site=three.site, **NOTED)

        refused = refusal_of(lambda: commands.swap_addresses(ctx, printer_id=three.pk, expected_version=1, other_id=seven.pk))

        assert refused.code == "not-swapped"
        assert now(three).address == AT_3

    def test_reaches_no_other_site(self, ctx: Context) -> None:
        three = make_printer(machine=V3, address=AT_3, **NOTED, **answers_as(V7))
        elsewhere = make_printer(machine=V7, address=AT_7, site=make_site(), **NOTED, **answers_as(V3))

        refused = refusal_of(lambda: commands.swap_addresses(ctx, printer_id=three.pk, expected_version=1, other_id=elsewhere.pk))

        assert refused.code == "not-swapped"

    def test_with_a_printer_that_is_none_is_not_found(self, ctx: Context) -> None:
        three = make_printer(machine=V3, **NOTED, **answers_as(V7))

        with pytest.raises(NotFound):
            commands.swap_addresses(ctx, printer_id=three.pk, expected_version=1, other_id=uuid4())
