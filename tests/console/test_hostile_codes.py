"""Codes of printers come from lists, and from what machines call themselves on the network: no page breaks over one."""

from __future__ import annotations

import re

import pytest

from apps.accounts.states import Role
from apps.console.urls import floor
from apps.fleet import commands
from apps.fleet.domain.roster import is_usable_code
from apps.fleet.models import Printer
from apps.fleet.states import ConnectorKind
from apps.journal.refusals import Invalid
from tests.asking import signed_in
from tests.factories.accounts import make_user, shop
from tests.factories.catalog import make_printer_class
from tests.runs.floor import now_context

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("code", ["a/b", "/", "..", "add", "V 4", "ä?x=1#y", "%2e", "<b>"])
def test_of_a_list_break_no_page(code: str) -> None:
    site, kind = shop(), make_printer_class()
    listed = f"code,address,class\n{code},10.0.0.1,{kind.key}\nV9,10.0.0.2,{kind.key}\n"

    commands.import_printers(now_context(), site_id=site.pk, listed=listed)

    client = signed_in(make_user(Role.ADMIN))
    own = [f"/admin/printers/{one}/" for one in Printer.objects.values_list("code", flat=True) if one.isalnum()]
    for page in ("/admin/printers/", "/admin/printers/labels/", "/admin/building/", "/admin/", *own):
        assert client.get(page, follow=True).status_code == 200
    assert Printer.objects.filter(code="V9").exists()


@pytest.mark.parametrize("code", ["a/b", "..", "add"])
def test_that_lead_to_no_page_of_a_printer_are_refused_one_by_one_as_well(code: str) -> None:
    site, kind = shop(), make_printer_class()

    with pytest.raises(Invalid, match="cannot be a code"):
        commands.register_printer(
            now_context(),
            site_id=site.pk,
            code=code,
            name="x",
            printer_class_id=kind.pk,
            connector=ConnectorKind.MOONRAKER,
            address="10.0.0.1",
        )


def test_are_no_words_that_lead_to_other_pages() -> None:
    words = {found[1] for one in floor.urlpatterns if (found := re.match(r"printers/([^/<]+)(/|$)", str(one.pattern)))}

    assert {"add", "import"} <= words
    assert not [word for word in words if is_usable_code(word) and f"printers/{word}/" in {str(one.pattern) for one in floor.urlpatterns}]
