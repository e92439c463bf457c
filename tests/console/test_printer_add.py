"""Adding printers: a test that ends at the fix, joining by one button, and a pasted list."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from django.test import Client

from apps.accounts.states import Role
from apps.console.views.printers import adding
from apps.console.views.printers.connecting import steps_of
from apps.fleet import queries as fleet
from apps.fleet.drivers.diagnosis import Diagnosis, Stage, diagnose
from apps.fleet.models import Printer
from apps.fleet.states import Bed, Connection, ConnectorKind
from tests.asking import signed_in
from tests.factories.accounts import make_user, shop
from tests.factories.catalog import make_printer_class
from tests.factories.fleet import make_printer
from tests.pages import form_on, headings, press
from tests.runs.floor import PATIENCE_S, Floor, simulated

pytestmark = pytest.mark.django_db(transaction=True)

PAGE = "/admin/printers/add/"
TEST, ONE = f"{PAGE}test/", f"{PAGE}one/"


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give machines the time they need to answer: on a busy computer it may be more than people would wait for."""
    monkeypatch.setattr(adding, "diagnose", partial(diagnose, patience_s=PATIENCE_S))


@pytest.fixture
def lead() -> Client:
    shop()
    return signed_in(make_user(Role.ADMIN))


@pytest.fixture(scope="module")
def machines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Floor]:
    with simulated(Path(tmp_path_factory.mktemp("simulated")), 1) as running:
        yield running


@contextmanager
def answering(raw: bytes) -> Iterator[int]:
    """Answer every request with ``raw`` (nothing: keep it waiting); yields the port."""

    class One(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.recv(65536)
            if raw:
                self.request.sendall(raw)
            else:
                done.wait(30)

    done = threading.Event()
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), One) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield server.server_address[1]
        done.set()
        server.shutdown()


def tried(client: Client, address: str, api_key: str = "") -> str:
    answer = client.post(TEST, {"address": address, "api_key": api_key})
    html: str = answer.content.decode()
    return html


class TestThePage:
    def test_is_for_those_who_may_add(self, lead: Client) -> None:
        assert lead.get(PAGE).status_code == 200
        assert headings(lead.get(PAGE)) == 1
        assert signed_in(make_user(Role.VIEWER)).get(PAGE).status_code == 403
        assert Client().get(PAGE).status_code == 302


