"""Looking for printers on the network by multicast DNS: Moonraker and OctoPrint announce themselves. Only when a person asks, for a few seconds.

What is found is a stranger's word: it becomes an address that is looked at like one that somebody typed, and only one that is on a private network.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING

from apps.fleet.states import ConnectorKind

from .address import Address, check
from .errors import BadAddress

if TYPE_CHECKING:
    from zeroconf import ServiceInfo, Zeroconf

SERVICES = {"_moonraker._tcp.local.": ConnectorKind.MOONRAKER, "_octoprint._tcp.local.": ConnectorKind.OCTOPRINT}
LISTEN_S = 3.0
"""How long announcements are collected: machines answer within a second, those that sleep within two."""

ASK_MS = 1000
MOST = 200
"""Printers of one look."""

NEAR = tuple(map(ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")))
"""Private networks."""


class NoMulticast(OSError):
    """This computer cannot ask around on its network."""


@dataclass(frozen=True, slots=True)
class Found:
    """A printer that announced itself: what it calls itself, where it says it is, and what it says it runs."""

    name: str
    address: str
    kind: ConnectorKind


@dataclass(frozen=True, slots=True)
class Look:
    """What came of looking: printers by name, and how many announcements named an address that no printer of ours can have."""

    found: tuple[Found, ...]
    left_out: int


def look_around(*, interfaces: Sequence[str] = (), seconds: float = LISTEN_S) -> Look:
    """Ask who is there, wait, and return who answered.

    Args:
        interfaces: This computer's addresses on the networks to ask on; none: all of them.
        seconds: How long to wait for answers; after that each that came is read, for a second at most.

    Raises:
        NoMulticast: the network or this computer does not let us.
    """
    from zeroconf import BadTypeInNameException, InterfaceChoice, ServiceBrowser, Zeroconf

    heard: dict[tuple[str, str], None] = {}

    def note(zeroconf: Zeroconf, service_type: str, name: str, state_change: object) -> None:
        if len(heard) < MOST:
            heard[service_type, name] = None

    try:
        asking = Zeroconf(interfaces=list(interfaces) or InterfaceChoice.All)
    except (OSError, RuntimeError, ValueError) as problem:
        raise NoMulticast(str(problem)) from problem
    infos: list[tuple[str, ServiceInfo]] = []
    try:
        ServiceBrowser(asking, list(SERVICES), handlers=[note])
        time.sleep(seconds)
        until = time.monotonic() + seconds
        for service_type, name in list(heard):
            try:
                info = asking.get_service_info(service_type, name, timeout=ASK_MS if time.monotonic() < until else 1)
            except BadTypeInNameException:
                continue
            if info is not None:
                infos.append((service_type, info))
    finally:
        asking.close()
    return read(infos, interfaces=interfaces)


def read(infos: Sequence[tuple[str, ServiceInfo]], *, interfaces: Sequence[str] = ()) -> Look:
    """Return the printers among announcements, each at the first of its addresses that a printer of ours can have.

    This computer itself is one of them only where nobody else was asked (``interfaces`` are its own, such as 127.0.0.1): a stranger on the network
    who announces it would have us ask programs that only this computer can reach.
    """
    is_only_us = bool(interfaces) and all(ip_address(one).is_loopback for one in interfaces)
    found: dict[str, Found] = {}
    left_out = 0
    for service_type, info in infos:
        address = _address(info.parsed_addresses(), info.port, is_only_us=is_only_us)
        if address is None:
            left_out += 1
            continue
        name = "".join(one for one in info.name.removesuffix(f".{service_type}") if one.isprintable())[:60]
        found.setdefault(address, Found(name, address, SERVICES[service_type]))
    return Look(tuple(sorted(found.values(), key=lambda one: (one.name.casefold(), one.address))), left_out)


def _address(texts: Sequence[str], port: int | None, *, is_only_us: bool) -> str | None:
    for text in texts:
        try:
            number = ip_address(text.partition("%")[0])
            check(number)
            if port and (_is_near(number) or (is_only_us and number.is_loopback)):
                return Address.parse(f"http://[{number}]:{port}" if number.version == 6 else f"http://{number}:{port}").url
        except (ValueError, BadAddress):
            continue
    return None


def _is_near(number: IPv4Address | IPv6Address) -> bool:
    """Nobody outside may send us to a machine of theirs."""
    return any(number in network for network in NEAR)
