"""Which machine answers: what Moonraker says that another one would not. It works while Klippy is down."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any

from apps.fleet.domain.identity import MachineIdentity
from apps.fleet.domain.observation import text
from apps.fleet.drivers.errors import Refused

Ask = Callable[[str, dict[str, Any]], Awaitable[Any]]
"""Asks one method with its parameters."""

INSTALLATION = {"namespace": "moonraker", "key": "instance_id"}
"""Where Moonraker keeps the id it gave itself at its first start; everybody who is let in may read it, nobody may change it."""


async def who(ask: Ask) -> MachineIdentity:
    """Return which machine answers. What it refuses to say, or does not know, stays empty.

    Raises:
        MachineError: it does not answer, or does not let us in.
    """
    asked: tuple[tuple[str, dict[str, Any]], ...] = (
        ("machine.system_info", {}),
        ("server.database.get_item", INSTALLATION),
        ("printer.info", {}),
    )
    answers = await asyncio.gather(*(_said(ask, method, params) for method, params in asked), return_exceptions=True)
    hardware, database, printer = (_or_raise(answer) for answer in answers)  # once all are in: none goes on by itself
    system = _part(hardware, "system_info")
    return MachineIdentity.of(
        board=text(_part(system, "cpu_info").get("serial_number")),
        cards=_cards(_part(system, "network")),
        install=text(database.get("value")),
        name=text(printer.get("hostname")),
    )


def _cards(network: Mapping[str, Any]) -> Iterator[str]:
    for name in network:
        yield text(_part(network, name).get("mac_address"))


async def _said(ask: Ask, method: str, params: dict[str, Any]) -> Mapping[str, Any]:
    try:
        answer = await ask(method, params)
    except Refused:
        return {}
    return answer if isinstance(answer, Mapping) else {}


def _or_raise(answer: Mapping[str, Any] | BaseException) -> Mapping[str, Any]:
    if isinstance(answer, BaseException):
        raise answer
    return answer


def _part(whole: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = whole.get(name)
    return found if isinstance(found, Mapping) else {}
