"""The page of what farmos gave up on."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils.html import escape

from apps.accounts.states import Role
from apps.journal.models import Delivery
from apps.journal.states import DeliveryState
from tests.factories.accounts import make_user
from tests.factories.toy import make_dead_letter

pytestmark = pytest.mark.django_db(transaction=True)

PAGE = "/admin/given-up/"


@pytest.fixture
def person(client: Client) -> Callable[..., Client]:
    """Return a maker of a signed-in client with a role."""

    def sign_in(*roles: Role) -> Client:
        client.force_login(make_user(*roles))
        return client

    return sign_in


def _form(client: Client) -> dict[str, str]:
    (card,) = client.get(PAGE).context["cards"]
    return {"key": card["key"], "version": str(card["delivery"].version)}


class TestThePage:
    def test_shows_what_went_wrong_and_both_actions(self, person: Callable[..., Client]) -> None:
        dead = make_dead_letter()

        page = person(Role.LEAD).get(PAGE).content.decode()

        assert escape(dead.last_error) in page
        assert "1 thing could not be done" in page
        assert "Tell the world about new bolts" in page
        assert "Try again" in page
        assert "Close it instead" in page

    def test_is_one_click_away_for_who_may_see_it(self, person: Callable[..., Client]) -> None:
        assert f'href="{PAGE}"' in person(Role.LEAD).get("/admin/today/").content.decode()
        assert f'href="{PAGE}"' not in person(Role.OPERATOR).get("/admin/today/").content.decode()

    def test_says_when_nothing_waits(self, person: Callable[..., Client]) -> None:
        page = person(Role.LEAD).get(PAGE).content.decode()

        assert "Nothing waits for you here" in page

    def test_is_not_for_customers_or_strangers(self, person: Callable[..., Client], client: Client) -> None:
        assert client.get(PAGE).status_code == 302
        assert person(Role.CUSTOMER).get(PAGE).status_code == 302

    def test_needs_the_permission(self, person: Callable[..., Client]) -> None:
        assert person(Role.OPERATOR).get(PAGE).status_code == 403


class TestTryingAgain:
    def test_makes_it_due_and_says_so(self, person: Callable[..., Client]) -> None:
        dead = make_dead_letter()
        client = person(Role.LEAD)

        answer = client.post(f"{PAGE}{dead.pk}/retry", _form(client), follow=True)

        assert Delivery.objects.get(pk=dead.pk).state == DeliveryState.PENDING
        assert "being tried again" in answer.content.decode()

    def test_is_said_by_the_next_page_and_not_used_up_by_one_that_only_reads_itself_again(self, person: Callable[..., Client]) -> None:
        dead = make_dead_letter()
        client = person(Role.LEAD)
        client.post(f"{PAGE}{dead.pk}/retry", _form(client))

        again = client.get(PAGE, headers={"X-Farmos-Again": "1"})
        loaded = client.get(PAGE)

        assert "being tried again" not in again.content.decode()
        assert "being tried again" in loaded.content.decode()

    def test_twice_with_one_page_does_it_once(self, person: Callable[..., Client]) -> None:
        dead = make_dead_letter()
        client = person(Role.LEAD)
        form = _form(client)

        answers = [client.post(f"{PAGE}{dead.pk}/retry", form).status_code for _ in range(2)]

        assert answers == [302, 302]
        assert Delivery.objects.get(pk=dead.pk).version == dead.version + 1

    def test_from_an_old_page_says_that_it_changed_meanwhile(self, person: Callable[..., Client]) -> None:
        dead = make_dead_letter()
        client = person(Role.LEAD)
        form = {**_form(client), "version": str(dead.version - 1)}

        answer = client.post(f"{PAGE}{dead.pk}/retry", form)

        assert answer.status_code == 412
        assert "Someone changed this" in answer.content.decode()
        assert Delivery.objects.get(pk=dead.pk).state == DeliveryState.DEAD

    @pytest.mark.parametrize("version", ["", "x", "-1", "9" * 40, "\u0661"])
    def test_with_a_broken_form_is_refused_in_words(self, person: Callable[..., Client], version: str) -> None:
        dead = make_dead_letter()
        client = person(Role.LEAD)

        answer = client.post(f"{PAGE}{dead.pk}/retry", {**_form(client), "version": version})

        assert answer.status_code == 422
        assert "Open the page again" in answer.content.decode()

    def test_without_the_permission_is_forbidden(self, person: Callable[..., Client]) -> None:
        dead = make_dead_letter()

        assert person(Role.QUALITY).post(f"{PAGE}{dead.pk}/retry", {}).status_code == 403


class TestClosing:
    def test_keeps_the_reason_as_text(self, person: Callable[..., Client]) -> None:
        dead = make_dead_letter()
        client = person(Role.LEAD)

        client.post(f"{PAGE}{dead.pk}/abandon", {**_form(client), "note": "<script>alert(1)</script>"})

        closed = Delivery.objects.get(pk=dead.pk)
        assert (closed.state, closed.note) == (DeliveryState.ABANDONED, "<script>alert(1)</script>")

    def test_without_a_reason_is_refused_in_words(self, person: Callable[..., Client]) -> None:
        dead = make_dead_letter()
        client = person(Role.LEAD)

        answer = client.post(f"{PAGE}{dead.pk}/abandon", {**_form(client), "note": " "})

        assert answer.status_code == 422
        assert "Say why it need not be done" in answer.content.decode()
