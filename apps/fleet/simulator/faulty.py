"""Faults on the way to a machine, done to HTTP requests."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web

from .errors import RpcError
from .faults import Rule
from .machine import Machine

MACHINE = web.AppKey("machine", Machine)
PHRASES = {400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 422: "Unprocessable Entity"}


async def with_faults(request: web.Request, method: str, work: Callable[[], Awaitable[web.StreamResponse]]) -> web.StreamResponse:
    """Follow an HTTP request, or do to it what the faults say; an error becomes REST's answer."""
    host = request.app[MACHINE]
    await host.awake.wait()
    rule = host.faults.draw(method)
    if rule is None:
        return await _answered(work)
    if rule.kind == "drop":
        return _hang_up(request)
    if rule.kind == "refuse":
        return error_response(RpcError(500, "Internal Server Error"))
    if rule.kind == "delay":
        await host.faults.hold_back(rule)
    response = await _answered(work)
    follow_up(host, rule)
    return _hang_up(request) if rule.kind == "lose_reply" else response


async def _answered(work: Callable[[], Awaitable[web.StreamResponse]]) -> web.StreamResponse:
    try:
        return await work()
    except RpcError as problem:
        return error_response(problem)


def _hang_up(request: web.Request) -> web.StreamResponse:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


def follow_up(host: Machine, rule: Rule) -> None:
    """Restart what the rule says, now that the request was followed."""
    if rule.kind == "restart_klippy" and host.klippy_is_connected:
        host.spawn(host.restart_klippy())
    elif rule.kind == "restart_moonraker":
        host.restart_wanted.set()


def error_response(problem: RpcError) -> web.Response:
    """Return an error as REST has it: the phrase of the status, with the words hidden in a traceback."""
    status = 404 if problem.code == -32601 else problem.code
    words = PHRASES.get(status, "Unknown" if "\n" in problem.message else problem.message)
    trace = f'Traceback (most recent call last):\n  File "/opt/moonraker/app.py", line 1, in work\nServerError: {problem.message}\n'
    return web.json_response({"error": {"code": status, "message": words, "traceback": trace}}, status=status)
