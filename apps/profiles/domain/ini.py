"""PrusaSlicer's flat .ini files: read strictly, because PrusaSlicer itself passes over what it does not know without a word."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from .keys import KNOWN, LEFT_OUT

LONGEST_FILE = 200_000
"""Characters a settings file may have; a full one has about 12,000."""

_LINE = re.compile(r"\s*([A-Za-z0-9_]+)\s*=[ \t]?(.*?)\s*")
_NUMBER = re.compile(r"(-?)0*(\d+|\d*\.\d+|\d+\.\d*)(%?)", re.ASCII)


class UnusableSettings(ValueError):
    """Settings that cannot become a profile: a refusal code and what its sentences need."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


@dataclass(frozen=True, slots=True)
class Imported:
    """What a file said: its settings as PrusaSlicer spells them, and the keys that were left out because they say nothing about a print."""

    settings: Mapping[str, str]
    left_out: tuple[str, ...] = field(default=())


def read_ini(text: str) -> Imported:
    """Return the settings of a flat .ini file.

    Raises:
        UnusableSettings: ``profile-file-unreadable`` (too long, not text, a line that is no setting, a key twice), ``profile-file-is-bundle``,
            ``profile-keys-unknown``.
    """
    if len(text) > LONGEST_FILE:
        raise UnusableSettings("profile-file-unreadable", line=0, reason="too-long")
    settings: dict[str, str] = {}
    for number, line in enumerate(text.lstrip("\ufeff").splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith(("#", ";")):
            continue
        if line.lstrip().startswith("["):
            raise UnusableSettings("profile-file-is-bundle", line=number, section=line.strip()[:80])
        found = _LINE.fullmatch(line)
        if found is None or not found[2].isprintable():
            raise UnusableSettings("profile-file-unreadable", line=number, reason="no-setting")
        if found[1] in settings:
            raise UnusableSettings("profile-file-unreadable", line=number, reason="twice")
        settings[found[1]] = found[2]
    return normal(settings)


def normal(settings: Mapping[str, str]) -> Imported:
    """Return the settings in one spelling and without what says nothing about a print.

    Raises:
        UnusableSettings: ``profile-keys-unknown``, each with the known key it looks like, if any.
    """
    left_out = tuple(sorted(key for key in settings if LEFT_OUT.fullmatch(key)))
    kept = {key: normal_value(value) for key, value in sorted(settings.items()) if key not in left_out}
    if unknown := sorted(kept.keys() - KNOWN):
        raise UnusableSettings("profile-keys-unknown", keys=[_with_likely(key) for key in unknown[:20]], count=len(unknown))
    return Imported(kept, left_out)


def _with_likely(key: str) -> str:
    likely = get_close_matches(key, KNOWN, n=1, cutoff=0.8)
    return f"{key[:80]} ({likely[0]}?)" if likely else key[:80]


def normal_value(value: str) -> str:
    """Return a value as PrusaSlicer writes it: ``0.20`` is ``0.2``, ``15.0%`` is ``15%``, lists have no spaces. Text stays as it is."""
    text = value.strip()
    if "," in text and all(_NUMBER.fullmatch(part.strip()) for part in text.split(",")):
        return ",".join(_normal_number(part.strip()) for part in text.split(","))
    return _normal_number(text)


def _normal_number(text: str) -> str:
    found = _NUMBER.fullmatch(text)
    if found is None:
        return text
    whole, _dot, rest = found[2].partition(".")
    digits = f"{whole or '0'}.{rest}".rstrip("0").rstrip(".") if rest else whole or "0"
    sign = found[1] if digits.strip("0.") else ""
    return f"{sign}{digits}{found[3]}"
