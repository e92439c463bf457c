"""Ports that are held: a server started with one can have it, and nobody else is given it, before that and while the server is away."""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from apps.fleet.simulator.ports import BELOW, FROM, HeldPort
from apps.fleet.simulator.real.moonraker import Moonraker
from apps.fleet.simulator.simulator import Simulator, Wish

HOST = "127.0.0.1"
CONNECTIONS_FROM = 32_768


@pytest.fixture
def held() -> Iterator[HeldPort]:
    port = HeldPort(HOST)
    yield port
    port.release()


def at(port: int, *, shares: bool = False) -> socket.socket:
    """Return a socket at that port; ``shares``: as servers have it, who come back to where they were a moment ago."""
    one = socket.socket()
    try:
        if shares:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        one.bind((HOST, port))
    except BaseException:
        one.close()
        raise
    return one


class TestAHeldPort:
    def test_is_none_that_a_connection_is_given(self, held: HeldPort) -> None:
        assert FROM <= held.number < BELOW < CONNECTIONS_FROM

    def test_is_nobody_elses_until_it_is_let_go(self, held: HeldPort) -> None:
        with pytest.raises(OSError, match="in use"):
            at(held.number)
        held.release()

        at(held.number).close()

    def test_is_answered_at_only_by_the_server_it_is_held_for_which_may_leave_and_come_back(self, held: HeldPort) -> None:
        for _time in range(2):
            with closing(socket.socket()) as early:
                assert early.connect_ex((HOST, held.number)) == errno.ECONNREFUSED
            with closing(at(held.number, shares=True)) as server:
                server.listen()
                with pytest.raises(OSError, match="in use"):
                    at(held.number, shares=True)
                socket.create_connection((HOST, held.number), timeout=60).close()


@pytest.mark.asyncio
class TestASimulator:
    @pytest.mark.parametrize("own_ports", [True, False])
    async def test_has_its_ports_to_itself_while_nothing_answers_there(self, tmp_path: Path, own_ports: bool) -> None:
        async with Simulator(Wish(1, tmp_path, own_ports=own_ports)) as simulator:
            (host,) = simulator.hosts.values()
            address = simulator.describe()["printers"][0]["address"].removeprefix("http://").partition(":")[0]
            await simulator.take_down(host, gracefully=True)
            with closing(socket.socket()) as other, pytest.raises(OSError, match="in use"):
                other.bind((address, host.port))
            await simulator.bring_up(host)


def test_a_moonraker_that_never_started_has_no_address(tmp_path: Path) -> None:
    moonraker = Moonraker(tmp_path, tmp_path / "klippy")
    moonraker.give_up_port()

    assert moonraker.address == "http://127.0.0.1:0"
