"""The button that looks for printers: who announced themselves is shown with what they do, and nothing is added."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from zeroconf import Zeroconf

from apps.accounts.states import Role
from apps.fleet.models import Printer
from tests.asking import signed_in
from tests.factories.accounts import make_user, shop
from tests.factories.catalog import make_printer_class
from tests.factories.fleet import make_printer
from tests.fleet.test_discovery import MOONRAKER, service
from tests.pages import form_on, press

pytestmark = pytest.mark.django_db(transaction=True)

PAGE = "/admin/printers/add/"
LOOK = f"{PAGE}look/?site=main"


@pytest.fixture
def announced() -> Iterator[None]:
    try:
        speaking = Zeroconf(interfaces=["127.0.0.1"])
        speaking.register_service(service(MOONRAKER, "voron-77", "127.0.0.1", port=9))
        speaking.register_service(service(MOONRAKER, "voron-78", "127.0.0.2", port=9))
    except OSError as problem:
        pytest.skip(f"multicast on loopback is not possible here: {problem}")
    yield
    speaking.close()


@pytest.mark.usefixtures("announced")
def test_shows_who_is_there_and_adds_nothing() -> None:
    kind = make_printer_class()
    make_printer(code="HERE", address="http://127.0.0.2:9", site=shop(), printer_class=kind)
    client = signed_in(make_user(Role.ADMIN))

    answer = press(client, PAGE, LOOK)
    html = answer.content.decode()

    assert "voron-77" in html
    assert "nothing listens at that port" in html
    assert "Here: HERE" in html
    assert form_on(answer, "/admin/printers/add/test/?site=main")["address"] == "http://127.0.0.1:9"
    assert f"voron-77,voron-77,http://127.0.0.1:9,{kind.key}" in form_on(answer, "/admin/printers/import/check/?site=main")["rows"]
    assert Printer.objects.count() == 1


def test_without_multicast_says_what_to_do_instead(settings: object) -> None:
    settings.FARMOS_DISCOVERY_ADDRESSES = ["not-an-address"]  # type: ignore[attr-defined]
    shop()

    html = press(signed_in(make_user(Role.ADMIN)), PAGE, LOOK).content.decode()

    assert "cannot ask around" in html


def test_is_for_those_who_may_add() -> None:
    shop()
    assert signed_in(make_user(Role.OPERATOR)).post(LOOK).status_code == 403
