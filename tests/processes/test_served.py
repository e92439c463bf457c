"""A served farm as a browser sees it: signing in with the first password, live pages over real sockets, answers of the HTTP edge."""

from __future__ import annotations

import http.client
import json
import re
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from http.cookies import SimpleCookie
from urllib.parse import urlencode

import pytest
from websockets.exceptions import ConnectionClosedError, InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from tests.processes.running import PATIENCE_S, Farm

pytestmark = [pytest.mark.processes, pytest.mark.slow]


@dataclass(frozen=True)
class Answer:
    """What a page is."""

    status: int
    headers: dict[str, str]
    content: str


class Browser:
    """Just enough of a browser to sign in."""

    def __init__(self, farm: Farm) -> None:
        self.farm = farm
        self.cookies: SimpleCookie = SimpleCookie()

    def ask(self, method: str, path: str, **form: str) -> Answer:
        headers = {
            "Cookie": self.cookie,
            "Content-Type": "application/x-www-form-urlencoded",
            "Origin": f"http://127.0.0.1:{self.farm.port}",
        }
        with closing(http.client.HTTPConnection("127.0.0.1", self.farm.port, timeout=PATIENCE_S)) as connection:
            connection.request(method, path, body=urlencode(form) or None, headers=headers)
            answer = connection.getresponse()
            content = answer.read().decode(errors="replace")
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                self.cookies.load(value)
        return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, content)

    @property
    def cookie(self) -> str:
        return "; ".join(f"{name}={morsel.value}" for name, morsel in self.cookies.items())

    def sign_in(self, email: str, password: str) -> int:
        page = self.ask("GET", "/admin/login/").content
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token is not None
        return self.ask("POST", "/admin/login/", csrfmiddlewaretoken=token[1], email=email, password=password, next="/admin/").status

    def watch(self, origin: str | None = None) -> ClientConnection:
        address = f"127.0.0.1:{self.farm.port}"
        return connect(
            f"ws://{address}/ws/live",
            origin=Origin(origin or f"http://{address}"),
            additional_headers={"Cookie": self.cookie},
            open_timeout=PATIENCE_S,
            legacy=True,
        )


@pytest.fixture
def owner(farm: Farm) -> Browser:
    """The owner, signed in with the password that was said at the first start."""
    said = re.search(r"Sign in as  (\S+)  with the password  (\S+)  ", farm.output.read_text())
    assert said is not None
    browser = Browser(farm)
    assert browser.sign_in(said[1], said[2]) == 303
    return browser


class TestTheOwner:
    def test_sees_the_admin(self, owner: Browser) -> None:
        page = owner.ask("GET", "/admin/today/")

        assert page.status == 200
        assert page.headers["x-content-type-options"] == "nosniff"
        assert page.headers["referrer-policy"] == "same-origin"
        assert page.headers["x-request-id"]
        assert "server" not in page.headers

    def test_gets_static_files_to_keep(self, owner: Browser) -> None:
        page = owner.ask("GET", "/admin/records/").content
        style = re.search(r'href="(/static/farmos/css/tokens\.[0-9a-f]+\.css)"', page)
        assert style is not None

        answer = owner.ask("GET", style[1])

        assert answer.status == 200
        assert "immutable" in answer.headers["cache-control"]

    @pytest.mark.parametrize("broker", ["bundled", "files"])
    def test_watches_what_happens(self, make_farm: Callable[..., Farm], broker: str) -> None:
        farm = make_farm(FARMOS_BROKER=broker)
        farm.up()
        said = re.search(r"with the password  (\S+)  ", farm.output.read_text())
        assert said is not None
        browser = Browser(farm)
        browser.sign_in("owner@localhost", said[1])
        with browser.watch() as page:
            hello = json.loads(page.recv(timeout=PATIENCE_S))
            assert farm.run("manage", "starter").returncode == 0

            heard = json.loads(page.recv(timeout=PATIENCE_S))
            while heard["kind"] != "changed":
                heard = json.loads(page.recv(timeout=PATIENCE_S))

        assert hello["kind"] == "hello"
        assert heard["seq"] > hello["seq"]
        assert heard["items"]


class TestStrangers:
    def test_are_told_to_sign_in_by_close_code(self, farm: Farm) -> None:
        with Browser(farm).watch() as page, pytest.raises(ConnectionClosedError) as closed:
            page.recv(timeout=PATIENCE_S)

        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 4401

    def test_on_other_sites_get_no_socket(self, owner: Browser) -> None:
        with pytest.raises(InvalidStatus) as refused:
            owner.watch(origin="http://evil.example")

        assert refused.value.response.status_code == 403

    def test_with_other_host_names_are_refused_on_a_machine_of_its_own(self, farm: Farm) -> None:
        with closing(http.client.HTTPConnection("127.0.0.1", farm.port, timeout=PATIENCE_S)) as connection:
            connection.request("GET", "/healthz", headers={"Host": "rebound.example"})

            assert connection.getresponse().status == 400
