"""Utilities compute, operations decide: every view that yields something a machine will follow says which of the two it is.

A view counts as yielding machine output when its address, its name or its own source speaks of G-code or toolpaths. One that only mentions them
(a list of artifacts, say) is listed in ``MENTIONS_ONLY`` with the reason.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver, path
from django.views import View

from apps.artifacts import lane
from apps.artifacts.lane import Lane, in_lane

from .source import assert_none

MACHINE = re.compile(r"g[-_ ]?code|tool[-_ ]?path|\.nc\b|\bnc[-_]program", re.IGNORECASE)

MENTIONS_ONLY: dict[str, str] = {}
"""Addresses whose view mentions machine output without ever yielding it → why that is so."""

Found = tuple[str, str, Callable[..., Any]]


def views(patterns: Iterable[URLPattern | URLResolver], prefix: str = "") -> Iterator[Found]:
    """Yield (address, name, view) of every leaf of a URLconf."""
    for pattern in patterns:
        address = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from views(pattern.url_patterns, address)
        else:
            yield address, pattern.name or "", pattern.callback


def own_source(view: Callable[..., Any]) -> str:
    """Return the source of farmos' own view function or class, empty for a library's."""
    owner = getattr(view, "cls", None) or getattr(view, "view_class", None) or inspect.unwrap(view)
    if not str(getattr(owner, "__module__", "")).startswith(("apps.", "farmos.", "tests.")):
        return ""
    if getattr(owner, "is_made", False):  # by act() or read(): it answers with ids, or with the fields of a Struct
        return ""
    return inspect.getsource(owner)


def without_lane(found: Iterable[Found]) -> Iterator[str]:
    """Find views with machine output that declare no lane."""
    for address, name, view in found:
        speaks = MACHINE.search(f"{address} {name}") or MACHINE.search(own_source(view))
        if speaks and address not in MENTIONS_ONLY and lane.declared(view) is None:
            yield f"/{address}: yields {speaks.group()!r} but declares no lane; decorate its view with @in_lane(Lane.UTILITY) or (Lane.OPERATION)"


def plain(request: HttpRequest) -> HttpResponse:
    return HttpResponse("hello")


def told_by_source(request: HttpRequest) -> HttpResponse:
    return HttpResponse("G21 G90", content_type="text/x-gcode")


class ToolpathView(View):
    """A view told by its class name."""


@in_lane(Lane.UTILITY)
class DeclaredView(View):
    """Yields a toolpath, and says so."""


class TestTheCheck:
    @pytest.mark.parametrize(
        "pattern",
        [
            path("executions/<uuid:id>/gcode", plain),
            path("executions/<uuid:id>/download", plain, name="toolpath-download"),
            path("executions/<uuid:id>/download", told_by_source),
            path("executions/<uuid:id>/download", ToolpathView.as_view()),
        ],
    )
    def test_sees_machine_output_without_a_lane(self, pattern: URLPattern) -> None:
        assert list(without_lane(views([pattern])))

    @pytest.mark.parametrize("pattern", [path("orders/", plain), path("executions/<uuid:id>/gcode", DeclaredView.as_view())])
    def test_accepts_other_views_and_declared_ones(self, pattern: URLPattern) -> None:
        assert not list(without_lane(views([pattern])))

    def test_sees_nested_addresses(self) -> None:
        nested = URLResolver(path("api/", plain).pattern, [path("x/gcode", plain)])

        assert [address for address, _name, _view in views([nested])] == ["api/x/gcode"]


class TestTheTree:
    def test_every_view_with_machine_output_declares_its_lane(self) -> None:
        found = list(views(get_resolver().url_patterns))

        assert found, "no addresses were found at all"
        assert_none(without_lane(found), "Utilities compute, operations decide (SPEC, governed operations):")

    def test_every_exception_still_exists(self) -> None:
        addresses = {address for address, _name, _view in views(get_resolver().url_patterns)}

        assert set(MENTIONS_ONLY) <= addresses
