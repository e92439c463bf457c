"""Labels: whoever scans one is on that printer's page, after signing in where they are not."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from apps.accounts.states import Role
from tests.asking import signed_in
from tests.factories.accounts import make_site, make_user, shop
from tests.factories.fleet import make_printer

pytestmark = pytest.mark.django_db(transaction=True)

PAGE = "/admin/printers/labels/"
PATH = "/admin/printers/V4/?site=main"


def dark(html: str, code: str) -> set[tuple[int, int]]:
    """Return the dark cells of the QR code of a printer, without the quiet edge."""
    found = re.search(rf'page of {code}"[^>]*><path[^>]*/><path d="([^"]*)"', html)
    assert found
    return {(int(x) - 4, int(y) - 4) for x, y in re.findall(r"M(\d+) (\d+)h1v1h-1z", found[1])}


class TestTheSheet:
    def test_has_a_label_for_each_printer_in_service(self) -> None:
        make_printer(code="V4", name="Voron 4", site=shop())
        make_printer(code="V5", site=shop())
        make_printer(code="X1", site=make_site(code="other"))

        html = signed_in(make_user(Role.OPERATOR)).get(PAGE).content.decode()

        assert "2 labels" in html
        assert "page of X1" not in html
        assert "page of V4" in html

    def test_or_for_those_that_were_ticked(self) -> None:
        for code in ("V4", "V5", "V6"):
            make_printer(code=code, site=shop())

        html = signed_in(make_user(Role.OPERATOR)).get(f"{PAGE}?code=V4&code=V6").content.decode()

        assert "QR code of the page of V5" not in html
        assert html.count("QR code of the page of") == 2

    def test_draws_the_code_of_the_printers_own_page(self) -> None:
        import segno

        make_printer(code="V4", site=shop())
        expected = segno.make(f"http://farm.example{PATH}", error="m", micro=False).matrix

        html = signed_in(make_user(Role.OPERATOR)).get(PAGE, headers={"host": "farm.example"}).content.decode()

        assert dark(html, "V4") == {(x, y) for y, row in enumerate(expected) for x, bit in enumerate(row) if bit}
        assert "this computer only" not in html

    def test_warns_when_only_this_computer_would_get_there(self) -> None:
        make_printer(code="V4", site=shop())

        assert "this computer only" in signed_in(make_user(Role.OPERATOR)).get(PAGE, headers={"host": "127.0.0.1:8000"}).content.decode()


class TestScanning:
    def test_leads_a_stranger_through_the_sign_in_to_the_page(self) -> None:
        make_printer(code="V4", site=shop())

        answer = Client().get(PATH)

        assert answer.status_code == 302
        assert answer["Location"] == "/admin/login/?next=/admin/printers/V4/%3Fsite%3Dmain"

    def test_shows_somebody_of_the_floor_the_bed_button(self) -> None:
        make_printer(code="V4", site=shop(), bed="NOT_CLEAR")

        assert "bed-clear" in signed_in(make_user(Role.OPERATOR)).get(PATH).content.decode()
