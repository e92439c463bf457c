"""The button that looks for printers: who announced themselves is shown with what they do, and nothing is added."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from zeroconf import Zeroconf

from apps.accounts.states import Role
from apps.console.views.printers import looking
from apps.fleet.drivers.diagnosis import diagnose_all
from apps.fleet.models import Printer
from tests.asking import signed_in
from tests.factories.accounts import make_user, shop
from tests.factories.catalog import make_printer_class
from tests.factories.fleet import make_printer
from tests.fleet.test_discovery import MOONRAKER, service
from tests.pages import form_on, forms_on, press
from tests.runs.floor import PATIENCE_S, until

pytestmark = pytest.mark.django_db(transaction=True)

PAGE = "/admin/printers/add/"
LOOK = f"{PAGE}look/?site=main"

OURS = os.urandom(3)
NEW, OLD, NETWORK = f"v77-{OURS.hex()}", f"v78-{OURS.hex()}", f"127.{1 + OURS[0] % 250}.{OURS[1]}."
"""Names and addresses nobody else announces: everybody on loopback hears everybody, other tests that run now as well."""


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give those who answer the time to: on a busy machine it may be more than people would wait for."""
    monkeypatch.setattr(looking, "diagnose_all", lambda asked, **_limits: diagnose_all(asked, patience_s=PATIENCE_S, whole_s=PATIENCE_S))


@pytest.fixture
def announced() -> Iterator[None]:
    try:
        speaking = Zeroconf(interfaces=["127.0.0.1"])
        speaking.register_service(service(MOONRAKER, NEW, NETWORK + "1", port=9))
        speaking.register_service(service(MOONRAKER, OLD, NETWORK + "2", port=9))
    except OSError as problem:
        pytest.skip(f"multicast on loopback is not possible here: {problem}")
    yield
    speaking.close()


@pytest.mark.usefixtures("announced")
def test_shows_who_is_there_and_adds_nothing() -> None:
    kind = make_printer_class()
    make_printer(code="HERE", address=f"http://{NETWORK}2:9", site=shop(), printer_class=kind)
    client = signed_in(make_user(Role.ADMIN))

    def heard() -> Any:
        answer = press(client, PAGE, LOOK)
        return answer if NEW in answer.content.decode() and OLD in answer.content.decode() else None

    answer = until(heard, "both to be heard, as a person looks again")
    html = answer.content.decode()

    assert "nothing listens at that port" in html
    assert "Here: HERE" in html
    tests = [fields["address"] for action, fields in forms_on(answer) if action == "/admin/printers/add/test/?site=main"]
    assert f"http://{NETWORK}1:9" in tests
    assert f"{NEW},{NEW},http://{NETWORK}1:9,{kind.key}" in form_on(answer, "/admin/printers/import/check/?site=main")["rows"]
    assert Printer.objects.count() == 1


def test_without_multicast_says_what_to_do_instead(settings: object) -> None:
    settings.FARMOS_DISCOVERY_ADDRESSES = ["not-an-address"]  # type: ignore[attr-defined]
    shop()

    html = press(signed_in(make_user(Role.ADMIN)), PAGE, LOOK).content.decode()

    assert "cannot ask around" in html


def test_is_for_those_who_may_add() -> None:
    shop()
    assert signed_in(make_user(Role.OPERATOR)).post(LOOK).status_code == 403
