"""Addresses of machines in one spelling, so that one machine is one printer and no address means another host than it shows.

Which hosts farmos speaks to at all is judged where it connects (``drivers/address.py``).
"""

from __future__ import annotations

import re
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from urllib.parse import SplitResult, urlsplit

LONGEST = 300
PORTS = {"http": 80, "https": 443}

_PLAIN = re.compile(r"[\x21-\x7e]+")
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")


class UnusableAddress(ValueError):
    """An address that cannot be a machine's; says why in plain words."""


def normal_address(text: str) -> str:
    """Return the one spelling of a machine's address, ``http://192.168.1.20:7125``: lower case, with scheme and port.

    Raises:
        UnusableAddress: it is not an http or https address, has no usable host or port, or carries a name, password, path or query.
    """
    text = text.strip()
    if len(text) > LONGEST:
        raise UnusableAddress(f"is longer than {LONGEST} characters")
    if not _PLAIN.fullmatch(text) or "\\" in text:
        raise UnusableAddress("is not an address such as http://192.168.1.20:7125")
    try:
        parts = urlsplit(text if "://" in text else f"http://{text}")
        port = parts.port
    except ValueError:
        raise UnusableAddress("has an unusable host or port") from None
    if parts.scheme not in PORTS:
        raise UnusableAddress("must begin with http:// or https://")
    if "@" in parts.netloc:
        raise UnusableAddress("must not hold a name or password; the key has a field of its own")
    if parts.path not in ("", "/") or "?" in text or "#" in text:
        raise UnusableAddress("must end after host and port")
    if port == 0 or parts.netloc.endswith(":"):
        raise UnusableAddress("has an unusable host or port")
    return f"{parts.scheme}://{_host(parts)}:{port or PORTS[parts.scheme]}"


def _host(parts: SplitResult) -> str:
    host = (parts.hostname or "").lower().removesuffix(".")
    if parts.netloc.startswith("["):
        return f"[{_number(IPv6Address, host)}]"
    labels = host.split(".")
    if _NUMBER.fullmatch(labels[-1]):  # then every client reads it as an IPv4 address, in whatever notation
        return _number(IPv4Address, host)
    if len(host) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise UnusableAddress("has an unusable host or port")
    return host


def _number(kind: type[IPv4Address] | type[IPv6Address], host: str) -> str:
    try:
        found = kind(host)
    except AddressValueError:
        raise UnusableAddress("has an unusable host or port") from None
    if isinstance(found, IPv6Address) and found.scope_id:
        raise UnusableAddress("names a network card of one computer")
    return str(found)
