"""The reference in ``docs/reference``: states, entities and constraints, read from the running code so that it cannot be out of date.

Every page is a function of the models, their state machines, their immutability rules and the declared words; nothing is written by hand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from importlib.util import find_spec
from inspect import getdoc
from typing import Any

from django.apps import AppConfig, apps
from django.db import models
from django.utils import translation
from django_fsm import FSMFieldMixin

from .immutable import AppendOnly, Frozen
from .integrity import unique_field_name
from .refusals import CONSTRAINTS, Refusal

OURS = "apps."
NOTE = "<!-- Written by ./farm manage reference_docs. Change the code, not this file. -->"
KNOWN_SUFFIX = "_is_known"
TYPES = {
    "UUIDField": "uuid",
    "CharField": "text",
    "SlugField": "text",
    "EmailField": "text",
    "TextField": "text",
    "JSONField": "json",
    "BooleanField": "yes_no",
    "DateTimeField": "time",
    "DateField": "date",
    "FloatField": "number",
    "BinaryField": "bytes",
    "ForeignKey": "uuid",
    "OneToOneField": "uuid",
}
"""How a column's type is called; whatever is not named here is an integer."""


def pages() -> dict[str, str]:
    """Return every page of the reference by its file name, in English."""
    with translation.override("en"):
        return {name: _page(lines) for name, lines in PAGES.items()}


def _page(lines: Callable[[], Iterator[str]]) -> str:
    return "\n".join([NOTE, "", *lines()]).rstrip() + "\n"


def our_apps() -> list[AppConfig]:
    """Return farmos' own apps, lowest first."""
    return [config for config in apps.get_app_configs() if config.name.startswith(OURS)]


def _word(model: type[models.Model]) -> str:
    word = str(model._meta.verbose_name)
    return word[:1].upper() + word[1:]


def _cell(text: object) -> str:
    return " ".join(str(text).split()).replace("|", "\\|").replace("``", "`")


def row(*cells: object) -> str:
    """Return one row of a table."""
    return "| " + " | ".join(_cell(cell) for cell in cells) + " |"


def table(*heads: str) -> Iterator[str]:
    """Yield the head of a table."""
    yield row(*heads)
    yield "|" + " --- |" * len(heads)


# -- states -----------------------------------------------------------------------------------------------------------------------------------


def states() -> Iterator[str]:
    """Yield the lines of ``states.md``: a diagram and a table of moves for every state machine, then every code with its label."""
    yield from ("# States and codes", "", "Which moves each record can make, and every code with its label.", "", "## State machines", "")
    for config in our_apps():
        for model in config.get_models():
            for field in model._meta.concrete_fields:
                if isinstance(field, FSMFieldMixin):
                    yield from _machine(model, field)
    yield from ("## Codes", "")
    for config in our_apps():
        for choices in _enumerations(config):
            yield from _codes(config, choices)


def _machine(model: type[models.Model], field: Any) -> Iterator[str]:
    moves = sorted(field.get_all_transitions(model), key=_in_order_of(field))
    left = {str(move.source) for move in moves}
    yield from (f"### {_word(model)}: {field.name} (`{model._meta.label}.{field.name}`)", "", "```mermaid", "stateDiagram-v2")
    if field.has_default():
        yield f"    [*] --> {field.get_default()}"
    yield from (f"    {move.source} --> {move.target}: {move.name}" for move in moves)
    yield from (f"    {state} --> [*]" for state, _label in field.flatchoices if state not in left)
    yield from ("```", "")
    yield from table("move", "from", "to", "meaning")
    for name in dict.fromkeys(move.name for move in moves):
        same = [move for move in moves if move.name == name]
        yield row(f"`{name}`", ", ".join(str(move.source) for move in same), same[0].target, getdoc(same[0].method) or "")
    yield ""


def _in_order_of(field: Any) -> Callable[[Any], tuple[int, int, str]]:
    order = {state: rank for rank, (state, _label) in enumerate(field.flatchoices)}
    return lambda move: (order[move.source], order[move.target], move.name)


def _enumerations(config: AppConfig) -> Iterator[type[models.Choices]]:
    name = f"{config.name}.states"
    if find_spec(name) is None:
        return
    for value in vars(import_module(name)).values():
        if isinstance(value, type) and issubclass(value, models.Choices) and value.__module__ == name:
            yield value


def _codes(config: AppConfig, choices: type[models.Choices]) -> Iterator[str]:
    yield from (f"### {choices.__name__} ({config.verbose_name})", "", _cell(getdoc(choices) or ""), "")
    yield from table("code", "label")
    yield from (row(f"`{code}`", label) for code, label in choices.choices)
    yield ""


