"""Moonraker's history, made the way Moonraker makes it: by looking at what Klippy tells, four times a second.

What falls between two looks is missing.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .errors import RpcError
from .files import Files, read_json, write_json

KEPT = 1000
STATUS = {"complete": "completed", "cancelled": "cancelled", "error": "error", "standby": "cancelled"}

Changed = Callable[[str, dict[str, Any]], None]


class History:
    """The jobs of one printer. A simulator that starts again finds the last one interrupted, as after a power cut."""

    def __init__(self, folder: Path, files: Files) -> None:
        self._kept = folder / "history.json"
        self._files = files
        found = read_json(self._kept, {"next": 0, "jobs": []})
        self._next: int = found["next"]
        self._jobs: list[dict[str, Any]] = found["jobs"]
        self._current: dict[str, Any] | None = None
        self.changed: Changed = lambda _action, _job: None
        self.misses_next = False
        """The next start is not seen, as real ones that come while Moonraker subscribes; its end will be, of a job without a name."""
        self._has_missed = False
        self.ahead_s = 0.0
        """By how much the printer's clock is wrong."""
        self.interrupt("interrupted")

    def follow(self, before: dict[str, Any], now: dict[str, Any]) -> None:
        """Compare two looks at ``print_stats``."""
        state, was = now["state"], before.get("state", "standby")
        anew = now["total_duration"] < before.get("total_duration", 0.0) or now["filename"] != before.get("filename", "")
        if state == "printing" and (was not in ("printing", "paused") or anew):
            self.finish("cancelled")
            self._has_missed, self.misses_next = self.misses_next, False
            if not self._has_missed:
                self._start(now["filename"])
        elif state in STATUS and was in ("printing", "paused") and self._has_missed:
            self._has_missed = False
            self._start("")
            self._measure(now if state != "standby" else before)
            self.finish(STATUS[state])
        elif state in STATUS and was in ("printing", "paused") and self._current is not None:
            self._measure(now if state != "standby" else before)
            self.finish(STATUS[state])
        elif self._current is not None and state in ("printing", "paused"):
            self._measure(now)

    def _start(self, filename: str) -> None:
        job_id, at = f"{self._next:06X}", self._now()
        self._next += 1
        self._current = {
            "job_id": job_id,
            "user": "_API_KEY_USER_",
            "filename": filename,
            "status": "in_progress",
            "start_time": at,
            "end_time": None,
            "print_duration": 0.0,
            "total_duration": 0.0,
            "filament_used": 0.0,
            "metadata": self._files.started(filename, job_id, at) if filename else {},
            "auxiliary_data": [],
        }
        self._jobs = [*self._jobs[-KEPT:], self._current]
        self._keep()
        self.changed("added", self._shown(self._current))

    def _now(self) -> float:
        return time.time() + self.ahead_s

    def take_over(self, other: History) -> None:
        """Be what a copy of another printer's card is: its jobs, with their numbers."""
        self._next, self._jobs, self._current = other._next, json.loads(json.dumps(other._jobs)), None
        self._keep()

    def _measure(self, stats: dict[str, Any]) -> None:
        if self._current is not None:
            self._current.update({name: stats[name] for name in ("print_duration", "total_duration", "filament_used")})

    def finish(self, status: str) -> None:
        """End the running job, if one is known to run."""
        if self._current is None:
            return
        job, self._current = self._current, None
        job.update(status=status, end_time=self._now())
        self._keep()
        self.changed("finished", self._shown(job))

    def interrupt(self, status: str) -> None:
        """Moonraker itself ended while a job ran: what the job comes to will never be written here."""
        ended = self._now() if status == "server_exit" else None
        for job in self._jobs:
            if job["status"] == "in_progress":
                job.update(status=status, end_time=ended)
        self._current = None
        self._keep()

    def listing(self, *, limit: int, start: int, order: str) -> dict[str, Any]:
        """Return a page of jobs."""
        jobs = self._jobs if order == "asc" else self._jobs[::-1]
        return {"count": len(jobs), "jobs": [self._shown(job) for job in jobs[start : start + limit if limit else None]]}

    def job(self, job_id: str) -> dict[str, Any]:
        """Return one job."""
        found = next((job for job in self._jobs if job["job_id"] == job_id), None)
        if found is None:
            raise RpcError(404, f"Invalid job uid: {job_id}")
        return {"job": self._shown(found)}

    def _shown(self, job: dict[str, Any]) -> dict[str, Any]:
        try:
            known = self._files.metadata(job["filename"])
        except RpcError:
            known = {}
        return {**job, "exists": bool(known) and known.get("uuid") == job["metadata"].get("uuid")}

    def _keep(self) -> None:
        write_json(self._kept, {"next": self._next, "jobs": self._jobs})
