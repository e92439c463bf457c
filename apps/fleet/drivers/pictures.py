"""Pictures of a machine's cameras. Where a camera is, the machine says, which anybody on its network may have taught: so only at its own host."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from .address import Address
from .contract import Picture
from .errors import BadAddress, MachineError, NotUnderstood, Refused, Unreachable
from .web import GATEWAY_DOWN, Web

LARGEST_PICTURE = 8 * 1024 * 1024

_BEGINS = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}
"""What a picture is goes by its first bytes, not by what its sender calls it."""


async def take(machine: Address, url: str, *, timeout_s: float) -> Picture:
    """Return the picture at ``url``, as ``machine`` named it: relative to its web page (port 80), or at one of its own ports."""
    address, path = place(machine, url)
    content = bytearray()
    async with Web(address, "", timeout_s) as web:
        await web.fetch(path, content.extend, refusal=_refusal, timeout_s=timeout_s, largest=LARGEST_PICTURE)
    for begins, mime in _BEGINS.items():
        if content.startswith(begins):
            return Picture(bytes(content), mime)
    raise NotUnderstood("What the camera sends is no picture.")


def place(machine: Address, url: str) -> tuple[Address, str]:
    """Return where a camera's ``url`` leads, and the path there.

    Raises:
        BadAddress: to another machine, or nowhere.
    """
    host = f"[{machine.host}]" if ":" in machine.host else machine.host
    whole = url if "://" in url else f"{machine.scheme}://{host}/{url.lstrip('/')}"
    try:
        parts = urlsplit(whole)
        named, port = (parts.hostname or "").lower(), f":{parts.port}" if parts.port is not None else ""
    except ValueError as problem:
        raise BadAddress("The camera's address is no address.") from problem
    if not (_is_own(named) or named == machine.host.lower()):
        raise BadAddress(f"The camera is at another machine: {named[:80]}")
    path = parts.path or "/"
    return Address.parse(f"{parts.scheme}://{host}{port}"), f"{path}?{parts.query}" if parts.query else path


def _is_own(host: str) -> bool:
    """Is this a name by which every machine calls itself?"""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _refusal(status: int, _body: bytes) -> MachineError:
    if status in GATEWAY_DOWN:
        return Unreachable(f"The camera does not answer (HTTP {status}).")
    return Refused(status, "The camera gives no picture.")
