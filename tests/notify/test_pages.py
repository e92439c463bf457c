"""The pages of notifications: everybody sees and changes their own, with or without scripts."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.states import Role
from apps.notify.models import Notice, Notification, Preference
from apps.notify.states import CloseCode, MailWish
from tests.asking import signed_in
from tests.factories.accounts import make_user
from tests.factories.context import NOW
from tests.factories.notify import make_notice, make_notification

pytestmark = pytest.mark.django_db

LIST = "/admin/notifications/"


def page(client: Client, address: str = LIST) -> str:
    answer = client.get(address)
    assert answer.status_code == HTTPStatus.OK
    return str(answer.content.decode())


def press(client: Client, address: str, **fields: Any) -> Any:
    return client.post(address, {"key": uuid4().hex, "next": LIST, **fields})


class TestTheList:
    def test_shows_ones_own_and_counts_them_in_the_bell(self) -> None:
        mine = make_notification(notice=make_notice(params={"printer": "V3", "reason": "CLOG"}))
        make_notification(notice=make_notice(params={"printer": "V4"}))

        shown = page(signed_in(mine.person))

        assert "V3 stands still: Clogged nozzle" in shown
        assert "V4 stands still" not in shown
        assert 'aria-label="Notifications, 1 unread"' in shown
        assert len(re.findall("<h1", shown)) == 1

    def test_says_so_when_there_is_nothing(self) -> None:
        assert "Nothing to tell you" in page(signed_in(make_user(Role.VIEWER)))

    def test_shows_what_is_settled_as_settled(self) -> None:
        notice = make_notice(closed_at=NOW, closed_code=CloseCode.SETTLED)

        shown = page(signed_in(make_notification(notice=notice, read_at=NOW).person))

        assert "Settled" in shown
        assert "Nothing waits here any more." in shown
        assert "waits for a person" not in shown, "what was so then is not said as if it were so now"
        assert "I see to it" not in shown

    def test_goes_on_where_the_page_ended(self) -> None:
        first = make_notification()
        for _number in range(31):
            make_notification(person=first.person)
        client = signed_in(first.person)

        following = re.search(r'href="(\?before=[^"]+)"', page(client))

        assert following is not None
        assert page(client, LIST + following[1]).count("<article") == 2

    def test_costs_the_same_however_much_there_is(self, django_assert_max_num_queries: Any) -> None:
        first = make_notification()
        for _number in range(20):
            make_notification(person=first.person)
        client = signed_in(first.person)

        with django_assert_max_num_queries(14):
            page(client)

    def test_sends_strangers_to_sign_in_and_refuses_nonsense(self) -> None:
        assert Client().get(LIST).status_code == HTTPStatus.FOUND
        assert signed_in(make_user(Role.VIEWER)).get(LIST, {"before": "x"}).status_code == HTTPStatus.UNPROCESSABLE_ENTITY


class TestButtons:
    def test_i_see_to_it(self) -> None:
        row = make_notification()

        answer = press(signed_in(row.person), reverse("console:notice-acknowledge", args=[row.notice_id]), version=1)

        assert answer.status_code == HTTPStatus.SEE_OTHER
        assert Notice.objects.get().acknowledged_by_id == row.person_id

    def test_no_more_of_this_one_and_all_read(self) -> None:
        row = make_notification()
        client = signed_in(row.person)

        press(client, reverse("console:notifications-read"), id=[str(row.pk)])
        press(client, reverse("console:notification-mute", args=[row.pk]), version=2)

        assert Notification.objects.get().muted_at is not None

    def test_twice_is_once(self) -> None:
        row = make_notification()
        client, fields = signed_in(row.person), {"key": uuid4().hex, "id": [str(row.pk)]}

        answers = [client.post(reverse("console:notifications-read"), fields).status_code for _time in range(2)]

        assert answers == [HTTPStatus.SEE_OTHER] * 2
        assert Notification.objects.get().version == 2

    def test_on_what_others_were_told_find_nothing(self) -> None:
        theirs = make_notification()
        client = signed_in(make_user(Role.ADMIN))

        answers = [
            press(client, reverse("console:notice-acknowledge", args=[theirs.notice_id]), version=1),
            press(client, reverse("console:notification-mute", args=[theirs.pk]), version=1),
        ]
        press(client, reverse("console:notifications-read"), id=[str(theirs.pk)])

        assert [answer.status_code for answer in answers] == [HTTPStatus.NOT_FOUND] * 2
        assert Notification.objects.get().version == 1

    def test_customers_and_strangers_have_none(self) -> None:
        row = make_notification()
        address = reverse("console:notification-mute", args=[row.pk])

        assert press(signed_in(make_user(Role.CUSTOMER)), address, version=1).status_code == HTTPStatus.FORBIDDEN
        assert press(Client(), address, version=1).status_code == HTTPStatus.FOUND


class TestPreferences:
    FORM = {
        "version": 0,
        "mail_urgent": "digest",
        "mail_attention": "never",
        "mail_information": "now",
        "quiet_from_minute": "21:30",
        "quiet_until_minute": "07:15",
    }

    def test_are_kept_and_shown(self) -> None:
        client = signed_in(make_user(Role.OPERATOR))
        assert 'value="22:00"' in page(client, reverse("console:notification-preferences"))

        press(client, reverse("console:notification-preferences-set"), **self.FORM)

        kept = Preference.objects.get()
        assert (kept.mail_urgent, kept.quiet_from_minute, kept.quiet_until_minute) == (MailWish.DIGEST, 21 * 60 + 30, 7 * 60 + 15)
        assert not kept.urgent_breaks_quiet
        assert 'value="21:30"' in page(client, reverse("console:notification-preferences"))

    @pytest.mark.parametrize("wrong", [{"quiet_from_minute": "25:00"}, {"quiet_until_minute": "soon"}, {"mail_urgent": "pigeon"}])
    def test_that_make_no_sense_are_refused_in_words(self, wrong: dict[str, str]) -> None:
        client = signed_in(make_user(Role.OPERATOR))

        answer = press(client, reverse("console:notification-preferences-set"), **{**self.FORM, **wrong})

        assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert Preference.objects.count() == 0
