"""Many printers in a real browser: a list is checked, what fits is added, the rest stays to be corrected."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from apps.console.views.printers import importing
from apps.fleet.drivers import web
from apps.fleet.drivers.diagnosis import diagnose_all
from apps.fleet.models import Printer
from tests.browser.conftest import Look, shoot
from tests.factories.accounts import shop
from tests.factories.catalog import make_printer_class
from tests.factories.fleet import make_printer
from tests.runs.floor import PATIENCE_S, Floor, simulated

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LOOKS = [
    Look(size, scheme, scripts=False)
    for size in ("desktop", "tablet", "phone")
    for scheme in ("light", "dark")
    if (size, scheme) != ("tablet", "dark")
]


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a machine take as long for its answer as this computer takes for both, which has other work too."""
    monkeypatch.setattr(importing, "diagnose_all", partial(diagnose_all, patience_s=2 * PATIENCE_S, whole_s=2 * PATIENCE_S))
    monkeypatch.setattr(web, "CONNECT_S", PATIENCE_S)


@pytest.fixture(scope="module")
def machines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Floor]:
    with simulated(Path(tmp_path_factory.mktemp("simulated")), 3) as running:
        yield running


class TestAListOfMany:
    @pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.name)
    def test_is_checked_then_added_without_scripts(
        self, sign_in: Callable[..., Page], live_server: LiveServer, machines: Floor, patient: None, look: Look
    ) -> None:
        one, two, three = machines.machines
        kind = make_printer_class().key
        make_printer(code="H1", address="http://10.9.9.9:7125", site=shop())
        rows = [
            "code;name;address;class;group;circuit;key;connector",
            f"A1;Voron 1;{one['address']};{kind};Row A;;{one['api_key']};",
            f"A2;Voron 2;{two['address']};{kind};Row A;;{two['api_key']};",
            f"A3;Voron 3;{three['address']};{kind};Row A;;wrong;",
            f"A4;Voron 4;127.0.0.1:9;{kind};Row B;;;",
            "A5;Voron 5;169.254.169.254;Vorn_350;Row B;;;",
            f"H1;;10.9.9.9:7125;{kind};;;;",
        ]
        page = sign_in(look)
        page.goto(f"{live_server.url}/admin/printers/import/")

        page.get_by_label("or the rows themselves").fill("\n".join(rows))
        page.get_by_role("button", name="Check the list").click()

        def row(code: str) -> Locator:
            return page.get_by_role("row").filter(has=page.get_by_role("cell", name=code, exact=True))

        expect(row("A5")).to_contain_text("no released printer class “Vorn_350”")
        expect(row("A3")).to_contain_text("Needs login")
        shoot(page, f"printers-checked-{look.name}")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")

        page.get_by_role("button", name="Add the 2 that answer, keep 3 for later").click()

        expect(page.get_by_text("2 printers are added: A1, A2.")).to_be_visible()
        assert sorted(Printer.objects.values_list("code", flat=True)) == ["A1", "A2", "H1"]
        assert "A3" in page.get_by_label("or the rows themselves").input_value()


class TestLabels:
    def test_on_paper_are_the_labels_alone_two_in_a_row(self, sign_in: Callable[..., Page], live_server: LiveServer) -> None:
        for number in range(1, 9):
            make_printer(code=f"V{number}", name=f"Voron {number}", group="Row A", site=shop())
        page = sign_in(Look())
        page.goto(f"{live_server.url}/admin/printers/labels/")
        page.set_viewport_size({"width": 794, "height": 1123})
        page.emulate_media(media="print")

        boxes = [one.bounding_box() for one in page.locator(".qr-label").all()]

        assert len({round(box["x"]) for box in boxes if box}) == 2
        assert not page.get_by_role("navigation").first.is_visible()
        assert not page.get_by_role("button", name="Print").is_visible()
        codes = [box["width"] for one in page.locator(".qr-label svg").all() if (box := one.bounding_box())]
        assert min(codes) >= 76, "two centimetres, which a phone reads from an arm's length"
        shoot(page, "printers-labels-paper")
