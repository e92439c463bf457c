"""Commands look alike: named ``<app>.<verb>``, ``ctx`` first and the rest by keyword, a docstring, and a test file of their own.

``changes.py`` holds what a higher app's command may change here: its functions take ``ctx`` first and only commands call them.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pytest

from .source import TREE, Finding, Function, Module, app_names, assert_none, attribute_chain, findings, modules, sample, string

NAME = re.compile(r"[a-z]+\.[a-z]+(_[a-z0-9]+)*")
NOT_IMPERATIVE = re.compile(r"\w*(ed|ing|tion|ment)")
IMPERATIVE_ANYWAY = frozenset({"feed", "shed", "embed", "bring", "mention", "need", "proceed", "exceed", "ring", "implement", "document"})


@dataclass(frozen=True)
class Command:
    """A function decorated with ``@command("app.verb")``."""

    module: Module
    function: Function
    name: str


def commands_in(module: Module) -> Iterator[Command]:
    """Yield the commands declared in ``module``."""
    for function in module.functions():
        for decorator in function.decorator_list:
            if isinstance(decorator, ast.Call) and attribute_chain(decorator.func)[-1:] == ["command"]:
                yield Command(module, function, string(decorator.args[0]) or "" if decorator.args else "")


def shape(module: Module) -> Iterator[Finding]:
    """Find commands that do not look like the others."""
    for command in commands_in(module):
        for problem in [*_name_problems(command), *_signature_problems(command.function)]:
            yield module.finding(command.function, f"command {command.function.name}: {problem}")


def _name_problems(command: Command) -> Iterator[str]:
    app, _dot, verb = command.name.partition(".")
    if not NAME.fullmatch(command.name) or app != command.module.app:
        yield f'is called {command.name!r}; call it "{command.module.app}.<verb>"'
    for first in (verb.split("_")[0], command.function.name.split("_")[0]):
        if NOT_IMPERATIVE.fullmatch(first) and first not in IMPERATIVE_ANYWAY:
            yield f"{first!r} is no order; commands are imperatives (approve_plan), events are past tense (PlanApproved)"
    if command.module.role != "commands":
        yield "lives outside commands.py"
    if not ast.get_docstring(command.function):
        yield "has no docstring; say what it does, what it refuses and why"


def _signature_problems(function: Function) -> Iterator[str]:
    arguments = function.args
    positional = [*arguments.posonlyargs, *arguments.args]
    if not positional or positional[0].arg != "ctx" or _annotation(positional[0]) != "Context":
        yield "must take `ctx: Context` first"
    if len(positional) > 1 or arguments.vararg:
        yield "takes arguments by position; everything after ctx is keyword-only (`ctx: Context, *, run_id: UUID`)"
    if arguments.kwarg:
        yield "takes **kwargs; the fingerprint of a request needs named arguments"
    unannotated = [argument.arg for argument in [*positional, *arguments.kwonlyargs] if argument.annotation is None]
    if unannotated or function.returns is None:
        yield f"is not fully annotated ({', '.join(unannotated) or 'no return type'})"


def _annotation(argument: ast.arg) -> str:
    return ast.unparse(argument.annotation).split(".")[-1] if argument.annotation else ""


def expected_test(command: Command) -> str:
    """Return the path of the file that must test ``command``."""
    return f"tests/{command.module.app}/test_{command.function.name}.py"


def untested(commands: Iterable[Command], tests: Iterable[Module]) -> Iterator[Finding]:
    """Find commands without a test file that calls them."""
    by_path = {module.path: module for module in tests}
    for command in commands:
        path = expected_test(command)
        test = by_path.get(path)
        if test is None or not any(function.name.startswith("test_") for function in test.functions()):
            yield command.module.finding(command.function, f"command {command.function.name} has no test: write {path}")
        elif command.function.name not in test.text:
            yield command.module.finding(command.function, f"{path} never calls {command.function.name}")


def repeated(commands: Iterable[Command]) -> Iterator[Finding]:
    """Find command names that stand for two functions."""
    found = list(commands)
    counts = Counter(command.name for command in found)
    for command in found:
        if counts[command.name] > 1:
            yield command.module.finding(command.function, f"command name {command.name} is used twice")


def changes_shape(module: Module) -> Iterator[Finding]:
    """Find public functions in ``changes.py`` that do not take ``ctx`` first."""
    if module.role != "changes":
        return
    for function in module.tree.body:
        if isinstance(function, Function) and not function.name.startswith("_"):
            first = [*function.args.posonlyargs, *function.args.args][:1]
            if not first or first[0].arg != "ctx" or _annotation(first[0]) != "Context":
                yield module.finding(function, f"{function.name} must take `ctx: Context` first: it runs inside somebody's command")


def changes_callers(module: Module) -> Iterator[Finding]:
    """Find files other than commands and changes that reach for some app's ``changes``, or for the gate, which writes as they do."""
    if module.role in ("commands", "changes") or module.path == "apps/policy/gate.py":
        return
    imported = {name.split(".")[-1] for _node, name in module.imports() if re.fullmatch(r"apps\.\w+", name)}
    for node, name in module.imports():
        if re.match(r"apps\.(\w+\.changes|policy\.gate)(\.|$)", name):
            yield module.finding(node, f"imports {name}, which writes inside a command's transaction; call a command instead")
    for node in module.nodes:
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in imported:
            app, part = node.value.id, node.attr
            if part == "changes" or (app, part) == ("policy", "gate"):
                yield module.finding(node, f"uses {app}.{part}; call a command instead")


