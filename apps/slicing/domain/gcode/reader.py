"""Reads a G-code file line by line, in bounded memory, whatever is in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from apps.slicing.domain.job import Machine

from .checks import crossed_by_priming, judge
from .comments import Comments
from .facts import GcodeCode, GcodeFacts
from .notes import Notes
from .orders import Orders

BINARY_STARTS = (b"GCDE", b"PK\x03\x04", b"\x1f\x8b", b"\x89PNG", b"\xff\xfe", b"\xfe\xff", b"%PDF")
BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class ReadingLimits:
    """How much of a file is read before it is refused."""

    max_bytes: int = 512 * 1024 * 1024
    max_line_bytes: int = 64 * 1024


def read_gcode(path: Path, *, machine: Machine | None = None, limits: ReadingLimits | None = None) -> GcodeFacts:
    """Return what the file at ``path`` would do. Nothing in the file raises: what is wrong with it is in ``findings``.

    Args:
        path: The file.
        machine: What it would run on; without it only what no machine may do is found (``judge`` can be asked later).
        limits: How big it may be.
    """
    limits = limits or ReadingLimits()
    facts, notes = GcodeFacts(size=path.stat().st_size), Notes()
    orders = Orders(facts, notes)
    if facts.size > limits.max_bytes:
        notes.add(GcodeCode.TOO_LARGE, f"{facts.size / 1e6:.0f}", f"{limits.max_bytes / 1e6:.0f}")
    else:
        with path.open("rb") as source:
            _read(source, orders, Comments(facts, orders), limits)
    _conclude(facts, orders, notes)
    facts.findings = notes.findings()
    if machine is not None:
        facts.findings = judge(facts, machine)
    return facts


def _read(source: BinaryIO, orders: Orders, comments: Comments, limits: ReadingLimits) -> None:
    facts, notes, move = orders.facts, orders.notes, orders.head.move
    for raw in _lines(source, notes, limits):
        notes.line += 1
        first = raw[:3]
        if first in (b"G1 ", b"G0 ", b"g1 ", b"g0 "):
            words = plain_words(raw)
            if words is not None:
                move(words)
                continue
        text = raw.decode("utf-8", errors="replace").strip()
        if text.startswith(";"):
            comments.read(text)
        elif text:
            command = text.split(";", 1)[0].rstrip()
            if command:
                orders.obey(command)
    facts.lines = notes.line


def plain_words(raw: bytes) -> dict[str, float] | None:
    """Return the words of a move as slicers write it (``G1 X1 Y2 E.3 ; why``), None when it must be read more carefully."""
    words: dict[str, float] = {}
    try:
        for word in raw.split(b";", 1)[0].split()[1:]:
            value = float(word[1:])
            if not -1e7 < value < 1e7 or word[-1] > 57 or b"e" in word or b"E" in word[1:] or b"_" in word:
                return None
            words[LETTERS[word[0]]] = value
    except (ValueError, KeyError):
        return None
    return words


LETTERS = {ord(letter): letter.upper() for letter in "XYZEFxyzef"}


def _lines(source: BinaryIO, notes: Notes, limits: ReadingLimits) -> Iterator[bytes]:
    """Yield the lines; stop with a finding at the first thing that is not text."""
    first = True
    while raw := source.readline(limits.max_line_bytes + 1):
        if first:
            raw, first = raw.removeprefix(BOM), False
            if raw.startswith(BINARY_STARTS):
                notes.add(GcodeCode.NOT_TEXT, line=1)
                return
        if len(raw) > limits.max_line_bytes or b"\0" in raw:
            notes.add(GcodeCode.NOT_TEXT, line=notes.line + 1)
            return
        yield raw


def _conclude(facts: GcodeFacts, orders: Orders, notes: Notes) -> None:
    """Say what only the end of the file shows."""
    head = orders.head
    facts.filament_mm = head.most_pushed
    facts.travelled.include(facts.printed)
    facts.travelled.include(facts.started)
    if not head.started:  # no layers were marked: everything is print
        facts.printed, facts.started = facts.started, facts.printed
        facts.layers = len(head.heights)
    if GcodeCode.TOO_LARGE in notes or GcodeCode.NOT_TEXT in notes:
        return
    if facts.travelled.empty and facts.printed.empty:
        notes.add(GcodeCode.EMPTY, line=0)
    elif facts.printed.empty:
        notes.add(GcodeCode.NO_EXTRUSION, line=0)
    if facts.complete is False:
        notes.add(GcodeCode.TRUNCATED, facts.slicer, line=facts.lines)
    if any(tool > 0 for tool in facts.tools):
        notes.add(GcodeCode.TOOL_CHANGE, ", ".join(f"T{tool}" for tool in sorted(facts.tools)[:10]), line=0)
    if facts.seconds is None and not facts.printed.empty:
        notes.add(GcodeCode.NO_TIME, line=0)
    if crossed := next(crossed_by_priming(facts), None):
        notes.add(GcodeCode.PRIMING_CROSSES, crossed, line=0)
    if not facts.printed.empty and (head.nozzle_c or 0) > 0 and not head.idle:
        notes.add(GcodeCode.STAYS_HOT, f"{head.nozzle_c:g}", line=facts.lines)
