"""Rights: every command says who may ask for it, every model who may look at it and how its site is found; edges name no other right."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.core.exceptions import FieldError
from django.db import models

from apps.accounts import rights
from apps.accounts.models import Account, Site
from apps.accounts.states import Role
from apps.journal.commands import all_commands
from apps.journal.reference import our_apps

from .source import TREE, Finding, Module, assert_none, called_name, findings, sample, string

FURTHER = {"orders.cancel_started", "policy.override", "profiles.promote_failing"}
"""Rights that are no command: they allow a particular use of one."""

RIGHT = re.compile(r"[a-z]+\.[a-z_]+")


def our_commands() -> set[str]:
    labels = {config.label for config in our_apps()}
    return {name for name in all_commands() if name.partition(".")[0] in labels}


def our_models() -> list[type[models.Model]]:
    return [model for config in our_apps() for model in config.get_models()]


def undeclared(module: Module) -> Iterator[Finding]:
    """Find rights that an edge asks for and no table has: nobody would ever pass."""
    for node in module.nodes:
        for asked in _asked(node):
            if asked and RIGHT.fullmatch(asked) and not rights.is_declared(asked):
                yield module.finding(node, f"asks for the right {asked!r}, which no rights.py declares")


def _asked(node: ast.AST) -> Iterator[str | None]:
    if isinstance(node, ast.Call) and called_name(node) in ("has_perm", "permission_required", "sites_where", "may_for"):
        yield string(node.args[0]) if node.args else None
    if isinstance(node, ast.Assign) and [ast.unparse(target) for target in node.targets] == ["permission"]:
        yield string(node.value)


class TestTheTree:
    def test_every_command_says_who_may_ask_for_it(self) -> None:
        declared = set(rights.acts()) - FURTHER - {name for name in rights.acts() if name.startswith("toy.")}

        assert our_commands() - declared == set(), "commands without an entry in their app's rights.py"
        assert declared - our_commands() == set(), "entries in a rights.py without a command"

    @pytest.mark.parametrize("model", our_models(), ids=lambda model: model._meta.label)
    def test_every_model_says_who_may_look_at_it(self, model: type[models.Model]) -> None:
        sight = rights.sight_of(model._meta.label_lower)

        assert sight is not None, f"no entry in {model._meta.app_label}/rights.py"
        for lookup in sight.sites:
            assert_leads_to(model, lookup, Site)
        if sight.account:
            assert_leads_to(model, sight.account, Account)

    def test_what_hangs_on_a_site_says_so(self) -> None:
        silent = [
            model._meta.label
            for model in our_models()
            if any(field.related_model is Site for field in model._meta.concrete_fields)
            and not getattr(rights.sight_of(model._meta.label_lower), "sites", ())
        ]

        assert silent == []

    def test_every_role_has_something(self) -> None:
        for role in Role:
            assert any(role in roles for roles in rights.acts().values()) or role == Role.VIEWER

    def test_edges_ask_for_rights_that_exist(self) -> None:
        assert_none(findings(undeclared, *TREE), "Rights are named like commands, or <app>.view_<model>:")


def assert_leads_to(model: type[models.Model], lookup: str, target: type[models.Model]) -> None:
    """Fail unless ``lookup`` is the target itself, its id, or a path to it."""
    try:
        model._default_manager.filter(**{f"{lookup}__in": []}).exists()
    except FieldError as error:  # pragma: no cover
        pytest.fail(str(error))
    if lookup == "pk":
        assert model is target
        return
    at: type[models.Model] = model
    for step in lookup.split("__"):
        field = at._meta.get_field(step)
        related = field.related_model
        if not isinstance(related, type):
            assert step in ("site_id", "account_id")  # a plain id: the record stands below what it refers to
            return
        at = related
    assert at is target


class TestTheChecks:
    @pytest.mark.parametrize(
        "text",
        ['permission = "runs.stop_run"', 'user.has_perm("runs.stop_run", site)', '@permission_required("runs.change_run")\ndef f(): ...'],
    )
    def test_see_a_right_nobody_declared(self, text: str) -> None:
        assert list(undeclared(sample(text)))

    @pytest.mark.parametrize("text", ['permission = "runs.pause_run"', 'permission = ""', 'user.has_perm("runs.view_run")'])
    def test_accept_the_others(self, text: str) -> None:
        assert not list(undeclared(sample(text)))

    def test_our_apps_are_there(self) -> None:
        assert apps.is_installed("apps.runs")
        assert "runs.pause_run" in our_commands()
