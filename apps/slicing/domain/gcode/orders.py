"""The commands of a file other than moves: heating, tools, pauses, macros, and what no print file may ask for."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from .facts import GcodeCode, GcodeFacts, ObjectExtent
from .motion import Head
from .notes import Notes

LINE_NUMBER = re.compile(r"N[^A-Z_*]+(?=[A-Z_])", re.ASCII | re.IGNORECASE)
NUMBERED = re.compile(r"([GMT])\s*(\d{1,5})(?!\d)(\.\d+)?(.*)", re.ASCII | re.DOTALL | re.IGNORECASE)
NAMED = re.compile(r"([A-Z_][A-Z0-9_]+)([^A-Z0-9_].*)?", re.ASCII | re.DOTALL | re.IGNORECASE)
"""What is a command is read as Klipper reads it, so that nothing can be said in words that only it understands: a line number is ``N`` and whatever
comes before the next letter, a letter and digits are a command whatever follows them, and any script's capitals count.
"""

WORD = re.compile(r"\s*([A-Z])\s*([-+]?\d*\.?\d*)", re.ASCII)
PARAMETER = re.compile(r"([A-Z0-9_]+)\s*=\s*(\S*)", re.ASCII | re.IGNORECASE)
UNQUOTED = str.maketrans("", "", "\"'\\")
UNFILLED = re.compile(r"[\[{]\s*[A-Za-z_]")
"""A slicer's placeholder nobody filled in."""

FORBIDDEN = frozenset({"M23", "M24", "M28", "M30", "M32", "M112", "M303", "M500", "M502", "M524", "M928", "M997"}) | frozenset(
    {
        *("FIRMWARE_RESTART", "RESTART", "SAVE_CONFIG", "SDCARD_PRINT_FILE", "SDCARD_RESET_FILE", "PID_CALIBRATE"),
        *("SET_TMC_CURRENT", "SET_TMC_FIELD", "INIT_TMC"),
        *("FORCE_MOVE", "SET_KINEMATIC_POSITION", "RUN_SHELL_COMMAND", "CANCEL_PRINT", "CLEAR_PAUSE", "MPC_CALIBRATE"),
    }
)
"""Changes the machine for good, starts another job, or moves without knowing where: no part of a print."""

PAUSES = frozenset({"M0", "M1", "M25", "M226", "M600", "M601", "PAUSE"})
WORDS_ONLY = frozenset({"M117", "M118", "M486", "RESPOND", "EXCLUDE_OBJECT_DEFINE", "SET_PRINT_STATS_INFO"})
NOZZLE_KEY = re.compile(r"(\w*_)?(HOTEND|EXTRUDER|NOZZLE|TOOL|PRINT|FIRST_LAYER)?_?(TEMP|TEMPERATURE)\d*|HOTEND|EXTRUDER|NOZZLE")
BED_KEY = re.compile(r"(\w*_)?BED(_?TEMP(ERATURE)?)?\d*")
CHAMBER_KEY = re.compile(r"(\w*_)?CHAMBER(_?TEMP(ERATURE)?)?")
SURELY_DEGREES = 100.0
"""``NOZZLE=0.4`` is a diameter, ``EXTRUDER=1`` a number; a nozzle temperature is higher than this."""

MOST_MACROS, MOST_OBJECTS, LONGEST_NAME = 200, 256, 200


