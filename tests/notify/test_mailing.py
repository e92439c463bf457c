"""Mails as they go out: what they say, to whom, once; what stops them; and what a hostile word in them cannot do."""

from __future__ import annotations

import smtplib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail as outbox
from django.core.mail import EmailMultiAlternatives

from apps.accounts.states import Role
from apps.journal import clock, lanes
from apps.journal.models import Delivery
from apps.journal.owed import Later
from apps.journal.states import DeliveryState
from apps.notify import commands, events, links
from apps.notify.mailing import sending, staff
from apps.notify.models import MailOut, Notice, Notification
from apps.notify.states import DropCode, Letter, MailState, NoticeKind, Severity
from apps.notify.subscribers.mails import send_mail
from tests.factories.accounts import make_account, make_user, shop
from tests.factories.context import NOW, make_context
from tests.factories.fulfilment import make_sent_shipment, make_shipment_piece
from tests.factories.notify import make_mail
from tests.factories.orders import (
    make_amendment,
    make_customer_snapshot,
    make_intent,
    make_line_item,
    make_piece,
    make_refund_entry,
    make_requirement,
)
from tests.notify.telling import happened, told

pytestmark = pytest.mark.django_db


def send(mail: MailOut | None = None) -> EmailMultiAlternatives | None:
    """Have the (one) mail sent by its subscriber, and return the last message that went out."""
    row = mail or MailOut.objects.get()
    before = len(outbox.outbox)
    send_mail(happened(events.MailOwed(mail_id=row.pk, letter=row.letter)))
    return outbox.outbox[-1] if len(outbox.outbox) > before else None  # type: ignore[return-value]


def sent(mail: MailOut | None = None) -> EmailMultiAlternatives:
    message = send(mail)
    assert message is not None
    return message


def html_of(message: EmailMultiAlternatives) -> str:
    return str(message.alternatives[0][0])


class TestToPeopleWhoWorkHere:
    def test_says_what_happened_and_links_to_what_to_do(self, settings: Any) -> None:
        settings.FARMOS_PUBLIC_URL = "https://farm.example.com/"
        operator = make_user(Role.OPERATOR)
        told(subject_kind="printer", params={"printer": "V3", "reason": "CLOG", "plate": "P-7", "attempt": 2}, kind=NoticeKind.RUN_PAUSED)

        message = sent()

        assert message.to == [operator.email]
        assert message.subject == "V3 stands still: Clogged nozzle"
        assert "Print Attempt 2 of plate P-7 waits for a person." in message.body
        assert "https://farm.example.com/admin/printers/V3/" in message.body
        assert "<h1>V3 stands still: Clogged nozzle</h1>" in html_of(message)
        assert MailOut.objects.get().state == MailState.SENT
        assert Notification.objects.get().mailed_at is not None

    def test_a_summary_tells_of_all_that_waits_most_recent_last(self, monkeypatch: pytest.MonkeyPatch) -> None:
        make_user(Role.OPERATOR)
        told("run:1", severity=Severity.ATTENTION, params={"printer": "V1"})
        told("run:2", severity=Severity.ATTENTION, params={"printer": "V2"})
        mail = MailOut.objects.get()
        monkeypatch.setattr(clock, "now", lambda: NOW)
        with pytest.raises(Later):
            send(mail)

        monkeypatch.setattr(clock, "now", lambda: mail.due_at + timedelta(seconds=1))
        message = sent(mail)

        assert message.subject == "Workshop: 2 things wait for you"
        assert message.body.index("V1 stands still") < message.body.index("V2 stands still")

    def test_of_what_is_settled_by_then_is_not_sent(self) -> None:
        make_user(Role.OPERATOR)
        notice = told()
        commands.close_notice(make_context(), site_id=shop().pk, cause=notice.cause)

        assert send() is None
        assert MailOut.objects.get().drop_code == DropCode.SETTLED

    def test_of_what_was_muted_is_not_sent(self) -> None:
        make_user(Role.OPERATOR)
        told()
        row = Notification.objects.get()
        commands.mute(make_context(), notification_id=row.pk, person_id=row.person_id, expected_version=row.version)

        assert send() is None
        assert MailOut.objects.get().drop_code == DropCode.NOT_WANTED

    def test_to_somebody_who_left_is_not_sent(self) -> None:
        mail = make_mail(letter=Letter.ORDER_PAID, intent=make_intent(account=make_account(email="")), person=None)

        assert send(mail) is None
        assert MailOut.objects.get().drop_code == DropCode.NO_ADDRESS

    @pytest.mark.parametrize("kind", NoticeKind.values)
    def test_every_kind_has_words_also_without_parameters(self, kind: str) -> None:
        make_user(Role.OPERATOR)
        make_user(Role.ADMIN)
        notice = told(kind=NoticeKind(kind))

        words = staff.item(Notice.objects.get(pk=notice.pk))

        assert words.title
        assert "{" not in words.title + words.detail


