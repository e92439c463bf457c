"""What a state looks like: its word, the shape of its icon and its tone. One table, so that no two pages disagree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class Badge:
    """A state as a person sees it. Tone is one of ``red amber green violet blue dash`` or empty (plain); it never speaks alone."""

    label: StrOrPromise
    icon: str
    tone: str = ""
