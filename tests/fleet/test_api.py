"""A printer in the API: what it runs, and what can be asked of that."""

from __future__ import annotations

import pytest

from apps.accounts.states import Role
from apps.fleet.states import ConnectorKind
from tests.asking import signed_in
from tests.factories.accounts import make_user
from tests.factories.fleet import make_printer

pytestmark = pytest.mark.django_db(transaction=True)


class TestAPrinter:
    @pytest.mark.parametrize(
        ("kind", "excludes"), [(ConnectorKind.MOONRAKER, True), (ConnectorKind.SIMULATOR, True), (ConnectorKind.OCTOPRINT, False)]
    )
    def test_tells_what_its_connector_can_do(self, kind: ConnectorKind, excludes: bool) -> None:
        printer = make_printer(connector=kind)

        told = signed_in(make_user(Role.ADMIN)).get(f"/api/v1/printers/{printer.pk}").json()

        assert told["connector"]["code"] == kind
        assert "emergency_stop" in told["connector_can"]
        assert ("exclude_object" in told["connector_can"]) == excludes
