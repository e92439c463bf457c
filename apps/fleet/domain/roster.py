"""Lists of printers as CSV: reading what a spreadsheet wrote, judging each row, writing one that can be read again.

Nothing in such a file is trusted: it may be in any encoding, with any separator, of any size, and cells may be made to run in the spreadsheet of
whoever opens it.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from uuid import UUID

from .address import UnusableAddress

COLUMNS = ("code", "name", "address", "class", "group", "circuit", "key", "connector")
NEEDED = ("code", "address", "class")
LONGEST = {"code": 20, "name": 120, "address": 300, "class": 120, "group": 60, "circuit": 60, "key": 512, "connector": 16}
"""Characters of each column at most."""

NO_CODES = frozenset({".", "..", "add", "beds-clear", "export.csv", "import", "labels", "seen"})
"""What no printer can be called: its page is at its code, where these lead elsewhere."""

MOST_BYTES = 1_000_000
MOST_ROWS = 500
SEPARATORS = ",;\t"

_RUNS = re.compile(r"(^|[,;\t] *)(?='*[=+\-@\t\r\n])")
"""Before what a spreadsheet takes for a formula: at the beginning of a cell, or where one begins for who separates cells otherwise."""

_QUOTED = re.compile(r"(^|[,;\t] *)'(?='*[=+\-@\t\r\n])")


class Trouble(StrEnum):
    """What is wrong with a list or with a row of it."""

    TOO_LARGE = "too-large"
    TOO_MANY = "too-many"
    NO_TEXT = "no-text"
    NO_ROWS = "no-rows"
    UNREADABLE = "unreadable"
    COLUMN_MISSING = "column-missing"
    COLUMN_UNKNOWN = "column-unknown"
    COLUMN_TWICE = "column-twice"
    CELLS = "cells"
    MISSING = "missing"
    TOO_LONG = "too-long"
    CONTROL = "control"
    CODE = "code"
    ADDRESS = "address"
    CLASS = "class"
    CIRCUIT = "circuit"
    CONNECTOR = "connector"
    CODE_TWICE = "code-twice"
    ADDRESS_TWICE = "address-twice"
    CODE_TAKEN = "code-taken"
    ADDRESS_TAKEN = "address-taken"


@dataclass(frozen=True, slots=True)
class Complaint:
    """One thing that is wrong, with what its words need."""

    trouble: Trouble
    params: Mapping[str, str] = field(default_factory=dict)


class BadList(ValueError):
    """The list as a whole cannot be read."""

    def __init__(self, trouble: Trouble, **params: str) -> None:
        super().__init__(trouble)
        self.complaint = Complaint(trouble, params)


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the line of the file it begins on, and its cells by column."""

    line: int
    cells: Mapping[str, str]
    complaints: tuple[Complaint, ...] = ()

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")


@dataclass(frozen=True, slots=True)
class Known:
    """What is known where the printers are to join.

    Args:
        classes: Released printer classes by the names they may be called by.
        circuits: Circuits of the site by name.
        connectors: The kinds of printers there are.
        codes: Code of every printer that ever joined → the address of one in service, None of one that left.
        addresses: Address of every printer in service → its code.
    """

    classes: Mapping[str, UUID]
    circuits: Mapping[str, UUID]
    connectors: Sequence[str]
    codes: Mapping[str, str | None]
    addresses: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Judged:
    """What can become of a row: it can join, is here already, or ``complaints`` say what is wrong.

    Args:
        row: The row.
        address: In the one spelling; empty when it is none.
        is_here: Whether a printer with this code is at this address already.
        complaints: What is wrong with it.
    """

    row: Row
    address: str
    is_here: bool
    complaints: tuple[Complaint, ...]

    @property
    def can_join(self) -> bool:
        """May it be added?"""
        return not self.complaints and not self.is_here


