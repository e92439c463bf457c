"""The body of a command, from the command's own signature: one source for what it takes, what the API reads and what OpenAPI says."""

from __future__ import annotations

import inspect
import re
import types
from collections.abc import Callable, Collection
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from functools import cache
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID

import msgspec

from apps.journal.context import Context

LONGEST = 2000
"""Characters of a text at most, where the command or its column says nothing narrower."""
LONGEST_FILE_TEXT = 500_000
MOST_ITEMS = 1000
"""Items of a list at most."""

_FILE_TEXTS = frozenset({"text"})
"""Arguments that hold the text of a whole file."""

_ARGUMENT = re.compile(r"^    (\w+): (.*?)(?=^    \w+: |\Z)", re.M | re.S)


class Nothing(msgspec.Struct, forbid_unknown_fields=True):
    """The body of a command that needs nothing but its address."""


def arguments_of(command: Callable[..., Any]) -> dict[str, inspect.Parameter]:
    """Return the arguments of a command but its context, by name."""
    return {name: one for name, one in inspect.signature(command).parameters.items() if name != "ctx"}


def takes(command: Callable[..., Any], name: str) -> bool:
    """Does the command have an argument of this name?"""
    return name in arguments_of(command)


@cache
def hints_of(command: Callable[..., Any]) -> dict[str, Any]:
    """Return the resolved types of a command's arguments and result."""
    return get_type_hints(inspect.unwrap(command), localns={"Context": Context})


def body_of(command: Callable[..., Any], *, without: Collection[str] = ()) -> type[msgspec.Struct]:
    """Return a Struct with the command's arguments but ``without`` those that the address, a header or the view gives."""
    hints = hints_of(command)
    members: list[Any] = []
    for name, one in arguments_of(command).items():
        if name in without or name == "expected_version":
            continue
        shape = _wire(hints[name], name)
        members.append((name, shape) if one.default is one.empty else (name, shape, _constant(one.default)))
    if not members:
        return Nothing
    public: str = command.command_name  # type: ignore[attr-defined]
    name = "".join(part.capitalize() for part in public.replace(".", "_").split("_"))
    body = msgspec.defstruct(name, members, kw_only=True, forbid_unknown_fields=True, module=command.__module__)
    body.__doc__ = f"Body of ``{public}``."
    return body


def described(command: Callable[..., Any]) -> dict[str, str]:
    """Return what a command's docstring says of its arguments."""
    return described_in(inspect.unwrap(command))


def described_in(documented: Any) -> dict[str, str]:
    """Return what the ``Args`` section of a docstring says, by name."""
    sections = re.split(r"^Args:\n", inspect.getdoc(documented) or "", maxsplit=1, flags=re.M)[1:]
    listed = re.split(r"^(?=\S)", sections[0], maxsplit=1, flags=re.M)[0] if sections else ""
    return {name: " ".join(words.split()) for name, words in _ARGUMENT.findall(listed)}


def summary_of(command: Callable[..., Any]) -> tuple[str, str]:
    """Return the first sentence of a command's docstring and what is said before its sections."""
    text = inspect.getdoc(inspect.unwrap(command)) or ""
    story = re.split(r"^(?:Args|Raises|Returns):", text, maxsplit=1, flags=re.M)[0].strip()
    return " ".join(story.partition("\n\n")[0].split()), story


def refusals_in(text: str) -> list[str]:
    """Return the codes that a docstring names among what is raised."""
    raised = re.split(r"^\s*Raises:", text, maxsplit=1, flags=re.M)[1:]
    return sorted(set(re.findall(r"``([a-z]+(?:-[a-z]+)+)``", raised[0]))) if raised else []


def as_argument(value: Any, wanted: Any) -> Any:
    """Return a value that was read in its wire shape as the type the command wants."""
    kinds = alternatives(wanted)
    if value is None or len(kinds) != 1:
        return value
    (kind,) = kinds
    if get_origin(kind) is tuple:
        item = get_args(kind)[0]
        return tuple(as_argument(one, item) for one in value)
    if is_dataclass(kind) and isinstance(value, msgspec.Struct):
        hints = get_type_hints(kind)
        return kind(**{name: as_argument(getattr(value, name), hints[name]) for name in value.__struct_fields__})  # type: ignore[operator]
    return value


def alternatives(wanted: Any) -> tuple[Any, ...]:
    """Return the types a value may have beside None."""
    if get_origin(wanted) in (Union, types.UnionType):
        return tuple(kind for kind in get_args(wanted) if kind is not type(None))
    return (wanted,)


def _constant(default: Any) -> Any:
    return msgspec.field(default_factory=lambda: default) if isinstance(default, dict | list) else default


def _wire(wanted: Any, name: str) -> Any:
    kinds = alternatives(wanted)
    if type(None) in get_args(wanted):
        return Union[(*(_wire(kind, name) for kind in kinds), None)]
    if wanted is str:
        return Annotated[str, msgspec.Meta(max_length=LONGEST_FILE_TEXT if name in _FILE_TEXTS else LONGEST)]
    if wanted is datetime:
        return Annotated[datetime, msgspec.Meta(tz=True)]
    if get_origin(wanted) is tuple:
        return Annotated[tuple[_wire(get_args(wanted)[0], name), ...], msgspec.Meta(max_length=MOST_ITEMS)]  # type: ignore[misc]
    if is_dataclass(wanted) and isinstance(wanted, type):
        return _struct_of(wanted)
    if (
        wanted in (int, float, bool, UUID, date, Any)
        or (isinstance(wanted, type) and issubclass(wanted, Enum))
        or get_origin(wanted) is dict
    ):
        return wanted
    raise TypeError(f"{name}: no body can hold a {wanted!r}")


@cache
def _struct_of(cls: type[Any]) -> type[msgspec.Struct]:
    hints = get_type_hints(cls)
    members: list[Any] = []
    for one in fields(cls):
        shape = _wire(hints[one.name], one.name)
        if one.default is not MISSING:
            members.append((one.name, shape, _constant(one.default)))
        elif one.default_factory is not MISSING:
            members.append((one.name, shape, msgspec.field(default_factory=one.default_factory)))
        else:
            members.append((one.name, shape))
    made = msgspec.defstruct(cls.__name__, members, kw_only=True, forbid_unknown_fields=True, module=cls.__module__)
    made.__doc__ = (cls.__doc__ or "").strip().partition("\n")[0]
    return made
