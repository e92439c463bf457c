"""``./farm test [--all] [pytest's arguments]``: check the code.

Without arguments: formatting, lint, types, layers, migrations, deploy settings, and every test that is quick; real slicing among them.
With ``--all``: also the slow ones, races and constraints again on PostgreSQL with a real Redis, real Moonrakers and a real OctoPrint
(installed at the first use), real processes, and pages in a browser.
With pytest's arguments (``./farm test tests/journal -k lanes``): only these tests.
"""

from __future__ import annotations

import os
import secrets
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from farmos.supervisor.place import ROOT

from .apt import NEEDS, SLICER, CannotInstall, ensure

MACHINES = ("tests/fleet", "tests/runs")
"""Where real Moonrakers and a real OctoPrint are spoken with: they wait more than they work, so two at once are fine."""


@dataclass(frozen=True)
class Step:
    """One check: its name, its command line, what it adds to the environment."""

    name: str
    command: tuple[str, ...]
    environment: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """How a step ended."""

    step: Step
    passed: bool
    seconds: float


def _python(*arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-m", *arguments)


def _tests(name: str, marks: str, *more: str, workers: int = 0) -> Step:
    spread = ("-n", str(workers)) if workers else ()
    return Step(name, _python("pytest", "-q", "-m", marks, *spread, *more))


def checks() -> Iterator[Step]:
    """Yield what is checked without running the code's own tests."""
    yield Step("format", _python("ruff", "format", "--check", "--quiet", "."))
    yield Step("lint", _python("ruff", "check", "--quiet", "."))
    yield Step("types", _python("mypy", "."))
    yield Step("layers", (f"{sys.prefix}/bin/lint-imports", "--no-cache"))
    tests = {"DJANGO_SETTINGS_MODULE": "farmos.settings.test", "DATABASE_URL": "sqlite://:memory:"}
    yield Step("migrations", (sys.executable, "manage.py", "makemigrations", "--check", "--dry-run"), tests)
    production = {
        "DJANGO_SETTINGS_MODULE": "farmos.settings.production",
        "FARMOS_ALLOWED_HOSTS": "farm.example.com",
        "FARMOS_SECRET_KEY": secrets.token_urlsafe(64),
    }
    yield Step("deploy settings", (sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"), production)


def default_steps() -> Iterator[Step]:
    """Yield the steps of ``./farm test``."""
    yield from checks()
    yield _tests("tests", "not slow and not browser", workers=2)


def all_steps() -> Iterator[Step]:
    """Yield the steps of ``./farm test --all``."""
    yield from checks()
    yield _tests("tests on SQLite", "not processes and not browser", workers=2)
    on_postgres = _tests("races and constraints on PostgreSQL and Redis", "both_engines and not processes", workers=2)
    yield Step(on_postgres.name, _python("tests.services", "run", "--", *on_postgres.command))
    yield _tests("machines", "processes", *MACHINES, workers=2)
    yield _tests("processes", "processes", *(f"--ignore={folder}" for folder in MACHINES), workers=2)
    if any(ROOT.glob("tests/browser/test_*.py")):
        yield _tests("browser", "browser", workers=2)


def run(step: Step) -> Outcome:
    """Run one step, its output passing through."""
    print(f"\n── {step.name}: {shlex.join(('python' if part == sys.executable else part) for part in step.command)}", flush=True)
    began = time.monotonic()
    done = subprocess.run(step.command, cwd=ROOT, env={**os.environ, **step.environment}, check=False)
    return Outcome(step, done.returncode == 0, time.monotonic() - began)


def report(outcomes: Sequence[Outcome]) -> int:
    """Print the summary; return the exit status."""
    print()
    for outcome in outcomes:
        print(f"{'✓ passed' if outcome.passed else '✗ FAILED'}  {outcome.seconds:7.1f} s  {outcome.step.name}")
    failed = [outcome.step.name for outcome in outcomes if not outcome.passed]
    total = sum(outcome.seconds for outcome in outcomes)
    print(f"{len(outcomes)} steps in {total / 60:.1f} min: {'all passed' if not failed else 'FAILED: ' + ', '.join(failed)}")
    return 1 if failed else 0


def main(arguments: Sequence[str]) -> int:
    """Run the steps, all of them whatever fails; return the exit status."""
    everything = "--all" in arguments
    more = [argument for argument in arguments if argument != "--all"]
    if "-h" in more or "--help" in more:
        print(__doc__)
        return 0
    if more:
        marks = () if everything or "-m" in more else ("-m", "not slow and not browser")
        return subprocess.run(_python("pytest", *marks, *more), cwd=ROOT, check=False).returncode
    try:
        ensure(NEEDS if everything else (SLICER,))
    except CannotInstall as problem:
        print(f"farm test: {problem}", file=sys.stderr)
        return 69
    return report([run(step) for step in (all_steps() if everything else default_steps())])
