"""Which addresses farmos speaks to when somebody types one: printers on the network, and nothing that only pretends to be one.

Printers live on private networks, so those (and loopback, for simulated ones) are allowed. What no printer has is refused: link-local addresses
(where clouds keep their secrets), multicast, unspecified and reserved ones. Names are checked again when they are resolved, at every connection.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

from .errors import BadAddress

DEFAULT_PORTS = {"http": 80, "https": 443}
LONGEST = 300
CLOUD_SECRETS = frozenset(
    {
        *(IPv6Address("fd00:ec2::254"), IPv6Address("fd20:ce::254")),
        *(IPv4Address("100.100.100.200"), IPv4Address("168.63.129.16"), IPv4Address("192.0.0.192")),
    }
)
"""Where clouds keep their secrets outside the link-local addresses."""

TRANSLATED = IPv6Network("64:ff9b::/96")


@dataclass(frozen=True, slots=True)
class Address:
    """Where a Moonraker is."""

    scheme: str
    host: str
    port: int

    @classmethod
    def parse(cls, text: str) -> Address:
        """Read ``http://192.168.1.20:7125``; a missing ``http://`` is added.

        Raises:
            BadAddress: it is not the plain address of a machine.
        """
        whole = text.strip()
        try:
            parts = urlsplit(whole if "://" in whole else f"http://{whole}")
            host, port = parts.hostname or "", parts.port
        except ValueError as problem:
            raise BadAddress(f"{_shown(text)} is not an address: {problem}") from problem
        if len(whole) > LONGEST or any(ord(character) <= 32 or ord(character) > 126 for character in whole):
            raise BadAddress(f"{_shown(text)} has characters that no address has")
        if parts.scheme not in DEFAULT_PORTS:
            raise BadAddress(f"{_shown(text)} must begin with http:// or https://")
        if not host or parts.username is not None or parts.password is not None:
            raise BadAddress(f"{_shown(text)} must name a machine, without user or password")
        if parts.path not in ("", "/") or parts.query or parts.fragment:
            raise BadAddress(f"{_shown(text)} must end after the machine's name and port")
        if (literal := _literal(host)) is not None:
            check(literal)
        return cls(parts.scheme, host, DEFAULT_PORTS[parts.scheme] if port is None else port)

    @property
    def url(self) -> str:
        """The address without a slash at its end."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"


def check(address: str | IPv4Address | IPv6Address) -> None:
    """Refuse numbers that no printer has.

    Raises:
        BadAddress: farmos does not speak to that address.
    """
    try:
        found = ip_address(str(address).partition("%")[0])
    except ValueError as problem:
        raise BadAddress(f"{_shown(str(address))} is not an address") from problem
    if isinstance(found, IPv6Address):
        found = _inside(found) or found
    reserved = found.is_reserved and not found.is_loopback
    if found.is_link_local or found.is_multicast or found.is_unspecified or reserved or found in CLOUD_SECRETS:
        raise BadAddress(f"{found} is not an address a printer can have")


def _inside(address: IPv6Address) -> IPv4Address | None:
    """Return the IPv4 address that an IPv6 one only wraps, if it does."""
    if address in TRANSLATED:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)


def _literal(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _shown(text: str) -> str:
    return repr(text[:80])
