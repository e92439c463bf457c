"""Connectors as the processes they are: starting one, knowing when it is at work, and ending it."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from django.db import connection

from tests.runs.floor import PATIENCE_S, ROOT, until


def connect(database: dict[str, str], log: Path, *, offline_after_s: float = 2) -> subprocess.Popen[bytes]:
    """Start a connector that calls a printer silent after so many seconds."""
    command = [sys.executable, "manage.py", "connectors", "--offline-after", str(offline_after_s)]
    with log.open("ab") as out:
        return subprocess.Popen(command, cwd=ROOT, env={**os.environ, **database}, stdout=out, stderr=out)


def minds_sigterm(process: subprocess.Popen[bytes]) -> bool:
    """Does it end in its own way when it is told to? A Python that still starts just dies."""
    caught = next(line for line in Path(f"/proc/{process.pid}/status").read_text().splitlines() if line.startswith("SigCgt"))
    return bool(int(caught.split()[1], 16) >> (signal.SIGTERM - 1) & 1)


def stop(process: subprocess.Popen[bytes]) -> None:
    """Stop it where it is, but not while it writes to SQLite, which has one writer at a time: then nobody could write until it goes on."""
    while True:
        process.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, process.pid, os.WSTOPPED | os.WNOWAIT)
        if connection.vendor != "sqlite" or _anybody_may_write(connection.settings_dict["NAME"]):
            return
        process.send_signal(signal.SIGCONT)


def _anybody_may_write(database: str) -> bool:
    with closing(sqlite3.connect(database, timeout=0, isolation_level=None)) as looking:
        try:
            looking.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return False
        looking.execute("ROLLBACK")
        return True


def end(process: subprocess.Popen[bytes], log: Path) -> None:
    """End a connector in its own way; nothing in it may have gone wrong."""
    until(lambda: minds_sigterm(process), "the connector to be at work")
    process.send_signal(signal.SIGTERM)
    assert process.wait(PATIENCE_S) == 0
    assert "Traceback" not in log.read_text()
