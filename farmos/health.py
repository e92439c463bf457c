"""``/healthz``: does this process answer. ``/readyz``: can this farm work, and if not, what is wrong."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.db.models import Max
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from apps.journal import clock, heartbeats
from apps.journal.models import Heartbeat
from farmos.supervisor import roles

PING_TIMEOUT_S = 0.3
_migrated = False


@require_safe
def healthz(_request: HttpRequest) -> JsonResponse:
    """Answer that the process is alive; touches nothing else."""
    return JsonResponse({"ok": True, "pid": os.getpid()}, headers={"Cache-Control": "no-store"})


@require_safe
def readyz(_request: HttpRequest) -> JsonResponse:
    """Answer 200 when everything a farm needs is there, 503 with what is wrong otherwise."""
    problems = findings()
    wrong = {name: problem for name, problem in problems.items() if problem}
    body: dict[str, Any] = {"ready": not wrong, "checks": {name: problem or "ok" for name, problem in problems.items()}}
    return JsonResponse(body, status=503 if wrong else 200, headers={"Cache-Control": "no-store"})


def findings() -> dict[str, str]:
    """Return every check's problem in words, "" where there is none."""
    found = {"database": said(database_problem)}
    if not found["database"]:
        found["migrations"] = said(migrations_problem)
    found["broker"] = said(broker_problem)
    if not found["database"] and not found["migrations"]:
        ages = heartbeat_ages()
        found |= {role: heartbeat_problem(ages.get(role)) for role in roles.expected()}
    return found


def said(check: Callable[[], str]) -> str:
    """Return what ``check`` says, or the error it fails with."""
    try:
        return check()
    except (DatabaseError, InterfaceError, OSError) as problem:
        return f"{type(problem).__name__}: {problem}".strip()


def database_problem() -> str:
    """Can the database be asked?"""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()
    return ""


def migrations_problem() -> str:
    """Are all migrations applied? Once they are they stay so while this process lives, so the answer yes is remembered."""
    global _migrated
    if not _migrated:
        from django.db.migrations.executor import MigrationExecutor

        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if waiting:
            return f"{len(waiting)} migrations are not applied; run: ./farm manage migrate"
        _migrated = True
    return ""


def broker_problem() -> str:
    """Does the broker answer within 0.3 s, or can messages be written as files?"""
    if not settings.REDIS_URL:
        folder = Path(settings.BROKER_FOLDER) / "messages"
        return "" if os.access(folder, os.W_OK) else f"{folder} cannot be written"
    import redis

    client = redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=PING_TIMEOUT_S, socket_timeout=PING_TIMEOUT_S, retry=None)
    try:
        client.ping()
    except redis.RedisError as problem:
        return f"Redis does not answer: {problem}"
    finally:
        client.close()
    return ""


def heartbeat_ages() -> dict[str, float]:
    """Return the age in seconds of each role's newest sign of life."""
    now = clock.database_now()
    newest: list[tuple[str, datetime]] = list(Heartbeat.objects.values_list("role").annotate(Max("beat_at")))
    return {role: (now - at).total_seconds() for role, at in newest}


def heartbeat_problem(age_s: float | None) -> str:
    """Say what an age means."""
    if age_s is None:
        return "not running"
    return "" if age_s <= heartbeats.STALE_AFTER_S else f"no sign of life for {age_s:.0f} s"
