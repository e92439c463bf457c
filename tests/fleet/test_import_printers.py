"""``fleet.import_printers``: many printers join at once, and a list that is sent again adds nothing."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest

from apps.accounts.states import Role
from apps.fleet import commands, queries
from apps.fleet.domain import roster
from apps.fleet.models import Feed, Printer
from apps.journal import clock
from apps.journal.context import Context
from apps.journal.models import Event, Receipt
from apps.journal.refusals import Invalid, NotFound
from tests.asking import signed_in
from tests.factories.accounts import make_circuit, make_site, make_user, shop
from tests.factories.catalog import make_draft_class, make_printer_class
from tests.factories.fleet import make_printer
from tests.writers import Writers

pytestmark = pytest.mark.django_db(transaction=True)

HEAD = "code,name,address,class,group,circuit,key,connector\n"
KEY = "4f1c2e7a9b8d40c6a5e3f2d1b0c9a8e7"


class TestImporting:
    def test_adds_every_row_that_fits_and_tells_of_each(self, ctx: Context) -> None:
        site, kind, ring = shop(), make_printer_class(feeds=2), make_circuit(site=shop(), name="Ring 1")
        make_draft_class(key="Not_yet")
        make_printer(code="HERE", address="http://10.0.0.1:7125", site=site)
        rows = (
            f"V1,Voron 1,10.0.0.2:7125,{kind},Row A,Ring 1,{KEY},\n"
            f"O1,,10.0.0.3,{kind.key},,,,OctoPrint\n"
            f"HERE,,http://10.0.0.1:7125/,{kind.key}\n"
            "X1,,10.0.0.4,Not_yet\n"
            f"X2,,169.254.169.254,{kind.key}\n"
        )

        result = commands.import_printers(ctx, site_id=site.pk, listed=HEAD + rows)

        assert result == ((2, "V1", "added"), (3, "O1", "added"), (4, "HERE", "here"), (5, "X1", "class"), (6, "X2", "address"))
        first, second = Printer.objects.get(code="V1"), Printer.objects.get(code="O1")
        assert (first.name, first.address, first.group, first.circuit, first.connector) == (
            "Voron 1",
            "http://10.0.0.2:7125",
            "Row A",
            ring,
            "moonraker",
        )
        assert (second.name, second.connector, queries.access_key(first)) == ("O1", "octoprint", KEY)
        assert Feed.objects.filter(printer=first).count() == 2
        assert Event.objects.filter(type="PrinterRegistered").count() == 2

    def test_keeps_no_key_in_what_is_recorded(self, ctx: Context) -> None:
        commands.import_printers(ctx, site_id=shop().pk, listed=f"{HEAD}V1,,10.0.0.2,{make_printer_class().key},,,{KEY},\n")

        assert not [one for one in (*Event.objects.all(), *Receipt.objects.all()) if KEY in str(vars(one))]

    def test_again_adds_nothing(self, ctx: Context, ctx_factory: Callable[..., Context]) -> None:
        listed = f"{HEAD}V1,,10.0.0.2,{make_printer_class().key},,,,\n"

        commands.import_printers(ctx, site_id=shop().pk, listed=listed)
        assert commands.import_printers(ctx_factory(), site_id=shop().pk, listed=listed) == ((2, "V1", "here"),)

        assert Printer.objects.count() == 1

    def test_of_what_was_exported_finds_everything_here(self, ctx: Context) -> None:
        make_printer(code="V1", name="=cmd|' /C calc'!A0", address="http://10.0.0.1:7125", site=shop())
        make_printer(code="V2", address="http://10.0.0.2:7125", site=shop(), retired_at=clock.now())

        listed = roster.write(queries.listed(Printer.objects.all()))

        assert commands.import_printers(ctx, site_id=shop().pk, listed=listed) == ((2, "V1", "here"),)

    def test_refuses_what_is_no_list_and_a_site_there_is_not(self, ctx: Context) -> None:
        with pytest.raises(Invalid, match="first line"):
            commands.import_printers(ctx, site_id=shop().pk, listed="V1,10.0.0.1\n")
        with pytest.raises(NotFound):
            commands.import_printers(ctx, site_id=uuid4(), listed=HEAD)


@pytest.mark.both_engines
class TestTwoPeopleWithOneList:
    def test_add_each_printer_once(self, writers: Writers, ctx_factory: Callable[..., Context]) -> None:
        site_id, key = shop().pk, make_printer_class().key
        listed = HEAD + "".join(f"V{number},,10.0.1.{number},{key},,,,\n" for number in range(10))
        contexts = [ctx_factory() for _ in range(4)]

        def write(index: int) -> tuple[tuple[int, str, str], ...]:
            return commands.import_printers(contexts[index], site_id=site_id, listed=listed)

        outcomes = writers.in_threads(write, 4)

        became = [sorted({word for _line, _code, word in one.value}) for one in outcomes]
        assert sorted(became) == [["added"], ["here"], ["here"], ["here"]]
        assert Printer.objects.count() == 10


class TestOverTheApi:
    def test_takes_a_list_and_gives_it_back(self) -> None:
        client, kind = signed_in(make_user(Role.ADMIN)), make_printer_class()
        body = {"site_id": str(shop().pk), "listed": f"{HEAD}V1,,10.0.0.2,{kind.key},,,,\n"}

        answer = client.post("/api/v1/printers/import", body, content_type="application/json", headers={"Idempotency-Key": KEY})

        assert (answer.status_code, answer.json()["result"]) == (200, [[2, "V1", "added"]])
        listed = client.get("/api/v1/printers.csv")
        assert listed["Content-Type"].startswith("text/csv")
        assert [row["code"] for row in roster.read(listed.content.decode())] == ["V1"]

    def test_shows_only_the_sites_somebody_works_at(self) -> None:
        make_printer(code="V1", site=shop())
        elsewhere = make_site(code="other")
        make_printer(code="V2", site=elsewhere)

        listed = signed_in(make_user(Role.OPERATOR, site=elsewhere)).get("/api/v1/printers.csv").content.decode()

        assert "V2" in listed
        assert "V1" not in listed

    def test_is_for_those_who_may_add(self) -> None:
        body = {"site_id": str(shop().pk), "listed": HEAD}
        client = signed_in(make_user(Role.OPERATOR))

        assert (
            client.post("/api/v1/printers/import", body, content_type="application/json", headers={"Idempotency-Key": KEY}).status_code
            == 403
        )
