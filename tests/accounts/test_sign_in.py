"""The doors: who comes in how, what a session holds, and what wrong proofs lead to."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.core import mail
from django.test import Client

from apps.accounts import links, subscribers
from apps.accounts.models import SignInLink, User
from apps.accounts.proof import PROVED_AT
from apps.accounts.states import LinkPurpose, Role
from apps.journal import clock, frame
from apps.journal.models import Delivery, Event
from apps.journal.owed import Owed
from tests.factories.accounts import make_member, make_sign_in_link, make_user, shop

pytestmark = pytest.mark.django_db(transaction=True)

DOOR, SHOP_DOOR = "/admin/login/", "/sign-in/"
PASSWORD = "correct horse battery"
HASH = make_password(PASSWORD)


def person(*roles: Role, **values: Any) -> User:
    return make_user(*roles, **{"password": HASH, **values})


def sign_in(client: Client, who: User, password: str = PASSWORD, door: str = DOOR, **more: str) -> Any:
    return client.post(door, {"email": who.email, "password": password, **more})


class TestTheDoorOfTheWorkSurfaces:
    def test_opens_for_who_works_here(self, client: Client) -> None:
        lead = person(Role.LEAD)

        answer = sign_in(client, lead, next="/admin/more/")

        assert (answer.status_code, answer["Location"]) == (303, "/admin/more/")
        assert client.session["_auth_user_id"] == str(lead.pk)
        assert [event.type for event in Event.objects.order_by("id")] == ["SignInTried", "SignedIn"]
        assert all(lead.email not in event.data and PASSWORD not in event.data for event in Event.objects.all())

    def test_says_the_same_to_everybody_else(self, client: Client) -> None:
        customer, gone = person(), person(Role.LEAD, is_active=False)

        answers = [
            sign_in(client, person(Role.LEAD), "wrong"),
            sign_in(client, customer),
            sign_in(client, gone),
            client.post(DOOR, {"email": "nobody@example.org", "password": PASSWORD}),
            client.post(DOOR, {}),
            client.post(DOOR, {"email": "x" * 5000, "password": "y" * 100_000}),
        ]

        texts = {
            re.sub(r'(value|name|nonce)="[^"]*"', "", answer.content.decode().partition("<main")[2].partition("</main>")[0])
            for answer in answers
        }
        assert {answer.status_code for answer in answers} == {422}
        assert len({re.sub(r" autofocus", "", text) for text in texts}) == 1
        assert "That was not right" in texts.pop()
        assert "_auth_user_id" not in client.session

    def test_never_shows_a_password_again(self, client: Client) -> None:
        page = sign_in(client, person(Role.LEAD), "my-wrong-password").content.decode()

        assert "my-wrong-password" not in page

    @pytest.mark.parametrize(
        "next_page",
        ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "/a\r\nSet-Cookie: x=1", "/" + "a" * 400],
    )
    def test_leads_to_pages_of_ours_only(self, client: Client, next_page: str) -> None:
        answer = sign_in(client, person(Role.LEAD), next=next_page)

        assert answer["Location"] == "/admin/"
        assert "x" not in answer.cookies

    def test_needs_the_proof_that_the_form_is_ours(self) -> None:
        client = Client(enforce_csrf_checks=True)

        assert sign_in(client, person(Role.LEAD)).status_code == 403

    def test_is_never_kept_by_caches(self, client: Client) -> None:
        assert "no-store" in client.get(DOOR)["Cache-Control"]


class TestASession:
    def test_gets_a_new_id_and_leaves_nothing_of_before(self, client: Client) -> None:
        client.get(DOOR)
        session = client.session
        session["planted"] = "by somebody else"
        session.save()
        before = session.session_key
        other = person(Role.LEAD)

        sign_in(client, other)
        first = client.session.session_key
        client.cookies["sessionid"] = first or ""
        sign_in(client, person(Role.OPERATOR))

        assert len({before, first, client.session.session_key}) == 3
        assert "planted" not in client.session

    def test_ends_everywhere_with_the_password(self, client: Client) -> None:
        lead = person(Role.LEAD)
        sign_in(client, lead)

        with frame.seeding("another password"):
            lead.password = make_password("another one altogether")
            lead.save_changes("password")

        assert client.get("/admin/").status_code == 302

    @pytest.mark.parametrize(("away", "status"), [(timedelta(hours=11), 200), (timedelta(hours=13), 302)])
    def test_ends_when_its_person_is_away_too_long(self, client: Client, away: timedelta, status: int) -> None:
        sign_in(client, person(Role.LEAD))
        session = client.session
        session["seen_at"] = (clock.now() - away).isoformat()
        session.save()

        assert client.get("/admin/more/").status_code == status

    def test_is_not_kept_alive_by_a_page_that_refreshes_itself(self, client: Client) -> None:
        sign_in(client, person(Role.LEAD))
        session = client.session
        seen = (clock.now() - timedelta(hours=1)).isoformat()
        session["seen_at"] = seen
        session.save()

        client.get("/admin/more/", headers={"Sec-Fetch-Mode": "cors"})
        refreshed = client.session["seen_at"]
        client.get("/admin/more/", headers={"Sec-Fetch-Mode": "navigate"})

        assert refreshed == seen
        assert client.session["seen_at"] > seen

    def test_ends_at_sign_out_by_post_only(self, client: Client) -> None:
        sign_in(client, person(Role.LEAD))

        assert client.get("/admin/logout/").status_code == 405
        assert client.post("/admin/logout/")["Location"] == DOOR
        assert client.get("/admin/more/").status_code == 302


class TestWrongPasswords:
    def test_lock_after_five_whatever_the_headers_say(self, client: Client) -> None:
        lead = person(Role.LEAD)
        for number in range(5):
            sign_in(client, lead, "wrong")
            client.defaults["HTTP_X_FORWARDED_FOR"] = f"10.0.0.{number}"

        answer = sign_in(client, lead)

        assert answer.status_code == 429
        assert 0 < int(answer["Retry-After"]) <= 900
        assert "Try again in 15 minutes" in answer.content.decode()
        assert "_auth_user_id" not in client.session
        assert Client(REMOTE_ADDR="192.0.2.7").post(DOOR, {"email": lead.email, "password": PASSWORD}).status_code == 303

    def test_count_in_every_spelling_and_at_every_door(self, client: Client) -> None:
        lead = person(Role.LEAD)
        for spelling in (lead.email, lead.email.upper(), f" {lead.email}", lead.email.title()):
            client.post(DOOR, {"email": spelling, "password": "wrong"})
        sign_in(client, lead, "wrong", door=SHOP_DOOR)

        assert sign_in(client, lead).status_code == 429

    def test_are_forgotten_after_a_right_one(self, client: Client) -> None:
        lead = person(Role.LEAD)
        for _round in range(3):
            for _wrong in range(4):
                sign_in(client, lead, "wrong")
            assert sign_in(client, lead).status_code == 303


class TestTheDoorOfTheShop:
    def test_opens_for_a_customer_with_a_password(self, client: Client) -> None:
        answer = sign_in(client, person(), door=SHOP_DOOR)

        assert (answer.status_code, answer["Location"]) == (303, "/")

    def test_says_whose_shop_it_is(self, client: Client) -> None:
        name = shop().name

        assert f"<span>{name}</span>" in client.get(SHOP_DOOR).content.decode()

    def test_sends_a_link_that_works_once(self, client: Client) -> None:
        buyer = make_member(user=person()).user

        said = client.post("/sign-in/link", {"email": buyer.email, "next": "/orders/7"}).content.decode()
        _do_what_is_owed()
        (sent,) = mail.outbox
        path = _path_in(str(sent.body))
        opened = [client.get(path).status_code for _mail_program in range(3)]
        answer = client.post(path)
        again = Client().post(path)

        assert f"ordered here with {buyer.email}" in said
        assert sent.to == [buyer.email]
        assert opened == [200, 200, 200]
        assert (answer.status_code, answer["Location"]) == (303, "/orders/7")
        assert client.session["_auth_user_id"] == str(buyer.pk)
        assert again.status_code == 410

    def test_says_the_same_of_an_address_nobody_has(self, client: Client) -> None:
        page = client.post("/sign-in/link", {"email": "nobody@example.org"})

        assert page.status_code == 200
        assert "ordered here with nobody@example.org" in page.content.decode()
        assert not Delivery.objects.exists()

    @pytest.mark.parametrize("email", ["", "x", "a@b\r\nBcc: everybody@example.org", "a" * 300 + "@example.org"])
    def test_sends_nothing_to_no_address(self, client: Client, email: str) -> None:
        answer = client.post("/sign-in/link", {"email": email})

        assert answer.status_code in (200, 422)
        assert not Delivery.objects.exists()

    def test_sends_links_only_so_often_to_one_address_whether_it_is_known_or_not(self) -> None:
        known, unknown = make_member().user.email, "nobody@example.org"

        codes = {
            email: [Client(REMOTE_ADDR=address).post("/sign-in/link", {"email": email}).status_code for _once in range(6)]
            for email, address in ((known, "192.0.2.1"), (unknown, "192.0.2.2"))
        }

        assert codes[known] == codes[unknown] == [200] * 5 + [429]
        assert SignInLink.objects.count() == 5

    def test_sends_links_only_so_often_to_who_asks_for_many(self, client: Client) -> None:
        codes = [client.post("/sign-in/link", {"email": f"a{n}@example.org"}, REMOTE_ADDR="192.0.2.3").status_code for n in range(21)]
        elsewhere = client.post("/sign-in/link", {"email": "a@example.org"}, REMOTE_ADDR="192.0.2.4")

        assert codes == [200] * 20 + [429]
        assert elsewhere.status_code == 200

    def test_still_takes_passwords_when_too_many_links_were_asked_for(self, client: Client) -> None:
        who = make_member(user=person()).user
        for _once in range(6):
            client.post("/sign-in/link", {"email": who.email})

        assert sign_in(client, who, door=SHOP_DOOR).status_code == 303

    @pytest.mark.parametrize("token", ["x", "a~b", "0" * 32 + "~forged"])
    def test_takes_no_forged_link(self, client: Client, token: str) -> None:
        assert client.get(f"/sign-in/{token}").status_code == 410
        assert client.post(f"/sign-in/{token}").status_code == 410
        assert client.post(f"/invitation/{token}").status_code == 410

    def test_takes_no_link_that_is_over(self, client: Client) -> None:
        now = clock.now()
        link = make_sign_in_link(created_at=now - timedelta(hours=1), expires_at=now - timedelta(minutes=30))

        assert client.post(f"/sign-in/{links.token_for(link)}").status_code == 410


class TestAnInvitation:
    def _path(self, who: User) -> str:
        link = make_sign_in_link(user=who, purpose=LinkPurpose.INVITE, created_at=clock.now(), expires_at=clock.now() + timedelta(days=1))
        return f"/invitation/{links.token_for(link)}"

    def test_lets_somebody_choose_a_password_and_in(self, client: Client) -> None:
        newcomer = make_user(Role.OPERATOR, password=make_password(None))
        path = self._path(newcomer)

        shown = client.get(path).content.decode()
        answer = client.post(path, {"password": PASSWORD, "again": PASSWORD})

        assert newcomer.email in shown
        assert answer.status_code == 303
        assert client.session["_auth_user_id"] == str(newcomer.pk)
        assert User.objects.get(pk=newcomer.pk).check_password(PASSWORD)
        assert SignInLink.objects.get().used_at is not None
        assert PROVED_AT in client.session

    @pytest.mark.parametrize(
        ("password", "again", "says"),
        [("short", "short", "too short"), ("password1234", "password1234", "too common"), (PASSWORD, "other", "not the same")],
    )
    def test_says_what_is_wrong_with_a_password(self, client: Client, password: str, again: str, says: str) -> None:
        path = self._path(make_user(Role.OPERATOR))

        answer = client.post(path, {"password": password, "again": again})

        assert answer.status_code == 422
        assert says in answer.content.decode()
        assert client.get(path).status_code == 200


def _do_what_is_owed() -> None:
    for delivery in Delivery.objects.select_related("event").all():
        link_id = SignInLink.objects.latest("created_at").pk
        from apps.accounts.events import SignInLinkAsked

        happened = SignInLinkAsked(link_id=link_id, user_id=link_id, purpose="sign_in")
        subscribers.send_link(
            Owed(
                delivery_id=delivery.pk,
                attempt=1,
                fence=1,
                subscriber=delivery.subscriber,
                event=happened,
                event_id=delivery.event.event_id,
                subjects=(),
                site_id=None,
                correlation_id=None,
            )
        )


def _path_in(body: str) -> str:
    found = re.search(r"https?://[^/\s]+(/\S+)", body)
    assert found is not None
    return found.group(1)