def decode(content: bytes) -> str:
    """Return the text of a file as spreadsheets write it: UTF-8 with or without a mark, UTF-16 with one, else Western Windows.

    Raises:
        BadList: it is too large, or no text.
    """
    if len(content) > MOST_BYTES:
        raise BadList(Trouble.TOO_LARGE, most=str(MOST_BYTES // 1000))
    encodings = ["utf-16"] if content.startswith((b"\xff\xfe", b"\xfe\xff")) else ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise BadList(Trouble.NO_TEXT)


def read(text: str) -> list[Row]:
    """Return the rows of a list, whose first line names the columns; blank lines are left out.

    Raises:
        BadList: nothing can be made of it as a whole.
    """
    if len(text.encode("utf-8", "surrogatepass")) > MOST_BYTES:
        raise BadList(Trouble.TOO_LARGE, most=str(MOST_BYTES // 1000))
    if "\x00" in text:
        raise BadList(Trouble.NO_TEXT)
    lines = _lines(text.removeprefix("\ufeff"))
    if not lines:
        raise BadList(Trouble.NO_ROWS)
    columns = _columns(lines[0][1])
    if len(lines) - 1 > MOST_ROWS:
        raise BadList(Trouble.TOO_MANY, most=str(MOST_ROWS))
    if len(lines) == 1:
        raise BadList(Trouble.NO_ROWS)
    return [_row(line, cells, columns) for line, cells in lines[1:]]


def _lines(text: str) -> list[tuple[int, list[str]]]:
    first = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(SEPARATORS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    found: list[tuple[int, list[str]]] = []
    begun = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                found.append((begun, [_plain(cell.strip(" ")) for cell in cells]))
            begun = reader.line_num + 1
    except csv.Error:
        raise BadList(Trouble.UNREADABLE, line=str(reader.line_num)) from None
    return found


def _columns(cells: Sequence[str]) -> list[str]:
    named = [cell.strip().casefold() for cell in cells]
    while named and not named[-1]:
        named.pop()
    expected = ", ".join(COLUMNS)
    for name in NEEDED:
        if name not in named:
            raise BadList(Trouble.COLUMN_MISSING, column=name, columns=expected)
    for name in named:
        if name not in COLUMNS:
            raise BadList(Trouble.COLUMN_UNKNOWN, column=name[:40], columns=expected)
    if twice := [name for name, times in Counter(named).items() if times > 1]:
        raise BadList(Trouble.COLUMN_TWICE, column=twice[0])
    return named


def _row(line: int, cells: Sequence[str], columns: Sequence[str]) -> Row:
    values = {name: cell for name, cell in zip(columns, cells, strict=False) if cell}
    complaints = []
    if any(cells[len(columns) :]):
        complaints.append(Complaint(Trouble.CELLS, {"cells": str(len(cells)), "columns": str(len(columns))}))
    complaints += [Complaint(Trouble.MISSING, {"column": name}) for name in NEEDED if not values.get(name)]
    for name, value in values.items():
        if len(value) > LONGEST[name]:
            complaints.append(Complaint(Trouble.TOO_LONG, {"column": name, "most": str(LONGEST[name])}))
        elif not value.isprintable():
            complaints.append(Complaint(Trouble.CONTROL, {"column": name}))
    return Row(line, values, tuple(complaints))


def judge(rows: Sequence[Row], known: Known, *, spell: Callable[[str], str]) -> list[Judged]:
    """Return what can become of each row.

    Args:
        rows: The rows.
        known: What is known where they are to join.
        spell: Returns an address in the one spelling, or raises ``UnusableAddress``.
    """
    spelled = [_spelled(row, spell) for row in rows]
    codes = Counter(row["code"] for row in rows)
    addresses = Counter(address for address, _complaint in spelled if address)
    judged = []
    for row, (address, complaint) in zip(rows, spelled, strict=True):
        complaints = [*row.complaints, *([complaint] if complaint else []), *_unknown(row, known)]
        if row["code"] and not is_usable_code(row["code"]):
            complaints.append(Complaint(Trouble.CODE, {"code": row["code"][:20]}))
        if row["code"] and codes[row["code"]] > 1:
            complaints.append(Complaint(Trouble.CODE_TWICE, {"code": row["code"][:20]}))
        if address and addresses[address] > 1:
            complaints.append(Complaint(Trouble.ADDRESS_TWICE, {"address": address}))
        is_here = not complaints and known.codes.get(row["code"]) == address
        if not is_here:
            complaints += _taken(row, address, known)
        judged.append(Judged(row, address, is_here, tuple(complaints)))
    return judged


def is_usable_code(code: str) -> bool:
    """Can the page of a printer be at this code?"""
    return "/" not in code and code not in NO_CODES


def _spelled(row: Row, spell: Callable[[str], str]) -> tuple[str, Complaint | None]:
    if not row["address"]:
        return "", None
    try:
        return spell(row["address"]), None
    except UnusableAddress as problem:
        return "", Complaint(Trouble.ADDRESS, {"why": str(problem)})


def _unknown(row: Row, known: Known) -> Iterable[Complaint]:
    named: tuple[tuple[Trouble, str, Iterable[str]], ...] = (
        (Trouble.CLASS, row["class"], known.classes),
        (Trouble.CIRCUIT, row["circuit"], known.circuits),
        (Trouble.CONNECTOR, row["connector"].casefold(), known.connectors),
    )
    for trouble, name, names in named:
        if name and name not in names:
            yield Complaint(trouble, {"name": name[:60], "names": ", ".join(sorted(names)[:12])})


def _taken(row: Row, address: str, known: Known) -> Iterable[Complaint]:
    if row["code"] in known.codes:
        yield Complaint(Trouble.CODE_TAKEN, {"code": row["code"]})
    if address in known.addresses:
        yield Complaint(Trouble.ADDRESS_TAKEN, {"code": known.addresses[address]})


def with_keys(rows: Iterable[Row], keys: Mapping[str, str], *, mark: str) -> list[Row]:
    """Return the rows with the keys of their codes where the cell only says that one is kept (``mark``)."""
    return [replace(row, cells={**row.cells, "key": keys.get(row["code"], "")}) if row["key"] == mark else row for row in rows]


def write(rows: Iterable[Mapping[str, str]]) -> str:
    """Return a list that ``read`` reads again, in which no cell is taken for a formula."""
    target = io.StringIO()
    writer = csv.DictWriter(target, COLUMNS, restval="", extrasaction="ignore", lineterminator="\r\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({name: _quoted(value) for name, value in row.items()})
    return target.getvalue()


def _quoted(cell: str) -> str:
    return _RUNS.sub(r"\1'", cell)


def _plain(cell: str) -> str:
    """Take back what ``_quoted`` put into a cell."""
    return _QUOTED.sub(r"\1", cell)
