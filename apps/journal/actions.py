"""What others may ask farmos to do without writing state themselves: the book of actions, filled by the apps that can do them.

A request is kept (``commands.request_action``), then done as an owed effect: by the app's own command, in the name of whoever asked and with their
rights at that moment. What came of it is kept with the request.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Model

from .context import Context
from .refusals import NotFound, Refusal

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be done.

    Args:
        target: The record it is to be done to, read just now.
        reason: Why, in words.
        params: What else was said.
    """

    target: Any
    reason: str
    params: dict[str, Any]


Do = Callable[[Context, Wanted], Any]


@dataclass(frozen=True, slots=True)
class Action:
    """One thing others may ask for.

    Args:
        code: Its name, such as ``PAUSE_RUN``.
        label: What a person calls it.
        kind: The subject kind of its target.
        model: The model of its target.
        right: What whoever asks must be allowed, where the target is.
        site_of: The site of a target.
        do: Calls the command and returns its answer.
        takes: What else can be said of it, by name.
    """

    code: str
    label: StrOrPromise
    kind: str
    model: type[Model]
    right: str
    site_of: Callable[[Any], UUID]
    do: Do
    takes: frozenset[str]


_known: dict[str, Action] = {}


def action(
    code: str, *, label: StrOrPromise, kind: str, model: type[Model], right: str, site_of: Callable[[Any], UUID], takes: Iterable[str] = ()
) -> Callable[[Do], Do]:
    """Make the decorated function what is done when somebody asks for ``code``.

    Raises:
        ValueError: the code is taken.
    """

    def register(do: Do) -> Do:
        if code in _known:
            raise ValueError(f"action {code} is declared twice")
        _known[code] = Action(code, label, kind, model, right, site_of, do, frozenset(takes))
        return do

    return register


def all_actions() -> dict[str, Action]:
    """Return every action by its code."""
    return dict(sorted(_known.items()))


def named(code: str) -> Action:
    """Return the action with this code.

    Raises:
        Refusal: ``action-unknown``.
    """
    if code not in _known:
        raise Refusal("action-unknown", action=code[:40], known=sorted(_known))
    return _known[code]


def target_of(found: Action, target_id: UUID) -> Any:
    """Return the record an action is asked for.

    Raises:
        NotFound: there is none.
    """
    row = found.model._default_manager.filter(pk=target_id).first()
    if row is None:
        raise NotFound(str(found.model._meta.verbose_name), id=str(target_id))
    return row
