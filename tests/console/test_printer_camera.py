"""The camera of a printer: one picture when somebody asks, drawn anew, or the reason in words."""

from __future__ import annotations

import base64
import io
import re
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from PIL import Image

from apps.accounts.states import Role
from apps.console.views.printers import camera
from apps.console.views.printers.camera import MOST_LOOKS
from apps.fleet.domain import sealing
from apps.fleet.drivers.camera import look_through
from apps.fleet.models import Printer
from tests.asking import signed_in
from tests.factories.accounts import make_site, make_user, shop
from tests.factories.fleet import make_printer
from tests.runs.floor import PATIENCE_S, Floor, simulated, until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give cameras the time they need: on a busy computer it may be more than people would wait for."""
    monkeypatch.setattr(camera, "look_through", partial(look_through, patience_s=10 * PATIENCE_S))


@pytest.fixture(scope="module")
def machines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Floor]:
    with simulated(Path(tmp_path_factory.mktemp("simulated")), 1) as running:
        yield running


def page_of(printer: Printer) -> str:
    return f"/admin/printers/{printer.pk}/camera/"


class TestThePicture:
    def test_is_drawn_anew_and_shows_no_key(self, machines: Floor) -> None:
        known = machines.machines[0]
        key = sealing.seal(known["api_key"], secret=settings.SECRET_KEY, at=0)
        printer = make_printer(code="V4", site=shop(), address=known["address"], access_key_sealed=key)

        html = signed_in(make_user(Role.OPERATOR)).get(page_of(printer)).content.decode()

        found = re.search(r"data:image/jpeg;base64,([A-Za-z0-9+/=]+)", html)
        assert found, "the simulator's camera sends a PNG; the page shows a JPEG of ours"
        assert Image.open(io.BytesIO(base64.b64decode(found[1]))).format == "JPEG"
        assert known["api_key"] not in html

    @pytest.mark.parametrize("address", ["http://127.0.0.1:9", "http://169.254.169.254:80", ""])
    def test_that_cannot_be_had_is_a_sentence(self, address: str) -> None:
        html = signed_in(make_user(Role.OPERATOR)).get(page_of(make_printer(site=shop(), address=address))).content.decode()

        assert "There is no picture." in html
        assert "data:image" not in html

    def test_keeps_no_more_than_a_few_waiting(self) -> None:
        """Whoever may look can press again and again; a camera that says nothing must not take every thread of the pages."""
        viewer = make_user(Role.VIEWER)
        clients = [signed_in(viewer) for _ in range(MOST_LOOKS + 3)]

        def looked(client: Client) -> str:
            try:
                return client.get(page).content.decode()
            finally:
                connection.close()

        with ThreadPoolExecutor(len(clients)) as threads, socket.create_server(("127.0.0.1", 0), backlog=50) as silent:
            page = page_of(make_printer(site=shop(), address=f"http://127.0.0.1:{silent.getsockname()[1]}"))
            looks = [threads.submit(looked, client) for client in clients]
            until(lambda: sum(look.done() for look in looks) >= 3, "those to be answered that are too many")
            answered = [look.result() for look in looks if look.done()]

        assert len(answered) == 3
        assert all("Others are looking through cameras now." in html for html in answered)
        assert all("There is no picture." in look.result() for look in looks)

    def test_is_for_those_who_work_there(self) -> None:
        printer = make_printer(site=shop(), address="http://127.0.0.1:9")

        assert signed_in(make_user(Role.OPERATOR, site=make_site(code="other"))).get(page_of(printer)).status_code == 404

    def test_is_offered_where_there_may_be_a_camera(self) -> None:
        make_printer(code="V4", site=shop(), address="http://127.0.0.1:9")

        assert "/camera/" in signed_in(make_user(Role.OPERATOR)).get("/admin/printers/V4/").content.decode()
