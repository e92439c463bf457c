"""Moonraker's way of asking: JSON-RPC over HTTP, uploads, files."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import aiohttp

from apps.fleet.drivers.address import Address
from apps.fleet.drivers.errors import AccessRejected, MachineError, NotUnderstood, Refused
from apps.fleet.drivers.web import Web, parse, read_bounded, refuse_status

UNAUTHORIZED = -32602
"""Moonraker's code for a wrong key, and also JSON-RPC's own for wrong parameters: the words decide."""


class Transport(Web):
    """One session with one Moonraker."""

    def __init__(self, address: Address, api_key: str, timeout_s: float) -> None:
        super().__init__(address, api_key, timeout_s)
        self._ids = count(1)

    async def call(self, method: str, params: dict[str, Any] | None = None, *, timeout_s: float | None = None) -> Any:
        """Call a JSON-RPC method over HTTP and return its result."""
        number = next(self._ids)
        request = {"jsonrpc": "2.0", "method": method, "params": params or {}, "id": number}
        async with self.request("POST", "/server/jsonrpc", timeout_s=timeout_s, json=request) as response:
            refuse_status(response.status)
            body = await read_bounded(response.content)
        return result_of(parse(body), number)

    async def send_file(self, path: str, local: Path, sha256: str, *, timeout_s: float) -> dict[str, Any]:
        """Upload ``local`` as ``path`` below gcodes, without printing it; return Moonraker's answer."""
        folder, _slash, name = path.rpartition("/")
        with local.open("rb") as content:
            form = aiohttp.FormData(quote_fields=False)
            form.add_field("root", "gcodes")
            form.add_field("path", folder)
            form.add_field("checksum", sha256)
            form.add_field("file", content, filename=name, content_type="application/octet-stream")
            async with self.request("POST", "/server/files/upload", timeout_s=timeout_s, data=form) as response:
                body = await read_bounded(response.content)
                if response.status == 201:
                    return parse(body)
        raise _file_refusal(response.status, body)

    async def fetch_file(self, path: str, take: Callable[[bytes], object], *, timeout_s: float) -> int:
        """Hand the bytes of the stored file ``path`` to ``take``, piece by piece; return how many they were."""
        return await self.fetch(f"/server/files/gcodes/{path}", take, refusal=_file_refusal, timeout_s=timeout_s)

    async def remove_file(self, path: str) -> None:
        """Delete the stored file ``path``. Over HTTP there is only this way: the JSON-RPC method is for websockets."""
        async with self.request("DELETE", f"/server/files/gcodes/{path}") as response:
            if response.status != 200:
                raise _file_refusal(response.status, await read_bounded(response.content))


def _file_refusal(status: int, body: bytes) -> MachineError:
    try:
        refuse_status(status, files=True)
    except MachineError as problem:
        return problem
    return Refused(status, said_last(body))


def result_of(reply: dict[str, Any], number: int) -> Any:
    """Return the result in a JSON-RPC reply to request ``number``, or raise its error."""
    if "error" in reply:
        error = reply["error"] if isinstance(reply["error"], dict) else {}
        code, message = error.get("code"), error.get("message")
        raise refusal(code if isinstance(code, int) else 0, message if isinstance(message, str) else "")
    if reply.get("id") != number or "result" not in reply:
        raise NotUnderstood("Its answer belongs to no question of ours.")
    return reply["result"]


def refusal(code: int, message: str) -> MachineError:
    """Return the error that a JSON-RPC error stands for."""
    words = message.lower()
    if code == 401 or (code == UNAUTHORIZED and ("unauthorized" in words or "api key" in words)):
        return AccessRejected("It does not accept our key.")
    return Refused(code, message[:500] or "refused without a reason")


def said_last(body: bytes) -> str:
    """Return the reason in an HTTP error: its message, or the traceback's last line when that only repeats the status."""
    try:
        error = parse(body).get("error")
    except NotUnderstood:
        return "refused without a reason"
    told = error if isinstance(error, dict) else {}
    lines = [line for line in str(told.get("traceback", "")).splitlines() if line.strip()]
    last = lines[-1].partition(": ")[2] if lines else ""
    return (last or str(told.get("message", "")) or "refused without a reason")[:500]
