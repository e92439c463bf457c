"""Each role's lines: whole into its log (rotated by size), short onto the console when a person should see them."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

ROTATE_AT_BYTES = 10 * 1024 * 1024
KEEP = 5
LONGEST_LINE = 64 * 1024
WORTH_SHOWING = ("warning", "error", "critical")
_ENVELOPE = frozenset({"event", "level", "timestamp", "logger", "exception"})


class LogFile:
    """An appended file that becomes ``name.1`` … ``name.5`` when it is full."""

    def __init__(self, path: Path, rotate_at: int = ROTATE_AT_BYTES) -> None:
        self.path = path
        self.rotate_at = rotate_at
        self._open()

    def _open(self) -> None:
        self._file = self.path.open("ab", buffering=0)
        self._size = os.fstat(self._file.fileno()).st_size

    def write(self, data: bytes) -> None:
        """Append ``data``. A full disk loses log lines, never the process that wrote them."""
        try:
            if self._size and self._size + len(data) > self.rotate_at:
                self._rotate()
            self._file.write(data)
            self._size += len(data)
        except OSError as problem:
            with contextlib.suppress(OSError):
                print(f"farmos: cannot write {self.path}: {problem}", file=sys.stderr)

    def _rotate(self) -> None:
        for number in range(KEEP - 1, 0, -1):
            older = self.path.with_name(f"{self.path.name}.{number}")
            if older.exists():
                older.replace(self.path.with_name(f"{self.path.name}.{number + 1}"))
        self.path.replace(self.path.with_name(f"{self.path.name}.1"))
        full = self._file
        self._open()
        full.close()

    def close(self) -> None:
        """Close the file."""
        self._file.close()


class Lines:
    """Cuts a stream of bytes into lines."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[bytes]:
        """Return the lines that are complete now, without their ends; a line without end is cut at ``LONGEST_LINE``."""
        *complete, self._rest = (self._rest + data).split(b"\n")
        if len(self._rest) > LONGEST_LINE:
            complete.append(self._rest)
            self._rest = b""
        return complete

    def rest(self) -> list[bytes]:
        """Return what is left at the end of the stream."""
        left, self._rest = self._rest, b""
        return [left] if left else []


class Console:
    """The supervisor's own words and the lines of roles that a person should see, short."""

    def __init__(self, own_log: LogFile, out: TextIO | None = None) -> None:
        self.own_log = own_log
        self.out = out if out is not None else sys.stderr

    def say(self, text: str, role: str = "farmos") -> None:
        """Show ``text`` and keep it in the supervisor's log."""
        self.own_log.write(f"{datetime.now().astimezone().isoformat(timespec='milliseconds')} {role} {text}\n".encode())
        self._show(role, text)

    def relay(self, role: str, line: bytes) -> None:
        """Show a role's line if it is a warning or worse, or not one of our own (a traceback)."""
        text = line.decode(errors="replace").rstrip()
        if text and (shown := shortened(text)):
            self._show(role, shown)

    def _show(self, role: str, text: str) -> None:
        try:
            print(f"{datetime.now().astimezone():%H:%M:%S} {role:<10} {text}", file=self.out, flush=True)
        except OSError:
            self.out = open(os.devnull, "w")  # noqa: SIM115, PTH123 - the terminal is gone; the logs remain


def shortened(line: str) -> str:
    """Return a role's line as a person wants to read it, or "" when it is not worth showing."""
    try:
        entry: dict[str, Any] = json.loads(line)
        level = entry["level"]
    except (ValueError, KeyError, TypeError):
        return line
    if level not in WORTH_SHOWING:
        return ""
    more = " ".join(f"{name}={value}" for name, value in entry.items() if name not in _ENVELOPE)
    trace = entry.get("exception", "")
    return f"{level}: {entry.get('event', '')}{' ' if more else ''}{more}{chr(10) if trace else ''}{trace}"
