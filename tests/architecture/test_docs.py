"""What the documents name is there: links and their anchors, files and what is in them, addresses, verbs, commands, options, variables, names."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path, PurePosixPath

import pytest
from django.core.management import get_commands
from django.urls import Resolver404, resolve

from farmos.cli import bench
from farmos.cli.__main__ import VERBS

from .source import ROOT, assert_none, tracked

Rule = Callable[[str, str], Iterator[str]]
"""From the path and text of a document to what is wrong with it."""

FILE = re.compile(r"[\w.-][\w./@-]*\.(?:py|md|html|css|js|toml|txt)")
FOLDER = re.compile(r"[\w-]+(?:/[\w-]+)*/")
NAME = re.compile(r"[a-z]+(?:_[a-z]+)+|(?:[A-Z][a-z]+){2,}|FARMOS_[A-Z_]+")
ELSEWHERE = frozenset({"pg_dump", "factory_boy"})
"""Names of others' programs and packages."""

OTHER_SERVERS = ("/ws/", "/sim/")
"""Beginnings of addresses that Django does not answer: the live socket and the simulator."""

GENERATED = "docs/reference/"
"""Made from the code and held against it by its own test."""

SAMPLES = ("00000000-0000-0000-0000-000000000000", "1", "run", "name")
"""What may stand where an address has a placeholder."""


def documents() -> list[tuple[str, str]]:
    """Return every document with its text."""
    return [(path, (ROOT / path).read_text()) for path in tracked() if path.endswith(".md") and not path.startswith(GENERATED)]


@cache
def endings() -> dict[str, set[str]]:
    """Return every file and folder of the project by each way to end its path: documents leave out what goes without saying."""
    found: dict[str, set[str]] = {}
    folders = {str(parent) for path in tracked() for parent in PurePosixPath(path).parents} - {"."}
    for path in (*tracked(), *folders):
        parts = path.split("/")
        for start in range(len(parts)):
            found.setdefault("/".join(parts[start:]), set()).add(path)
    return found


@cache
def code() -> str:
    """Return everything that is not a document; migrations, others' code and the samples below left out."""
    kinds = (".py", ".html", ".js", ".css", ".toml", "farm")
    ours = [path for path in tracked() if path.endswith(kinds) and "/migrations/" not in path and "/vendor/" not in path]
    return "\n".join((ROOT / path).read_text() for path in ours if ROOT / path != Path(__file__).resolve())


def quoted(text: str) -> list[str]:
    """Return what stands in backticks within a line, blocks of code left out."""
    return re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.S))


def spread(path: str) -> list[str]:
    """Return the paths that ``a/{b,c}.py`` stands for."""
    found = re.search(r"\{([^{}]*)\}", path)
    if not found:
        return [path]
    return [one for part in found[1].split(",") for one in spread(path[: found.start()] + part.strip() + path[found.end() :])]


