"""Adding many printers from a list: checked row by row, each machine asked, the good ones added, the others kept."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from apps.accounts.states import Role
from apps.console.views.printers import importing
from apps.fleet import queries
from apps.fleet.domain import roster, sealing
from apps.fleet.drivers.diagnosis import Stage, diagnose_all
from apps.fleet.models import Printer
from tests.asking import signed_in
from tests.factories.accounts import make_user, shop
from tests.factories.catalog import make_printer_class
from tests.factories.fleet import make_printer
from tests.pages import form_on, forms_on, headings
from tests.runs.floor import PATIENCE_S, Floor, machine_is, simulated, until

pytestmark = pytest.mark.django_db(transaction=True)

PAGE = "/admin/printers/import/"
HEAD = "code,name,address,class,group,circuit,key,connector\n"


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give machines the time they need to answer: on a busy computer it may be more than people would wait for."""
    monkeypatch.setattr(importing, "diagnose_all", partial(diagnose_all, patience_s=PATIENCE_S, whole_s=PATIENCE_S))


@pytest.fixture
def lead() -> Client:
    shop()
    return signed_in(make_user(Role.ADMIN))


@pytest.fixture(scope="module")
def machines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Floor]:
    with simulated(Path(tmp_path_factory.mktemp("simulated")), 4) as running:
        yield running


def checked(client: Client, text: str) -> object:
    return client.post(f"{PAGE}check/?site={shop().code}", {"rows": text})


class TestChecking:
    def test_asks_each_machine_and_adds_nothing(self, lead: Client, machines: Floor) -> None:
        one, two, *_others = machines.machines
        kind = make_printer_class().key
        make_printer(code="HERE", address="http://10.9.9.9:7125", site=shop())
        rows = (
            f"A1,,{one['address']},{kind},,,{one['api_key']},\n"
            f"A2,,{two['address']},{kind},,,wrong,\n"
            f"A3,,127.0.0.1:9,{kind}\n"
            f"A4,,169.254.169.254,{kind}\n"
            f"HERE,,10.9.9.9:7125,{kind}\n"
        )
        before = [machines.prints(number) for number in range(3)]

        html = checked(lead, HEAD + rows).content.decode()  # type: ignore[attr-defined]

        for words in ("It is idle.", "Needs login", "nothing listens at that port", "Its address cannot be used", "Here already"):
            assert words in html
        assert one["api_key"] not in html
        assert Printer.objects.count() == 1
        assert [machines.prints(number) for number in range(3)] == before == [[], [], []]

    def test_takes_a_file(self, lead: Client) -> None:
        content = (HEAD.replace(",", ";") + "V1;Größe;127.0.0.1:9;none\n").encode("cp1252")
        sent = {"file": SimpleUploadedFile("p.csv", content, content_type="text/csv")}

        html = lead.post(f"{PAGE}check/?site={shop().code}", sent).content.decode()

        assert "no released printer class “none”" in html
        assert "Größe" in html

    @pytest.mark.parametrize("content", [b"", b"x" * (roster.MOST_BYTES + 1), b"PK\x00", b"a;b\n1;2\n"])
    def test_refuses_what_is_no_list_in_words(self, lead: Client, content: bytes) -> None:
        answer = lead.post(f"{PAGE}check/?site={shop().code}", {"file": SimpleUploadedFile("p.csv", content or b" ")})

        assert answer.status_code == 422
        assert 'role="alert"' in answer.content.decode()

    @pytest.mark.parametrize("kept", ["a key", "7125", "[1]", '{"A1": 7}'])
    def test_takes_what_another_page_kept_for_no_keys(self, lead: Client, kept: str) -> None:
        sealed = sealing.seal(kept, secret=settings.SECRET_KEY, at=0)
        sent = {"rows": f"{HEAD}A1,,127.0.0.1:9,none,,,kept,\n", "sealed_keys": sealed}

        assert lead.post(f"{PAGE}check/?site={shop().code}", sent).status_code == 200

    def test_shows_hostile_rows_as_text(self, lead: Client) -> None:
        html = checked(lead, HEAD + "<script>alert(1)</script>,</textarea><b>,javascript:alert(1),x\n").content.decode()  # type: ignore[attr-defined]

        assert "<script>alert" not in html
        assert "</textarea><b>" not in html

    def test_is_for_those_who_may_add(self, lead: Client) -> None:
        assert headings(lead.get(PAGE)) == 1
        assert signed_in(make_user(Role.OPERATOR)).get(PAGE).status_code == 403
        assert signed_in(make_user(Role.OPERATOR)).post(f"{PAGE}check/", {"rows": HEAD}).status_code == 403
        assert signed_in(make_user(Role.OPERATOR)).post(f"{PAGE}add/", {"rows": HEAD}).status_code == 403
        assert Client().get(PAGE).status_code == 302


