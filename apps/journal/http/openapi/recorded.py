"""Which events a command may record, read from its source and from what that calls."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator
from functools import cache
from types import FunctionType, ModuleType
from typing import Any

from apps.journal import event

_DEEPEST = 6
_OURS = "apps."


@cache
def events_of(command: Callable[..., Any]) -> tuple[str, ...]:
    """Return the names of the events that a command may record, in alphabetical order."""
    names = {kind.cls: kind.name for kind in event.all_types()}
    found: set[str] = set()
    waiting, seen = [(inspect.unwrap(command), 0)], set()
    while waiting:
        function, depth = waiting.pop()
        if function in seen or depth > _DEEPEST:
            continue
        seen.add(function)
        for named in _named_in(function):
            if isinstance(named, type) and named in names:
                found.add(names[named])
            elif isinstance(named, FunctionType) and named.__module__.startswith(_OURS) and not hasattr(named, "command_name"):
                waiting.append((named, depth + 1))
    return tuple(sorted(found))


@cache
def _named_in(function: Callable[..., Any]) -> tuple[Any, ...]:
    """Return the objects that a function's source calls or names, found through its module."""
    return tuple(_found_in(function))


def _found_in(function: Callable[..., Any]) -> Iterator[Any]:
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, TypeError, SyntaxError):
        return
    space = getattr(function, "__globals__", {})
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            yield space.get(node.id)
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            owner = space.get(node.value.id)
            if isinstance(owner, ModuleType):
                yield getattr(owner, node.attr, None)
