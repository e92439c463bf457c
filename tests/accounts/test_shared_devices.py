"""Shared devices: set up by a lead, turns by PIN, everybody's acts their own, approvals with proof."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client

from apps.accounts import queries
from apps.accounts.models import Device, User
from apps.accounts.proof import PROVED_AT
from apps.accounts.states import Role
from apps.journal import clock, frame
from apps.journal.models import Event
from tests.asking import post, problem_of, signed_in
from tests.factories.accounts import make_device, make_site, make_user, shop

pytestmark = pytest.mark.django_db(transaction=True)

SWITCH, PROVE, SET_UP = "/admin/switch/", "/admin/prove/", "/admin/devices/set-up/"
PIN = "2846"


def worker(*roles: Role, **values: Any) -> User:
    return make_user(*(roles or (Role.OPERATOR,)), **{"pin": make_password(PIN), "password": make_password("correct horse"), **values})


@pytest.fixture
def tablet() -> Client:
    """A browser that is a shared device."""
    make_device(secret="of-the-tablet", name="Left wall")
    client = Client(raise_request_exception=False)
    client.cookies["farmos_device"] = "of-the-tablet"
    return client


def take_turn(tablet: Client, who: User, pin: str = PIN, **more: str) -> Any:
    return tablet.post(SWITCH, {"person": str(who.pk), "pin": pin, **more})


class TestSettingUp:
    def test_makes_the_browser_a_device_and_signs_out(self) -> None:
        client = signed_in(make_user(Role.LEAD))

        answer = client.post(SET_UP, {"name": "Right wall", "site": str(shop().pk)})

        device = Device.objects.get()
        assert (answer.status_code, answer["Location"]) == (303, SWITCH)
        assert device.name == "Right wall"
        assert answer.cookies["farmos_device"]["httponly"]
        assert answer.cookies["farmos_device"].value not in (device.secret_sha256, "")
        assert "_auth_user_id" not in client.session
        assert client.get(SWITCH).status_code == 200

    def test_is_for_leads_at_their_sites_with_proof(self) -> None:
        there = make_site()

        assert signed_in(make_user(Role.OPERATOR)).get(SET_UP).status_code == 404
        assert Client().get(SET_UP).status_code == 401
        assert signed_in(make_user(Role.LEAD)).post(SET_UP, {"name": "x", "site": str(there.pk)}).status_code == 404
        assert signed_in(make_user(Role.LEAD), has_proof=False).post(SET_UP, {"name": "x", "site": str(shop().pk)}).status_code == 403
        assert not Device.objects.exists()


class TestTakingATurn:
    def test_goes_on_with_the_same_page_under_another_name(self, tablet: Client) -> None:
        ada, bo = worker(), worker()

        first = take_turn(tablet, ada, next="/admin/more/")
        second = take_turn(tablet, bo, next="/admin/more/")

        device = Device.objects.get()
        assert (first["Location"], second["Location"]) == ("/admin/more/", "/admin/more/")
        assert tablet.session["_auth_user_id"] == str(bo.pk)
        event = Event.objects.filter(type="SignedIn").latest("id")
        assert {row.kind for row in event.subject_rows.all()} == {"person", "device", "sign_in"}
        assert tablet.session["device_id"] == str(device.pk)

    def test_records_acts_as_that_persons_at_that_device(self, tablet: Client) -> None:
        lead = worker(Role.LEAD)
        take_turn(tablet, lead)
        site = str(shop().pk)

        answer = post(tablet, "/api/v1/holds/place", {"site_id": site, "scope": "site", "scope_id": site, "reason": "SAFETY"})

        event = Event.objects.get(type="HoldPlaced")
        assert answer.status_code == 201
        assert (event.actor, event.device) == (f"person:{lead.pk}", str(Device.objects.get().pk))

    def test_shows_only_who_works_there_and_has_a_pin(self, tablet: Client) -> None:
        ada = worker(name="Ada Here")
        worker(name="Bo Without", pin="")
        worker(name="Cy Elsewhere", site=make_site())
        worker(name="Di Gone", is_active=False)

        page = tablet.get(SWITCH).content.decode()

        assert str(ada) in page
        assert not [name for name in ("Bo Without", "Cy Elsewhere", "Di Gone") if name in page]

    def test_is_refused_to_others_and_locks_by_itself(self, tablet: Client) -> None:
        ada, elsewhere = worker(), worker(site=make_site())

        assert take_turn(tablet, elsewhere).status_code == 422
        assert tablet.post(SWITCH, {"person": "nonsense", "pin": PIN}).status_code == 422
        answers = [take_turn(tablet, ada, pin).status_code for pin in ("0000", "", "abcd", "28460", "1111", PIN)]

        assert answers == [422, 422, 422, 422, 422, 429]
        assert "_auth_user_id" not in tablet.session

    def test_is_possible_at_devices_only(self, client: Client) -> None:
        ada = worker()

        assert client.get(SWITCH)["Location"] == "/admin/login/"
        assert take_turn(client, ada).status_code == 403
        client.cookies["farmos_device"] = "forged"
        assert take_turn(client, ada).status_code == 403

    def test_is_what_the_door_offers_at_a_device(self, tablet: Client) -> None:
        assert tablet.get("/admin/login/?next=/admin/more/")["Location"] == f"{SWITCH}?next=%2Fadmin%2Fmore%2F"
        assert tablet.get("/admin/login/?password=1").status_code == 200

    def test_ends_when_the_device_is_revoked_or_its_person_leaves(self, tablet: Client) -> None:
        ada = worker()
        take_turn(tablet, ada)
        session = tablet.session
        session["seen_at"] = (clock.now() - timedelta(minutes=11)).isoformat()
        session.save()
        away = tablet.get("/admin/more/").status_code
        take_turn(tablet, ada)
        here = tablet.get("/admin/more/").status_code

        with frame.seeding("revoked"):
            device = Device.objects.get()
            device.revoke(by="service:tests", now=clock.now())
            device.save_changes("revoked_at", "revoked_by")

        assert (away, here, tablet.get("/admin/more/").status_code) == (302, 200, 302)


class TestProof:
    def test_is_asked_for_and_given_by_pin_or_password(self, tablet: Client) -> None:
        lead = worker(Role.LEAD)
        for secret in (PIN, "correct horse"):
            take_turn(tablet, lead)
            session = tablet.session
            session[PROVED_AT] = (clock.now() - timedelta(minutes=6)).isoformat()
            session.save()

            assert tablet.post(PROVE, {"secret": "wrong"}).status_code == 422
            assert tablet.post(PROVE, {"secret": secret, "next": "/admin/more/"})["Location"] == "/admin/more/"

            assert tablet.session[PROVED_AT] > session[PROVED_AT]

    @pytest.mark.parametrize(
        ("minutes", "at_device", "must"), [(4, True, False), (6, True, True), (50, False, False), (61, False, True), (-5, False, True)]
    )
    def test_lasts_minutes_at_a_shared_device_and_an_hour_at_ones_own(
        self, tablet: Client, client: Client, minutes: int, at_device: bool, must: bool
    ) -> None:
        lead = worker(Role.LEAD)
        browser = tablet if at_device else client
        if at_device:
            take_turn(browser, lead)
        else:
            browser.post("/admin/login/", {"email": lead.email, "password": "correct horse"})
        session = browser.session
        session[PROVED_AT] = (clock.now() - timedelta(minutes=minutes)).isoformat()
        session.save()

        person = queries.person_of(browser.get("/admin/more/").wsgi_request)

        assert person.must_prove("policy.grant_approval") == must
        assert not person.must_prove("runs.pause_run")

    def test_locks_after_five_wrong_ones(self) -> None:
        client = signed_in(worker(Role.LEAD))

        answers = [client.post(PROVE, {"secret": secret}).status_code for secret in ("1", "2", "3", "4", "5", PIN)]

        assert answers == [422] * 5 + [429]

    def test_is_for_who_is_signed_in(self, client: Client) -> None:
        assert client.get(PROVE)["Location"].startswith("/admin/login/")
        assert client.post(PROVE, {"secret": PIN})["Location"].startswith("/admin/login/")


class TestAPin:
    @pytest.mark.parametrize("pin", ["", "123", "123456789", "1111", "1234", "9876", "12a4", "\u0661\u0662\u0668\u0664"])
    def test_that_anybody_would_guess_is_refused(self, pin: str) -> None:
        person = make_user(Role.OPERATOR, password=make_password("correct horse"))

        answer = signed_in(person).post("/admin/pin/", {"password": "correct horse", "pin": pin})

        assert answer.status_code == 422
        assert User.objects.get(pk=person.pk).pin == ""

    def test_is_set_by_who_knows_the_password(self) -> None:
        person = make_user(Role.OPERATOR, password=make_password("correct horse"))
        client = signed_in(person)

        assert client.post("/admin/pin/", {"password": "wrong", "pin": PIN}).status_code == 422
        assert client.post("/admin/pin/", {"password": "correct horse", "pin": PIN}).status_code == 303

        kept = User.objects.get(pk=person.pk).pin
        assert kept
        assert PIN not in kept
        assert problem_of(client.get("/api/v1/nothing"))["code"] == "not-found"
