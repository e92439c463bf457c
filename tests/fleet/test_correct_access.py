"""``fleet.correct_access``: another address, another key."""

from __future__ import annotations

from uuid import uuid4

import pytest

from apps.fleet import commands, queries
from apps.fleet.models import Printer
from apps.fleet.states import Connection, ConnectorKind
from apps.journal.context import Context
from apps.journal.refusals import NotFound
from tests.factories.context import NOW
from tests.factories.fleet import make_occupied_printer, make_printer
from tests.recorded import event_types, refusal_of

pytestmark = pytest.mark.django_db(transaction=True)

NEW = "http://192.168.1.99:7125"


class TestCorrectingAccess:
    def test_forgets_whether_it_answers(self, ctx: Context) -> None:
        printer = make_printer(connection=Connection.MISCONFIGURED, address="http://192.168.1.20:7125")

        commands.correct_access(ctx, printer_id=printer.pk, expected_version=1, address=NEW, api_key="secret")

        corrected = Printer.objects.get(pk=printer.pk)
        assert (corrected.address, corrected.connection, queries.access_key(corrected)) == (NEW, Connection.UNKNOWN, "secret")
        assert event_types() == ["PrinterAccessChanged", "PrinterStateChanged"]

    @pytest.mark.parametrize(("given", "then"), [(ConnectorKind.OCTOPRINT, "octoprint"), (None, "moonraker")])
    def test_changes_what_it_runs_where_that_is_said(self, ctx: Context, given: ConnectorKind | None, then: str) -> None:
        printer = make_printer(connector=ConnectorKind.MOONRAKER)

        commands.correct_access(ctx, printer_id=printer.pk, expected_version=1, address=NEW, connector=given)

        assert Printer.objects.get(pk=printer.pk).connector == then

    def test_without_a_key_keeps_the_one_it_has(self, ctx: Context) -> None:
        printer = make_printer(access_key_sealed="kept", connection=Connection.UNKNOWN, address="http://192.168.1.99:80")

        commands.correct_access(ctx, printer_id=printer.pk, expected_version=1, address=NEW)

        assert Printer.objects.get(pk=printer.pk).access_key_sealed == "kept"
        assert event_types() == ["PrinterAccessChanged"]

    def test_never_sends_a_kept_key_to_another_machine(self, ctx: Context) -> None:
        printer = make_printer(access_key_sealed="kept", address="http://192.168.1.20:7125")

        refused = refusal_of(lambda: commands.correct_access(ctx, printer_id=printer.pk, expected_version=1, address=NEW))

        assert (refused.code, list(refused.params["fields"])) == ("invalid", ["api_key"])
        assert Printer.objects.get(pk=printer.pk).address == "http://192.168.1.20:7125"

    def test_is_refused_while_an_attempt_is_open_on_it(self, ctx: Context) -> None:
        printer = make_occupied_printer()

        refused = refusal_of(lambda: commands.correct_access(ctx, printer_id=printer.pk, expected_version=1, address=NEW))

        assert refused.code == "printer-busy"

    def test_is_refused_for_a_printer_that_left(self, ctx: Context) -> None:
        printer = make_printer(retired_at=NOW)

        refused = refusal_of(lambda: commands.correct_access(ctx, printer_id=printer.pk, expected_version=1, address=NEW))

        assert refused.code == "printer-retired"

    @pytest.mark.parametrize(("version", "address", "code"), [(2, NEW, "stale-version"), (1, "gopher://x", "invalid")])
    def test_refuses_what_is_stale_or_no_address(self, ctx: Context, version: int, address: str, code: str) -> None:
        printer = make_printer()

        refused = refusal_of(lambda: commands.correct_access(ctx, printer_id=printer.pk, expected_version=version, address=address))

        assert refused.code == code

    def test_of_no_printer_is_not_found(self, ctx: Context) -> None:
        with pytest.raises(NotFound):
            commands.correct_access(ctx, printer_id=uuid4(), expected_version=1, address=NEW)
