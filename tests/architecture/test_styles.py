"""Styles, scripts and pictures are for what pages have: a class that is worn, a mark that is borne, an icon that is drawn."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from .source import ROOT, assert_none, tracked

OWN = "apps/board/static/farmos/"
OF_DJANGO = frozenset({"admin.css", "record-pages.css"})
"""Sheets that dress Django's own markup, which is not in our templates."""


@cache
def markup() -> str:
    """Return everything that may make or mark an element: templates, scripts and Python."""
    ours = [
        path for path in tracked() if path.endswith((".html", ".js", ".py")) and "/vendor/" not in path and not path.startswith("tests/")
    ]
    return "\n".join((ROOT / path).read_text() for path in ours)


@cache
def words() -> frozenset[str]:
    """Return every word a class could be."""
    return frozenset(re.findall(r"[\w-]+", markup()))


@cache
def beginnings() -> tuple[str, ...]:
    """Return what stands right before a value in a class: ``tone-`` of ``class="tone-{{ tone }}"``."""
    classes = re.findall(r'class="([^"]*)"', markup())
    return tuple({found for one in classes for found in re.findall(r"([a-z][\w-]*)\{\{", one)})


def unworn(css: str) -> Iterator[str]:
    """Find the classes of a sheet that no page wears."""
    selectors = re.findall(r"([^{};]*)\{", re.sub(r"/\*.*?\*/", "", css, flags=re.S))
    for name in sorted({name for selector in selectors for name in re.findall(r"\.([a-zA-Z][\w-]*)", selector)}):
        if name not in words() and not name.startswith(beginnings()):
            yield f".{name}"


def unborne(script: str) -> Iterator[str]:
    """Find the marks a script looks for that no page bears."""
    for mark in sorted(set(re.findall(r"\[(data-[\w-]+)", script))):
        if not re.search(rf"\b{mark}\b(?!\])", re.sub(rf"\[{mark}", "", markup())):
            yield f"[{mark}]"


def undrawn(sprite: str) -> Iterator[str]:
    """Find the pictures of a sprite that no page draws."""
    for name in re.findall(r'<symbol id="([\w-]+)"', sprite):
        if not re.search(rf"""["']{name}["' ]""", markup()):
            yield name


def sheets(kind: str) -> list[tuple[str, str]]:
    """Return our own sheets or scripts with their text."""
    paths = [path for path in tracked() if path.startswith(OWN) and path.endswith(kind)]
    return [(path, (ROOT / path).read_text()) for path in paths if path.rpartition("/")[2] not in OF_DJANGO]


class TestTheRules:
    def test_see_a_class_that_nothing_wears(self) -> None:
        assert list(unworn("@media print { .not-worn-at-all .btn { margin: 0 } }")) == [".not-worn-at-all"]

    def test_see_a_mark_that_nothing_bears(self) -> None:
        assert list(unborne('closest("[data-not-borne]")')) == ["[data-not-borne]"]

    def test_see_a_picture_that_nothing_draws(self) -> None:
        assert list(undrawn('<symbol id="not-drawn-at-all" viewBox="0 0 24 24">')) == ["not-drawn-at-all"]

    def test_accept_what_is_there(self) -> None:
        assert not list(undrawn('<symbol id="printer" viewBox="0 0 24 24">'))
        assert not list(unworn(".btn.primary:hover, .d3 { margin: 0 }"))
        assert not list(unborne('closest("[data-sheet-close]")'))


class TestTheTree:
    def test_every_class_is_worn(self) -> None:
        found = sheets(".css")

        assert len(found) > 10, "the sheets were not found"
        assert_none((f"{path}: {name}" for path, css in found for name in unworn(css)), "No rule for what no page has:")

    def test_every_mark_is_borne(self) -> None:
        found = sheets(".js")

        assert len(found) > 10, "the scripts were not found"
        assert_none((f"{path}: {mark}" for path, script in found for mark in unborne(script)), "No script for what no page has:")

    def test_every_picture_is_drawn(self) -> None:
        assert_none(undrawn((ROOT / OWN / "icons.svg").read_text()), "Every page loads the sprite:")
