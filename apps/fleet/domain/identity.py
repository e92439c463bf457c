"""Which machine is it? What a machine says that another one would not say, and whether two such sayings can be of one machine.

Addresses are no identity: a router gives them away anew. Nothing here proves more than it can: a machine that says nothing of itself is nobody else.
What is stable, and what is not, is in ``docs/decisions/identity.md``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

LONGEST = 64
MOST_CARDS = 8
_NOT_A_SERIAL = re.compile(r"[0 -]*")
_NETWORK_CARD = re.compile(r"([0-9a-f]{2}:){5}[0-9a-f]{2}")
_MADE_UP = 0x02
"""The bit of a hardware address that says: no maker gave it, software did (bridges, containers)."""


@dataclass(frozen=True, slots=True)
class MachineIdentity:
    """What a machine says of itself. Each may be empty: not every machine says everything.

    Args:
        board: The serial number of its computer. Stays with the hardware.
        cards: The hardware addresses of its network cards that are in use. They change with the adapter, or from cable to WLAN.
        install: The id of the installation. Stays while the memory card does; a copied card has the same.
        name: What it calls itself. For people: many printers have the same, and anybody may change it.
    """

    board: str = ""
    cards: tuple[str, ...] = ()
    install: str = ""
    name: str = ""

    @classmethod
    def of(cls, *, board: str = "", cards: Iterable[str] = (), install: str = "", name: str = "") -> Self:
        """Return it as far as what was said can be used: in one spelling, of bounded length, without serial numbers that are none."""
        return cls(
            board=_spelled(board),
            cards=tuple(sorted(filter(_is_of_a_maker, {card.strip().lower() for card in cards})))[:MOST_CARDS],
            install=_spelled(install),
            name=name.strip()[:LONGEST],
        )

    @classmethod
    def kept(cls, found: Mapping[str, Any]) -> Self:
        """Return what ``as_kept`` made."""
        return cls(str(found.get("board", "")), tuple(found.get("cards", ())), str(found.get("install", "")), str(found.get("name", "")))

    def as_kept(self) -> dict[str, Any]:
        """Return it as JSON values, without what is empty."""
        said = {"board": self.board, "cards": list(self.cards), "install": self.install, "name": self.name}
        return {what: value for what, value in said.items() if value}

    @property
    def says_something(self) -> bool:
        """Is there anything by which it could be told from others?"""
        return bool(self.board or self.cards or self.install)


def is_another(known: MachineIdentity, seen: MachineIdentity) -> bool:
    """Does what was ``seen`` contradict what is ``known``? What only one of them says contradicts nothing.

    Network cards count only where no serial number says more: they are the first thing to be replaced.
    """
    if known.board and seen.board:
        return known.board != seen.board or _differ(known.install, seen.install)
    return _differ(known.install, seen.install) or bool(known.cards and seen.cards and not set(known.cards) & set(seen.cards))


def is_the_same(known: MachineIdentity, seen: MachineIdentity) -> bool:
    """Is it as good as certain that both are of one machine, or of one that was copied? Something agrees, and nothing contradicts."""
    agrees = (known.board and known.board == seen.board) or (known.install and known.install == seen.install)
    return not is_another(known, seen) and bool(agrees or set(known.cards) & set(seen.cards))


def completed(known: MachineIdentity, seen: MachineIdentity) -> MachineIdentity:
    """Return ``known`` with what only ``seen`` says."""
    return replace(
        known,
        board=known.board or seen.board,
        cards=known.cards or seen.cards,
        install=known.install or seen.install,
        name=known.name or seen.name,
    )


def _is_of_a_maker(card: str) -> bool:
    return bool(_NETWORK_CARD.fullmatch(card)) and not int(card[:2], 16) & _MADE_UP and bool(card.strip("0:"))


def _differ(one: str, other: str) -> bool:
    return bool(one and other and one != other)


def _spelled(said: str) -> str:
    told = said.strip().lower()[:LONGEST]
    return "" if _NOT_A_SERIAL.fullmatch(told) else told
