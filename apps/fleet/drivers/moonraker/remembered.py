"""What Moonraker remembers of a file, whichever way it is asked: over HTTP, or over a websocket that is open anyway."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from apps.fleet.domain import observation
from apps.fleet.domain.observation import FileFacts, HistoryJob
from apps.fleet.drivers.errors import NotUnderstood, Refused

Ask = Callable[[str, dict[str, Any]], Awaitable[Any]]
"""Asks one method with its parameters."""

NOT_FOUND = frozenset({404, -32601})
"""Moonraker's codes for "no such file"; over JSON-RPC it is the code of an unknown method."""

NEWEST_JOBS = 200


async def history(ask: Ask, path: str) -> HistoryJob | None:
    """Return the newest job of ``path`` among the newest ones; None proves nothing, since Moonraker misses some."""
    jobs = mapping(await ask("server.history.list", {"limit": NEWEST_JOBS, "order": "desc"})).get("jobs")
    found = (job for job in jobs if isinstance(job, dict)) if isinstance(jobs, list) else ()
    return next((observation.history_job(job) for job in found if job.get("filename") == path), None)


async def metadata(ask: Ask, path: str) -> FileFacts | None:
    """Return what is known of the stored file ``path``, None when there is none."""
    try:
        return observation.file_facts(mapping(await ask("server.files.metadata", {"filename": path})))
    except Refused as problem:
        if problem.code in NOT_FOUND:
            return None
        raise


def mapping(found: Any) -> dict[str, Any]:
    """Return an answer that must be an object.

    Raises:
        NotUnderstood: it is not.
    """
    if not isinstance(found, dict):
        raise NotUnderstood("Its answer has another shape than Moonraker's.")
    return found