class TestAMachineThatPrints:
    def test_is_shown_as_it_is_joins_and_goes_on_undisturbed(self, lead: Client, machines: Floor) -> None:
        known = machines.machines[3]
        file = machines.tell(3, "foreign-print", seconds=360_000)
        until(machine_is(machines, 3, "printing"), "somebody's own print")
        page = checked(lead, f"{HEAD}A3,,{known['address']},{make_printer_class().key},,,{known['api_key']},\n")
        before = [(one.job, one.outcome) for one in machines.prints(3)]

        lead.post(f"{PAGE}add/?site={shop().code}", next(fields for action, fields in forms_on(page) if "/add/" in action))
        lead.get("/admin/printers/A3/")

        assert f"It prints {file}" in page.content.decode()  # type: ignore[attr-defined]
        added = Printer.objects.get(code="A3")
        assert (added.bed, added.occupancy) == ("UNKNOWN", "FREE"), "nothing is said of it before the connector saw it"
        assert [(one.job, one.outcome) for one in machines.prints(3)] == before
        assert (machines.says(3)["filename"], machines.says(3)["state"]) == (file, "printing")


class TestAddingWhatFits:
    def test_adds_those_that_answer_and_keeps_the_rest(self, lead: Client, machines: Floor) -> None:
        one, two, *_others = machines.machines
        kind = make_printer_class().key
        rows = f"A1,,{one['address']},{kind},,,{one['api_key']},\nA2,,{two['address']},{kind},,,wrong,\nA3,,10.0.0.9,No_class\n"
        page = checked(lead, HEAD + rows)
        ready, able = [fields for action, fields in forms_on(page) if "/add/" in action]

        answer = lead.post(f"{PAGE}add/?site={shop().code}", ready)

        assert answer.status_code == 200
        added = Printer.objects.get()
        assert (added.code, added.connector, queries.access_key(added)) == ("A1", "moonraker", one["api_key"])
        assert able["rows"].count("\n") == 3
        html = answer.content.decode()
        assert "1 printer is added: A1." in html
        assert "A2" in html
        assert "A3" in html

    def test_the_rest_still_has_its_keys(self, lead: Client) -> None:
        kind = make_printer_class().key
        page = checked(lead, f"{HEAD}A2,,127.0.0.1:9,{kind},,,secret-key,\nA3,,10.0.0.9,No_class\n")
        (able,) = [fields for action, fields in forms_on(page) if "/add/" in action]

        lead.post(f"{PAGE}add/?site={shop().code}", able)

        assert queries.access_key(Printer.objects.get(code="A2")) == "secret-key"

    def test_twice_adds_them_once_and_a_list_that_fits_leads_to_the_printers(self, lead: Client) -> None:
        page = checked(lead, f"{HEAD}A1,,127.0.0.1:9,{make_printer_class().key}\n")
        form = form_on(page, f"{PAGE}add/?site={shop().code}")

        answers = [lead.post(f"{PAGE}add/?site={shop().code}", form) for _ in range(2)]

        assert [(one.status_code, one["Location"]) for one in answers] == [(303, "/admin/printers/")] * 2
        assert Printer.objects.count() == 1

    def test_what_somebody_else_added_meanwhile_is_not_added_again(self, lead: Client) -> None:
        page = checked(lead, f"{HEAD}A1,,127.0.0.1:9,{make_printer_class().key}\n")
        form = form_on(page, f"{PAGE}add/?site={shop().code}")
        make_printer(code="A1", address="http://10.0.0.77:80", site=shop())

        html = lead.post(f"{PAGE}add/?site={shop().code}", form).content.decode()

        assert "belongs to another printer" in html
        assert Printer.objects.count() == 1


class TestTheList:
    def test_of_the_printers_can_be_read_again_and_has_no_key(self, lead: Client) -> None:
        make_printer(code="V1", name="=1+1", site=shop(), address="http://10.0.0.1:7125", access_key_sealed="x")

        answer = lead.get("/admin/printers/export.csv")

        assert answer["Content-Disposition"].startswith("attachment")
        (row,) = roster.read(roster.decode(answer.content))
        assert (row["code"], row["name"], row["key"]) == ("V1", "=1+1", "")
        assert b",=1+1" not in answer.content

    def test_that_is_empty_names_the_columns(self, lead: Client) -> None:
        make_printer(site=shop())

        assert lead.get("/admin/printers/export.csv?empty=1").content.decode("utf-8-sig").strip() == ",".join(roster.COLUMNS)


class TestAskingMany:
    def test_takes_no_longer_than_it_may(self) -> None:
        """Fifty machines that take the connection and then say nothing."""
        with socket.create_server(("127.0.0.1", 0), backlog=200) as silent:
            address = f"http://127.0.0.1:{silent.getsockname()[1]}"
            began = time.monotonic()

            impatient = diagnose_all([(address, "")] * 50, patience_s=1.0, whole_s=4.0)
            cut_off = diagnose_all([(address, "")] * 50, patience_s=600, whole_s=0.5)

        assert {one.failed_at if one else None for one in impatient} <= {Stage.ANSWERS, None}
        assert cut_off == [None] * 50
        assert time.monotonic() - began < 600, "it waited for every one of them"

    def test_leaves_out_what_time_does_not_allow(self) -> None:
        assert diagnose_all([("http://127.77.0.1:9", "")] * 3, whole_s=0.0) == [None, None, None]