# -- entities ---------------------------------------------------------------------------------------------------------------------------------


def entities() -> Iterator[str]:
    """Yield the lines of ``entities.md``: per app a diagram of its records and what the database keeps of each."""
    yield from ("# Records", "", "Per app: its records, how they refer to each other, and what of each the database never lets change.", "")
    for config in our_apps():
        found = list(config.get_models())
        if found:
            yield from (f"## {config.verbose_name} (`{config.name}`)", "", "```mermaid", "erDiagram")
            for model in found:
                yield from _entity(model)
            for model in found:
                yield from _relations(model)
            yield from ("```", "")
            yield from table("record", "in words", "what it is", "kept by the database")
            yield from (row(f"`{model.__name__}`", _word(model), getdoc(model) or "", kept(model)) for model in found)
            yield ""


def _entity(model: type[models.Model]) -> Iterator[str]:
    yield f"    {model.__name__} {{"
    for field in model._meta.concrete_fields:
        key = " PK" if field.primary_key else " FK" if field.is_relation else ""
        yield f"        {TYPES.get(field.get_internal_type(), 'integer')} {field.name}{key}"
    yield "    }"


def _relations(model: type[models.Model]) -> Iterator[str]:
    for field in model._meta.concrete_fields:
        target = field.related_model
        if isinstance(target, type) and target.__module__.startswith(OURS):
            one = "|o" if field.null else "||"
            many = "o|" if field.unique or _alone(model, field.name) else "o{"
            yield f"    {target.__name__} {one}--{many} {model.__name__} : {field.name}"


def _alone(model: type[models.Model], field: str) -> bool:
    """Does a constraint allow one row at most for each value of ``field``?"""
    unique = [constraint for constraint in model._meta.constraints if isinstance(constraint, models.UniqueConstraint)]
    return any(tuple(constraint.fields) == (field,) and constraint.condition is None for constraint in unique)


def kept(model: type[models.Model]) -> str:
    """Return in words what the model's immutability rule keeps."""
    match getattr(model, "immutable", None):
        case AppendOnly(may_fill=()):
            return "append-only: never changed, never deleted"
        case AppendOnly(may_fill=fill):
            return f"append-only; filled once: {_names(fill)}"
        case Frozen(fields=fields, when=when, always=always) if always:
            return f"never deleted; never changed: {_names(always)}; nor, once `{when}`: {_names(fields)}"
        case Frozen(fields=fields, when="1 = 1"):
            return f"never deleted; never changed: {_names(fields)}"
        case Frozen(fields=fields, when=when):
            return f"once `{when}`: never deleted; never changed: {_names(fields)}"
    return "may change (by commands only)"


def _names(fields: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in fields)


# -- constraints ------------------------------------------------------------------------------------------------------------------------------


def constraints() -> Iterator[str]:
    """Yield the lines of ``constraints.md``: what the database refuses, and with which words."""
    yield from ("# Constraints", "", "What the database itself refuses, the refusal code everybody gets, and its words.", "")
    for config in our_apps():
        for model in config.get_models():
            rules = list(_rules(model))
            if rules:
                yield from (f"## {_word(model)} (`{model._meta.label}`)", "")
                yield from table("constraint", "refusal", "status", "sentence", "way on")
                yield from rules
                yield ""


def _rules(model: type[models.Model]) -> Iterator[str]:
    names = [constraint.name for constraint in model._meta.constraints]
    table = model._meta.db_table
    names += [
        unique_field_name(table, str(field.column)) for field in model._meta.concrete_fields if field.unique and not field.primary_key
    ]
    for name in names:
        refusal = _refusal(model, name)
        title = str(refusal.words.title)
        sentence = f"{title}{'' if title.endswith('?') else '.'} {refusal.detail}"
        yield row(f"`{name}`", f"`{refusal.code}`", refusal.status, sentence, refusal.fix)


def _refusal(model: type[models.Model], constraint: str) -> Refusal:
    if not constraint.endswith(KNOWN_SUFFIX):
        return Refusal(CONSTRAINTS[constraint])
    guarded = [field.name for field in model._meta.concrete_fields if constraint.endswith(f"_{field.name}{KNOWN_SUFFIX}")]
    return Refusal("unknown-code", field=max(guarded, key=len))


PAGES: dict[str, Callable[[], Iterator[str]]] = {"states.md": states, "entities.md": entities, "constraints.md": constraints}
"""Every page by its file name. Apps above may add theirs."""
