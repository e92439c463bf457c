"""Looking for printers: a real announcer is found, and what announces another's address is left out."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from zeroconf import ServiceInfo, Zeroconf

from apps.fleet.drivers.discovery import SERVICES, Found, Look, NoMulticast, look_around, read
from apps.fleet.states import ConnectorKind
from tests.runs.floor import PATIENCE_S, until

LOOPBACK = ("127.0.0.1",)
OURS = f"{os.getpid()}-{os.urandom(4).hex()}"
"""Part of every name announced here: others on this computer may run these tests too, and everybody on loopback hears everybody."""

NUMBER = ".".join(map(str, (127, *(1 + one % 250 for one in os.urandom(3)))))
"""An address of this computer that they do not announce: of each only the first who does is told of."""

MOONRAKER, OCTOPRINT = SERVICES


def service(kind: str, name: str, *addresses: str, port: int = 7125) -> ServiceInfo:
    packed = [socket.inet_pton(socket.AF_INET6 if ":" in one else socket.AF_INET, one) for one in addresses]
    return ServiceInfo(kind, f"{name}.{kind}", addresses=packed, port=port, server=f"{name}.local.")


@pytest.fixture(scope="module")
def announcer() -> Iterator[Zeroconf]:
    try:
        speaking = Zeroconf(interfaces=list(LOOPBACK))
        speaking.register_service(service(MOONRAKER, f"voron-05-{OURS}", NUMBER))
        speaking.register_service(service(OCTOPRINT, f"ender-14-{OURS}", NUMBER, port=5000))
        speaking.register_service(service(MOONRAKER, f"elsewhere-{OURS}", "203.0.113.9"))
    except OSError as problem:
        pytest.skip(f"multicast on loopback is not possible here: {problem}")
    yield speaking
    speaking.close()


@pytest.mark.usefixtures("announcer")
class TestLooking:
    def test_finds_who_announces_and_is_done_by_itself(self) -> None:
        announced = {
            Found(f"voron-05-{OURS}", f"http://{NUMBER}:7125", ConnectorKind.MOONRAKER),
            Found(f"ender-14-{OURS}", f"http://{NUMBER}:5000", ConnectorKind.OCTOPRINT),
        }

        def heard_all() -> Look | None:
            look = looking.submit(look_around, interfaces=LOOPBACK).result(PATIENCE_S)
            return look if announced <= set(look.found) and look.left_out else None

        with ThreadPoolExecutor(1) as looking:
            look = until(heard_all, "all who announce themselves to be heard within one look")

        assert f"elsewhere-{OURS}" not in [one.name for one in look.found]


class TestWhatIsRead:
    @pytest.mark.parametrize("address", ["203.0.113.9", "8.8.8.8", "169.254.169.254", "224.0.0.1", "0.0.0.0", "fe80::1", "2001:4860::1"])  # noqa: S104
    def test_leaves_out_what_is_on_no_private_network(self, address: str) -> None:
        look = read([(MOONRAKER, service(MOONRAKER, "x", address))])

        assert (look.found, look.left_out) == ((), 1)

    @pytest.mark.parametrize("address", ["127.0.0.1", "127.9.9.9", "::1"])
    def test_leaves_out_this_computer_when_the_network_was_asked(self, address: str) -> None:
        """Anybody on the network can announce it, and would have farmos ask programs that only this computer can reach."""
        assert read([(MOONRAKER, service(MOONRAKER, "x", address, port=6379))]).left_out == 1
        assert read([(MOONRAKER, service(MOONRAKER, "x", address))], interfaces=LOOPBACK).left_out == 0

    def test_takes_the_first_address_a_printer_can_have(self) -> None:
        look = read([(MOONRAKER, service(MOONRAKER, "x", "169.254.1.1", "192.168.1.35", "fd00::5"))])

        assert [one.address for one in look.found] == ["http://192.168.1.35:7125"]

    def test_writes_a_machine_that_announces_twice_once(self) -> None:
        twice = [(MOONRAKER, service(MOONRAKER, name, "192.168.1.35")) for name in ("a", "b")]

        assert [one.name for one in read(twice).found] == ["a"]

    def test_leaves_out_a_port_that_is_none(self) -> None:
        assert read([(MOONRAKER, service(MOONRAKER, "x", "192.168.1.35", port=0))]).left_out == 1


class TestWithoutMulticast:
    @pytest.mark.filterwarnings(
        "ignore::pytest.PytestUnraisableExceptionWarning"
    )  # zeroconf leaves its socket to the collector when it fails
    def test_says_so(self) -> None:
        with pytest.raises(NoMulticast):
            look_around(interfaces=("192.0.2.250",), seconds=0.1)
