"""``fleet.accept_machine``: what answers is this printer."""

from __future__ import annotations

import pytest

from apps.fleet import commands, queries
from apps.fleet.states import Connection, PrinterWait
from apps.journal.context import Context
from apps.journal.refusals import StaleVersion
from tests.factories.fleet import make_occupied_printer, make_printer
from tests.fleet.two_machines import AT_3, NOTED, V3, V7, answers_as, now
from tests.recorded import event_types, refusal_of

pytestmark = pytest.mark.django_db(transaction=True)


class TestAccepting:
    def test_makes_what_answers_the_printer(self, ctx: Context) -> None:
        printer = make_printer(machine=V3, address=AT_3, **NOTED, **answers_as(V7))

        commands.accept_machine(ctx, printer_id=printer.pk, expected_version=1, reason="New mainboard since Monday")

        found = now(printer)
        assert (found.identity.board, found.connection, found.other_machine) == ("bb22", Connection.UNKNOWN, None)
        assert (found.machine_note, found.machine_noted_by) == ("New mainboard since Monday", ctx.actor.who)
        assert event_types() == ["MachineAccepted", "PrinterStateChanged"]

    def test_of_a_copied_card_confirms_what_is_known(self, ctx: Context) -> None:
        printer, _twin = make_printer(machine=V3, **NOTED), make_printer(machine=V3, **NOTED)

        commands.accept_machine(ctx, printer_id=printer.pk, expected_version=1, reason="Copied card")

        assert (now(printer).machine, now(printer).connection, now(printer).machine_note) == (V3, Connection.ONLINE, "Copied card")
        assert event_types() == ["MachineAccepted"]

    def test_asks_for_a_reason(self, ctx: Context) -> None:
        printer = make_printer(machine=V3, **NOTED, **answers_as(V7))

        assert refusal_of(lambda: commands.accept_machine(ctx, printer_id=printer.pk, expected_version=1, reason=" ")).code == "invalid"
        assert now(printer).machine == V3

    def test_of_yet_another_machine_than_was_seen_is_refused(self, ctx: Context) -> None:
        printer = make_printer(machine=V3, **NOTED, **answers_as(V7))
        third = {"board": "cc33"}
        commands.observe_connection(ctx, printer_id=printer.pk, reachable=True, klippy_state="ready", machine=third)

        with pytest.raises(StaleVersion):
            commands.accept_machine(ctx, printer_id=printer.pk, expected_version=1, reason="New board")

    def test_without_any_is_refused(self, ctx: Context) -> None:
        printer = make_printer()

        refused = refusal_of(lambda: commands.accept_machine(ctx, printer_id=printer.pk, expected_version=1, reason="It is"))

        assert refused.code == "machine-unknown"


class TestAnotherMachineAtAnAddress:
    def test_keeps_starts_back_in_words(self) -> None:
        assert queries.waits(make_printer(machine=V3, **NOTED, **answers_as(V7))) == [PrinterWait.OTHER_MACHINE]

    def test_lets_the_address_be_corrected_while_an_attempt_is_open(self, ctx: Context) -> None:
        printer = make_occupied_printer(machine=V3, address=AT_3, **NOTED, **answers_as(V7))

        commands.correct_access(ctx, printer_id=printer.pk, expected_version=1, address="http://192.168.1.99:7125", api_key="")

        assert now(printer).address == "http://192.168.1.99:7125"
        assert now(printer).current_run_id == printer.current_run_id
