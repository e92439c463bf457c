"""Trying a connection before a printer is added: what answers, how far it lets us in, what fixes the rest. Only asks; starts and stops nothing."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from apps.fleet.domain.observation import Observation

from . import DRIVERS
from .address import Address
from .contract import Driver
from .errors import BadAddress, MachineError, Unreachable
from .moonraker import Moonraker

if TYPE_CHECKING:
    from .recognition import Recognised

PATIENCE_S = 10.0
"""After this long without an answer the likely cause is said."""


class Stage(StrEnum):
    """How far a test came, in order."""

    ADDRESS = "address"
    ANSWERS = "answers"
    SERVER = "server"
    ACCESS = "access"
    STATE = "state"


_FAILS_AT = {
    "bad_address": Stage.ADDRESS,
    "unreachable": Stage.ANSWERS,
    "timeout": Stage.ANSWERS,
    "not_understood": Stage.SERVER,
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
        kind: The kind of printer this is, as the record says it; empty: not one farmos speaks with.
        seen: What the machine is doing now, once it let us in.
        our_address: This computer, as the printer sees it; empty: not known.
        why: What the network says of a connection that failed (``Unreachable.why``).
    """

    address: str
    failed_at: Stage | None = None
    trouble: str = ""
    message: str = ""
    software: str = ""
    kind: str = ""
    seen: Observation | None = None
    our_address: str = ""
    why: str = ""

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


def diagnose_all(
    asked: Sequence[tuple[str, str]], *, patience_s: float = 5.0, whole_s: float = 20.0, at_once: int = 32
) -> list[Diagnosis | None]:
    """Try many connections side by side and return what came of each, in order; None for those that were not reached within ``whole_s``.

    Args:
        asked: Address and key of each.
        patience_s: Seconds for one machine.
        whole_s: Seconds for all together.
        at_once: How many are tried at the same time.
    """
    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(_ask_all(asked, patience_s, whole_s, at_once))
    finally:
        loop.close()  # unlike ``asyncio.run``, this waits for no name that is still being looked up


async def _ask_all(asked: Sequence[tuple[str, str]], patience_s: float, whole_s: float, at_once: int) -> list[Diagnosis | None]:
    turns = asyncio.Semaphore(at_once)
    answers: list[Diagnosis | None] = [None] * len(asked)

    async def ask(number: int, address: str, api_key: str) -> None:
        try:
            parsed = Address.parse(address)
        except BadAddress as problem:
            answers[number] = Diagnosis("", Stage.ADDRESS, problem.trouble, str(problem))
            return
        async with turns:
            answers[number] = await _ask(parsed, api_key, patience_s)

    with suppress(TimeoutError):
        async with asyncio.timeout(whole_s):
            await asyncio.gather(*(ask(number, *one) for number, one in enumerate(asked)))
    return answers


async def _ask(address: Address, api_key: str, patience_s: float) -> Diagnosis:
    from .recognition import recognise

    ours = _our_address(address)
    found: Recognised | None = None
    try:
        async with asyncio.timeout(patience_s):
            found = await recognise(address, api_key=api_key, timeout_s=patience_s / 2)
            if found is not None and not found.kind:
                return Diagnosis(address.url, Stage.SERVER, "not_understood", software=found.software, our_address=ours)
            kind = found.kind if found is not None else ""
            async with DRIVERS[kind or Moonraker.kind](address.url, api_key=api_key, timeout_s=patience_s) as machine:
                return await _looked_at(machine, kind, ours)
    except MachineError as problem:
        why = problem.why if isinstance(problem, Unreachable) else ""
        stage = Stage.SERVER if why == "gateway" else _FAILS_AT.get(problem.trouble, Stage.STATE)
        software, kind = (found.software, found.kind) if found is not None else ("", "")
        return Diagnosis(address.url, stage, problem.trouble, str(problem)[:300], software, kind, our_address=ours, why=why)
    except TimeoutError:
        return Diagnosis(address.url, Stage.ANSWERS, "timeout", our_address=ours)


async def _looked_at(machine: Driver, kind: str, ours: str) -> Diagnosis:
    software = (await machine.identify())[:80]
    seen, at = await machine.observe(), machine.address.url
    if seen.reachable and seen.access_ok:
        return Diagnosis(at, software=software, kind=kind or machine.kind, seen=seen, our_address=ours)
    return Diagnosis(at, _FAILS_AT.get(seen.trouble, Stage.STATE), seen.trouble, seen.message, software, kind, our_address=ours)


def _our_address(address: Address) -> str:
    """Return this computer's own address towards the printer. Sends nothing: a datagram socket only chooses its route."""
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect((address.host, address.port))
            return str(probe.getsockname()[0])
    except OSError:
        return ""