def anchors(text: str) -> set[str]:
    """Return the anchors of a document's headings."""
    headings = re.findall(r"^#+ (.*)$", text, re.M)
    return {re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-") for heading in headings}


def broken_links(path: str, text: str) -> Iterator[str]:
    """Find links within the project that lead nowhere."""
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        file, _, anchor = target.partition("#")
        found = (ROOT / path).parent / file if file else ROOT / path
        if not found.exists():
            yield f"{path}: link to {target}: there is no such file"
        elif anchor and anchor not in anchors(found.read_text()):
            yield f"{path}: link to {target}: there is no such heading"


def missing_files(path: str, text: str) -> Iterator[str]:
    """Find files and folders that are not there, and names that are not in the file they are said to be in."""
    for said in quoted(text):
        file, _, names = said.partition(": ")
        for one in spread(file):
            is_folder = FOLDER.fullmatch(one) is not None and one.split("/")[0] in endings()
            if not is_folder and not FILE.fullmatch(one):
                continue
            places = endings().get(one.rstrip("/"), set())
            if not places:
                yield f"{path}: `{one}` is not in the project"
            texts = [(ROOT / place).read_text() for place in places if place.endswith(".py")]
            for name in re.findall(r"[A-Za-z_]\w*", names) if texts else ():
                if not any(re.search(rf"\b{name}\b", text) for text in texts):
                    yield f"{path}: `{one}` has no {name}"


def missing_names(path: str, text: str) -> Iterator[str]:
    """Find names of code and variables of the environment that nothing has."""
    for name in sorted(set(quoted(text)) | set(re.findall(r"\bFARMOS_[A-Z_]+\b", text))):
        if NAME.fullmatch(name) and name not in ELSEWHERE and not re.search(rf"\b{name}\b", code()):
            yield f"{path}: nothing is called {name}"


def missing_addresses(path: str, text: str) -> Iterator[str]:
    """Find addresses that nobody answers."""
    for said in quoted(text):
        found = re.fullmatch(r"(?:[A-Z]+ )?(/[\w/<>{}.:-]+)(?:\?.*)?", said)
        if found and not found[1].startswith(OTHER_SERVERS) and not _answers(found[1]):
            yield f"{path}: nobody answers {found[1]}"


def _answers(address: str) -> bool:
    for sample in SAMPLES:
        tried = re.sub(r"[<{][^>}]*[>}]", sample, address)
        for one in (tried, f"{tried}/"):
            try:
                resolve(one)
            except Resolver404:
                continue
            return True
    return False


def missing_commands(path: str, text: str) -> Iterator[str]:
    """Find verbs of ``./farm``, benches, management commands and options that are not there."""
    for said in re.findall(r"\./farm ([^`\n|#]*)", text):
        words = re.split(r"[ .,;:)]+(?= |$)| +", said.strip())
        verb, rest = words[0], [word for word in words[1:] if word]
        named = next((word for before, word in zip(["", *rest], rest, strict=False) if not word.startswith("-") and before != "--data"), "")
        if verb != "help" and verb not in VERBS:
            yield f"{path}: ./farm has no verb {verb}"
        elif verb == "bench" and named.islower() and named not in bench.names():
            yield f"{path}: there is no bench {named}"
        elif verb == "manage" and named.islower() and named not in get_commands():
            yield f"{path}: there is no management command {named}"
        for option in re.findall(r"--[a-z][a-z-]*", said):
            if f'"{option}"' not in code():
                yield f"{path}: ./farm {verb}: nothing takes {option}"


RULES: dict[Rule, tuple[tuple[str, ...], str]] = {
    broken_links: (
        ("[x](nowhere.md)", "[x](docs/walkthrough.md#no-such-heading)"),
        "[x](ARCHITECTURE.md#five-rules) [y](https://example.org/nowhere.md)",
    ),
    missing_files: (
        ("`apps/journal/nowhere.py`", "`journal/{locks,nowhere}.py`", "`docs/nowhere/`", "`journal/locks.py: nowhere`"),
        "`journal/{locks,leases}.py`, `docs/decisions/`, `policy/gate.py: judge`, `DATA/run/x.log`",
    ),
    missing_names: (("`no_such_name`", "`NothingOfTheKind`", "FARMOS_NO_SUCH=1"), "`bring_in_line`, `PlanApproved`, FARMOS_DATA, `a word`"),
    missing_addresses: (("`/admin/nowhere/`", "`POST /api/v1/nowhere`"), "`/readyz`, `GET /api/v1/runs/{id}`, `/ws/live`"),
    missing_commands: (
        ("`./farm dance`", "`./farm bench dance`", "`./farm manage --data DIR dance`", "`./farm up --dance`"),
        "`./farm up --detach`, `./farm bench feed`, `./farm manage --data DIR verify_log`, `./farm manage COMMAND`",
    ),
}
"""Each rule with what it must see, one by one, and what it must leave alone."""


class TestTheRules:
    @pytest.mark.parametrize(("rule", "line"), [(rule, line) for rule, (bad, _good) in RULES.items() for line in bad])
    def test_see_what_is_not_there(self, rule: Rule, line: str) -> None:
        assert list(rule("README.md", line))

    @pytest.mark.parametrize(("rule", "line"), [(rule, good) for rule, (_bad, good) in RULES.items()])
    def test_leave_alone_what_is(self, rule: Rule, line: str) -> None:
        assert not list(rule("README.md", line))


class TestTheDocuments:
    @pytest.mark.parametrize("rule", RULES)
    def test_name_what_is_there(self, rule: Rule) -> None:
        found = documents()

        assert len(found) > 20, "the documents were not found"
        assert_none((line for path, text in found for line in rule(path, text)), "Docs stay true in the same commit (CONTRIBUTING.md):")

    def test_are_reached_from_the_front_page(self) -> None:
        """Whoever starts at the README finds every document by following links."""
        reached, waiting = set(), [Path("README.md")]
        while waiting:
            here = waiting.pop()
            if here in reached:
                continue
            reached.add(here)
            for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", (ROOT / here).read_text()):
                there = (ROOT / here.parent / target).resolve()
                if there.is_dir():
                    waiting += [one.relative_to(ROOT) for one in there.glob("*.md")]
                elif there.suffix == ".md" and there.exists():
                    waiting.append(there.relative_to(ROOT))

        assert_none((path for path, _text in documents() if Path(path) not in reached), "No link leads there:")
