"""A NUL in an address or a form: refused in words on both engines, in our shape, and never a mistake of ours. Only one of them would choke on it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from apps.accounts.states import Role
from tests.asking import problem_of, signed_in
from tests.factories.accounts import make_user
from tests.factories.fleet import make_printer

pytestmark = [pytest.mark.both_engines, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def admin() -> Client:
    return signed_in(make_user(Role.ADMIN))


def words(answer: Any) -> str:
    assert "text/html" in answer.headers["Content-Type"]
    return str(answer.content.decode())


class TestAQuery:
    @pytest.mark.parametrize(
        "address",
        [
            "/admin/today/?site=%00",
            "/admin/printers/?site=a%00b",
            "/admin/printers/seen/?printer=%00",
            "/admin/records/runs/run/?state=%00",
            "/admin/printers/?%00=1",
            "/admin/find/?q=x&q=%00",
            "/?page=%00",
            "/admin/login/?next=%00",
        ],
    )
    def test_of_a_page_is_refused_in_words(self, admin: Client, address: str) -> None:
        answer = admin.get(address)

        assert answer.status_code == 400
        assert "A query parameter cannot be used" in words(answer)
        assert "holds a NUL character" in words(answer)

    @pytest.mark.parametrize(
        "address", ["/api/v1/runs?printer=%00", "/api/v1/printers?site=%00", "/api/v1/events?subject=run/%00", "/api/v1/runs?%00"]
    )
    def test_of_the_api_is_a_problem(self, admin: Client, address: str) -> None:
        answer = admin.get(address)

        assert (answer.status_code, problem_of(answer)["code"]) == (400, "parameter-invalid")

    def test_names_the_parameter(self, admin: Client) -> None:
        problem = problem_of(admin.get("/api/v1/runs?open=true&printer=%00"))

        assert problem["params"]["parameter"] == "printer"

    def test_is_refused_to_strangers_too(self, client: Client) -> None:
        assert client.get("/admin/login/?site=%00").status_code == 400

    @pytest.mark.parametrize("harmless", ["%2500", "0%2000", "%2"])
    def test_that_only_looks_like_one_is_answered(self, admin: Client, harmless: str) -> None:
        assert admin.get(f"/admin/printers/?q={harmless}").status_code == 200


class TestAPath:
    @pytest.mark.parametrize(
        "address", ["/admin/printers/%00/", "/admin/orders/A%00/", "/sign-in/%00", "/admin/why/%00/0197a1b2-0000-7000-8000-000000000000/"]
    )
    def test_of_a_page_is_no_address(self, admin: Client, address: str) -> None:
        assert admin.get(address).status_code == 404

    @pytest.mark.parametrize("address", ["/api/v1/why/%00/0197a1b2-0000-7000-8000-000000000000", "/api/%00"])
    def test_of_the_api_is_no_address(self, admin: Client, address: str) -> None:
        answer = admin.get(address)

        assert (answer.status_code, problem_of(answer)["code"]) == (404, "not-found")


class TestAForm:
    @pytest.mark.parametrize(
        ("address", "fields"),
        [
            ("/admin/login/", {"email": "a\x00@example.org", "password": "x\x00"}),
            ("/admin/switch/", {"person": "\x00", "pin": "\x00"}),
            ("/admin/devices/set-up/", {"name": "a\x00", "site": "\x00"}),
            ("/admin/plates/compose/stage/", {"site": "\x00", "key": "k"}),
            ("/admin/solo/file/", {"site": "\x00", "key": "\x00"}),
            ("/admin/people/invite/", {"email": "\x00", "key": "k"}),
        ],
    )
    def test_is_no_mistake_of_ours(self, admin: Client, address: str, fields: dict[str, str]) -> None:
        assert admin.post(address, fields).status_code < 500

    def test_of_a_button_names_the_field(self, admin: Client) -> None:
        printer = make_printer()
        answer = admin.post(f"/admin/printers/{printer.pk}/hold/", {"key": "k", "version": "1", "reason": "OTHER", "note": "a\x00"})

        assert answer.status_code == 422

    def test_of_the_api_is_a_problem(self, admin: Client) -> None:
        sent = {"code": "a\x00"}
        answer = admin.post("/api/v1/printers/register", sent, content_type="application/json", headers={"Idempotency-Key": "k"})

        assert problem_of(answer)["status"] < 500
