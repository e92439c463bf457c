"""File names as people gave them: kept to be shown, never to be used as paths."""

from __future__ import annotations

import unicodedata
from pathlib import PurePosixPath

LONGEST = 255
UNNAMED = "unnamed"
GCODE_ENDINGS = frozenset({".gcode", ".gco", ".g", ".gc", ".nc", ".ngc", ".bgcode"})

_UNSHOWABLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Control and format characters (also those that turn the reading direction), halves of pairs, private and unassigned ones, line ends."""

_LONGEST_ENDING = 12


def clean_name(given: str, *, longest: int = LONGEST) -> str:
    """Return a name that is safe to show: its last path element, one line, nothing invisible, at most ``longest`` characters.

    A long name is cut in the middle of its stem, so that the ending still says what the file is.
    """
    last = given.replace("\\", "/").rstrip("/").rsplit("/", 1)[-1]
    plain = "".join(" " if character.isspace() else character for character in last if not _is_hidden(character))
    plain = " ".join(plain.split()).strip(". ") or UNNAMED
    if len(plain) <= longest:
        return plain
    ending = PurePosixPath(plain).suffix
    if len(ending) > _LONGEST_ENDING:
        ending = ""
    return plain[: longest - len(ending) - 1].rstrip() + "…" + ending


def _is_hidden(character: str) -> bool:
    return not character.isspace() and unicodedata.category(character) in _UNSHOWABLE


def stem(name: str) -> str:
    """Return a cleaned file name without its ending."""
    return PurePosixPath(name).stem or name


def is_gcode(name: str) -> bool:
    """Does the name say that the file is G-code?"""
    return PurePosixPath(name).suffix.lower() in GCODE_ENDINGS
