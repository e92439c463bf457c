"""Pieces of pages that are read again by themselves when something changed: one card, one tile, one row, or a whole board.

A page's app registers how a kind of fragment is rendered; the socket and ``/admin/f/`` both read through ``read``. What was rendered is shared by
everybody with the same rights and language until the feed moves on, or for a few seconds where only time does.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.utils import translation

from apps.journal.refusals import NotFound

if TYPE_CHECKING:
    from apps.accounts.models import User

MOST_AT_ONCE = 100
"""Fragments of one request at most."""

MOST_KEPT, MOST_KEPT_BYTES = 2000, 32 * 1024 * 1024
FRESH_S = 5.0
"""Renderings older than this are made again though nothing changed: ages and deadlines move by themselves."""

Render = Callable[["User", str], str]
"""Renders the fragment with this id for somebody with these rights.

It raises ``NotFound`` (or ``Http404``) for what is not there or not theirs to see, and must depend on nothing of the person but their rights, sites
and language: others with the same are shown the same. Forms hold empty proofs of origin and keys; the page fills them in.
"""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of fragment: how it is rendered, and the right somebody needs at any site to ask at all."""

    name: str
    render: Render
    permission: str


@dataclass(frozen=True, slots=True)
class Fragment:
    """A rendered fragment: its address ``kind:id``, a tag that changes with its content, and the content."""

    of: str
    tag: str
    html: str


_kinds: dict[str, Kind] = {}


def fragment(kind: str, *, permission: str) -> Callable[[Render], Render]:
    """Register the decorated function as what renders ``kind``.

    Raises:
        ValueError: the kind is registered already.
    """

    def register(render: Render) -> Render:
        if kind in _kinds:
            raise ValueError(f"fragment {kind!r} is declared twice")
        _kinds[kind] = Kind(kind, render, permission)
        return render

    return register


def kinds() -> dict[str, Kind]:
    """Return every kind of fragment."""
    return dict(_kinds)


@dataclass(slots=True)
class _Kept:
    stamp: int
    made_at: float
    found: Fragment | None


class Shelf:
    """What was rendered lately in this process, newest last; bounded in number and bytes. Several threads may use it."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, str], _Kept] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def find(self, of: str, key: str, stamp: int) -> _Kept | None:
        """Return what was rendered for ``key`` while nothing has changed since; None when it must be rendered (again)."""
        with self._lock:
            kept = self._kept.get((of, key))
        if kept is None or kept.stamp != stamp or time.monotonic() - kept.made_at > FRESH_S:
            return None
        return kept

    def keep(self, of: str, key: str, stamp: int, found: Fragment | None) -> None:
        """Keep a rendering (None: there is no such fragment for them)."""
        with self._lock:
            self._drop((of, key))
            self._kept[of, key] = _Kept(stamp, time.monotonic(), found)
            self._bytes += len(found.html) if found else 0
            while len(self._kept) > MOST_KEPT or self._bytes > MOST_KEPT_BYTES:
                self._drop(next(iter(self._kept)))

    def _drop(self, place: tuple[str, str]) -> None:
        gone = self._kept.pop(place, None)
        if gone is not None and gone.found is not None:
            self._bytes -= len(gone.found.html)


shelf = Shelf()


def read(person: Any, wanted: Sequence[str], key: str, stamp: int) -> list[Fragment | None]:
    """Return the fragments with these addresses (``kind:id``) as ``person`` may see them; None in place of each that is not there for them.

    Args:
        person: Who reads.
        wanted: Addresses.
        key: Equal for all who are shown the same (``audience_of(person).key``).
        stamp: The position of the feed: a rendering holds until it moves.
    """
    with translation.override(person.language):
        return [_read(person, of, key, stamp) for of in wanted[:MOST_AT_ONCE]]


def answer(of: str, tag: str, found: Fragment | None) -> dict[str, Any]:
    """Return what a page that shows ``tag`` is told of a fragment: its content, that it is the same, or that there is none (any more)."""
    if found is None:
        return {"of": of, "gone": True}
    return {"of": of, "same": True} if found.tag == tag else {"of": of, "tag": found.tag, "html": found.html}


def _read(person: Any, of: str, key: str, stamp: int) -> Fragment | None:
    kept = shelf.find(of, key, stamp)
    if kept is not None:
        return kept.found
    found = _render(person, of)
    shelf.keep(of, key, stamp, found)
    return found


def _render(person: Any, of: str) -> Fragment | None:
    name, _colon, record_id = of.partition(":")
    kind = _kinds.get(name)
    if kind is None or not person.has_perm(kind.permission):
        return None
    try:
        html = kind.render(person, record_id)
    except (NotFound, Http404):
        return None
    return Fragment(of, hashlib.sha256(html.encode()).hexdigest()[:16], html)
