"""Files: found where their name says, small, documented, and free of anybody's private paths."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from statistics import median, quantiles

import pytest

from .source import ROOT, Finding, Function, Module, assert_none, findings, modules, sample, tracked

FILE_LINES, TEST_FILE_LINES, FUNCTION_LINES = 400, 500, 50
"""Hard caps."""

MODULE_P90, FUNCTION_P90 = 250, 25
"""The budget's 90th percentiles, in lines."""

VOCABULARY = frozenset(
    {
        *(
            "models",
            "states",
            "events",
            "rights",
            "commands",
            "changes",
            "queries",
            "facts",
            "subscribers",
            "tasks",
            "admin",
            "api",
            "serializers",
        ),
        *(
            "consumers",
            "views",
            "urls",
            "forms",
            "labels",
            "checks",
            "apps",
            "domain",
            "schemas",
            "migrations",
            "templatetags",
            "management",
        ),
        *("__init__", "templates", "static", "locale"),
    }
)
OWN_WORDS = {
    "accounts": frozenset({"authentication", "backends", "links", "lockout", "middleware", "proof"}),
    "fleet": frozenset({"drivers", "simulator"}),
    "policy": frozenset({"gate"}),
    "orders": frozenset({"payments"}),
    "runs": frozenset({"connector"}),
    "notify": frozenset({"links", "mailing"}),
    "slicing": frozenset({"drivers", "cache"}),
    "board": frozenset({"badges", "fragments", "audiences"}),
    "console": frozenset({"site"}),
}
"""What single apps may have besides, as ARCHITECTURE.md names it."""

MECHANISM_APPS = frozenset({"journal", "artifacts"})
FORBIDDEN = frozenset({"utils", "util", "helpers", "helper", "services", "service", "signals", "misc", "common"})
ALLOWED_ANYWAY = frozenset({"tests/services.py"})
"""Starts services (PostgreSQL, Redis): the word means what it says there."""

PRIVATE_PATH = re.compile(r"(?<![\w.:/-])/(?:root|home|Users)/[\w.]")
BINARY = (".png", ".jpg", ".ico", ".woff2", ".stl", ".3mf", ".gcode", ".gz", ".zip", ".svg", ".mo")


def size(module: Module) -> Iterator[Finding]:
    """Find files and functions over the caps."""
    cap = TEST_FILE_LINES if module.path.startswith("tests/") else FILE_LINES
    if length(module) > cap:
        yield Finding(module.path, 1, f"{length(module)} lines, at most {cap}: make it a package of the same name")
    for function in module.functions():
        if lines_of(function) > FUNCTION_LINES:
            yield module.finding(function, f"{function.name} has {lines_of(function)} lines, at most {FUNCTION_LINES}: name its steps")


def length(module: Module) -> int:
    """Return a file's lines."""
    return len(module.text.splitlines())


def lines_of(function: Function) -> int:
    """Return a function's lines, from ``def`` to its last statement."""
    return (function.end_lineno or function.lineno) - function.lineno + 1


def naming(module: Module) -> Iterator[Finding]:
    """Find file and folder names that say nothing, or that the vocabulary of an app does not have."""
    vague = FORBIDDEN.intersection(module.parts)
    if vague and module.path not in ALLOWED_ANYWAY:
        yield Finding(
            module.path,
            1,
            f"{', '.join(sorted(vague))!r} says nothing about what is inside; name the thing (ARCHITECTURE.md)",
        )
    free = not module.path.startswith("apps/") or module.app in MECHANISM_APPS
    if module.app and not free and module.role not in VOCABULARY | OWN_WORDS.get(module.app, frozenset()):
        yield Finding(module.path, 1, f"{module.role!r} is not in the vocabulary of an app's files (ARCHITECTURE.md, Where things live)")


def preamble(module: Module) -> Iterator[Finding]:
    """Find files without a docstring or without postponed annotations."""
    if not module.text.strip():
        return
    if ast.get_docstring(module.tree) is None:
        yield Finding(module.path, 1, "has no docstring; say in a sentence what the file is for")
    imports_future = any(isinstance(node, ast.ImportFrom) and node.module == "__future__" for node in module.tree.body)
    if not imports_future and len(module.tree.body) > 1:
        yield Finding(module.path, 1, "lacks `from __future__ import annotations`")


