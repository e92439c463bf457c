"""One line of a route for one command: the view is made from the command's own signature."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, TypedDict, Unpack

from django.db.models import Model
from django.urls import URLPattern, path
from rest_framework.request import Request

from apps.journal.refusals import NotFound, Refusal

from . import shaping
from .api_view import RecordsView
from .command_view import CommandView
from .scope import scope_of

Check = Callable[[Any, Request, Any, Any], None]
"""What refuses, by raising: called with the view, the request, the record (or None) and the body."""

_PART = re.compile(r"<(?:\w+:)?(\w+)>")


class Act(CommandView):
    """POST: one command, its body as its signature says.

    Attributes:
        target: Which part of the address is a record of ``model``; empty: none is.
        refers: Arguments that hold ids of records, with the views that say which of them the asker may know of.
        acts_on: Those of ``refers`` on which the command acts, so that the right is needed where they are.
        fixed: Arguments that no sender chooses.
        further: Arguments that need a right of their own when they are given.
        checks: What this person may not do, or with these values.
    """

    target: ClassVar[str] = ""
    refers: ClassVar[Mapping[str, type[RecordsView]]] = {}
    acts_on: ClassVar[frozenset[str]] = frozenset()
    fixed: ClassVar[Mapping[str, Any]] = {}
    further: ClassVar[Mapping[str, str]] = {"override": "policy.override"}
    checks: ClassVar[tuple[Check, ...]] = ()

    def arguments(self, sent: Any) -> dict[str, Any]:
        """Return the body's values as the command wants them, and the fixed ones."""
        hints = shaping.hints_of(self.command)
        read = {name: shaping.as_argument(getattr(sent, name), hints[name]) for name in sent.__struct_fields__}
        return {**read, **self.fixed}

    def check(self, request: Request, row: Any, sent: Any) -> None:
        """Refuse what the asker may not know of or may not do.

        Raises:
            NotFound: an id of something that is not theirs to see.
            Refusal: ``permission-denied``, ``proof-needed``.
        """
        if self.target and row is None:
            row = self.find(request, self.kwargs[self.target])
            self.require(request, self.permission, row)
        for name, scope in self.refers.items():
            self._check_reference(request, scope, name, getattr(sent, name))
        for name, right in self.further.items():
            if getattr(sent, name, ""):
                self._check_further(request, right, row)
        for refuse in self.checks:
            refuse(self, request, row, sent)

    def _check_further(self, request: Request, right: str, row: Any) -> None:
        asker: Any = request.user
        if not asker.has_perm(right, *([row] if row is not None else [])):
            raise Refusal("permission-denied")
        if asker.must_prove(right):
            raise Refusal("proof-needed")

    def _check_reference(self, request: Request, scope: type[RecordsView], name: str, value: Any) -> None:
        if value is None:
            return
        wanted = list(value) if isinstance(value, list | tuple) else [value]
        view = scope()
        found = {row.pk: row for row in view.visible(request).filter(pk__in=wanted)}
        for identifier in wanted:
            if identifier not in found:
                raise NotFound(str(scope.model._meta.verbose_name), id=str(identifier))
            if name in self.acts_on:
                view.require(request, self.permission, found[identifier])


class Chosen(TypedDict, total=False):
    """What may be said of a command's route besides.

    Attributes:
        refers: Arguments that are ids, or lists of ids, of records the asker must know of, with their model.
        acts_on: Those of ``refers`` where the right is needed, too.
        fixed: Arguments that no sender chooses.
        checks: What refuses besides.
        further: Arguments that need a right of their own when they are given.
        creates: The model of what comes into being; the command returns its id (201).
        location: The name of the address of what was created.
        customers: Whether customers may ask for it, for what is theirs.
    """

    refers: Mapping[str, type[Model]]
    acts_on: tuple[str, ...]
    fixed: Mapping[str, Any]
    checks: tuple[Check, ...]
    further: Mapping[str, str]
    creates: type[Model]
    location: str
    customers: bool


def act(place: str, command: Callable[..., Any], on: type[RecordsView] | None = None, **chosen: Unpack[Chosen]) -> URLPattern:
    """Return the route of one command.

    Args:
        place: The address below ``/api/v1``. Its last ``<uuid:…_id>`` names an argument of the command: the record it is against.
        command: The command. The right it needs is its name.
        on: The view that says which records the asker may know of.
        chosen: What is not as usual.
    """
    name: str = command.command_name  # type: ignore[attr-defined]
    parts, fixed = _PART.findall(place), chosen.get("fixed", {})
    target = parts[-1] if parts and on is not None else ""
    members: dict[str, Any] = {
        "__doc__": f"POST: {shaping.summary_of(command)[0]}",
        "__module__": command.__module__,
        "is_made": True,
        "permission": name,
        "command": staticmethod(command),
        "shape": shaping.body_of(command, without={*parts, *fixed}),
        "target": target,
        "record": target if on is not None and target and _has_version(on.model) else "",
        "open_to_customers": chosen.get("customers", False),
        "refers": {argument: scope_of(model) for argument, model in chosen.get("refers", {}).items()},
        "acts_on": frozenset(chosen.get("acts_on", ())),
        "further": {**Act.further, **chosen.get("further", {})},
        "fixed": fixed,
        **{attribute: chosen[attribute] for attribute in ("checks", "creates", "location") if attribute in chosen},
    }
    made = type("".join(part.capitalize() for part in command.__name__.split("_")), (Act, on) if on else (Act,), members)
    return path(place, made.as_view(), name=name)  # type: ignore[attr-defined]


def _has_version(model: type[Model]) -> bool:
    return any(field.name == "version" for field in model._meta.fields)
