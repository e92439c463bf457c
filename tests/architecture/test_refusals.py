"""Whoever is refused is told why: every refusal code, every database constraint and every choice has words."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable, Iterator

import pytest
from django.apps import apps
from django.db import models
from django.db.models import CheckConstraint, Model, UniqueConstraint

from apps.journal.integrity import unique_field_name
from apps.journal.refusals import CONSTRAINTS, WORDS, Words

from .source import TREE, Finding, Module, assert_none, called_name, modules, sample, string

OURS = ("apps.", "tests.toy.")

KNOWN_SUFFIX = "_is_known"
"""How ``constraints.known()`` ends its names; they share one refusal, ``unknown-code``."""


def our_models() -> list[type[Model]]:
    """Return the models of farmos' apps, the toy app of the tests included."""
    return [model for model in apps.get_models() if model.__module__.startswith(OURS)]


def constraint_names(model: type[Model]) -> Iterator[str]:
    """Yield the names of everything the database refuses about a model's values, ``known()`` checks excepted."""
    for constraint in model._meta.constraints:
        if not (isinstance(constraint, CheckConstraint) and constraint.name.endswith(KNOWN_SUFFIX)):
            yield constraint.name
    table = model._meta.db_table
    for field in model._meta.local_concrete_fields:
        if field.unique and not field.primary_key:
            yield unique_field_name(table, str(field.column))
    for together in model._meta.unique_together:
        yield f"{table}: unique_together {together}; write it as a named UniqueConstraint"


def wordless(names: Iterable[tuple[str, str]], declared: Iterable[str]) -> Iterator[str]:
    """Find constraints (of a model) that no refusal answers for."""
    known = set(declared)
    for model, name in names:
        if name not in known:
            yield f'{model}: {name} has no words; in the app\'s labels.py: declare("<code>", …, constraint="{name}")'


def unguarded_choices(model: type[Model]) -> Iterator[str]:
    """Find columns with choices that the database would let hold anything."""
    names = [constraint.name for constraint in model._meta.constraints]
    for field in model._meta.local_concrete_fields:
        guards = (f"_{field.name}{KNOWN_SUFFIX}", f"_{field.name}_in_range")
        if field.choices and not any(name.endswith(guards) for name in names):
            yield f"{model.__name__}.{field.name} has choices but no known(…) constraint (numbers: between(…))"


def ambiguous(choices: type[models.Choices]) -> Iterator[str]:
    """Find codes without a label, and labels that stand for two codes."""
    labels = [str(label) for label in choices.labels]
    yield from (f"{choices.__name__}.{name} has no label" for name, label in zip(choices.names, labels, strict=True) if not label.strip())
    yield from (
        f"{choices.__name__}: {label!r} stands for {times} codes" for label, times in Counter(labels).items() if label and times > 1
    )


def all_choices() -> list[type[models.Choices]]:
    """Return every enumeration of codes in farmos."""
    found = [*below(models.TextChoices), *below(models.IntegerChoices)]
    return [choices for choices in found if choices.__module__.startswith(OURS)]


def below(base: type[models.Choices]) -> Iterator[type[models.Choices]]:
    """Yield all subclasses of ``base``, at any depth."""
    subclasses: list[type[models.Choices]] = base.__subclasses__()
    for subclass in subclasses:
        yield subclass
        yield from below(subclass)


def refused(module: Module) -> Iterator[tuple[ast.AST, str]]:
    """Yield every code that ``module`` refuses with: ``Refusal("code")``, or a subclass passing it on."""
    for call in module.calls():
        code = string(call.args[0]) if call.args else None
        if code is not None and (
            called_name(call) == "Refusal" or (called_name(call) == "__init__" and "super()" in ast.unparse(call.func) and "-" in code)
        ):
            yield call, code


def undeclared(module: Module, declared: Iterable[str]) -> Iterator[Finding]:
    """Find refusals with a code nobody gave words to."""
    known = set(declared)
    for node, code in refused(module):
        if code not in known:
            yield module.finding(node, f'Refusal("{code}") is not declared; give it words in the app\'s labels.py')


def spoken(module: Module) -> set[str]:
    """Return every string in ``module`` that is not itself the declaration of a code."""
    declarations = {id(call.args[0]) for call in module.calls() if called_name(call) == "declare" and call.args}
    return {
        node.value
        for node in module.nodes
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in declarations
    }