def all_commands() -> list[Command]:
    return [command for module in modules("apps") for command in commands_in(module)]


GOOD = '''
@command("runs.dispatch")
def dispatch_run(ctx: Context, *, run_id: UUID) -> UUID:
    """Give the run to a printer."""
'''


class TestTheShapeCheck:
    def test_accepts_a_command_as_the_architecture_shows_it(self) -> None:
        assert not list(shape(sample(GOOD, "apps/runs/commands.py")))

    @pytest.mark.parametrize(
        ("was", "becomes", "says"),
        [
            ("(ctx: Context, *, run_id: UUID)", "(run_id: UUID)", "ctx: Context"),
            ("ctx: Context", "ctx", "ctx: Context"),
            ("*, run_id", "run_id", "keyword-only"),
            ("run_id: UUID", "run_id", "annotated"),
            (" -> UUID:", ":", "no return type"),
            ("*, run_id: UUID", "**values: UUID", "**kwargs"),
            ('    """Give the run to a printer."""', "    return run_id", "docstring"),
            ("runs.dispatch", "orders.dispatch", "runs.<verb>"),
            ("runs.dispatch", "runs.Dispatch", "runs.<verb>"),
            ("runs.dispatch", "runs.dispatched", "imperatives"),
            ("def dispatch_run", "def dispatching_run", "imperatives"),
        ],
    )
    def test_sees_what_is_different(self, was: str, becomes: str, says: str) -> None:
        broken = sample(GOOD.replace(was, becomes), "apps/runs/commands.py")

        assert any(says in finding.message for finding in shape(broken))

    def test_sees_a_command_outside_commands(self) -> None:
        assert any("commands.py" in finding.message for finding in shape(sample(GOOD, "apps/runs/views.py")))

    def test_sees_a_name_used_twice(self) -> None:
        commands = list(commands_in(sample(GOOD + GOOD.replace("dispatch_run", "send_run"), "apps/runs/commands.py")))

        assert len(list(repeated(commands))) == 2


class TestTheTestCheck:
    command = next(commands_in(sample(GOOD, "apps/runs/commands.py")))
    path = "tests/runs/test_dispatch_run.py"

    @pytest.mark.parametrize("text", ["", "def test_nothing(): pass", "import dispatch_run"])
    def test_sees_a_command_without_a_test_that_calls_it(self, text: str) -> None:
        assert list(untested([self.command], [sample(text, self.path)]))

    def test_sees_a_missing_file(self) -> None:
        (finding,) = untested([self.command], [])

        assert self.path in finding.message

    def test_accepts_a_test_that_calls_it(self) -> None:
        assert not list(untested([self.command], [sample("def test_it(ctx): dispatch_run(ctx)", self.path)]))


class TestTheChangesCheck:
    def test_sees_a_function_without_ctx(self) -> None:
        assert list(changes_shape(sample("def occupy(printer: Printer) -> None: ...", "apps/fleet/changes.py")))

    def test_accepts_ctx_first_and_private_parts(self) -> None:
        text = "def occupy(ctx: Context, printer: Printer) -> None: ...\ndef _free(printer: Printer) -> None: ..."

        assert not list(changes_shape(sample(text, "apps/fleet/changes.py")))

    @pytest.mark.parametrize(
        "text",
        [
            "from apps.fleet import changes",
            "from apps.fleet import changes as fleet_changes",
            "from apps.fleet.changes import occupy",
            "import apps.fleet.changes",
            "from . import changes",
            "from .changes import fail",
            "from apps import fleet\nfleet.changes.occupy(ctx, printer)",
            "from apps.policy import gate",
            "from apps.policy.gate import judge",
            "from apps import policy\npolicy.gate.judge(ctx, question)",
        ],
    )
    def test_sees_every_way_to_reach_changes(self, text: str) -> None:
        assert list(changes_callers(sample(text, "apps/runs/views.py")))
        assert not list(changes_callers(sample(text, "apps/runs/commands.py")))


class TestTheTree:
    def test_commands_look_alike(self) -> None:
        assert_none(findings(shape, *TREE), "Every command looks like the others (docs/adding-a-command.md):")

    def test_command_names_are_unique(self) -> None:
        assert_none(repeated(all_commands()), "A command's name is part of the API:")

    def test_every_command_has_its_test(self) -> None:
        assert_none(untested(all_commands(), modules("tests")), "Every command has a test file of its own:")

    def test_changes_take_ctx_first(self) -> None:
        assert_none(findings(changes_shape, *TREE), "Functions in changes.py run inside a command:")

    def test_only_commands_use_changes(self) -> None:
        assert_none(findings(changes_callers, *TREE), "Only commands.py and changes.py call changes.py and the gate:")

    def test_there_are_apps_to_check(self) -> None:
        assert {"journal", "runs"} <= set(app_names())