class Orders:
    """Carries out commands on the facts. ``head`` follows the moves among them."""

    def __init__(self, facts: GcodeFacts, notes: Notes) -> None:
        self.facts, self.notes = facts, notes
        self.head = Head(facts, notes)
        head = self.head
        self.known: dict[str, Callable[[str], None]] = {
            "G0": lambda rest: head.move(self._words(rest)),
            "G1": lambda rest: head.move(self._words(rest)),
            "G2": lambda rest: head.arc(self._words(rest), clockwise=True),
            "G3": lambda rest: head.arc(self._words(rest), clockwise=False),
            "G5": lambda _rest: notes.add(GcodeCode.UNREADABLE_MOVE, "G5"),
            "G17": lambda _rest: setattr(head, "plane_xy", True),
            "G18": lambda _rest: setattr(head, "plane_xy", False),
            "G19": lambda _rest: setattr(head, "plane_xy", False),
            "G20": lambda _rest: notes.add(GcodeCode.INCHES),
            "G28": lambda rest: head.home("".join(axis for axis in "XYZ" if axis in rest)),
            "G90": lambda _rest: setattr(head, "absolute", True),
            "G91": lambda _rest: setattr(head, "absolute", False),
            "G92": lambda rest: head.set_position(self._words(rest)),
            "M82": lambda _rest: setattr(head, "e_absolute", True),
            "M83": lambda _rest: setattr(head, "e_absolute", False),
            "SET_HEATER_TEMPERATURE": self._set_heater,
            "SET_GCODE_OFFSET": self._set_offset,
            "EXCLUDE_OBJECT_START": lambda rest: self.enter(parameters(rest).get("NAME", "")),
            "EXCLUDE_OBJECT_END": lambda _rest: self.leave(),
        }
        for number in ("M104", "M109"):
            self.known[number] = lambda rest: self._heat("nozzle", rest)
        for number in ("M140", "M190"):
            self.known[number] = lambda rest: self._heat("bed", rest)
        for number in ("M141", "M191"):
            self.known[number] = lambda rest: self._heat("chamber", rest)

    def obey(self, text: str) -> None:
        """Take in one command, comment and blanks removed."""
        if not text.isascii():
            text = text.upper()
        if (line_number := LINE_NUMBER.match(text)) is not None:
            text = text[line_number.end() :]
        numbered = NUMBERED.match(text)
        named = None if numbered else NAMED.fullmatch(text)
        if numbered:
            name, rest = f"{numbered[1].upper()}{int(numbered[2])}", numbered[4].split("*")[0].upper()
            if numbered[3] and name[0] == "G":
                return  # such as G91.1: no move, and nothing Klipper knows
        elif named:
            name, rest = named[1].upper(), named[2] or ""
        else:
            return
        if name not in WORDS_ONLY:
            self._carry_out(name, rest, is_macro=numbered is None)

    def _carry_out(self, name: str, rest: str, *, is_macro: bool) -> None:
        if UNFILLED.search(rest):
            self.notes.add(GcodeCode.PLACEHOLDER, f"{name} {rest}")
        if name in FORBIDDEN:
            self.notes.add(GcodeCode.FORBIDDEN_COMMAND, name)
        elif name in PAUSES:
            self.notes.add(GcodeCode.PAUSES, name)
        elif (known := self.known.get(name)) is not None:
            known(rest)
        elif name[0] == "T" and name[1:].isdigit():
            self.facts.tools.add(int(name[1:]))
        elif is_macro:
            self._macro(name, rest)

    def _words(self, rest: str) -> Mapping[str, float]:
        """Return the letters and numbers of a classic command."""
        words: dict[str, float] = {}
        at = 0
        while at < len(rest):
            found = WORD.match(rest, at)
            if found is None:
                if rest[at:].strip():
                    self.notes.add(GcodeCode.BAD_NUMBER, rest)
                break
            try:
                words[found[1]] = float(found[2])
            except ValueError:
                self.notes.add(GcodeCode.BAD_NUMBER, rest)
                break
            at = found.end()
        return words

    def _heat(self, what: str, rest: str) -> None:
        words = self._words(rest)
        if (value := words.get("S", words.get("R"))) is not None:
            self.heated(what, value)

    def heated(self, what: str, value: float) -> None:
        """Something is asked to be ``value`` degrees."""
        name = f"max_{what}_c"
        setattr(self.facts, name, max(value, getattr(self.facts, name) or 0.0))
        if what == "nozzle":
            self.head.nozzle_c = value

    def _set_heater(self, rest: str) -> None:
        given = parameters(rest)
        heater = given.get("HEATER", "").upper()
        what = "bed" if "BED" in heater else "nozzle" if heater.startswith("EXTRUDER") else "chamber"
        value = self._number(given.get("TARGET", "0"))
        if value is None:
            self.notes.add(GcodeCode.BAD_NUMBER, rest)
        else:
            self.heated(what, value)

    def _set_offset(self, rest: str) -> None:
        for key, text in parameters(rest).items():
            axis, adjust = key.removesuffix("_ADJUST"), key.endswith("_ADJUST")
            value = self._number(text)
            if axis in ("X", "Y", "Z") and value is not None:
                self.head.offset_by(axis, value, adjust=adjust)

    def _number(self, text: str) -> float | None:
        found = re.fullmatch(r"[-+]?(\d+\.?\d*|\.\d+)", text, re.ASCII)
        return float(text) if found and len(text) < 20 else None

    def _macro(self, name: str, rest: str) -> None:
        """A macro of the machine: what it does is not in the file, but temperatures given to it are."""
        if name in self.facts.macros or len(self.facts.macros) < MOST_MACROS:
            self.facts.macros[name] = self.facts.macros.get(name, 0) + 1
        self.head.idle = True
        for key, text in parameters(rest).items():
            value = self._number(text)
            if value is None:
                continue
            if BED_KEY.fullmatch(key):
                self.heated("bed", value)
            elif CHAMBER_KEY.fullmatch(key):
                self.heated("chamber", value)
            elif NOZZLE_KEY.fullmatch(key) and (value >= SURELY_DEGREES or "TEMP" in key):
                self.heated("nozzle", value)

    def enter(self, name: str) -> None:
        """The object of this name follows."""
        objects = self.facts.objects
        key = name[:LONGEST_NAME]
        if key not in objects and len(objects) < MOST_OBJECTS:
            objects[key] = ObjectExtent()
        self.head.extent, self.head.trail = objects.get(key), False

    def leave(self) -> None:
        """The object has ended for now."""
        self.head.extent, self.head.trail = None, False


def parameters(rest: str) -> dict[str, str]:
    """Return what a named command is given: ``BED=60 HOTEND=215``."""
    return {key.upper(): value.translate(UNQUOTED) for key, value in PARAMETER.findall(rest)}
