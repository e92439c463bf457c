"""When several printers fail together: is there one cause behind it? Pure: signs and the place go in, what they have in common comes out.

Printers on one circuit are expected to fail together, so three of them (or half of a small one) are enough. Of printers that share only the
building so many must fail at once that chance does not explain it. Where nothing was at work, nothing has failed: a shop that switches its idle
printers off at closing time finds no incident in the morning.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

WINDOW = timedelta(seconds=90)
"""How far apart signs of one cause may be: machines are asked in turn, and are called silent only after a while."""

LEAST = 3
"""So many printers at once are one cause, on a circuit."""

SHARE = 0.5
"""Of a circuit with fewer printers, this much of it (and at least two)."""

SITE_SHARE = 0.05
"""Of a whole site at least this much, and never fewer than ``LEAST``: among a thousand printers three fall silent by chance."""

CIRCUIT, NETWORK, SERVER_GAP = "circuit", "network", "server_gap"


@dataclass(frozen=True, slots=True)
class Sign:
    """A printer that went silent, or whose print was lost, at a moment.

    Args:
        printer_id: Which.
        at: When.
        lost_power: The machine itself says so, it had restarted.
        lost_print: A print of ours ended by it.
        was_idle: Nothing was at work on it, ours or not.
    """

    printer_id: UUID
    at: datetime
    lost_power: bool = False
    lost_print: bool = False
    was_idle: bool = False


@dataclass(frozen=True, slots=True)
class Common:
    """What several printers have in common.

    Args:
        kind: ``circuit``, ``network`` or ``server_gap``.
        circuit_id: Which circuit; None: the whole site.
        signs: The first sign of each printer, in the order of time.
        out_of: How many printers there are on that circuit, or at the site.
    """

    kind: str
    circuit_id: UUID | None
    signs: tuple[Sign, ...]
    out_of: int

    @property
    def began_at(self) -> datetime:
        """The first sign."""
        return self.signs[0].at

    @property
    def until(self) -> datetime:
        """The last one."""
        return self.signs[-1].at

    @property
    def lost_power(self) -> bool:
        """Is it a power cut, as far as can be told? Printers of one circuit that fall silent together have most likely lost it."""
        return self.circuit_id is not None or any(sign.lost_power for sign in self.signs)


def common_cause(
    signs: Iterable[Sign], circuit_of: Mapping[UUID, UUID | None], *, at: datetime, watching_since: datetime | None = None
) -> list[Common]:
    """Return what the printers with a sign around ``at`` have in common; nothing: each is a matter of its own.

    Args:
        signs: What was seen.
        circuit_of: Every printer of the site, and its circuit.
        at: The sign that is looked at.
        watching_since: Since when somebody watched the printers; signs right after that say that nobody did before.
    """
    around = [sign for sign in signs if abs(sign.at - at) <= WINDOW and sign.printer_id in circuit_of]
    at_work = {sign.printer_id for sign in around if not sign.was_idle}
    near = _first_of_each(around)
    on: dict[UUID, list[Sign]] = {}
    for sign in near:
        if (circuit := circuit_of[sign.printer_id]) is not None:
            on.setdefault(circuit, []).append(sign)
    sizes = {circuit: sum(one == circuit for one in circuit_of.values()) for circuit in on}
    struck = {circuit: found for circuit, found in on.items() if _is_much(len(found), sizes[circuit])}
    elsewhere = [sign for sign in near if circuit_of[sign.printer_id] not in struck]
    is_everywhere = len(elsewhere) >= least_at_site(len(circuit_of)) or len(struck) > 1
    if is_everywhere:
        common = [Common(_kind(near, watching_since), None, tuple(near), len(circuit_of))]
    else:
        common = [Common(CIRCUIT, circuit, tuple(found), sizes[circuit]) for circuit, found in struck.items()]
    return [one for one in common if any(sign.printer_id in at_work for sign in one.signs)]


def least_at_site(printers: int) -> int:
    """Return how many of so many printers must fail together, wherever they hang, to be one cause."""
    return max(LEAST, math.ceil(printers * SITE_SHARE))


def _first_of_each(signs: Iterable[Sign]) -> list[Sign]:
    first: dict[UUID, Sign] = {}
    for sign in sorted(signs, key=lambda one: (one.at, not one.lost_power)):
        first.setdefault(sign.printer_id, sign)
    return list(first.values())


def _is_much(hit: int, out_of: int) -> bool:
    return hit >= LEAST or (hit >= 2 and hit >= out_of * SHARE)


def _kind(signs: Sequence[Sign], watching_since: datetime | None) -> str:
    if any(sign.lost_power for sign in signs):
        return CIRCUIT
    if watching_since is not None and timedelta(0) <= signs[0].at - watching_since <= WINDOW:
        return SERVER_GAP
    return NETWORK