class TestTestingTheConnection:
    def test_of_a_machine_that_lets_us_in_says_what_it_is_doing(self, lead: Client, machines: Floor) -> None:
        known = machines.machines[0]

        html = tried(lead, known["address"], known["api_key"])

        assert "It lets us in" in html
        assert "It is idle." in html
        assert known["api_key"] not in html
        assert Printer.objects.count() == 0

    def test_finds_out_what_the_printer_runs_and_chooses_it(self, lead: Client, machines: Floor) -> None:
        known = machines.machines[0]

        answer = lead.post(TEST, {"address": known["address"], "api_key": known["api_key"], "connector": "octoprint"})

        assert form_on(answer, ONE)["connector"] == "moonraker"
        assert "it is chosen above now" in answer.content.decode()

    def test_of_a_server_farmos_does_not_speak_with_names_it(self) -> None:
        found = Diagnosis("http://x:1", Stage.SERVER, "not_understood", software="PrusaLink 0.8")

        (failed,) = [step for step in steps_of(found) if step.state == "failed"]
        assert "PrusaLink 0.8" in failed.title

    @pytest.mark.parametrize(
        ("answer", "scheme", "words"),
        [
            (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", "http", "neither Moonraker nor OctoPrint"),
            (b"HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n", "http", "It redirects elsewhere"),
            (b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n", "http", "what stands behind it is away"),
            (b'HTTP/1.1 200 OK\r\nContent-Length: 33\r\n\r\n{"result":{"klippy_state":"odd"}}', "http", "answers otherwise than it should"),
            (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", "https", "does not speak HTTPS"),
            (b"SSH-2.0-OpenSSH_9.2\r\n", "http", "It does not speak HTTP as it should"),
        ],
        ids=["html", "redirect", "gateway", "odd", "no-tls", "ssh"],
    )
    def test_of_whatever_else_answers_says_what_it_is_in_words(self, lead: Client, answer: bytes, scheme: str, words: str) -> None:
        with answering(answer) as port:
            html = tried(lead, f"{scheme}://127.0.0.1:{port}")

        assert words in html
        for raw in ("ssl:default", "_ssl.c", "Errno", "Traceback"):
            assert raw not in html

    def test_of_a_certificate_nobody_trusts_says_so(self) -> None:
        found = Diagnosis("https://x:1", Stage.ANSWERS, "unreachable", why="certificate")

        (failed,) = [step for step in steps_of(found) if step.state == "failed"]
        assert "certificate" in failed.title

    def test_of_somebody_who_never_answers_ends_with_its_patience_and_not_with_that_of_one_question(self) -> None:
        with answering(b"") as port:
            found = diagnose(f"http://127.0.0.1:{port}", patience_s=1.0)

        assert (found.failed_at, found.trouble, found.message) == (Stage.ANSWERS, "timeout", "")

    def test_of_octoprint_without_its_key_says_where_a_key_is_made(self) -> None:
        found = Diagnosis("http://x:1", Stage.ACCESS, "access", software="OctoPrint", kind="octoprint")

        (failed,) = [step for step in steps_of(found) if step.state == "failed"]
        assert "OctoPrint" in failed.title
        assert "Application Keys" in failed.fix
        assert not failed.snippet

    def test_without_the_key_ends_at_the_two_ways_to_get_in(self, lead: Client, machines: Floor) -> None:
        html = tried(lead, machines.machines[0]["address"], "wrong-key")

        assert "It does not let us in" in html
        assert "trusted_clients" in html
        assert "not reached" in html

    @pytest.mark.parametrize(
        ("address", "words"),
        [
            ("http://127.0.0.1:9", "nothing listens at that port"),
            ("http://no-such-printer.invalid:7125", "No computer of that name is known here"),
            ("http://169.254.169.254/", "That is no address of a printer"),
            ("file:///etc/passwd", "That is no address of a printer"),
            ("http://user:pw@printer.lan", "That is no address of a printer"),
        ],
    )
    def test_says_what_is_wrong_and_how_to_fix_it(self, lead: Client, address: str, words: str) -> None:
        assert words in tried(lead, address)

    def test_of_nothing_is_refused_in_words(self, lead: Client) -> None:
        assert lead.post(TEST, {"address": ""}).status_code == 422

    def test_is_not_for_those_who_may_not_add(self) -> None:
        shop()
        assert signed_in(make_user(Role.VIEWER)).post(TEST, {"address": "http://127.0.0.1:9"}).status_code == 403

    def test_knows_a_printer_that_is_here_already(self, lead: Client, machines: Floor) -> None:
        known = machines.machines[0]
        make_printer(code="HERE", address=known["address"], site=shop())

        assert "it is HERE" in tried(lead, known["address"], known["api_key"])

    def test_counts_the_stages_it_passed(self) -> None:
        assert Diagnosis("http://x:1", Stage.ACCESS).passed == (Stage.ADDRESS, Stage.ANSWERS, Stage.SERVER)
        assert diagnose("http://127.0.0.1:9").failed_at == Stage.ANSWERS


class TestAdding:
    def test_lets_it_join_and_only_looks(self, lead: Client) -> None:
        kind = make_printer_class()

        answer = press(lead, PAGE, ONE, address="http://192.168.7.20:7125", code="V4", name="", printer_class=str(kind.pk), group="Row A")

        assert answer["Location"] == "/admin/printers/V4/"
        added = Printer.objects.get(code="V4")
        assert (added.name, added.group, added.connection, added.bed) == ("V4", "Row A", Connection.UNKNOWN, Bed.UNKNOWN)

    def test_keeps_the_key_of_the_test_without_showing_it(self, lead: Client, machines: Floor) -> None:
        known, kind = machines.machines[0], make_printer_class()
        tested = lead.post(TEST, {"address": known["address"], "api_key": known["api_key"]})
        form = form_on(tested, ONE)

        lead.post(ONE, {**form, "code": "V5", "printer_class": str(kind.pk)})

        assert fleet.access_key(Printer.objects.get(code="V5")) == known["api_key"]

    def test_keeps_what_it_runs(self, lead: Client) -> None:
        where = {"address": "http://192.168.7.30", "code": "O1", "connector": "octoprint"}
        press(lead, PAGE, ONE, **where, printer_class=str(make_printer_class().pk))

        assert Printer.objects.get(code="O1").connector == ConnectorKind.OCTOPRINT

    @pytest.mark.parametrize("wrong", [{"connector": "teapot"}, {"code": ""}, {"address": "http://169.254.1.1"}, {"printer_class": "x"}])
    def test_refuses_what_cannot_be(self, lead: Client, wrong: dict[str, str]) -> None:
        good = {"address": "http://192.168.7.21:7125", "code": "V6", "printer_class": str(make_printer_class().pk)}

        assert press(lead, PAGE, ONE, **{**good, **wrong}).status_code == 422
        assert Printer.objects.count() == 0

    def test_twice_adds_it_once(self, lead: Client) -> None:
        form = {**form_on(lead.get(PAGE), ONE), "address": "http://192.168.7.22:7125", "code": "V7"}
        form["printer_class"] = str(make_printer_class().pk)

        assert [lead.post(ONE, form).status_code for _ in range(2)] == [303, 303]
        assert Printer.objects.count() == 1

    def test_elsewhere_is_not_there(self, lead: Client) -> None:
        form = {**form_on(lead.get(PAGE), ONE), "site": "elsewhere"}

        assert lead.post(ONE, form).status_code == 404