def private_paths(path: str, text: str) -> Iterator[Finding]:
    """Find absolute paths below somebody's home."""
    for number, line in enumerate(text.splitlines(), start=1):
        if PRIVATE_PATH.search(line):
            yield Finding(path, number, f"names a private path: {line.strip()[:80]}")


def all_function_lengths() -> list[int]:
    return [lines_of(function) for module in modules("apps", "farmos") for function in module.functions()]


class TestTheChecks:
    def test_see_a_long_file(self) -> None:
        assert list(size(sample("x = 1\n" * 401)))
        assert not list(size(sample("x = 1\n" * 400)))
        assert not list(size(sample("x = 1\n" * 500, "tests/runs/test_x.py")))
        assert list(size(sample("x = 1\n" * 501, "tests/runs/test_x.py")))

    def test_see_a_long_function(self) -> None:
        assert list(size(sample("def f():\n" + "    x = 1\n" * 50)))
        assert not list(size(sample("def f():\n" + "    x = 1\n" * 49)))

    @pytest.mark.parametrize(
        "path", ["apps/runs/utils.py", "apps/runs/helpers/x.py", "apps/runs/signals.py", "tests/runs/helpers.py", "apps/runs/reaper.py"]
    )
    def test_see_a_name_that_says_nothing_or_is_new(self, path: str) -> None:
        assert list(naming(sample("", path)))

    @pytest.mark.parametrize(
        "path",
        ["apps/runs/commands/dispatch.py", "apps/journal/sequencer.py", "apps/runs/connector.py", "tests/services.py", "farmos/cli/up.py"],
    )
    def test_know_the_vocabulary(self, path: str) -> None:
        assert not list(naming(sample("", path)))

    @pytest.mark.parametrize("text", ["from __future__ import annotations\nx = 1", '"""Says."""\nx = 1'])
    def test_see_a_bare_file(self, text: str) -> None:
        assert list(preamble(sample(text)))

    def test_accept_empty_and_complete_files(self) -> None:
        assert not list(preamble(sample("")))
        assert not list(preamble(sample('"""Says."""\nfrom __future__ import annotations\nx = 1')))

    @pytest.mark.parametrize("line", ["cp x /{}/ann/farm", 'open("/{}/ann")', "PATH=/{}/x"])
    @pytest.mark.parametrize("folder", ["home", "Users"])
    def test_see_a_private_path(self, line: str, folder: str) -> None:
        assert list(private_paths("docs/x.md", line.format(folder)))

    @pytest.mark.parametrize("line", ["https://example.org/{}/x", "templates/{}/x.html", "the /{}/ folder"])
    def test_leave_other_paths_alone(self, line: str) -> None:
        assert not list(private_paths("docs/x.md", line.format("home")))


class TestTheTree:
    def test_files_and_functions_stay_small(self) -> None:
        assert_none(findings(size, "apps", "farmos", "tests", "bench"), "Small files and functions (CONTRIBUTING.md, Size):")

    def test_the_budget_holds(self) -> None:
        files = [length(module) for module in modules("apps", "farmos") if module.text.strip()]
        functions = all_function_lengths()
        file_p90, function_p90 = quantiles(files, n=10)[-1], quantiles(functions, n=10)[-1]
        print(
            f"modules: median {median(files):.0f}, p90 {file_p90:.0f}; functions: median {median(functions):.0f}, p90 {function_p90:.0f} lines"
        )

        assert file_p90 <= MODULE_P90
        assert function_p90 <= FUNCTION_P90

    def test_names_say_what_is_inside(self) -> None:
        assert_none(findings(naming, "apps", "farmos", "tests", "bench"), "The noun picks the app, the kind of question the file:")

    def test_every_file_says_what_it_is_for(self) -> None:
        assert_none(findings(preamble), "Every file starts with a docstring and postponed annotations:")

    def test_nobodys_private_paths(self) -> None:
        texts = [(path, ROOT / path) for path in tracked() if not path.endswith(BINARY)]
        found = [finding for path, file in texts for finding in private_paths(path, file.read_text(errors="replace"))]

        assert_none(found, "The project stands alone; use paths relative to it:")
