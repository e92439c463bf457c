"""Nothing goes round the contract: no driver is known outside, and no driver opens a connection of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.architecture.source import Finding, Module, assert_none, findings, sample

HOME = "apps/fleet/drivers/"
GUARDED = f"{HOME}web.py"
OPENS = re.compile(r"\bClientSession\(|\bTCPConnector\(|\burlopen\(|\bopen_connection\(|\bHTTPS?Connection\(")


def knows_a_driver(module: Module) -> Iterator[Finding]:
    """Find imports of single drivers outside their home: everybody else asks ``connect`` and the contract."""
    if module.path.startswith((HOME, "tests/")) or "fleet.drivers." not in module.text:
        return
    for node, name in module.imports():
        if name.startswith(("apps.fleet.drivers.moonraker", "apps.fleet.drivers.octoprint")):
            yield module.finding(node, f"imports {name}; the contract is apps.fleet.drivers")


def opens_a_connection(module: Module) -> Iterator[Finding]:
    """Find connections that are opened beside the guarded client."""
    if not module.path.startswith(HOME) or module.path == GUARDED:
        return
    for number, line in enumerate(module.text.splitlines(), start=1):
        if OPENS.search(line):
            yield Finding(module.path, number, "opens a connection of its own; go through web.py, where addresses are checked")


class TestTheChecks:
    @pytest.mark.parametrize("name", ["moonraker", "octoprint.client", "octoprint.reading"])
    def test_see_who_knows_a_driver(self, name: str) -> None:
        code = f"from apps.fleet.drivers.{name} import x"
        assert list(knows_a_driver(sample(code, "apps/runs/connector/hand.py")))
        assert not list(knows_a_driver(sample(code, f"{HOME}__init__.py")))
        assert not list(knows_a_driver(sample("from apps.fleet.drivers import connect", "apps/runs/connector/hand.py")))

    def test_see_who_opens_a_connection(self) -> None:
        code = "import aiohttp\nx = aiohttp.ClientSession()"
        assert list(opens_a_connection(sample(code, f"{HOME}octoprint/client.py")))
        assert not list(opens_a_connection(sample(code, GUARDED)))


class TestTheTree:
    def test_knows_machines_by_the_contract_only(self) -> None:
        assert_none(
            findings(knows_a_driver, "apps", "farmos"), "Machines are spoken with through one contract (docs/adding-a-connector.md):"
        )

    def test_opens_connections_in_one_place(self) -> None:
        assert_none(findings(opens_a_connection, "apps"), "Every outgoing URL is guarded (docs/adding-a-connector.md):")