class TestToCustomers:
    def test_names_the_order_what_it_is_and_where_it_is_followed(self) -> None:
        intent = make_intent(account=make_account(email="eve@example.org"), price_minor=1234)
        make_line_item(intent=intent, title="Winch bracket", quantity=8)

        message = sent(make_mail(letter=Letter.ORDER_RECEIVED, intent=intent, person=None))

        assert message.to == ["eve@example.org"]
        assert intent.number in message.subject
        assert "8 x Winch bracket" in message.body
        assert "12.34 EUR" in message.body
        assert links.order_url(intent) in message.body

    def test_links_to_the_page_the_storefront_named(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(links, "_order_page", [lambda intent: f"/orders/token-{intent.number}/"])

        assert "/orders/token-" in sent(make_mail(letter=Letter.ORDER_PAID, intent=make_intent(), person=None)).body

    def test_goes_to_the_address_of_the_order_as_it_is_now(self) -> None:
        intent = make_intent()
        make_customer_snapshot(intent=intent, number=1, account={"email": "first@example.org"})
        make_customer_snapshot(intent=intent, number=2, account={"email": "second@example.org", "language": "de"})

        assert sent(make_mail(letter=Letter.ORDER_PAID, intent=intent, person=None)).to == ["second@example.org"]

    def test_goes_nowhere_once_the_details_are_erased(self) -> None:
        intent = make_intent()
        make_customer_snapshot(intent=intent, account={"email": "first@example.org"}, erased_at=NOW, erased_by="service:tests")

        assert send(make_mail(letter=Letter.ORDER_PAID, intent=intent, person=None)) is None

    def test_says_how_a_shipment_is_followed(self) -> None:
        intent = make_intent()
        shipment = make_sent_shipment(carrier="DHL", tracking="00340434161094022115")
        make_shipment_piece(shipment=shipment, piece=make_piece(requirement=make_requirement(line=make_line_item(intent=intent)), number=1))
        mail = make_mail(letter=Letter.ORDER_SHIPPED, intent=intent, person=None, params={"shipment": str(shipment.pk)})

        body = sent(mail).body

        assert "Carrier: DHL. Tracking number: 00340434161094022115." in body
        assert "These pieces left our house: 1." in body

    def test_says_what_changed_and_what_went_back(self) -> None:
        amendment, entry = make_amendment(), make_refund_entry()

        changed = sent(
            make_mail(letter=Letter.ORDER_CHANGED, intent=amendment.intent, person=None, params={"amendment": str(amendment.pk)})
        )
        returned = sent(make_mail(letter=Letter.ORDER_REFUNDED, intent=entry.intent, person=None, params={"entry": str(entry.pk)}))

        assert f"The change: {amendment.get_kind_display()}." in changed.body
        assert "EUR back to you" in returned.subject


class TestOnce:
    def test_the_same_mail_twice_carries_the_same_id(self) -> None:
        mail = make_mail()
        first = sending.build(mail, "a@example.org", staff.text(mail, []))
        second = sending.build(mail, "a@example.org", staff.text(mail, []))

        assert first.extra_headers["Message-ID"] == second.extra_headers["Message-ID"] == f"<{mail.pk}@127.0.0.1>"

    def test_a_mail_that_was_sent_is_not_sent_again(self) -> None:
        mail = make_mail()
        sent(mail)

        assert send(mail) is None


class TestHostileWords:
    HOSTILE = "Bracket\r\nBcc: everybody@example.org\r\n\r\n<script>alert(1)</script>"

    def test_add_no_header_and_no_script(self) -> None:
        intent = make_intent()
        make_line_item(intent=intent, title=self.HOSTILE[:200])

        message = sent(make_mail(letter=Letter.ORDER_RECEIVED, intent=intent, person=None))
        raw = message.message()

        assert raw["Bcc"] is None
        assert "\n" not in message.subject
        assert "<script>" not in html_of(message)

    @pytest.mark.parametrize("words", ["a\r\nBcc: x@example.org", "a\nb", "a\x00b", "a\u2028b", "a\u202eb"])
    def test_are_one_line_in_a_subject(self, words: str) -> None:
        line = sending.one_line(words)

        assert line.isprintable()
        assert "\n" not in line

    def test_a_subject_is_no_longer_than_people_read(self) -> None:
        assert len(sending.one_line("long " * 100)) == 150

    @pytest.mark.parametrize("address", ["a@example.org\nBcc: b@example.org", "a@example.org, b@example.org", "not an address", "@"])
    def test_an_address_that_is_none_gets_nothing(self, address: str) -> None:
        intent = make_intent()
        make_customer_snapshot(intent=intent, account={"email": address})

        assert send(make_mail(letter=Letter.ORDER_PAID, intent=intent, person=None)) is None
        assert outbox.outbox == []


class TestAServerInTrouble:
    @pytest.fixture
    def broken(self, monkeypatch: pytest.MonkeyPatch) -> Callable[[Exception], None]:
        def fail_with(error: Exception) -> None:
            def refuse(_message: EmailMultiAlternatives, *_args: Any, **_more: Any) -> int:
                raise error

            monkeypatch.setattr(EmailMultiAlternatives, "send", refuse)

        return fail_with

    def test_is_tried_again_and_becomes_a_card_in_the_end(self, broken: Callable[[Exception], None]) -> None:
        make_user(Role.OPERATOR)
        told()
        broken(ConnectionRefusedError("nobody listens"))
        mails = Delivery.objects.filter(subscriber="notify.send_mail")

        for _attempt in range(12):
            mails.filter(state=DeliveryState.PENDING).update(available_at=NOW)
            while lanes.hand_out_next("default"):
                pass

        assert mails.get().state == DeliveryState.DEAD
        assert mails.get().last_error.startswith("ConnectionRefusedError")
        assert MailOut.objects.get().state == MailState.OWED
        assert Notice.objects.filter(kind=NoticeKind.MAIL_GAVE_UP).count() == 1

    def test_that_knows_no_such_address_is_believed(self, broken: Callable[[Exception], None]) -> None:
        mail = make_mail()
        broken(smtplib.SMTPRecipientsRefused({"x@example.org": (550, b"no such user")}))

        assert send(mail) is None
        assert MailOut.objects.get().drop_code == DropCode.BAD_ADDRESS

    def test_that_is_full_is_tried_again(self, broken: Callable[[Exception], None]) -> None:
        mail = make_mail()
        broken(smtplib.SMTPRecipientsRefused({"x@example.org": (452, b"come back later")}))

        with pytest.raises(smtplib.SMTPRecipientsRefused):
            send(mail)
        assert MailOut.objects.get().state == MailState.OWED
