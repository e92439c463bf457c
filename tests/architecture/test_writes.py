"""Only commands write: ``commands.py`` and ``changes.py`` change rows, everything else asks them to.

The check reads source. Names that can only mean a model (``save_changes``, ``bulk_create``, ``get_or_create`` …) count wherever they are called.
Names that dicts, sets and storages share (``update``, ``delete``, ``create``, ``add``) count when what they are called on is a query: it mentions
a manager, a query-set method, a relation of one of our models, or a variable that was made from one.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache

import pytest
from django.apps import apps

from .source import TREE, Finding, Function, Module, assert_none, attribute_chain, findings, modules, sample, string

WRITERS = ("commands", "changes")
"""Roles of files that may change rows."""

MECHANISMS = {
    "apps/journal/versioned.py": "defines add, save and save_changes themselves",
    "apps/journal/raw.py": "receipts, events, deliveries: plain SQL inside the command's transaction",
    "apps/journal/immutable.py": "makes the append-only triggers",
    "apps/journal/sequencer.py": "fills feed_seq and chain_hash",
    "apps/journal/leases.py": "claims, renews and ends deliveries by guarded UPDATE",
    "apps/journal/sweeping.py": "forgets old receipts",
    "apps/journal/heartbeats.py": "signs of life, on a connection of their own and never inside a command",
    "apps/runs/connector/shards.py": "leases of connectors: guarded UPDATEs, never inside a command",
    "apps/runs/connector/keeping.py": "numbers of printers for charts: appended by one statement for all, never inside a command",
    "apps/policy/gate.py": "keeps the decision in the transaction of the command that asks; test_commands.py lets only commands ask",
}
"""Machinery that writes for commands, each with its reason. Nothing else belongs here: write a command instead."""

ALWAYS = frozenset(
    f"{prefix}{name}"
    for prefix in ("", "a")
    for name in (
        "save",
        "save_changes",
        "bulk_create",
        "bulk_update",
        "get_or_create",
        "update_or_create",
        "create_user",
        "create_superuser",
    )
)
ON_QUERIES = frozenset(f"{prefix}{name}" for prefix in ("", "a") for name in ("create", "update", "delete", "add", "set", "_raw_delete"))
MANAGERS = frozenset({"objects", "_default_manager", "_base_manager"})
QUERIES = frozenset(
    {
        "filter",
        "exclude",
        "all",
        "select_for_update",
        "select_related",
        "prefetch_related",
        "order_by",
        "using",
        "annotate",
        "only",
        "defer",
        "get_queryset",
    }
)
NOT_ROWS = frozenset({"storage", "default_storage", "image", "store", "bucket"})
"""Receivers whose ``save`` writes bytes, not rows."""

SQL = re.compile(
    r"\s*(INSERT\s+INTO|UPDATE\s+\S+\s+SET|DELETE\s+FROM|TRUNCATE|(DROP|ALTER)\s+(TABLE|TRIGGER|INDEX|FUNCTION))", re.IGNORECASE
)


@cache
def relation_names() -> frozenset[str]:
    """The attributes of our models that lead to other rows (``run.outcomes``)."""
    names = set()
    for model in apps.get_models():
        if model.__module__.startswith("apps."):
            names |= {str(relation.get_accessor_name()) for relation in model._meta.related_objects}
            names |= {field.name for field in model._meta.many_to_many}
    return frozenset(names)


def is_query(node: ast.AST, queries: set[str]) -> bool:
    """Does the expression stand for rows? ``queries`` are the variables known to."""
    chain = attribute_chain(node)
    if isinstance(node, ast.Attribute) and node.attr in relation_names():
        return True
    return bool(chain) and (chain[0] in queries or bool(MANAGERS.intersection(chain)) or bool(QUERIES.intersection(chain[1:])))


def query_variables(scope: Function | ast.Module) -> set[str]:
    """The names in ``scope`` that hold queries: assigned from one, or annotated as ``QuerySet``."""
    names: set[str] = set()
    for node in ast.walk(scope):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if is_query(value, names):
                names.add(name)
            case ast.arg(arg=name, annotation=annotation) if annotation is not None and "QuerySet" in ast.unparse(annotation):
                names.add(name)
    return names


def is_write(call: ast.Call, queries: set[str]) -> bool:
    """Does this call change rows?"""
    if not isinstance(call.func, ast.Attribute):
        return False
    name, receiver = call.func.attr, call.func.value
    chain = attribute_chain(receiver)
    if name in ALWAYS:
        return not (chain and chain[-1].lstrip("_") in NOT_ROWS)
    if name in {"add", "delete", "adelete"} and not call.args and not call.keywords:
        return True  # a set's add takes an element, a storage's delete takes a name: without either it is a row
    return name in ON_QUERIES and is_query(receiver, queries)


def writes(module: Module) -> Iterator[Finding]:
    """Find every place in ``module`` that changes rows."""
    seen: set[ast.AST] = set()
    for scope in [*module.functions(), module.tree]:
        queries = query_variables(scope)
        for node in ast.walk(scope):
            if isinstance(node, ast.Call) and node not in seen and is_write(node, queries):
                seen.add(node)
                yield module.finding(
                    node, f"`{ast.unparse(node.func)}(…)` changes rows; call a command (or a function in changes.py) instead"
                )
    for node in module.nodes:
        text = string(node)
        if text is not None and SQL.match(text):
            yield module.finding(node, f"SQL that changes rows ({text.split()[0]} …); call a command instead")


def writes_outside_commands(module: Module) -> Iterator[Finding]:
    """Find writes in a file that is neither a command file nor a listed mechanism."""
    if module.role not in WRITERS and module.path not in MECHANISMS:
        yield from writes(module)


def seeding_callers(module: Module) -> Iterator[Finding]:
    """Find uses of ``frame.seeding``, the back door of factories and data migrations."""
    if module.path == "apps/journal/frame.py":
        return
    for node in module.nodes:
        if (isinstance(node, ast.Attribute) and node.attr == "seeding") or (isinstance(node, ast.Name) and node.id == "seeding"):
            yield module.finding(node, "seeding() is for test factories and data migrations; write a command")


class TestTheCheck:
    @pytest.mark.parametrize(
        "code",
        [
            "run.save()",
            "run.save_changes('state')",
            "Run(plate=plate).add()",
            "run.delete()",
            "Run.objects.create(plate=plate)",
            "Run.objects.filter(pk=1).update(state='failed')",
            "Run._default_manager.all().delete()",
            "Run.objects.bulk_create(rows)",
            "Run.objects.get_or_create(pk=1)",
            "await Run.objects.acreate(plate=plate)",
            "form.save()",
            "rows = Run.objects.filter(pk=1)\n    rows.update(state='failed')",
            "rows = Run.objects.all()\n    late = rows.exclude(pk=1)\n    late.delete()",
            "cursor.execute('UPDATE runs_run SET state = %s')",
            "cursor.execute(f'DELETE FROM {table}')",
            "user.groups.add(group)",
        ],
    )
    def test_sees_a_write(self, code: str) -> None:
        assert list(writes_outside_commands(sample(f"async def view(request):\n    {code}\n")))

    @pytest.mark.parametrize(
        "code",
        [
            "counts.update(a=1)",
            "seen.add(run)",
            "hasher.update(chunk)",
            "storage.save(name, content)",
            "storage.delete(name)",
            "commands.fail_run(ctx, run_id=run_id)",
            "rows = {}\n    rows.update(state='failed')",
            "Session.create(a=1)",
            "text = 'Update the plan'",
        ],
    )
    def test_leaves_other_things_alone(self, code: str) -> None:
        assert not list(writes_outside_commands(sample(f"def view(request):\n    {code}\n")))

    def test_sees_a_parameter_that_is_a_query(self) -> None:
        assert list(writes_outside_commands(sample("def close(rows: QuerySet[Run]) -> None:\n    rows.update(state='closed')\n")))

    @pytest.mark.parametrize("path", ["apps/runs/commands.py", "apps/runs/commands/dispatch.py", "apps/runs/changes.py"])
    def test_lets_commands_write(self, path: str) -> None:
        assert not list(writes_outside_commands(sample("run.save()", path)))

    @pytest.mark.parametrize("role", ["views", "admin", "api", "tasks", "consumers", "serializers", "models", "domain/pricing"])
    def test_holds_for_every_edge(self, role: str) -> None:
        assert list(writes_outside_commands(sample("run.save()", f"apps/runs/{role}.py")))

    @pytest.mark.parametrize("code", ["with frame.seeding('why'): pass", "with seeding('why'): pass"])
    def test_sees_the_back_door(self, code: str) -> None:
        assert list(seeding_callers(sample(code)))


class TestTheTree:
    def test_only_commands_write(self) -> None:
        assert_none(findings(writes_outside_commands, *TREE), "Only commands.py and changes.py change rows (ARCHITECTURE.md, rule 1):")

    def test_nobody_but_factories_and_migrations_seeds(self) -> None:
        assert_none(findings(seeding_callers, *TREE, "bench"), "frame.seeding() opens a back door around commands:")

    @pytest.mark.parametrize("path", sorted(MECHANISMS))
    def test_every_exception_is_still_needed(self, path: str) -> None:
        (module,) = [found for found in modules("apps") if found.path == path]

        assert list(writes(module)), f"{path} writes nothing any more: take it off MECHANISMS"
