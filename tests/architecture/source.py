"""Reads the project's own source for the architecture tests.

A rule is a function from one ``Module`` (or all of them) to ``Finding``s. Each rule is tried on a violating sample made with ``sample`` before it
is held against the tree, so a rule that stopped seeing anything fails.
"""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from textwrap import dedent

ROOT = Path(__file__).resolve().parents[2]

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Finding:
    """One place that breaks a rule, and what to do about it."""

    path: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


@dataclass(frozen=True)
class Module:
    """One Python file: where it is and what it says."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """The syntax tree."""
        return ast.parse(self.text, filename=self.path)

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """Every node of the syntax tree, outermost first."""
        return list(ast.walk(self.tree))

    @property
    def parts(self) -> tuple[str, ...]:
        """The path's components, the last without ``.py``."""
        return tuple(self.path.removesuffix(".py").split("/"))

    @property
    def dotted(self) -> str:
        """The name it is imported by."""
        return ".".join(self.parts).removesuffix(".__init__")

    @property
    def app(self) -> str | None:
        """The app it belongs to (``runs``), or None outside ``apps/``. The toy app of the tests counts: it shows how to do it."""
        is_app = self.parts[0] == "apps" or self.parts[:2] == ("tests", "toy")
        return self.parts[1] if is_app and len(self.parts) > 2 else None

    @property
    def role(self) -> str:
        """What kind of file it is within its app: ``commands`` for ``commands.py`` and for everything in a package of that name."""
        return self.parts[2] if self.app else self.parts[-1]

    def finding(self, node: ast.AST, message: str) -> Finding:
        """Return a finding at ``node``."""
        return Finding(self.path, getattr(node, "lineno", 1), message)

    def functions(self) -> Iterator[Function]:
        """Yield every function and method, nested ones included."""
        return (node for node in self.nodes if isinstance(node, Function))

    def calls(self) -> Iterator[ast.Call]:
        """Yield every call."""
        return (node for node in self.nodes if isinstance(node, ast.Call))

    def imports(self) -> Iterator[tuple[ast.AST, str]]:
        """Yield every imported dotted name, relative ones resolved; ``from a import b`` gives ``a.b``."""
        package = self.dotted if self.path.endswith("__init__.py") else self.dotted.rpartition(".")[0]
        for node in self.nodes:
            if isinstance(node, ast.Import):
                yield from ((node, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
                origin = ".".join([*above, *([node.module] if node.module else [])])
                yield from ((node, f"{origin}.{alias.name}") for alias in node.names)


def sample(text: str, path: str = "apps/runs/views.py") -> Module:
    """Return a module that does not exist, to try a rule on."""
    return Module(path, dedent(text))


@cache
def tracked() -> tuple[str, ...]:
    """Return every file of the project by relative path: what git knows or would add, or everything but caches outside a checkout."""
    git = ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(git, capture_output=True, text=True)
    if listed.returncode == 0 and listed.stdout:
        return tuple(sorted(path for path in set(listed.stdout.split("\0")) if path and (ROOT / path).is_file()))
    found = (path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*") if path.is_file())
    return tuple(sorted(path for path in found if not path.startswith((".", "data/")) and "__pycache__" not in path))


@cache
def modules(*roots: str) -> tuple[Module, ...]:
    """Return the Python files under ``roots`` (default: all of them), migrations excluded."""
    wanted = [path for path in tracked() if path.endswith(".py") and "/migrations/" not in path]
    inside = [path for path in wanted if not roots or path.startswith(tuple(f"{root}/" for root in roots))]
    return tuple(Module(path, (ROOT / path).read_text()) for path in inside)


def app_names() -> list[str]:
    """Return the apps that exist."""
    return sorted({module.app for module in modules("apps") if module.app})


TREE = ("apps", "farmos", "tests/toy")
"""Where the rules for production code hold."""


def findings(rule: Callable[[Module], Iterable[Finding]], *roots: str) -> list[Finding]:
    """Return what ``rule`` finds in the files under ``roots``."""
    return [finding for module in modules(*roots) for finding in rule(module)]


def assert_none(found: Iterable[Finding | str], why: str) -> None:
    """Fail with one line for each finding, and the rule with its reason first."""
    lines = sorted(str(one) for one in found)
    assert not lines, f"{why}\n  " + "\n  ".join(lines)


def attribute_chain(node: ast.AST) -> list[str]:
    """Return the names of a dotted expression from left to right, looking through calls and subscripts.

    ``Run.objects.filter(a=1).first`` gives ``["Run", "objects", "filter", "first"]``.
    """
    names: list[str] = []
    while True:
        match node:
            case ast.Attribute(value=inner, attr=name):
                names.append(name)
                node = inner
            case ast.Call(func=inner) | ast.Subscript(value=inner) | ast.Await(value=inner):
                node = inner
            case ast.Name(id=name):
                return [name, *reversed(names)]
            case _:
                return list(reversed(names))


def called_name(call: ast.Call) -> str:
    """Return the last name of what is called: ``now`` for ``timezone.now()``."""
    match call.func:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
    return ""


def decorator_names(function: Function | ast.ClassDef) -> list[str]:
    """Return the last name of each decorator, called or not."""
    chains = [attribute_chain(decorator) for decorator in function.decorator_list]
    return [chain[-1] for chain in chains if chain]


def string(node: ast.AST | None) -> str | None:
    """Return the value of a string literal (the constant head of an f-string), else None."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=[ast.Constant(value=str(text)), *_]):
            return text
    return None
