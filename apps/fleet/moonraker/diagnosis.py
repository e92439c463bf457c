"""Trying a connection before a printer is added: what was reached, what was not, and what would fix it. Only asks; starts and stops nothing."""

from __future__ import annotations

import asyncio
import socket
from dataclasses import dataclass
from enum import StrEnum

from apps.fleet.domain.observation import Observation

from .address import Address
from .client import Moonraker
from .errors import BadAddress, MachineError

PATIENCE_S = 10.0
"""After this long without an answer the likely cause is said."""


class Stage(StrEnum):
    """How far a test came, in order."""

    ADDRESS = "address"
    ANSWERS = "answers"
    MOONRAKER = "moonraker"
    ACCESS = "access"
    STATE = "state"


_FAILS_AT = {
    "bad_address": Stage.ADDRESS,
    "unreachable": Stage.ANSWERS,
    "timeout": Stage.ANSWERS,
    "not_moonraker": Stage.MOONRAKER,
    "access": Stage.ACCESS,
}


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What came of a test.

    Args:
        address: As it was understood; empty: it is no address.
        failed_at: The stage that failed; None: everything is as it should be.
        trouble: The code of what went wrong.
        message: In the words of whoever said it.
        software: Name and version of what answered.
        seen: What the machine is doing now, once it let us in.
        our_address: This computer, as the printer sees it; empty: not known.
    """

    address: str
    failed_at: Stage | None = None
    trouble: str = ""
    message: str = ""
    software: str = ""
    seen: Observation | None = None
    our_address: str = ""

    @property
    def passed(self) -> tuple[Stage, ...]:
        """The stages that were passed."""
        stages = tuple(Stage)
        return stages if self.failed_at is None else stages[: stages.index(self.failed_at)]


def diagnose(address: str, *, api_key: str = "", patience_s: float = PATIENCE_S) -> Diagnosis:
    """Try the connection and return what came of it. Never raises for trouble of the machine or the address."""
    try:
        parsed = Address.parse(address)
    except BadAddress as problem:
        return Diagnosis("", Stage.ADDRESS, problem.trouble, str(problem))
    return asyncio.run(_ask(parsed, api_key, patience_s))


async def _ask(address: Address, api_key: str, patience_s: float) -> Diagnosis:
    ours = _our_address(address)
    try:
        async with asyncio.timeout(patience_s), Moonraker(address.url, api_key=api_key, timeout_s=patience_s) as machine:
            info = await machine.server_info()
            seen = await machine.observe()
    except MachineError as problem:
        stage = _FAILS_AT.get(problem.trouble, Stage.STATE)
        return Diagnosis(address.url, stage, problem.trouble, str(problem)[:300], our_address=ours)
    except TimeoutError:
        return Diagnosis(address.url, Stage.ANSWERS, "timeout", our_address=ours)
    software = f"Moonraker {info.get('moonraker_version') or ''}".strip()[:80]
    if not (seen.reachable and seen.access_ok):
        return Diagnosis(address.url, _FAILS_AT.get(seen.trouble, Stage.STATE), seen.trouble, seen.message, software, our_address=ours)
    return Diagnosis(address.url, software=software, seen=seen, our_address=ours)


def _our_address(address: Address) -> str:
    """Return this computer's own address towards the printer. Sends nothing: a datagram socket only chooses its route."""
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect((address.host, address.port))
            return str(probe.getsockname()[0])
    except OSError:
        return ""
