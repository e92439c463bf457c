"""Collects findings while a file is read: the first place of each, and how often."""

from __future__ import annotations

from dataclasses import replace

from .facts import Finding, GcodeCode


class Notes:
    """Findings so far, one for each code. ``line`` is moved on by the reader."""

    __slots__ = ("first", "line", "times")

    def __init__(self) -> None:
        self.first: dict[GcodeCode, Finding] = {}
        self.times: dict[GcodeCode, int] = {}
        self.line = 0

    def add(self, code: GcodeCode, measured: str = "", limit: str = "", *, line: int | None = None) -> None:
        """Note ``code`` at the current line."""
        if code not in self.first:
            self.first[code] = Finding(code, self.line if line is None else line, 1, measured[:100], limit)
        self.times[code] = self.times.get(code, 0) + 1

    def __contains__(self, code: GcodeCode) -> bool:
        return code in self.first

    def findings(self) -> tuple[Finding, ...]:
        """Return what was found, in the order it was first seen."""
        return tuple(replace(finding, times=self.times[code]) for code, finding in self.first.items())