def unused(declared: Iterable[str], answered: Iterable[str], sources: Iterable[Module]) -> Iterator[str]:
    """Find codes that nothing refuses with and no constraint answers with."""
    heard = set(answered).union(*(spoken(module) for module in sources))
    yield from (f"{code} is declared but nothing refuses with it" for code in declared if code not in heard)


def mute(words: Words) -> Iterator[str]:
    """Find refusals that do not say what, why and how to go on, or answer with a status that is no refusal."""
    for part in ("title", "detail", "fix"):
        if not str(getattr(words, part)).strip():
            yield f"{words.code} has no {part}"
    if not 400 <= words.status <= 599:
        yield f"{words.code} answers {words.status}, which is no refusal"


class TestTheChecks:
    def test_see_a_constraint_without_words(self) -> None:
        assert list(wordless([("Run", "one_run"), ("Run", "runs_run.number")], ["one_run"]))
        assert not list(wordless([("Run", "one_run")], ["one_run"]))

    def test_see_an_undeclared_code(self) -> None:
        text = 'raise Refusal("no-such-thing", a=1)\nclass Late(Refusal):\n    def __init__(self):\n        super().__init__("too-late")'

        assert [code for _node, code in refused(sample(text))] == ["no-such-thing", "too-late"]
        assert len(list(undeclared(sample(text), ["too-late"]))) == 1

    def test_see_a_code_nobody_uses(self) -> None:
        source = sample('declare("spare", status=409)\ndeclare("used", status=409)\nraise Refusal("used")')

        assert list(unused(["spare", "used", "answered"], ["answered"], [source])) == ["spare is declared but nothing refuses with it"]

    def test_see_missing_words(self) -> None:
        assert len(list(mute(Words("x", 200, "", "It is so.", " ")))) == 3
        assert not list(mute(Words("x", 409, "Late", "It is late.", "Come earlier.")))

    def test_see_labels_that_are_missing_or_mean_two_things(self) -> None:
        class Colour(models.TextChoices):
            RED = "red", "Red"
            ROT = "rot", "Red"
            NONE = "none", ""

        assert len(list(ambiguous(Colour))) == 2

    def test_see_choices_the_database_does_not_guard(self) -> None:
        class Unguarded(models.Model):
            state = models.CharField(max_length=9, choices=[("a", "A")])

            class Meta:
                app_label = "architecture_sample"
                apps = apps.__class__()

            def __str__(self) -> str:
                return self.state

        assert list(unguarded_choices(Unguarded))


class TestTheTree:
    def test_every_constraint_has_words(self) -> None:
        names = [(model.__name__, name) for model in our_models() for name in constraint_names(model)]

        assert names, "no constraints were found at all"
        assert_none(wordless(names, CONSTRAINTS), "A violated constraint is answered in plain words:")

    def test_no_words_for_constraints_that_are_gone(self) -> None:
        names = {name for model in our_models() for name in constraint_names(model)}

        assert_none(sorted(set(CONSTRAINTS) - names), "These constraints are declared in some labels.py but no model has them:")

    def test_every_choice_is_guarded(self) -> None:
        assert_none((line for model in our_models() for line in unguarded_choices(model)), "A column with choices holds known codes only:")

    def test_every_code_has_one_label(self) -> None:
        assert_none(
            (line for choices in all_choices() for line in ambiguous(choices)), "Every code has exactly one label, every label one code:"
        )

    def test_every_refusal_is_declared(self) -> None:
        found = (finding for module in modules(*TREE) for finding in undeclared(module, WORDS))

        assert_none(found, "Every refusal code has words:")

    def test_every_declared_code_is_used(self) -> None:
        assert_none(unused(WORDS, CONSTRAINTS.values(), modules(*TREE)), "Words for refusals that do not exist mislead:")

    @pytest.mark.parametrize("code", sorted(WORDS))
    def test_every_refusal_says_what_why_and_how_to_go_on(self, code: str) -> None:
        assert_none(mute(WORDS[code]), "Whoever is refused is told why (SPEC invariant 11):")


def test_unique_constraints_are_plain_enough_to_be_named() -> None:
    """SQLite reports a violated unique index by its columns only, so two over the same columns could not be told apart."""
    seen: Counter[tuple[str, tuple[str, ...]]] = Counter()
    for model in our_models():
        for constraint in model._meta.constraints:
            if isinstance(constraint, UniqueConstraint) and constraint.fields:
                seen[model.__name__, tuple(sorted(constraint.fields))] += 1

    assert_none(
        (f"{model} has {times} unique constraints over {fields}" for (model, fields), times in seen.items() if times > 1), "Ambiguous:"
    )
