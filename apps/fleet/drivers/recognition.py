"""Telling what answers at an address, by questions that change nothing. Each kind is known by something the others do not say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from apps.fleet.domain.observation import text

from .address import Address
from .errors import MachineError, NotUnderstood
from .moonraker import Moonraker
from .octoprint import OctoPrint
from .octoprint.reading import OCTOPRINT_ITSELF
from .octoprint.starting import is_starting
from .web import Web, parse, read_bounded


@dataclass(frozen=True, slots=True)
class Recognised:
    """What answers: the kind of driver it needs (empty: farmos has none), its name and version, and whether it let us in."""

    kind: str
    software: str
    lets_in: bool = True


async def recognise(address: Address, *, api_key: str = "", timeout_s: float = 5.0) -> Recognised | None:
    """Return what answers at ``address``, None when nothing does or it says nothing we know. Never raises for trouble of the machine."""
    try:
        async with Web(address, api_key, timeout_s) as web:
            try:
                return await _moonraker(web) or await _octoprint(web)
            except NotUnderstood:
                return Recognised(OctoPrint.kind, OctoPrint.server) if await is_starting(web) else None
    except MachineError:
        return None


async def _moonraker(web: Web) -> Recognised | None:
    status, said = await _ask(web, "/server/info")
    result, error = _part(said, "result"), _part(said, "error")
    if status == 200 and "klippy_state" in result:
        return Recognised(Moonraker.kind, f"Moonraker {text(result.get('moonraker_version'))[:40]}".strip())
    if status == 401 and error.get("code") == 401:
        return Recognised(Moonraker.kind, "Moonraker", lets_in=False)
    return None


async def _octoprint(web: Web) -> Recognised | None:
    status, said = await _ask(web, "/api/version")
    name = text(said.get("text"))[:60]
    if status == 200 and OCTOPRINT_ITSELF.fullmatch(name):
        return Recognised(OctoPrint.kind, name)
    if status == 403 and isinstance(said.get("error"), str):
        return Recognised(OctoPrint.kind, "OctoPrint", lets_in=False)
    return Recognised("", name) if status == 200 and name else None


async def _ask(web: Web, path: str) -> tuple[int, dict[str, Any]]:
    async with web.request("GET", path) as response:
        body = await read_bounded(response.content)
    try:
        return response.status, parse(body)
    except MachineError:
        return response.status, {}


def _part(said: dict[str, Any], name: str) -> dict[str, Any]:
    found = said.get(name)
    return found if isinstance(found, dict) else {}
