"""``fleet.observe_connection``: does it answer?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, ClassVar
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.fleet import commands
from apps.fleet.commands.observing import _judged
from apps.fleet.models import Printer
from apps.fleet.states import Connection
from apps.journal.context import Context
from apps.journal.refusals import NotFound
from tests.factories.context import NOW
from tests.factories.fleet import make_printer
from tests.recorded import event_types, the_event

pytestmark = pytest.mark.django_db(transaction=True)

READY: dict[str, Any] = {"reachable": True, "klippy_state": "ready"}


class TestObserving:
    @pytest.mark.parametrize(
        ("seen", "connection", "code"),
        [
            (READY, Connection.ONLINE, "ready"),
            ({"reachable": False, "klippy_state": "ready"}, Connection.OFFLINE, "silent"),
            ({"reachable": True, "access_ok": False, "klippy_state": "ready"}, Connection.MISCONFIGURED, "access-rejected"),
            ({"reachable": True, "klippy_state": "startup"}, Connection.UNKNOWN, "firmware-startup"),
            ({"reachable": True, "klippy_state": "shutdown"}, Connection.UNKNOWN, "firmware-shutdown"),
            ({"reachable": True}, Connection.UNKNOWN, "firmware-unknown"),
        ],
    )
    def test_says_how_the_printer_is_reached_and_why(self, ctx: Context, seen: dict[str, Any], connection: str, code: str) -> None:
        before = Connection.ONLINE if connection != Connection.ONLINE else Connection.OFFLINE
        printer = make_printer(connection=before, connection_since=NOW - timedelta(hours=1))

        commands.observe_connection(ctx, printer_id=printer.pk, evidence={"message": "as seen"}, **seen)

        found = Printer.objects.get(pk=printer.pk)
        assert (found.connection, found.connection_since) == (connection, NOW)
        assert (found.connection_evidence["code"], found.connection_evidence["message"]) == (code, "as seen")
        data, subjects = the_event("PrinterStateChanged")
        assert (data["fact"], data["from_state"], data["to_state"], data["reason"]) == ("connection", before, connection, code)
        assert subjects == {("printer", printer.pk)}

    def test_the_same_again_writes_nothing(self, ctx_factory: Callable[..., Context]) -> None:
        printer = make_printer(connection=Connection.UNKNOWN)
        commands.observe_connection(ctx_factory(), printer_id=printer.pk, **READY)
        version = Printer.objects.get(pk=printer.pk).version

        commands.observe_connection(ctx_factory(), printer_id=printer.pk, **READY)

        assert Printer.objects.get(pk=printer.pk).version == version
        assert event_types() == ["PrinterStateChanged"]

    def test_another_reason_for_the_same_keeps_since_when(self, ctx_factory: Callable[..., Context]) -> None:
        printer = make_printer()
        commands.observe_connection(ctx_factory(), printer_id=printer.pk, reachable=True, klippy_state="startup")

        later = ctx_factory(now=NOW + timedelta(minutes=5))
        commands.observe_connection(later, printer_id=printer.pk, reachable=True, klippy_state="error")

        found = Printer.objects.get(pk=printer.pk)
        assert (found.connection, found.connection_since, found.connection_evidence["code"]) == ("UNKNOWN", NOW, "firmware-error")

    def test_silence_keeps_when_it_was_last_heard(self, ctx_factory: Callable[..., Context]) -> None:
        printer = make_printer(last_seen_at=NOW - timedelta(hours=1))

        commands.observe_connection(ctx_factory(), printer_id=printer.pk, reachable=False, seen_at=NOW - timedelta(minutes=2))

        assert Printer.objects.get(pk=printer.pk).last_seen_at == NOW - timedelta(minutes=2)

    def test_a_printer_that_left_writes_nothing(self, ctx: Context) -> None:
        printer = make_printer(retired_at=NOW)

        commands.observe_connection(ctx, printer_id=printer.pk, reachable=False)

        assert event_types() == []

    def test_no_printer_is_not_found(self, ctx: Context) -> None:
        with pytest.raises(NotFound):
            commands.observe_connection(ctx, printer_id=uuid4(), reachable=True)


class TestWhateverIsSeen:
    @given(st.booleans(), st.booleans(), st.text(max_size=20))
    def test_only_a_ready_machine_that_lets_us_in_is_online(self, reachable: bool, access_ok: bool, klippy_state: str) -> None:
        connection, code = _judged(reachable=reachable, access_ok=access_ok, klippy_state=klippy_state)

        assert (connection == Connection.ONLINE) == (reachable and access_ok and klippy_state == "ready")
        assert code


class TestWhichMachineItIs:
    V3: ClassVar = {"board": "aa11", "install": "0003", "name": "voron-3"}

    def test_is_noted_when_it_first_says_so(self, ctx: Context) -> None:
        printer = make_printer(connection=Connection.UNKNOWN)

        commands.observe_connection(ctx, printer_id=printer.pk, machine=self.V3, **READY)

        found = Printer.objects.get(pk=printer.pk)
        assert (found.machine, found.machine_noted_at, found.machine_noted_by) == (self.V3, NOW, ctx.actor.who)
        assert event_types() == ["MachineNoted", "PrinterStateChanged"]

    def test_is_added_to_and_never_replaced(self, ctx_factory: Callable[..., Context]) -> None:
        printer = make_printer(machine={"install": "0003"}, machine_noted_at=NOW, machine_noted_by="service:tests")

        for machine in (self.V3, {"install": "0003", "name": "renamed"}, {}):
            commands.observe_connection(ctx_factory(), printer_id=printer.pk, machine=machine, **READY)

        assert Printer.objects.get(pk=printer.pk).machine == self.V3

    def test_of_another_one_nothing_counts_and_it_was_not_heard(self, ctx_factory: Callable[..., Context]) -> None:
        before = NOW - timedelta(hours=1)
        printer = make_printer(machine=self.V3, machine_noted_at=NOW, machine_noted_by="service:tests", last_seen_at=before)

        for _again in range(2):
            commands.observe_connection(ctx_factory(), printer_id=printer.pk, machine={"board": "bb22", "name": "voron-7"}, **READY)

        found = Printer.objects.get(pk=printer.pk)
        assert (found.connection, found.last_seen_at, found.machine) == (Connection.MISCONFIGURED, before, self.V3)
        assert found.other_machine is not None
        assert found.other_machine.name == "voron-7"
        assert event_types() == ["PrinterStateChanged"], "told once"

    def test_back_again_is_online(self, ctx_factory: Callable[..., Context]) -> None:
        printer = make_printer(machine=self.V3, machine_noted_at=NOW, machine_noted_by="service:tests")
        for machine in ({"board": "bb22"}, self.V3):
            commands.observe_connection(ctx_factory(), printer_id=printer.pk, machine=machine, **READY)

        assert Printer.objects.get(pk=printer.pk).connection == Connection.ONLINE
